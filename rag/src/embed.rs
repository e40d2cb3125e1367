//! From text to a vector that stands for its meaning.
//!
//! The one trait here, [`Embedder`], is a process boundary: behind it runs a model in this process ([`minilm`]) or one
//! behind an endpoint ([`remote`]), to which nothing goes that the gate did not clear.
//! Everything that comes out has length one, so that a dot product is a cosine. Texts arrive in three lanes: bulk, from
//! ingestion; sentences of an answer, which overtake bulk because a person waits for them; and questions, one short text
//! each, which overtake both. What people wait for is kept for a while ([`recent`]). This module refuses to download
//! anything: a model that is not there is [`EmbedError::Missing`], and the rest of the program goes on without it.

use std::path::PathBuf;

use async_trait::async_trait;

pub mod export;
pub mod minilm;
pub mod recent;
pub mod remote;
pub mod runtime;
pub mod switching;

/// The most texts one call may carry.
pub const MAX_TEXTS: usize = 4096;

/// Turns texts into vectors of length one.
#[async_trait]
pub trait Embedder: Send + Sync + 'static {
    /// Names the model and its precision. It is stored with an index, because vectors of two models do not compare.
    fn id(&self) -> &str;

    /// How many numbers a vector has.
    fn dimension(&self) -> usize;

    /// Embeds texts of documents, in their order, at the pace the machine allows.
    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError>;

    /// Embeds a question; it overtakes texts of documents that wait.
    async fn embed_question(&self, text: String) -> Result<Vec<f32>, EmbedError> {
        self.embed(vec![text]).await?.pop().ok_or(EmbedError::Stopped)
    }

    /// Embeds texts that a person waits for, in their order; they overtake other texts of documents and no question.
    async fn embed_awaited(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.embed(texts).await
    }
}

/// Why there is no vector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// A file of the model is not installed.
    #[error("the embedding model is not installed: {} is missing; `voiceassist models pull` fetches it", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// The runtime library or the model does not load.
    #[error("loading {}", file.display())]
    Load {
        /// The file.
        file: PathBuf,
        /// What the runtime says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The model ran and failed, or gave something that is not a vector.
    #[error("running the embedding model")]
    Run {
        /// What the runtime says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// More texts in one call than [`MAX_TEXTS`].
    #[error("{count} texts in one call; at most {MAX_TEXTS} are taken")]
    TooMany {
        /// How many there were.
        count: usize,
    },
    /// The gate does not let the text out to the model's endpoint.
    #[error("asking whether a text may be sent to the embedding model")]
    Refused(#[source] voiceassist_phi::Refusal),
    /// The model's endpoint failed.
    #[error("asking the embedding model")]
    Endpoint(#[source] crate::endpoint::EndpointError),
    /// It gave vectors of another length than it is configured for.
    #[error("the embedding model gives vectors of {found} numbers, configured are {wanted}")]
    Dimension {
        /// What came.
        found: usize,
        /// What is configured.
        wanted: usize,
    },
    /// It gave another number of vectors than it was asked for, or one that has no direction.
    #[error("the embedding model did not give one vector for each text")]
    NoVectors,
    /// The model of the index that still answers is not there any more.
    #[error(
        "the index that answers was made by a model that is no longer configured; its successor is being made"
    )]
    Replaced,
    /// The embedder is shutting down.
    #[error("the embedder has stopped")]
    Stopped,
}

impl EmbedError {
    /// Whether the cure is to install the model.
    pub const fn is_missing_model(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}
