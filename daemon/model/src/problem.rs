//! Errors that reach a person.
//!
//! A problem has a stable code and two messages. The caller's says what to do next and never names a host, a path of
//! the server or anything about a patient; the operator's goes to the log and may name hosts, never content.

use serde::{Deserialize, Serialize};

/// An error with a message for each audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, documented, lower-case words joined by underscores.
    pub code: String,
    /// For whoever called: what happened and what to do.
    pub caller: String,
    /// For whoever runs the daemon.
    pub operator: String,
}

impl Problem {
    /// A problem with both messages.
    pub fn new(code: &str, caller: impl Into<String>, operator: impl Into<String>) -> Self {
        Self { code: code.to_owned(), caller: caller.into(), operator: operator.into() }
    }
}
