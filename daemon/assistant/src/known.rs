//! Who is known by name, for the gate: rules guess what a name is, the mirror is sure.
//!
//! Known are the people with an account and the people in anybody's address book, with their numbers and addresses of
//! mail. A name of one word is left out: too many of them are words of their own. What is collected lives in
//! memory only and goes nowhere but into the gate. It is not asked on behalf of anybody: that somebody's name is
//! replaced tells a reader no more than the text itself.

use voiceassist_phi::{Kind, Known, KnownPeople};
use voiceassist_store::contacts::{MAX_CONTACTS, Note, Reach};
use voiceassist_store::{Page, Store, StoreError};

/// People at most; names of a clinic, its patients and their doctors are fewer.
const MOST_PEOPLE: usize = 200_000;
/// Accounts read at once.
const ACCOUNTS_AT_ONCE: u32 = 200;
/// Digits of a number at least; shorter ones mean other things elsewhere.
const LEAST_DIGITS: usize = 6;

/// Everybody the mirror knows.
pub async fn known_people(store: &Store) -> Result<KnownPeople, StoreError> {
    let mut people = Vec::new();
    with_accounts(store, &mut people).await?;
    with_contacts(store, &mut people).await?;
    if people.len() > MOST_PEOPLE {
        tracing::warn!(
            people = people.len(),
            most = MOST_PEOPLE,
            "not everybody who is known can be recognised"
        );
        people.truncate(MOST_PEOPLE);
    }
    Ok(KnownPeople::new(people))
}

async fn with_accounts(store: &Store, people: &mut Vec<Known>) -> Result<(), StoreError> {
    let mut page = Page::first(ACCOUNTS_AT_ONCE);
    loop {
        let listed = store.accounts().list(&page).await?;
        people.extend(
            listed.items.into_iter().filter_map(|account| known(vec![account.display_name], Vec::new())),
        );
        match listed.next {
            Some(next) if people.len() <= MOST_PEOPLE => page.after = Some(next),
            _ => return Ok(()),
        }
    }
}

async fn with_contacts(store: &Store, people: &mut Vec<Known>) -> Result<(), StoreError> {
    let mut after = None;
    while people.len() <= MOST_PEOPLE {
        let notes = store.contacts().of_everybody(after, MAX_CONTACTS).await?;
        let Some((last, _)) = notes.last() else { return Ok(()) };
        after = Some(*last);
        people.extend(notes.into_iter().filter_map(|(_, note)| contact(note)));
    }
    Ok(())
}

/// A person of an address book; groups, houses and places are none.
fn contact(note: Note) -> Option<Known> {
    if note.kind != "individual" {
        return None;
    }
    let numbers = |reaches: &[Reach], kind, least| -> Vec<(Kind, String)> {
        let is_telling = |value: &&String| value.bytes().filter(u8::is_ascii_alphanumeric).count() >= least;
        reaches
            .iter()
            .map(|reach| &reach.value)
            .filter(is_telling)
            .map(|value| (kind, value.clone()))
            .collect()
    };
    let mut identifiers = numbers(&note.phones, Kind::Phone, LEAST_DIGITS);
    identifiers.extend(numbers(&note.emails, Kind::Email, LEAST_DIGITS));
    let whole = [note.given.as_str(), note.family.as_str()].join(" ");
    known(vec![note.name, whole], identifiers)
}

fn known(mut names: Vec<String>, identifiers: Vec<(Kind, String)>) -> Option<Known> {
    names.retain(|name| name.split_whitespace().count() > 1);
    names.dedup();
    let is_somebody = !names.is_empty() || !identifiers.is_empty();
    is_somebody.then_some(Known { names, identifiers })
}
