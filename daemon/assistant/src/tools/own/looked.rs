//! What an answer looked at: which calendars, books and mailboxes, as of when, and which of them failed.
//!
//! A mirror that nobody made equal lately is said to be old, and what could not be read is named. An empty answer says all of it,
//! because "nothing" is only as good as what was looked at.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::collections::{Collection, CollectionClass};
use voiceassist_store::mail::MailState;

use super::{Answer, Desk, OwnError};
use crate::mailbox::Mailbox;

/// A mirror that was found equal longer ago than this is old: twice the time after which it is looked at again.
const OLD: TimeDelta = TimeDelta::minutes(10);
/// Names that are said.
const MAX_NAMES: usize = 8;

/// What was looked at.
pub(super) struct Looked {
    names: Vec<String>,
    as_of: Option<DateTime<Utc>>,
    failed: Vec<String>,
    /// Whether the last look as a whole failed.
    all_failed: bool,
    /// Who was asked, in both languages.
    server: [&'static str; 2],
}

impl Looked {
    /// Whether there is nothing to look at.
    pub(super) const fn is_nothing(&self) -> bool {
        self.names.is_empty()
    }
}

impl Desk<'_> {
    /// The person's calendars or address books.
    pub(super) async fn looked_at(&self, class: CollectionClass) -> Result<Looked, OwnError> {
        let collections = self.store.collections().list(self.account, class).await?;
        let look = self.store.collections().last_look(self.account, class).await?;
        let name = |one: &Collection| one.about.name.clone();
        let failed = collections.iter().filter(|one| one.reason.is_some()).map(name).collect();
        let as_of = look
            .as_ref()
            .and_then(|look| look.synced_at)
            .or_else(|| collections.iter().filter_map(|one| one.synced_at).max());
        Ok(Looked {
            names: collections.iter().map(name).collect(),
            as_of,
            failed,
            all_failed: look.is_some_and(|look| look.reason.is_some()),
            server: ["Nextcloud", "Nextcloud"],
        })
    }

    /// The person's own calendars that take their time.
    pub(super) async fn looked_at_time(&self) -> Result<Looked, OwnError> {
        let looked = self.looked_at(CollectionClass::Calendar).await?;
        let calendars = self.store.collections().list(self.account, CollectionClass::Calendar).await?;
        let own = calendars.into_iter().filter(|one| one.kind == "own" && !one.transparent);
        Ok(Looked { names: own.map(|one| one.about.name).collect(), ..looked })
    }

    /// The person's mailboxes.
    pub(super) async fn looked_at_mail(&self) -> Result<Looked, OwnError> {
        let boxes = Mailbox::of(self.store, self.account).boxes().await?;
        let folders = boxes.iter().flat_map(|mailbox| &mailbox.folders).filter(|folder| folder.mirrored);
        Ok(Looked {
            as_of: boxes.iter().filter_map(|mailbox| mailbox.last_synced_at).min(),
            failed: boxes
                .iter()
                .flat_map(|mailbox| &mailbox.folders)
                .filter(|folder| folder.reason.is_some())
                .map(|folder| folder.name.clone())
                .collect(),
            all_failed: boxes.iter().any(|mailbox| mailbox.state != MailState::Connected),
            server: ["the mail server", "der Mailserver"],
            names: if boxes.is_empty() {
                Vec::new()
            } else {
                folders.map(|folder| folder.name.clone()).collect()
            },
        })
    }

    /// Says what is old or failed; with `empty` everything that was looked at.
    pub(super) fn say_looked(&self, answer: &mut Answer, looked: &Looked, empty: bool) {
        let voice = &self.voice;
        let as_of = looked.as_of.map(|at| {
            let at = if voice.day_of(at) == voice.today() { voice.time(at) } else { voice.moment(at) };
            format!("{} {at}", voice.say("as of", "Stand"))
        });
        let is_old = looked.as_of.is_none_or(|at| voice.now - at > OLD);
        if empty && !looked.names.is_empty() {
            let mut names = looked.names.clone();
            names.sort();
            names.truncate(MAX_NAMES);
            if looked.names.len() > MAX_NAMES {
                names.push(format!("{} {}", looked.names.len() - MAX_NAMES, voice.say("more", "weitere")));
            }
            let names = voice.list(&names, ["and", "und"]);
            let as_of = as_of.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
            answer.note(format!("{}: {names}{as_of}.", voice.say("Looked at", "Angesehen wurden")));
        }
        let failed_as_of = as_of.as_ref().filter(|_| looked.all_failed && looked.failed.is_empty());
        if let Some(at) = failed_as_of {
            let [server, german] = looked.server;
            answer.note(if voice.german {
                format!("{at}; {german} hat seitdem nicht geantwortet.")
            } else {
                format!("{}; {server} did not answer since.", capital(at))
            });
        } else if is_old {
            let text = match &as_of {
                Some(at) if voice.german => {
                    format!("Der letzte Abgleich ist lange her ({at}); was sich seitdem geändert hat, fehlt.")
                }
                Some(at) => format!(
                    "This was last compared with the server long ago ({at}); what changed since is missing."
                ),
                None => voice
                    .say(
                        "This was never compared with the server as a whole; something may be missing.",
                        "Ein vollständiger Abgleich steht noch aus; es kann etwas fehlen.",
                    )
                    .to_owned(),
            };
            answer.note(text);
        }
        if !looked.failed.is_empty() {
            let names = voice.list(
                &looked.failed.iter().map(|name| voice.quoted(name)).collect::<Vec<_>>(),
                ["and", "und"],
            );
            let text = if voice.german {
                format!("{names} konnte zuletzt nicht gelesen werden; was darin steht, kann fehlen.")
            } else {
                format!("{names} could not be read at the last look; what is in it may be missing.")
            };
            answer.note(text);
        }
    }
}

/// With a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
