//! Where a mailbox is and how to sign in: one value for whoever adds a mailbox, looks into it or listens to it.
//!
//! It has a written form, which holds the secret and is there to be sealed; nothing here keeps it. Signing in is tried
//! once, only at servers that may be reached, and an unknown written form is no connection. Nothing prints the server,
//! the name or the secret.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::egress::Destinations;
use crate::imap::{
    Connection, Endpoint, Folder, ImapError, ImapSettings, MailCredentials, Security, Session, TlsTrust,
};

/// Where a mailbox is and how to sign in.
#[derive(Clone)]
pub struct MailConnection {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is encrypted.
    pub security: Security,
    /// Who signs in, and with what.
    pub credentials: MailCredentials,
}

impl std::fmt::Debug for MailConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailConnection").field("security", &self.security).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    v: u8,
    host: String,
    port: u16,
    security: String,
    kind: String,
    login_name: String,
    secret: String,
}

const VERSION: u8 = 1;
const SECURITIES: [(Security, &str); 3] = [
    (Security::ImplicitTls, "implicit_tls"),
    (Security::StartTls, "starttls"),
    (Security::PlainOnLoopback, "plain_on_loopback"),
];

impl MailConnection {
    /// The form to be sealed.
    pub fn write(&self) -> SecretString {
        let (kind, secret) = match &self.credentials {
            MailCredentials::Password { secret, .. } => ("password", secret),
            MailCredentials::OAuth { token, .. } => ("oauth", token),
        };
        let security = SECURITIES.iter().find(|(security, _)| *security == self.security);
        let stored = Stored {
            v: VERSION,
            host: self.host.clone(),
            port: self.port,
            security: security.map(|(_, name)| (*name).to_owned()).unwrap_or_default(),
            kind: kind.to_owned(),
            login_name: self.credentials.login_name().to_owned(),
            secret: secret.expose_secret().to_owned(),
        };
        // A flat record of strings and numbers always serialises.
        let text = Zeroizing::new(serde_json::to_string(&stored).unwrap_or_default());
        SecretString::from(text.as_str())
    }

    /// Reads what was sealed; `None` when it is of a form that this release does not know.
    pub fn read(stored: &SecretString) -> Option<Self> {
        let stored: Stored = serde_json::from_str(stored.expose_secret()).ok()?;
        let (security, _) = SECURITIES.into_iter().find(|(_, name)| *name == stored.security)?;
        let secret = SecretString::from(stored.secret);
        let login_name = stored.login_name;
        let credentials = match (stored.v, stored.kind.as_str()) {
            (VERSION, "password") => MailCredentials::Password { login_name, secret },
            (VERSION, "oauth") => MailCredentials::OAuth { login_name, token: secret },
            _ => return None,
        };
        Some(Self { host: stored.host, port: stored.port, security, credentials })
    }

    /// Signs in, if the server is one of the destinations.
    pub async fn open(&self, trust: &TlsTrust, destinations: &Destinations) -> Result<Session, ImapError> {
        let settings = ImapSettings::reaching(destinations.clone());
        let line = Connection::open(&self.endpoint(), trust, &settings).await?;
        line.sign_in(&self.credentials).await
    }

    /// Signs in, lists the folders and signs out: whether the mailbox can be mirrored, and what of it.
    pub async fn try_out(
        &self,
        trust: &TlsTrust,
        destinations: &Destinations,
    ) -> Result<Vec<Folder>, ImapError> {
        let mut session = self.open(trust, destinations).await?;
        let listed = session.folders().await?;
        session.sign_out().await?;
        Ok(listed.folders)
    }

    /// Where to.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint { host: self.host.clone(), port: self.port, security: self.security }
    }
}
