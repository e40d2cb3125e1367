//! A question, read once.
//!
//! Its terms for the sparse leg, its text for the embedder, and how much of it is names: gene symbols, drug codes,
//! doses. Names must match as they are, so they move weight to words.

use crate::index::sparse::terms::{TermKind, terms};
use crate::index::sparse::{SparseEncoder, SparseVector};

/// What is known about a question before anything is searched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// The text that is embedded.
    pub text: String,
    /// The terms that are searched.
    pub terms: SparseVector,
    /// The share of its terms that are names, 0 to 1.
    pub name_share: f32,
}

impl Question {
    pub(super) fn read(text: &str, max_chars: usize, encoder: &SparseEncoder) -> Self {
        let text: String = text.trim().chars().take(max_chars).collect();
        let found = terms(&text);
        let names = found.iter().filter(|term| term.kind == TermKind::Identifier).count();
        let name_share = if found.is_empty() { 0.0 } else { names as f32 / found.len() as f32 };
        Self { terms: encoder.question(&text), text, name_share }
    }
}

#[cfg(test)]
mod tests {
    use super::Question;
    use crate::index::sparse::{SparseEncoder, TermKey};

    fn name_share(text: &str) -> f32 {
        Question::read(text, 100, &SparseEncoder::new(TermKey::new([1; 32]))).name_share
    }

    #[test]
    fn names_are_told_from_words() {
        assert!(name_share("How is high blood pressure treated?") < 0.01);
        assert!(name_share("Which disease does the DHODH gene cause?") > 0.15);
        assert!(name_share("BRCA1 HbA1c") > 0.99);
        assert!(name_share("") < 0.01);
    }
}
