//! Shares, and the conditions under which the server answers at all: maintenance, throttle, time, locks, faults.
//! Everything takes effect with the next request.

use super::{ControlError, at};
use crate::nextcloud::Nextcloud;
use crate::nextcloud::fault::Fault;
use crate::nextcloud::share::{Recipient, Rights};

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

// === team folders ===

impl Nextcloud {
    /// A folder for these groups; its id.
    pub fn team_folder(&self, name: &str, groups: &[(&str, Rights)]) -> u64 {
        self.state().add_team_folder(name, groups)
    }

    /// Gives a group other rights in a team folder; `None` takes it out.
    pub fn team_rights(&self, folder: u64, group: &str, rights: Option<Rights>) -> Result<(), ControlError> {
        if self.state().set_team_rights(folder, group, rights) {
            Ok(())
        } else {
            Err(ControlError::UnknownShare(folder))
        }
    }

    /// Hides a part of a team folder, named as this person sees it, from a group.
    pub fn hide_from_group(&self, user: &str, path: &str, group: &str) -> Result<(), ControlError> {
        self.set_hidden(user, path, group, true)
    }

    /// Shows a hidden part of a team folder to a group again. No etag moves.
    pub fn show_to_group(&self, user: &str, path: &str, group: &str) -> Result<(), ControlError> {
        self.set_hidden(user, path, group, false)
    }

    fn set_hidden(&self, user: &str, path: &str, group: &str, hidden: bool) -> Result<(), ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        if state.hide_from_group(place.node, group, hidden) {
            Ok(())
        } else {
            Err(ControlError::UnknownPath { user: user.to_owned(), path: path.to_owned() })
        }
    }

    /// Gives what somebody has at a path to somebody else, into the folder that the server makes for it. Its path there.
    pub fn transfer(&self, from: &str, path: &str, to: &str) -> Result<String, ControlError> {
        let mut state = self.state();
        let place = at(&state, from, path)?;
        let name = state.tree.get(place.node).map_or_else(String::new, |node| node.name.to_string());
        let folder = format!("Transferred from {from}");
        let parent = super::folder_at(&mut state, to, std::slice::from_ref(&folder))?;
        state.transfer(place.node, from, to, parent, &name);
        Ok(format!("/{folder}/{name}"))
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
