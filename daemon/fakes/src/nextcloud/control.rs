//! What a test or the demonstration does to the server from outside HTTP: put files, share, break, look.
//! Paths are in the named person's view, received shares included, and go through the same checks of existence as
//! requests do, but not through their checks of rights.

use std::sync::MutexGuard;

use thiserror::Error;

use super::Nextcloud;
use super::state::State;
use super::view::{Place, segments};

mod collections;
mod files;
mod people;
mod server;
mod shelves;

/// Something the script asked for is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlError {
    /// No such account.
    #[error("there is no user {0}")]
    UnknownUser(String),
    /// Nothing at that path in that person's tree.
    #[error("there is nothing at {path} of {user}")]
    UnknownPath {
        /// Whose tree.
        user: String,
        /// Where.
        path: String,
    },
    /// Something of the wrong kind is already there.
    #[error("{path} of {user} is taken")]
    Taken {
        /// Whose tree.
        user: String,
        /// Where.
        path: String,
    },
    /// No such share.
    #[error("there is no share {0}")]
    UnknownShare(u64),
    /// No login flow is open under that token.
    #[error("no login flow waits for this token")]
    UnknownLogin,
}

/// A file or folder as the server holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// `oc:fileid`.
    pub file_id: u64,
    /// Without quotes.
    pub etag: String,
    /// Bytes; of all files below for a folder.
    pub size: u64,
    /// Unix time.
    pub mtime: i64,
    /// Unix time; 0 for a folder.
    pub upload_time: i64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// `oc:permissions` as a listing shows them.
    pub permissions: String,
    /// User id of the owner.
    pub owner: String,
}

/// Many files at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// Folders to make, `folder-0000` and on.
    pub folders: usize,
    /// Files in each, `note-0000.txt` and on.
    pub files_per_folder: usize,
    /// Length of each file; the text is computed when read.
    pub file_bytes: u64,
}

impl Nextcloud {
    pub(in crate::nextcloud) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.site.state()
    }
}

fn known(state: &State, user: &str) -> Result<(), ControlError> {
    match state.user(user) {
        Some(_) => Ok(()),
        None => Err(ControlError::UnknownUser(user.to_owned())),
    }
}

fn at(state: &State, user: &str, path: &str) -> Result<Place, ControlError> {
    known(state, user)?;
    let found = state.find(user, &segments(path));
    found.ok_or_else(|| ControlError::UnknownPath { user: user.to_owned(), path: path.to_owned() })
}

/// The folder at a path, made with those above it where they are missing.
fn folder_at(state: &mut State, user: &str, path: &[String]) -> Result<u64, ControlError> {
    let taken = || ControlError::Taken { user: user.to_owned(), path: path.join("/") };
    let mut place = state.root_of(user).ok_or_else(|| ControlError::UnknownUser(user.to_owned()))?;
    for name in path {
        place = match state.child_of(user, place, name) {
            Some(child) if state.tree.folder(child.node).is_some() => child,
            Some(_) => return Err(taken()),
            None => {
                let now = state.clock.change();
                Place { node: state.tree.add_folder(place.node, name, now), via: place.via }
            }
        };
    }
    Ok(place.node)
}

/// A free name in an existing folder.
fn free(state: &mut State, user: &str, path: &str) -> Result<(u64, String), ControlError> {
    let wanted = segments(path);
    let taken = || ControlError::Taken { user: user.to_owned(), path: path.to_owned() };
    let (name, parents) = wanted.split_last().ok_or_else(taken)?;
    if state.find(user, &wanted).is_some() {
        return Err(taken());
    }
    Ok((folder_at(state, user, parents)?, name.clone()))
}
