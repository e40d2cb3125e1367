//! A calculator as data: what it is for, what it asks, what it answers, and where it comes from.
//!
//! Everything a reader needs to trust or doubt a number stands here: the people it was derived in, the rounding, the
//! version, the sources, and how far we verified it. The only code is `compute`, a pure function.

use serde::Serialize;

use crate::bands::Bands;
use crate::input::Input;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::values::Values;

/// One calculator.
#[derive(Debug)]
pub struct Calculator {
    /// Stable name, lower case with underscores.
    pub id: &'static str,
    /// Name people know it by.
    pub title: &'static str,
    /// Other names.
    pub synonyms: &'static [&'static str],
    /// Fields of medicine, lower case.
    pub specialties: &'static [&'static str],
    /// The question it answers, one sentence.
    pub purpose: &'static str,
    /// Who it was derived and validated in, and where it does not hold.
    pub population: &'static str,
    /// What it asks for.
    pub inputs: &'static [Input],
    /// What it answers, bands excluded.
    pub outputs: &'static [Output],
    /// Tables that give the numbers a meaning.
    pub bands: &'static [Bands],
    /// The formula or the points in one readable line or more.
    pub formula: &'static str,
    /// How results are rounded.
    pub rounding: &'static str,
    /// Which version of the formula this is.
    pub version: &'static str,
    /// Where it comes from, the defining paper first.
    pub sources: &'static [Source],
    /// How far it was verified.
    pub status: Status,
    /// What a reader must know with every result.
    pub notes: &'static [&'static str],
    /// Whether the outputs can be bounded while inputs are missing: true for points, false for open formulas.
    pub bounded: bool,
    /// How results move with single inputs, for the property tests.
    pub monotone: &'static [Monotone],
    /// A worked example, from the source where it prints one.
    pub example: Example,
    /// The computation. Every required input is present and plausible when it is called.
    pub compute: fn(&Values) -> Result<Outcome, Refusal>,
}

/// One result.
#[derive(Debug, Serialize)]
pub struct Output {
    /// Name in JSON.
    pub key: &'static str,
    /// Label.
    pub title: &'static str,
    /// Unit, empty for points and words.
    pub unit: &'static str,
    /// Its type.
    pub kind: OutputKind,
}

/// The type of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// A whole number.
    Integer,
    /// A number, computed in full and shown with this many decimals.
    Decimal(u8),
    /// Yes or no.
    Boolean,
    /// A word or a date.
    Text,
}

/// A whole number of points.
pub const fn points(key: &'static str, title: &'static str) -> Output {
    Output { key, title, unit: "points", kind: OutputKind::Integer }
}

/// A number with four decimals.
pub const fn decimal(key: &'static str, title: &'static str, unit: &'static str) -> Output {
    Output { key, title, unit, kind: OutputKind::Decimal(4) }
}

/// A whole number with a unit.
pub const fn integer(key: &'static str, title: &'static str, unit: &'static str) -> Output {
    Output { key, title, unit, kind: OutputKind::Integer }
}

/// A yes or no.
pub const fn boolean(key: &'static str, title: &'static str) -> Output {
    Output { key, title, unit: "", kind: OutputKind::Boolean }
}

/// A word or date.
pub const fn text(key: &'static str, title: &'static str) -> Output {
    Output { key, title, unit: "", kind: OutputKind::Text }
}

/// Where a formula comes from.
#[derive(Debug, Serialize)]
pub struct Source {
    /// Authors, title or subject, journal, volume and page.
    pub citation: &'static str,
    /// Year of publication.
    pub year: u16,
    /// DOI without prefix; empty if there is none.
    pub doi: &'static str,
}

impl Source {
    /// The DOI, if there is one.
    pub const fn doi(&self) -> Option<&'static str> {
        if self.doi.is_empty() { None } else { Some(self.doi) }
    }

    /// Where the DOI leads.
    pub fn url(&self) -> Option<String> {
        self.doi().map(|doi| format!("https://doi.org/{doi}"))
    }
}

/// A source with a DOI.
pub const fn paper(citation: &'static str, year: u16, doi: &'static str) -> Source {
    Source { citation, year, doi }
}

/// A source without a DOI: a guideline, a label, an older paper.
pub const fn document(citation: &'static str, year: u16) -> Source {
    Source { citation, year, doi: "" }
}

/// How far a calculator was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A second, independent implementation agreed on random inputs.
    Verified,
    /// Published worked examples are reproduced.
    PublishedExample,
    /// Written from the cited source, not yet compared with a second one.
    Unverified,
}

impl Status {
    /// What a reader is told.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Verified => "verified against an independent implementation",
            Self::PublishedExample => "reproduces published worked examples",
            Self::Unverified => {
                "unverified: written from the cited source, not yet compared with a second one"
            }
        }
    }
}

/// How one output moves when one input rises and all others stay.
#[derive(Debug)]
pub struct Monotone {
    /// The input: a number, a grade, or a yes or no.
    pub input: &'static str,
    /// The output.
    pub output: &'static str,
    /// Which way.
    pub direction: Direction,
}

/// Which way an output moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Never falls.
    Rises,
    /// Never rises.
    Falls,
}

/// The output never falls while the input rises.
pub const fn rises(input: &'static str, output: &'static str) -> Monotone {
    Monotone { input, output, direction: Direction::Rises }
}

/// The output never rises while the input rises.
pub const fn falls(input: &'static str, output: &'static str) -> Monotone {
    Monotone { input, output, direction: Direction::Falls }
}

/// A worked example.
#[derive(Debug)]
pub struct Example {
    /// Inputs as a JSON object.
    pub inputs: &'static str,
    /// Expected results as a JSON object.
    pub expected: &'static str,
    /// Where the example stands, or that it was worked by hand from the source's table.
    pub origin: &'static str,
}

impl Calculator {
    /// The input with this name.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The output with this key.
    pub fn output(&self, key: &str) -> Option<&'static Output> {
        self.outputs.iter().find(|output| output.key == key)
    }
}
