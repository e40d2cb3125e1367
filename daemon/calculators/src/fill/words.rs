//! Findings, choices and the sex, from the words for them.
//!
//! A finding is filled only if the text says of the patient that it is there or that it is not. A choice needs its own
//! words, and for a single word also the words of the input before it.

use std::ops::Range;

use serde_json::{Value, json};

use super::mention::{Mention, ends_at};
use super::numbers::Stated;
use super::scope::{Sense, sense_of};
use super::tokens::{Token, TokenKind, phrase};
use crate::input::{Input, Kind};
use crate::patient::SEXES;

const WOMEN: &[&str] = &["woman", "female", "lady", "girl"];
const MEN: &[&str] = &["man", "male", "gentleman", "boy"];
/// How far before a one-word choice the input must be named.
const NEAR: usize = 3;

/// Findings that are stated, and those of which it is not clear.
pub(super) fn findings(
    mentions: &[Mention],
    tokens: &[Token],
    senses: &[Sense],
) -> (Vec<Stated>, Vec<(&'static Input, Range<usize>)>) {
    let (mut stated, mut unclear) = (Vec::new(), Vec::new());
    for mention in mentions.iter().filter(|mention| matches!(mention.input.kind, Kind::Boolean)) {
        let tokens = match sense_of(mention, tokens, senses) {
            Sense::Present => (true, mention.tokens.clone()),
            Sense::Absent => (false, denied(mention, tokens, senses)),
            Sense::Unclear => {
                unclear.push((mention.input, mention.tokens.clone()));
                continue;
            }
            Sense::Other => continue,
        };
        stated.push(Stated { input: mention.input, value: json!(tokens.0), tokens: tokens.1 });
    }
    (stated, unclear)
}

/// The finding with its denial, as far as that is near.
fn denied(mention: &Mention, tokens: &[Token], senses: &[Sense]) -> Range<usize> {
    let span = mention.tokens.clone();
    if senses[span.start] != Sense::Absent {
        return span.start..(span.end + 2).min(tokens.len());
    }
    let start = (0..span.start).rev().take_while(|at| senses[*at] == Sense::Absent).last();
    start.unwrap_or(span.start)..span.end
}

/// Choices, the sex among them.
pub(super) fn choices(
    inputs: &'static [Input],
    mentions: &[Mention],
    tokens: &[Token],
    senses: &[Sense],
) -> Vec<Stated> {
    let mut stated = Vec::new();
    for input in inputs {
        let Kind::Choice(options) = input.kind else { continue };
        let is_sex = SEXES.iter().all(|sex| options.iter().any(|option| option.value == sex.value));
        for at in (0..tokens.len()).filter(|at| senses[*at] == Sense::Present) {
            if is_sex {
                stated.extend(sex(input, tokens, at));
                continue;
            }
            for option in options {
                let ways = [option.title, option.value].into_iter().chain(option.aliases.iter().copied());
                let end =
                    ways.filter_map(|words| option_at(input, &phrase(words), mentions, tokens, at)).max();
                stated.extend(end.map(|end| Stated { input, value: json!(option.value), tokens: at..end }));
            }
        }
    }
    stated
}

fn option_at(
    input: &Input,
    words: &[String],
    mentions: &[Mention],
    tokens: &[Token],
    at: usize,
) -> Option<usize> {
    let end = ends_at(words, tokens, at)?;
    let named = mentions.iter().any(|mention| {
        mention.input.name == input.name && mention.tokens.end <= at && at - mention.tokens.end <= NEAR
    });
    (words.len() > 1 || named).then_some(end)
}

/// "woman", "man", "76F", "76 yo M".
fn sex(input: &'static Input, tokens: &[Token], at: usize) -> Option<Stated> {
    let token = &tokens[at];
    let after_age = at > 0
        && (matches!(tokens[at - 1].kind, TokenKind::Number(_))
            && tokens[at - 1].span.end == token.span.start
            || tokens[at - 1].is_one_of(&["yo", "old", "o", "sex", ":"]))
        && tokens.get(at + 1).is_none_or(|next| !next.is("/"));
    let value: Value = if token.is_one_of(WOMEN) || token.is("yof") || after_age && token.is("f") {
        json!("female")
    } else if token.is_one_of(MEN) || token.is("yom") || after_age && token.is("m") {
        json!("male")
    } else {
        return None;
    };
    Some(Stated { input, value, tokens: at..at + 1 })
}
