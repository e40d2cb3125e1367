//! What the configuration says about which files are read.

use std::str::FromStr as _;

use serde::Deserialize;
use voiceassist_store::scope::{NewRule, RuleError};

/// Which files are read, for everybody.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Rules like `exclude folder /Personnel`. `voiceassist scope` keeps others beside them.
    pub rules: Vec<String>,
}

impl Scope {
    /// The rules, or which of them means nothing and why.
    pub fn parsed(&self) -> Result<Vec<NewRule>, (usize, RuleError)> {
        let read =
            |(place, rule): (usize, &String)| NewRule::from_str(rule).map_err(|error| (place + 1, error));
        self.rules.iter().enumerate().map(read).collect()
    }
}
