//! Models that write.
//!
//! One trait, [`ChatModel`], at the boundary of the process; [`registry`] keeps those there are in the order in which they
//! are asked, [`fit`] cuts a prompt to what one reads. A model takes a [`Cleared`] prompt and nothing else, so what is
//! sent has passed the gate; and it sends it only to the destination for which it was cleared. What comes back arrives
//! in pieces; dropping the stream closes the connection, and the provider stops. Nothing here logs, keeps or repeats a
//! word of what was sent or received.
//!
//! ```compile_fail,E0308
//! use voiceassist_rag::chat::ChatModel;
//! async fn uncleared(model: &dyn ChatModel, prompt: voiceassist_phi::Prompt) {
//!     let _ = model.write(&prompt).await;
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use voiceassist_rag::chat::ChatModel;
//! async fn uncleared(model: &dyn ChatModel, text: String) {
//!     let _ = model.write(&text).await;
//! }
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use voiceassist_phi::{Cleared, Destination, Prompt};

pub mod breaker;
pub mod facts;
pub mod fit;
pub mod openai_compatible;
pub mod registry;
mod structured;
mod wire;

pub use facts::{Capabilities, Dialect, Facts, Price, Report, Usage};
pub use registry::{Registry, Standing};

/// A model that answers prompts.
#[async_trait]
pub trait ChatModel: Send + Sync + 'static {
    /// Names the model.
    fn model(&self) -> &str;

    /// Where it is, and what may be sent there. The destination's name is the adapter's.
    fn destination(&self) -> &Destination;

    /// What the configuration says about it.
    fn facts(&self) -> &Facts;

    /// Starts to write. Returns with the first word, so that until then somebody else can be asked instead.
    async fn write(&self, prompt: &Cleared<Prompt>) -> Result<ChatStream, ChatError>;
}

/// A piece of what is written.
#[derive(Clone, PartialEq, Eq)]
pub enum ChatPiece {
    /// Some letters, cut anywhere.
    Text(String),
    /// What the provider says about the answer. It may come in parts, anywhere.
    Report(Report),
    /// The model came to its own end, or was cut off by a limit of length.
    End {
        /// Whether it came to its own end.
        whole: bool,
    },
}

/// What is written, as it comes. Dropping it ends the request.
pub struct ChatStream(Pin<Box<dyn Stream<Item = Result<ChatPiece, ChatError>> + Send>>);

/// Why a model did not write.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// Cleared for somewhere else.
    #[error("the prompt was cleared for another destination")]
    OtherDestination,
    /// Larger than what is sent at once.
    #[error("the prompt is longer than {limit} characters")]
    TooLong {
        /// The limit, in code points.
        limit: usize,
    },
    /// The endpoint cannot be reached, or the connection broke.
    #[error("reaching the model's endpoint")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing came for too long.
    #[error("the model did not answer in time")]
    TimedOut,
    /// The endpoint refused.
    #[error("the model's endpoint answered with status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// What came is not what this protocol says.
    #[error("the model's endpoint does not speak the expected protocol")]
    Protocol,
    /// More came than is read.
    #[error("the model wrote more than {limit} bytes")]
    TooMuch {
        /// The limit, in bytes on the wire.
        limit: usize,
    },
}

impl ChatError {
    /// A short word for records and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherDestination => "other_destination",
            Self::TooLong { .. } => "too_long",
            Self::Connection(_) => "connection",
            Self::TimedOut => "timed_out",
            Self::Status { status: 429, .. } => "rate_limited",
            Self::Status { .. } => "status",
            Self::Protocol => "protocol",
            Self::TooMuch { .. } => "too_much",
        }
    }

    /// How long the endpoint asks to be left alone.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the endpoint is to blame, and not what was sent to it.
    pub const fn is_the_endpoints(&self) -> bool {
        !matches!(self, Self::OtherDestination | Self::TooLong { .. })
    }
}

impl ChatStream {
    /// A stream of pieces.
    pub fn new(pieces: impl Stream<Item = Result<ChatPiece, ChatError>> + Send + 'static) -> Self {
        Self(Box::pin(pieces))
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatPiece, ChatError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl std::fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChatStream(..)")
    }
}

/// What is written is not printed.
impl std::fmt::Debug for ChatPiece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.debug_struct("Text").field("bytes", &text.len()).finish(),
            Self::Report(report) => f.debug_tuple("Report").field(report).finish(),
            Self::End { whole } => f.debug_struct("End").field("whole", whole).finish(),
        }
    }
}
