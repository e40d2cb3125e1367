//! Asks Nextcloud, as the person who asked, which of these files they see.
//!
//! One SEARCH by file id answers for up to 64 documents, wherever they were moved meanwhile, and it is stricter than any
//! etag: advanced permissions of a team folder take a file away without moving one, and a share that comes and goes
//! leaves the root's etag as it was. What the answer does not name is withheld, and so is everything when there is no
//! answer. Whatever is not as the mirror has it asks for a sync, which alone draws conclusions about the account. What
//! others share of their calendars and contacts is asked for as one listing of the person's home.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use futures::stream;
use voiceassist_dav::collections::Location;
use voiceassist_dav::files::{FindByIds, MAX_FIND_IDS};
use voiceassist_dav::{Client, DavError, UserId};
use voiceassist_model::{AccountId, DocumentId};
use voiceassist_store::accounts::AccountState;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::verified::Claim;
use voiceassist_store::{Enqueue, Job, Store, StoreError};

use super::Freshness;
use super::lately::{Confirmed, Lately};

/// How many requests one question may cost; documents beyond are withheld.
const MAX_REQUESTS: usize = 4;

/// How many of them run at once.
const CONCURRENT_REQUESTS: usize = 2;

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
    lately: Arc<Lately>,
}

impl AskNextcloud {
    /// Asks through these clients.
    pub fn new(store: Store, people: Arc<dyn AsPerson>) -> Self {
        Self { store, people, lately: Arc::default() }
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

    /// Asks about what was not confirmed lately, and notes the answer.
    async fn ask(&self, claim: &Claim, confirmed: &mut Confirmed, since: DateTime<Utc>) {
        let known = confirmed.among(claim.documents().keys().copied(), since, claim.doubts());
        let open = claim.documents().iter().filter(|(id, _)| !known.contains(id));
        let open: Vec<(DocumentId, i64)> =
            open.map(|(id, held)| (*id, held.file_id)).take(MAX_REQUESTS * MAX_FIND_IDS).collect();
        if open.is_empty() {
            return;
        }
        let account = claim.account();
        let Some((client, user)) = self.client(account).await else { return };
        let asked_at = self.store.clock().now();
        let batches: Vec<Vec<(DocumentId, i64)>> = open.chunks(MAX_FIND_IDS).map(<[_]>::to_vec).collect();
        let answers: Vec<_> = stream::iter(batches)
            .map(|some| {
                let ids = some.iter().map(|(_, file)| *file).collect();
                let question = FindByIds { user: user.clone(), ids };
                let client = &client;
                async move { (some, client.send(&question).await) }
            })
            .buffered(CONCURRENT_REQUESTS)
            .collect()
            .await;
        let mut is_as_mirrored = true;
        for (asked, answer) in answers {
            let seen: BTreeSet<i64> = match answer {
                Ok(found) => found.into_iter().map(|found| found.file_id).collect(),
                Err(error) => {
                    note(account, &error);
                    is_as_mirrored = false;
                    continue;
                }
            };
            let shown = asked.iter().filter(|(_, file)| seen.contains(file)).map(|(id, _)| *id);
            let shown: BTreeSet<DocumentId> = shown.collect();
            is_as_mirrored &= shown.len() == asked.len();
            let asked: Vec<DocumentId> = asked.iter().map(|(id, _)| *id).collect();
            confirmed.note(&asked, &shown, asked_at, claim.doubts());
        }
        if !is_as_mirrored {
            self.ask_for_sync(account).await;
        }
    }

    /// Asks which collections of others the person sees, of the classes of which that is not known since.
    async fn ask_about_lent(&self, account: AccountId, since: DateTime<Utc>) -> Result<(), StoreError> {
        let collections = self.store.collections();
        let classes = collections.unnamed_since(account, since).await?;
        if classes.is_empty() {
            return Ok(());
        }
        let Some((client, user)) = self.client(account).await else { return Ok(()) };
        for class in classes {
            let asked_at = self.store.clock().now();
            let keys = match listed(&client, &user, class).await {
                Ok(keys) => keys,
                Err(error) => {
                    note(account, &error);
                    continue;
                }
            };
            if collections.named(account, class, keys.iter().map(String::as_str), asked_at).await? {
                let job = match class {
                    CollectionClass::Calendar => Job::SyncCalendars { account },
                    CollectionClass::AddressBook => Job::SyncContacts { account },
                };
                self.store.jobs().enqueue_now(job).await?;
            }
        }
        Ok(())
    }

    /// Has the account's files looked at soon. Many askers fold into one job.
    async fn ask_for_sync(&self, account: AccountId) {
        let job = Enqueue::new(Job::SyncFiles { account });
        if let Err(error) = self.store.jobs().enqueue_now(job).await {
            tracing::warn!(account.id = %account, error = %error, "no sync could be asked for");
        }
    }
}

/// What a home lists.
async fn listed(client: &Client, user: &UserId, class: CollectionClass) -> Result<Vec<String>, DavError> {
    let user = user.as_str();
    let locations: Vec<Location> = match class {
        CollectionClass::Calendar => {
            let home = Location::nextcloud(&["calendars", user]);
            client.calendars(&home).await?.into_iter().map(|one| one.location).collect()
        }
        CollectionClass::AddressBook => {
            let home = Location::nextcloud(&["addressbooks", "users", user]);
            client.address_books(&home).await?.into_iter().map(|one| one.location).collect()
        }
    };
    Ok(locations.iter().map(|location| location.key().to_owned()).collect())
}

fn note(account: AccountId, error: &DavError) {
    tracing::debug!(account.id = %account, code = error.code(), "Nextcloud did not confirm");
}

#[async_trait]
impl Freshness for AskNextcloud {
    async fn confirm(&self, claim: &Claim, bound: TimeDelta) -> BTreeSet<DocumentId> {
        let now = self.store.clock().now();
        let since = now - bound;
        let turn = self.lately.of(claim.account(), now);
        // Held while Nextcloud is asked: whoever asks the same at the same time finds the answer.
        let mut confirmed = turn.lock().await;
        self.ask(claim, &mut confirmed, since).await;
        confirmed.among(claim.documents().keys().copied(), since, claim.doubts())
    }

    async fn look_at_lent(&self, account: AccountId, bound: TimeDelta) {
        let now = self.store.clock().now();
        let turn = self.lately.of(account, now);
        let _turn = turn.lock().await;
        if let Err(error) = self.ask_about_lent(account, now - bound).await {
            tracing::warn!(account.id = %account, error = &error as &dyn std::error::Error, "what others share is not known");
        }
    }
}
