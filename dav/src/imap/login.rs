//! Signing in: with a password, or with an OAuth token (XOAUTH2).
//!
//! The strongest way that fits is chosen and tried once. A wrong password is never tried in another way, because each
//! attempt counts where the server counts, and a name is never sent before the line is encrypted. Nothing here prints
//! a secret, and the octets that carried one are wiped.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::imap::ImapError;
use crate::imap::capability::Capabilities;
use crate::imap::command::Command;
use crate::imap::connect::Connection;
use crate::imap::response::{Code, Response, Status};
use crate::imap::session::{Dialogue, Session};

const OPERATION: &str = "signing in";

/// Who a mail server is spoken to as.
#[derive(Clone)]
pub enum MailCredentials {
    /// A name and a password, best one made for this program alone.
    Password {
        /// The name to sign in with.
        login_name: String,
        /// The password.
        secret: SecretString,
    },
    /// A name and an OAuth access token.
    OAuth {
        /// The name to sign in with.
        login_name: String,
        /// The access token.
        token: SecretString,
    },
}

impl MailCredentials {
    /// The name to sign in with.
    pub fn login_name(&self) -> &str {
        match self {
            Self::Password { login_name, .. } | Self::OAuth { login_name, .. } => login_name,
        }
    }

    /// `\0name\0password` in base64 (RFC 4616), if neither holds what separates them.
    fn plain(login_name: &str, secret: &SecretString) -> Option<Zeroizing<String>> {
        let secret = secret.expose_secret();
        if login_name.contains('\0') || secret.contains('\0') {
            return None;
        }
        let pair = Zeroizing::new(format!("\0{login_name}\0{secret}"));
        Some(Zeroizing::new(STANDARD.encode(pair.as_bytes())))
    }

    /// `user=name^Aauth=Bearer token^A^A` in base64.
    fn bearer(login_name: &str, token: &SecretString) -> Option<Zeroizing<String>> {
        let token = token.expose_secret();
        if login_name.contains('\u{1}') || token.bytes().any(|byte| !(0x21..0x7f).contains(&byte)) {
            return None;
        }
        let line = Zeroizing::new(format!("user={login_name}\u{1}auth=Bearer {token}\u{1}\u{1}"));
        Some(Zeroizing::new(STANDARD.encode(line.as_bytes())))
    }
}

impl std::fmt::Debug for MailCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Password { .. } => "Password",
            Self::OAuth { .. } => "OAuth",
        };
        f.debug_struct(kind).finish_non_exhaustive()
    }
}

impl Connection {
    /// Signs in.
    pub async fn sign_in(mut self, credentials: &MailCredentials) -> Result<Session, ImapError> {
        let unfit = ImapError::Settings { what: "the credentials hold characters that cannot be sent" };
        let said = match credentials {
            MailCredentials::OAuth { login_name, token } => {
                if !self.capabilities.has("AUTH=XOAUTH2") {
                    return Err(ImapError::NoMethod);
                }
                let line = MailCredentials::bearer(login_name, token).ok_or(unfit)?;
                authenticate(&mut self.dialogue, &self.capabilities, "XOAUTH2", &line).await?
            }
            MailCredentials::Password { login_name, secret } if self.capabilities.has("AUTH=PLAIN") => {
                let line = MailCredentials::plain(login_name, secret).ok_or(unfit)?;
                authenticate(&mut self.dialogue, &self.capabilities, "PLAIN", &line).await?
            }
            MailCredentials::Password { .. } if self.capabilities.has("LOGINDISABLED") => {
                return Err(ImapError::NoMethod);
            }
            MailCredentials::Password { login_name, secret } => {
                let command = Command::new(OPERATION, "LOGIN")
                    .literal_plus(self.capabilities.literal_plus())
                    .string(login_name)
                    .string(secret.expose_secret());
                conclude(&mut self.dialogue, command, None).await?
            }
        };
        let capabilities = match said {
            Some(capabilities) => capabilities,
            None => self.dialogue.capabilities().await?,
        };
        Ok(Session { dialogue: self.dialogue, capabilities, qresync: false })
    }
}

async fn authenticate(
    dialogue: &mut Dialogue,
    capabilities: &Capabilities,
    mechanism: &str,
    line: &Zeroizing<String>,
) -> Result<Option<Capabilities>, ImapError> {
    let command = Command::new(OPERATION, "AUTHENTICATE ").words(mechanism);
    if capabilities.has("SASL-IR") {
        conclude(dialogue, command.words(" ").words(line), None).await
    } else {
        conclude(dialogue, command, Some(line.as_bytes())).await
    }
}

/// Sends, answers the server's question once, and reads the end. Any refusal of a sign-in is one of the credentials,
/// unless the server says that the trouble is its own.
async fn conclude(
    dialogue: &mut Dialogue,
    command: Command,
    mut answer: Option<&[u8]>,
) -> Result<Option<Capabilities>, ImapError> {
    let refused = |error| match error {
        ImapError::Refused { .. } => ImapError::Unauthorized,
        error => error,
    };
    let mut running = dialogue.start(command, 0).await.map_err(refused)?;
    let mut capabilities = None;
    while let Some(response) = dialogue.answer(&mut running).await.map_err(refused)? {
        match response {
            Response::Continue(_) => {
                // After a refused token the server explains itself and wants an empty line (XOAUTH2).
                dialogue.reply(answer.take().unwrap_or_default()).await?;
            }
            Response::Capability(said)
            | Response::Status { status: Status::Ok, code: Some(Code::Capability(said)) } => {
                capabilities = Some(said);
            }
            _ => {}
        }
    }
    Ok(capabilities)
}
