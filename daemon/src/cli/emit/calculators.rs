//! The reference page of the calculators, made from the registry.

use std::fmt::Write as _;

use voiceassist_calculators::{Calculator, Input, Status, registry};

use super::NOTE;

const HEAD: &str = "Every calculator with its inputs, sources and how far it was verified. A plain number is in the unit \
shown; another accepted unit is named as `{\"value\": 115, \"unit\": \"µmol/L\"}`. `voiceassist calculate --show ID` says \
everything about one.\n\n\
**verified**: an independent implementation agreed on random inputs. **published example**: worked examples of the source \
are reproduced. **unverified**: written from the cited source, not yet compared with a second one.\n";

pub(super) fn page() -> String {
    let mut out = format!("# Calculators\n\n{NOTE}\n{HEAD}\n");
    let count = |status| registry::all().filter(|calculator| calculator.status == status).count();
    _ = writeln!(
        out,
        "{} calculators: {} verified, {} by published examples, {} unverified.\n",
        registry::all().count(),
        count(Status::Verified),
        count(Status::PublishedExample),
        count(Status::Unverified)
    );
    out.push_str("| id | title | inputs | source | status |\n|---|---|---|---|---|\n");
    for calculator in registry::all() {
        _ = writeln!(out, "{}", row(calculator));
    }
    out
}

fn row(calculator: &'static Calculator) -> String {
    let inputs: Vec<String> = calculator.inputs.iter().map(input).collect();
    let sources: Vec<String> = calculator
        .sources
        .iter()
        .map(|source| match source.url() {
            Some(url) => format!("[{}]({url})", cell(source.citation)),
            None => cell(source.citation),
        })
        .collect();
    let status = match calculator.status {
        Status::Verified => "verified",
        Status::PublishedExample => "published example",
        Status::Unverified => "unverified",
    };
    format!(
        "| `{}` | {} | {} | {} | {status} |",
        calculator.id,
        cell(calculator.title),
        inputs.join(", "),
        sources.join("; ")
    )
}

fn input(input: &Input) -> String {
    let unit = input.unit().filter(|unit| *unit != "1").map(|unit| format!(" ({unit})")).unwrap_or_default();
    let optional = if input.required { "" } else { ", optional" };
    format!("`{}`{unit}{optional}", input.name)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
