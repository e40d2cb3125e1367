//! Records for people, with names where the daemon still knows whom an id belongs to.
//!
//! The log names nobody; names are put beside the hidden ids here, from the accounts that are there, and nowhere kept.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use voiceassist_model::{AccountId, ChunkId, DocumentId};
use voiceassist_store::Store;
use voiceassist_store::audit::record::Detail;
use voiceassist_store::audit::{Action, Actor, Entry, Filter, MAX_RECORDS, Mark, Record, Subject};

use super::QueryArguments;
use crate::audit::by_operator;
use crate::cli::{Failure, account};
use crate::config::Config;

/// Between two looks for new records.
const LOOK: Duration = Duration::from_secs(1);

/// Hidden ids of the accounts that are there, with their user ids.
struct Names(HashMap<Mark, String>);

/// Searches.
pub(super) async fn run(
    config: &Config,
    store: &Store,
    wanted: &QueryArguments,
    as_json: bool,
) -> Result<(), Failure> {
    let subject = match (&wanted.document, &wanted.passage, &wanted.about) {
        (Some(id), ..) => Some(Subject::Document(DocumentId::from_uuid(*id))),
        (_, Some(id), _) => Some(Subject::Passage(ChunkId::from_uuid(*id))),
        (.., Some(user)) => Some(Subject::Account(person(config, store, user).await?)),
        _ => None,
    };
    let actor = match &wanted.person {
        Some(user) => Some(Actor::Person(person(config, store, user).await?)),
        None => None,
    };
    let filter = Filter {
        actor,
        subject,
        action: wanted.action,
        outcome: wanted.outcome,
        since: wanted.since,
        until: wanted.until,
    };
    let found = store.audit().find(&filter, wanted.before, wanted.limit).await?;
    note(store, found.len()).await?;
    let names = Names::of(store).await?;
    for record in &found {
        names.print(record, as_json);
    }
    if found.is_empty() { Err(Failure::NothingFound) } else { Ok(()) }
}

/// Shows the end, and what comes.
pub(super) async fn tail(store: &Store, lines: u32, follow: bool, as_json: bool) -> Result<(), Failure> {
    let mut found = store.audit().find(&Filter::default(), None, lines).await?;
    note(store, found.len()).await?;
    found.reverse();
    let mut names = Names::of(store).await?;
    for record in &found {
        names.print(record, as_json);
    }
    if !follow {
        return Ok(());
    }
    let mut last = found.last().map_or(0, |record| record.sequence);
    loop {
        tokio::select! {
            signal = crate::lifecycle::signal() => { signal?; return Ok(()); }
            () = tokio::time::sleep(LOOK) => {}
        }
        let rows = store.audit().after(last, MAX_RECORDS).await?;
        if !rows.is_empty() {
            names = Names::of(store).await?;
        }
        for row in rows {
            last = u64::try_from(row.sequence).unwrap_or(last);
            match row.record {
                Some(record) => names.print(&record, as_json),
                None => eprintln!("record {last} cannot be read; run `voiceassist audit verify`"),
            }
        }
    }
}

/// The account of a user id, or an account's own id, which outlives the account in the log.
async fn person(config: &Config, store: &Store, user: &str) -> Result<AccountId, Failure> {
    match user.parse::<AccountId>() {
        Ok(id) => Ok(id),
        Err(_) => Ok(account::find(store, config, user).await?.id),
    }
}

/// Whoever looks at what others did is in the log before they see it.
async fn note(store: &Store, records: usize) -> Result<(), Failure> {
    let entry = Entry::new(Actor::Operator, Action::AuditRead).count("records", records as u64);
    store.audit().append(by_operator(entry)).await?;
    Ok(())
}

impl Names {
    async fn of(store: &Store) -> Result<Self, Failure> {
        let mut names = HashMap::new();
        for account in account::all(store).await? {
            names.insert(store.audit().hidden_id(Subject::Account(account.id)).await?, account.user_id);
        }
        Ok(Self(names))
    }

    fn print(&self, record: &Record, as_json: bool) {
        if as_json {
            // A record's line is JSON; what is added is no part of the record.
            let mut value: Value = serde_json::from_str(&record.to_line()).unwrap_or_default();
            if let Some(name) = record.actor.and_then(|mark| self.0.get(&mark)) {
                value["user"] = json!(name);
            }
            println!("{value}");
            return;
        }
        let who = match record.actor {
            None => record.actor_kind.clone(),
            Some(mark) => self.0.get(&mark).cloned().unwrap_or_else(|| short(&record.actor_kind, mark)),
        };
        let at = record.at.format("%Y-%m-%d %H:%M:%S");
        let mut line =
            format!("{:>8}  {at}  {who:20} {:20} {:8}", record.sequence, record.action, record.outcome);
        // Writing into a String cannot fail.
        for (kind, count) in counted(record) {
            _ = write!(line, " {kind}={count}");
        }
        for (name, detail) in &record.details {
            _ = match detail {
                Detail::Flag(flag) => write!(line, " {name}={flag}"),
                Detail::Count(number) => write!(line, " {name}={number}"),
                Detail::Code(code) => write!(line, " {name}={code}"),
            };
        }
        println!("{}", line.trim_end());
    }
}

fn short(kind: &str, mark: Mark) -> String {
    format!("{kind} {}", mark.to_string().chars().take(8).collect::<String>())
}

fn counted(record: &Record) -> std::collections::BTreeMap<&str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for subject in &record.subjects {
        *counts.entry(&*subject.kind).or_default() += 1;
    }
    counts
}
