//! Writing to Nextcloud on a person's behalf: once, or not at all.
//!
//! ```text
//! wish + key ─▶ planned (store) ─▶ look ─▶ sent (store) ─▶ request under a precondition ─▶ look ─▶ done (store) ─▶ sync
//!                  │ same key: the same result      └── cut off here: the next caller looks before anything is sent
//! ```
//!
//! *Invariants:* no request leaves without a precondition ([`voiceassist_dav::precondition`]) and without a row that
//! says so; the same key never writes twice, whatever dies in between, because what may have been sent is compared with
//! the server first: by file id where there is one, by content where there is none; a key belongs to one request. What
//! was written can be undone: the receipt carries the wish that does it. The engine refuses names the server would not
//! store, other people's tops of shares, and folders that changed since they were seen, which the server would not
//! notice.

mod create_folder;
mod delete_file;
mod digest;
mod move_file;
mod receipt;
mod refusal;
mod request;
mod restore_file;
mod save_file;
mod tag_file;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_dav::ocs::ReadCapabilities;
use voiceassist_dav::{
    Client, DavError, ETag, EntryKind, FileEntry, FilePath, NameRefusal, NameRules, Standing, UserId,
};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::audit::Outcome;
use voiceassist_store::remote_writes::{NewWrite, Planned, RemoteWrite, WriteClaim, WriteEnd, WriteState};
use voiceassist_store::{Enqueue, Job, Store, StoreError};

use crate::AsPerson;
use crate::shown::write_entry;

pub use digest::content_hash;
pub use receipt::WriteReceipt;
pub use refusal::Refusal;
pub use request::{Change, SaveFile, WriteRequest};

/// The longest idempotency key in bytes.
pub const MAX_KEY_BYTES: usize = 200;
/// How long a claim lasts unless it is kept up; after that another caller follows.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// How often a claim is kept up.
const KEEP_UP: Duration = Duration::from_secs(20);
/// How long a server's rules about names are believed.
const RULES_LAST: TimeDelta = TimeDelta::minutes(10);
/// Servers whose rules are kept.
const MAX_SERVERS: usize = 64;

/// Limits of writing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteSettings {
    /// Content up to this many bytes travels in one request.
    pub whole_bytes: u64,
    /// Larger content travels in pieces of about this many bytes.
    pub piece_bytes: u64,
}

impl Default for WriteSettings {
    fn default() -> Self {
        Self { whole_bytes: 16 * 1024 * 1024, piece_bytes: 10 * 1024 * 1024 }
    }
}

/// Why a write did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The key is empty, too long or not printable ASCII.
    #[error("an idempotency key has 1 to {MAX_KEY_BYTES} printable ASCII characters")]
    Key,
    /// A path or an entity tag of the request cannot be read.
    #[error("the {0} of the request cannot be used")]
    Malformed(&'static str),
    /// The server would not store the name.
    #[error("the name cannot be used on this server")]
    Name(#[from] NameRefusal),
    /// The key was used for another request.
    #[error("the idempotency key belongs to another request")]
    OtherRequest,
    /// Somebody carries out the same wish at this moment.
    #[error("the same write is under way; ask again with the same key")]
    Busy,
    /// The account cannot be used now.
    #[error("the account cannot be used now")]
    NotConnected,
    /// It did not happen, and the same key will not make it happen.
    #[error("{0}")]
    Refused(Refusal),
    /// It did not happen; the same key may be used again.
    #[error("writing to Nextcloud")]
    Nextcloud(#[source] DavError),
    /// It was sent, and nobody can tell yet whether it happened; the same key finds out.
    #[error("whether it was written is not known yet; ask again with the same key")]
    Unknown(#[source] DavError),
    /// What is to be written could not be read here.
    #[error("reading what is to be written")]
    Source(#[source] std::io::Error),
    /// The store failed.
    #[error("recording the write")]
    Store(#[from] StoreError),
}

/// What a look at the server shows.
enum Found {
    /// It is as wished.
    Happened(WriteReceipt),
    /// It is as it was seen before.
    NotYet,
    /// It is otherwise.
    Impossible(Refusal),
}

/// What a wish works with.
struct Desk<'a> {
    client: &'a Client,
    user: &'a UserId,
    write: Uuid,
    settings: WriteSettings,
}

/// One kind of write.
#[async_trait]
trait Wish: Send + Sync {
    /// Compares the server with the wish. `sent` says that an earlier attempt may have reached it.
    async fn look(&self, desk: &Desk<'_>, sent: bool) -> Result<Found, DavError>;

    /// Sends it, once.
    async fn send(&self, desk: &Desk<'_>) -> Result<WriteReceipt, DavError>;

    /// Paths whose names must be storable.
    fn new_paths(&self) -> Vec<&FilePath>;
}

/// What names each server takes, and when it was asked.
type KnownRules = Arc<Mutex<HashMap<String, (DateTime<Utc>, NameRules)>>>;

/// Writes for everybody. Cheap to clone.
#[derive(Clone)]
pub struct Writes {
    store: Store,
    people: Arc<dyn AsPerson>,
    settings: WriteSettings,
    rules: KnownRules,
}

impl Writes {
    /// Writes through these clients.
    pub fn new(store: Store, people: Arc<dyn AsPerson>, settings: WriteSettings) -> Self {
        Self { store, people, settings, rules: Arc::default() }
    }

    /// Carries a wish out, or finds what came of it. The same key with the same request gives the same receipt.
    pub async fn run(
        &self,
        account: AccountId,
        key: &str,
        request: &WriteRequest,
    ) -> Result<WriteReceipt, WriteError> {
        let printable = key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if key.trim().is_empty() || key.len() > MAX_KEY_BYTES || !printable {
            return Err(WriteError::Key);
        }
        let prepared = request.prepare().await?;
        let planned = self
            .store
            .remote_writes()
            .plan(NewWrite {
                account,
                key,
                kind: prepared.kind,
                digest: prepared.digest,
                request: &prepared.record,
            })
            .await?;
        let Planned::Write(write) = planned else { return Err(WriteError::OtherRequest) };
        if let Some(ended) = ended(&write) {
            return ended;
        }
        let Some((claim, state)) = self.store.remote_writes().claim(write.id, CLAIM).await? else {
            let now = self.store.remote_writes().find(write.id).await?;
            return now.as_ref().and_then(ended).unwrap_or(Err(WriteError::Busy));
        };
        let sent = state != WriteState::Planned;
        let entry = write_entry(account, write.id, prepared.kind);
        let carried = match self.store.audit().append(entry.clone().with_outcome(Outcome::Begun)).await {
            Ok(_) => self.carry_out(account, claim, prepared.wish.as_ref(), sent).await,
            Err(error) => Err(WriteError::Store(error)),
        };
        if let Err(error) = &carried
            && !matches!(error, WriteError::Refused(_) | WriteError::Unknown(_))
        {
            // Nobody need wait for the claim to run out; if this fails, they do.
            let _ = self.store.remote_writes().release(claim).await;
        }
        let outcome = match &carried {
            Ok(_) => Outcome::Done,
            Err(WriteError::Refused(_)) => Outcome::Refused,
            Err(_) => Outcome::Failed,
        };
        self.store.audit().append(entry.with_outcome(outcome)).await?;
        carried
    }

    async fn carry_out(
        &self,
        account: AccountId,
        claim: WriteClaim,
        wish: &dyn Wish,
        sent: bool,
    ) -> Result<WriteReceipt, WriteError> {
        let (client, user) = self.client(account).await?;
        let rules = self.rules(&client).await.map_err(WriteError::Nextcloud)?;
        for path in wish.new_paths() {
            rules.check(path)?;
        }
        let desk = Desk { client: &client, user: &user, write: claim.write, settings: self.settings };
        let found = self.kept_up(claim, wish.look(&desk, sent)).await?;
        match found.map_err(|error| self.noted(account, error))? {
            Found::Happened(receipt) => return self.done(claim, receipt).await,
            Found::Impossible(refusal) => return self.refused(claim, refusal).await,
            Found::NotYet => {}
        }
        self.store.remote_writes().mark_sent(claim, CLAIM).await.map_err(lost)?;
        let error = match self.kept_up(claim, wish.send(&desk)).await? {
            Ok(receipt) => return self.done(claim, receipt).await,
            Err(error) => error,
        };
        // An earlier attempt that arrived late makes this one fail its precondition.
        let late = sent && matches!(error, DavError::PreconditionFailed | DavError::NotFound);
        if error.leaves_outcome_open() || late {
            return self.settle(claim, wish, &desk, error).await;
        }
        match Refusal::final_of(&error) {
            Some(refusal) => self.refused(claim, refusal).await,
            None => Err(self.noted(account, error)),
        }
    }

    /// After an answer that does not say whether it happened.
    async fn settle(
        &self,
        claim: WriteClaim,
        wish: &dyn Wish,
        desk: &Desk<'_>,
        error: DavError,
    ) -> Result<WriteReceipt, WriteError> {
        match self.kept_up(claim, wish.look(desk, true)).await? {
            Ok(Found::Happened(receipt)) => self.done(claim, receipt).await,
            Ok(Found::Impossible(refusal)) => self.refused(claim, refusal).await,
            // It may still be on its way; the row says that it was sent, so the next caller looks again.
            Ok(Found::NotYet) => Err(WriteError::Nextcloud(error)),
            Err(_) => {
                let reason = Some(error.code());
                let end =
                    WriteEnd { state: WriteState::Unknown, reason, result: None, file_id: None, etag: None };
                self.store.remote_writes().finish(claim, end).await.map_err(lost)?;
                Err(WriteError::Unknown(error))
            }
        }
    }

    async fn done(&self, claim: WriteClaim, receipt: WriteReceipt) -> Result<WriteReceipt, WriteError> {
        let json = serde_json::to_vec(&receipt).map_err(|_| WriteError::Malformed("result"))?;
        let end = WriteEnd {
            state: WriteState::Done,
            reason: None,
            result: Some(&json),
            file_id: Some(receipt.file_id),
            etag: receipt.etag.as_deref(),
        };
        self.store.remote_writes().finish(claim, end).await.map_err(lost)?;
        Ok(receipt)
    }

    async fn refused(&self, claim: WriteClaim, refusal: Refusal) -> Result<WriteReceipt, WriteError> {
        let reason = Some(refusal.as_str());
        let end = WriteEnd { state: WriteState::Refused, reason, result: None, file_id: None, etag: None };
        self.store.remote_writes().finish(claim, end).await.map_err(lost)?;
        Err(WriteError::Refused(refusal))
    }

    /// Runs one step and keeps the claim up meanwhile; a lost claim stops the step.
    async fn kept_up<T>(&self, claim: WriteClaim, step: impl Future<Output = T>) -> Result<T, WriteError> {
        let mut step = std::pin::pin!(step);
        loop {
            match tokio::time::timeout(KEEP_UP, &mut step).await {
                Ok(value) => return Ok(value),
                Err(_) => self.store.remote_writes().extend(claim, CLAIM).await.map_err(lost)?,
            }
        }
    }

    async fn client(&self, account: AccountId) -> Result<(Client, UserId), WriteError> {
        let known = self.store.accounts().find(account).await?.ok_or(WriteError::NotConnected)?;
        let paused = known.suspended_until.is_some_and(|until| until > self.store.clock().now());
        if paused || !matches!(known.state, AccountState::Connected | AccountState::Failing) {
            return Err(WriteError::NotConnected);
        }
        self.people.client(account).await.ok_or(WriteError::NotConnected)
    }

    /// What the server stores, asked for now and then.
    async fn rules(&self, client: &Client) -> Result<NameRules, DavError> {
        let (server, now) = (client.base().as_str().to_owned(), self.store.clock().now());
        let known = self.rules.lock().unwrap_or_else(PoisonError::into_inner).get(&server).cloned();
        if let Some((_, rules)) = known.filter(|(at, _)| now - *at < RULES_LAST) {
            return Ok(rules);
        }
        let rules = client.send(&ReadCapabilities).await?.names;
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_SERVERS {
            known.clear();
        }
        known.insert(server, (now, rules.clone()));
        Ok(rules)
    }

    /// Has the account looked at when its credentials are refused; sync alone draws the conclusion.
    fn noted(&self, account: AccountId, error: DavError) -> WriteError {
        if error.stops_account() {
            let store = self.store.clone();
            tokio::spawn(async move {
                let job = Enqueue::new(Job::SyncFiles { account });
                if let Err(error) = store.jobs().enqueue_now(job).await {
                    tracing::warn!(account.id = %account, error = %error, "no sync could be asked for");
                }
            });
        }
        WriteError::Nextcloud(error)
    }
}

impl std::fmt::Debug for Writes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writes").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What a finished row says.
fn ended(write: &RemoteWrite) -> Option<Result<WriteReceipt, WriteError>> {
    match write.state {
        WriteState::Done => {
            let receipt = write.result.as_deref().and_then(|json| serde_json::from_slice(json).ok());
            Some(receipt.ok_or(WriteError::Store(StoreError::Corrupt { what: "result of a write" })))
        }
        WriteState::Refused => {
            let refusal = write.reason.as_deref().and_then(Refusal::from_name);
            Some(Err(WriteError::Refused(refusal.unwrap_or(Refusal::ServerRefused))))
        }
        WriteState::Planned | WriteState::Sent | WriteState::Unknown => None,
    }
}

/// A claim that ran out means that somebody else may be at it.
fn lost(error: StoreError) -> WriteError {
    if matches!(error, StoreError::LeaseLost) { WriteError::Busy } else { WriteError::Store(error) }
}

/// What is to be moved or deleted, if it is still what was seen.
fn standing(here: &FileEntry, file_id: i64, etag: &ETag) -> Result<Standing, DavError> {
    if here.file_id != file_id || !here.etag.strong_eq(etag) {
        return Err(DavError::PreconditionFailed);
    }
    Ok(match here.kind {
        EntryKind::File => Standing::File(etag.clone()),
        EntryKind::Folder => Standing::Folder,
    })
}
