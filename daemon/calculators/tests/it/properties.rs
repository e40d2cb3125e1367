//! Properties of every calculator in the registry, on random inputs.
//!
//! Total on any JSON; finite; monotone where declared; the same in every unit; refused outside what is possible; and
//! never a number from a missing input.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use voiceassist_calculators::{Calculator, Direction, Kind, ProblemKind, registry};

use crate::sampling::{self, Dice};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_calculator_answers_or_refuses_whatever_it_is_given(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for calculator in registry::all() {
            let mut inputs = sampling::inputs(calculator, &mut dice);
            for input in calculator.inputs {
                if dice.below(3) == 0 {
                    inputs.insert(input.name.to_owned(), sampling::anything(&mut dice, 2));
                }
            }
            if let Err(refusal) = calculator.calculate(&inputs) {
                prop_assert!(!refusal.problems.is_empty(), "{}", calculator.id);
            }
        }
    }

    #[test]
    fn plausible_inputs_give_every_declared_output(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for calculator in registry::all() {
            let inputs = sampling::inputs(calculator, &mut dice);
            match calculator.calculate(&inputs) {
                Ok(calculation) => {
                    for output in calculator.outputs {
                        prop_assert!(calculation.results.contains_key(output.key), "{} {}", calculator.id, output.key);
                    }
                    for table in calculator.bands {
                        let number = calculation.results.get(table.of).and_then(Value::as_f64);
                        prop_assert!(
                            number.is_none() || calculation.bands.iter().any(|band| band.key == table.key),
                            "{} {} has no row for {number:?}", calculator.id, table.key
                        );
                    }
                }
                Err(refusal) => prop_assert!(
                    refusal.problems.iter().all(|p| matches!(p.kind, ProblemKind::Conflict | ProblemKind::Implausible)),
                    "{refusal}"
                ),
            }
        }
    }

    #[test]
    fn results_move_with_their_inputs_as_declared(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for calculator in registry::all() {
            for rule in calculator.monotone {
                let input = calculator.input(rule.input).unwrap();
                let mut inputs = sampling::inputs(calculator, &mut dice);
                let mut ends = [sampling::value(input, &mut dice), sampling::value(input, &mut dice)];
                ends.sort_by(|a, b| as_number(a).total_cmp(&as_number(b)));
                let [before, after] = ends.map(|end| {
                    inputs.insert(rule.input.to_owned(), end);
                    calculator.calculate(&inputs).ok()?.results.get(rule.output)?.as_f64()
                });
                if let (Some(before), Some(after)) = (before, after) {
                    let holds = match rule.direction {
                        Direction::Rises => before <= after + 1e-9,
                        Direction::Falls => before >= after - 1e-9,
                    };
                    prop_assert!(holds, "{}: {} {before} then {after}", calculator.id, rule.output);
                }
            }
        }
    }

    #[test]
    fn the_same_value_in_another_unit_gives_the_same_result(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for calculator in registry::all() {
            let inputs = sampling::inputs(calculator, &mut dice);
            let Ok(expected) = calculator.calculate(&inputs) else { continue };
            for input in calculator.inputs {
                let Kind::Number { measure, unit, .. } = input.kind else { continue };
                for other in measure.units {
                    let value = inputs[input.name].as_f64().unwrap();
                    let mut converted = inputs.clone();
                    let there = measure.convert(value, unit, other.symbol).unwrap();
                    converted.insert(input.name.to_owned(), json!({"value": there, "unit": other.symbol}));
                    let Ok(got) = calculator.calculate(&converted) else {
                        // The very end of a range may be crossed by the tenth digit.
                        continue;
                    };
                    for (key, wanted) in &expected.results {
                        prop_assert!(close(&got.results[key], wanted), "{} {key} in {}", calculator.id, other.symbol);
                    }
                }
            }
        }
    }

    #[test]
    fn a_missing_input_is_named_and_never_gives_a_number(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for calculator in registry::all() {
            let complete = sampling::inputs(calculator, &mut dice);
            let full = calculator.calculate(&complete);
            for input in calculator.inputs.iter().filter(|input| input.required) {
                let mut inputs = complete.clone();
                inputs.remove(input.name);
                let refusal = calculator.calculate(&inputs).expect_err("an input is missing");
                prop_assert!(refusal.problems.iter().any(|p| p.kind == ProblemKind::Missing && p.input == input.name));
                bounds_hold(calculator, &refusal.possible, full.as_ref().ok().map(|full| &full.results))?;
            }
        }
    }
}

#[test]
fn a_value_outside_what_is_possible_is_refused_with_the_range() {
    let mut dice = Dice::new(7);
    for calculator in registry::all() {
        let complete = sampling::inputs(calculator, &mut dice);
        for input in calculator.inputs {
            let Some((low, high)) = input.range() else { continue };
            for impossible in [low - 1.0, high + 1.0] {
                let mut inputs = complete.clone();
                inputs.insert(input.name.to_owned(), json!(impossible));
                let refusal = calculator.calculate(&inputs).expect_err("an impossible value");
                assert!(
                    refusal
                        .problems
                        .iter()
                        .any(|p| p.input == input.name && p.kind == ProblemKind::Implausible),
                    "{} {}",
                    calculator.id,
                    input.name
                );
            }
        }
    }
}

#[test]
fn a_name_that_is_no_input_is_refused() {
    let mut dice = Dice::new(8);
    for calculator in registry::all() {
        let mut inputs = sampling::inputs(calculator, &mut dice);
        inputs.insert("no_such_input".to_owned(), json!(1));
        let refusal = calculator.calculate(&inputs).expect_err("an unknown input");
        assert!(refusal.problems.iter().any(|p| p.kind == ProblemKind::Unknown), "{}", calculator.id);
    }
}

/// A possible range must hold the result that the removed value would have given.
fn bounds_hold(
    calculator: &Calculator,
    possible: &[voiceassist_calculators::possible::PossibleRange],
    full: Option<&Map<String, Value>>,
) -> Result<(), TestCaseError> {
    for range in possible {
        let Some(value) = full.and_then(|full| full.get(range.output)).and_then(Value::as_f64) else {
            continue;
        };
        prop_assert!(
            range.min - 1e-3 <= value && value <= range.max + 1e-3,
            "{} {} {value} outside {} to {}",
            calculator.id,
            range.output,
            range.min,
            range.max
        );
    }
    Ok(())
}

fn as_number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_bool().map(f64::from)).unwrap_or_default()
}

fn close(got: &Value, wanted: &Value) -> bool {
    match (got.as_f64(), wanted.as_f64()) {
        (Some(got), Some(wanted)) => (got - wanted).abs() <= 1e-3 + 1e-6 * wanted.abs(),
        _ => got == wanted,
    }
}
