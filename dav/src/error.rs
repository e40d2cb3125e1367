//! Everything that can go wrong between us and a server, as one enum.
//!
//! A message names what happened and may be shown to an operator: it never holds a path, a name, a host or a part of
//! a body. The cause stands in `source`. Whether to try again, to stop the account or to give up is the caller's
//! decision; [`DavError::is_transient`] and [`DavError::stops_account`] say what the protocol allows.

use std::io;
use std::time::Duration;

use crate::href::InvalidHref;
use crate::xml::XmlError;

/// Where a request died before an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// Nobody listens, or the network is down.
    Connect,
    /// No answer, or no further byte of one, in time.
    Timeout,
    /// The host name does not resolve.
    Dns,
    /// The certificate or the handshake was refused.
    Tls,
    /// Anything else on the wire.
    Other,
}

impl std::fmt::Display for TransportKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "the server cannot be reached",
            Self::Timeout => "the server did not answer in time",
            Self::Dns => "the server's name does not resolve",
            Self::Tls => "the TLS handshake failed",
            Self::Other => "the connection failed",
        })
    }
}

/// Why an answer cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum Malformation {
    /// Not well-formed XML, or XML beyond its limits.
    #[error("the XML is not acceptable")]
    Xml(#[from] XmlError),
    /// Not the JSON that was promised.
    #[error("the JSON is not acceptable at line {line}, column {column}")]
    Json {
        /// Where; the parser's own message would quote the body.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// An href of the answer itself, not of one entry.
    #[error("the href is not acceptable")]
    Href(#[from] InvalidHref),
    /// A header or an element contradicts the protocol.
    #[error("{0}")]
    Protocol(&'static str),
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum DavError {
    /// No answer.
    #[error("sending a request: {kind}")]
    Transport {
        /// Where it died.
        kind: TransportKind,
        /// What the HTTP library said, without the address.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// 401: the app password was revoked or never valid. The client sends nothing more.
    #[error("the server refused the app password")]
    Unauthorized,
    /// The operation needs an account and the client has none; nothing was sent.
    #[error("the operation needs an account's app password")]
    AccountRequired,
    /// 429: the server throttles our address, for every account and every endpoint.
    #[error("the server throttles this address")]
    Throttled {
        /// When to come back; Nextcloud's own throttle does not say.
        retry_after: Option<Duration>,
    },
    /// 503 of a disabled account.
    #[error("the account is disabled on the server")]
    AccountDisabled,
    /// 503 of a server in maintenance mode.
    #[error("the server is in maintenance mode")]
    Maintenance {
        /// When to come back, if it says.
        retry_after: Option<Duration>,
    },
    /// Another 502, 503 or 504.
    #[error("the server is not available (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// When to come back, if it says.
        retry_after: Option<Duration>,
    },
    /// 423, still after the client's own attempts.
    #[error("the resource is locked by another request")]
    Locked,
    /// 404, said by Nextcloud itself and not by something in front of it.
    #[error("the resource does not exist")]
    NotFound,
    /// 403.
    #[error("the account may not do this")]
    Forbidden,
    /// 405 or 409: the resource is of another kind, or its parent is missing.
    #[error("the resource is not in a state that allows this (status {status})")]
    Conflict {
        /// The HTTP status.
        status: u16,
    },
    /// 412.
    #[error("a precondition does not hold")]
    PreconditionFailed,
    /// 507.
    #[error("the account's quota is used up")]
    InsufficientStorage,
    /// 416.
    #[error("the range lies outside of the file")]
    RangeNotSatisfiable,
    /// 400 of a server that does not list this host name in `trusted_domains`.
    #[error("the server does not know itself by this host name (trusted_domains)")]
    WrongHost,
    /// 412 of an OCS request without its header: a proxy strips `OCS-APIRequest`.
    #[error("the server did not see the header OCS-APIRequest")]
    CsrfRefused,
    /// The answer does not come from a Nextcloud.
    #[error("the answer does not come from a Nextcloud server (status {status})")]
    NotNextcloud {
        /// The HTTP status.
        status: u16,
    },
    /// The files root in the path is not this account's: the server answered 207 with a bare collection.
    #[error("the user id in the path is not the account's own")]
    NotOwnFiles,
    /// The answer to a GET carries no entity tag: the path is a folder.
    #[error("the path is not a file")]
    NotAFile,
    /// The server sends us elsewhere.
    #[error("the server redirects to another address; configure that address instead")]
    Redirected,
    /// The answer cannot be understood.
    #[error("reading the server's answer")]
    Malformed {
        /// What is wrong with it.
        #[source]
        source: Malformation,
    },
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit that was met.
        limit: u64,
    },
    /// The answer ended early.
    #[error("the answer ended after {received} bytes")]
    Truncated {
        /// Bytes that arrived.
        received: u64,
        /// Bytes that were announced, if any.
        expected: Option<u64>,
    },
    /// The caller's destination of a download failed.
    #[error("writing a download")]
    Destination {
        /// What the destination said.
        #[source]
        source: io::Error,
    },
    /// What should be sent could not be read, or was longer or shorter than it said.
    #[error("reading what is to be uploaded")]
    Source,
    /// The file was written within the present second, in which its entity tag does not tell versions apart.
    #[error("the file was written this very second; its version cannot be told yet")]
    Unsettled,
    /// What is stored is not what was sent.
    #[error("the server stored {stored} bytes of {sent}")]
    NotAsSent {
        /// Bytes that were sent.
        sent: u64,
        /// Bytes that are there.
        stored: u64,
    },
    /// The server would not store this name; nothing was sent.
    #[error("the name cannot be used on this server")]
    Name {
        /// Which rule it breaks.
        #[source]
        source: crate::files::NameRefusal,
    },
    /// The settings cannot work; nothing was sent.
    #[error("{what}")]
    Settings {
        /// What is wrong with them.
        what: &'static str,
    },
    /// Any other status.
    #[error("the server answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The class of the server's exception, if it named one.
        exception: Option<String>,
    },
}

impl DavError {
    /// Whether the same request may succeed later without anybody doing something. A page that is not Nextcloud's
    /// counts: proxies show theirs while a server is replaced, and no document is given up for that.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { kind, .. } => *kind != TransportKind::Tls,
            Self::Throttled { .. }
            | Self::Maintenance { .. }
            | Self::Unavailable { .. }
            | Self::Locked
            | Self::Unsettled
            | Self::NotNextcloud { .. }
            | Self::Truncated { .. }
            | Self::Status { status: 500, .. } => true,
            _ => false,
        }
    }

    /// Whether a write that ended like this may have changed something all the same. Only looking at the server tells.
    pub fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Transport { kind, .. } => matches!(kind, TransportKind::Timeout | TransportKind::Other),
            Self::Unavailable { .. }
            | Self::NotNextcloud { .. }
            | Self::Redirected
            | Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::Truncated { .. }
            | Self::NotAsSent { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Whether the account must not be used again before a person acts. Going on would feed the server's
    /// brute-force guard, which then throttles every account behind our address.
    pub fn stops_account(&self) -> bool {
        matches!(self, Self::Unauthorized | Self::AccountDisabled)
    }

    /// When the server asked us to come back.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after }
            | Self::Maintenance { retry_after }
            | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A stable word for records and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport { kind: TransportKind::Connect, .. } => "connect",
            Self::Transport { kind: TransportKind::Timeout, .. } => "timeout",
            Self::Transport { kind: TransportKind::Dns, .. } => "dns",
            Self::Transport { kind: TransportKind::Tls, .. } => "tls",
            Self::Transport { kind: TransportKind::Other, .. } => "transport",
            Self::Unauthorized => "unauthorized",
            Self::AccountRequired => "account_required",
            Self::Throttled { .. } => "throttled",
            Self::AccountDisabled => "account_disabled",
            Self::Maintenance { .. } => "maintenance",
            Self::Unavailable { .. } => "unavailable",
            Self::Locked => "locked",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Conflict { .. } => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::InsufficientStorage => "insufficient_storage",
            Self::RangeNotSatisfiable => "range_not_satisfiable",
            Self::WrongHost => "wrong_host",
            Self::CsrfRefused => "csrf_refused",
            Self::NotNextcloud { .. } => "not_nextcloud",
            Self::NotOwnFiles => "not_own_files",
            Self::NotAFile => "not_a_file",
            Self::Redirected => "redirected",
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too_large",
            Self::Truncated { .. } => "truncated",
            Self::Destination { .. } => "destination",
            Self::Source => "source",
            Self::Unsettled => "unsettled",
            Self::NotAsSent { .. } => "not_as_sent",
            Self::Name { .. } => "name",
            Self::Settings { .. } => "settings",
            Self::Status { .. } => "status",
        }
    }

    pub(crate) fn protocol(what: &'static str) -> Self {
        Self::Malformed { source: Malformation::Protocol(what) }
    }

    pub(crate) fn json(source: &serde_json::Error) -> Self {
        Self::Malformed { source: Malformation::Json { line: source.line(), column: source.column() } }
    }
}

impl From<XmlError> for DavError {
    fn from(source: XmlError) -> Self {
        Self::Malformed { source: Malformation::Xml(source) }
    }
}
