//! Deep checks: who asked for one, how far it has come, and what it found.
//!
//! The index may be open in one process only, so whoever asks for a check and whoever runs it are seldom the same; they
//! meet in this table. A report holds numbers and ids, never a name or a path. Only the last few checks are kept.

use serde_json::Value;
use voiceassist_model::CheckId;

use crate::Store;
use crate::error::{During as _, Result};
use crate::jobs::{Enqueue, Job, Lane};

/// Checks that are kept.
const KEPT: i64 = 20;

/// Deep checks.
#[derive(Clone, Copy)]
pub struct Checks<'a> {
    pub(crate) store: &'a Store,
}

/// A check, and how far it has come.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// Its id.
    pub id: CheckId,
    /// Whether what is found is to be put right.
    pub repair: bool,
    /// Where it stands.
    pub state: CheckState,
    /// What it found so far, in the form of whoever runs it.
    pub report: Option<Value>,
}

/// Where a check stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckState {
    /// Nobody has begun.
    Waiting,
    /// Somebody looks.
    Running,
    /// It has come to its end.
    Done,
    /// It was given up.
    Failed,
}

impl CheckState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Done, Self::Failed];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more will happen.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

impl Checks<'_> {
    /// Asks for a check; a worker begins as soon as one is free.
    pub async fn request(self, repair: bool) -> Result<CheckId> {
        let id = CheckId::from_uuid(self.store.new_uuid());
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            "delete from checks where id not in (select id from checks order by requested_at desc limit $1)",
            KEPT - 1
        )
        .execute(tx.connection())
        .await
        .during("forgetting old checks")?;
        sqlx::query!(
            "insert into checks (id, repair, state, requested_at) values ($1, $2, 'waiting', $3)",
            id.as_uuid(),
            repair,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("asking for a check")?;
        let job = Enqueue::new(Job::CheckTruth { check: id }).in_lane(Lane::Interactive);
        self.store.jobs().enqueue(&mut tx, job).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The check with this id.
    pub async fn find(self, id: CheckId) -> Result<Option<Check>> {
        let row = sqlx::query!("select repair, state, report from checks where id = $1", id.as_uuid())
            .fetch_optional(self.store.pool())
            .await
            .during("finding a check")?;
        let state = |name: &str| CheckState::ALL.into_iter().find(|state| state.as_str() == name);
        Ok(row.map(|row| Check {
            id,
            repair: row.repair,
            // A state of a newer release is not an end that this one knows.
            state: state(&row.state).unwrap_or(CheckState::Running),
            report: row.report,
        }))
    }

    /// Says how far a check has come, or how it ended.
    pub async fn note(self, id: CheckId, state: CheckState, report: Option<&Value>) -> Result<()> {
        sqlx::query!(
            r#"
            update checks set state = $2, report = coalesce($3, report), finished_at = case when $4 then $5::timestamptz end
             where id = $1
            "#,
            id.as_uuid(),
            state.as_str(),
            report,
            state.is_over(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("noting how far a check has come")?;
        Ok(())
    }
}
