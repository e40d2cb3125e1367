//! What a free text says about the inputs of a calculator.
//!
//! Only what the text states of the patient is filled, each value with the words it was read from; what is not stated
//! stays missing and is never taken as "no". Denials reach as far as their clause, relatives are not the patient, and
//! what can be read in two ways is handed back as unclear and not filled. Values come from these rules alone, never
//! from a model; units are handed on as written and converted, or refused, by the calculation itself.

mod mention;
mod naming;
mod numbers;
mod scope;
mod tokens;
mod words;

use std::ops::Range;

use serde::Serialize;
use serde_json::{Map, Value};

pub use naming::Named;
pub use tokens::LONGEST_TEXT;

use crate::definition::Calculator;
use crate::input::{Input, Kind};
use numbers::Stated;
use scope::Sense;
use tokens::Token;

/// A value that a text states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Filling {
    /// The input.
    pub input: &'static str,
    /// The value as the calculation takes it, with its unit if one was written.
    pub value: Value,
    /// The words it was read from.
    pub said: String,
    /// Where they stand, in bytes of the text.
    pub span: Range<usize>,
}

/// Words about an input that can be read in more than one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unclear {
    /// The input.
    pub input: &'static str,
    /// The words.
    pub said: String,
}

/// What a text says about a calculator's inputs.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Filled {
    /// Values, in the order of the inputs.
    pub values: Vec<Filling>,
    /// What was not filled although it is spoken of.
    pub unclear: Vec<Unclear>,
}

impl Filled {
    /// The values as the calculation takes them.
    pub fn object(&self) -> Map<String, Value> {
        self.values.iter().map(|filling| (filling.input.to_owned(), filling.value.clone())).collect()
    }

    /// Whether a number, a grade or an age is among the values.
    pub fn has_number(&self) -> bool {
        self.values.iter().any(|filling| filling.value.is_number() || filling.value.is_object())
    }
}

/// The calculators a text names.
pub fn named(text: &str) -> Named {
    naming::named(text, &tokens::tokens(text))
}

/// What `text` states about the inputs of `calculator`.
pub fn fill(calculator: &'static Calculator, text: &str) -> Filled {
    let tokens = tokens::tokens(text);
    let names = naming::named(text, &tokens).tokens;
    let mentions = mention::mentions(calculator.inputs, &tokens, &names);
    let senses = scope::senses(&tokens, &mentions, &names);
    let own = |at: usize| senses[at] != Sense::Other && !names.iter().any(|name| name.contains(&at));
    let numbers = numbers::numbers(calculator.inputs, &mentions, text, &tokens, &own);
    let (found, doubtful) = words::findings(&mentions, &tokens, &senses);
    let chosen = words::choices(calculator.inputs, &mentions, &tokens, &senses);
    let stated: Vec<_> = numbers.stated.into_iter().chain(found).chain(chosen).collect();
    let unclear: Vec<_> = numbers.unclear.into_iter().chain(doubtful).collect();
    settle(calculator.inputs, &stated, &unclear, text, &tokens)
}

/// What a short reply says to the question for one input: "yes", "no", or a number with or without a unit.
pub fn answer(input: &'static Input, reply: &str) -> Option<Value> {
    let reply = reply.trim().trim_end_matches(['.', '!']);
    let word = reply.to_lowercase();
    match input.kind {
        Kind::Boolean if matches!(word.as_str(), "yes" | "y" | "present") => Some(true.into()),
        Kind::Boolean if matches!(word.as_str(), "no" | "n" | "none" | "absent") => Some(false.into()),
        Kind::Choice(options) => options
            .iter()
            .find(|option| option.is_named(&word) || option.title.to_lowercase() == word)
            .map(|option| option.value.into()),
        Kind::Number { .. } | Kind::Integer { .. } => {
            let written = format!("{} {reply}", input.synonyms.first().copied().unwrap_or(input.title));
            let tokens = tokens::tokens(&written);
            let only = std::slice::from_ref(input);
            let mentions = mention::mentions(only, &tokens, &[]);
            let found = numbers::numbers(only, &mentions, &written, &tokens, &|_| true);
            let whole = found.stated.into_iter().find(|stated| stated.tokens.end == tokens.len());
            whole.filter(|_| reply.starts_with(|c: char| c.is_ascii_digit())).map(|stated| stated.value)
        }
        _ => None,
    }
}

/// One value for each input; two different ones are none.
fn settle(
    inputs: &'static [Input],
    stated: &[Stated],
    unclear: &[(&'static Input, Range<usize>)],
    text: &str,
    tokens: &[Token],
) -> Filled {
    let mut filled = Filled::default();
    let place = |span: &Range<usize>| tokens[span.start].span.start..tokens[span.end - 1].span.end;
    for input in inputs {
        let mut values = stated.iter().filter(|stated| stated.input.name == input.name);
        let doubt = unclear.iter().find(|(of, _)| of.name == input.name);
        let Some(first) = values.next() else {
            if let Some((_, span)) = doubt {
                filled.unclear.push(Unclear { input: input.name, said: text[place(span)].to_owned() });
            }
            continue;
        };
        if let Some(other) = values.find(|other| other.value != first.value) {
            let both = [&first.tokens, &other.tokens].map(|span| text[place(span)].to_owned());
            filled.unclear.push(Unclear { input: input.name, said: both.join(" / ") });
            continue;
        }
        let span = place(&first.tokens);
        let said = text[span.clone()].to_owned();
        filled.values.push(Filling { input: input.name, value: first.value.clone(), said, span });
    }
    filled
}
