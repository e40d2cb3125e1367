//! What becomes of a job that did not finish.

use chrono::TimeDelta;
use voiceassist_model::Reason;
use voiceassist_store::checks::CheckState;
use voiceassist_store::jobs::{Job, Leased};

use crate::{Context, JobError};

/// Tries until a job is buried for a person to look at.
const MAX_ATTEMPTS: u32 = 8;
/// The wait before the second try; it doubles with every further one.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
/// No wait is longer.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(30);

/// Puts the job back, or buries it. Returns what happened, for the metric.
pub(super) async fn settle(
    context: &Context,
    leased: &Leased,
    error: JobError,
) -> Result<&'static str, JobError> {
    let jobs = context.store.jobs();
    match error {
        JobError::LeaseLost => Ok("lost"),
        JobError::Retry { .. } if leased.attempts < MAX_ATTEMPTS => {
            let after = match &error {
                JobError::Retry { after: Some(after), .. } => (*after).min(LONGEST_WAIT),
                _ => wait_before(leased.attempts),
            };
            let spread = context.jitter(u64::try_from(after.num_milliseconds() / 5).unwrap_or(0));
            let after = after + TimeDelta::milliseconds(i64::try_from(spread).unwrap_or(0));
            tracing::info!(job.kind = leased.job.kind(), attempts = leased.attempts, %error, "job put back");
            jobs.retry(leased, after, &error.to_string()).await?;
            Ok("retried")
        }
        JobError::Retry { .. } | JobError::GiveUp { .. } => {
            tracing::warn!(job.kind = leased.job.kind(), attempts = leased.attempts, %error, "job buried");
            if let Job::IngestDocument { document } = leased.job {
                crate::ingest::give_up(context, document, Reason::Internal).await?;
            }
            if let Job::CheckTruth { check } = leased.job {
                context.store.checks().note(check, CheckState::Failed, None).await?;
            }
            jobs.bury(leased, &error.to_string()).await?;
            Ok("buried")
        }
    }
}

/// Doubles with every attempt, up to a limit.
fn wait_before(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(16);
    (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{LONGEST_WAIT, wait_before};

    #[test]
    fn waits_double_up_to_the_limit() {
        assert_eq!(wait_before(1), TimeDelta::seconds(5));
        assert_eq!(wait_before(3), TimeDelta::seconds(20));
        assert_eq!(wait_before(100), LONGEST_WAIT);
    }
}
