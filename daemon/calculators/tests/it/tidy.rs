//! What every calculator must bring: texts, sources, an example, vectors on both sides of every threshold.

use std::collections::BTreeSet;

use serde_json::Value;
use voiceassist_calculators::calculation::RESERVED;
use voiceassist_calculators::{Bound, Calculator, Input, Kind, registry};

use crate::vectors;

#[test]
fn ids_are_unique_and_names_do_not_collide_with_the_answer() {
    let mut seen = BTreeSet::new();
    for calculator in registry::all() {
        assert!(seen.insert(calculator.id), "{} twice", calculator.id);
        let outputs = calculator.outputs.iter().map(|output| output.key);
        for key in outputs.chain(calculator.bands.iter().map(|table| table.key)) {
            assert!(!RESERVED.contains(&key), "{} {key} is reserved", calculator.id);
        }
        let names: BTreeSet<_> = calculator.inputs.iter().map(|input| input.name).collect();
        assert_eq!(names.len(), calculator.inputs.len(), "{} has two inputs of one name", calculator.id);
    }
}

#[test]
fn every_calculator_says_what_it_is_for_and_where_it_comes_from() {
    for calculator in registry::all() {
        let id = calculator.id;
        for text in [
            calculator.title,
            calculator.purpose,
            calculator.population,
            calculator.formula,
            calculator.rounding,
            calculator.version,
            calculator.example.origin,
        ] {
            assert!(!text.trim().is_empty(), "{id} lacks a text");
        }
        assert!(!calculator.specialties.is_empty() && !calculator.sources.is_empty(), "{id}");
        for source in calculator.sources {
            assert!((1900..2027).contains(&source.year) && !source.citation.is_empty(), "{id}");
            assert!(source.doi.is_empty() || source.doi.starts_with("10."), "{id} {}", source.doi);
        }
        assert!(!calculator.inputs.is_empty() && !calculator.outputs.is_empty(), "{id}");
    }
}

#[test]
fn units_ranges_and_tables_are_well_formed() {
    for calculator in registry::all() {
        calculator.inputs.iter().for_each(|input| well_formed(calculator, input));
        for table in calculator.bands {
            let limits: Vec<f64> = table
                .rows
                .iter()
                .filter_map(|row| match row.upto {
                    Bound::AtMost(limit) | Bound::Below(limit) => Some(limit),
                    Bound::Open | Bound::ByRule => None,
                })
                .collect();
            let open = table.rows.iter().filter(|row| matches!(row.upto, Bound::Open)).count();
            let last = table.rows.last().map(|row| row.upto);
            let by_rule = table.rows.iter().all(|row| matches!(row.upto, Bound::ByRule));
            assert!(
                by_rule || (open == 1 && matches!(last, Some(Bound::Open))),
                "{} {}",
                calculator.id,
                table.key
            );
            assert!(limits.windows(2).all(|pair| pair[0] <= pair[1]), "{} {}", calculator.id, table.key);
            let rule = table.rows.iter().all(|row| !row.meaning.is_empty());
            assert!(rule && calculator.output(table.of).is_some(), "{} {}", calculator.id, table.key);
        }
        for rule in calculator.monotone {
            assert!(calculator.input(rule.input).is_some() && calculator.output(rule.output).is_some());
        }
    }
}

#[test]
fn no_text_tells_to_treat() {
    for calculator in registry::all() {
        let texts = calculator.bands.iter().flat_map(|table| table.rows).map(|row| row.meaning);
        for text in texts.chain(calculator.notes.iter().copied()).chain([calculator.purpose]) {
            let words = text.to_lowercase();
            for advice in
                ["do not treat", "should be treated", "start treatment", "must be given", "discharge home"]
            {
                assert!(!words.contains(advice), "{}: {text}", calculator.id);
            }
        }
    }
}

#[test]
fn both_sides_of_every_threshold_are_tested() {
    let mut lacking = Vec::new();
    for calculator in registry::all() {
        let vectors = vectors::of(calculator);
        for input in calculator.inputs {
            let values: Vec<f64> =
                vectors.iter().filter_map(|vector| vector.inputs.get(input.name)?.as_f64()).collect();
            for (at, cut) in input.cuts.iter().enumerate() {
                let below = at.checked_sub(1).map_or(f64::MIN, |before| input.cuts[before]);
                let above = input.cuts.get(at + 1).copied().unwrap_or(f64::MAX);
                let on = values.iter().any(|value| (value - cut).abs() < 1e-9);
                // The plausible range may end at a cut.
                let (low, high) = input.range().unwrap_or((f64::MIN, f64::MAX));
                let under = low >= *cut || values.iter().any(|value| *value < *cut && *value >= below);
                let over = high <= *cut || values.iter().any(|value| *value > *cut && *value <= above);
                if !(on && under && over) {
                    lacking.push(format!("{}: {} at {cut}", calculator.id, input.name));
                }
            }
        }
        for table in calculator.bands {
            for row in table.rows {
                let reached = vectors
                    .iter()
                    .any(|vector| vector.expected.get(table.key).and_then(Value::as_str) == Some(row.label));
                if !reached {
                    lacking
                        .push(format!("{}: no vector reaches {} {:?}", calculator.id, table.key, row.label));
                }
            }
        }
    }
    assert!(lacking.is_empty(), "thresholds without a vector on, below and above:\n{}", lacking.join("\n"));
}

fn well_formed(calculator: &Calculator, input: &Input) {
    let at = format!("{} {}", calculator.id, input.name);
    assert!(
        !input.title.is_empty()
            && input.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    );
    assert!(input.synonyms.iter().all(|word| *word == word.to_lowercase()), "{at}");
    if let Kind::Number { measure, unit, .. } = input.kind {
        assert!(measure.unit(unit).is_some_and(|found| found.symbol == unit), "{at} has no unit {unit}");
    }
    if let (Some((low, high)), Some((from, to))) = (input.range(), input.derivation) {
        assert!(low < high && low <= from && from < to && to <= high, "{at} derivation range");
    }
    if let Some((low, high)) = input.range() {
        assert!(low < high && input.cuts.iter().all(|cut| (low..=high).contains(cut)), "{at} cuts");
    }
    assert!(input.cuts.windows(2).all(|pair| pair[0] < pair[1]), "{at} cuts rise");
}
