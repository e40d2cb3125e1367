//! Files between download and reading.
//!
//! A spooled file is a document in plain form, so it is readable by the daemon alone, lives for one job, and whatever
//! a killed run left behind is deleted at the next start.

use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A file that is deleted when it goes out of scope.
#[derive(Debug)]
pub struct Spooled {
    path: PathBuf,
}

impl Spooled {
    /// Opens a new, empty file.
    pub fn create(directory: &Path, id: Uuid) -> io::Result<(Self, tokio::fs::File)> {
        let path = directory.join(id.to_string());
        let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((Self { path }, tokio::fs::File::from_std(file)))
    }

    /// A new file of these bytes. Waits for the disk.
    pub fn write(directory: &Path, id: Uuid, bytes: &[u8]) -> io::Result<Self> {
        let path = directory.join(id.to_string());
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let spooled = Self { path };
        file.write_all(bytes)?;
        Ok(spooled)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "a spooled file could not be deleted; the next start deletes it");
        }
    }
}

/// Makes the directory and deletes what a killed run left in it. Only the replica that owns the directory calls it.
pub fn clear(directory: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
