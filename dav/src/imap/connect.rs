//! Reaching a mail server, encrypted.
//!
//! Encryption is implicit (RFC 8314) or asked for by STARTTLS, and then it is mandatory: a server that does not offer
//! it, refuses it, greets as already signed in or sends words ahead of the handshake is not spoken to, because each of
//! these is how somebody in the middle keeps a line in the clear. Plain lines exist for a server on this very machine
//! and only when [`Security::PlainOnLoopback`] is said by name.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::egress::{Destinations, EgressError};
use crate::error::TransportKind;
use crate::imap::command::Command;
use crate::imap::response::{Code, Response, Status};
use crate::imap::session::Dialogue;
use crate::imap::wire::{Line, Wire};
use crate::imap::{Capabilities, ImapError};

/// Addresses of one server that are tried.
const MAX_TRIED: usize = 8;

/// How a line is kept from being read by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the first octet.
    ImplicitTls,
    /// Encrypted before anything else is said.
    StartTls,
    /// Not at all, to an address of this machine.
    PlainOnLoopback,
}

/// Where a mail server is.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The host name, which the certificate must be for.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it is encrypted.
    pub security: Security,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("security", &self.security).finish_non_exhaustive()
    }
}

/// How to speak to mail servers.
#[derive(Debug, Clone)]
pub struct ImapSettings {
    /// How long a connection and its handshake may take.
    pub connect_timeout: Duration,
    /// How long a line may be silent while an answer is due.
    pub patience: Duration,
    /// The servers that may be reached.
    pub destinations: Destinations,
}

impl ImapSettings {
    /// The usual patience, to these servers.
    pub const fn reaching(destinations: Destinations) -> Self {
        Self { connect_timeout: Duration::from_secs(15), patience: Duration::from_mins(1), destinations }
    }
}

/// Whose certificates are believed.
#[derive(Clone)]
pub struct TlsTrust {
    pub(crate) config: Arc<ClientConfig>,
}

impl TlsTrust {
    /// The machine's authorities and these besides (PEM): a hospital's own.
    pub fn new(extra_root_certificates_pem: &[Vec<u8>]) -> Result<Self, ImapError> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| ImapError::Settings { what: "the TLS provider knows no safe version" })?;
        let mut extra = Vec::new();
        for pem in extra_root_certificates_pem {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let what = "a root certificate is not PEM";
                extra.push(certificate.map_err(|_| ImapError::Settings { what })?.into_owned());
            }
        }
        let config = if extra.is_empty() {
            builder
                .with_platform_verifier()
                .map_err(|_| ImapError::Settings { what: "the machine's certificates cannot be read" })?
                .with_no_client_auth()
        } else {
            let provider = Arc::clone(builder.crypto_provider());
            let verifier = Verifier::new_with_extra_roots(extra, provider)
                .map_err(|_| ImapError::Settings { what: "a root certificate cannot be used" })?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        };
        Ok(Self { config: Arc::new(config) })
    }

    /// These authorities (PEM) and nobody else's.
    pub fn only(root_certificates_pem: &[Vec<u8>]) -> Result<Self, ImapError> {
        let what = "a root certificate is not usable PEM";
        let mut roots = RootCertStore::empty();
        for pem in root_certificates_pem {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|_| ImapError::Settings { what })?;
                roots.add(certificate).map_err(|_| ImapError::Settings { what })?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| ImapError::Settings { what: "the TLS provider knows no safe version" })?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }
}

impl std::fmt::Debug for TlsTrust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsTrust").finish_non_exhaustive()
    }
}

/// An encrypted line to a server that has greeted, nobody signed in.
pub struct Connection {
    pub(crate) dialogue: Dialogue,
    pub(crate) capabilities: Capabilities,
    /// Where it leads, as OAUTHBEARER says it again.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("capabilities", &self.capabilities).finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects, encrypts and reads the greeting.
    pub async fn open(
        endpoint: &Endpoint,
        trust: &TlsTrust,
        settings: &ImapSettings,
    ) -> Result<Self, ImapError> {
        timeout(settings.connect_timeout, connect(endpoint, trust, settings))
            .await
            .map_err(|_| ImapError::timeout())?
    }

    /// What the server can do, as far as it says before anybody signed in.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }
}

async fn connect(
    endpoint: &Endpoint,
    trust: &TlsTrust,
    settings: &ImapSettings,
) -> Result<Connection, ImapError> {
    let tcp = dial(endpoint, &settings.destinations).await?;
    let patience = settings.patience;
    match endpoint.security {
        Security::ImplicitTls => {
            let stream = encrypt(Box::new(tcp), endpoint, trust).await?;
            greeted(Wire::new(stream), patience, endpoint).await
        }
        Security::PlainOnLoopback => greeted(Wire::new(Box::new(tcp)), patience, endpoint).await,
        Security::StartTls => {
            let mut connection = greeted(Wire::new(Box::new(tcp)), patience, endpoint).await?;
            if !connection.capabilities.has("STARTTLS") {
                return Err(ImapError::NoEncryption);
            }
            let command = Command::new("encryption", "STARTTLS");
            connection.dialogue.run(command).await.map_err(|error| match error {
                ImapError::Refused { .. } => ImapError::NoEncryption,
                error => error,
            })?;
            let stream = encrypt(connection.dialogue.wire.into_stream()?, endpoint, trust).await?;
            let mut dialogue = Dialogue::new(Wire::new(stream), patience);
            let capabilities = dialogue.capabilities().await?;
            Ok(at(endpoint, dialogue, capabilities))
        }
    }
}

async fn dial(endpoint: &Endpoint, destinations: &Destinations) -> Result<TcpStream, ImapError> {
    let failed = |kind| move |source| ImapError::Transport { kind, source: Some(source) };
    let mut addresses =
        destinations.mail_server(&endpoint.host, endpoint.port).await.map_err(|error| match error {
            EgressError::Unresolved => ImapError::Transport { kind: TransportKind::Dns, source: None },
            error => ImapError::NotReached(error),
        })?;
    let is_elsewhere = |address: &SocketAddr| !address.ip().to_canonical().is_loopback();
    if endpoint.security == Security::PlainOnLoopback && addresses.iter().any(is_elsewhere) {
        return Err(ImapError::Settings {
            what: "a mail server elsewhere is not spoken to without encryption",
        });
    }
    addresses.truncate(MAX_TRIED);
    let tcp = TcpStream::connect(&addresses[..]).await.map_err(failed(TransportKind::Connect))?;
    tcp.set_nodelay(true).map_err(ImapError::wire)?;
    Ok(tcp)
}

async fn encrypt(
    stream: Box<dyn Line>,
    endpoint: &Endpoint,
    trust: &TlsTrust,
) -> Result<Box<dyn Line>, ImapError> {
    let name = ServerName::try_from(endpoint.host.clone())
        .map_err(|_| ImapError::Settings { what: "the mail server's name cannot be on a certificate" })?;
    let stream =
        TlsConnector::from(Arc::clone(&trust.config)).connect(name, stream).await.map_err(|source| {
            let kind =
                if source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) {
                    TransportKind::Tls
                } else {
                    TransportKind::Other
                };
            ImapError::Transport { kind, source: Some(source) }
        })?;
    Ok(Box::new(stream))
}

fn at(endpoint: &Endpoint, dialogue: Dialogue, capabilities: Capabilities) -> Connection {
    Connection { dialogue, capabilities, host: endpoint.host.clone(), port: endpoint.port }
}

async fn greeted(wire: Wire, patience: Duration, endpoint: &Endpoint) -> Result<Connection, ImapError> {
    let mut dialogue = Dialogue::new(wire, patience);
    match dialogue.next().await? {
        Response::Status { status: Status::Ok, code } => {
            let capabilities = match code {
                Some(Code::Capability(capabilities)) => capabilities,
                _ => dialogue.capabilities().await?,
            };
            Ok(at(endpoint, dialogue, capabilities))
        }
        Response::Status { status: Status::Bye, code } => Err(match code {
            Some(Code::Unavailable) => ImapError::Unavailable,
            _ => ImapError::Closed,
        }),
        Response::Status { status: Status::PreAuth, .. } => {
            Err(ImapError::Malformed("the server greets as already signed in"))
        }
        _ => Err(ImapError::Malformed("the server does not greet as a mail server")),
    }
}
