//! How a job ends badly.
//!
//! Engines decide at the `?` whether another try can help. The texts go into job rows and the log: they name the
//! operation and a code, never a path, a title or a host.

use chrono::TimeDelta;
use voiceassist_dav::DavError;
use voiceassist_rag::embed::EmbedError;
use voiceassist_rag::index::IndexError;
use voiceassist_store::StoreError;

/// Why a job did not finish.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Another try can help.
    #[error("{operation}: {cause}")]
    Retry {
        /// What was being done.
        operation: &'static str,
        /// Why it failed, without content.
        cause: String,
        /// When to try again, if the other side said so.
        after: Option<TimeDelta>,
    },
    /// No further try can help; a person should look.
    #[error("{operation}: {cause}")]
    GiveUp {
        /// What was being done.
        operation: &'static str,
        /// Why it failed, without content.
        cause: String,
    },
    /// The lease went to somebody else; the work is theirs now.
    #[error("the lease was lost")]
    LeaseLost,
}

impl JobError {
    /// Another try can help.
    pub fn retry(operation: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Retry { operation, cause: cause.to_string(), after: None }
    }

    /// No further try can help.
    pub fn give_up(operation: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::GiveUp { operation, cause: cause.to_string() }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LeaseLost => Self::LeaseLost,
            error => Self::retry("keeping the outcome", with_sources(&error)),
        }
    }
}

impl From<IndexError> for JobError {
    fn from(error: IndexError) -> Self {
        Self::retry("writing the index", with_sources(&error))
    }
}

impl From<EmbedError> for JobError {
    fn from(error: EmbedError) -> Self {
        Self::retry("embedding text", with_sources(&error))
    }
}

impl From<DavError> for JobError {
    fn from(error: DavError) -> Self {
        let after = error.retry_after().and_then(|after| TimeDelta::from_std(after).ok());
        let cause = with_sources(&error);
        if error.is_transient() {
            Self::Retry { operation: "asking Nextcloud", cause, after }
        } else {
            Self::give_up("asking Nextcloud", cause)
        }
    }
}

/// An error and its causes in one line.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
