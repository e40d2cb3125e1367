//! Whether a text is in a language whose names and words the detectors know.
//!
//! Only English and German are. A longer text without their small words is something else (or no language at all),
//! and then silence of the detectors means nothing.

/// Small words of English and German, sorted.
const SMALL_WORDS: &[&str] = &[
    "a", "als", "am", "an", "and", "are", "as", "at", "auf", "aus", "be", "bei", "but", "by", "can", "das",
    "dem", "den", "der", "des", "die", "do", "durch", "ein", "eine", "einem", "einen", "einer", "er", "es",
    "for", "from", "für", "had", "has", "have", "he", "her", "his", "i", "if", "im", "in", "is", "ist", "it",
    "mit", "my", "nach", "nicht", "no", "not", "oder", "of", "ohne", "on", "or", "per", "please", "she",
    "sich", "sie", "sind", "so", "that", "the", "they", "this", "to", "und", "up", "vom", "von", "vor",
    "war", "was", "we", "werden", "wird", "with", "you", "your", "zu", "zum", "zur", "über",
];

/// Words from which a text is long enough to judge.
const ENOUGH: usize = 40;
/// The share of small words, in per cent, that running text of a known language exceeds by far.
const LEAST_PER_CENT: usize = 6;

/// How well the words of a text are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Familiarity {
    words: usize,
    small: usize,
}

impl Familiarity {
    /// Counts one word in lower case.
    pub(crate) fn count(&mut self, word: &str) {
        self.words += 1;
        if SMALL_WORDS.binary_search(&word).is_ok() {
            self.small += 1;
        }
    }

    /// Whether the text is long and strange.
    pub(crate) fn is_foreign(self) -> bool {
        self.words >= ENOUGH && self.small * 100 < self.words * LEAST_PER_CENT
    }

    /// Whether there are no words at all.
    pub(crate) fn is_empty(self) -> bool {
        self.words == 0
    }
}

#[cfg(test)]
mod tests {
    use super::SMALL_WORDS;

    #[test]
    fn small_words_are_sorted() {
        assert!(SMALL_WORDS.is_sorted());
    }
}
