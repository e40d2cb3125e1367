//! What is left after `kill -9`.
//!
//! The test starts itself a second time as a writer, lets it say what it has flushed, kills it without a warning at
//! changing moments, and looks at the directory. What was flushed must be there, and writing must go on.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use voiceassist_rag::index::ChunkIndex;
use voiceassist_rag::index::edge::EdgeIndex;

use super::{EPOCH, chunk, point, spec};

/// Tells the writer where to write.
const DIRECTORY: &str = "VOICEASSIST_TEST_CRASH_DIRECTORY";
/// Points per flush.
const STEP: u128 = 40;
/// How long the writer lives after its first flush, in milliseconds; it optimises now and then meanwhile.
const MOMENTS: [u64; 4] = [0, 35, 150, 420];

#[tokio::test]
async fn flushed_points_survive_a_kill_at_any_moment() {
    let directory = TempDir::new().unwrap();
    let mut flushed = 0;
    for moment in MOMENTS {
        let reached = write_until_killed(directory.path(), Duration::from_millis(moment));
        assert!(reached > flushed, "the writer wrote nothing after a crash");
        flushed = reached;
        let index = EdgeIndex::open(directory.path().to_owned(), spec(), EPOCH).await.unwrap();
        let all: Vec<_> = (0..flushed).map(chunk).collect();
        let found = index.contains(all.clone()).await.unwrap();
        assert_eq!(found.len(), all.len(), "killed after {moment} ms");
    }
}

/// Runs the writer and gives the number of points it had flushed when it was killed.
fn write_until_killed(directory: &Path, after: Duration) -> u128 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "index::crash::writes_until_killed", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
    let number = |line: String| line.strip_prefix("flushed ").and_then(|number| number.parse::<u128>().ok());
    let first = lines.find_map(number).expect("the writer flushes at least once");
    std::thread::sleep(after);
    writer.kill().unwrap();
    writer.wait().unwrap();
    lines.filter_map(number).last().unwrap_or(first)
}

#[tokio::test]
#[ignore = "the other half of the test above, which starts and kills it"]
async fn writes_until_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let index = EdgeIndex::open(directory.into(), spec(), EPOCH).await.unwrap();
    let mut next = u128::from(index.count().await.unwrap()) / STEP * STEP;
    loop {
        let points = (next..next + STEP).map(|number| {
            point(number, number / 10, 1, &format!("word{number} shared"), Some([1.0, 0.0, 0.0, 0.0]))
        });
        index.upsert(points.collect()).await.unwrap();
        index.flush().await.unwrap();
        next += STEP;
        println!("\nflushed {next}");
        if next.is_multiple_of(STEP * 4) {
            index.optimise().await.unwrap();
        }
    }
}
