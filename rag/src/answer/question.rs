//! What a question asks for: its content words, and what kind of answer it expects.
//!
//! Words are compared by their Snowball stems, so that "bleeding" finds "bled" as little as a dictionary would but
//! "doses" finds "dose". Numbers and codes stay as they are written.

use std::collections::HashSet;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

/// Words that carry a sentence and not its subject, sorted.
const STOP_WORDS: &[&str] = &[
    "a", "about", "according", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "be", "because", "been", "before", "being", "between", "both", "but", "by", "can", "could", "did", "do",
    "does", "doing", "done", "during", "each", "else", "for", "from", "further", "get", "give", "given",
    "gives", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if",
    "in", "into", "is", "it", "its", "just", "kind", "long", "many", "may", "me", "might", "more", "most",
    "much", "must", "my", "need", "no", "nor", "not", "now", "of", "off", "often", "on", "once", "only",
    "or", "other", "our", "out", "over", "please", "say", "says", "shall", "she", "should", "so", "some",
    "soon", "such", "take", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "through", "to", "too", "under", "until", "up", "us", "use", "very", "was", "we",
    "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with",
    "would", "you", "your",
];

/// Content words counted at most; a question is not a document.
const WORDS: usize = 64;

/// A question, read.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The content words as written, for saying what was looked for.
    shown: Vec<String>,
    /// Their stems, each once.
    pub(super) stems: Vec<String>,
    /// Whether a number, an amount or a time is asked for.
    pub(super) wants_number: bool,
}

impl Question {
    pub(super) fn read(text: &str) -> Self {
        let lower = text.to_lowercase();
        let wants_number = [
            "how many", "how much", "how long", "how often", "when ", "what dose", "dose", "threshold",
            "limit", "target", "how soon", "what is the maximum", "what number",
        ]
        .iter()
        .any(|cue| lower.contains(cue));
        let mut seen = HashSet::new();
        let (mut shown, mut stems) = (Vec::new(), Vec::new());
        for word in text.unicode_words() {
            let Some(stem) = stem(word) else { continue };
            if stems.len() < WORDS && seen.insert(stem.clone()) {
                shown.push(word.to_owned());
                stems.push(stem);
            }
        }
        Self { shown, stems, wants_number }
    }

    /// The content words, in the order of the question.
    pub(super) fn words_shown(&self) -> &[String] {
        &self.shown
    }
}

/// The stems of a text's content words.
pub(super) fn stems(text: &str) -> HashSet<String> {
    text.unicode_words().filter_map(stem).collect()
}

/// The stem of a content word; nothing for a stop word.
fn stem(word: &str) -> Option<String> {
    let lower = word.to_lowercase().replace('’', "'");
    let bare = lower.strip_suffix("'s").unwrap_or(&lower);
    if STOP_WORDS.binary_search(&bare).is_ok() || bare.is_empty() {
        return None;
    }
    if bare.chars().any(|c| c.is_ascii_digit()) {
        return Some(bare.to_owned());
    }
    Some(Stemmer::create(Algorithm::English).stem(bare).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Question, STOP_WORDS};

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn a_question_is_its_content_words() {
        let question = Question::read("What is the patient's maximum dose of apixaban, and when?");
        assert_eq!(question.words_shown(), ["patient's", "maximum", "dose", "apixaban"]);
        assert_eq!(question.stems, ["patient", "maximum", "dose", "apixaban"]);
        assert!(question.wants_number);
    }
}
