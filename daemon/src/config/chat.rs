//! What the configuration says about the models that write answers.
//!
//! One table `[models.chat]`, or a list of `[[models.chat]]` whose order is the order in which they are asked. Each names
//! whose machines it runs on and what may be sent there; a policy that contradicts itself is refused before anything
//! starts.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use voiceassist_assistant::chat::{Capabilities, Dialect, Price};
use voiceassist_phi::clearance::PolicyError;
use voiceassist_phi::{Destination, Mode, Protection};

/// The name of the one model there is, in decisions.
const NAME: &str = "chat";
/// The most models that stand in for each other.
pub const MAX_WRITERS: usize = 8;

/// The models that write, in the order in which they are asked.
#[derive(Clone, Debug)]
pub struct Chats(Vec<Chat>);

/// A model behind an OpenAI-compatible endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chat {
    /// By which decisions, answers and findings speak of it.
    pub name: String,
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
    /// How it is spoken to.
    pub dialect: ChatDialect,
    /// Seconds until an answer is given up.
    pub timeout_seconds: u64,
    /// Seconds until its first byte.
    pub first_byte_seconds: u64,
    /// Seconds between two pieces of it.
    pub idle_seconds: u64,
    /// Longest answer, in tokens.
    pub max_tokens: u32,
    /// Tokens it takes in and gives out together; zero when that is not known.
    pub context_tokens: u32,
    /// Cost of a million tokens sent.
    pub input_cost: f64,
    /// Cost of a million tokens written.
    pub output_cost: f64,
    /// Whether it sends an answer in pieces.
    pub streaming: bool,
    /// Whether it takes descriptions of tools.
    pub tools: bool,
    /// Whether it keeps to a JSON schema.
    pub structured_output: bool,
}

/// How a model is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatDialect {
    /// `chat/completions`.
    Chat,
    /// `completions`, for models without a template for conversations.
    Completions,
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

impl Default for Chat {
    /// What the reference says where nothing else is said.
    fn default() -> Self {
        Self {
            name: NAME.to_owned(),
            base_url: String::new(),
            model: String::new(),
            api_key: None,
            api_key_file: PathBuf::new(),
            protection: ProtectionClass::Cloud,
            agreement: String::new(),
            mode: ChatMode::Forbid,
            dialect: ChatDialect::Chat,
            timeout_seconds: 90,
            first_byte_seconds: 30,
            idle_seconds: 20,
            max_tokens: 1_024,
            context_tokens: 8_192,
            input_cost: 0.0,
            output_cost: 0.0,
            streaming: true,
            tools: false,
            structured_output: false,
        }
    }
}

impl Chats {
    /// Those that are configured, the first choice first.
    pub fn configured(&self) -> impl Iterator<Item = &Chat> {
        self.0.iter().filter(|chat| chat.is_configured())
    }

    /// A name that two of them have.
    pub fn doubled_name(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.configured().map(|chat| chat.name.as_str()).find(|name| !seen.insert(*name))
    }
}

impl<'de> Deserialize<'de> for Chats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

/// A table, or a list of tables.
struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Chats;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table [models.chat] or a list of tables [[models.chat]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Chats, A::Error> {
        Chat::deserialize(MapAccessDeserializer::new(map)).map(|chat| Chats(vec![chat]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Chats, A::Error> {
        let mut chats = Vec::new();
        while let Some(chat) = list.next_element()? {
            if chats.len() == MAX_WRITERS {
                return Err(serde::de::Error::custom(format!("at most {MAX_WRITERS} models may be listed")));
            }
            chats.push(chat);
        }
        Ok(Chats(chats))
    }
}

impl Chat {
    /// Whether a model is configured.
    pub const fn is_configured(&self) -> bool {
        !self.base_url.is_empty()
    }

    /// The destination and its policy, unless it contradicts itself.
    pub fn destination(&self) -> Result<Destination, PolicyError> {
        destination(&self.name, self.protection, &self.agreement, self.mode)
    }

    /// What its endpoint can do.
    pub const fn capabilities(&self) -> Capabilities {
        Capabilities {
            streaming: self.streaming,
            tools: self.tools,
            structured_output: self.structured_output,
        }
    }

    /// What it costs.
    pub fn price(&self) -> Price {
        Price { input: micros(self.input_cost), output: micros(self.output_cost) }
    }

    /// The endpoint's key, given or read from its file.
    pub fn key(&self) -> anyhow::Result<Option<SecretString>> {
        key(self.api_key.as_ref(), &self.api_key_file)
    }
}

/// A destination and its policy, unless it contradicts itself.
pub(super) fn destination(
    name: &str,
    protection: ProtectionClass,
    agreement: &str,
    mode: ChatMode,
) -> Result<Destination, PolicyError> {
    let protection = match protection {
        ProtectionClass::Local => Protection::Local,
        ProtectionClass::Agreement => Protection::Agreement(agreement.to_owned()),
        ProtectionClass::Cloud => Protection::Cloud,
    };
    let mode = match mode {
        ChatMode::Forbid => Mode::Forbid,
        ChatMode::Redact => Mode::Redact,
        ChatMode::Allow => Mode::Allow,
    };
    Destination::new(name, protection, mode)
}

/// An endpoint's key, given or read from its file.
pub(super) fn key(given: Option<&SecretString>, file: &Path) -> anyhow::Result<Option<SecretString>> {
    if given.is_some() || file.as_os_str().is_empty() {
        return Ok(given.cloned());
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("reading the key of a model's endpoint {}", file.display()))?;
    Ok(Some(text.trim().to_owned().into()))
}

impl From<ChatDialect> for Dialect {
    fn from(dialect: ChatDialect) -> Self {
        match dialect {
            ChatDialect::Chat => Self::Chat,
            ChatDialect::Completions => Self::Completions,
        }
    }
}

/// An amount of money in millionths. What is no amount is nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what the type holds")]
pub fn micros(amount: f64) -> u64 {
    (amount.max(0.0) * 1_000_000.0).round().min(9e15) as u64
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
