//! Following calendars and address books: which there are, what changed in each, and what is no longer there.
//!
//! ```text
//! home (1 request) → list of collections → for each whose token moved:  difference → fetch and apply, 50 at a time → token
//! ```
//!
//! Both classes go the same way; what an object says is read in [`super::calendars`] and [`super::contacts`]. A batch is
//! one transaction, and the token is written only after the last, so a killed run goes on where it was: what it had
//! applied is known by its version and not fetched again. Every collection is compared whole once a day, because servers
//! forget changes without a word. One that is suddenly missing much is looked at twice before anything is forgotten. What
//! cannot be read is put into quarantine with a reason and stops nothing else; one collection's trouble is not the others'.
//!
//! Nothing is ever changed on the server, and nothing of an event or a contact goes into logs or job rows.

mod apply;
mod home;
mod moved;

use std::fmt;

use chrono::TimeDelta;
use voiceassist_dav::DavError;
use voiceassist_dav::collections::{Ask, Difference, Way};
use voiceassist_model::{AccountId, CollectionId};
use voiceassist_store::collections::{Collection, CollectionClass, ObservedCollection};
use voiceassist_store::{Job, Store};

use self::home::Remote;
use self::moved::Gone;
use super::files::note_trouble;
use crate::connections::{ConnectError, Connected, Connections};
use crate::job::with_sources;
use crate::{COLLECTION_SYNCS, Context, JobError};

/// How often everything in a collection is compared, whatever its token says.
const RECONCILED_EVERY: TimeDelta = TimeDelta::hours(24);
/// What a look at a home without any collection is noted as, until a second one confirms it.
const SUDDENLY_EMPTY: &str = "suddenly_missing";
/// So few missing objects are believed at once.
const BELIEVED_MISSING: usize = 20;

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CollectionsReport {
    /// Collections that equal the server's now.
    pub collections: u64,
    /// Collections that do not; the account's state or the collection's says why.
    pub failed: u64,
    /// Collections that are no longer there.
    pub gone: u64,
    /// Objects that were fetched and read.
    pub read: u64,
    /// Objects that cannot be read.
    pub quarantined: u64,
    /// Objects that are no longer there.
    pub forgotten: u64,
    /// Objects that seem gone, but so many at once that a second look must confirm it.
    pub held: u64,
    /// Series that were gone on with.
    pub expanded: u64,
}

impl fmt::Display for CollectionsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} read, {} gone, {} unreadable", self.read, self.forgotten, self.quarantined)
    }
}

/// What a look at one collection would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How the changes were found; `None` when the collection is not there any more.
    pub way: Option<Way>,
    /// Objects to fetch.
    pub fetch: usize,
    /// Objects to forget.
    pub forget: usize,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.way {
            None => f.write_str("forget all of it"),
            Some(Way::Unchanged) => f.write_str("nothing to do"),
            Some(way) => {
                let how = match way {
                    Way::Unchanged | Way::Delta => "by what the server tells",
                    Way::Compared(_) => "by comparing everything",
                };
                write!(f, "fetch {}, forget {} ({how}: {})", self.fetch, self.forget, way.code())
            }
        }
    }
}

/// The job that looks at one class of an account's collections.
pub const fn look_at(account: AccountId, class: CollectionClass) -> Job {
    match class {
        CollectionClass::Calendar => Job::SyncCalendars { account },
        CollectionClass::AddressBook => Job::SyncContacts { account },
    }
}

/// One look in answer to a job.
pub async fn follow(context: &Context, account: AccountId, class: CollectionClass) -> Result<(), JobError> {
    let report = sync_collections(context, account, class).await?;
    if report != (CollectionsReport { collections: report.collections, ..CollectionsReport::default() }) {
        tracing::info!(account.id = %account, kind = class.as_str(), %report, "collections looked at");
    }
    Ok(())
}

/// Compares one class of an account's collections with the mirror and applies the difference.
pub async fn sync_collections(
    context: &Context,
    account: AccountId,
    class: CollectionClass,
) -> Result<CollectionsReport, JobError> {
    let connected = match context.connections.of(account).await {
        Ok(connected) => connected,
        // Disconnected since the job was queued: nothing to look at, nothing wrong.
        Err(ConnectError::NotConnected) => return Ok(CollectionsReport::default()),
        Err(error) => return Err(JobError::give_up("connecting the account", with_sources(&error))),
    };
    let mut look = Look {
        context,
        account,
        class,
        connected,
        report: CollectionsReport::default(),
        addresses: None,
        unchanged: Vec::new(),
        elsewhere: Gone::default(),
    };
    let outcome = look.run().await;
    let reason = match &outcome {
        Ok(reason) => *reason,
        Err(Trouble::Remote(error)) => Some(error.code()),
        Err(Trouble::Job(_)) => Some("internal"),
    };
    context.store.collections().looked(account, class, reason).await?;
    match outcome {
        Ok(_) => Ok(look.report),
        Err(Trouble::Remote(error)) => {
            if concerns_account(&error) {
                note_trouble(context, account, &error).await?;
            }
            Err(error.into())
        }
        Err(Trouble::Job(error)) => Err(error),
    }
}

/// What a look would do: for each collection its plan. Asks the server and changes nothing.
pub async fn plan_collections(
    store: &Store,
    connections: &Connections,
    account: AccountId,
    class: CollectionClass,
) -> Result<Vec<(String, Plan)>, JobError> {
    let connected = connections
        .of(account)
        .await
        .map_err(|error| JobError::give_up("connecting the account", with_sources(&error)))?;
    let remotes = home::list(&connected, class).await?;
    let mut known = store.collections().list(account, class).await?;
    let mut plans = Vec::new();
    for remote in remotes {
        let at = known.iter().position(|own| own.about.location == remote.location.as_str());
        let own = at.map(|at| known.swap_remove(at));
        let difference = difference(store, &connected, &remote, own.as_ref()).await;
        let (difference, _) = difference.map_err(|trouble| match trouble {
            Trouble::Remote(error) => error.into(),
            Trouble::Job(error) => error,
        })?;
        let plan = Plan {
            way: Some(difference.way),
            fetch: difference.fetch.len(),
            forget: difference.forget.len(),
        };
        plans.push((remote.observed.about.name, plan));
    }
    let held = store.collections().held(account).await?;
    for own in known {
        let held = held.get(&own.id).copied().unwrap_or_default();
        let forget = usize::try_from(held.objects + held.quarantined).unwrap_or(usize::MAX);
        plans.push((own.about.name, Plan { way: None, fetch: 0, forget }));
    }
    Ok(plans)
}

/// Why a look, or the part of it in one collection, ended.
#[derive(Debug)]
enum Trouble {
    Remote(DavError),
    Job(JobError),
}

impl From<DavError> for Trouble {
    fn from(error: DavError) -> Self {
        Self::Remote(error)
    }
}

impl From<JobError> for Trouble {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<voiceassist_store::StoreError> for Trouble {
    fn from(error: voiceassist_store::StoreError) -> Self {
        Self::Job(error.into())
    }
}

/// Everything one look needs.
struct Look<'a> {
    context: &'a Context,
    account: AccountId,
    class: CollectionClass,
    connected: Connected,
    report: CollectionsReport,
    /// The account's own addresses, asked for when the first event is to be read.
    addresses: Option<Vec<String>>,
    /// Collections that the server says are as they were.
    unchanged: Vec<CollectionId>,
    /// Objects that are gone from other collections.
    elsewhere: Gone,
}

/// How one collection differs from the server's.
struct Differing<'d> {
    remote: &'d Remote,
    own: &'d Collection,
    difference: Difference,
    /// Objects that are held of it.
    held: usize,
}

impl Look<'_> {
    fn store(&self) -> &Store {
        &self.context.store
    }

    /// Looks at every collection. `Some` says why not everything is as on the server.
    async fn run(&mut self) -> Result<Option<&'static str>, Trouble> {
        let remotes = home::list(&self.connected, self.class).await?;
        let collections = self.context.store.collections();
        if remotes.is_empty() && !self.may_be_empty().await? {
            return Ok(Some(SUDDENLY_EMPTY));
        }
        let observed: Vec<ObservedCollection> =
            remotes.iter().map(|remote| remote.observed.clone()).collect();
        self.report.gone = collections.apply(self.account, self.class, &observed).await?;
        let known = collections.list(self.account, self.class).await?;
        let outcome = self.each(&remotes, &known).await;
        // Whatever became of the others.
        collections.confirm(&self.unchanged).await?;
        let (reason, transient) = outcome?;
        if self.class == CollectionClass::Calendar {
            apply::go_on(self).await?;
        }
        match transient {
            Some(error) => Err(error.into()),
            None => Ok(reason),
        }
    }

    /// Brings one after the other up to date. Says why not all of them are, and what may be tried again.
    async fn each(
        &mut self,
        remotes: &[Remote],
        known: &[Collection],
    ) -> Result<(Option<&'static str>, Option<DavError>), Trouble> {
        let mut failed = Vec::new();
        let mut differing = Vec::new();
        for remote in remotes {
            let own = known.iter().find(|own| own.about.location == remote.location.as_str());
            // Gone between the two statements, with the account or without it.
            let Some(own) = own else { continue };
            match self.differing(remote, own).await {
                Ok(Some(one)) => differing.push(one),
                Ok(None) => self.report.collections += 1,
                Err(trouble) => failed.push(self.set_aside(own, trouble).await?),
            }
        }
        // What went from one may have come in another: where nothing went is looked at first.
        differing.sort_by_key(|one| one.difference.forget.len());
        let gone = differing.iter().filter(|one| !one.is_sudden());
        let gone = gone.map(|one| (one.own, one.difference.forget.as_slice()));
        self.elsewhere = Gone::of(self.context.store.collections(), self.class, gone).await?;
        for one in &differing {
            match self.one(one).await {
                Ok(()) => self.report.collections += 1,
                Err(trouble) => failed.push(self.set_aside(one.own, trouble).await?),
            }
        }
        let reason = failed.last().map(DavError::code);
        Ok((reason, failed.into_iter().rfind(DavError::is_transient)))
    }

    /// Notes one collection's trouble, which stops no other; the account's does.
    async fn set_aside(&mut self, own: &Collection, trouble: Trouble) -> Result<DavError, Trouble> {
        match trouble {
            Trouble::Remote(error) if !concerns_account(&error) => {
                self.report.failed += 1;
                self.store().collections().note(own.id, error.code()).await?;
                Ok(error)
            }
            trouble => Err(trouble),
        }
    }

    /// How a collection differs; `None` when it does not.
    async fn differing<'d>(
        &mut self,
        remote: &'d Remote,
        own: &'d Collection,
    ) -> Result<Option<Differing<'d>>, Trouble> {
        let (difference, held) = difference(self.store(), &self.connected, remote, Some(own)).await?;
        metrics::counter!(COLLECTION_SYNCS, "kind" => self.class.as_str(), "way" => difference.way.code())
            .increment(1);
        if difference.way == Way::Unchanged && own.reason.is_none() {
            self.unchanged.push(own.id);
            return Ok(None);
        }
        Ok(Some(Differing { remote, own, difference, held }))
    }

    /// Whether a home without collections is believed: nothing was there, or it was empty the last time already.
    async fn may_be_empty(&self) -> Result<bool, Trouble> {
        let collections = self.store().collections();
        if collections.list(self.account, self.class).await?.is_empty() {
            return Ok(true);
        }
        let last = collections.last_look(self.account, self.class).await?;
        Ok(last.is_some_and(|last| last.reason.as_deref() == Some(SUDDENLY_EMPTY)))
    }

    /// Brings one collection up to date.
    async fn one(&mut self, one: &Differing<'_>) -> Result<(), Trouble> {
        apply::fetch(self, one.remote, one.own, &one.difference.fetch).await?;
        if one.is_sudden() {
            let missing = one.difference.forget.len();
            self.report.held += missing as u64;
            tracing::warn!(account.id = %self.account, missing, "objects of a collection are suddenly missing");
            self.store().collections().hold(one.own.id).await?;
            return Ok(());
        }
        apply::settle(self, one.own, &one.difference).await
    }
}

impl Differing<'_> {
    /// Whether so much is missing at once that a second look must confirm it.
    fn is_sudden(&self) -> bool {
        let missing = self.difference.forget.len();
        matches!(self.difference.way, Way::Compared(_))
            && self.own.held_since.is_none()
            && missing > BELIEVED_MISSING
            && missing * 2 > self.held
    }
}

/// The difference, and how many objects are held.
async fn difference(
    store: &Store,
    connected: &Connected,
    remote: &Remote,
    own: Option<&Collection>,
) -> Result<(Difference, usize), Trouble> {
    let reconciled = own.and_then(|own| own.reconciled_at);
    let ask = match reconciled {
        Some(at) if store.clock().now() - at >= RECONCILED_EVERY => Ask::Reconcile,
        _ => Ask::Follow,
    };
    let known = apply::known(store, remote, own, ask).await?;
    let held = known.objects.len();
    let difference =
        connected.client.difference(&remote.location, remote.token.as_deref(), &known, ask).await?;
    Ok((difference, held))
}

/// Whether trouble is the account's and not one collection's.
fn concerns_account(error: &DavError) -> bool {
    error.stops_account() || matches!(error, DavError::Throttled { .. } | DavError::Maintenance { .. })
}
