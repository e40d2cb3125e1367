//! A text as recognisers are given it: once cut into words, with what the rules found.
//!
//! A recogniser outside this crate sees the text and the findings; the classifier reads the words too, so that a text is
//! cut only once.

use crate::detect::Candidate;
use crate::words::Text;

/// A text, its words, and what the rules found in it.
pub struct Reading<'a> {
    words: &'a Text<'a>,
    found: &'a [Candidate],
}

impl<'a> Reading<'a> {
    pub(crate) fn new(words: &'a Text<'a>, found: &'a [Candidate]) -> Self {
        Self { words, found }
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        self.words.text
    }

    /// What the rules found, in order and without overlap.
    pub fn found(&self) -> &[Candidate] {
        self.found
    }

    pub(crate) fn words(&self) -> &Text<'a> {
        self.words
    }
}
