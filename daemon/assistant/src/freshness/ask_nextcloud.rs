//! Asks Nextcloud, as the person who asked.
//!
//! One request usually settles everything: when the root's etag is the one sync has stored, nothing moved and the
//! mirror is confirmed as a whole. Otherwise each document is asked for by its path, and counts as readable only if
//! the same file answers there. A file that moved meanwhile is withheld until sync has followed it. Every failure
//! means "not confirmed". Whatever is not as sync left it asks for a sync, which alone draws conclusions about the account.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream;
use voiceassist_dav::{Client, DavError, FilePath, UserId};
use voiceassist_model::{AccountId, DocumentId, Principal};
use voiceassist_store::accounts::AccountState;
use voiceassist_store::{Enqueue, Job, Store};

use super::Freshness;

/// How many documents one answer may ask about; the rest is withheld.
const MAX_DOCUMENTS: usize = 32;

/// How many requests run at once for one person.
const CONCURRENT_REQUESTS: usize = 4;

/// The way to Nextcloud as a person. The program hands in the one that sync uses: an account has one set of cookies, and a
/// password that was refused once is not shown to the server again by somebody else.
#[async_trait]
pub trait AsPerson: Send + Sync + 'static {
    /// The account's client, and whose files it reads; `None` when it has no usable credentials.
    async fn client(&self, account: AccountId) -> Option<(Client, UserId)>;
}

/// Confirms over the network.
#[derive(Clone)]
pub struct AskNextcloud {
    store: Store,
    people: Arc<dyn AsPerson>,
}

impl AskNextcloud {
    /// Asks through these clients.
    pub fn new(store: Store, people: Arc<dyn AsPerson>) -> Self {
        Self { store, people }
    }

    /// A client that speaks as the person; `None` when the account may not be used now.
    async fn client(&self, account: AccountId) -> Option<(Client, UserId)> {
        let known = self.store.accounts().find(account).await.ok()??;
        let paused = known.suspended_until.is_some_and(|until| until > self.store.clock().now());
        if paused || !matches!(known.state, AccountState::Connected | AccountState::Failing) {
            return None;
        }
        self.people.client(account).await
    }

    /// Whether the whole tree is as sync left it. `None`: Nextcloud does not answer for this account.
    async fn is_unchanged(&self, client: &Client, user: &UserId, account: AccountId) -> Option<bool> {
        let cursor = self.store.cursors().files(account).await.ok()?;
        let asked_at = self.store.clock().now();
        let root = client.root(user).await.map_err(|error| note(account, &error)).ok()?;
        let unchanged = cursor.root_etag.as_ref().is_some_and(|stored| *stored == root.etag.to_string());
        if unchanged && let Err(error) = self.store.cursors().confirm(account, &cursor, asked_at).await {
            tracing::warn!(account.id = %account, error = %error, "the confirmation was not recorded");
        }
        Some(unchanged)
    }

    /// The document itself, if Nextcloud still shows it to this person where the mirror has it.
    async fn is_shown(
        &self,
        client: &Client,
        user: &UserId,
        account: AccountId,
        document: DocumentId,
    ) -> bool {
        let Ok(Some(summary)) = self.store.documents().find_for(account, document).await else {
            return false;
        };
        let Ok(path) = FilePath::parse(summary.path.trim_start_matches('/')) else {
            return false;
        };
        match client.entry(user, &path).await {
            Ok(entry) => entry.file_id == summary.file_id,
            Err(error) => {
                note(account, &error);
                false
            }
        }
    }

    /// Has the account's files looked at soon. Many askers fold into one job.
    async fn ask_for_sync(&self, account: AccountId) {
        let job = Enqueue::new(Job::SyncFiles { account });
        if let Err(error) = self.store.jobs().enqueue_now(job).await {
            tracing::warn!(account.id = %account, error = %error, "no sync could be asked for");
        }
    }
}

fn note(account: AccountId, error: &DavError) {
    tracing::debug!(account.id = %account, code = error.code(), "Nextcloud did not confirm");
}

#[async_trait]
impl Freshness for AskNextcloud {
    async fn confirm(&self, principal: &Principal, documents: &[DocumentId]) -> Vec<DocumentId> {
        let account = principal.account;
        let Some((client, user)) = self.client(account).await else {
            return Vec::new();
        };
        let unchanged = self.is_unchanged(&client, &user, account).await;
        if unchanged == Some(true) {
            return documents.to_vec();
        }
        self.ask_for_sync(account).await;
        if unchanged.is_none() {
            return Vec::new();
        }
        let (client, user) = (&client, &user);
        stream::iter(documents.iter().copied().take(MAX_DOCUMENTS))
            .map(|document| async move {
                self.is_shown(client, user, account, document).await.then_some(document)
            })
            .buffer_unordered(CONCURRENT_REQUESTS)
            .filter_map(std::future::ready)
            .collect()
            .await
    }
}
