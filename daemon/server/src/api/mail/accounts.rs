//! Your mailboxes: where each is, how it fares, and how far each of its folders is mirrored.
//!
//! The secret goes one way: it is sealed when a mailbox is kept and no answer holds it. Where the server is and whose
//! name signs in is shown to their owner alone.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_dav::imap::{self, FolderName, MailConnection, MailCredentials, Role, Security};
use voiceassist_store::mail::{ContentState, MailAccount};

use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod test;

/// The usual ports.
const IMAPS_PORT: u16 = 993;
const IMAP_PORT: u16 = 143;
/// The longest server name there is, and longer names and secrets than anybody has.
const MAX_HOST_CHARS: usize = 253;
const MAX_LOGIN_CHARS: usize = 320;
const MAX_SECRET_BYTES: usize = 16 * 1024;

/// How the line to a mail server is encrypted.
#[derive(Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encryption {
    /// From the first octet, usually port 993.
    #[default]
    Tls,
    /// Demanded before anything else is said, usually port 143.
    Starttls,
}

/// Where a mailbox is and how to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMailbox {
    /// The mail server's name, one of those the administrator lists.
    #[schema(example = "mail.example.org", max_length = 253)]
    host: String,
    /// Its port; without it the usual one.
    port: Option<u16>,
    /// How the line is encrypted.
    #[serde(default)]
    #[schema(inline)]
    encryption: Encryption,
    /// The name to sign in with.
    #[schema(max_length = 320)]
    login_name: String,
    /// The password, best one made for this program alone; or an access token. It is sealed and never shown again.
    #[schema(value_type = String, format = Password)]
    secret: SecretString,
    /// Whether the secret is an OAuth access token.
    #[serde(default)]
    oauth: bool,
}

/// Whether a folder is mirrored.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Choice {
    /// Mirror it.
    Take,
    /// Leave it, and forget what was mirrored of it.
    Leave,
    /// Go by what it is for: drafts, junk, trash and views of everything are left.
    Default,
}

impl Choice {
    const fn kept(self) -> Option<bool> {
        match self {
            Self::Take => Some(true),
            Self::Leave => Some(false),
            Self::Default => None,
        }
    }

    const fn of(kept: Option<bool>) -> Self {
        match kept {
            Some(true) => Self::Take,
            Some(false) => Self::Leave,
            None => Self::Default,
        }
    }
}

/// A folder as a trial shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferedFolder {
    /// Its name.
    name: String,
    /// What it is for: `inbox`, `sent`, `archive`, `drafts`, `junk`, `trash`, `all_mail`, `flagged` or `other`.
    role: &'static str,
    /// Whether it is mirrored unless you say otherwise.
    mirrored: bool,
}

impl From<imap::Folder> for OfferedFolder {
    fn from(folder: imap::Folder) -> Self {
        Self {
            name: folder.name.text(),
            role: folder.role.as_str(),
            mirrored: folder.selectable && folder.role.by_default(),
        }
    }
}

/// A mailbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mailbox {
    /// Its id.
    id: Uuid,
    /// The mail server's name.
    host: String,
    /// Its port.
    port: u16,
    /// The name that signs in.
    login_name: String,
    /// Whether it signs in with an access token.
    oauth: bool,
    /// `connected`, `refused` or `failing`. Nothing is tried in a refused mailbox until it gets another secret.
    state: String,
    /// Why, as a code.
    reason: Option<String>,
    /// Since when.
    state_since: DateTime<Utc>,
    /// When it was last made equal to the server's; absent before the first time.
    last_synced_at: Option<DateTime<Utc>>,
    /// How many messages there are and how far they came.
    messages: MessageCounts,
    /// Its folders by name; none before the first look.
    folders: Vec<Folder>,
}

/// Messages of a mailbox, each counted once however many folders it lies in.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct MessageCounts {
    /// Not read yet.
    pending: u64,
    /// Read.
    read: u64,
    /// Not to be read.
    quarantined: u64,
}

/// A folder and how far it is mirrored.
#[derive(Serialize, ToSchema)]
pub(crate) struct Folder {
    /// Its id.
    id: Uuid,
    /// Its name.
    name: String,
    /// What it is for: `inbox`, `sent`, `archive`, `drafts`, `junk`, `trash`, `all_mail`, `flagged` or `other`.
    role: String,
    /// What you said about it.
    #[schema(inline)]
    choice: Choice,
    /// Whether it is mirrored.
    mirrored: bool,
    /// Messages in it, as far as it was looked at.
    messages: u64,
    /// Whether the oldest message was looked at.
    complete: bool,
    /// When it was last looked at.
    synced_at: Option<DateTime<Utc>>,
    /// Why the last look failed, as a code.
    reason: Option<String>,
}

impl NewMailbox {
    /// The connection, if it can be meant.
    fn connection(self) -> Result<MailConnection, Failure> {
        let host = self.host.trim().to_lowercase();
        if host.is_empty() || host.len() > MAX_HOST_CHARS || !host.bytes().all(is_of_a_host) {
            return Err(unfit("The field `host` must be the name of a mail server."));
        }
        let (security, usual) = match self.encryption {
            Encryption::Tls => (Security::ImplicitTls, IMAPS_PORT),
            Encryption::Starttls => (Security::StartTls, IMAP_PORT),
        };
        let port = self.port.unwrap_or(usual);
        if port == 0 {
            return Err(unfit("The field `port` must be between 1 and 65535."));
        }
        Ok(MailConnection {
            host,
            port,
            security,
            credentials: credentials(self.login_name, self.secret, self.oauth)?,
        })
    }
}

const fn is_of_a_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_')
}

fn unfit(detail: &'static str) -> Failure {
    Failure::new(Code::WrongType).detail(detail)
}

fn credentials(login_name: String, secret: SecretString, oauth: bool) -> Result<MailCredentials, Failure> {
    use secrecy::ExposeSecret as _;
    let length = login_name.chars().count();
    if length == 0 || length > MAX_LOGIN_CHARS || login_name.chars().any(char::is_control) {
        return Err(unfit("The field `login_name` must be a name of at most 320 characters."));
    }
    if !(1..=MAX_SECRET_BYTES).contains(&secret.expose_secret().len()) {
        return Err(unfit("The field `secret` must hold a password or a token."));
    }
    Ok(if oauth {
        MailCredentials::OAuth { login_name, token: secret }
    } else {
        MailCredentials::Password { login_name, secret }
    })
}

fn not_found() -> Failure {
    Failure::new(Code::MailboxNotFound)
}

/// One mailbox with its folders.
async fn shown(reader: &Reader, account: MailAccount) -> Result<Mailbox, Failure> {
    let mail = reader.store().mail();
    let sealed = mail.sign_in_of(reader.account_id(), account.id).await?.ok_or_else(not_found)?;
    let connection = MailConnection::read(&sealed).ok_or_else(|| Failure::new(Code::Internal))?;
    let mut messages = MessageCounts::default();
    for (state, count) in mail.count_contents(account.id).await? {
        match state {
            ContentState::Pending => messages.pending = count,
            ContentState::Read => messages.read = count,
            ContentState::Quarantined => messages.quarantined = count,
        }
    }
    let mut folders = Vec::new();
    for folder in mail.folders(account.id).await? {
        let name =
            FolderName::from_wire(&folder.name).map_or_else(|_| folder.name.clone(), |name| name.text());
        let mirrored =
            folder.selectable && folder.chosen.unwrap_or_else(|| Role::of(&folder.role).by_default());
        folders.push(Folder {
            id: folder.id.as_uuid(),
            name,
            choice: Choice::of(folder.chosen),
            mirrored,
            messages: mail.count_messages(folder.id).await?,
            complete: folder.cursor.uid_validity.is_some() && folder.cursor.backfill_below.is_none(),
            synced_at: folder.synced_at,
            reason: folder.reason,
            role: folder.role,
        });
    }
    Ok(Mailbox {
        id: account.id.as_uuid(),
        oauth: matches!(connection.credentials, MailCredentials::OAuth { .. }),
        login_name: connection.credentials.login_name().to_owned(),
        host: connection.host,
        port: connection.port,
        state: account.state.as_str().to_owned(),
        reason: account.reason,
        state_since: account.state_since,
        last_synced_at: account.last_synced_at,
        messages,
        folders,
    })
}
