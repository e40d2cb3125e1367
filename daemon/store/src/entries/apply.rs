//! Taking in what a listing shows.
//!
//! A batch is compared with what is kept; what differs is written by a handful of statements whatever the size of the
//! batch. For files the document is made or brought up to date: a new etag, upload time or size is a sign of new
//! content, raises the document's version and has it read again, once, however many people see the same sign. A new
//! reader changes the access set. A folder's new path is carried down to everything below it.
//!
//! A folder's etag is not kept here: only [`Entries::settle_folders`] does that, once everything below is applied.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId, InstanceId};

use super::write::{carry_paths_down, unsettle, write_entries};
use super::{Entries, Entry, Row};
use crate::Transaction;
use crate::access::step::{self, Step};
use crate::documents::{Finder, Sighting};
use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job};
use crate::scope::{Evaluator, below, hold_account};

/// Entries taken in by one round of statements at most.
const BATCH: usize = 1_000;

/// A file or folder as a listing shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObservedEntry {
    /// Nextcloud's id.
    pub file_id: i64,
    /// The folder it is in; `None` for the root.
    pub parent: Option<i64>,
    /// Where it is in this person's tree.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its etag.
    pub etag: String,
    /// In bytes.
    pub size: i64,
    /// The server's idea of its kind.
    pub mime: Option<String>,
    /// When it was changed.
    pub modified_at: Option<DateTime<Utc>>,
    /// When the server received it, in seconds since 1970.
    pub upload_time: Option<i64>,
    /// Nextcloud's permission letters, always read by the same kind of request.
    pub permissions: String,
    /// What kind of mount it is on.
    pub mount_type: Option<String>,
}

/// What became of one observed entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Applied {
    /// Nextcloud's id.
    pub file_id: i64,
    /// The document it is; `None` for folders.
    pub document: Option<DocumentId>,
    /// What changed.
    pub change: Change,
    /// The folder it was in before, if that is another one.
    pub moved_from: Option<i64>,
}

/// What an observation changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "any of these can be true beside any other")]
pub struct Change {
    /// New in this tree.
    pub created: bool,
    /// A sign of new content nobody had brought before: the document is read again.
    pub content: bool,
    /// Another path, name or folder.
    pub moved: bool,
    /// Other permissions or another kind of mount.
    pub permissions: bool,
    /// A folder whose observed etag is not the one everything below is applied up to: look inside.
    pub unsettled: bool,
}

impl Change {
    /// Whether nothing changed and nothing is left to look at.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Entries<'_> {
    /// Takes in what a run observed. Answers in the order of the input; of entries with the same id the last counts.
    pub async fn apply(
        self,
        tx: &mut Transaction,
        account: AccountId,
        run: Uuid,
        observed: &[ObservedEntry],
    ) -> Result<Vec<Applied>> {
        let Some(instance) = hold_account(tx, account).await? else {
            return Err(StoreError::Corrupt { what: "account of a tree" });
        };
        let mut unique: HashMap<i64, &ObservedEntry> = HashMap::with_capacity(observed.len());
        let mut twice = Vec::new();
        for entry in observed {
            if unique.insert(entry.file_id, entry).is_some_and(|other| other.path != entry.path) {
                twice.push(entry.file_id);
            }
        }
        let mut batches: Vec<&ObservedEntry> = unique.into_values().collect();
        // The same order for every account, so that two of them never wait for each other's documents.
        batches.sort_unstable_by_key(|entry| entry.file_id);
        let evaluator = Evaluator::load(tx, account, instance).await?;
        let round = Round { account, instance, run, call: self.store.new_uuid(), evaluator: &evaluator };
        let mut applied = HashMap::with_capacity(batches.len());
        for batch in batches.chunks(BATCH) {
            self.apply_batch(tx, round, batch, &mut applied).await?;
        }
        self.mark_aliased(tx, account, &twice).await?;
        Ok(observed.iter().filter_map(|entry| applied.get(&entry.file_id).copied()).collect())
    }

    async fn apply_batch(
        self,
        tx: &mut Transaction,
        round: Round<'_>,
        batch: &[&ObservedEntry],
        applied: &mut HashMap<i64, Applied>,
    ) -> Result<()> {
        let known = known_entries(tx, round.account, batch).await?;
        let seen: Vec<Seen<'_>> =
            batch.iter().map(|entry| Seen::compare(entry, known.get(&entry.file_id))).collect();
        let sighted: Vec<&ObservedEntry> =
            seen.iter().filter(|seen| seen.sights).map(|seen| seen.entry).collect();
        let Round { account, instance, call, .. } = round;
        let finder = Finder { instance, account, call };
        let sightings = self.store.documents().sight(tx, finder, &sighted).await?;
        let document_of = |seen: &Seen<'_>| {
            sightings.get(&seen.entry.file_id).map(|sighting| sighting.document).or(seen.document)
        };
        write_entries(tx, round, &seen, document_of).await?;
        unsettle(tx, round.account, &seen).await?;
        carry_paths_down(tx, round.account, &seen).await?;
        let met = |seen: &&Seen<'_>| {
            let made = sightings.get(&seen.entry.file_id).is_some_and(|sighting| sighting.made);
            seen.document.is_none() && !made
        };
        let mut touched: Vec<Uuid> =
            seen.iter().filter(met).filter_map(&document_of).map(DocumentId::as_uuid).collect();
        touched.extend(judge(tx, round, &seen).await?);
        let reconciled = step::take(self.store, tx, Step::of(account), &touched).await?;
        self.ingest(tx, &sightings, &reconciled.left_out).await?;
        applied.extend(seen.iter().map(|seen| {
            let mut change = seen.change;
            change.content = sightings.get(&seen.entry.file_id).is_some_and(|sighting| sighting.raised);
            let (file_id, moved_from) = (seen.entry.file_id, seen.moved_from);
            (file_id, Applied { file_id, document: document_of(seen), change, moved_from })
        }));
        Ok(())
    }

    async fn ingest(
        self,
        tx: &mut Transaction,
        sightings: &HashMap<i64, Sighting>,
        left_out: &[Uuid],
    ) -> Result<()> {
        let jobs: Vec<Enqueue> = sightings
            .values()
            .filter(|sighting| sighting.raised && !sighting.left_out)
            .filter(|sighting| !left_out.contains(&sighting.document.as_uuid()))
            .map(|sighting| Enqueue::new(Job::IngestDocument { document: sighting.document }))
            .collect();
        self.store.jobs().enqueue_all(tx, &jobs).await?;
        Ok(())
    }
}

/// What stays the same during one call.
#[derive(Clone, Copy)]
pub(super) struct Round<'a> {
    pub(super) account: AccountId,
    instance: InstanceId,
    pub(super) run: Uuid,
    call: Uuid,
    evaluator: &'a Evaluator,
}

/// An observed entry beside what was known of it.
pub(super) struct Seen<'a> {
    pub(super) entry: &'a ObservedEntry,
    before: Option<&'a Entry>,
    document: Option<DocumentId>,
    pub(super) change: Change,
    moved_from: Option<i64>,
    /// Whether its document has to be made or looked at.
    sights: bool,
    /// Whether its row differs in more than the run.
    pub(super) writes: bool,
}

impl<'a> Seen<'a> {
    fn compare(entry: &'a ObservedEntry, known: Option<&'a Entry>) -> Self {
        let Some(known) = known else {
            let change = Change { created: true, unsettled: entry.is_folder, ..Change::default() };
            let sights = !entry.is_folder;
            return Self {
                entry,
                before: None,
                document: None,
                change,
                moved_from: None,
                sights,
                writes: true,
            };
        };
        let moved = (known.parent, &known.path, &known.name) != (entry.parent, &entry.path, &entry.name);
        let permissions = (&known.permissions, &known.mount_type) != (&entry.permissions, &entry.mount_type);
        let etag_differs = known.etag.as_deref() != Some(entry.etag.as_str());
        let described_otherwise = known.size != entry.size
            || known.mime != entry.mime
            || known.modified_at != entry.modified_at
            || known.upload_time != entry.upload_time;
        let file_differs =
            !entry.is_folder && (etag_differs || described_otherwise || known.name != entry.name);
        Self {
            entry,
            before: Some(known),
            document: if entry.is_folder { None } else { known.document },
            change: Change {
                moved,
                permissions,
                unsettled: entry.is_folder && etag_differs,
                ..Change::default()
            },
            moved_from: known.parent.filter(|parent| Some(*parent) != entry.parent),
            sights: file_differs || (!entry.is_folder && known.document.is_none()),
            writes: moved
                || permissions
                || described_otherwise
                || file_differs
                || known.is_folder != entry.is_folder,
        }
    }
}

/// Has rules look at what is new or changed, at everything below folders that moved, and at everything below folders
/// whose marker came or went. Returns the documents whose readers may be others now.
async fn judge(tx: &mut Transaction, round: Round<'_>, seen: &[Seen<'_>]) -> Result<Vec<Uuid>> {
    let evaluator = round.evaluator;
    if evaluator.is_idle() {
        return Ok(Vec::new());
    }
    let mut files: Vec<i64> = Vec::new();
    let mut folders: Vec<i64> = Vec::new();
    for seen in seen.iter().filter(|seen| seen.writes) {
        let (entry, change) = (seen.entry, seen.change);
        if entry.is_folder {
            let concerned = change.moved || (change.created && evaluator.heeds_tags());
            folders.extend(concerned.then_some(entry.file_id));
            continue;
        }
        files.push(entry.file_id);
        if change.created || change.moved {
            folders.extend(entry.parent.filter(|_| evaluator.is_marker(&entry.name)));
            let left = seen.before.filter(|before| evaluator.is_marker(&before.name));
            folders.extend(left.and_then(|before| before.parent));
        }
    }
    files.extend(below(tx, round.account, &folders).await?);
    files.sort_unstable();
    files.dedup();
    evaluator.judge(tx, &files).await
}

async fn known_entries(
    tx: &mut Transaction,
    account: AccountId,
    batch: &[&ObservedEntry],
) -> Result<HashMap<i64, Entry>> {
    let file_ids: Vec<i64> = batch.iter().map(|entry| entry.file_id).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select file_id, parent_id, path, name, is_folder, etag, size, mime, modified_at, upload_time, permissions,
               mount_type, document_id, last_seen_run
          from (select $1::uuid as account_id offset 0) as me
          join entries using (account_id) join unnest($2::bigint[]) as wanted (file_id) using (file_id)
        "#,
        account.as_uuid(),
        &file_ids
    )
    .fetch_all(tx.connection())
    .await
    .during("comparing entries")?;
    Ok(rows.into_iter().map(|row| (row.file_id, Entry::from(row))).collect())
}
