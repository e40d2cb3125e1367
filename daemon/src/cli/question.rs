//! `voiceassist search` and `voiceassist ask`: what a person would find and be told.

use futures::StreamExt as _;
use serde_json::{Value, json};
use voiceassist_model::Outcome;

use super::{Context, Failure, account};
use crate::client::{AnswerEvent, ApiClient};
use crate::wiring::{self, World};

/// Arguments of `search`.
#[derive(Debug, clap::Args)]
pub struct SearchArguments {
    /// Words or a question.
    query: String,
    /// Nextcloud's user id of the person who searches.
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// Passages at most.
    #[arg(long, default_value_t = 5)]
    limit: usize,
    #[command(flatten)]
    filter: FilterArguments,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `ask`.
#[derive(Debug, clap::Args)]
pub struct AskArguments {
    /// The question.
    question: String,
    /// Nextcloud's user id of the person who asks.
    #[arg(long = "as", value_name = "USER")]
    user: String,
    #[command(flatten)]
    filter: FilterArguments,
    /// Print each part of the answer as a JSON line.
    #[arg(long)]
    json: bool,
}

/// What is looked at; everything the person may read unless said. Each may be given several times.
#[derive(Debug, Default, clap::Args)]
pub struct FilterArguments {
    /// Only files, calendar, tasks, contacts or mail.
    #[arg(long = "source", value_enum, value_delimiter = ',')]
    sources: Vec<SourceArgument>,
    /// Only this type: pdf, word, sheet, slides, text, image, mail, event, contact, or a media type such as image/*.
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Only files below this folder of the person's own tree.
    #[arg(long, value_name = "PATH")]
    folder: Option<String>,
    /// Only what was changed or written, or has not ended, at this time or later: 2026-11-01, 2026-11-01T09:00 or an instant.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only what was changed or written, or begins, before this.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// The zone of both, and of a question and its answer; that of the person's calendars unless given.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Only with this person in it: a name or an address.
    #[arg(long = "person", value_name = "NAME")]
    people: Vec<String>,
}

/// A source, by the name of Nextcloud's app or as the API calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SourceArgument {
    /// Files.
    #[value(alias = "file")]
    Files,
    /// Events.
    #[value(alias = "event")]
    Calendar,
    /// Tasks.
    #[value(alias = "task")]
    Tasks,
    /// Contacts.
    #[value(alias = "contact")]
    Contacts,
    /// Messages.
    #[value(alias = "message")]
    Mail,
}

impl FilterArguments {
    /// As the API takes it.
    fn body(&self) -> Value {
        let source = |source: &SourceArgument| match source {
            SourceArgument::Files => "file",
            SourceArgument::Calendar => "event",
            SourceArgument::Tasks => "task",
            SourceArgument::Contacts => "contact",
            SourceArgument::Mail => "message",
        };
        json!({
            "sources": self.sources.iter().map(source).collect::<Vec<_>>(),
            "types": self.types,
            "folder": self.folder,
            "from": self.from,
            "to": self.to,
            "zone": self.zone,
            "people": self.people,
        })
    }
}

/// Finds passages.
pub async fn search(context: &Context, arguments: &SearchArguments) -> Result<(), Failure> {
    let client = client(context, &arguments.user).await?;
    let (answer, found) = client
        .search(&arguments.query, &arguments.filter.body(), arguments.limit)
        .await
        .map_err(Failure::Unreachable)?;
    if arguments.json {
        println!("{answer}");
    } else {
        for (number, passage) in found.passages.iter().enumerate() {
            println!(
                "{}. {} · page {} · {:.2}",
                number + 1,
                if passage.path.is_empty() { &passage.title } else { &passage.path },
                passage.pages.first,
                passage.score
            );
            println!("   {}", passage.text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        if let Some(without) = found.without_filter {
            println!("Nothing fits the filter. Without it there are {without} passages.");
        }
    }
    if found.passages.is_empty() { Err(Failure::NothingFound) } else { Ok(()) }
}

/// Asks one question in a new conversation.
pub async fn ask(context: &Context, arguments: &AskArguments) -> Result<(), Failure> {
    let client = client(context, &arguments.user).await?;
    let filter = arguments.filter.body();
    let zone = arguments.filter.zone.as_deref();
    let outcome = print_answer(&client, &arguments.question, &filter, zone, arguments.json)
        .await
        .map_err(Failure::Unreachable)?;
    if outcome == Outcome::NotFound { Err(Failure::NothingFound) } else { Ok(()) }
}

/// Asks, prints the answer as it comes, and says how it ended.
pub async fn print_answer(
    client: &ApiClient,
    question: &str,
    filter: &Value,
    zone: Option<&str>,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let conversation = client.start_conversation().await?;
    let mut parts = std::pin::pin!(client.ask(&conversation, question, filter, zone).await?);
    let mut sources: Vec<(u32, String, u32)> = Vec::new();
    let mut outcome = Outcome::NotFound;
    while let Some(part) = parts.next().await {
        let (raw, part) = part?;
        if as_json {
            println!("{raw}");
        }
        match part {
            AnswerEvent::Sources {} | AnswerEvent::Calculation {} | AnswerEvent::Clarification {} => {}
            AnswerEvent::Sentence { text, citations, items } => {
                let marks: Vec<String> =
                    citations.iter().map(|citation| format!("[{}]", citation.number)).collect();
                if !as_json {
                    println!("  {text} {}", marks.concat());
                    for link in items.iter().filter_map(|item| item.link.as_ref()) {
                        println!("    {link}");
                    }
                }
                for citation in citations {
                    if !sources.iter().any(|(number, ..)| *number == citation.number) {
                        sources.push((citation.number, citation.path, citation.page));
                    }
                }
            }
            AnswerEvent::Done { outcome: ended } => outcome = ended,
        }
    }
    if !as_json {
        for (number, path, page) in sources {
            println!("    [{number}] {path}, page {page}");
        }
    }
    Ok(outcome)
}

async fn client(context: &Context, user: &str) -> Result<ApiClient, Failure> {
    let config = context.config()?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    let token = account::token(&config, &world, &store, user, &[]).await?;
    Ok(ApiClient::new(config.server.listen, token)?)
}
