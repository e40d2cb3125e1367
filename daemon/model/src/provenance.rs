//! Which model wrote an answer, why that one, and what it took.

use serde::{Deserialize, Serialize};

/// Where the words of an answer come from, when a model wrote it. Holds no content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The configured name of the adapter.
    pub adapter: String,
    /// The model's name, as it is configured.
    pub model: String,
    /// The model's name in the provider's own words; nothing when it gives none.
    pub reported_model: Option<String>,
    /// Why this one: nothing stands here for the first choice.
    pub passed_over: Vec<PassedOver>,
    /// Tokens sent.
    pub tokens_in: u64,
    /// Tokens written.
    pub tokens_out: u64,
    /// Whether the tokens are an estimate of ours, because the provider did not count.
    pub is_estimate: bool,
    /// The cost by the configured prices, in millionths of the configured currency.
    pub cost_micros: u64,
}

/// A model that was to be asked before the one that answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its configured name.
    pub adapter: String,
    /// A code that says why it did not answer.
    pub reason: String,
}

impl Provenance {
    /// Whether the first choice answered.
    pub fn is_first_choice(&self) -> bool {
        self.passed_over.is_empty()
    }
}
