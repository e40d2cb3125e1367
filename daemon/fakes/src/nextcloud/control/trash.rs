//! The trash bin, as far as somebody can see it who only looks at files: what is in it is nowhere, and what comes back
//! has its old id and etag. Its own listing is not served.

use super::{ControlError, at};
use crate::nextcloud::Nextcloud;

impl Nextcloud {
    /// Puts a file or folder into the trash; its id. Its shares end, as on the measured server. A received mount is
    /// refused: it can only be left.
    pub fn trash(&self, user: &str, path: &str) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        let taken = || ControlError::Taken { user: user.to_owned(), path: path.to_owned() };
        if place.is_mount_root() {
            return Err(taken());
        }
        let now = state.clock.change();
        let within: Vec<u64> = state
            .shares
            .iter()
            .filter(|(_, share)| state.tree.is_within(share.node, place.node))
            .map(|(id, _)| *id)
            .collect();
        let origin = state.tree.lift(place.node, now).ok_or_else(taken)?;
        state.trash.insert(place.node, origin);
        for share in within {
            state.remove_share(share);
        }
        Ok(place.node)
    }

    /// Takes a file or folder out of the trash and puts it where it was.
    pub fn restore(&self, user: &str, file_id: u64) -> Result<(), ControlError> {
        let mut state = self.state();
        let unknown =
            || ControlError::UnknownPath { user: user.to_owned(), path: format!("trash/{file_id}") };
        let (parent, name) = state.trash.get(&file_id).cloned().ok_or_else(unknown)?;
        if state.tree.folder(parent).is_none() || state.tree.child(parent, &name).is_some() {
            return Err(ControlError::Taken { user: user.to_owned(), path: name.to_string() });
        }
        state.trash.remove(&file_id);
        let now = state.clock.change();
        state.tree.lower(file_id, parent, &name, now);
        Ok(())
    }
}
