//! One calculation from JSON to a finished answer.
//!
//! This is the only door to `compute`: values are read and checked first, decimals are rounded as declared, bands are
//! looked up, and everything a reader needs is put beside the numbers. The answer repeats no identity and advises
//! nothing.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::bands::Bands;
use crate::definition::{Calculator, OutputKind, Source, Status};
use crate::outcome::{Outcome, SubScore};
use crate::possible;
use crate::reading::{self, Used};
use crate::refusal::Refusal;

/// Names the answer uses itself; no output may have one of them.
pub const RESERVED: [&str; 12] = [
    "calculator", "title", "sub_scores", "bands", "working", "notes", "flags", "inputs_used", "rounding",
    "version", "sources", "status",
];

/// A finished answer.
#[derive(Debug, Clone, Serialize)]
pub struct Calculation {
    /// The calculator's id.
    pub calculator: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The results by key, in order; they stand beside the other fields in JSON.
    #[serde(flatten)]
    pub results: Map<String, Value>,
    /// What each item contributed.
    pub sub_scores: Vec<SubScore>,
    /// What the numbers mean.
    pub bands: Vec<FoundBand>,
    /// The computation with its numbers.
    pub working: Vec<String>,
    /// What to know about this result.
    pub notes: Vec<String>,
    /// Inputs outside the range the formula was derived with.
    pub flags: Vec<String>,
    /// The values used, after conversion.
    pub inputs_used: Vec<Used>,
    /// How it was rounded.
    pub rounding: &'static str,
    /// The version of the formula.
    pub version: &'static str,
    /// Where it comes from.
    pub sources: &'static [Source],
    /// How far it was verified.
    pub status: Status,
}

/// The band a result falls into.
#[derive(Debug, Clone, Serialize)]
pub struct FoundBand {
    /// The table's key.
    pub key: &'static str,
    /// The table's title.
    pub title: &'static str,
    /// The label.
    pub label: &'static str,
    /// Its extent, e.g. "> 4".
    pub extent: String,
    /// What the source reports.
    pub meaning: &'static str,
}

impl Calculator {
    /// Calculates from a JSON object of inputs.
    pub fn calculate(&'static self, inputs: &Map<String, Value>) -> Result<Calculation, Refusal> {
        let reading = reading::read(self.inputs, inputs);
        let refusal = if reading.problems.is_empty() {
            match (self.compute)(&reading.values) {
                Ok(outcome) => return Ok(self.finish(outcome, reading.used, reading.outside)),
                Err(refusal) => self.named(refusal),
            }
        } else {
            Refusal { calculator: self.id.to_owned(), problems: reading.problems, possible: Vec::new() }
        };
        let possible = possible::ranges(self, &reading.values, inputs, &refusal.problems);
        Err(Refusal { possible, ..refusal })
    }

    fn named(&self, mut refusal: Refusal) -> Refusal {
        self.id.clone_into(&mut refusal.calculator);
        for problem in &mut refusal.problems {
            if let Some(input) = self.input(&problem.input) {
                input.title.clone_into(&mut problem.title);
            }
        }
        refusal
    }

    fn finish(&'static self, outcome: Outcome, inputs_used: Vec<Used>, flags: Vec<String>) -> Calculation {
        let mut results: Map<String, Value> =
            outcome.results.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        // Bands are read from the exact numbers; only what is shown is rounded.
        let bands: Vec<FoundBand> = self.bands.iter().filter_map(|table| found(table, &results)).collect();
        for (key, value) in &mut results {
            *value = self.rounded(key, value.take());
        }
        for band in &bands {
            results.insert(band.key.to_owned(), band.label.into());
        }
        let notes = self.notes.iter().map(|note| (*note).to_owned()).chain(outcome.notes).collect();
        Calculation {
            calculator: self.id,
            title: self.title,
            results,
            sub_scores: outcome.sub_scores,
            bands,
            working: outcome.working,
            notes,
            flags,
            inputs_used,
            rounding: self.rounding,
            version: self.version,
            sources: self.sources,
            status: self.status,
        }
    }

    fn rounded(&self, key: &str, value: Value) -> Value {
        let kind = self.output(key).map(|output| output.kind);
        match (kind, value.as_f64()) {
            (Some(OutputKind::Decimal(places)), Some(number)) => {
                let scale = 10f64.powi(i32::from(places));
                ((number * scale).round() / scale).into()
            }
            _ => value,
        }
    }
}

/// The row of a table: by the label the computation set itself, else by the number.
fn found(table: &'static Bands, results: &Map<String, Value>) -> Option<FoundBand> {
    let row = match results.get(table.key) {
        Some(label) => table.labelled(label.as_str()?)?,
        None => table.row(results.get(table.of)?.as_f64()?)?,
    };
    Some(FoundBand {
        key: table.key,
        title: table.title,
        label: row.label,
        extent: table.extent(row.label),
        meaning: row.meaning,
    })
}
