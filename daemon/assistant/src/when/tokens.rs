//! A text in words and numbers, each with its place.
//!
//! `9-11` is three tokens and `2026-12-03` is one; `3.12.`, `15:30` and `follow-up` are one. A dot behind a number or a word is noted, because
//! `3.` is a day in German and `Do.` a weekday.

use std::ops::Range;

/// Tokens that are read.
const MAX_TOKENS: usize = 400;

/// A word or a number.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// In lower case.
    pub(super) text: String,
    /// Where, in octets.
    pub(super) at: Range<usize>,
    /// Whether its first letter is a capital.
    pub(super) is_capital: bool,
    /// Whether a dot follows.
    pub(super) has_dot: bool,
}

impl Token {
    pub(super) fn is(&self, list: &[&str]) -> bool {
        list.contains(&self.text.as_str())
    }

    /// The number it is.
    pub(super) fn number(&self) -> Option<u32> {
        (self.text.len() <= 4).then(|| self.text.parse().ok()).flatten()
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str, max_chars: usize) -> Vec<Token> {
    let letters: Vec<(usize, char)> = text.char_indices().take(max_chars).collect();
    let letter = |at: usize| letters.get(at).map(|(_, letter)| *letter);
    let place = |at: usize| letters.get(at).map_or(text.len(), |(place, _)| *place);
    let end = |at: usize| letters.get(at).map_or(text.len(), |(place, letter)| place + letter.len_utf8());
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = letter(at) {
        if tokens.len() >= MAX_TOKENS {
            break;
        }
        if is_dash(first) {
            tokens.push(Token {
                text: "-".to_owned(),
                at: place(at)..end(at),
                is_capital: false,
                has_dot: false,
            });
            at += 1;
            continue;
        }
        if !first.is_alphanumeric() {
            at += 1;
            continue;
        }
        let from = at;
        at += 1;
        while let Some(next) = letter(at) {
            let goes_on = next.is_alphanumeric()
                || matches!(next, '\'' | '’' | ':' | '.' | '/' | '-')
                    && letter(at + 1).is_some_and(char::is_alphanumeric)
                    && !(is_dash(next) && splits(&letters, from, at));
            if !goes_on {
                break;
            }
            at += 1;
        }
        let written: String = letters.iter().take(at).skip(from).map(|(_, letter)| *letter).collect();
        tokens.push(Token {
            text: written.to_lowercase().replace('’', "'"),
            at: place(from)..end(at.saturating_sub(1)),
            is_capital: first.is_uppercase(),
            has_dot: letter(at) == Some('.'),
        });
    }
    tokens
}

const fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '–' | '—')
}

/// Whether a dash stands between two times rather than within a word or a date.
fn splits(letters: &[(usize, char)], from: usize, dash: usize) -> bool {
    let digit = |at: usize| letters.get(at).is_some_and(|(_, letter)| letter.is_ascii_digit());
    if !digit(dash - 1) && letters.get(dash - 1).is_none_or(|(_, letter)| *letter != 'm') || !digit(dash + 1)
    {
        return false;
    }
    // Four digits before, or a dash before them: a date.
    let before: String =
        letters.get(from..dash).unwrap_or_default().iter().map(|(_, letter)| *letter).collect();
    let is_year = before.len() == 4 && before.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = before.len() == 7 && before.as_bytes().get(4) == Some(&b'-');
    !is_year && !is_month
}
