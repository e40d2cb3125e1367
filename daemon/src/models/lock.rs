//! The lock file, read and held against itself.
//!
//! It names packages of the Python index, the files inside them and their hashes, and where a file is made out of what
//! was fetched, the hash of the result as well. A lock that contradicts itself, names a path outside the models
//! directory or a conversion this program does not know is refused as a whole.

use std::path::{Component, Path};

use serde::Deserialize;

/// The version of the format.
const VERSION: u32 = 1;
const BUILT_IN: &str = include_str!("../../../models.lock.toml");

/// Installed names the program itself relies on.
pub(super) const RUNTIME: &str = "libonnxruntime.so";
pub(super) const EMBEDDER: &str = "minilm-int8.onnx";
pub(super) const EMBEDDER_TOKENIZER: &str = "minilm-tokenizer.json";

/// Everything that may be installed.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    version: u32,
    #[serde(rename = "package")]
    pub packages: Vec<Package>,
    #[serde(rename = "file")]
    pub files: Vec<LockedFile>,
}

/// A package of the index.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    pub name: String,
    pub version: String,
    /// The file name under which it arrives.
    pub wheel: String,
    pub sha256: String,
    pub bytes: u64,
    /// What pip has to be told besides name and version.
    pub pip: Vec<String>,
}

/// A file to install.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedFile {
    pub name: String,
    /// What it is for, for people.
    pub purpose: String,
    /// Its name in the models directory.
    pub install: String,
    /// The package it comes in.
    pub package: String,
    /// Its path in the package.
    pub member: String,
    /// The hash of the member.
    pub sha256: String,
    pub bytes: u64,
    pub licence: String,
    /// How far it is what its publisher published.
    pub source: String,
    /// How it is made out of the member; without it, it is the member.
    pub made: Option<Made>,
}

/// The outcome of a conversion.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    pub by: Conversion,
    pub sha256: String,
    pub bytes: u64,
}

/// The conversions this program knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub(crate) enum Conversion {
    /// Published weights into the embedder with 8-bit integers.
    #[serde(rename = "minilm-int8")]
    MiniLmInt8,
}

/// Hash and size of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Content<'a> {
    pub sha256: &'a str,
    pub bytes: u64,
}

impl LockedFile {
    /// What is in the models directory in the end.
    pub(crate) fn result(&self) -> Content<'_> {
        match &self.made {
            Some(made) => Content { sha256: &made.sha256, bytes: made.bytes },
            None => Content { sha256: &self.sha256, bytes: self.bytes },
        }
    }
}

/// Why a lock is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    #[error("reading models.lock.toml")]
    Syntax(#[from] toml::de::Error),
    #[error("models.lock.toml has version {0}; this program reads version {VERSION}")]
    Version(u32),
    #[error("models.lock.toml: {name} {problem}")]
    Entry { name: String, problem: &'static str },
}

impl Lock {
    /// The lock of this release.
    pub(crate) fn built_in() -> Result<Self, LockError> {
        Self::parse(BUILT_IN)
    }

    /// Reads and checks a lock.
    pub(crate) fn parse(text: &str) -> Result<Self, LockError> {
        let lock: Self = toml::from_str(text)?;
        if lock.version != VERSION {
            return Err(LockError::Version(lock.version));
        }
        for package in &lock.packages {
            check(&package.name, is_plain_name(&package.wheel), "has a wheel that is not a plain file name")?;
            check(&package.name, is_hash(&package.sha256), "has a hash that is not one")?;
        }
        for file in &lock.files {
            let known = lock.packages.iter().any(|package| package.name == file.package);
            check(&file.name, known, "comes from a package that is not in the lock")?;
            check(
                &file.name,
                is_plain_name(&file.install),
                "installs to something that is not a plain file name",
            )?;
            check(&file.name, is_hash(&file.sha256), "has a hash that is not one")?;
            check(&file.name, is_hash(file.result().sha256), "is made into a hash that is not one")?;
        }
        Ok(lock)
    }

    /// The package a file comes from. A parsed lock has it.
    pub(crate) fn package_of(&self, file: &LockedFile) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == file.package)
    }
}

fn check(name: &str, holds: bool, problem: &'static str) -> Result<(), LockError> {
    if holds { Ok(()) } else { Err(LockError::Entry { name: name.to_owned(), problem }) }
}

fn is_plain_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
        && !name.starts_with(['.', '-'])
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Lock, LockError};

    fn refused(from: &str, to: &str) {
        assert!(BUILT_IN.contains(from), "{from} is not in the lock");
        assert!(Lock::parse(&BUILT_IN.replace(from, to)).is_err(), "{to} was accepted");
    }

    #[test]
    fn the_built_in_lock_is_sound() {
        let lock = Lock::built_in().unwrap();
        assert_eq!(lock.files.len(), 3);
        assert!(lock.files.iter().all(|file| lock.package_of(file).is_some() && !file.licence.is_empty()));
    }

    #[test]
    fn a_lock_that_leaves_the_directory_or_contradicts_itself_is_refused() {
        refused("install = \"minilm-int8.onnx\"", "install = \"../minilm-int8.onnx\"");
        refused("install = \"minilm-int8.onnx\"", "install = \"/etc/passwd\"");
        refused("install = \"minilm-int8.onnx\"", "install = \".hidden\"");
        refused("package = \"onnxruntime\"", "package = \"another\"");
        refused("by = \"minilm-int8\"", "by = \"magic\"");
        refused("718c3fb0", "718C3FB0");
        refused("licence = \"MIT\"", "license = \"MIT\"");
    }

    #[test]
    fn another_version_is_named() {
        let found = Lock::parse(&BUILT_IN.replace("version = 1\n", "version = 2\n"));
        assert!(matches!(found, Err(LockError::Version(2))));
    }
}
