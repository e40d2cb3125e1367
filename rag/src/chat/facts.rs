//! What is known about a model before it is asked, and what is known about an answer behind it.
//!
//! Plain values: how much a model reads and writes, what it costs, what its endpoint can do. The configuration says the
//! first, the provider the second; where the provider does not count, an estimate does, and says that it is one. Nothing
//! here is content, so all of it may be shown, kept and logged.

use serde::Serialize;

/// Bytes of UTF-8 that count as one token where nobody counts better. English takes about four, most other languages
/// three to two: too many tokens is the safe side, both for a context window and for a budget.
const BYTES_PER_TOKEN: usize = 3;

/// A model, as the configuration describes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facts {
    /// The name of the adapter, by which decisions, metrics and answers speak of it.
    pub name: String,
    /// The model's name at its endpoint.
    pub model: String,
    /// How far its operator is bound: `local`, `agreement`, `cloud`.
    pub protection: &'static str,
    /// What may be sent there: `forbid`, `redact`, `allow`.
    pub mode: &'static str,
    /// How it is spoken to.
    pub dialect: Dialect,
    /// Tokens it takes in and gives out together; nothing when that is not known.
    pub context_tokens: Option<u32>,
    /// Tokens of one answer at most.
    pub max_output_tokens: u32,
    /// What it costs.
    pub price: Price,
    /// What its endpoint can do.
    pub capabilities: Capabilities,
}

/// Which of the two OpenAI formats an endpoint speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `chat/completions`: messages with roles.
    #[default]
    Chat,
    /// `completions`: one text that the model goes on with, for models without a template for conversations.
    Completions,
}

/// What an endpoint can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Sends an answer in pieces.
    pub streaming: bool,
    /// Takes descriptions of tools. An answer from documents never offers any, so that no document can call one.
    pub tools: bool,
    /// Keeps to a JSON schema that is sent along.
    pub structured_output: bool,
}

/// What a model costs, in millionths of the budget's currency per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Price {
    /// For what is sent.
    pub input: u64,
    /// For what is written.
    pub output: u64,
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Sent.
    pub input: u64,
    /// Written.
    pub output: u64,
}

/// What a provider says about an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The model's name in the provider's words.
    pub model: Option<String>,
    /// What it counted.
    pub usage: Option<Usage>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self { streaming: true, tools: false, structured_output: false }
    }
}

impl Dialect {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Completions => "completions",
        }
    }
}

impl Price {
    /// What so many tokens cost, in millionths of the currency, rounded up.
    pub fn of(self, usage: Usage) -> u64 {
        let input = u128::from(self.input) * u128::from(usage.input);
        let output = u128::from(self.output) * u128::from(usage.output);
        u64::try_from(input.saturating_add(output).div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

impl Usage {
    /// Both together.
    pub const fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl Report {
    /// Adds what came later.
    pub fn add(&mut self, later: Self) {
        self.model = later.model.or(self.model.take());
        self.usage = later.usage.or(self.usage);
    }
}

/// Tokens of a text at most, by its length.
pub const fn estimated_tokens(text: &str) -> u64 {
    text.len().div_ceil(BYTES_PER_TOKEN) as u64
}

#[cfg(test)]
mod tests {
    use super::{Price, Usage, estimated_tokens};

    #[test]
    fn a_price_is_per_million_tokens_and_rounded_up() {
        let price = Price { input: 2_500_000, output: 10_000_000 };
        assert_eq!(price.of(Usage { input: 1_000_000, output: 0 }), 2_500_000);
        assert_eq!(price.of(Usage { input: 1_000, output: 100 }), 3_500);
        assert_eq!(Price { input: 1, output: 0 }.of(Usage { input: 1, output: 9 }), 1);
        assert_eq!(Price::default().of(Usage { input: u64::MAX, output: u64::MAX }), 0);
    }

    #[test]
    fn an_estimate_is_never_less_than_a_character_is_worth() {
        assert_eq!(estimated_tokens(""), 0);
        assert_eq!(estimated_tokens("a"), 1);
        assert_eq!(estimated_tokens("六時間後"), 4);
    }
}
