//! Somebody of a filter: by which addresses and words they are known.
//!
//! Whoever the person knows by that name (contacts, colleagues, those they had to do with) is meant, and whoever is called so
//! word for word. An address is compared whole. Among those who match almost as well nothing decides: all of them are meant,
//! because a filter that guesses would hide what was asked for.

use std::collections::BTreeSet;

use voiceassist_model::AccountId;
use voiceassist_rag::index::narrow::{MAX_WAYS, MAX_WORDS};
use voiceassist_rag::index::sparse::SparseEncoder;
use voiceassist_store::{Page, Store};

use crate::people::fold::words;
use crate::people::matching::telling;
use crate::people::{AddressBook, PeopleError, Person};

/// People who match that are looked at.
const MOST: u32 = 8;
/// So much worse than the best still counts as the same.
const CLOSE: f32 = 0.15;

/// One of the people of a filter.
pub(crate) struct Somebody {
    /// Lower case.
    addresses: BTreeSet<String>,
    /// Names as folded words, all of which must be there.
    names: BTreeSet<Vec<String>>,
}

impl Somebody {
    /// Whoever is meant by a name or an address.
    pub(crate) async fn resolved(store: &Store, account: AccountId, said: &str) -> Result<Self, PeopleError> {
        if said.contains('@') && !said.contains(char::is_whitespace) {
            return Ok(Self { addresses: BTreeSet::from([said.to_lowercase()]), names: BTreeSet::new() });
        }
        let mut somebody = Self { addresses: BTreeSet::new(), names: BTreeSet::from([telling(said)]) };
        let known = AddressBook::of(store, account).people(Some(said), &Page::first(MOST)).await?;
        let best = known.people.items.first().map_or(0.0, |person| person.score);
        for person in known.people.items.iter().filter(|person| person.score >= best - CLOSE) {
            somebody.add(person);
        }
        somebody.names.retain(|name| !name.is_empty());
        Ok(somebody)
    }

    fn add(&mut self, person: &Person) {
        self.addresses.extend(person.emails.iter().map(|reach| reach.value.trim().to_lowercase()));
        self.names.insert(telling(&person.name));
    }

    /// The numbers by which the index knows them.
    pub(crate) fn ways(&self, terms: &SparseEncoder) -> Vec<Vec<u32>> {
        let names = self.names.iter().map(|name| terms.person(&name.join(" ")));
        let addresses = self.addresses.iter().map(|address| terms.person(address));
        let mut ways: Vec<Vec<u32>> = names.chain(addresses).take(MAX_WAYS).collect();
        for words in &mut ways {
            words.truncate(MAX_WORDS);
        }
        ways
    }

    /// Whether one of these names and addresses is theirs.
    pub(crate) fn is_among(&self, people: &[String]) -> bool {
        people.iter().any(|one| {
            let one = one.trim();
            if self.addresses.contains(&one.to_lowercase()) {
                return true;
            }
            let there = words(one);
            self.names.iter().any(|name| name.iter().all(|word| there.contains(word)))
        })
    }

    /// Whether a text names them.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let there: BTreeSet<String> = words(text).into_iter().collect();
        let low = text.to_lowercase();
        self.names.iter().any(|name| name.iter().all(|word| there.contains(word)))
            || self.addresses.iter().any(|address| low.contains(address.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Somebody;

    #[test]
    fn somebody_is_among_people_by_an_address_or_all_words_of_a_name() {
        let somebody = Somebody {
            addresses: BTreeSet::from(["a.weber@vennhollow.example".to_owned()]),
            names: BTreeSet::from([vec!["weber".to_owned()], vec!["anna".to_owned(), "weber".to_owned()]]),
        };
        let among = |people: &[&str]| {
            somebody.is_among(&people.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
        };
        assert!(among(&["Nobody", "A.Weber@vennhollow.example"]));
        assert!(among(&["Dr. Jan Weber"]));
        assert!(!among(&["Dr. Jan Weberling", "b.holt@vennhollow.example"]));
        assert!(!among(&[]));
        assert!(somebody.is_in("Dear Dr. Weber, thank you") && !somebody.is_in("Weberling wrote"));
    }
}
