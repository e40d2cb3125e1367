//! Everything that can go wrong between us and a mail server, as one enum.
//!
//! No message holds a name, an address, a subject or a part of an answer: servers put all of these into the text of a
//! refusal. What is kept of a refusal is its response code, if it is one that we know.

use std::io;

use crate::egress::EgressError;
use crate::error::TransportKind;

/// Why an exchange with an IMAP server failed.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The connection could not be made, or died.
    #[error("{kind}")]
    Transport {
        /// Where.
        kind: TransportKind,
        /// The cause.
        #[source]
        source: Option<io::Error>,
    },
    /// The server may not be spoken to; nothing was sent.
    #[error("the mail server may not be reached")]
    NotReached(#[source] EgressError),
    /// The server said goodbye or closed the line.
    #[error("the mail server closed the connection")]
    Closed,
    /// The name or the secret is not believed.
    #[error("the mail server does not accept the credentials")]
    Unauthorized,
    /// The server has trouble of its own, or too many connections.
    #[error("the mail server is not available at the moment")]
    Unavailable,
    /// No encryption where it is demanded.
    #[error("the mail server offers no encryption")]
    NoEncryption,
    /// The server offers none of the ways to sign in that fit the credentials.
    #[error("the mail server offers no way to sign in that fits the credentials")]
    NoMethod,
    /// The folder is not there, or may not be opened.
    #[error("the folder cannot be opened")]
    NoFolder,
    /// The server refused an operation.
    #[error("the mail server refused {operation}")]
    Refused {
        /// Which operation.
        operation: &'static str,
    },
    /// The answer cannot be understood.
    #[error("the mail server's answer cannot be understood: {0}")]
    Malformed(&'static str),
    /// The answer is larger than allowed.
    #[error("the mail server's answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit that was met.
        limit: u64,
    },
    /// An exchange was broken off earlier; the line says something else now.
    #[error("an earlier exchange on this connection was broken off")]
    OutOfStep,
    /// The caller's destination of a body failed.
    #[error("writing a message")]
    Destination {
        /// What the destination said.
        #[source]
        source: io::Error,
    },
    /// The settings cannot work; nothing was sent.
    #[error("{what}")]
    Settings {
        /// What is wrong with them.
        what: &'static str,
    },
}

impl ImapError {
    /// Whether the same may succeed later without anybody doing something.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { kind, .. } => *kind != TransportKind::Tls,
            Self::Closed | Self::Unavailable | Self::OutOfStep => true,
            _ => false,
        }
    }

    /// Whether the account must not be used again before a person acts.
    pub fn stops_account(&self) -> bool {
        matches!(self, Self::Unauthorized)
    }

    /// Whether the connection can still be used for the next command.
    pub fn leaves_connection(&self) -> bool {
        matches!(self, Self::NoFolder | Self::Refused { .. } | Self::Settings { .. })
    }

    /// A stable word for records and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport { kind: TransportKind::Connect, .. } => "connect",
            Self::Transport { kind: TransportKind::Timeout, .. } => "timeout",
            Self::Transport { kind: TransportKind::Dns, .. } => "dns",
            Self::Transport { kind: TransportKind::Tls, .. } => "tls",
            Self::Transport { kind: TransportKind::Other, .. } => "transport",
            Self::NotReached(_) => "not_reached",
            Self::Closed => "closed",
            Self::Unauthorized => "unauthorized",
            Self::Unavailable => "unavailable",
            Self::NoEncryption => "no_encryption",
            Self::NoMethod => "no_sign_in_method",
            Self::NoFolder => "no_folder",
            Self::Refused { .. } => "refused",
            Self::Malformed(_) => "malformed",
            Self::TooLarge { .. } => "too_large",
            Self::OutOfStep => "out_of_step",
            Self::Destination { .. } => "destination",
            Self::Settings { .. } => "settings",
        }
    }

    pub(crate) fn wire(source: io::Error) -> Self {
        Self::Transport { kind: TransportKind::Other, source: Some(source) }
    }

    pub(crate) fn timeout() -> Self {
        Self::Transport { kind: TransportKind::Timeout, source: None }
    }
}
