//! What the configuration says about models: those in the program, those behind endpoints, and what they may cost.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;
use voiceassist_phi::Destination;
use voiceassist_phi::clearance::PolicyError;
use voiceassist_store::model_spending::{Allowance, Limit};

use super::chat::{self, Chat, ChatDialect, ChatMode, Chats, ProtectionClass, micros};

/// The name of the adapter for a locally served `BioGPT`.
pub const BIOGPT: &str = "biogpt";
/// The name of the embedding model in decisions.
const EMBEDDING: &str = "embedding";
/// The name of the reranking model in decisions.
const RERANK: &str = "rerank";
/// Numbers of a vector of `PubMedBERT` (`hidden_size`), and the tokens it reads (`max_position_embeddings`):
/// <https://huggingface.co/NeuML/pubmedbert-base-embeddings/blob/main/config.json>.
const PUBMEDBERT: (usize, usize) = (768, 512);

/// Models.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    /// Where `voiceassist models pull` puts them; empty means `<state.directory>/models`.
    pub directory: PathBuf,
    /// Threads that embed text.
    pub workers: usize,
    /// Models that write answers, in the order in which they are asked.
    pub chat: Chats,
    /// What they may cost.
    pub budget: Budget,
    /// Whether a `BioGPT` that is served on this machine stands behind all other models that write.
    pub enable_biogpt_adapter: bool,
    /// Where it is served.
    pub biogpt: Served,
    /// Whether a `PubMedBERT` that is served on this machine makes the vectors of the index.
    pub enable_pubmedbert_adapter: bool,
    /// Where it is served.
    pub pubmedbert: Served,
    /// A model that makes the vectors of the index instead of the one in the program.
    pub embedding: Embedding,
    /// A model that puts what was found into a better order.
    pub rerank: Rerank,
}

/// A model behind an endpoint that makes vectors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedding {
    /// The address below which `embeddings` is. Empty: the model in the program.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// How many numbers its vectors have.
    pub dimension: usize,
    /// The endpoint's key.
    pub api_key: Option<SecretString>,
    /// File that holds the endpoint's key.
    pub api_key_file: PathBuf,
    /// Whose machines it runs on; every text goes there as it is.
    pub protection: ProtectionClass,
    /// Name of the agreement about patients' data.
    pub agreement: String,
    /// Tokens it reads of a text.
    pub max_tokens: usize,
    /// Texts of one request.
    pub batch: usize,
    /// Put before a question.
    pub question_prefix: String,
    /// Put before a text of a document.
    pub document_prefix: String,
    /// Seconds until a request is given up.
    pub timeout_seconds: u64,
}

/// A model behind an endpoint that orders passages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rerank {
    /// The address below which `rerank` is. Empty: none.
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
    /// The best passages of a search that it orders.
    pub passages: usize,
    /// Milliseconds until the order stays as it is.
    pub timeout_milliseconds: u64,
}

/// What models may cost. Zero is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The currency of all costs; a name, nothing more.
    pub currency: String,
    /// What one person's questions may cost in a day.
    pub person_daily_cost: f64,
    /// Tokens that one person's questions may take in a day.
    pub person_daily_tokens: u64,
    /// What all questions may cost in a month.
    pub monthly_cost: f64,
    /// Tokens that all questions may take in a month.
    pub monthly_tokens: u64,
}

/// A model that somebody serves on a machine of the clinic's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The address below which the protocol's paths are.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// The endpoint's key, if it wants one.
    pub api_key: Option<SecretString>,
}

impl Models {
    /// Every model that may write, the first choice first.
    pub fn writers(&self) -> Vec<Chat> {
        let mut writers: Vec<Chat> = self.chat.configured().cloned().collect();
        if self.enable_biogpt_adapter {
            writers.push(self.biogpt_adapter());
        }
        writers
    }

    /// The model behind an endpoint that makes vectors, if there is one.
    pub fn embedder(&self) -> Option<Embedding> {
        if !self.embedding.base_url.is_empty() {
            return Some(self.embedding.clone());
        }
        let (dimension, max_tokens) = PUBMEDBERT;
        self.enable_pubmedbert_adapter.then(|| Embedding {
            base_url: self.pubmedbert.base_url.clone(),
            model: self.pubmedbert.model.clone(),
            dimension,
            max_tokens,
            api_key: self.pubmedbert.api_key.clone(),
            api_key_file: PathBuf::new(),
            protection: ProtectionClass::Local,
            ..self.embedding.clone()
        })
    }

    /// The model that orders what was found, if there is one.
    pub fn reranker(&self) -> Option<&Rerank> {
        (!self.rerank.base_url.is_empty()).then_some(&self.rerank)
    }

    /// A causal language model of biomedical abstracts: it goes on with a text, knows no conversation and reads 1,024
    /// tokens (<https://huggingface.co/microsoft/biogpt>: `max_position_embeddings`).
    fn biogpt_adapter(&self) -> Chat {
        Chat {
            name: BIOGPT.to_owned(),
            base_url: self.biogpt.base_url.clone(),
            model: self.biogpt.model.clone(),
            api_key: self.biogpt.api_key.clone(),
            protection: ProtectionClass::Local,
            mode: ChatMode::Allow,
            dialect: ChatDialect::Completions,
            context_tokens: 1_024,
            max_tokens: 128,
            ..Chat::default()
        }
    }
}

impl Embedding {
    /// Where its texts go: all of them as they are, because one index needs vectors of one model.
    pub fn destination(&self) -> Result<Destination, PolicyError> {
        chat::destination(EMBEDDING, self.protection, &self.agreement, ChatMode::Allow)
    }

    /// The endpoint's key, given or read from its file.
    pub fn key(&self) -> anyhow::Result<Option<SecretString>> {
        chat::key(self.api_key.as_ref(), &self.api_key_file)
    }
}

impl Rerank {
    /// Where questions and passages go.
    pub fn destination(&self) -> Result<Destination, PolicyError> {
        chat::destination(RERANK, self.protection, &self.agreement, self.mode)
    }

    /// The endpoint's key, given or read from its file.
    pub fn key(&self) -> anyhow::Result<Option<SecretString>> {
        chat::key(self.api_key.as_ref(), &self.api_key_file)
    }
}

impl Budget {
    /// The limits in the units that are counted.
    pub fn allowance(&self) -> Allowance {
        let limit = |tokens: u64, cost: f64| Limit {
            tokens: (tokens > 0).then_some(tokens),
            cost: (cost > 0.0).then(|| micros(cost)),
        };
        Allowance {
            person_daily: limit(self.person_daily_tokens, self.person_daily_cost),
            monthly: limit(self.monthly_tokens, self.monthly_cost),
        }
    }
}
