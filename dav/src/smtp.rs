//! Handing mail to a submission server (RFC 6409), always encrypted.
//!
//! A [`Letter`] is made of types that cannot hold a line end, so nothing a person or a document says becomes a header;
//! [`Submission::send`] hands it over once and says what is known of the outcome. TLS is implicit (RFC 8314) or
//! STARTTLS is demanded; a server on this machine may be spoken to in the clear when that is said by name. Invitations
//! by mail are in [`invitation`]. Nothing here retries: a message sent twice is worse than one that has to be sent
//! again by somebody who looked. No error repeats the server's words, which quote addresses.

pub mod invitation;
pub mod letter;

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::ExposeSecret as _;

pub use invitation::{InvalidInvitation, Invitation, Method, Received};
pub use letter::{Address, HeaderText, InvalidHeader, Letter, MessageId};

use crate::egress::{Destinations, EgressError};
use crate::error::TransportKind;
use crate::imap::{Endpoint, MailCredentials, Security};

/// Why a letter was not handed over, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The connection could not be made, or died.
    #[error("{kind}")]
    Transport {
        /// Where.
        kind: TransportKind,
    },
    /// The server may not be spoken to; nothing was sent.
    #[error("the submission server may not be reached")]
    NotReached(#[source] EgressError),
    /// The name or the secret is not believed.
    #[error("the submission server does not accept the credentials")]
    Unauthorized,
    /// The server cannot take it now.
    #[error("the submission server is not available at the moment (status {status})")]
    Unavailable {
        /// The status.
        status: u16,
    },
    /// The server does not take it.
    #[error("the submission server refused the message (status {status})")]
    Refused {
        /// The status.
        status: u16,
    },
    /// The server offers no encryption or no way to sign in that fits, or says what nobody understands.
    #[error("the submission server offers no safe way to hand over mail")]
    NoSafeWay,
    /// The letter cannot be rendered; nothing was sent.
    #[error("the message cannot be written: {0}")]
    Letter(&'static str),
    /// The settings cannot work; nothing was sent.
    #[error("{what}")]
    Settings {
        /// What is wrong with them.
        what: &'static str,
    },
}

impl SmtpError {
    /// Whether the same may succeed later without anybody doing something.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { kind } => *kind != TransportKind::Tls,
            Self::Unavailable { .. } => true,
            _ => false,
        }
    }

    /// Whether the letter may have gone out all the same.
    pub fn leaves_outcome_open(&self) -> bool {
        matches!(self, Self::Transport { kind: TransportKind::Timeout | TransportKind::Other })
    }

    /// Whether the account must not be used again before a person acts.
    pub fn stops_account(&self) -> bool {
        matches!(self, Self::Unauthorized)
    }

    /// A stable word for records and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transport { kind: TransportKind::Connect } => "connect",
            Self::Transport { kind: TransportKind::Timeout } => "timeout",
            Self::Transport { kind: TransportKind::Dns } => "dns",
            Self::Transport { kind: TransportKind::Tls } => "tls",
            Self::Transport { kind: TransportKind::Other } => "transport",
            Self::NotReached(_) => "not_reached",
            Self::Unauthorized => "unauthorized",
            Self::Unavailable { .. } => "unavailable",
            Self::Refused { .. } => "refused",
            Self::NoSafeWay => "no_safe_way",
            Self::Letter(_) => "letter",
            Self::Settings { .. } => "settings",
        }
    }
}

/// A submission server and who speaks to it.
#[derive(Debug)]
pub struct Submission {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Submission {
    /// Opens nothing yet; the server's name is looked up once, here. `extra_root_certificates_pem` are believed besides
    /// the machine's.
    pub async fn new(
        endpoint: &Endpoint,
        credentials: &MailCredentials,
        extra_root_certificates_pem: &[Vec<u8>],
        destinations: &Destinations,
        patience: Duration,
    ) -> Result<Self, SmtpError> {
        // The certificate must be for the name; the connection goes to the address that was judged.
        let address = address(endpoint, destinations).await?;
        let tls = match endpoint.security {
            Security::PlainOnLoopback => Tls::None,
            Security::ImplicitTls => Tls::Wrapper(parameters(endpoint, extra_root_certificates_pem)?),
            Security::StartTls => Tls::Required(parameters(endpoint, extra_root_certificates_pem)?),
        };
        let (secret, mechanisms) = match credentials {
            MailCredentials::Password { secret, .. } => (secret, vec![Mechanism::Plain, Mechanism::Login]),
            MailCredentials::OAuth { token, .. } => (token, vec![Mechanism::Xoauth2]),
        };
        let name = credentials.login_name().to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string())
            .port(endpoint.port)
            .tls(tls)
            // The machine's own name is nobody's business.
            .hello_name(ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST))
            .credentials(Credentials::new(name, secret.expose_secret().to_owned()))
            .authentication(mechanisms)
            .timeout(Some(patience))
            .build();
        Ok(Self { transport })
    }

    /// Hands over a letter. `Ok` means the server took responsibility for it, for every recipient.
    pub async fn send(&self, letter: &Letter) -> Result<(), SmtpError> {
        let message = letter.render()?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| classify(&error))
    }

    /// Connects and signs in without sending anything.
    pub async fn test(&self) -> Result<(), SmtpError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SmtpError::Transport { kind: TransportKind::Other }),
            Err(error) => Err(classify(&error)),
        }
    }
}

fn parameters(endpoint: &Endpoint, extra: &[Vec<u8>]) -> Result<TlsParameters, SmtpError> {
    let unusable = || SmtpError::Settings { what: "a root certificate is not usable PEM" };
    let mut builder = TlsParameters::builder(endpoint.host.clone());
    for pem in extra {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| unusable())?;
            let certificate = Certificate::from_der(certificate.to_vec()).map_err(|_| unusable())?;
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder
        .build_rustls()
        .map_err(|_| SmtpError::Settings { what: "TLS cannot be set up for the submission server" })
}

/// The address to connect to; without encryption only one of this machine.
async fn address(endpoint: &Endpoint, destinations: &Destinations) -> Result<IpAddr, SmtpError> {
    let addresses =
        destinations.mail_server(&endpoint.host, endpoint.port).await.map_err(|error| match error {
            EgressError::Unresolved => SmtpError::Transport { kind: TransportKind::Dns },
            error => SmtpError::NotReached(error),
        })?;
    let first = addresses.first().ok_or(SmtpError::Transport { kind: TransportKind::Dns })?.ip();
    let is_elsewhere = addresses.iter().any(|address| !address.ip().to_canonical().is_loopback());
    if endpoint.security == Security::PlainOnLoopback && is_elsewhere {
        return Err(SmtpError::Settings { what: "a server elsewhere is not handed mail without encryption" });
    }
    Ok(first)
}

fn classify(error: &lettre::transport::smtp::Error) -> SmtpError {
    if let Some(status) = error.status() {
        let status = u16::from(status);
        return match status {
            // 454: temporary authentication failure (RFC 4954 section 6).
            530 | 534 | 535 | 538 => SmtpError::Unauthorized,
            400..=499 => SmtpError::Unavailable { status },
            _ => SmtpError::Refused { status },
        };
    }
    if error.is_timeout() {
        return SmtpError::Transport { kind: TransportKind::Timeout };
    }
    if error.is_tls() {
        return SmtpError::Transport { kind: TransportKind::Tls };
    }
    if error.is_client() || error.is_response() {
        return SmtpError::NoSafeWay;
    }
    let refused = std::iter::successors(std::error::Error::source(error), |cause| cause.source())
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::ConnectionRefused);
    let kind = if refused { TransportKind::Connect } else { TransportKind::Other };
    SmtpError::Transport { kind }
}
