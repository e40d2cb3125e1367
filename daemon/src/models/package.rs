//! One package: fetched by pip, checked, and opened for one member.
//!
//! The index is whatever the machine's pip is configured for, mirrors and proxies included; this program names none. A
//! package that lies in the download folder already, put there by an interrupted run or by hand on a machine without
//! a network, is taken if its hash is right. Nothing of a package is ever executed.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::lock::{Content, LockedFile, Package};
use super::pull::PullError;
use super::{HASH_BUFFER_BYTES, hex, sha256};

/// How long pip waits for an answer, and how often it asks again.
const PIP_LIMITS: [&str; 2] = ["--timeout=30", "--retries=3"];
/// How much of what pip says is passed on.
const MAX_REASON_CHARS: usize = 600;

/// The checked package file in the download folder, fetched if it is not there.
pub(super) fn obtain(package: &Package, downloads: &Path, python: &Path) -> Result<PathBuf, PullError> {
    let wheel = downloads.join(&package.wheel);
    if is_right(package, &wheel)? {
        return Ok(wheel);
    }
    download(package, downloads, python)?;
    if is_right(package, &wheel)? {
        return Ok(wheel);
    }
    Err(PullError::WrongPackage { package: package.name.clone(), file: wheel })
}

fn is_right(package: &Package, wheel: &Path) -> Result<bool, PullError> {
    let hash = match File::open(wheel) {
        Ok(mut file) => sha256(&mut file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => Err(error),
    };
    let hash =
        hash.map_err(|source| PullError::File { operation: "reading", file: wheel.to_owned(), source })?;
    Ok(hash == package.sha256)
}

fn download(package: &Package, downloads: &Path, python: &Path) -> Result<(), PullError> {
    let output = Command::new(python)
        .args([
            "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--progress-bar=off",
        ])
        .args(["--disable-pip-version-check"])
        .args(PIP_LIMITS)
        .args(&package.pip)
        .arg("--dest")
        .arg(downloads)
        .arg(format!("{}=={}", package.name, package.version))
        .stdin(Stdio::null())
        .output()
        .map_err(|source| PullError::NoPython { python: python.to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(PullError::Download {
        package: format!("{} {}", package.name, package.version),
        wheel: package.wheel.clone(),
        folder: downloads.to_owned(),
        reason: reason(&output),
    })
}

/// What pip calls errors, or the end of what it said.
fn reason(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = said.lines().filter(|line| line.starts_with("ERROR")).collect();
    let said = if errors.is_empty() { said.trim().to_owned() } else { errors.join("\n") };
    let skip = said.chars().count().saturating_sub(MAX_REASON_CHARS);
    said.chars().skip(skip).collect()
}

/// Takes a member out of a package into a draft beside its final place, checked.
pub(super) fn extract(file: &LockedFile, wheel: &Path, folder: &Path) -> Result<NamedTempFile, PullError> {
    let package_error = |source| PullError::Package { file: wheel.to_owned(), source };
    let archive = File::open(wheel).map_err(|source| PullError::File {
        operation: "opening",
        file: wheel.to_owned(),
        source,
    })?;
    let mut archive = ZipArchive::new(archive).map_err(package_error)?;
    let mut member = archive.by_name(&file.member).map_err(package_error)?;
    let mut draft = draft_in(folder)?;
    let expected = Content { sha256: &file.sha256, bytes: file.bytes };
    let copied = copy_checked(&mut member, draft.as_file_mut(), expected);
    let right = copied.map_err(|source| PullError::File {
        operation: "unpacking",
        file: folder.join(&file.install),
        source,
    })?;
    if right { Ok(draft) } else { Err(PullError::WrongMember { name: file.name.clone() }) }
}

/// A file that vanishes unless it is given its name.
pub(super) fn draft_in(folder: &Path) -> Result<NamedTempFile, PullError> {
    NamedTempFile::new_in(folder).map_err(|source| PullError::File {
        operation: "creating a file in",
        file: folder.to_owned(),
        source,
    })
}

/// Copies no more than expected and says whether it was that.
fn copy_checked(from: &mut impl Read, to: &mut File, expected: Content<'_>) -> io::Result<bool> {
    let mut limited = from.take(expected.bytes + 1);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    let mut copied = 0_u64;
    loop {
        let read = limited.read(&mut buffer)?;
        let part = buffer.get(..read).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        copied += u64::try_from(read).unwrap_or(u64::MAX);
        hasher.update(part);
        to.write_all(part)?;
    }
    to.sync_all()?;
    to.seek(SeekFrom::Start(0))?;
    Ok(copied == expected.bytes && hex(&hasher.finalize()) == expected.sha256)
}

/// Deletes the download folder; what it held is installed.
pub(super) fn forget_downloads(downloads: &Path) {
    // Left-overs cost space, nothing else.
    drop(fs::remove_dir_all(downloads));
}
