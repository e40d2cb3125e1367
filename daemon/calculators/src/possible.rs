//! The range a score can still take while inputs are missing.
//!
//! Each missing input is tried at every value that matters: both answers, every option, every grade, and for numbers
//! the ends of the plausible range and both sides of each cut. All combinations are computed; if there are too many the
//! answer says only what is missing. Nothing here is ever a result.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::definition::Calculator;
use crate::input::{Input, Kind};
use crate::reading;
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

/// The possible ranges of all numeric outputs, empty if they cannot be bounded.
pub(crate) fn ranges(
    calculator: &'static Calculator,
    values: &Values,
    object: &Map<String, Value>,
) -> Vec<PossibleRange> {
    if !calculator.bounded {
        return Vec::new();
    }
    let missing: Vec<&'static Input> =
        calculator.inputs.iter().filter(|input| input.required && values.get(input.name).is_none()).collect();
    let candidates: Option<Vec<Vec<Given>>> =
        missing.iter().map(|input| candidates(input, object.get(input.name))).collect();
    let Some(candidates) = candidates else { return Vec::new() };
    let combinations = candidates
        .iter()
        .try_fold(1usize, |product, of_one| product.checked_mul(of_one.len()))
        .unwrap_or(usize::MAX);
    if combinations > MOST_COMBINATIONS {
        return Vec::new();
    }
    let mut ranges: Vec<PossibleRange> = Vec::new();
    for combination in 0..combinations {
        let mut trial = values.clone();
        let mut rest = combination;
        for (input, of_one) in missing.iter().zip(&candidates) {
            trial.set(input.name, of_one[rest % of_one.len()].clone());
            rest /= of_one.len();
        }
        // A combination that contradicts itself cannot happen and does not widen the range.
        let Ok(outcome) = (calculator.compute)(&trial) else { continue };
        for (key, value) in &outcome.results {
            if let Some(value) = value.as_f64() {
                widen(&mut ranges, key, value);
            }
        }
    }
    ranges
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

/// Whether every problem is a missing value, so that a range can be given.
pub(crate) fn only_missing(reading: &reading::Reading) -> bool {
    reading.problems.iter().all(|problem| problem.kind == crate::refusal::ProblemKind::Missing)
}
