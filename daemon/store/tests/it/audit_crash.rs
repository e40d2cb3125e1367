//! Killed at any instant, the log holds what was acknowledged and has no gap.

use std::process::Command;
use std::sync::Arc;

use voiceassist_model::ManualClock;

use crate::audit::fresh;
use crate::audit_kills::{WRITERS, run, write_until_killed};
use crate::clinic::{MASTER, start_of_time, store_at};

const URL: &str = "VOICEASSIST_AUDIT_CRASH_URL";
const ROUND: &str = "VOICEASSIST_AUDIT_CRASH_ROUND";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_kills_of_sixty_four_writers_lose_no_acknowledged_action_and_leave_no_gap() {
    let (database, store) = fresh().await;
    let program = std::env::current_exe().unwrap();
    let tally = run(&store, 3, |round| {
        let mut child = Command::new(&program);
        child.args(["--ignored", "--exact", "--nocapture", "audit_crash::writes_until_it_is_killed"]);
        child.env(URL, database.url()).env(ROUND, round.to_string());
        child
    })
    .await;
    assert!(tally.records >= tally.acknowledged && tally.acknowledged > WRITERS, "{tally:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "not a test of its own: the child process of the one above"]
#[expect(clippy::disallowed_methods, reason = "a child process is told what to do by its environment")]
async fn writes_until_it_is_killed() {
    let url = std::env::var(URL).unwrap();
    let round = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = store_at(&url, &Arc::new(ManualClock::at(start_of_time())), MASTER, 1).await;
    write_until_killed(store, round).await;
}
