//! The connections to servers, shared by the clients of their accounts.
//!
//! A connection carries no identity, so accounts share the pool and, for each server, the manners of
//! [`crate::politeness`]: a request costs the server about 50 ms of CPU whatever it does, and more than twice its cores
//! in parallel gains nothing.
//! Identity (credentials, cookies) lives in [`crate::Client`]. Where connections may go is said by [`crate::egress`],
//! which makes the clients. The TLS provider is the program's choice and must be installed before.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::egress::{Destinations, HttpSettings};
use crate::error::{DavError, TransportKind};
use crate::politeness::{Politeness, Servers};

/// Requests under way to one server, all accounts together.
pub const DEFAULT_MAX_CONCURRENT_REQUESTS: usize = 8;
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to reach a server.
#[derive(Debug, Clone)]
pub struct TransportSettings {
    /// Sent with every request. At the start of a login it names the app password in the person's security page.
    pub user_agent: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How politely to speak to each server, all its accounts together.
    pub politeness: Politeness,
    /// Certificates (PEM) to trust besides the system's: a hospital's own authority.
    pub extra_root_certificates_pem: Vec<Vec<u8>>,
    /// The servers that may be reached.
    pub destinations: Destinations,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("VoiceAssist/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            politeness: Politeness::default(),
            extra_root_certificates_pem: Vec::new(),
            destinations: Destinations::named_by_clients(),
        }
    }
}

/// A connection pool. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Transport {
    pub(crate) http: reqwest::Client,
    /// For connections that turn into something else, which HTTP/2 does not offer.
    pub(crate) upgrading: reqwest::Client,
    pub(crate) servers: Arc<Servers>,
    pub(crate) destinations: Destinations,
}

impl Transport {
    /// Opens nothing yet.
    pub fn new(settings: &TransportSettings) -> Result<Self, DavError> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(DavError::Settings { what: "no TLS provider is installed" });
        }
        settings.politeness.check()?;
        let mut roots = Vec::new();
        for pem in &settings.extra_root_certificates_pem {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|_| DavError::Settings { what: "a root certificate is not PEM" })?;
            roots.extend(certificates);
        }
        let connecting = HttpSettings {
            user_agent: settings.user_agent.clone(),
            connect_timeout: settings.connect_timeout,
            extra_roots: roots,
            http1_only: false,
        };
        let unusable = |_| DavError::Settings { what: "the HTTP client cannot be built from these settings" };
        let destinations = settings.destinations.clone();
        let http = destinations.client(&connecting).map_err(unusable)?;
        let upgrading =
            destinations.client(&HttpSettings { http1_only: true, ..connecting }).map_err(unusable)?;
        let servers = Arc::new(Servers::new(settings.politeness.clone()));
        Ok(Self { http, upgrading, servers, destinations })
    }

    /// The servers that may be reached.
    pub fn destinations(&self) -> &Destinations {
        &self.destinations
    }

    /// Whether a request may go to this address.
    pub(crate) fn may_reach(&self, url: &Url) -> Result<(), DavError> {
        self.destinations.check(url).map_err(|_| NOT_CONFIGURED)
    }
}

/// Nothing is sent to servers that nobody configured.
pub(crate) const NOT_CONFIGURED: DavError =
    DavError::Settings { what: "the server is not among the configured destinations" };

/// What a failed exchange means. The address is taken out of the error: it names files.
pub(crate) fn transport_error(error: reqwest::Error) -> DavError {
    let error = error.without_url();
    let kind = if error.is_timeout() {
        TransportKind::Timeout
    } else if in_chain(&error, is_tls) {
        TransportKind::Tls
    } else if error.is_connect() && in_chain(&error, |cause| cause.to_string().contains("dns error")) {
        TransportKind::Dns
    } else if error.is_connect() {
        TransportKind::Connect
    } else {
        TransportKind::Other
    };
    DavError::Transport { kind, source: Some(Box::new(error)) }
}

pub(crate) fn timed_out() -> DavError {
    DavError::Transport { kind: TransportKind::Timeout, source: None }
}

fn in_chain(error: &reqwest::Error, is: impl Fn(&(dyn std::error::Error + 'static)) -> bool) -> bool {
    let first: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |cause| cause.source()).any(is)
}

/// The handshake's error comes wrapped in I/O errors, whose `source` leaves out the very thing they wrap.
fn is_tls(cause: &(dyn std::error::Error + 'static)) -> bool {
    let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || wrapped.is_some_and(|inner| is_tls(inner))
}
