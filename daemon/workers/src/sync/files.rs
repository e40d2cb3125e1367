//! The files of one account, made equal to what Nextcloud shows that account.
//!
//! One request asks for the root's etag; the same etag as last time means nothing below it moved, and the look is
//! over. Otherwise the walk looks into the folders whose etags moved, and lists what is new or much changed with
//! everything below it in one streamed request, because the price of a server is its requests and not its bytes.
//!
//! Etags tell of every change but one kind: below a team folder rights are given and taken without moving any. Whoever
//! has such a mount is listed whole every [`EVERYTHING_AGAIN`]; what they may read meanwhile is verified when it is read.
//!
//! *Invariant:* a folder's etag is stored only after everything below it is stored, so a killed run is continued by the
//! next. *Invariant:* a listing that suddenly misses much is not believed at once. The engine reads; it never writes
//! to Nextcloud.

mod accept;
mod children;
mod deep;
mod guard;
mod ledger;
pub mod plan;
mod price;
mod store_round;
mod walk;

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_dav::DavError;
use voiceassist_dav::files::FileEntry;
use voiceassist_model::AccountId;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::cursors::FilesCursor;
use voiceassist_store::entries::{Applied, Unseen};

pub use self::guard::{RESTORED, SUDDENLY_MISSING, UNATTENDED};

use crate::connections::{ConnectError, Connected};
use crate::job::with_sources;
use crate::scope::tags::{self, TagsError};
use crate::{Context, JobError, SYNCS_TOTAL};

/// How long an account rests after the server told everybody to slow down, unless the server named a time.
const THROTTLED_REST: TimeDelta = TimeDelta::minutes(10);
/// How long an account rests while the server is in maintenance, unless the server named a time.
const MAINTENANCE_REST: TimeDelta = TimeDelta::minutes(2);

/// How long etags are gone by where they do not tell everything. It bounds how late a right given below a team folder
/// is noticed; a right taken there is noticed on reading.
const EVERYTHING_AGAIN: TimeDelta = TimeDelta::hours(6);

/// How a look at an account went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The root's etag was the one we knew.
    Unchanged,
    /// Folders whose etag moved were listed one by one.
    Descent,
    /// The whole tree was listed in one request.
    Listing,
}

/// What a look at an account did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncReport {
    /// How it went.
    pub way: Way,
    /// Folders listed one by one.
    pub folders_listed: u64,
    /// Folders listed with everything below them.
    pub subtrees_listed: u64,
    /// Entries that are new, changed or moved.
    pub changed: u64,
    /// Files whose etag may hide a change, to be read again.
    pub rechecked: u64,
    /// Entries that are gone.
    pub vanished: u64,
    /// Entries that seem gone, but so many at once that a second look must confirm it.
    pub held: u64,
    /// Whether the mirror now equals the server; if not, the next look goes on.
    pub finished: bool,
}

impl SyncReport {
    fn new(way: Way) -> Self {
        Self {
            way,
            folders_listed: 0,
            subtrees_listed: 0,
            changed: 0,
            rechecked: 0,
            vanished: 0,
            held: 0,
            finished: way == Way::Unchanged,
        }
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Unchanged => return f.write_str("nothing changed"),
            Way::Descent => "looked into changed folders",
            Way::Listing => "listed the whole tree",
        };
        write!(f, "{way}: {} changed, {} gone", self.changed, self.vanished)?;
        if self.held > 0 {
            write!(f, ", {} seem gone and wait for a second look", self.held)?;
        }
        Ok(())
    }
}

/// Everything one look needs.
struct Look<'a> {
    context: &'a Context,
    account: AccountId,
    connected: Connected,
    cursor: FilesCursor,
    run: Uuid,
    /// The server's clock when the root was asked for.
    server_time: Option<DateTime<Utc>>,
    /// The whole tree is to be listed, whatever the etags say.
    everything: bool,
}

/// Looks at the account's files and applies what changed.
pub async fn sync_files(context: &Context, account: AccountId) -> Result<SyncReport, JobError> {
    let connected = match context.connections.of(account).await {
        Ok(connected) => connected,
        // Disconnected since the job was queued: nothing to look at, nothing wrong.
        Err(ConnectError::NotConnected) => return Ok(SyncReport::new(Way::Unchanged)),
        Err(error) => return Err(JobError::give_up("connecting the account", with_sources(&error))),
    };
    let cursor = context.store.cursors().files(account).await?;
    let run = context.randomness.uuid(&*context.clock);
    let listed_lately = cursor.listed_at.is_some_and(|at| context.clock.now() - at < EVERYTHING_AGAIN);
    let everything = !cursor.etags_tell && !listed_lately;
    let look = Look { context, account, connected, cursor, run, server_time: None, everything };
    match look.run().await {
        Ok(report) => {
            context.store.accounts().mark_synced(account).await?;
            let way = match report.way {
                Way::Unchanged => "unchanged",
                Way::Descent => "descent",
                Way::Listing => "listing",
            };
            metrics::counter!(SYNCS_TOTAL, "way" => way).increment(1);
            Ok(report)
        }
        Err(LookError::Remote(error)) => {
            note_trouble(context, account, &error).await?;
            Err(error.into())
        }
        Err(LookError::Job(error)) => Err(error),
        Err(LookError::Disorder) => Err(JobError::retry("listing the tree", "the entries came in no order")),
    }
}

impl Look<'_> {
    async fn run(mut self) -> Result<SyncReport, LookError> {
        let asked_at = self.context.clock.now();
        let (root, server_time) = self.connected.client.root_at(&self.connected.user).await?;
        self.server_time = server_time;
        let known = self.cursor.root_etag.as_deref() == Some(&*root.etag.to_string());
        if known && !self.everything && self.cursor.held.is_none() && !self.cursor.unfinished {
            let cursors = self.context.store.cursors();
            if cursors.confirm(self.account, &self.cursor, asked_at).await? {
                cursors.note_server_time(self.account, server_time).await?;
            }
            return Ok(SyncReport::new(Way::Unchanged));
        }
        tags::refresh_as(self.context, self.account, &self.connected).await?;
        self.context.store.cursors().start_run(self.account, self.run).await?;
        walk::run(&self, &root).await
    }

    /// When, by the server's clock, the tree was last known to equal the server's.
    fn known_since(&self) -> Option<DateTime<Utc>> {
        self.cursor.known_since_on_server.or(self.cursor.known_since)
    }

    /// Notes that the mirror equals the server as of the beginning of this look.
    async fn finish(
        &self,
        root_etag: &str,
        data_fingerprint: Option<&str>,
        listed_whole: bool,
    ) -> Result<(), LookError> {
        let store = &self.context.store;
        let mut tx = store.begin().await?;
        let cursors = store.cursors();
        let finished =
            cursors.finish_run(&mut tx, self.account, self.run, root_etag, data_fingerprint).await?;
        if listed_whole || self.everything {
            cursors.note_listing(&mut tx, self.account, self.run).await?;
        }
        tx.commit().await?;
        if finished {
            cursors.note_server_time(self.account, self.server_time).await?;
        }
        Ok(())
    }

    /// True when the server says that its data was put back from a backup: what is missing then is not deleted.
    fn restored_from_backup(&self, root: &FileEntry) -> bool {
        self.cursor.root_etag.is_some() && self.cursor.data_fingerprint != root.data_fingerprint
    }
}

/// Why a look stopped.
enum LookError {
    /// Nextcloud refused or failed; the account's state should say so.
    Remote(DavError),
    /// Our own side failed.
    Job(JobError),
    /// A listing went on with a folder it had left.
    Disorder,
}

impl LookError {
    /// A stable word for the log.
    fn code(&self) -> &'static str {
        match self {
            Self::Remote(error) => error.code(),
            Self::Job(_) => "internal",
            Self::Disorder => "disorder",
        }
    }
}

impl From<TagsError> for LookError {
    fn from(error: TagsError) -> Self {
        match error {
            TagsError::Remote(error) => error.into(),
            TagsError::Store(error) => error.into(),
        }
    }
}

impl From<DavError> for LookError {
    fn from(error: DavError) -> Self {
        Self::Remote(error)
    }
}

impl From<JobError> for LookError {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<voiceassist_store::StoreError> for LookError {
    fn from(error: voiceassist_store::StoreError) -> Self {
        Self::Job(error.into())
    }
}

/// Says on the account what is wrong with it, and for how long to leave it alone.
pub(crate) async fn note_trouble(
    context: &Context,
    account: AccountId,
    error: &DavError,
) -> Result<(), JobError> {
    let rest = |default: TimeDelta| {
        let named = error.retry_after().and_then(|after| TimeDelta::from_std(after).ok());
        Some(context.clock.now() + named.unwrap_or(default))
    };
    let (state, until) = match error {
        DavError::Unauthorized => (AccountState::Revoked, None),
        DavError::AccountDisabled => (AccountState::Disabled, None),
        DavError::Throttled { .. } => (AccountState::Throttled, rest(THROTTLED_REST)),
        DavError::Maintenance { .. } => (AccountState::Maintenance, rest(MAINTENANCE_REST)),
        _ => (AccountState::Failing, None),
    };
    context.store.accounts().set_state(account, state, Some(error.code()), until).await?;
    if state == AccountState::Revoked {
        crate::departures::look(context, account).await?;
    }
    Ok(())
}

/// Notes that what is missing waits for a look that confirms it.
async fn hold(look: &Look<'_>, missing: Unseen, reason: &str) -> Result<(), JobError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (unseen, total) = (count(missing.unseen), count(missing.total));
    tracing::warn!(account.id = %look.account, unseen, total, reason, "deletions held back");
    look.context.store.cursors().hold_deletions(look.account, unseen, total, reason).await?;
    Ok(())
}

/// How many of the applied entries are new, changed or moved.
fn count_changes(applied: &[Applied]) -> u64 {
    applied.iter().filter(|entry| entry.change.created || entry.change.content || entry.change.moved).count()
        as u64
}

/// The applied entries that came from other folders, each with the one before.
fn moves(applied: &[Applied]) -> impl Iterator<Item = (i64, i64)> {
    applied.iter().filter_map(|entry| Some((entry.file_id, entry.moved_from?)))
}
