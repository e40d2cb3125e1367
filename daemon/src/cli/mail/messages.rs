//! Messages of a person's mailboxes on the command line: found, shown and followed through a conversation.
//!
//! It shows what is the person's own, so it is recorded in the audit log as done by the operator, like everything that
//! shows content. Control characters of a message are not printed, because a terminal would obey them.

use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_assistant::diary::{self, Diary, Zone};
use voiceassist_assistant::mailbox::{Correspondent, Letter, Letters, MailRequest, Mailbox, Who};
use voiceassist_model::{AccountId, MailContentId, MailFolderId};
use voiceassist_store::{Page, Store};

use crate::cli::Failure;

/// What to look for.
#[derive(Debug, clap::Args)]
pub(super) struct SearchArguments {
    /// Nextcloud's user id.
    user: String,
    /// Words of the subject, the people, the text or what is attached; each may be a beginning.
    words: Vec<String>,
    /// From or to somebody: an address, or words of a name.
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
    /// Only in this folder, as `folders` shows its id.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<MailFolderId>,
    /// Written at this time or later: an instant, a local time of the zone, or a day.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Written before this.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// The zone of --from and --to, by name; without it that of the person's own calendars.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Only what is unread.
    #[arg(long)]
    unread: bool,
    /// How many at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
}

impl SearchArguments {
    pub(super) fn user(&self) -> &str {
        &self.user
    }
}

/// Prints messages that match, newest first.
pub(super) async fn search(
    store: &Store,
    owner: AccountId,
    arguments: &SearchArguments,
    as_json: bool,
) -> Result<(), Failure> {
    let zone = match arguments.from.as_ref().or(arguments.to.as_ref()) {
        Some(_) => Diary::for_operator(store, owner).zone(arguments.zone.as_deref()).await?,
        None => Zone::Utc,
    };
    let moment = |text: &String| {
        diary::moment(text, &zone).ok_or_else(|| {
            Failure::Other(anyhow::anyhow!(
                "a time is written like 2026-11-24T09:00:00Z, 2026-11-24T09:00 or 2026-11-24"
            ))
        })
    };
    let request = MailRequest {
        from: arguments.from.as_ref().map(moment).transpose()?,
        to: arguments.to.as_ref().map(moment).transpose()?,
        folder: arguments.folder,
        unread: arguments.unread.then_some(true),
        who: arguments.person.clone().map(Who::named),
        words: Some(arguments.words.join(" ")).filter(|words| !words.is_empty()),
        ..MailRequest::default()
    };
    let found = Mailbox::for_operator(store, owner).letters(&request, &Page::first(arguments.limit)).await?;
    print(&found, as_json)
}

/// Prints the messages of a conversation, newest first.
pub(super) async fn thread(
    store: &Store,
    owner: AccountId,
    thread: Uuid,
    as_json: bool,
) -> Result<(), Failure> {
    let request = MailRequest { thread: Some(thread), ..MailRequest::default() };
    let page = Page::first(voiceassist_store::MAX_PAGE);
    let found = Mailbox::for_operator(store, owner).letters(&request, &page).await?;
    print(&found, as_json)
}

/// Prints one message.
pub(super) async fn show(
    store: &Store,
    owner: AccountId,
    message: MailContentId,
    as_json: bool,
) -> Result<(), Failure> {
    let found = Mailbox::for_operator(store, owner).letter(message).await?;
    let whole = found.ok_or(Failure::NothingFound)?;
    if as_json {
        let mut value = as_value(&whole.letter);
        value["text"] = json!(whole.text);
        value["quoted"] = whole.quoted.iter().map(|span| json!([span.start, span.end])).collect();
        value["attached"] =
            whole.attached.iter().map(|(at, text)| json!({ "attachment": at, "text": text })).collect();
        println!("{value}");
        return Ok(());
    }
    let letter = &whole.letter;
    for (what, people) in [("From", &letter.from), ("To", &letter.to), ("Cc", &letter.cc)] {
        if !people.is_empty() {
            println!("{what}: {}", people.iter().map(named).collect::<Vec<_>>().join(", "));
        }
    }
    println!(
        "Date: {}\nSubject: {}\n\n{}",
        letter.at.to_rfc3339(),
        plain(&letter.subject),
        plain_lines(&whole.text)
    );
    for (at, text) in &whole.attached {
        let name = letter.attachments.get(*at).map_or("", |one| one.name.as_str());
        println!("\n--- {}\n{}", plain(name), plain_lines(text));
    }
    Ok(())
}

fn print(found: &Letters, as_json: bool) -> Result<(), Failure> {
    for letter in &found.letters.items {
        if as_json {
            println!("{}", as_value(letter));
        } else {
            let from = letter.from.first().map(named).unwrap_or_default();
            let mark = if letter.unread { "*" } else { " " };
            println!(
                "{} {mark} {}  {from}  {}",
                letter.id,
                letter.at.format("%Y-%m-%d %H:%M"),
                plain(&letter.subject)
            );
        }
    }
    if !found.complete {
        eprintln!(
            "Only the newest {} messages were looked at; ask for an earlier time with --to.",
            found.looked
        );
    }
    if found.letters.items.is_empty() { Err(Failure::NothingFound) } else { Ok(()) }
}

fn as_value(letter: &Letter) -> Value {
    let people = |people: &[Correspondent]| -> Vec<Value> {
        people.iter().map(|person| json!({ "name": person.name, "address": person.address })).collect()
    };
    let folders: Vec<Value> = letter
        .folders
        .iter()
        .map(|folder| json!({ "folder": folder.id, "name": folder.name, "role": folder.role }))
        .collect();
    let attachments: Vec<Value> = letter
        .attachments
        .iter()
        .map(|one| json!({ "name": one.name, "media_type": one.mime, "bytes": one.bytes }))
        .collect();
    json!({
        "message": letter.id, "mailbox": letter.mailbox, "thread": letter.thread, "at": letter.at,
        "subject": letter.subject, "from": people(&letter.from), "to": people(&letter.to), "cc": people(&letter.cc),
        "unread": letter.unread, "flagged": letter.flagged, "answered": letter.answered, "folders": folders,
        "attachments": attachments, "preview": letter.preview, "link": letter.link,
    })
}

fn named(person: &Correspondent) -> String {
    match (&person.name, &person.address) {
        (Some(name), Some(address)) => plain(&format!("{name} <{address}>")),
        _ => plain(person.shown()),
    }
}

/// One line without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}
