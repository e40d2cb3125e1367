//! Lines on which mail servers say that something happened in an inbox (IDLE).
//!
//! The leader keeps one for each mailbox, up to a limit; mailboxes beyond it, and servers that cannot be waited for, are
//! looked at by the timer. What is heard becomes a job and is never believed: the look asks for itself. A line that broke
//! is opened again after growing, jittered waits, and one look follows, because what was said meanwhile is lost. A
//! refused password ends the line until the mailbox has another.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use voiceassist_dav::imap::{FolderName, ImapError, MailConnection, TlsTrust, Woken};
use voiceassist_model::MailAccountId;
use voiceassist_store::jobs::{Enqueue, Job, Lane};

use crate::{Context, JobError, MAIL_LINES};

/// Lines open at most.
const MAX_LINES: u32 = 1_000;
/// Lines opened in one round, because each costs a sign-in.
const OPENED_PER_ROUND: usize = 20;
/// The time between two looks at who should have a line.
const ROUND: Duration = Duration::from_secs(15);
/// How long a line waits at a stretch. What stands between us forgets silent lines sooner than servers do.
const WAIT: Duration = Duration::from_mins(4);
/// The wait before the second try; it doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// A line that lived this long was a good one: the next wait is the first again.
const GOOD_LINE: Duration = Duration::from_mins(5);

/// The lines of the leader.
#[derive(Default)]
pub struct Listeners {
    tasks: JoinSet<()>,
    open: HashMap<MailAccountId, (DateTime<Utc>, AbortHandle)>,
    looked: Option<Instant>,
}

impl Listeners {
    /// Opens lines that are missing and drops those nobody needs. Does nothing most of the times it is called.
    pub async fn settle(&mut self, context: &Context) -> Result<(), JobError> {
        if self.looked.is_some_and(|looked| looked.elapsed() < ROUND) {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        let trust = TlsTrust::new(&[]).map_err(|error| JobError::give_up("reading certificates", error))?;
        self.settle_now(context, &trust).await
    }

    /// The same, now.
    pub async fn settle_now(&mut self, context: &Context, trust: &TlsTrust) -> Result<(), JobError> {
        while self.tasks.try_join_next().is_some() {}
        let wanted: HashMap<MailAccountId, DateTime<Utc>> =
            context.store.mail().to_listen(MAX_LINES).await?.into_iter().collect();
        // A line goes with the state it was opened in: another password is another state. One that ended by itself was
        // refused, or cannot be waited on, and stays ended until then.
        self.open.retain(|mailbox, (since, task)| {
            let keep = wanted.get(mailbox) == Some(since);
            if !keep {
                task.abort();
            }
            keep
        });
        let missing: Vec<_> =
            wanted.into_iter().filter(|(mailbox, _)| !self.open.contains_key(mailbox)).collect();
        for (mailbox, since) in missing.into_iter().take(OPENED_PER_ROUND) {
            let line = Listener { context: context.clone(), trust: trust.clone(), mailbox };
            self.open.insert(mailbox, (since, self.tasks.spawn(line.keep())));
        }
        let alive = self.open.values().filter(|(_, task)| !task.is_finished()).count();
        metrics::gauge!(MAIL_LINES).set(alive as f64);
        Ok(())
    }

    /// Ends every line.
    pub fn hang_up(&mut self) {
        self.tasks.abort_all();
        self.open.clear();
        self.looked = None;
        metrics::gauge!(MAIL_LINES).set(0.0);
    }
}

/// One mailbox's line, and what opening it again takes.
struct Listener {
    context: Context,
    trust: TlsTrust,
    mailbox: MailAccountId,
}

impl Listener {
    /// Keeps the line until the mailbox is refused, gone, or cannot be waited on.
    async fn keep(self) {
        let (mut failures, mut was_open) = (0_u32, false);
        loop {
            let begun = Instant::now();
            match self.hold(&mut was_open).await {
                Ok(()) | Err(ImapError::NoMethod) => return,
                Err(ImapError::Unauthorized) => {
                    // The look meets the same refusal and says so.
                    self.look().await;
                    return;
                }
                Err(error) => {
                    tracing::debug!(mail.id = %self.mailbox, code = error.code(), "a line to a mail server broke");
                }
            }
            failures = if begun.elapsed() >= GOOD_LINE { 1 } else { failures + 1 };
            tokio::time::sleep(self.pause(failures)).await;
        }
    }

    /// One line from opening to breaking. `Ok` when the mailbox cannot have one.
    async fn hold(&self, was_open: &mut bool) -> Result<(), ImapError> {
        let Ok(Some(secret)) = self.context.store.mail().connection(self.mailbox).await else {
            return Ok(());
        };
        let Some(connection) = MailConnection::read(&secret) else { return Ok(()) };
        let Ok(inbox) = FolderName::from_wire("INBOX") else { return Ok(()) };
        let destinations = self.context.connections.transport().destinations();
        let mut session = connection.open(&self.trust, destinations).await?;
        let mut opened = session.open(&inbox).await?;
        if std::mem::replace(was_open, true) {
            self.look().await;
        }
        loop {
            if opened.idle(WAIT).await? == Woken::News {
                self.look().await;
            }
        }
    }

    /// Queues a look, ahead of first listings.
    async fn look(&self) {
        let mut job = Enqueue::new(Job::SyncMail { mailbox: self.mailbox });
        job.lane = Lane::Interactive;
        if let Err(error) = self.context.store.jobs().enqueue_now(job).await {
            tracing::warn!(mail.id = %self.mailbox, %error, "a hint was lost; the timer makes up for it");
        }
    }

    /// Doubles with every failure, up to a limit; half of it is chance.
    fn pause(&self, failures: u32) -> Duration {
        let doubled =
            FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST_WAIT);
        let half = doubled / 2;
        half + Duration::from_millis(self.context.jitter(u64::try_from(half.as_millis()).unwrap_or(u64::MAX)))
    }
}
