//! Who is known by name, for the gate: rules guess what a name is, the mirror is sure.
//!
//! Known are the people with an account. A name of one word is left out: too many of them are words of
//! their own. What is collected lives in memory only and goes nowhere but into the gate. It is not asked on behalf of
//! anybody: that somebody's name is replaced tells a reader no more than the text itself.

use voiceassist_phi::{Known, KnownPeople};
use voiceassist_store::{Page, Store, StoreError};

/// People at most; names of a clinic, its patients and their doctors are fewer.
const MOST_PEOPLE: usize = 200_000;
/// Accounts read at once.
const ACCOUNTS_AT_ONCE: u32 = 200;

/// Everybody the mirror knows.
pub async fn known_people(store: &Store) -> Result<KnownPeople, StoreError> {
    let mut people = Vec::new();
    let mut page = Page::first(ACCOUNTS_AT_ONCE);
    loop {
        let listed = store.accounts().list(&page).await?;
        people.extend(listed.items.iter().filter_map(|account| named(&account.display_name)));
        match listed.next {
            Some(next) if people.len() < MOST_PEOPLE => page.after = Some(next),
            _ => break,
        }
    }
    people.truncate(MOST_PEOPLE);
    Ok(KnownPeople::new(people))
}

fn named(name: &str) -> Option<Known> {
    let is_whole = name.split_whitespace().count() > 1;
    is_whole.then(|| Known { names: vec![name.to_owned()], identifiers: Vec::new() })
}
