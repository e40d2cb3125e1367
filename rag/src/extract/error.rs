//! Why a document could not be read.
//!
//! Each error maps to exactly one [`Reason`] that the document's owner sees. Messages name the act that failed and
//! never quote the document: a parser's own message may contain its bytes, so it travels as a source that only the
//! operator's log of the confined child could show, and the child logs nothing.

use thiserror::Error;
use voiceassist_model::Reason;

/// Why a document could not be read.
#[derive(Debug, Error)]
pub enum ExtractError {
    /// Zero bytes.
    #[error("the document is empty")]
    Empty,
    /// More bytes than the limit.
    #[error("the document has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// What it has.
        bytes: u64,
        /// What is taken.
        limit: u64,
    },
    /// No reader for this kind.
    #[error("no reader for this kind of document: {0}")]
    Unsupported(&'static str),
    /// A password is needed.
    #[error("the document is protected by a password")]
    Encrypted,
    /// Broken, or not what it claims to be.
    #[error("the document is malformed: {what}")]
    Malformed {
        /// The part that is broken.
        what: &'static str,
        /// The parser's complaint.
        #[source]
        cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Unpacks beyond the limits.
    #[error("the document unpacks too far: {0}")]
    ExpandsTooFar(&'static str),
    /// Opens, but holds no text.
    #[error("the document holds no text")]
    NoText,
    /// The input cannot be read at all.
    #[error("reading the input file")]
    Input(#[source] std::io::Error),
}

impl ExtractError {
    /// What the document's owner is told.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Empty => Reason::Empty,
            Self::TooLarge { .. } => Reason::TooLarge,
            Self::Unsupported(_) => Reason::UnsupportedType,
            Self::Encrypted => Reason::Encrypted,
            Self::Malformed { .. } => Reason::Malformed,
            Self::ExpandsTooFar(_) => Reason::ExpandsTooFar,
            Self::NoText => Reason::NoText,
            Self::Input(_) => Reason::Internal,
        }
    }

    /// A malformed part, without a parser's complaint.
    pub(crate) fn malformed(what: &'static str) -> Self {
        Self::Malformed { what, cause: None }
    }

    /// A malformed part and the parser's complaint.
    pub(crate) fn malformed_by(
        what: &'static str,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Malformed { what, cause: Some(Box::new(cause)) }
    }
}

/// Why a [`crate::extract::Reader`] returned no text.
#[derive(Debug, Error)]
#[error("reading a document in a child process: {detail}")]
pub struct ReadFailure {
    /// What the document's owner is told.
    pub reason: Reason,
    /// For whoever runs the daemon; holds nothing of the document.
    pub detail: String,
    /// What the operating system said, where it said anything.
    #[source]
    pub cause: Option<std::io::Error>,
}

impl ReadFailure {
    /// A failure without an error of the operating system behind it.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), cause: None }
    }
}
