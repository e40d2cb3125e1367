//! What a test or the demonstration does to the server from outside HTTP: put files, share, break, look.
//! Paths are in the named person's view, received shares included, and go through the same checks of existence as
//! requests do, but not through their checks of rights.

use bytes::Bytes;
use thiserror::Error;

use super::Nextcloud;
use super::content::Content;
use super::fault::Fault;
use super::script::User;
use super::share::{Recipient, Rights};
use super::state::State;
use super::tree::{Kind, Upload};
use super::view::{Place, segments};

/// Name under which app passwords made here are filed.
const CONTROL_CLIENT: &str = "control";

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

// === people ===

impl Nextcloud {
    /// The instance id.
    pub fn instance_id(&self) -> String {
        self.state().script.instance_id.clone()
    }

    /// Adds or redefines an account; files stay.
    pub fn add_user(&self, user: User) {
        self.state().add_user(user);
    }

    /// Makes an app password.
    pub fn app_password(&self, user: &str) -> Result<String, ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        Ok(state.mint_app_password(user, CONTROL_CLIENT))
    }

    /// Names of the clients that hold an app password of this user, as the security page would show them.
    pub fn clients(&self, user: &str) -> Vec<String> {
        let state = self.state();
        let of_user = state.app_passwords.values().filter(|entry| entry.user == user);
        let mut clients: Vec<String> = of_user.map(|entry| entry.client.clone()).collect();
        clients.sort();
        clients
    }

    /// Takes all app passwords of a user back.
    pub fn revoke(&self, user: &str) {
        self.state().app_passwords.retain(|_, entry| entry.user != user);
    }

    /// Switches an account off.
    pub fn disable_user(&self, user: &str) {
        self.set_enabled(user, false);
    }

    /// Switches an account on.
    pub fn enable_user(&self, user: &str) {
        self.set_enabled(user, true);
    }

    /// Changes somebody's groups; group shares come and go with them.
    pub fn set_groups(&self, user: &str, groups: &[&str]) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        if let Some(person) = state.people.get_mut(user) {
            person.user.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        }
        state.clock.change();
        state.settle_mounts();
        Ok(())
    }

    /// What the person does in the browser: says yes to a login flow, named by its URL or its poll token.
    pub fn grant(&self, login_url_or_token: &str, user: &str) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        let login_name =
            state.user(user).and_then(|user| user.login.clone()).unwrap_or_else(|| user.to_owned());
        if state.grant(login_url_or_token, user, &login_name) {
            Ok(())
        } else {
            Err(ControlError::UnknownLogin)
        }
    }

    fn set_enabled(&self, user: &str, enabled: bool) {
        if let Some(person) = self.state().people.get_mut(user) {
            person.user.enabled = enabled;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.inner.site.state()
    }
}

// === files ===

impl Nextcloud {
    /// Makes or overwrites a file and the folders above it; its id.
    pub fn put(&self, user: &str, path: &str, content: impl Into<Content>) -> Result<u64, ControlError> {
        self.write(user, path, content.into(), None)
    }

    /// The same with a modification time, as a client's `X-OC-MTime` gives.
    pub fn put_at(
        &self,
        user: &str,
        path: &str,
        content: impl Into<Content>,
        mtime: i64,
    ) -> Result<u64, ControlError> {
        self.write(user, path, content.into(), Some(mtime))
    }

    /// Other content under the same etag, as two writes within one second leave it; the folders above change.
    /// Keep the length, or it is not what the real server does.
    pub fn touch_same_etag(
        &self,
        user: &str,
        path: &str,
        content: impl Into<Content>,
    ) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        let now = state.clock.change();
        state.tree.write_same_etag(place.node, content.into(), now);
        Ok(place.node)
    }

    /// Makes a folder and those above it; its id, also when it was there.
    pub fn mkdir(&self, user: &str, path: &str) -> Result<u64, ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        folder_at(&mut state, user, &segments(path))
    }

    /// Removes a file or folder; a received mount is left instead.
    pub fn remove(&self, user: &str, path: &str) -> Result<(), ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        state.take_away(user, place);
        Ok(())
    }

    /// Moves a file or folder; ids and etags inside stay.
    pub fn rename(&self, user: &str, from: &str, to: &str) -> Result<(), ControlError> {
        let mut state = self.state();
        let place = at(&state, user, from)?;
        let (parent, name) = free(&mut state, user, to)?;
        if place.is_mount_root() {
            state.place_mount(user, place.node, parent, &name);
        } else {
            let now = state.clock.change();
            state.tree.relocate(place.node, parent, &name, now);
        }
        Ok(())
    }

    /// Copies a file or folder; the new id.
    pub fn copy(&self, user: &str, from: &str, to: &str) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, user, from)?;
        let (parent, name) = free(&mut state, user, to)?;
        let now = state.clock.change();
        Ok(state.tree.copy(place.node, parent, &name, now))
    }

    /// What is there, as this person sees it.
    pub fn stat(&self, user: &str, path: &str) -> Option<Stat> {
        let state = self.state();
        let place = state.find(user, &segments(path))?;
        let node = state.tree.get(place.node)?;
        let upload_time = match &node.kind {
            Kind::File(file) => file.upload_time,
            Kind::Folder(_) => 0,
        };
        Some(Stat {
            file_id: place.node,
            etag: state.etag_at(user, place),
            size: state.size_at(user, place),
            mtime: node.mtime,
            upload_time,
            is_folder: state.tree.folder(place.node).is_some(),
            permissions: state.permissions_at(user, place, true),
            owner: state.owner_at(user, place).to_owned(),
        })
    }

    /// The bytes of a file.
    pub fn read(&self, user: &str, path: &str) -> Option<Bytes> {
        let content = {
            let state = self.state();
            let place = state.find(user, &segments(path))?;
            state.tree.file(place.node)?.content.clone()
        };
        content.to_bytes()
    }

    /// Fills a folder with many small files.
    pub fn populate(&self, user: &str, folder: &str, bulk: Bulk) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        let top = folder_at(&mut state, user, &segments(folder))?;
        let mut seed = 0;
        for folder in 0..bulk.folders {
            let now = state.clock.change();
            let name = format!("folder-{folder:04}");
            let folder = match state.tree.child(top, &name) {
                Some(existing) => existing,
                None => state.tree.add_folder(top, &name, now),
            };
            for file in 0..bulk.files_per_folder {
                seed += 1;
                let content = Content::Pattern { len: bulk.file_bytes, seed };
                let upload = Upload { content, mtime: None, checksum: None };
                state.tree.write(folder, &format!("note-{file:04}.txt"), upload, now);
            }
        }
        Ok(())
    }

    fn write(
        &self,
        user: &str,
        path: &str,
        content: Content,
        mtime: Option<i64>,
    ) -> Result<u64, ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        let path = segments(path);
        let taken = || ControlError::Taken { user: user.to_owned(), path: path.join("/") };
        let (name, parents) = path.split_last().ok_or_else(taken)?;
        let existing = state.find(user, &path);
        if existing.is_some_and(|place| state.tree.folder(place.node).is_some()) {
            return Err(taken());
        }
        let own = existing.and_then(|place| state.tree.get(place.node));
        let (parent, name) = match own.and_then(|node| Some((node.parent?, node.name.to_string()))) {
            Some(own) => own,
            None => (folder_at(&mut state, user, parents)?, name.clone()),
        };
        let now = state.clock.change();
        Ok(state.tree.write(parent, &name, Upload { content, mtime, checksum: None }, now))
    }
}

// === shares ===

impl Nextcloud {
    /// Shares what the owner has at the path; the share's id.
    pub fn share(
        &self,
        owner: &str,
        path: &str,
        with: Recipient,
        rights: Rights,
    ) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, owner, path)?;
        let file_owner = state.owner_at(owner, place).to_owned();
        Ok(state.add_share(owner, &file_owner, place.node, with, rights))
    }

    /// Takes a share back.
    pub fn unshare(&self, share: u64) -> Result<(), ControlError> {
        if self.state().remove_share(share) { Ok(()) } else { Err(ControlError::UnknownShare(share)) }
    }
}

// === the server ===

impl Nextcloud {
    /// Switches maintenance mode.
    pub fn set_maintenance(&self, on: bool) {
        self.state().maintenance = on;
    }

    /// Forgets wrong passwords, as an administrator does.
    pub fn reset_throttle(&self) {
        self.state().failures = 0;
    }

    /// What `oc:data-fingerprint` shows, as after a restored backup.
    pub fn set_data_fingerprint(&self, value: &str) {
        value.clone_into(&mut self.state().data_fingerprint);
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: i64) {
        self.state().clock.advance(seconds);
    }

    /// The server's present, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.state().clock.now()
    }

    /// The next requests to this very file or folder find it locked.
    pub fn lock(&self, user: &str, path: &str, times: u32) -> Result<(), ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        if times > 0 {
            state.locks.insert(place.node, times);
        }
        Ok(())
    }

    /// Scripts trouble; earlier faults strike first.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Forgets scripted trouble that was not met.
    pub fn clear_faults(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.locks.clear();
    }

    /// Requests that scripted faults and locks still wait for.
    pub fn unconsumed_faults(&self) -> usize {
        self.state().unmet()
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
