//! A question, read once.
//!
//! Its terms for the sparse leg, its text for the embedder, what it asks for, whether it names its subject, and how much
//! of it is names: gene symbols, drug codes, doses. Names must match as they are, so they move weight to words.

use super::facet::{self, Facet};
use super::{initials, relation};
use crate::index::sparse::terms::{TermKind, terms};
use crate::index::sparse::{SparseEncoder, SparseVector};

/// What the words of a text that states what is asked weigh beside the question's own.
const STATED: f32 = 0.3;
/// What the abbreviation of words that a question spells out weighs beside meaning, which sets chance initials right, and
/// what where words are all there is.
const ABBREVIATED: f32 = 1.0;
const ABBREVIATED_ALONE: f32 = 0.5;

/// What is known about a question before anything is searched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// The text that is embedded.
    pub text: String,
    /// The terms that are searched.
    pub terms: SparseVector,
    /// What it asks for; nothing when it describes its subject, which has to be found first, by its name alone.
    pub facet: Option<&'static Facet>,
    /// Whether it describes its subject through something else.
    pub is_described: bool,
    /// How many terms it has itself.
    pub own_terms: usize,
    /// The share of its terms that are names, 0 to 1.
    pub name_share: f32,
}

impl Question {
    /// `alone`: words are all that is searched.
    pub(super) fn read(text: &str, max_chars: usize, encoder: &SparseEncoder, alone: bool) -> Self {
        let text: String = text.trim().chars().take(max_chars).collect();
        let found = terms(&text);
        let initials = initials::of(&text);
        let names = found.iter().filter(|term| term.kind == TermKind::Identifier);
        // An abbreviation that the question itself spells out names nothing more than the words do.
        let names =
            names.filter(|name| !initials.iter().any(|one| one.eq_ignore_ascii_case(&name.text))).count();
        let name_share = if found.is_empty() { 0.0 } else { names as f32 / found.len() as f32 };
        let is_described = relation::is_described(&text);
        let facet = facet::of(&text).filter(|_| !is_described);
        let mut others: Vec<(&str, f32)> = Vec::new();
        if !is_described {
            let weight = if alone { ABBREVIATED_ALONE } else { ABBREVIATED };
            others.extend(initials.iter().map(|one| (one.as_str(), weight)));
        }
        others.extend(facet.map(|facet| (facet.stated, STATED)));
        Self {
            terms: encoder.widened(&text, &others),
            own_terms: found.len(),
            text,
            facet,
            is_described,
            name_share,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Question;
    use crate::index::sparse::{SparseEncoder, TermKey};

    fn name_share(text: &str) -> f32 {
        Question::read(text, 100, &SparseEncoder::new(TermKey::new([1; 32])), false).name_share
    }

    #[test]
    fn a_question_is_searched_with_its_abbreviations_and_what_texts_say() {
        let encoder = SparseEncoder::new(TermKey::new([1; 32]));
        let question =
            Question::read("What helps against chronic obstructive pulmonary disease?", 100, &encoder, false);
        for word in ["COPD", "medicines", "pulmonary"] {
            let term = encoder.question(word).indices[0];
            assert!(question.terms.indices.contains(&term), "{word}");
        }
        let described = Question::read("How is the disease linked to CRX treated?", 100, &encoder, false);
        assert!(described.is_described && described.facet.is_none());
    }

    #[test]
    fn names_are_told_from_words() {
        assert!(name_share("How is high blood pressure treated?") < 0.01);
        assert!(name_share("Which disease does the DHODH gene cause?") > 0.15);
        assert!(name_share("BRCA1 HbA1c") > 0.99);
        assert!(name_share("Is the international normalised ratio (INR) reliable?") < 0.01);
        assert!(name_share("") < 0.01);
    }
}
