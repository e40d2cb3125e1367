//! How a text is written: a chat without capitals, a query, a document with headings.

use crate::lexicon::Marks;
use crate::words::{Gap, Language, Shape, Text};

/// Texts of fewer words than this are queries, not documents.
const SHORT: usize = 120;

/// How a text is written.
pub(super) struct Style {
    /// Nothing but openings is capitalised: a chat.
    pub(super) is_lower: bool,
    /// A query rather than a document.
    pub(super) is_short: bool,
    pub(super) language: Language,
    /// For each word the number of its line.
    line_of: Vec<u32>,
    /// For each line whether it is a heading: no word in lower case but small ones.
    headings: Vec<bool>,
}

impl Style {
    pub(super) fn of(text: &Text<'_>) -> Self {
        let words = &text.words;
        let mut line_of = Vec::with_capacity(words.len());
        let mut headings = Vec::new();
        let (mut lower, mut capitals) = (0_u32, 0_u32);
        let (mut inner, mut all) = (0_u32, 0_u32);
        for (at, word) in words.iter().enumerate() {
            if word.gap >= Gap::Line {
                if at > 0 {
                    headings.push(lower == 0 && capitals > 1);
                }
                (lower, capitals) = (0, 0);
            }
            line_of.push(u32::try_from(headings.len()).unwrap_or(u32::MAX));
            // Headings have neither brackets nor the end of a sentence.
            lower += u32::from(matches!(word.text, "(" | "?" | "!"));
            // Nor do they ask or tell anything.
            lower += u32::from(
                word.shape == Shape::Lower
                    && matches!(
                        word.text,
                        "please" | "is" | "was" | "are" | "has" | "can" | "should" | "will" | "my" | "me"
                    ),
            );
            if !word.is_word() || word.letters() < 2 {
                continue;
            }
            all += 1;
            if word.is_capital() {
                capitals += 1;
                inner += u32::from(!text.opens(at) && (word.shape == Shape::Capital || word.letters() > 5));
            } else if !word.any(Marks::SMALL) {
                lower += 1;
            }
        }
        headings.push(lower == 0 && capitals > 1);
        Self {
            language: text.language,
            is_lower: inner == 0 && all > 0,
            is_short: words.len() < SHORT,
            line_of,
            headings,
        }
    }

    /// Whether a word stands in a heading, where capitals say nothing.
    pub(super) fn is_heading(&self, text: &Text<'_>, at: usize) -> bool {
        let _ = text;
        self.headings[self.line_of[at] as usize]
    }
}
