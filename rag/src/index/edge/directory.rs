//! The index directory: who owns it, what it was made for, and the engine's log.
//!
//! Three things lie in it: `lock`, held by the owning process; `identity.json`, written before the first point and
//! never changed; and `shard`, which belongs to the engine. The log inside the shard is trimmed here: only its newest
//! parts are kept, because the engine needs to know the number of the last operation and nothing else.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::index::{IndexError, IndexIdentity, IndexSpec};

const LOCK: &str = "lock";
const IDENTITY: &str = "identity.json";
const SHARD: &str = "shard";
const LOG: &str = "wal";
/// A finished part of the log; what follows is the number of its first operation.
const LOG_PART: &str = "closed-";
/// An identity is a few hundred bytes; anything larger is not one.
const MAX_IDENTITY_BYTES: u64 = 64 * 1024;

/// Where the engine's files are.
pub(super) fn shard(directory: &Path) -> PathBuf {
    directory.join(SHARD)
}

/// Takes the directory for this process and reads what it was made for, or marks it as new.
pub(super) fn claim(
    directory: &Path,
    spec: &IndexSpec,
    epoch: Uuid,
) -> Result<(File, IndexIdentity), IndexError> {
    fs::create_dir_all(directory).map_err(|source| open_error(directory, source))?;
    let lock = lock(directory)?;
    let identity = match read_identity(directory)? {
        Some(identity) => identity,
        None => write_identity(directory, IndexIdentity::new(spec, epoch))?,
    };
    identity.check(spec)?;
    fs::create_dir_all(shard(directory)).map_err(|source| open_error(directory, source))?;
    Ok((lock, identity))
}

/// Takes the directory for this process as it is.
pub(super) fn claim_as_it_is(directory: &Path) -> Result<(File, IndexIdentity), IndexError> {
    let lock = lock(directory)?;
    let identity = read_identity(directory)?.ok_or_else(|| open_error(directory, "there is no index"))?;
    Ok((lock, identity))
}

/// Deletes what is in the directory, but not while another process has it.
pub(super) fn discard(directory: &Path) -> Result<(), IndexError> {
    if !directory.exists() {
        return Ok(());
    }
    let _lock = lock(directory)?;
    // The identity goes first: without it the rest is taken for a new, empty index after a crash in between.
    let remove = || {
        remove_if_there(fs::remove_file(directory.join(IDENTITY)))?;
        remove_if_there(fs::remove_dir_all(shard(directory)))
    };
    remove().map_err(|source| open_error(directory, source))
}

fn remove_if_there(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn lock(directory: &Path) -> Result<File, IndexError> {
    let file = File::options().create(true).truncate(false).write(true).open(directory.join(LOCK));
    let file = file.map_err(|source| open_error(directory, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(IndexError::Locked { directory: directory.display().to_string() })
        }
        Err(TryLockError::Error(source)) => Err(open_error(directory, source)),
    }
}

pub(super) fn read_identity(directory: &Path) -> Result<Option<IndexIdentity>, IndexError> {
    let path = directory.join(IDENTITY);
    let size = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(open_error(directory, source)),
    };
    if size > MAX_IDENTITY_BYTES {
        return Err(open_error(directory, "its identity.json is not an identity"));
    }
    let bytes = fs::read(&path).map_err(|source| open_error(directory, source))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|source| open_error(directory, source))
}

fn write_identity(directory: &Path, identity: IndexIdentity) -> Result<IndexIdentity, IndexError> {
    // Points of an index whose identity is gone belong to nobody any more.
    remove_if_there(fs::remove_dir_all(shard(directory))).map_err(|source| open_error(directory, source))?;
    let bytes = serde_json::to_vec_pretty(&identity).map_err(|source| open_error(directory, source))?;
    let write = || {
        let mut draft = tempfile::NamedTempFile::new_in(directory)?;
        draft.write_all(&bytes)?;
        draft.as_file().sync_all()?;
        draft.persist(directory.join(IDENTITY))?;
        File::open(directory)?.sync_all()
    };
    write().map_err(|source| open_error(directory, source))?;
    Ok(identity)
}

/// Deletes the finished parts of the log but the newest. The shard must not be open.
pub(super) fn trim_log(shard: &Path) -> io::Result<()> {
    let mut parts = Vec::new();
    let entries = match fs::read_dir(shard.join(LOG)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(Ok(first)) = name.strip_prefix(LOG_PART).map(str::parse::<u64>) {
            parts.push((first, path));
        }
    }
    parts.sort();
    parts.pop();
    // Oldest first: the engine wants what is left to be without gaps, after a crash too.
    parts.into_iter().try_for_each(|(_, path)| fs::remove_file(path))
}

/// Bytes in the log.
pub(super) fn log_bytes(shard: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(shard.join(LOG)) else { return 0 };
    entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}

pub(super) fn open_error(
    directory: &Path,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> IndexError {
    IndexError::Open { place: format!("in {}", directory.display()), source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::{LOG, trim_log};

    #[test]
    fn trimming_keeps_the_newest_finished_part_and_what_is_open() {
        let shard = tempfile::tempdir().unwrap();
        let log = shard.path().join(LOG);
        std::fs::create_dir(&log).unwrap();
        for name in ["closed-0", "closed-9", "closed-100", "open-4", "first-index"] {
            std::fs::write(log.join(name), b"").unwrap();
        }
        trim_log(shard.path()).unwrap();
        let mut left: Vec<_> = std::fs::read_dir(&log)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["closed-100", "first-index", "open-4"]);
    }

    #[test]
    fn a_shard_without_a_log_is_left_alone() {
        trim_log(tempfile::tempdir().unwrap().path()).unwrap();
    }
}
