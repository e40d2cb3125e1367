//! A calculation in a conversation: what was read from the words, what is missing, and the result once it is confirmed.
//!
//! It is shown to the reader and kept with the answer, so that a calculation waits for its confirmation across restarts.
//! A result is there only in the state `done`; before, nothing is computed for the reader.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A calculation as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calculation {
    /// How far.
    pub state: CalculationState,
    /// The calculator; absent while it must be chosen.
    pub calculator: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The values read, with where they came from.
    pub inputs: Vec<CalculationInput>,
    /// What must still be said.
    pub missing: Vec<MissingInput>,
    /// The calculators that fit, while one must be chosen.
    #[serde(default)]
    pub candidates: Vec<CalculatorName>,
    /// The finished calculation with sub-scores, bands, notes and sources.
    pub result: Option<Value>,
    /// The words that wait for the choice of a calculator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// How far a calculation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalculationState {
    /// Everything is there and waits for a confirmation.
    Proposed,
    /// Something is missing.
    NeedsInput,
    /// Computed from confirmed values.
    Done,
    /// Given up by the person.
    Cancelled,
}

/// A value read from the person's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculationInput {
    /// The input.
    pub name: String,
    /// Its label.
    pub title: String,
    /// The value: plain, or an object with value and unit.
    pub value: Value,
    /// The unit of a plain number; empty if it has none.
    pub unit: String,
    /// The words it was read from.
    pub said: String,
}

/// A value that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingInput {
    /// The input.
    pub name: String,
    /// Its label.
    pub title: String,
    /// What exactly is meant; may be empty.
    pub help: String,
    /// How it can be answered, e.g. `yes or no` or `in mg/dL`.
    pub answer: String,
}

/// A calculator by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalculatorName {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}
