//! Signing in: with a password, or with an OAuth token (OAUTHBEARER, XOAUTH2).
//!
//! The strongest way that fits is chosen and tried once; what each way says is in [`crate::sasl`]. A wrong password is never tried in another way, because each
//! attempt counts where the server counts, and a name is never sent before the line is encrypted. Nothing here prints
//! a secret, and the octets that carried one are wiped.

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::imap::ImapError;
use crate::imap::capability::Capabilities;
use crate::imap::command::Command;
use crate::imap::connect::Connection;
use crate::imap::response::{Code, Response, Status};
use crate::imap::session::{Dialogue, Session};
use crate::sasl;

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
        let offers = |name: &str| self.capabilities.has(name);
        let said = match credentials {
            MailCredentials::OAuth { login_name, token } => {
                let (mechanism, line, after_refusal) = if offers("AUTH=OAUTHBEARER") {
                    let line = sasl::oauth_bearer(login_name, &self.host, self.port, token);
                    ("OAUTHBEARER", line, sasl::GIVE_UP)
                } else if offers("AUTH=XOAUTH2") {
                    ("XOAUTH2", sasl::xoauth2(login_name, token), "")
                } else {
                    return Err(ImapError::NoMethod);
                };
                let way = Sasl { mechanism, line: line.ok_or(unfit)?, after_refusal };
                authenticate(&mut self.dialogue, &self.capabilities, &way).await?
            }
            MailCredentials::Password { login_name, secret } if offers("AUTH=PLAIN") => {
                let line = sasl::plain(login_name, secret).ok_or(unfit)?;
                let way = Sasl { mechanism: "PLAIN", line, after_refusal: "" };
                authenticate(&mut self.dialogue, &self.capabilities, &way).await?
            }
            MailCredentials::Password { .. } if self.capabilities.has("LOGINDISABLED") => {
                return Err(ImapError::NoMethod);
            }
            MailCredentials::Password { login_name, secret } => {
                let command = Command::new(OPERATION, "LOGIN")
                    .literal_plus(self.capabilities.literal_plus())
                    .string(login_name)
                    .string(secret.expose_secret());
                conclude(&mut self.dialogue, command, [None, None]).await?
            }
        };
        let capabilities = match said {
            Some(capabilities) => capabilities,
            None => self.dialogue.capabilities().await?,
        };
        Ok(Session { dialogue: self.dialogue, capabilities, qresync: false })
    }
}

/// One attempt: the mechanism, what is said, and what is said when the server explains a refusal.
struct Sasl {
    mechanism: &'static str,
    line: Zeroizing<String>,
    after_refusal: &'static str,
}

async fn authenticate(
    dialogue: &mut Dialogue,
    capabilities: &Capabilities,
    way: &Sasl,
) -> Result<Option<Capabilities>, ImapError> {
    let command = Command::new(OPERATION, "AUTHENTICATE ").words(way.mechanism);
    let after = Some(way.after_refusal.as_bytes());
    if capabilities.has("SASL-IR") {
        conclude(dialogue, command.words(" ").words(&way.line), [None, after]).await
    } else {
        conclude(dialogue, command, [Some(way.line.as_bytes()), after]).await
    }
}

/// Sends, answers what the server asks with these in turn, and reads the end. Any refusal of a sign-in is one of the
/// credentials, unless the server says that the trouble is its own.
async fn conclude(
    dialogue: &mut Dialogue,
    command: Command,
    answers: [Option<&[u8]>; 2],
) -> Result<Option<Capabilities>, ImapError> {
    let mut answers = answers.into_iter().flatten();
    let refused = |error| match error {
        ImapError::Refused { .. } => ImapError::Unauthorized,
        error => error,
    };
    let mut running = dialogue.start(command, 0).await.map_err(refused)?;
    let mut capabilities = None;
    while let Some(response) = dialogue.answer(&mut running).await.map_err(refused)? {
        match response {
            Response::Continue(_) => {
                // After a refused token the server explains itself and waits for a last word.
                dialogue.reply(answers.next().unwrap_or_default()).await?;
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
