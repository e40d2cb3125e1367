//! Puts originals back where surrogates stand, in a whole text or in one that arrives in pieces.
//!
//! A piece may end in the middle of a surrogate. [`Restorer`] keeps back what could still become one, so that however a
//! text is cut, what comes out is the same as if it had come at once, and nobody ever sees half a surrogate. A realistic
//! surrogate counts only as a word of its own: the name `Ann` is not put into `Annual`.

use std::collections::BTreeSet;
use std::ops::Bound;

use crate::redact::Surrogates;

/// The whole text at once.
pub(crate) fn all(surrogates: &Surrogates, text: &str) -> String {
    let mut restorer = Restorer::new(surrogates);
    let mut out = restorer.push(text);
    out.push_str(&restorer.finish());
    out
}

/// Restores a text that arrives in pieces.
pub struct Restorer<'s> {
    surrogates: &'s Surrogates,
    /// Lengths of surrogates in bytes, the longest first when read from behind.
    lengths: BTreeSet<usize>,
    /// Characters that surrogates begin with; most characters of a text are none of them.
    firsts: BTreeSet<char>,
    /// What may still become a surrogate.
    kept: String,
    /// The character before it, as it came.
    before: Option<char>,
    /// Surrogates that were replaced so far.
    restored: u64,
}

/// What stands at a place.
enum Here {
    /// A surrogate of so many bytes.
    Surrogate(usize),
    /// The beginning of one, perhaps.
    Perhaps,
    /// Nothing of the kind.
    Nothing,
}

impl<'s> Restorer<'s> {
    /// Nothing has arrived yet.
    pub fn new(surrogates: &'s Surrogates) -> Self {
        let known = surrogates.backward();
        let lengths = known.keys().map(String::len).collect();
        let firsts = known.keys().filter_map(|surrogate| surrogate.chars().next()).collect();
        Self { surrogates, lengths, firsts, kept: String::new(), before: None, restored: 0 }
    }

    /// Takes a piece and gives what is certain by now.
    pub fn push(&mut self, piece: &str) -> String {
        self.kept.push_str(piece);
        self.advance(false)
    }

    /// Gives what was kept back: nothing follows.
    pub fn finish(&mut self) -> String {
        self.advance(true)
    }

    /// How many surrogates were given back in clear so far.
    pub fn restored(&self) -> u64 {
        self.restored
    }

    fn advance(&mut self, last: bool) -> String {
        let mut out = String::with_capacity(self.kept.len());
        let mut at = 0;
        while let Some(first) = self.kept[at..].chars().next() {
            let here =
                if self.firsts.contains(&first) { self.here(&self.kept[at..], last) } else { Here::Nothing };
            match here {
                Here::Perhaps => break,
                Here::Surrogate(length) => {
                    let surrogate = &self.kept[at..at + length];
                    out.push_str(&self.surrogates.backward()[surrogate]);
                    self.restored += 1;
                    self.before = surrogate.chars().next_back();
                    at += length;
                }
                Here::Nothing => {
                    out.push(first);
                    self.before = Some(first);
                    at += first.len_utf8();
                }
            }
        }
        self.kept.drain(..at);
        out
    }

    fn here(&self, rest: &str, last: bool) -> Here {
        if !last && self.begins(rest) {
            return Here::Perhaps;
        }
        for length in self.lengths.iter().rev().filter(|length| rest.is_char_boundary(**length)) {
            let Some(surrogate) = rest.get(..*length) else { continue };
            if !self.surrogates.backward().contains_key(surrogate) {
                continue;
            }
            let next = rest[*length..].chars().next();
            // The next character decides whether it is a word of its own.
            if next.is_none() && !last && surrogate.ends_with(char::is_alphanumeric) {
                return Here::Perhaps;
            }
            if stands_alone(self.before, surrogate, next) {
                return Here::Surrogate(*length);
            }
        }
        Here::Nothing
    }

    /// Whether a longer surrogate begins with all that is here.
    fn begins(&self, rest: &str) -> bool {
        let after = (Bound::Excluded(rest), Bound::Unbounded);
        self.surrogates
            .backward()
            .range::<str, _>(after)
            .next()
            .is_some_and(|(next, _)| next.starts_with(rest))
    }
}

/// Whether letters or digits do not go on over the edges of a surrogate.
fn stands_alone(before: Option<char>, surrogate: &str, next: Option<char>) -> bool {
    let goes_on = |edge: Option<char>, beyond: Option<char>| {
        edge.is_some_and(char::is_alphanumeric) && beyond.is_some_and(char::is_alphanumeric)
    };
    !goes_on(surrogate.chars().next(), before) && !goes_on(surrogate.chars().next_back(), next)
}

impl std::fmt::Debug for Restorer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restorer").field("kept_bytes", &self.kept.len()).finish_non_exhaustive()
    }
}
