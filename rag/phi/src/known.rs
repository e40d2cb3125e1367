//! The people we know: exact match on the patients and contacts of the mirror.
//!
//! Rules guess; a name that stands in the address book is certain. Names and identifiers are kept as sequences of
//! folded words and compared word by word, so case, accents, line breaks and punctuation do not matter, and nothing is
//! found inside a longer word. "Orrin, Tessa" and "Tessa Orrin" are one person. The list is given by the caller and
//! lives in memory only; this module neither loads nor stores it, and it refuses names too short to mean anybody.

use std::collections::HashMap;
use std::ops::Range;

use crate::detect::Candidate;
use crate::span::Kind;
use crate::words::{Shape, Word, cut};

/// A single word is matched alone only from this many letters on.
const LEAST_LETTERS: usize = 3;
/// The most words of one name or identifier that are compared.
const MOST_WORDS: usize = 12;

/// One person as the caller knows them.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Names in any order of their words: "Tessa Orrin", "Orrin, Tessa", "Tessa".
    pub names: Vec<String>,
    /// Numbers, addresses and the like, with what they are.
    pub identifiers: Vec<(Kind, String)>,
}

/// All people the caller knows, ready to be matched.
#[derive(Clone, Debug, Default)]
pub struct KnownPeople {
    /// By the first word: the words that must follow, and what the whole is.
    entries: HashMap<String, Vec<Entry>>,
    people: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    rest: Vec<String>,
    kind: Kind,
    rule: &'static str,
}

impl KnownPeople {
    /// Prepares a list of people. What holds no letter or digit is left out.
    pub fn new<I: IntoIterator<Item = Known>>(people: I) -> Self {
        let mut known = Self::default();
        for person in people {
            known.people += 1;
            for name in &person.names {
                known.add_name(name);
            }
            for (kind, identifier) in &person.identifiers {
                known.add(folded_words(identifier), *kind, "known.identifier");
            }
        }
        for entries in known.entries.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.rest.len()));
        }
        known
    }

    /// How many people were given.
    pub fn len(&self) -> usize {
        self.people
    }

    /// Whether nobody was given.
    pub fn is_empty(&self) -> bool {
        self.people == 0
    }

    fn add_name(&mut self, name: &str) {
        let words = folded_words(name);
        if let [only] = words.as_slice()
            && only.chars().count() < LEAST_LETTERS
        {
            return;
        }
        for turn in 0..words.len().min(MOST_WORDS) {
            let mut turned = words.clone();
            turned.rotate_left(turn);
            self.add(turned, Kind::Name, "known.name");
        }
    }

    fn add(&mut self, mut words: Vec<String>, kind: Kind, rule: &'static str) {
        words.truncate(MOST_WORDS);
        if words.is_empty() {
            return;
        }
        let first = words.remove(0);
        let entry = Entry { rest: words, kind, rule };
        let entries = self.entries.entry(first).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }

    /// Every place where one of them stands, the longest match first at each place.
    pub(crate) fn find(&self, words: &[Word<'_>], found: &mut Vec<Candidate>) {
        if self.entries.is_empty() {
            return;
        }
        for (at, word) in words.iter().enumerate() {
            if word.shape == Shape::Sign {
                continue;
            }
            let Some(entries) = self.entries.get(word.folded.as_ref()) else { continue };
            if let Some(hit) =
                entries.iter().find_map(|entry| entry.ends_at(words, at).map(|end| (entry, end)))
            {
                found.push(hit.0.candidate(word.start..hit.1));
            }
        }
    }
}

impl Entry {
    /// Where the entry ends in the text when it starts at a word.
    fn ends_at(&self, words: &[Word<'_>], at: usize) -> Option<usize> {
        let mut end = words[at].end;
        let mut rest = words[at + 1..].iter();
        for wanted in &self.rest {
            // Between two words of a name stand at most two signs: ", " or ". ".
            let next = rest.by_ref().take(3).find(|word| word.shape != Shape::Sign)?;
            if next.folded != *wanted {
                return None;
            }
            end = next.end;
        }
        Some(end)
    }

    fn candidate(&self, range: Range<usize>) -> Candidate {
        Candidate { range, kind: self.kind, confidence: 1.0, rule: self.rule }
    }
}

fn folded_words(text: &str) -> Vec<String> {
    cut(text)
        .into_iter()
        .filter(|word| word.shape != Shape::Sign)
        .map(|word| word.folded.into_owned())
        .collect()
}
