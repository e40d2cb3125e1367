//! Which calculator a text names.
//!
//! A name counts if it is written out as whole words, with or without hyphens. Names that are everyday words ("HEART",
//! "MUST") count only in capitals or before "score" and the like; a name that merely describes ("pneumonia severity")
//! is a weak one, for whoever decides whether the text asks for a calculation at all. Between two calculators nothing
//! is chosen.

use std::ops::Range;
use std::sync::LazyLock;

use super::tokens::{Token, TokenKind};
use crate::definition::Calculator;
use crate::registry;

/// Most words and numbers a name is joined from.
const LONGEST_NAME: usize = 9;
/// Words that are the name of a calculator and much else.
const EVERYDAY: &[&str] = &[
    "heart", "years", "map", "must", "prevent", "grace", "orbit", "news", "cows", "port", "df", "ag", "katz",
    "timi", "norm", "age", "gap", "ldl", "bmi", "bsa", "eag", "pce", "nfs", "perc",
];
/// What makes an everyday word a name.
const KINDS: &[&str] =
    &["score", "scale", "index", "criteria", "rule", "algorithm", "risk", "class", "calculator", "points"];

/// A joined name, whether it is more than a description, and whose it is.
type Name = (String, bool, &'static Calculator);

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| registry::all().flat_map(names_of).collect());

/// The calculators a text names.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// All that fit; more than one means that it must be asked.
    pub calculators: Vec<&'static Calculator>,
    /// Whether one was named by its name, not only described.
    pub by_name: bool,
    /// Whether the text begins with the name.
    pub first: bool,
    pub(super) tokens: Vec<Range<usize>>,
}

impl Named {
    /// The calculator, if exactly one is named.
    pub fn one(&self) -> Option<&'static Calculator> {
        match self.calculators.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

struct Hit {
    calculator: &'static Calculator,
    tokens: Range<usize>,
    by_name: bool,
}

/// Finds the names in a text.
pub(super) fn named(text: &str, tokens: &[Token]) -> Named {
    let mut hits: Vec<Hit> = Vec::new();
    for start in 0..tokens.len() {
        let mut joined = String::new();
        for (count, end) in (start..tokens.len()).enumerate().take(2 * LONGEST_NAME) {
            match tokens[end].kind {
                TokenKind::Mark if count == 0 || !tokens[end].is_one_of(&["-", "–", "/", "'", "(", ")"]) => {
                    break;
                }
                TokenKind::Mark => continue,
                _ => joined.push_str(&tokens[end].word),
            }
            for (name, by_name, calculator) in NAMES.iter() {
                if *name == joined && is_meant(text, tokens, &(start..end + 1)) {
                    hits.push(Hit { calculator, tokens: start..end + 1, by_name: *by_name });
                }
            }
        }
    }
    chosen(&hits)
}

/// The longest names win, and a name that is an input of another named calculator is that input.
fn chosen(hits: &[Hit]) -> Named {
    let longest = |hit: &&Hit| {
        !hits.iter().any(|other| {
            other.tokens.start <= hit.tokens.start
                && hit.tokens.end <= other.tokens.end
                && other.tokens.len() > hit.tokens.len()
        })
    };
    let mut kept: Vec<&Hit> = hits.iter().filter(longest).collect();
    if kept.iter().any(|hit| hit.by_name) {
        kept.retain(|hit| hit.by_name);
    }
    let all = kept.clone();
    kept.retain(|hit| {
        !all.iter().any(|other| {
            other.calculator.id != hit.calculator.id && asks_for(other.calculator, hit.calculator)
        })
    });
    let mut named = Named { by_name: kept.iter().any(|hit| hit.by_name), ..Named::default() };
    for hit in kept {
        named.first |= hit.tokens.start == 0;
        if !named.calculators.iter().any(|known| known.id == hit.calculator.id) {
            named.calculators.push(hit.calculator);
        }
        named.tokens.push(hit.tokens.clone());
    }
    named
}

/// Whether an input of `asking` is what `other` computes, as the coma scale in APACHE II.
fn asks_for(asking: &Calculator, other: &Calculator) -> bool {
    asking.inputs.iter().any(|input| {
        std::iter::once(&other.id)
            .chain(other.synonyms)
            .any(|name| input.synonyms.iter().any(|words| joined(words) == joined(name)))
    })
}

/// The names of a calculator, joined, and whether each is a name or a description.
fn names_of(calculator: &'static Calculator) -> Vec<Name> {
    let description = |name: &str| !name.chars().any(|c| c.is_uppercase() || c.is_ascii_digit());
    let mut names: Vec<Name> = calculator
        .synonyms
        .iter()
        .map(|name| (joined(name), !description(name), calculator))
        .chain([&calculator.id, &calculator.title].map(|name| (joined(name), true, calculator)))
        .filter(|(name, ..)| name.chars().count() > 1)
        .collect();
    // "Cockcroft-Gault creatinine clearance" and "CKD-EPI 2021 (creatinine)" are called by their first words too.
    let short = calculator.title.split(['(', ',']).next().map(joined).unwrap_or_default();
    if short.chars().count() > 3 {
        names.push((short, true, calculator));
    }
    names
}

fn joined(name: &str) -> String {
    super::tokens::phrase(name).concat()
}

/// Whether an everyday word is meant as a name here.
fn is_meant(text: &str, tokens: &[Token], span: &Range<usize>) -> bool {
    let [only] = &tokens[span.clone()] else { return true };
    if !only.is_one_of(EVERYDAY) {
        return true;
    }
    let written = &text[only.span.clone()];
    let capitals = written.chars().all(|c| !c.is_lowercase());
    let kind = tokens.get(span.end).is_some_and(|next| next.is_one_of(KINDS));
    capitals || kind
}
