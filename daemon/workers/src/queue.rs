//! Jobs are taken from Postgres and run, one at a time per worker.
//!
//! Workers sleep until a new job is announced or the earliest delayed one is due, with a jittered look in between in
//! case an announcement was lost. One worker takes only access changes and what a person waits for, so that a thousand
//! new documents never delay a revoked share. A job's lease is extended while it runs; a worker that loses its lease
//! drops the work, because somebody else has it.

mod outcome;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use voiceassist_store::jobs::Lane;

use crate::Context;

/// How many workers run, and under which name.
#[derive(Clone, Debug)]
pub struct RunnerSettings {
    /// Names this replica in leases.
    pub replica: String,
    /// Workers that take any job. One more takes only urgent ones.
    pub workers: usize,
}

/// The workers of one replica.
pub struct Runner {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Runner {
    /// Starts the workers.
    pub fn start(context: &Context, settings: &RunnerSettings) -> Self {
        let tracker = TaskTracker::new();
        let stop = CancellationToken::new();
        let wake = Arc::new(Notify::new());
        tracker.spawn(listen(context.clone(), Arc::clone(&wake), stop.clone()));
        let urgent: &[Lane] = &[Lane::Access, Lane::Interactive];
        let lanes =
            std::iter::once(urgent).chain(std::iter::repeat_n(Lane::ALL.as_slice(), settings.workers));
        for (number, lanes) in lanes.enumerate() {
            let worker = worker::Worker {
                context: context.clone(),
                name: format!("{}/{number}", settings.replica),
                lanes: lanes.to_vec(),
                wake: Arc::clone(&wake),
                stop: stop.clone(),
            };
            tracker.spawn(worker.run());
        }
        tracker.close();
        Self { tracker, stop }
    }

    /// Stops taking jobs; running ones are stopped where they are and handed back to the queue, for which `grace` is
    /// given. Steps are durable or done again, so nothing is lost by it.
    pub async fn stop(self, grace: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(grace, self.tracker.wait()).await.is_err() {
            tracing::warn!(
                "jobs were still running at the end of the grace period; their leases will expire"
            );
        }
    }
}

/// Wakes every worker when a job is announced.
async fn listen(context: Context, wake: Arc<Notify>, stop: CancellationToken) {
    let mut announcements = std::pin::pin!(context.store.jobs().wakeups());
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            next = announcements.next() => match next {
                Some(()) => wake.notify_waiters(),
                None => return,
            },
        }
    }
}
