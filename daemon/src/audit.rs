//! The keeper of checkpoints: signs what the end of the audit log is, and puts it where the database cannot reach.
//!
//! One replica at a time does so by a lease, after so many records or so much time, and once more when it stops. Each
//! checkpoint is a line in a file that is only added to (and on disk before anything else happens) and a line in the log,
//! so that a journal that is shipped elsewhere keeps it too. Before a new one is signed, the last one is held against the
//! database: a chain that no longer holds what it said is reported loudly, and still recorded from there on, because the
//! old checkpoints stay and tell the difference. The module refuses to remove or rewrite any of them.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use voiceassist_store::Store;
use voiceassist_store::audit::checkpoint::{Checkpoint, Found};
use voiceassist_store::audit::signature::AuditKey;
use voiceassist_store::audit::{Entry, Unaudited};
use voiceassist_store::leases::LeaderLease;

use crate::config::Config;
use crate::keys;

/// The lease of whoever keeps checkpoints.
const LEASE: &str = "audit";
const LEASE_TIME: TimeDelta = TimeDelta::seconds(30);
/// Between two looks at the end of the log.
const LOOK: Duration = Duration::from_secs(5);
/// The longest file of checkpoints that is read: some hundred years of one every five minutes.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// The end of the file that holds its last line.
const LAST_LINE_BYTES: u64 = 4096;

/// Signs and keeps.
pub struct Notary {
    store: Store,
    key: AuditKey,
    file: PathBuf,
    records: u64,
    age: TimeDelta,
    /// What was kept last, by whoever kept it in this file.
    last: Option<Checkpoint>,
}

/// Why no checkpoint was made, or which one.
#[derive(Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing new, or not enough of it yet.
    NotYet,
    /// This one.
    Kept(Checkpoint),
}

impl Notary {
    /// The keeper of this configuration.
    pub fn new(config: &Config, store: &Store) -> anyhow::Result<Self> {
        let file = config.checkpoints_file();
        let last = last_in(&file)?;
        let seconds = i64::try_from(config.audit.checkpoint_seconds).unwrap_or(i64::MAX / 1_000);
        Ok(Self {
            store: store.clone(),
            key: keys::read_audit_key(&config.audit_key_file())?,
            file,
            records: config.audit.checkpoint_records,
            age: TimeDelta::seconds(seconds),
            last,
        })
    }

    /// Makes a checkpoint if it is time for one, or `now` if there is anything new at all.
    pub async fn look(&mut self, now: bool) -> anyhow::Result<Look> {
        let Some(end) = self.store.audit().end().await? else { return Ok(Look::NotYet) };
        let time = self.store.clock().now();
        if let Some(last) = &self.last {
            let kept = self.store.audit().hash_at(last.end.sequence).await?;
            if kept != Some(last.end.hash) {
                tracing::error!(
                    sequence = last.end.sequence,
                    "the audit log does not hold what was last signed; run `voiceassist audit verify`"
                );
            } else if end == last.end
                || !(now || end.sequence - last.end.sequence >= self.records || time - last.at >= self.age)
            {
                return Ok(Look::NotYet);
            }
            if end == last.end {
                return Ok(Look::NotYet);
            }
        }
        let checkpoint = Checkpoint::sign(&self.key, end, time)?;
        self.keep(&checkpoint)?;
        Ok(Look::Kept(checkpoint))
    }

    /// Adds a checkpoint to the file, durably, and to the log.
    pub fn keep(&mut self, checkpoint: &Checkpoint) -> anyhow::Result<()> {
        add_line(&self.file, &checkpoint.to_string())
            .with_context(|| format!("adding to {}", self.file.display()))?;
        tracing::info!("{checkpoint}");
        self.last = Some(checkpoint.clone());
        Ok(())
    }

    /// The key.
    pub const fn key(&self) -> &AuditKey {
        &self.key
    }

    /// Every checkpoint in the file.
    pub fn kept(&self) -> anyhow::Result<Found> {
        read(&self.file)
    }
}

/// Keeps checkpoints while this replica holds the lease, until told to stop; then makes a last one.
pub async fn watch(mut notary: Notary, replica: String, stop: CancellationToken) {
    let mut held: Option<LeaderLease> = None;
    loop {
        let stopping = stop.is_cancelled();
        held = renewed(&notary.store, &replica, held).await;
        if held.is_some()
            && let Err(error) = notary.look(stopping).await
        {
            tracing::error!(error = format!("{error:#}"), "no checkpoint of the audit log could be kept");
        }
        if stopping {
            break;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    if let Some(lease) = held
        && let Err(error) = notary.store.leases().release(lease).await
    {
        tracing::debug!(%error, "the lease of the checkpoints will expire by itself");
    }
}

async fn renewed(store: &Store, replica: &str, held: Option<LeaderLease>) -> Option<LeaderLease> {
    if let Some(mut lease) = held
        && store.leases().renew(&mut lease, LEASE_TIME).await.is_ok()
    {
        return Some(lease);
    }
    store.leases().acquire(LEASE, replica, LEASE_TIME).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the lease of the checkpoints could not be asked for");
        None
    })
}

/// Every checkpoint of a file or of a log; none if there is no such file yet.
pub fn read(path: &Path) -> anyhow::Result<Found> {
    let reading = || format!("reading {}", path.display());
    let mut text = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(MAX_FILE_BYTES).read_to_end(&mut text).with_context(reading)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error).with_context(reading),
    };
    Ok(Checkpoint::all_in(&String::from_utf8_lossy(&text)))
}

fn last_in(path: &Path) -> anyhow::Result<Option<Checkpoint>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST_LINE_BYTES)))?;
    let mut end = Vec::new();
    file.take(LAST_LINE_BYTES).read_to_end(&mut end)?;
    Ok(Checkpoint::all_in(&String::from_utf8_lossy(&end)).checkpoints.pop())
}

/// A crash may have left half a line; the new one begins on a line of its own all the same.
fn add_line(path: &Path, line: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let length = file.metadata()?.len();
    let mut is_torn = false;
    if length > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        is_torn = last != *b"\n";
    }
    let gap = if is_torn { "\n" } else { "" };
    file.write_all(format!("{gap}{line}\n").as_bytes())?;
    file.sync_all()?;
    if length == 0
        && let Some(parent) = path.parent()
    {
        // The name of a new file is durable only with its directory.
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// An action of whoever runs a command here: recorded before it is carried out, and how it ended.
pub async fn operated<T, E: Into<anyhow::Error>>(
    store: &Store,
    entry: Entry,
    action: impl Future<Output = Result<T, E>>,
) -> anyhow::Result<T> {
    store.audit().around(by_operator(entry), action).await.map_err(|error| match error {
        Unaudited::NotBegun(error) => {
            anyhow::Error::from(error).context("nothing was done, because it could not be recorded")
        }
        Unaudited::EndUnrecorded(error) => {
            anyhow::Error::from(error).context("it was done, and that could not be recorded")
        }
        Unaudited::Action(error) => error.into(),
    })
}

/// Who runs the command, as the system numbers its users.
pub fn by_operator(entry: Entry) -> Entry {
    entry.count("uid", u64::from(rustix::process::getuid().as_raw()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{add_line, read};

    #[test]
    fn lines_are_only_added_in_a_closed_file_and_half_a_line_spoils_none() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("deeper/checkpoints");
        add_line(&path, "one").expect("added");
        assert_eq!(path.metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "one\nhal").expect("torn");
        add_line(&path, "two").expect("added");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "one\nhal\ntwo\n");
        assert!(read(&directory.path().join("none")).expect("read").checkpoints.is_empty());
    }
}
