//! The end of a connection: the app password goes back first, then everything only this person could read.
//!
//! A Nextcloud that does not answer does not keep anybody's data here: it is forgotten all the same, and the receipt
//! says that the app password has to be removed by hand.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};

use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// What was forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct Farewell {
    /// Whether Nextcloud took the app password back.
    app_password_revoked: bool,
    /// What to do now.
    what_to_do: &'static str,
    /// Entries of your tree.
    entries: u64,
    /// Documents only you could read, deleted with their text.
    documents_purged: u64,
    /// Documents others still read.
    documents_kept: u64,
    /// Conversations.
    conversations: u64,
}

/// Disconnects your account and forgets what only you could read.
#[utoipa::path(
    delete, path = "/api/v1/account", operation_id = "end_connection", tag = "account",
    security(("token" = [])),
    responses((status = 200, description = "What was forgotten", body = Farewell)),
)]
pub(crate) async fn end_connection(person: Person) -> Result<Json<Farewell>, Failure> {
    let account = person.account.as_ref().ok_or_else(|| Failure::new(Code::AccountNotConnected))?;
    let entry =
        Entry::new(Actor::Person(account.id), Action::AccountRemove).about(Subject::Account(account.id));
    let ended = person.store().audit().around(entry, person.connector().end(account.id)).await?;
    let what_to_do = if ended.revoked {
        "Nothing."
    } else {
        "Remove the app password in Nextcloud's security settings; Nextcloud could not be asked to."
    };
    Ok(Json(Farewell {
        app_password_revoked: ended.revoked,
        what_to_do,
        entries: ended.receipt.entries,
        documents_purged: ended.receipt.documents_purged,
        documents_kept: ended.receipt.documents_kept,
        conversations: ended.receipt.conversations,
    }))
}
