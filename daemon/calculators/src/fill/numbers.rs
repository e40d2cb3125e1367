//! Numbers beside the words for an input, with the unit that stands behind them.
//!
//! A number belongs to an input if it follows its words with nothing but "is", "of" and the like between, or stands
//! right before them ("112 bpm"). Each number is used once, ages and pairs of pressures first. A limit ("over 75"), a
//! range ("65-74") and a number that can be read two ways are no values. A unit nobody knows is handed on as it is
//! written, so that it is refused and not overlooked.

use std::ops::Range;

use serde_json::{Value, json};

use super::mention::Mention;
use super::tokens::{Token, TokenKind};
use crate::input::{Input, Kind};
use crate::measure;

/// Words that may stand between an input and its number.
const FILLERS: &[&str] = &[
    "is", "of", "was", "at", "=", ":", "level", "value", "now", "today", "currently", "around", "about",
    "class",
];
/// Most of them in a row.
const MOST_FILLERS: usize = 3;
const LIMITS: &[&str] = &[
    "<", ">", "≤", "≥", "over", "above", "below", "under", "than", "least", "most", "beyond", "exceeding",
    "until", "older", "younger", "between", "up", "to",
];
/// Words a number before its input may follow; anything else may own the number.
const OPENERS: &[&str] =
    &["with", "and", "a", "an", "has", "of", "at", "who", "about", "drinks", "having", "for", "is"];
/// Words that are a unit of something when they follow a number.
const UNITS: &[&str] = &[
    "mg", "g", "kg", "lb", "lbs", "mcg", "µg", "ug", "mmol", "µmol", "umol", "nmol", "pmol", "meq", "iu",
    "u", "ml", "l", "dl", "ft", "feet", "foot", "stone", "st", "inches", "mm", "cm", "mmhg", "kpa",
    "percent", "k", "months", "month", "weeks", "days", "hours", "minutes", "pack", "mg/dl",
];
/// Most tokens a unit is written in.
const LONGEST_UNIT: usize = 8;

/// A value with the tokens that state it.
pub(super) struct Stated {
    pub input: &'static Input,
    pub value: Value,
    pub tokens: Range<usize>,
}

/// What was found, and what could be read in more than one way.
#[derive(Default)]
pub(super) struct Numbers {
    pub stated: Vec<Stated>,
    pub unclear: Vec<(&'static Input, Range<usize>)>,
    claimed: Vec<usize>,
}

/// Numbers of the inputs that ask for one. `own` tells whether a token speaks of the patient.
pub(super) fn numbers(
    inputs: &'static [Input],
    mentions: &[Mention],
    text: &str,
    tokens: &[Token],
    own: &dyn Fn(usize) -> bool,
) -> Numbers {
    let mut found = Numbers::default();
    found.ages(inputs, tokens, own);
    found.pressures(inputs, mentions, tokens, own);
    for mention in mentions.iter().filter(|mention| is_numeric(mention.input) && own(mention.tokens.start)) {
        found.after(mention, text, tokens);
    }
    for mention in mentions.iter().filter(|mention| is_numeric(mention.input) && own(mention.tokens.start)) {
        found.before(mention, text, tokens);
    }
    found
}

fn is_numeric(input: &Input) -> bool {
    matches!(input.kind, Kind::Number { .. } | Kind::Integer { .. })
}

fn measures(input: &Input, measure: &'static measure::Measure) -> bool {
    matches!(input.kind, Kind::Number { measure: own, .. } if std::ptr::eq(own, measure))
}

fn number(token: &Token) -> Option<f64> {
    match token.kind {
        TokenKind::Number(value) => value,
        _ => None,
    }
}

fn is_number(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Number(_))
}

/// A whole number without its ".0".
fn plain(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    if value.fract().abs() < f64::EPSILON && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

impl Numbers {
    fn state(&mut self, input: &'static Input, value: Value, at: usize, tokens: Range<usize>) {
        self.claimed.push(at);
        self.stated.push(Stated { input, value, tokens });
    }

    /// "76 year old", "76yo", "76 y/o", "76F", "aged 76".
    fn ages(&mut self, inputs: &'static [Input], tokens: &[Token], own: &dyn Fn(usize) -> bool) {
        let Some(input) = inputs.iter().find(|input| measures(input, &measure::AGE)) else { return };
        for at in 0..tokens.len() {
            let Some(value) = number(&tokens[at]).filter(|_| own(at)) else { continue };
            let Some((end, unit)) = age_end(tokens, at) else { continue };
            if is_limit(tokens, at) {
                self.unclear.push((input, at..end));
                self.claimed.push(at);
                continue;
            }
            let value = if unit == "years" { plain(value) } else { json!({"value": value, "unit": unit}) };
            self.state(input, value, at, at..end);
        }
    }

    /// "BP 130/80": the higher is systolic, if it is the first.
    fn pressures(
        &mut self,
        inputs: &'static [Input],
        mentions: &[Mention],
        tokens: &[Token],
        own: &dyn Fn(usize) -> bool,
    ) {
        let of = |word: &str| {
            inputs
                .iter()
                .find(|input| measures(input, &measure::BLOOD_PRESSURE) && input.synonyms.contains(&word))
        };
        let [systolic, diastolic] = [of("systolic"), of("diastolic")];
        for start in 0..tokens.len() {
            let named = tokens[start].is("bp")
                || tokens[start].is("pressure") && start > 0 && tokens[start - 1].is("blood");
            let at = skip_fillers(tokens, start + 1);
            let pair = (tokens.get(at).and_then(number), tokens.get(at + 2).and_then(number));
            let (true, (Some(high), Some(low))) = (named && own(start), pair) else { continue };
            if !tokens[at + 1].is("/") || high <= low {
                continue;
            }
            // Only where both are asked for by these words, or one of them is.
            let first = mentions.iter().map(|m| m.tokens.start).find(|m| (*m..=start).contains(&start));
            let from = first.map_or(start, |first| first.min(start));
            if let Some(input) = systolic {
                self.state(input, plain(high), at, from..at + 3);
            }
            if let Some(input) = diastolic {
                self.state(input, plain(low), at + 2, from..at + 3);
            }
            self.claimed.extend([at, at + 2]);
        }
    }

    /// "creatinine is 1.2 mg/dL".
    fn after(&mut self, mention: &Mention, text: &str, tokens: &[Token]) {
        let mut at = skip_fillers(tokens, mention.tokens.end);
        let mut limited = false;
        while tokens.get(at).is_some_and(|token| token.is_one_of(LIMITS)) {
            limited = true;
            at += 1;
        }
        let Some(token) = tokens.get(at) else { return };
        if let (Kind::Integer { levels: [_, ..], .. }, Some(grade)) = (mention.input.kind, roman(token)) {
            return self.state(mention.input, json!(grade), at, mention.tokens.start..at + 1);
        }
        if !is_number(token) || self.claimed.contains(&at) {
            return;
        }
        let (value, end) = quantity(mention.input, text, tokens, at);
        let said = mention.tokens.start..end;
        match value {
            Some(value) if !limited && !is_range(tokens, at) => self.state(mention.input, value, at, said),
            _ => {
                self.claimed.push(at);
                self.unclear.push((mention.input, said));
            }
        }
    }

    /// "112 bpm", "60 kg weight".
    fn before(&mut self, mention: &Mention, text: &str, tokens: &[Token]) {
        if self.stated.iter().any(|stated| stated.tokens.start == mention.tokens.start) {
            return;
        }
        let earliest = mention.tokens.start.saturating_sub(LONGEST_UNIT);
        if let Some(at) = (earliest..mention.tokens.start).rev().find(|at| is_number(&tokens[*at])) {
            let (value, end) = quantity(mention.input, text, tokens, at);
            let adjacent = end == mention.tokens.start || at + 1 == mention.tokens.start;
            let opened = at == 0
                || tokens[at - 1].is_one_of(OPENERS)
                || tokens[at - 1].kind == TokenKind::Mark
                    && tokens[at - 1].is_one_of(&[",", ";", "(", ".", ":", "\n"]);
            if adjacent
                && opened
                && !self.claimed.contains(&at)
                && let Some(value) = value
            {
                self.state(mention.input, value, at, at..mention.tokens.end);
            }
        }
    }
}

fn skip_fillers(tokens: &[Token], mut at: usize) -> usize {
    for _ in 0..MOST_FILLERS {
        if tokens.get(at).is_some_and(|token| token.is_one_of(FILLERS)) {
            at += 1;
        }
    }
    at
}

/// The end of an age that begins with this number, and its unit.
fn age_end(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let is =
        |offset: usize, words: &[&str]| tokens.get(at + offset).is_some_and(|token| token.is_one_of(words));
    let dash = |offset: usize| usize::from(is(offset, &["-", "–"]));
    let first = 1 + dash(1);
    let unit = if is(first, &["year", "years", "yr", "yrs", "y"]) {
        "years"
    } else if is(first, &["month", "months", "mo"]) {
        "months"
    } else {
        ""
    };
    let old = first + 1 + dash(first + 1);
    if !unit.is_empty() && (is(old, &["old", "o"]) || is(old, &["/"]) && is(old + 1, &["o"])) {
        let end = if is(old, &["/"]) { old + 2 } else { old + 1 };
        return Some((at + end, unit));
    }
    if unit == "years" && is(first, &["y"]) && is(first + 1, &["/"]) && is(first + 2, &["o"]) {
        return Some((at + first + 3, unit));
    }
    if is(first, &["yo", "yom", "yof"]) {
        return Some((at + first + 1, "years"));
    }
    let attached = tokens.get(at + 1).is_some_and(|next| next.span.start == tokens[at].span.end);
    if attached && is(1, &["f", "m"]) && !is(2, &["/"]) && !follows_temperature(tokens, at) {
        return Some((at + 2, "years"));
    }
    let aged = at > 0 && tokens[at - 1].is("aged");
    if aged && !is_range(tokens, at) { Some((at + 1, "years")) } else { None }
}

fn follows_temperature(tokens: &[Token], at: usize) -> bool {
    tokens[..at]
        .iter()
        .rev()
        .take(3)
        .any(|token| token.is_one_of(&["temp", "temperature", "fever", "height", "tall"]))
}

fn is_limit(tokens: &[Token], at: usize) -> bool {
    at > 0 && tokens[at - 1].is_one_of(LIMITS) || is_range(tokens, at)
}

/// Whether this number is one end of a range or part of a fraction or date.
fn is_range(tokens: &[Token], at: usize) -> bool {
    let joins = |token: &Token| token.is_one_of(&["-", "–", "/", "to"]);
    let next = tokens.get(at + 1).is_some_and(joins) && tokens.get(at + 2).is_some_and(is_number);
    let previous = at > 1 && joins(&tokens[at - 1]) && is_number(&tokens[at - 2]);
    next || previous
}

/// The value that begins with this number, with its unit, and where it ends. `None`: it has no single reading.
fn quantity(input: &Input, text: &str, tokens: &[Token], at: usize) -> (Option<Value>, usize) {
    let Some(value) = number(&tokens[at]) else { return (None, at + 1) };
    let Kind::Number { measure, .. } = input.kind else { return (Some(plain(value)), at + 1) };
    let last = (at + 1 + LONGEST_UNIT).min(tokens.len());
    let written = |end: usize| &text[tokens[at].span.end..tokens[end - 1].span.end];
    let known = (at + 2..=last).rev().find(|end| {
        let unit = written(*end).trim();
        !unit.is_empty() && ends_word(tokens, *end, unit) && measure.unit(unit).is_some()
    });
    if let Some(end) = known {
        return (Some(json!({"value": value, "unit": written(end).trim()})), end);
    }
    let foreign = tokens.get(at + 1).is_some_and(|next| {
        next.is_one_of(UNITS)
            || next.kind == TokenKind::Word && next.span.start == tokens[at].span.end
            || next.is("%")
            || next.is("°")
    });
    if !foreign {
        return (Some(plain(value)), at + 1);
    }
    let mut end = at + 2;
    while end + 1 < tokens.len() && tokens[end].is("/") && tokens[end + 1].kind != TokenKind::Mark {
        end += 2;
    }
    (Some(json!({"value": value, "unit": written(end).trim()})), end)
}

/// Whether the unit is whole: "mg" of "mg/L" is another unit, and "in" and "a" before a word are not units.
fn ends_word(tokens: &[Token], end: usize, unit: &str) -> bool {
    match tokens.get(end) {
        Some(next) if next.is("/") => false,
        Some(next) if matches!(unit, "in" | "a") => next.kind == TokenKind::Mark,
        _ => true,
    }
}

fn roman(token: &Token) -> Option<i64> {
    ["i", "ii", "iii", "iv", "v"]
        .iter()
        .position(|numeral| token.is(numeral))
        .and_then(|n| i64::try_from(n + 1).ok())
}
