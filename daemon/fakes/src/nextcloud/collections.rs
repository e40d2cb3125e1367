//! Calendars and address books as the measured server keeps them: a change number that is ctag and sync token at once,
//! objects stored as they were given, and its traps.
//!
//! Kept true: a token from the future is answered with nothing and the present number; a garbage token with 403; a
//! pruned one with what is left of the changes and no word about it; a limit on a calendar with 507 at first and with
//! one change and the final token later; an address book in pages only at first; multiget leaves out what is gone; an
//! object that invites somebody comes back changed and without an entity tag. Not there: free-busy, expansion, sharing
//! by request, the trash.

use std::collections::BTreeMap;

use super::state::State;

mod objects;
mod properties;
mod reports;

pub(crate) use self::objects::answer;
pub use self::properties::CollectionKind;

/// What a token begins with.
pub(crate) const TOKEN: &str = "http://sabre.io/ns/sync/";

/// A calendar or an address book in somebody's home.
#[derive(Debug, Clone)]
pub(crate) struct Collection {
    pub(crate) kind: CollectionKind,
    pub(crate) name: String,
    /// Whose it is; another than whose home it stands in for a shared one.
    pub(crate) owner: String,
    pub(crate) read_only: bool,
    pub(crate) number: u64,
    pub(crate) objects: BTreeMap<String, Object>,
    /// Change number, object, whether it is a deletion.
    pub(crate) log: Vec<(u64, String, bool)>,
    /// How many objects a first answer of an address book holds, when it is cut.
    pub(crate) page: Option<usize>,
    /// Answers about changes also tell of somebody else's object that is gone.
    pub(crate) stray: bool,
}

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) text: String,
    pub(crate) etag: String,
    /// Multiget leaves it out or gives XML nobody can read, as a test wants it.
    pub(crate) trouble: Option<ObjectTrouble>,
}

/// What is wrong with an object on the way to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectTrouble {
    /// A multiget leaves it out although it is there.
    Omitted,
    /// A multiget answers with XML that cannot be read.
    BrokenXml,
    /// The server fails at every answer it is in.
    Fails,
}

/// In whose home, calendar or address book, and its name in the path.
pub(crate) type CollectionKey = (String, bool, String);

impl Collection {
    pub(crate) fn token(&self) -> String {
        format!("{TOKEN}{}", self.number)
    }

    pub(crate) fn put(&mut self, name: &str, text: String) -> String {
        self.number += 1;
        let etag = etag(&text);
        let trouble = self.objects.get(name).and_then(|object| object.trouble);
        self.objects.insert(name.to_owned(), Object { text, etag: etag.clone(), trouble });
        self.log.push((self.number, name.to_owned(), false));
        etag
    }

    pub(crate) fn delete(&mut self, name: &str) -> bool {
        if self.objects.remove(name).is_none() {
            return false;
        }
        self.number += 1;
        self.log.push((self.number, name.to_owned(), true));
        true
    }
}

/// The same bytes have the same tag, others another.
fn etag(text: &str) -> String {
    let mut halves = [0xcbf2_9ce4_8422_2325_u64, 0x8422_2325_cbf2_9ce4];
    for byte in text.bytes() {
        for (round, half) in halves.iter_mut().enumerate() {
            *half = (*half ^ (u64::from(byte) + round as u64)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("\"{:016x}{:016x}\"", halves[0], halves[1])
}

impl State {
    pub(crate) fn collection(&mut self, key: &CollectionKey) -> Option<&mut Collection> {
        self.collections.get_mut(key)
    }

    pub(crate) fn add_collection(&mut self, key: CollectionKey, kind: CollectionKind, name: &str) {
        let owner = key.0.clone();
        let collection = Collection {
            kind,
            name: name.to_owned(),
            owner,
            read_only: matches!(kind, CollectionKind::Birthdays | CollectionKind::SystemBook),
            number: 1,
            objects: BTreeMap::new(),
            log: Vec::new(),
            page: None,
            stray: false,
        };
        self.collections.entry(key).or_insert(collection);
    }

    /// What everybody has from the first login on.
    pub(crate) fn add_default_collections(&mut self, user: &str) {
        let key = |books: bool, name: &str| (user.to_owned(), books, name.to_owned());
        self.add_collection(key(false, "personal"), CollectionKind::Calendar, "Personal");
        self.add_collection(key(false, "contact_birthdays"), CollectionKind::Birthdays, "Contact birthdays");
        self.add_collection(key(true, "contacts"), CollectionKind::AddressBook, "Contacts");
        self.add_collection(key(true, "z-server-generated--system"), CollectionKind::SystemBook, "Accounts");
    }
}
