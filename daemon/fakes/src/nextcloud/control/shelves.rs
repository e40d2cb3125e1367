//! Trash and tags, as tests look at them and fill them.

use super::{ControlError, at, known};
use crate::nextcloud::Nextcloud;

impl Nextcloud {
    /// Puts a file or folder into its owner's trash; its id. Its shares end. A received mount is refused: it can only be
    /// left.
    pub fn trash(&self, user: &str, path: &str) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, user, path)?;
        if place.is_mount_root() {
            return Err(ControlError::Taken { user: user.to_owned(), path: path.to_owned() });
        }
        state.take_away(user, place);
        Ok(place.node)
    }

    /// File ids in a person's trash, the oldest first.
    pub fn in_trash(&self, user: &str) -> Vec<u64> {
        let state = self.state();
        state
            .people
            .get(user)
            .map_or_else(Vec::new, |person| person.trash.iter().map(|item| item.node).collect())
    }

    /// Takes something out of the trash, to where it was if that is still possible.
    pub fn restore(&self, user: &str, file_id: u64) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        let item = state
            .people
            .get(user)
            .and_then(|person| person.trash.iter().find(|item| item.node == file_id).cloned());
        let missing =
            || ControlError::UnknownPath { user: user.to_owned(), path: format!("trash/{file_id}") };
        state.restore(user, &item.ok_or_else(missing)?);
        Ok(())
    }

    /// Makes a system tag; its number, also when it was there.
    pub fn make_tag(&self, name: &str) -> u64 {
        let mut state = self.state();
        let known = state.tags.iter().find(|(_, tag)| tag.as_str() == name).map(|(id, _)| *id);
        known.unwrap_or_else(|| state.make_tag(name))
    }

    /// Puts a system tag on a file or folder, as somebody with the right would; no etag moves.
    pub fn tag(&self, user: &str, path: &str, name: &str) -> Result<u64, ControlError> {
        let tag = self.make_tag(name);
        let mut state = self.state();
        let place = at(&state, user, path)?;
        state.tagged.insert((place.node, tag));
        Ok(tag)
    }

    /// Takes a system tag from a file or folder.
    pub fn untag(&self, user: &str, path: &str, name: &str) -> Result<(), ControlError> {
        let tag = self.make_tag(name);
        let mut state = self.state();
        let place = at(&state, user, path)?;
        state.tagged.remove(&(place.node, tag));
        Ok(())
    }

    /// Names of the system tags of a file or folder.
    pub fn tags_of(&self, user: &str, path: &str) -> Result<Vec<String>, ControlError> {
        let state = self.state();
        let place = at(&state, user, path)?;
        Ok(state.tags_of(place.node).map(|(_, name)| name.to_owned()).collect())
    }

    /// From now on only administrators make tags.
    pub fn restrict_tags(&self) {
        self.state().tags_are_restricted = true;
    }

    /// How many uploads in pieces are unfinished.
    pub fn unfinished_uploads(&self) -> usize {
        self.state().stages.len()
    }
}
