//! Who somebody is and how to reach them: a person's contacts, their colleagues, and those they had to do with.
//!
//! ```text
//! words ─▶ contacts of own, shared and system books (unsealed, page by page) ─▶ those that match, with how well
//!       ─▶ who was met how often (organisers and participants of events) ─▶ the same person's cards joined ─▶ best first
//! ```
//!
//! Names and numbers are sealed, so nothing here is asked of the database; all of a person's contacts are compared in
//! memory, up to [`MAX_CONTACTS`]. Cards of one person are joined in the answer and never in the data; when in doubt they
//! stay apart, because a wrong number is worse than two entries. *Invariant:* nobody is shown whom the audit log does
//! not have.

pub mod fold;
mod history;
mod joined;
pub(crate) mod matching;

use std::collections::BTreeMap;

use chrono::DateTime;
use voiceassist_model::{AccountId, CollectionId, CollectionObjectId};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::contacts::{self, Contact, Reach};
use voiceassist_store::{Listed, Page, Store, StoreError};

use crate::diary::Links;
use matching::Wanted;

/// Contacts of one person that are compared.
pub const MAX_CONTACTS: usize = 50_000;
/// People that match and are ranked; more means that the words are too few.
const MAX_MATCHES: usize = 1_000;
/// The longest question, in letters.
pub const MAX_QUERY: usize = 200;

/// Where somebody is known from; the order is that of trust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Source {
    /// An address book of the person's own.
    Own,
    /// One that somebody shares with them.
    Shared,
    /// The directory of the server.
    Colleague,
    /// Only events: no card.
    History,
}

impl Source {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shared => "shared",
            Self::Colleague => "colleague",
            Self::History => "history",
        }
    }

    fn of(kind: &str) -> Self {
        match kind {
            "own" => Self::Own,
            "system" => Self::Colleague,
            _ => Self::Shared,
        }
    }
}

/// A card somebody is known from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The card; none for somebody who is known from events alone.
    pub contact: Option<CollectionObjectId>,
    /// Where.
    pub source: Source,
    /// Opens it in Nextcloud.
    pub link: Option<String>,
}

/// Somebody.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// `individual`, `group`, `organization` or `location`.
    pub kind: String,
    /// Where they work.
    pub organization: Option<String>,
    /// In which part of it.
    pub units: Vec<String>,
    /// What they are called there.
    pub title: Option<String>,
    /// What they do there.
    pub role: Option<String>,
    /// Numbers, the preferred ones first, each once.
    pub phones: Vec<Reach>,
    /// Addresses of mail, likewise.
    pub emails: Vec<Reach>,
    /// Where they are.
    pub addresses: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Where they are known from, the most trusted first.
    pub known_from: Vec<Known>,
    /// Events of the last year and the next weeks they had a part in.
    pub met: u32,
    /// How well they match, 0 to about 1.3; 0 without a question.
    pub score: f32,
}

voiceassist_model::debug_without_text!(Person { known_from, met, score; name });

/// People, page by page.
#[derive(Clone, Debug)]
pub struct People {
    /// Best first; without a question by name.
    pub people: Listed<Person>,
    /// Whether more matched than were ranked.
    pub more: bool,
}

/// A question about people that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Longer than a question may be.
    #[error("the question is longer than {limit} characters")]
    QueryTooLong {
        /// The limit.
        limit: usize,
    },
    /// The store failed.
    #[error("reading contacts")]
    Store(#[from] StoreError),
}

/// Everybody one person knows, asked about by somebody who is recorded.
#[derive(Clone)]
pub struct AddressBook<'a> {
    store: &'a Store,
    account: AccountId,
    actor: Actor,
}

impl<'a> AddressBook<'a> {
    /// Whom this account's person knows, asked about by themselves.
    pub const fn of(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Person(account) }
    }

    /// The same, asked about by whoever runs the daemon.
    pub const fn for_operator(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Operator }
    }

    /// People who match these words, best first; without words everybody by name.
    pub async fn people(&self, query: Option<&str>, page: &Page) -> Result<People, PeopleError> {
        if query.is_some_and(|query| query.chars().count() > MAX_QUERY) {
            return Err(PeopleError::QueryTooLong { limit: MAX_QUERY });
        }
        let wanted = Wanted::read(query.unwrap_or_default());
        let books = self.books().await?;
        let mut found = self.matching(&wanted, &books).await?;
        if !wanted.is_empty() {
            let met = history::met(self.store, self.account).await?;
            history::weigh(&mut found, &met, &wanted);
        }
        let mut people = joined::joined(found);
        if wanted.is_empty() {
            people.sort_by_cached_key(|person| (fold::words(&person.name), first_id(person)));
        } else {
            people.sort_by(|one, other| {
                other.score.total_cmp(&one.score).then_with(|| first_id(one).cmp(&first_id(other)))
            });
        }
        let more = !wanted.is_empty() && people.len() > MAX_MATCHES;
        if more {
            people.truncate(MAX_MATCHES);
        }
        let people = Listed::of_whole(people, page, |at, person| {
            let place = i64::try_from(at).unwrap_or(i64::MAX);
            let id = first_id(person).map(CollectionObjectId::as_uuid).unwrap_or_default();
            (DateTime::from_timestamp_micros(place).unwrap_or_default(), id)
        })?;
        self.record(people.items.len()).await?;
        Ok(People { people, more })
    }

    async fn books(&self) -> Result<BTreeMap<CollectionId, Source>, PeopleError> {
        let books = self.store.collections().list(self.account, CollectionClass::AddressBook).await?;
        Ok(books.into_iter().map(|book| (book.id, Source::of(&book.kind))).collect())
    }

    /// Every card that matches, as a person of its own.
    async fn matching(
        &self,
        wanted: &Wanted,
        books: &BTreeMap<CollectionId, Source>,
    ) -> Result<Vec<Person>, PeopleError> {
        let links = Links::of(self.store, self.account).await?;
        let (mut found, mut after, mut seen) = (Vec::new(), None, 0);
        while seen < MAX_CONTACTS {
            let some = self.store.contacts().list(self.account, after, contacts::MAX_CONTACTS).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.id);
            seen += some.len();
            for contact in some {
                let source = books.get(&contact.collection).copied().unwrap_or(Source::Shared);
                if let Some(score) = wanted.score(&contact.note) {
                    found.push(person(contact, source, score, &links));
                }
            }
        }
        Ok(found)
    }

    /// Notes that so many people are about to be shown.
    async fn record(&self, shown: usize) -> Result<(), PeopleError> {
        if shown > 0 {
            let entry = Entry::new(self.actor, Action::ContactsShow)
                .about(Subject::Account(self.account))
                .count("shown", shown as u64);
            self.store.audit().append_all(vec![entry]).await?;
        }
        Ok(())
    }
}

fn person(contact: Contact, source: Source, score: f32, links: &Links) -> Person {
    let Contact { id, location, note, .. } = contact;
    let link = note.uid.as_deref().and_then(|uid| links.contact(&location, uid));
    let trust = match source {
        Source::Own => 0.10,
        Source::Shared => 0.06,
        Source::Colleague => 0.05,
        Source::History => 0.0,
    };
    Person {
        name: note.name,
        kind: note.kind,
        organization: note.organization,
        units: note.units,
        title: note.title,
        role: note.role,
        phones: note.phones,
        emails: note.emails,
        addresses: note.addresses,
        categories: note.categories,
        known_from: vec![Known { contact: Some(id), source, link }],
        met: 0,
        score: if score > 0.0 { score + trust } else { 0.0 },
    }
}

/// What tells people apart in a list.
fn first_id(person: &Person) -> Option<CollectionObjectId> {
    person.known_from.iter().find_map(|known| known.contact)
}
