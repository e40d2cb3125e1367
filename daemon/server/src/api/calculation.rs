//! A calculation in a conversation, as the API shows it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use voiceassist_model as model;

/// A calculation as far as it has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calculation {
    /// How far.
    state: CalculationState,
    /// The calculator's id; absent while it must be chosen.
    calculator: Option<String>,
    /// Its title.
    title: Option<String>,
    /// The values read from your words.
    inputs: Vec<CalculationInput>,
    /// What must still be said.
    missing: Vec<MissingInput>,
    /// The calculators that fit, while one must be chosen.
    candidates: Vec<CalculatorName>,
    /// The finished calculation, as `POST /api/v1/calculators/{id}` answers it; absent before the confirmation.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
}

/// How far a calculation has come.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CalculationState {
    /// Everything is there and waits for your confirmation.
    Proposed,
    /// Something is missing.
    NeedsInput,
    /// Computed from confirmed values.
    Done,
    /// Given up.
    Cancelled,
}

/// A value read from your words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalculationInput {
    /// The input.
    name: String,
    /// Its label.
    title: String,
    /// The value: plain, or an object with value and unit.
    #[schema(value_type = Object)]
    value: Value,
    /// The unit of a plain number; empty if it has none.
    unit: String,
    /// The words it was read from.
    said: String,
}

/// A value that is needed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingInput {
    /// The input.
    name: String,
    /// Its label.
    title: String,
    /// What exactly is meant; may be empty.
    help: String,
    /// How it can be answered.
    answer: String,
}

/// A calculator by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalculatorName {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
}

impl From<model::Calculation> for Calculation {
    fn from(from: model::Calculation) -> Self {
        let input = |model::CalculationInput { name, title, value, unit, said }| CalculationInput {
            name,
            title,
            value,
            unit,
            said,
        };
        let missing =
            |model::MissingInput { name, title, help, answer }| MissingInput { name, title, help, answer };
        Self {
            state: from.state.into(),
            calculator: from.calculator,
            title: from.title,
            inputs: from.inputs.into_iter().map(input).collect(),
            missing: from.missing.into_iter().map(missing).collect(),
            candidates: from
                .candidates
                .into_iter()
                .map(|model::CalculatorName { id, title }| CalculatorName { id, title })
                .collect(),
            result: from.result,
        }
    }
}

impl From<model::CalculationState> for CalculationState {
    fn from(state: model::CalculationState) -> Self {
        match state {
            model::CalculationState::Proposed => Self::Proposed,
            model::CalculationState::NeedsInput => Self::NeedsInput,
            model::CalculationState::Done => Self::Done,
            model::CalculationState::Cancelled => Self::Cancelled,
        }
    }
}
