//! The range a score can still take while inputs are missing.
//!
//! Each missing input is tried at every value that matters: both answers, every option, every grade, and for numbers
//! the ends of the plausible range and both sides of each cut. All combinations are computed; if there are too many the
//! answer says only what is missing. Nothing here is ever a result.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::definition::Calculator;
use crate::input::{Input, Kind};
use crate::refusal::{Problem, ProblemKind};
use crate::values::{Given, Values};

/// Most combinations that are tried.
pub const MOST_COMBINATIONS: usize = 4096;
/// How far beside a cut its sides are tried.
const SIDE: f64 = 1e-6;

/// What one output could still become.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct PossibleRange {
    /// The output.
    pub output: &'static str,
    /// Its lowest possible value.
    pub min: f64,
    /// Its highest possible value.
    pub max: f64,
}

/// The possible ranges of all numeric outputs; empty if something else than missing values is wrong, or if the values
/// that are missing cannot be listed.
pub(crate) fn ranges(
    calculator: &'static Calculator,
    values: &Values,
    object: &Map<String, Value>,
    problems: &[Problem],
) -> Vec<PossibleRange> {
    if !calculator.bounded || problems.iter().any(|problem| problem.kind != ProblemKind::Missing) {
        return Vec::new();
    }
    // "items[3]" is a gap in the list "items".
    let named =
        |input: &Input| problems.iter().any(|problem| problem.input.split('[').next() == Some(input.name));
    let mut missing: Vec<&'static Input> = calculator.inputs.iter().filter(|input| named(input)).collect();
    loop {
        match explore(calculator, values, object, &missing) {
            Explored::Ranges(ranges) => return ranges,
            // Some values of one input make another necessary; then both are missing.
            Explored::AlsoMissing(input) => missing.push(input),
            Explored::Unbounded => return Vec::new(),
        }
    }
}

enum Explored {
    Ranges(Vec<PossibleRange>),
    AlsoMissing(&'static Input),
    Unbounded,
}

fn explore(
    calculator: &'static Calculator,
    values: &Values,
    object: &Map<String, Value>,
    missing: &[&'static Input],
) -> Explored {
    let candidates: Option<Vec<Vec<Given>>> =
        missing.iter().map(|input| candidates(input, object.get(input.name))).collect();
    let Some(candidates) = candidates else { return Explored::Unbounded };
    let combinations = candidates
        .iter()
        .try_fold(1usize, |product, of_one| product.checked_mul(of_one.len()))
        .unwrap_or(usize::MAX);
    if combinations > MOST_COMBINATIONS {
        return Explored::Unbounded;
    }
    let mut ranges: Vec<PossibleRange> = Vec::new();
    for combination in 0..combinations {
        let mut trial = values.clone();
        let mut rest = combination;
        for (input, of_one) in missing.iter().zip(&candidates) {
            trial.set(input.name, of_one[rest % of_one.len()].clone());
            rest /= of_one.len();
        }
        match (calculator.compute)(&trial) {
            Ok(outcome) => {
                for (key, value) in &outcome.results {
                    if let Some(value) = value.as_f64() {
                        widen(&mut ranges, key, value);
                    }
                }
            }
            Err(refusal) => {
                let needed = refusal.problems.iter().find(|problem| problem.kind == ProblemKind::Missing);
                let input = needed.and_then(|problem| calculator.input(&problem.input));
                if let Some(input) =
                    input.filter(|input| missing.iter().all(|other| other.name != input.name))
                {
                    return Explored::AlsoMissing(input);
                }
                // A combination that contradicts itself cannot happen and does not widen the range.
            }
        }
    }
    Explored::Ranges(ranges)
}

fn widen(ranges: &mut Vec<PossibleRange>, output: &'static str, value: f64) {
    match ranges.iter_mut().find(|range| range.output == output) {
        Some(range) => {
            range.min = range.min.min(value);
            range.max = range.max.max(value);
        }
        None => ranges.push(PossibleRange { output, min: value, max: value }),
    }
}

/// The values of a missing input that can make a difference; `None` if they cannot be listed.
fn candidates(input: &'static Input, partial: Option<&Value>) -> Option<Vec<Given>> {
    match input.kind {
        Kind::Boolean => Some(vec![Given::Boolean(false), Given::Boolean(true)]),
        Kind::Choice(options) => Some(options.iter().map(|option| Given::Choice(option.value)).collect()),
        Kind::Integer { min, max, .. } => Some((min..=max).map(Given::Integer).collect()),
        Kind::Number { .. } => {
            let (low, high) = input.range()?;
            let sides = input.cuts.iter().flat_map(|cut| [cut - SIDE, *cut, cut + SIDE]);
            let inside = sides.filter(|value| (low..=high).contains(value));
            Some([low, high].into_iter().chain(inside).map(Given::Number).collect())
        }
        Kind::Items(parts) => {
            let known = partial.and_then(Value::as_array).filter(|list| list.len() == parts.len());
            let at = |position: usize, otherwise: i64| {
                known.and_then(|list| list[position].as_i64()).unwrap_or(otherwise)
            };
            let lowest = parts.iter().enumerate().map(|(n, part)| at(n, part.min)).collect();
            let highest = parts.iter().enumerate().map(|(n, part)| at(n, part.max)).collect();
            Some(vec![Given::Items(lowest), Given::Items(highest)])
        }
        Kind::Date | Kind::Records { .. } => None,
    }
}
