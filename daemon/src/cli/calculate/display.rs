//! Calculators and results as text for a person.

use std::fmt::Write as _;

use serde_json::Value;
use voiceassist_calculators::{Calculation, Calculator, Input, Kind, Refusal, Source};

/// One line per calculator.
pub(super) fn list(calculators: &[&'static Calculator]) -> String {
    let width = calculators.iter().map(|calculator| calculator.id.len()).max().unwrap_or_default();
    calculators.iter().fold(String::new(), |mut out, calculator| {
        _ = writeln!(out, "{:width$}  {}", calculator.id, calculator.title);
        out
    })
}

/// What it asks for and where it comes from.
pub(super) fn calculator(calculator: &'static Calculator) -> String {
    let mut out = String::new();
    _ = writeln!(out, "{} ({})\n{}\n", calculator.title, calculator.id, calculator.purpose);
    _ = writeln!(out, "For: {}\n", calculator.population);
    out.push_str("Inputs:\n");
    for input in calculator.inputs {
        let optional = if input.required { "" } else { " (may be left out)" };
        _ = writeln!(out, "  {:24} {}{optional}: {}", input.name, input.title, accepted(input));
        if !input.help.is_empty() {
            _ = writeln!(out, "  {:24} {}", "", input.help);
        }
    }
    _ = writeln!(out, "\nFormula: {}\nRounding: {}", calculator.formula, calculator.rounding);
    for table in calculator.bands {
        _ = writeln!(out, "\n{}:", table.title);
        for row in table.rows {
            _ = writeln!(out, "  {:12} {:16} {}", table.extent(row.label), row.label, row.meaning);
        }
    }
    for note in calculator.notes {
        _ = writeln!(out, "\nNote: {note}");
    }
    out.push('\n');
    foot(&mut out, calculator.version, calculator.status.words(), calculator.sources);
    out
}

/// A result with its working.
pub(super) fn calculation(calculator: &'static Calculator, result: &Calculation) -> String {
    let mut out = format!("{}\n\n", result.title);
    for output in calculator.outputs {
        if let Some(value) = result.results.get(output.key) {
            let unit = if output.unit.is_empty() { String::new() } else { format!(" {}", output.unit) };
            _ = writeln!(out, "  {}: {}{unit}", output.title, plain(value));
        }
    }
    for band in &result.bands {
        _ = writeln!(out, "  {}: {} ({}). {}", band.title, band.label, band.extent, band.meaning);
    }
    let given: Vec<_> = result.sub_scores.iter().filter(|part| part.points.abs() > f64::EPSILON).collect();
    if !given.is_empty() {
        out.push_str("\nPoints:\n");
        for part in given {
            _ = writeln!(out, "  {:>6}  {}", part.points, part.title);
        }
    }
    section(&mut out, "Working", &result.working);
    section(&mut out, "Outside the range of the formula", &result.flags);
    section(&mut out, "Notes", &result.notes);
    out.push_str("\nInputs used:\n");
    for used in &result.inputs_used {
        _ = writeln!(out, "  {}: {} {}", used.title, plain(&used.value), used.unit);
    }
    out.push('\n');
    foot(&mut out, result.version, result.status.words(), result.sources);
    out
}

/// Why nothing was computed.
pub(super) fn refusal(refusal: &Refusal) -> String {
    let mut out = format!("{} cannot be calculated:\n", refusal.calculator);
    for problem in &refusal.problems {
        _ = writeln!(out, "  {}: {}", problem.input, problem.detail);
    }
    for range in &refusal.possible {
        if range.min < range.max {
            _ = writeln!(out, "  {} could be {} to {}", range.output, range.min, range.max);
        } else {
            _ = writeln!(out, "  {} is {} whatever is missing", range.output, range.min);
        }
    }
    out
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    _ = writeln!(out, "\n{title}:");
    for line in lines {
        _ = writeln!(out, "  {line}");
    }
}

fn foot(out: &mut String, version: &str, status: &str, sources: &[Source]) {
    _ = writeln!(out, "Version: {version}\nStatus: {status}");
    for source in sources {
        let url = source.url().map(|url| format!(" {url}")).unwrap_or_default();
        _ = writeln!(out, "Source: {}{url}", source.citation);
    }
}

/// What an input accepts, in words.
pub(super) fn accepted(input: &Input) -> String {
    match input.kind {
        Kind::Number { measure, unit, .. } => {
            let others: Vec<&str> =
                measure.units.iter().map(|unit| unit.symbol).filter(|symbol| *symbol != unit).collect();
            let others =
                if others.is_empty() { String::new() } else { format!(" (or {})", others.join(", ")) };
            let range = input.range().map(|(low, high)| format!("{low} to {high} ")).unwrap_or_default();
            format!("{range}{unit}{others}")
        }
        Kind::Integer { min, max, .. } => format!("{min} to {max}"),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Choice(options) => options.iter().map(|option| option.value).collect::<Vec<_>>().join(", "),
        Kind::Items(parts) => {
            let grades: Vec<String> =
                parts.iter().map(|part| format!("{} {}–{}", part.title, part.min, part.max)).collect();
            format!("list of {}: {}", parts.len(), grades.join("; "))
        }
        Kind::Date => "YYYY-MM-DD".to_owned(),
        Kind::Records { fields, max } => {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            format!("list of 1 to {max} objects with {}", names.join(", "))
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| format!("{}", (number * 1e4).round() / 1e4)),
        other => other.to_string(),
    }
}
