//! Free text as words, numbers and marks, each with its place.
//!
//! A word starts with a letter and keeps its digits (`spo2`), a number starts with a digit and leaves the letters that
//! follow to the next word (`76yo`). A number with a comma in it can be read two ways and so has no value. Only the
//! first [`LONGEST_TEXT`] characters are read.

use std::ops::Range;

/// Longest text that is read, in characters.
pub const LONGEST_TEXT: usize = 4_000;

/// A word, number or mark.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Lower case, subscripts as digits.
    pub word: String,
    /// What it is.
    pub kind: TokenKind,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TokenKind {
    Word,
    /// `None` if it can be read in more than one way.
    Number(Option<f64>),
    Mark,
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        self.word == word
    }

    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        words.contains(&self.word.as_str())
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let length = match first {
            '\n' => 1,
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            _ if first.is_ascii_digit() => number_length(&text[at..]),
            _ if first.is_alphabetic() => word_length(&text[at..]),
            _ => first.len_utf8(),
        };
        let written = &text[at..at + length];
        let kind = match first {
            _ if first.is_ascii_digit() => TokenKind::Number(written.parse().ok()),
            _ if first.is_alphabetic() => TokenKind::Word,
            _ => TokenKind::Mark,
        };
        found.push(Token { word: plain(written), kind, span: at..at + length });
        at += length;
    }
    found
}

/// The words of a phrase, for comparing with a text.
pub(super) fn phrase(text: &str) -> Vec<String> {
    tokens(text).into_iter().filter(|token| token.kind != TokenKind::Mark).map(|token| token.word).collect()
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '₂' || c == '\'' || c == '’')).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut length = digits(text);
    while text[length..].starts_with(['.', ',']) {
        let more = digits(&text[length + 1..]);
        if more == 0 {
            break;
        }
        length += 1 + more;
    }
    length
}

/// Lower case, subscripts as digits, possessives without their ending.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '₂' => '2',
            '’' => '\'',
            'μ' => 'µ',
            other => other,
        })
        .collect();
    text.strip_suffix("'s").or_else(|| text.strip_suffix('\'')).map_or(text.clone(), str::to_owned)
}
