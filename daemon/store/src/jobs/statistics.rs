//! How long the queue is, for metrics, readiness and the person who wonders.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Job, Jobs, Lane};
use crate::error::{During as _, Result};

/// One lane of the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LaneStats {
    /// Which.
    pub lane: Lane,
    /// Jobs that could run now.
    pub waiting: u64,
    /// Jobs somebody works on.
    pub running: u64,
    /// Jobs put off to a later time.
    pub delayed: u64,
    /// How long the one that could have run first has waited since it could.
    pub oldest_age: Option<TimeDelta>,
}

/// The queue in numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueStats {
    /// Every lane, in the order in which they are served.
    pub lanes: Vec<LaneStats>,
    /// Jobs that were given up.
    pub dead: u64,
}

impl QueueStats {
    /// Jobs that wait or run.
    pub fn due(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.waiting + lane.running).sum()
    }

    /// Jobs that wait, run or are put off.
    pub fn unfinished(&self) -> u64 {
        self.due() + self.lanes.iter().map(|lane| lane.delayed).sum::<u64>()
    }
}

impl Jobs<'_> {
    /// The queue in numbers.
    pub async fn stats(self) -> Result<QueueStats> {
        let now = self.store.now();
        let rows = sqlx::query!(
            r#"
            select lane,
                   count(*) filter (where state = 'waiting' and run_at <= $1) as "waiting!",
                   count(*) filter (where state = 'running') as "running!",
                   count(*) filter (where state = 'waiting' and run_at > $1) as "delayed!",
                   min(run_at) filter (where state = 'waiting' and run_at <= $1) as oldest
              from jobs group by lane
            "#,
            now
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting jobs")?;
        let dead = sqlx::query_scalar!(r#"select count(*) as "count!" from dead_letters"#)
            .fetch_one(self.store.pool())
            .await
            .during("counting dead letters")?;
        let lanes = Lane::ALL.into_iter().map(|lane| {
            let empty = LaneStats { lane, waiting: 0, running: 0, delayed: 0, oldest_age: None };
            rows.iter().find(|row| row.lane == lane.number()).map_or(empty, |row| LaneStats {
                lane,
                waiting: row.waiting.unsigned_abs(),
                running: row.running.unsigned_abs(),
                delayed: row.delayed.unsigned_abs(),
                oldest_age: row.oldest.map(|oldest| now - oldest),
            })
        });
        Ok(QueueStats { lanes: lanes.collect(), dead: dead.unsigned_abs() })
    }

    /// Whether a job like this one waits or runs.
    pub async fn is_unfinished(self, job: &Job) -> Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (select from jobs where subject = $1 and kind = $2) as "exists!""#,
            job.subject(),
            job.kind()
        )
        .fetch_one(self.store.pool())
        .await
        .during("looking for a job")
    }

    /// When the next job of these lanes becomes due, or the next lease runs out: how long a worker may sleep. One look
    /// into an index for each lane, however many jobs wait.
    pub async fn next_run_at(self, lanes: &[Lane]) -> Result<Option<DateTime<Utc>>> {
        let lanes: Vec<i16> = lanes.iter().map(|lane| lane.number()).collect();
        sqlx::query_scalar!(
            r#"
            select least(
                (select min(next.run_at)
                   from unnest($1::smallint[]) as wanted (lane)
                  cross join lateral (select run_at from jobs where jobs.lane = wanted.lane and state = 'waiting'
                                       order by run_at limit 1) as next),
                (select min(leased_until) from jobs where state = 'running' and lane = any($1)))
            "#,
            &lanes
        )
        .fetch_one(self.store.pool())
        .await
        .during("looking for the next job")
    }
}
