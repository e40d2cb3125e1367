//! What the assistant asks back when a question leaves something open.
//!
//! It is shown to the reader with choices, and kept with the answer, so that the reply completes the question, also after
//! a restart. It quotes no document.

use serde::{Deserialize, Serialize};

/// One question, asked back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarification {
    /// What the person asked.
    pub original: String,
    /// What is asked back.
    pub question: String,
    /// Answers to choose from; any other will do as well.
    pub options: Vec<String>,
    /// The names of what is missing.
    pub missing: Vec<String>,
}
