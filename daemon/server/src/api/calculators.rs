//! Medical calculators: which there are, what one asks for, and a computation.
//!
//! Handlers only translate: the crate of the calculators reads, checks and computes. What is sent to be computed is
//! neither kept nor logged. A refusal lists every problem at once, and what the result could still become.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_calculators::Calculator;

use crate::problem::{Code, Failure};

pub(crate) mod calculate;
pub(crate) mod get;
pub(crate) mod list;

/// One line of the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalculatorSummary {
    /// Stable name.
    #[schema(example = "wells_pe")]
    id: &'static str,
    /// The name people know it by.
    title: &'static str,
    /// The question it answers.
    purpose: &'static str,
    /// Other names.
    synonyms: &'static [&'static str],
    /// Fields of medicine; the first is the one it is listed under.
    specialties: &'static [&'static str],
}

impl From<&'static Calculator> for CalculatorSummary {
    fn from(calculator: &'static Calculator) -> Self {
        Self {
            id: calculator.id,
            title: calculator.title,
            purpose: calculator.purpose,
            synonyms: calculator.synonyms,
            specialties: calculator.specialties,
        }
    }
}

/// Which calculator.
#[derive(Deserialize)]
pub(crate) struct CalculatorPath {
    id: String,
}

impl CalculatorPath {
    fn find(&self) -> Result<&'static Calculator, Failure> {
        voiceassist_calculators::registry::find(&self.id)
            .ok_or_else(|| Failure::new(Code::CalculatorNotFound))
    }
}
