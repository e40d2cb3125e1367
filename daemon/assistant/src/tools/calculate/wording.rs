//! A calculation in sentences, for readers who see no form and for the voice.
//!
//! Everything a confirmation rests on is said: each value, its unit, and the words it came from. A result is said with
//! its points, what its source observed, and the source; nothing is advised.

use serde_json::Value;
use voiceassist_calculators::{Calculation as Found, Calculator, Input, Kind};
use voiceassist_model::{Calculation, CalculationInput, CalculationState, MissingInput};

/// Asks for one input.
pub(super) fn missing(input: &Input) -> MissingInput {
    let answer = match input.kind {
        Kind::Boolean => "yes or no".to_owned(),
        Kind::Choice(options) => {
            options.iter().map(|option| option.title.to_lowercase()).collect::<Vec<_>>().join(" or ")
        }
        Kind::Number { unit, .. } if unit.chars().any(char::is_alphanumeric) && unit != "1" => {
            format!("in {unit}")
        }
        Kind::Number { .. } => "a number".to_owned(),
        Kind::Integer { min, max, .. } => format!("{min} to {max}"),
        Kind::Date => "a date, YYYY-MM-DD".to_owned(),
        Kind::Items(_) | Kind::Records { .. } => "in the form of this calculator".to_owned(),
    };
    let [name, title, help] = [input.name, input.title, input.help].map(str::to_owned);
    MissingInput { name, title, help, answer }
}

/// What was read, what is not clear, what was refused, and what is needed next.
pub(super) fn shown(calculation: &Calculation, unclear: &[String], refused: &[String]) -> Vec<String> {
    let title = calculation.title.as_deref().unwrap_or_default();
    let mut sentences = vec![if calculation.inputs.is_empty() {
        format!("{title}: no values were read yet.")
    } else {
        let values: Vec<String> = calculation.inputs.iter().map(value).collect();
        format!("{title}, with: {}.", values.join("; "))
    }];
    if !unclear.is_empty() {
        sentences.push(format!("Not clear, and so not filled in: {}.", unclear.join("; ")));
    }
    sentences.extend(refused.iter().cloned());
    if calculation.state == CalculationState::Proposed {
        sentences.push(
            "Nothing is computed yet: answer “yes” to confirm these values, correct any of them, or “cancel”.".to_owned(),
        );
    } else {
        let asked: Vec<String> = calculation.missing.iter().map(asked).collect();
        sentences.push(format!("Still missing: {}.", asked.join("; ")));
        sentences.push("Nothing is taken as normal or absent unless you say so.".to_owned());
    }
    sentences
}

/// Asks which calculator is meant.
pub(super) fn choice(calculation: &Calculation) -> Vec<String> {
    let titles: Vec<&str> = calculation.candidates.iter().map(|candidate| candidate.title.as_str()).collect();
    vec![format!("More than one calculator fits: {}.", titles.join("; ")), "Which one is meant?".to_owned()]
}

/// The result with its points, bands, notes and sources.
pub(super) fn result(calculator: &Calculator, found: &Found) -> Vec<String> {
    let outputs: Vec<String> = calculator
        .outputs
        .iter()
        .filter_map(|output| {
            let value = plain(found.results.get(output.key).filter(|value| !value.is_null())?);
            Some(format!("{} {value} {}", output.title, output.unit).trim_end().to_owned())
        })
        .collect();
    let mut sentences = vec![format!("{}.", outputs.join("; "))];
    let points: Vec<String> =
        found.sub_scores.iter().map(|part| format!("{} {}", part.title, part.points)).collect();
    if !points.is_empty() {
        sentences.push(format!("Points: {}.", points.join("; ")));
    }
    for band in &found.bands {
        sentences.push(format!("{}: {} ({}). {}", band.title, band.label, band.extent, band.meaning));
    }
    sentences.extend(found.working.iter().map(|line| format!("Working: {}", ended(line))));
    sentences.extend(found.flags.iter().chain(&found.notes).map(|note| ended(note)));
    let sources: Vec<String> = found
        .sources
        .iter()
        .map(|source| match source.doi {
            "" => format!("{} ({})", source.citation, source.year),
            doi => format!("{} (doi:{doi})", source.citation),
        })
        .collect();
    sentences.push(format!("Source: {}.", sources.join("; ")));
    sentences.push(format!("This calculator: version {}, {}.", found.version, found.status.words()));
    sentences
}

fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn value(input: &CalculationInput) -> String {
    let shown = match (&input.value, input.value.get("value"), input.value.get("unit")) {
        (_, Some(number), Some(unit)) => format!("{} {}", plain(number), plain(unit)),
        (Value::Bool(true), ..) => "yes".to_owned(),
        (Value::Bool(false), ..) => "no".to_owned(),
        (value @ Value::Number(_), ..) => format!("{} {}", plain(value), input.unit).trim_end().to_owned(),
        (value, ..) => plain(value),
    };
    format!("{} {shown} (from “{}”)", input.title, input.said)
}

fn asked(missing: &MissingInput) -> String {
    let help = missing.help.trim_end_matches('.');
    if help.is_empty() {
        format!("{} ({})", missing.title, missing.answer)
    } else {
        format!("{} ({}; {help})", missing.title, missing.answer)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number
            .as_f64()
            .filter(|number| number.fract().abs() < f64::EPSILON)
            .map_or_else(|| number.to_string(), |whole| format!("{whole:.0}")),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
