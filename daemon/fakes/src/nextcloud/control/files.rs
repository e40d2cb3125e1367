//! Putting, moving, sharing out of nothing: the files of any person, changed as if that person had done it.
//! Ids, etags and propagation are those of a request; rights are not asked for.

use bytes::Bytes;

use super::{Bulk, ControlError, Stat, at, folder_at, free, known};
use crate::nextcloud::Nextcloud;
use crate::nextcloud::content::Content;
use crate::nextcloud::synthetic::Synthetic;
use crate::nextcloud::tree::{Kind, Upload};
use crate::nextcloud::view::segments;
use crate::nextcloud::webhooks::Deed;

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
        state.happened(user, &Deed::Wrote { new: false }, place.node, &segments(path));
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
        if !place.is_mount_root() {
            state.happened(user, &Deed::Deleted, place.node, &segments(path));
        }
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
            state.push_files(place.node);
            state.tree.relocate(place.node, parent, &name, now);
        }
        state.happened(user, &Deed::Renamed { from: &segments(from) }, place.node, &segments(to));
        Ok(())
    }

    /// Copies a file or folder; the new id.
    pub fn copy(&self, user: &str, from: &str, to: &str) -> Result<u64, ControlError> {
        let mut state = self.state();
        let place = at(&state, user, from)?;
        let (parent, name) = free(&mut state, user, to)?;
        let now = state.clock.change();
        let copied = state.tree.copy(place.node, parent, &name, now);
        let deed = Deed::Copied { source: place.node, from: &segments(from) };
        state.happened(user, &deed, copied, &segments(to));
        Ok(copied)
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

    /// Shows a computed tree in the place of this person's files, which are kept and hidden.
    pub fn pretend(&self, user: &str, tree: Synthetic) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        state.synthetic.insert(user.to_owned(), tree);
        Ok(())
    }

    /// Changes one file of a computed tree, and the etags above it.
    pub fn touch_pretended(&self, user: &str, area: u64, folder: u64, file: u64) -> Result<(), ControlError> {
        let mut state = self.state();
        let unknown = || ControlError::UnknownUser(user.to_owned());
        let tree = state.synthetic.get_mut(user).ok_or_else(unknown)?;
        tree.touched = Some((area, folder, file));
        tree.changes += 1;
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
        let id = state.tree.write(parent, &name, Upload { content, mtime, checksum: None }, now);
        state.happened(user, &Deed::Wrote { new: existing.is_none() }, id, &path);
        Ok(id)
    }
}
