//! Why a calculation was not done: every problem at once, per input.
//!
//! A refusal is an answer, not an accident. It names each input that is missing, misspelt, of the wrong type, in an
//! unknown unit or impossible, and, where only values are missing, the range the score could still take. It never
//! contains a result that rests on an assumption.

use serde::Serialize;

use crate::possible::PossibleRange;

/// Why nothing was computed.
#[derive(Debug, Clone, thiserror::Error, Serialize)]
#[error("{} cannot be calculated: {}", .calculator, summary(.problems))]
pub struct Refusal {
    /// The calculator's id.
    pub calculator: String,
    /// All problems, in the order of the inputs.
    pub problems: Vec<Problem>,
    /// If only values are missing: what each number could still become.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<PossibleRange>,
}

/// What is wrong with one input.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Problem {
    /// Its name, e.g. "age" or "items[3]" or "drugs[0].dose".
    pub input: String,
    /// Its label.
    pub title: String,
    /// The kind of problem.
    pub kind: ProblemKind,
    /// A sentence for the person.
    pub detail: String,
}

/// Kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Not given.
    Missing,
    /// No input has this name.
    Unknown,
    /// Not of the input's type.
    WrongType,
    /// Not a unit of this quantity.
    UnknownUnit,
    /// Outside what is possible.
    Implausible,
    /// Not one of the options.
    NotAnOption,
    /// Contradicts another input.
    Conflict,
}

impl Refusal {
    /// A contradiction found by the computation itself.
    pub fn conflict(input: &'static str, detail: impl Into<String>) -> Self {
        Self::of(input, ProblemKind::Conflict, detail)
    }

    /// A value this formula cannot use although it is possible.
    pub fn unusable(input: &'static str, detail: impl Into<String>) -> Self {
        Self::of(input, ProblemKind::Implausible, detail)
    }

    /// An input that this combination of values needs.
    pub fn missing(input: &'static str, detail: impl Into<String>) -> Self {
        Self::of(input, ProblemKind::Missing, detail)
    }

    fn of(input: &'static str, kind: ProblemKind, detail: impl Into<String>) -> Self {
        let problem =
            Problem { input: input.to_owned(), title: input.to_owned(), kind, detail: detail.into() };
        Self { calculator: String::new(), problems: vec![problem], possible: Vec::new() }
    }
}

fn summary(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.detail.as_str()).collect::<Vec<_>>().join(" ")
}
