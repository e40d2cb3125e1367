//! Do mirror, index and server say the same?
//!
//! ```text
//! every point  ─▶ is there such a chunk, of this document, for these readers?      index  → Postgres
//! every chunk  ─▶ is there a point?                                                Postgres → index
//! every document ─▶ are its readers the people whose trees hold it? is it stuck?   Postgres → Postgres
//! every account  ─▶ a whole listing as the person: is each file where the mirror has it, and nothing else there?
//! ```
//!
//! Everything goes page by page; the only thing held is eight bytes for each file of one account. Ordinary work goes on
//! meanwhile, so documents with a job are left to that job, and an account whose tree moved while it was listed is
//! reported as catching up and not as wrong. A repair queues ordinary jobs; it never writes to the index or to Nextcloud
//! itself, and doing it twice changes nothing.

use chrono::TimeDelta;
use voiceassist_model::CheckId;
use voiceassist_store::checks::CheckState;

use crate::{Context, JobError};

mod accounts;
mod documents;
mod points;
pub mod report;

pub use report::{Fault, Report};

/// Rows of one page.
const PAGE: u32 = 4_096;
/// A document without a job is stuck when nothing happened to it for this long.
const STUCK_AFTER: TimeDelta = TimeDelta::minutes(10);

/// One check in progress.
struct Looking<'a> {
    context: &'a Context,
    check: CheckId,
    repair: bool,
    report: Report,
}

/// Runs a check that somebody asked for.
pub async fn check(context: &Context, check: CheckId) -> Result<(), JobError> {
    let Some(asked) = context.store.checks().find(check).await? else {
        return Ok(());
    };
    if asked.state.is_over() {
        return Ok(());
    }
    let mut looking = Looking { context, check, repair: asked.repair, report: Report::default() };
    looking.say(CheckState::Running).await?;
    points::look(&mut looking).await?;
    documents::look(&mut looking).await?;
    accounts::look(&mut looking).await?;
    looking.report.part = None;
    looking.say(CheckState::Done).await
}

impl Looking<'_> {
    /// Lets whoever asked see how far this is.
    async fn say(&self, state: CheckState) -> Result<(), JobError> {
        let report = serde_json::to_value(&self.report)
            .map_err(|error| JobError::give_up("writing a report", error))?;
        Ok(self.context.store.checks().note(self.check, state, Some(&report)).await?)
    }
}
