//! `voiceassist contacts`: whom a person knows, for whoever runs the daemon.
//!
//! Recorded in the audit log like everything that shows content.

use serde_json::json;
use voiceassist_assistant::people::{AddressBook, Person};
use voiceassist_store::Page;

use super::{Context, Failure, account, lent};
use crate::telemetry;
use crate::wiring::{self, World};

/// Arguments of `contacts`.
#[derive(Debug, clap::Args)]
pub struct ContactsArguments {
    #[command(subcommand)]
    command: ContactsCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum ContactsCommand {
    /// Find somebody as one speaks of them: `Dr. Smith`, `Smith cardiology`, misspelt or without accents.
    Search {
        /// Nextcloud's user id.
        user: String,
        /// Whom.
        #[arg(required = true)]
        words: Vec<String>,
        /// How many at most.
        #[arg(long, default_value_t = 10)]
        limit: u32,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &ContactsArguments) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    let ContactsCommand::Search { user, words, limit } = &arguments.command;
    let owner = account::find(&store, &config, user).await?;
    lent::look(&config, &store, owner.id).await?;
    let book = AddressBook::for_operator(&store, owner.id);
    let found = book.people(Some(&words.join(" ")), &Page::first((*limit).max(1))).await?;
    for person in &found.people.items {
        if arguments.json {
            println!("{}", as_value(person));
        } else {
            println!("{}", line(person));
        }
    }
    if found.people.items.is_empty() { Err(Failure::NothingFound) } else { Ok(()) }
}

fn line(person: &Person) -> String {
    let about = [&person.title, &person.organization].into_iter().flatten().chain(&person.units);
    let about: Vec<&str> = about.map(String::as_str).collect();
    let reach = person.phones.iter().chain(&person.emails).map(|reach| reach.value.as_str());
    let reach: Vec<&str> = reach.collect();
    let source = person.known_from.first().map_or("", |known| known.source.as_str());
    format!("{:.2} {source:9} {} · {} · {}", person.score, person.name, about.join(", "), reach.join(", "))
}

fn as_value(person: &Person) -> serde_json::Value {
    let reaches = |values: &[voiceassist_store::contacts::Reach]| -> Vec<serde_json::Value> {
        values.iter().map(|reach| json!({ "value": reach.value, "types": reach.types })).collect()
    };
    let known: Vec<_> = person
        .known_from
        .iter()
        .map(|known| json!({ "source": known.source.as_str(), "contact": known.contact, "link": known.link }))
        .collect();
    json!({
        "name": person.name, "kind": person.kind, "organization": person.organization, "units": person.units,
        "title": person.title, "phones": reaches(&person.phones), "emails": reaches(&person.emails),
        "known_from": known, "met": person.met, "score": person.score,
    })
}
