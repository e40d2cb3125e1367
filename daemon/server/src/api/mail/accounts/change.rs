//! Which folders of a mailbox are mirrored, and another secret for one that is refused.
//!
//! Another secret is tried first and takes the place of the old one only when it works.

use axum::Json;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_dav::imap::{MailConnection, MailCredentials};
use voiceassist_model::{MailAccountId, MailFolderId};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::{Job, StoreError};

use super::{Choice, Mailbox, credentials, not_found, shown};
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Folders that are chosen with one request.
const MAX_CHOICES: usize = 1_000;

/// What is to be different. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailboxChanges {
    /// Which folders are mirrored, at most 1,000.
    #[serde(default)]
    folders: Vec<FolderChoice>,
    /// Another way to sign in.
    sign_in: Option<SignIn>,
}

/// Whether a folder is mirrored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FolderChoice {
    /// The folder.
    id: Uuid,
    /// Whether it is mirrored.
    #[schema(inline)]
    choice: Choice,
}

/// Another way to sign in at the same server.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The name; the present one unless given.
    #[schema(max_length = 320)]
    login_name: Option<String>,
    /// The password or access token. It is sealed and never shown again.
    #[schema(value_type = String, format = Password)]
    secret: SecretString,
    /// Whether the secret is an OAuth access token; as before unless given.
    oauth: Option<bool>,
}

/// Changes which folders of a mailbox are mirrored, or how it signs in.
#[utoipa::path(
    patch, path = "/api/v1/mail/accounts/{id}", operation_id = "change_mailbox", tag = "mail",
    params(("id" = Uuid, Path, description = "The mailbox")), request_body = MailboxChanges,
    security(("token" = [])), responses((status = 200, description = "The mailbox", body = Mailbox)),
)]
pub(crate) async fn change_mailbox(
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    JsonBody(changes): JsonBody<MailboxChanges>,
) -> Result<Json<Mailbox>, Failure> {
    let (store, account) = (reader.store(), reader.account_id());
    let mailbox = MailAccountId::from_uuid(id);
    if changes.folders.len() > MAX_CHOICES {
        let detail = format!("At most {MAX_CHOICES} folders can be chosen with one request.");
        return Err(Failure::new(Code::BodyTooLarge).detail(detail));
    }
    let sealed = store.mail().sign_in_of(account, mailbox).await?.ok_or_else(not_found)?;
    let there: Vec<MailFolderId> =
        store.mail().folders(mailbox).await?.iter().map(|folder| folder.id).collect();
    if changes.folders.iter().any(|chosen| !there.contains(&MailFolderId::from_uuid(chosen.id))) {
        return Err(not_found());
    }
    let other = match changes.sign_in {
        Some(sign_in) => {
            let present = MailConnection::read(&sealed).ok_or_else(|| Failure::new(Code::Internal))?;
            let other = sign_in.at(present)?;
            reader.mail_servers().try_out(&other).await?;
            Some(other.write())
        }
        None => None,
    };
    let entry = Entry::new(Actor::Person(account), Action::MailChange)
        .about(Subject::Account(account))
        .code("change", "change")
        .count("folders", changes.folders.len() as u64);
    let changing = store.audit().around(entry, async {
        if let Some(other) = &other {
            store.mail().replace_connection(account, mailbox, other).await?;
        }
        for chosen in &changes.folders {
            let folder = MailFolderId::from_uuid(chosen.id);
            store.mail().choose_folder(mailbox, folder, chosen.choice.kept()).await?;
        }
        store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
        Ok::<_, StoreError>(())
    });
    changing.await?;
    let now = store.mail().find(mailbox).await?.ok_or_else(not_found)?;
    Ok(Json(shown(&reader, now).await?))
}

impl SignIn {
    /// The same server, signed in to in this way.
    fn at(self, present: MailConnection) -> Result<MailConnection, Failure> {
        let name = self.login_name.unwrap_or_else(|| present.credentials.login_name().to_owned());
        let was_oauth = matches!(present.credentials, MailCredentials::OAuth { .. });
        let credentials = credentials(name, self.secret, self.oauth.unwrap_or(was_oauth))?;
        Ok(MailConnection { credentials, ..present })
    }
}
