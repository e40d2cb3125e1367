//! The models on this machine: which there should be, which there are, and how they get here.
//!
//! `models.lock.toml` is the whole list; it is built into the program. [`list`] looks at sizes and is quick enough for a
//! start-up, [`verify`] reads and hashes everything, [`pull()`] fetches what is missing. The program starts and serves
//! without any of these files and says what it cannot do meanwhile; it refuses to fetch them by itself.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(crate) mod lock;
mod package;
pub(crate) mod pull;

pub(crate) use lock::{Lock, LockedFile};
pub(crate) use pull::{Progress, pull};

/// Read at once while hashing.
const HASH_BUFFER_BYTES: usize = 256 * 1024;

/// Whether a file is as the lock wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It is not there.
    Missing,
    /// It is there, with the right size, or the right hash where that was asked for.
    Present,
    /// It is there and is something else: damaged, or from another release.
    Different,
}

/// A file of the lock and its state on this machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Installed {
    pub name: String,
    pub purpose: String,
    pub licence: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub state: State,
}

/// Where the embedder's files are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ModelPaths {
    pub runtime: PathBuf,
    pub embedder: PathBuf,
    pub tokenizer: PathBuf,
}

/// The embedder's files in this directory, whether they are there or not.
pub(crate) fn paths(directory: &Path) -> ModelPaths {
    ModelPaths {
        runtime: directory.join(lock::RUNTIME),
        embedder: directory.join(lock::EMBEDDER),
        tokenizer: directory.join(lock::EMBEDDER_TOKENIZER),
    }
}

/// The state of every file by its size alone.
pub(crate) fn list(lock: &Lock, directory: &Path) -> Vec<Installed> {
    lock.files.iter().map(|file| installed(file, directory, state_by_size(file, directory))).collect()
}

/// The state of every file by its hash.
pub(crate) fn verify(lock: &Lock, directory: &Path) -> io::Result<Vec<Installed>> {
    lock.files.iter().map(|file| Ok(installed(file, directory, state_by_hash(file, directory)?))).collect()
}

fn installed(file: &LockedFile, directory: &Path, state: State) -> Installed {
    Installed {
        name: file.name.clone(),
        purpose: file.purpose.clone(),
        licence: file.licence.clone(),
        path: directory.join(&file.install),
        bytes: file.result().bytes,
        state,
    }
}

fn state_by_size(file: &LockedFile, directory: &Path) -> State {
    match std::fs::metadata(directory.join(&file.install)) {
        Ok(found) if found.is_file() && found.len() == file.result().bytes => State::Present,
        Ok(_) => State::Different,
        Err(_) => State::Missing,
    }
}

fn state_by_hash(file: &LockedFile, directory: &Path) -> io::Result<State> {
    let state = state_by_size(file, directory);
    if state != State::Present {
        return Ok(state);
    }
    let hash = sha256(&mut File::open(directory.join(&file.install))?)?;
    Ok(if hash == file.result().sha256 { State::Present } else { State::Different })
}

/// The hash of everything that can be read, in lower-case hexadecimal.
fn sha256(reader: &mut impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Lock, State, list, paths, verify};

    #[test]
    fn the_embedders_paths_are_the_locks() {
        let directory = tempfile::tempdir().unwrap();
        let listed = list(&Lock::built_in().unwrap(), directory.path());
        assert!(listed.iter().all(|file| file.state == State::Missing));
        let paths = paths(directory.path());
        for path in [paths.runtime, paths.embedder, paths.tokenizer] {
            assert!(listed.iter().any(|file| file.path == path), "{} is not in the lock", path.display());
        }
    }

    #[test]
    fn a_file_of_the_right_size_and_other_bytes_fails_verification_only() {
        let directory = tempfile::tempdir().unwrap();
        let lock = Lock::built_in().unwrap();
        let tokenizer = lock.files.iter().find(|file| file.name == "embedder-tokenizer").unwrap();
        let bytes = vec![b' '; usize::try_from(tokenizer.bytes).unwrap()];
        std::fs::write(directory.path().join(&tokenizer.install), bytes).unwrap();
        let state = |files: Vec<super::Installed>| {
            files.into_iter().find(|file| file.name == "embedder-tokenizer").unwrap().state
        };
        assert_eq!(state(list(&lock, directory.path())), State::Present);
        assert_eq!(state(verify(&lock, directory.path()).unwrap()), State::Different);
    }
}
