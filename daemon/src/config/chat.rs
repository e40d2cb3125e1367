//! What the configuration says about a model that writes answers.

use std::path::PathBuf;

use anyhow::Context as _;
use secrecy::SecretString;
use serde::Deserialize;
use voiceassist_phi::clearance::PolicyError;
use voiceassist_phi::{Destination, Mode, Protection};

/// The name of the destination in decisions.
const NAME: &str = "chat";

/// A model behind an OpenAI-compatible endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// The address below which `chat/completions` is. Empty: no model writes.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// The endpoint's key.
    pub api_key: Option<SecretString>,
    /// File that holds the endpoint's key.
    pub api_key_file: PathBuf,
    /// Whose machines it runs on.
    pub protection: ProtectionClass,
    /// Name of the agreement about patients' data.
    pub agreement: String,
    /// What may be sent there.
    pub mode: ChatMode,
    /// Seconds until an answer is given up.
    pub timeout_seconds: u64,
    /// Longest answer.
    pub max_tokens: u32,
}

/// Whose machines a model runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtectionClass {
    /// The clinic's own.
    Local,
    /// Those of somebody who signed an agreement.
    Agreement,
    /// Anybody's.
    Cloud,
}

/// What may be sent to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatMode {
    /// Nothing about a person.
    Forbid,
    /// Everything, with surrogates.
    Redact,
    /// Everything as it is.
    Allow,
}

impl Chat {
    /// Whether a model is configured.
    pub const fn is_configured(&self) -> bool {
        !self.base_url.is_empty()
    }

    /// The destination and its policy, unless it contradicts itself.
    pub fn destination(&self) -> Result<Destination, PolicyError> {
        let protection = match self.protection {
            ProtectionClass::Local => Protection::Local,
            ProtectionClass::Agreement => Protection::Agreement(self.agreement.clone()),
            ProtectionClass::Cloud => Protection::Cloud,
        };
        let mode = match self.mode {
            ChatMode::Forbid => Mode::Forbid,
            ChatMode::Redact => Mode::Redact,
            ChatMode::Allow => Mode::Allow,
        };
        Destination::new(NAME, protection, mode)
    }

    /// The endpoint's key, given or read from its file.
    pub fn key(&self) -> anyhow::Result<Option<SecretString>> {
        if self.api_key.is_some() || self.api_key_file.as_os_str().is_empty() {
            return Ok(self.api_key.clone());
        }
        let path = &self.api_key_file;
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("reading the chat endpoint's key {}", path.display()))?;
        Ok(Some(text.trim().to_owned().into()))
    }
}

impl ProtectionClass {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Agreement => "agreement",
            Self::Cloud => "cloud",
        }
    }
}

impl ChatMode {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forbid => "forbid",
            Self::Redact => "redact",
            Self::Allow => "allow",
        }
    }
}
