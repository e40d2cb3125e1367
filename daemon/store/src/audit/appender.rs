//! Adding to the chain: one transaction for everybody who waits.
//!
//! A record needs the hash of the one before it, so records are made one after the other, whoever makes them. What costs
//! is the disk, once per transaction; so while one transaction is being written the next callers gather, and one task
//! writes for all of them. The task lives as long as somebody waits, belongs to no caller (a caller that goes away stops
//! nobody), and many replicas may run one: a lock of the database lets one of them at the end of the chain at a time,
//! released only when what it wrote is durable and seen by all.
//!
//! The appender remembers the last record it wrote or saw. If that one is gone or another by now, the chain was cut or
//! rewritten underneath, and nothing is added any more: every audited action fails until a person has looked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;
use voiceassist_model::{MetricDoc, MetricKind};

use super::Receipt;
use super::digest::Digest;
use super::entry::Hidden;
use super::identifiers::LazyKey;
use super::record::{Record, SubjectMark, details_text};
use crate::error::{During as _, Result, StoreError};
use crate::{Store, Transaction};

/// Records that may wait to be written. Beyond, actions fail.
const MAX_WAITING: usize = 8_192;
/// Records of one transaction.
const MAX_BATCH: usize = 512;
/// The lock that lets one at a time at the end of the chain: `VAaudit` in ASCII.
const LOCK: i64 = 0x0056_4161_7564_6974;

const SECONDS: &str = "voiceassist_store_audit_append_duration_seconds";
const RECORDS: &str = "voiceassist_store_audit_records_total";
const FAILURES: &str = "voiceassist_store_audit_failures_total";

/// Metrics of the log.
pub const METRICS: &[MetricDoc] = &[
    MetricDoc {
        name: SECONDS,
        kind: MetricKind::Histogram,
        help: "Seconds from an action to its durable record.",
        labels: &[],
    },
    MetricDoc { name: RECORDS, kind: MetricKind::Counter, help: "Records of the audit log.", labels: &[] },
    MetricDoc {
        name: FAILURES,
        kind: MetricKind::Counter,
        help: "Actions that could not be recorded and did not happen for it.",
        labels: &[],
    },
];

/// What one store keeps for adding to the chain.
#[derive(Default)]
pub(crate) struct Appender {
    key: LazyKey,
    queue: Mutex<Queue>,
    /// The last record known to be there.
    last: Mutex<Option<Receipt>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    records: usize,
    /// Whether a task is writing for those who wait.
    is_served: bool,
}

/// Somebody who waits for records of theirs.
struct Waiting {
    records: Vec<Hidden>,
    answer: oneshot::Sender<Result<Receipt>>,
}

/// The end of the chain, as its lock shows it.
struct End {
    sequence: u64,
    hash: Digest,
}

/// What was to be recorded was not; the cause may be shared with others who waited.
pub(super) fn unrecorded(error: StoreError) -> StoreError {
    metrics::counter!(FAILURES).increment(1);
    match error {
        error @ StoreError::Unrecorded { .. } => error,
        error => StoreError::Unrecorded { source: Arc::new(error) },
    }
}

/// Waits until the records are durable.
pub(super) async fn append(store: &Store, records: Vec<Hidden>) -> Result<Receipt> {
    let started = Instant::now();
    let (answer, answered) = oneshot::channel();
    let begins = store.inner.audit.enter(Waiting { records, answer }).map_err(unrecorded)?;
    if begins {
        tokio::spawn(serve(store.clone()));
    }
    let interrupted = || StoreError::Interrupted { operation: "recording actions" };
    let receipt = answered.await.unwrap_or_else(|_| Err(interrupted())).map_err(unrecorded)?;
    metrics::histogram!(SECONDS).record(started.elapsed().as_secs_f64());
    Ok(receipt)
}

/// Adds within somebody else's transaction.
pub(super) async fn append_in(store: &Store, tx: &mut Transaction, records: &[Hidden]) -> Result<Receipt> {
    let records: Vec<&Hidden> = records.iter().collect();
    let receipts = add(store, tx, &records).await.map_err(unrecorded)?;
    receipts.last().copied().ok_or_else(|| unrecorded(StoreError::Corrupt { what: "empty entry" }))
}

/// Writes for everybody who waits, until nobody does.
async fn serve(store: Store) {
    let mut shift = Shift { appender: &store.inner.audit, ended: false };
    while let Some(batch) = shift.next() {
        match write(&store, &batch).await {
            Ok(receipts) => answer(batch, &receipts),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "actions could not be recorded");
                let source = Arc::new(error);
                for waiting in batch {
                    // Whoever went away needs no answer.
                    _ = waiting.answer.send(Err(StoreError::Unrecorded { source: Arc::clone(&source) }));
                }
            }
        }
    }
}

fn answer(batch: Vec<Waiting>, receipts: &[Receipt]) {
    let mut written = 0;
    for waiting in batch {
        written += waiting.records.len();
        let last = written.checked_sub(1).and_then(|at| receipts.get(at)).copied();
        // Whoever went away needs no answer.
        _ = waiting.answer.send(last.ok_or(StoreError::Corrupt { what: "empty entry" }));
    }
}

async fn write(store: &Store, batch: &[Waiting]) -> Result<Vec<Receipt>> {
    let records: Vec<&Hidden> = batch.iter().flat_map(|waiting| &waiting.records).collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = store.begin().await?;
    let receipts = add(store, &mut tx, &records).await?;
    tx.commit().await?;
    if let Some(last) = receipts.last() {
        store.inner.audit.remember(*last);
    }
    metrics::counter!(RECORDS).increment(receipts.len() as u64);
    Ok(receipts)
}

/// Takes the lock, makes the records that follow the last one, and writes them.
async fn add(store: &Store, tx: &mut Transaction, records: &[&Hidden]) -> Result<Vec<Receipt>> {
    let end = end_of_chain(store, tx).await?;
    let made = follow(end, records, store.now());
    insert(tx, &made).await?;
    Ok(made.iter().map(|record| Receipt { sequence: record.sequence, hash: record.hash }).collect())
}

async fn end_of_chain(store: &Store, tx: &mut Transaction) -> Result<End> {
    // Durable means on disk, whatever the session's default is. Settings that wait for more than that are left alone.
    sqlx::query!(
        r#"
        select case when current_setting('synchronous_commit') = 'off'
                    then set_config('synchronous_commit', 'local', true) end as raised,
               pg_advisory_xact_lock($1)::text as locked
        "#,
        LOCK
    )
    .fetch_one(tx.connection())
    .await
    .during("waiting for the end of the audit log")?;
    let remembered = store.inner.audit.remembered();
    let remembered_at = remembered.map(|receipt| column(receipt.sequence));
    // A statement of its own: it sees what was committed before the lock was given.
    let row = sqlx::query!(
        r#"
        select sequence, hash, (select known.hash from audit_records known where known.sequence = $1) as known
          from audit_records order by sequence desc limit 1
        "#,
        remembered_at
    )
    .fetch_optional(tx.connection())
    .await
    .during("reading the end of the audit log")?;
    let known = row.as_ref().and_then(|row| row.known.as_deref());
    if remembered.is_some_and(|receipt| known != Some(receipt.hash.0.as_slice())) {
        return Err(StoreError::AuditChanged);
    }
    let Some(row) = row else { return Ok(End { sequence: 0, hash: Digest::ORIGIN }) };
    let corrupt = || StoreError::Corrupt { what: "end of the audit log" };
    Ok(End {
        sequence: u64::try_from(row.sequence).map_err(|_| corrupt())?,
        hash: Digest::try_from(row.hash.as_slice()).map_err(|_| corrupt())?,
    })
}

fn follow(mut end: End, records: &[&Hidden], at: chrono::DateTime<chrono::Utc>) -> Vec<Record> {
    let mut made = Vec::with_capacity(records.len());
    for hidden in records {
        let mut record = Record {
            sequence: end.sequence + 1,
            at,
            actor_kind: hidden.actor_kind.to_owned(),
            actor: hidden.actor,
            action: hidden.action.as_str().to_owned(),
            subjects: hidden.subjects.clone(),
            outcome: hidden.outcome.as_str().to_owned(),
            details: hidden.details.clone(),
            previous: end.hash,
            hash: Digest::ORIGIN,
        };
        record.hash = record.computed_hash();
        end = End { sequence: record.sequence, hash: record.hash };
        made.push(record);
    }
    made
}

async fn insert(tx: &mut Transaction, made: &[Record]) -> Result<()> {
    let each = |part: fn(&Record) -> Vec<u8>| made.iter().map(part).collect::<Vec<_>>();
    let sequences: Vec<i64> = made.iter().map(|record| column(record.sequence)).collect();
    let times: Vec<_> = made.iter().map(|record| record.at).collect();
    let kinds: Vec<String> = made.iter().map(|record| record.actor_kind.clone()).collect();
    let actors = each(|record| record.actor.map_or_else(Vec::new, |mark| mark.0.to_vec()));
    let actions: Vec<String> = made.iter().map(|record| record.action.clone()).collect();
    let subjects = each(|record| record.subjects.iter().filter_map(SubjectMark::packed).flatten().collect());
    let outcomes: Vec<String> = made.iter().map(|record| record.outcome.clone()).collect();
    let details: Vec<String> = made.iter().map(|record| details_text(&record.details)).collect();
    let previous = each(|record| record.previous.0.to_vec());
    let hashes = each(|record| record.hash.0.to_vec());
    sqlx::query!(
        r#"
        insert into audit_records
               (sequence, at, actor_kind, actor, action, subjects, outcome, details, previous, hash)
        select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::bytea[], $5::text[], $6::bytea[],
                             $7::text[], $8::text[], $9::bytea[], $10::bytea[])
        "#,
        &sequences,
        &times,
        &kinds,
        &actors,
        &actions,
        &subjects,
        &outcomes,
        &details,
        &previous,
        &hashes
    )
    .execute(tx.connection())
    .await
    .during("adding to the audit log")?;
    Ok(())
}

/// A place in the chain as the database counts. A chain does not come near the end of its numbers.
pub(super) fn column(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

// === impl Appender ===

impl Appender {
    pub(super) const fn key(&self) -> &LazyKey {
        &self.key
    }

    /// True when the caller must see to it that the queue is served.
    fn enter(&self, waiting: Waiting) -> Result<bool> {
        let mut queue = self.queue();
        if queue.records + waiting.records.len() > MAX_WAITING {
            return Err(StoreError::TooMany { what: "records waiting to be written", limit: MAX_WAITING });
        }
        queue.records += waiting.records.len();
        queue.waiting.push_back(waiting);
        Ok(!std::mem::replace(&mut queue.is_served, true))
    }

    fn remembered(&self) -> Option<Receipt> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, receipt: Receipt) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(receipt);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One task's time of serving. Whoever serves must say when they stop, even if they are dropped.
struct Shift<'a> {
    appender: &'a Appender,
    ended: bool,
}

impl Shift<'_> {
    /// Those who wait, up to a batch; at least one however much they bring.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.appender.queue();
        let (mut batch, mut records) = (Vec::new(), 0);
        while let Some(waiting) = queue.waiting.front() {
            if !batch.is_empty() && records + waiting.records.len() > MAX_BATCH {
                break;
            }
            records += waiting.records.len();
            batch.extend(queue.waiting.pop_front());
        }
        queue.records = queue.records.saturating_sub(records);
        if batch.is_empty() {
            queue.is_served = false;
            self.ended = true;
            return None;
        }
        Some(batch)
    }
}

impl Drop for Shift<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // The runtime is ending; whoever waits learns it by the closed channel.
            let mut queue = self.appender.queue();
            queue.is_served = false;
            queue.records = 0;
            queue.waiting.clear();
        }
    }
}
