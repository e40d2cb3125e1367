//! The chain as the database holds it: verified and exported page by page, in constant memory.
//!
//! Both go to what is the end when they come there; records that arrive meanwhile are taken along. An export carries
//! out of the house what the table says, readable rows only; a row that cannot be read is passed over, and the export
//! then proves that it is missing.

use std::collections::BTreeMap;
use std::io::Write;

use super::checkpoint::Checkpoint;
use super::digest::Digest;
use super::export::{ExportError, ExportWriter};
use super::signature::AuditKey;
use super::verify::{ChainCheck, Fault, Finding};
use super::{Audit, MAX_RECORDS, Receipt};
use crate::StoreError;

/// What an export holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exported {
    /// How many records.
    pub records: u64,
    /// The checkpoint at its end, to be kept like any other; `None` when there was no record.
    pub checkpoint: Option<Checkpoint>,
    /// Rows that cannot be read and are not in it.
    pub unreadable: u64,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportStoredError {
    /// The database.
    #[error("reading the audit log")]
    Store(#[from] StoreError),
    /// The file or the key.
    #[error("making the export")]
    Export(#[from] ExportError),
    /// There is no such record to begin after.
    #[error("there is no record {0} to begin after")]
    NoSuchRecord(u64),
}

impl Audit<'_> {
    /// Goes over the whole chain. The outer result is about the database, the inner about the chain.
    pub async fn verify(self, checkpoints: &[Checkpoint]) -> Result<Result<Finding, Fault>, StoreError> {
        let mut chain = ChainCheck::from_start(checkpoints);
        let mut last = 0;
        loop {
            let rows = self.after(last, MAX_RECORDS).await?;
            let Some(end) = rows.last() else { return Ok(chain.finish()) };
            last = u64::try_from(end.sequence).unwrap_or(u64::MAX);
            for row in rows {
                let taken = match row.record {
                    Some(record) => chain.take(&record),
                    None => Err(chain.unreadable()),
                };
                if let Err(fault) = taken {
                    return Ok(Err(fault));
                }
            }
        }
    }

    /// Writes what follows the record `after` (0 for everything), with these checkpoints and a new one at the end.
    pub async fn export(
        self,
        after: u64,
        checkpoints: &[Checkpoint],
        key: &AuditKey,
        out: impl Write,
    ) -> Result<Exported, ExportStoredError> {
        let before = match after {
            0 => Digest::ORIGIN,
            after => self.hash_at(after).await?.ok_or(ExportStoredError::NoSuchRecord(after))?,
        };
        let mut by_record: BTreeMap<u64, Vec<&Checkpoint>> = BTreeMap::new();
        for checkpoint in checkpoints {
            by_record.entry(checkpoint.end.sequence).or_default().push(checkpoint);
        }
        let mut writer = ExportWriter::begin(out, Receipt { sequence: after, hash: before })?;
        let mut end = None;
        let (mut last, mut unreadable) = (after, 0);
        loop {
            let rows = self.after(last, MAX_RECORDS).await?;
            let Some(row) = rows.last() else { break };
            last = u64::try_from(row.sequence).unwrap_or(u64::MAX);
            for row in rows {
                let Some(record) = row.record else {
                    unreadable += 1;
                    continue;
                };
                writer.record(&record)?;
                end = Some(Receipt { sequence: record.sequence, hash: record.hash });
                for checkpoint in by_record.get(&record.sequence).into_iter().flatten() {
                    writer.checkpoint(checkpoint)?;
                }
            }
        }
        let now = self.store.now();
        let signed = end.map(|end| Checkpoint::sign(key, end, now)).transpose().map_err(ExportError::Key)?;
        if let Some(checkpoint) = &signed {
            writer.checkpoint(checkpoint)?;
        }
        let records = writer.end(key, now)?;
        Ok(Exported { records, checkpoint: signed, unreadable })
    }
}
