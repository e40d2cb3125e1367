//! Where the words for an input stand in a text.
//!
//! A mention inside a longer mention of another input is not one: "treated hypertension" is not "hypertension". Words
//! of the calculator's own name are never a mention of an input.

use std::ops::Range;

use super::tokens::{Token, TokenKind, phrase};
use crate::input::{Input, Kind};

/// Words for an input at these tokens.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub input: &'static Input,
    pub tokens: Range<usize>,
}

/// All mentions of these inputs, in order.
pub(super) fn mentions(inputs: &'static [Input], tokens: &[Token], taken: &[Range<usize>]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for input in inputs {
        let mut phrases: Vec<Vec<String>> = input.synonyms.iter().map(|words| phrase(words)).collect();
        phrases.push(phrase(input.title));
        if matches!(input.kind, Kind::Boolean) && input.name.len() > 3 {
            phrases.push(phrase(&input.name.replace('_', " ")));
        }
        for start in 0..tokens.len() {
            let end = phrases.iter().filter_map(|words| ends_at(words, tokens, start)).max();
            if let Some(end) = end {
                found.push(Mention { input, tokens: start..end });
            }
        }
    }
    let whole = found.clone();
    found.retain(|mention| {
        !taken.iter().any(|name| overlaps(name, &mention.tokens))
            && !whole.iter().any(|other| holds_more(&other.tokens, &mention.tokens))
    });
    found.sort_by_key(|mention| mention.tokens.start);
    found
}

/// Where this phrase ends if it starts here; marks other than a hyphen or slash end it.
pub(super) fn ends_at(words: &[String], tokens: &[Token], start: usize) -> Option<usize> {
    let mut at = start;
    for (nth, word) in words.iter().enumerate() {
        if nth > 0 && tokens.get(at)?.is_one_of(&["-", "–", "/"]) {
            at += 1;
        }
        if !tokens.get(at)?.is(word) {
            return None;
        }
        at += 1;
    }
    (!words.is_empty() && tokens[start].kind != TokenKind::Mark).then_some(at)
}

pub(super) fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn holds_more(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && outer.len() > inner.len()
}
