//! The policy's rules, taken anew when somebody changes them.
//!
//! The directory is looked at every few seconds; a change of any file's name, time or size has all rules read again. A
//! set that cannot be used is refused with its reason in the log, and the one before stays in force, so that a slip of
//! the pen locks nobody out and lets nobody in.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;
use voiceassist_server::auth::policy::Policies;

/// The time between two looks at the directory.
const GLANCE: Duration = Duration::from_secs(5);

/// A file's name, time and size.
type Mark = (String, Option<SystemTime>, u64);

/// Follows changes of the rules until told to stop. Built-in rules do not change.
pub async fn follow(policies: Arc<Policies>, stop: CancellationToken) {
    let Some(directory) = policies.directory().map(Path::to_owned) else { return };
    let mut seen = marks(&directory);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(GLANCE) => {}
        }
        let now = marks(&directory);
        if now == seen {
            continue;
        }
        seen = now;
        match policies.reload() {
            Ok(()) => tracing::info!("the policy has changed"),
            Err(error) => {
                tracing::error!(%error, "the changed policy cannot be used; the one before stays in force");
            }
        }
    }
}

/// What can be told of the files without reading them. What cannot be listed looks empty, and reading it then says why.
fn marks(directory: &Path) -> Vec<Mark> {
    let (mut marks, mut waiting) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() && marks.len() < MOST_MARKS {
                waiting.push(entry.path());
            }
            let name = entry.path().to_string_lossy().into_owned();
            marks.push((name, metadata.modified().ok(), metadata.len()));
        }
        if marks.len() >= MOST_MARKS {
            break;
        }
    }
    marks.sort();
    marks
}

/// Files looked at; a policy may have fewer.
const MOST_MARKS: usize = 1_000;
