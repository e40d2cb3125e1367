//! Asking the log: who did what, who saw this document.
//!
//! Searching goes from the newest record backwards; following and exporting go forwards. Persons and documents are
//! searched by their hidden ids, so only whoever has the key can ask about them. Pages go by the sequence, which is
//! without gaps, and never by offset. A record that cannot be read is an error here: a search must not pass over what
//! somebody made unreadable.

use chrono::{DateTime, Utc};

use super::appender::column;
use super::code::{Action, Outcome};
use super::digest::{Digest, Mark};
use super::entry::{Actor, Subject};
use super::record::{Record, Row};
use super::{Audit, Receipt};
use crate::error::{During as _, Result, StoreError};

/// Records of one page at most.
pub const MAX_RECORDS: u32 = 1_000;

/// Which records are wanted. Everything that is given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Done by them.
    pub actor: Option<Actor>,
    /// About this.
    pub subject: Option<Subject>,
    /// Of this kind.
    pub action: Option<Action>,
    /// Ended like this.
    pub outcome: Option<Outcome>,
    /// At this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
}

/// A row of the table as it is, readable or not.
pub struct Raw {
    /// Its place.
    pub sequence: i64,
    /// What it says, if it can be read.
    pub record: Option<Record>,
}

impl Audit<'_> {
    /// The last record; `None` while there is none.
    pub async fn end(self) -> Result<Option<Receipt>> {
        let row = sqlx::query!("select sequence, hash from audit_records order by sequence desc limit 1")
            .fetch_optional(self.store.pool())
            .await
            .during("reading the end of the audit log")?;
        row.map(|row| receipt(row.sequence, &row.hash)).transpose()
    }

    /// The hash of the record at this place.
    pub async fn hash_at(self, sequence: u64) -> Result<Option<Digest>> {
        let hash =
            sqlx::query_scalar!("select hash from audit_records where sequence = $1", column(sequence))
                .fetch_optional(self.store.pool())
                .await
                .during("reading a record of the audit log")?;
        hash.map(|hash| receipt(1, &hash).map(|receipt| receipt.hash)).transpose()
    }

    /// Records that match, the newest first, from before the given place on.
    pub async fn find(self, filter: &Filter, before: Option<u64>, limit: u32) -> Result<Vec<Record>> {
        let key = self.store.identifier_key().await?;
        let actor =
            filter.actor.map(|actor| actor.mark(&key).map_or_else(Vec::new, |mark: Mark| mark.0.to_vec()));
        let kind = filter.actor.map(Actor::kind);
        let action = filter.action.map(Action::as_str);
        let outcome = filter.outcome.map(Outcome::as_str);
        let before = before.map_or(i64::MAX, column);
        let limit = i64::from(limit.min(MAX_RECORDS));
        let subject = filter.subject.and_then(|subject| subject.mark(&key).packed());
        let rows = if let Some(subject) = subject {
            sqlx::query_as!(
                Row,
                r#"
                select sequence, at, actor_kind, actor, action, subjects, outcome, details, previous, hash
                  from audit_records
                 where audit_marks(subjects) @> array[$1::bytea] and sequence < $2
                   and ($3::bytea is null or actor = $3) and ($4::text is null or actor_kind = $4)
                   and ($5::text is null or action = $5) and ($6::text is null or outcome = $6)
                   and ($7::timestamptz is null or at >= $7) and ($8::timestamptz is null or at < $8)
                 order by sequence desc limit $9
                "#,
                &subject[..],
                before,
                actor,
                kind,
                action,
                outcome,
                filter.since,
                filter.until,
                limit
            )
            .fetch_all(self.store.pool())
            .await
        } else {
            sqlx::query_as!(
                Row,
                r#"
                select sequence, at, actor_kind, actor, action, subjects, outcome, details, previous, hash
                  from audit_records
                 where sequence < $1
                   and ($2::bytea is null or actor = $2) and ($3::text is null or actor_kind = $3)
                   and ($4::text is null or action = $4) and ($5::text is null or outcome = $5)
                   and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
                 order by sequence desc limit $8
                "#,
                before,
                actor,
                kind,
                action,
                outcome,
                filter.since,
                filter.until,
                limit
            )
            .fetch_all(self.store.pool())
            .await
        }
        .during("searching the audit log")?;
        rows.into_iter().map(readable).collect()
    }

    /// Rows after the given place, in their order, readable or not: for verifying and exporting.
    pub async fn after(self, sequence: u64, limit: u32) -> Result<Vec<Raw>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select sequence, at, actor_kind, actor, action, subjects, outcome, details, previous, hash
              from audit_records where sequence > $1 order by sequence limit $2
            "#,
            column(sequence),
            i64::from(limit.min(MAX_RECORDS))
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading the audit log")?;
        Ok(rows
            .into_iter()
            .map(|row| Raw { sequence: row.sequence, record: Record::from_row(row).ok() })
            .collect())
    }

    /// The hidden id of somebody or something, for whoever looks for it in an export.
    pub async fn hidden_id(self, subject: Subject) -> Result<Mark> {
        Ok(subject.mark(&*self.store.identifier_key().await?).mark)
    }
}

fn readable(row: Row) -> Result<Record> {
    Record::from_row(row).map_err(|_| StoreError::Corrupt { what: "record of the audit log" })
}

fn receipt(sequence: i64, hash: &[u8]) -> Result<Receipt> {
    let corrupt = || StoreError::Corrupt { what: "record of the audit log" };
    Ok(Receipt {
        sequence: u64::try_from(sequence).map_err(|_| corrupt())?,
        hash: Digest::try_from(hash).map_err(|_| corrupt())?,
    })
}
