//! Calendars and address books, as tests look at them and fill them.

use super::{ControlError, known};
use crate::nextcloud::Nextcloud;
use crate::nextcloud::collections::{CollectionKey, CollectionKind, ObjectTrouble};

impl Nextcloud {
    /// Adds a calendar or an address book to somebody's home.
    pub fn add_collection(&self, user: &str, name: &str, kind: CollectionKind) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        state.add_collection((user.to_owned(), kind.holds_contacts(), name.to_owned()), kind, name);
        Ok(())
    }

    /// Takes a collection away with everything in it.
    pub fn remove_collection(&self, user: &str, name: &str) -> bool {
        let mut state = self.state();
        let before = state.collections.len();
        state.collections.retain(|key, _| key.0 != user || key.2 != name);
        state.collections.len() < before
    }

    /// Makes a collection somebody else's, with or without the right to write.
    pub fn share_collection(
        &self,
        user: &str,
        name: &str,
        owner: &str,
        read_only: bool,
    ) -> Result<(), ControlError> {
        self.in_collection(user, name, |collection| {
            owner.clone_into(&mut collection.owner);
            collection.read_only = read_only;
        })
    }

    /// Stores an object, as the person themselves does; its entity tag.
    pub fn put_object(
        &self,
        user: &str,
        collection: &str,
        name: &str,
        text: &str,
    ) -> Result<String, ControlError> {
        let key = self.key(user, collection)?;
        let mut state = self.state();
        let Some(own) = state.collection(&key) else { return Err(missing(user, collection)) };
        let what = if own.objects.contains_key(name) { "Updated" } else { "Created" };
        let etag = own.put(name, text.to_owned());
        state.happened_in(user, what, &key, name);
        Ok(etag)
    }

    /// Deletes an object; whether it was there.
    pub fn delete_object(&self, user: &str, collection: &str, name: &str) -> Result<bool, ControlError> {
        let key = self.key(user, collection)?;
        let mut state = self.state();
        let deleted = state.collection(&key).is_some_and(|own| own.delete(name));
        if deleted {
            state.happened_in(user, "MovedToTrash", &key, name);
        }
        Ok(deleted)
    }

    /// Names and texts of a collection's objects.
    pub fn objects(&self, user: &str, collection: &str) -> Result<Vec<(String, String)>, ControlError> {
        self.in_collection(user, collection, |own| {
            own.objects.iter().map(|(name, object)| (name.clone(), object.text.clone())).collect()
        })
    }

    /// What a multiget makes of an object from now on.
    pub fn trouble_object(
        &self,
        user: &str,
        collection: &str,
        name: &str,
        trouble: Option<ObjectTrouble>,
    ) -> Result<(), ControlError> {
        self.in_collection(user, collection, |own| {
            if let Some(object) = own.objects.get_mut(name) {
                object.trouble = trouble;
            }
        })
    }

    /// Restores the collection from a backup: its objects as they are, its change number lower by so much.
    pub fn rewind_collection(&self, user: &str, collection: &str, by: u64) -> Result<(), ControlError> {
        self.in_collection(user, collection, |own| {
            own.number = own.number.saturating_sub(by).max(1);
            own.log.clear();
        })
    }

    /// Forgets all changes so far, as the server does with old ones, without a word.
    pub fn prune_collection(&self, user: &str, collection: &str) -> Result<(), ControlError> {
        self.in_collection(user, collection, |own| own.log.clear())
    }

    /// Gives the first answers about an address book in pages of so many.
    pub fn page_collection(&self, user: &str, collection: &str, page: usize) -> Result<(), ControlError> {
        self.in_collection(user, collection, |own| own.page = Some(page))
    }

    /// Whether answers about changes also tell of somebody else's object that is gone.
    pub fn stray_deletions(&self, user: &str, collection: &str, on: bool) -> Result<(), ControlError> {
        self.in_collection(user, collection, |own| own.stray = on)
    }

    fn in_collection<T>(
        &self,
        user: &str,
        name: &str,
        act: impl FnOnce(&mut crate::nextcloud::collections::Collection) -> T,
    ) -> Result<T, ControlError> {
        let key = self.key(user, name)?;
        let mut state = self.state();
        let collection = state.collection(&key).ok_or_else(|| missing(user, name))?;
        Ok(act(collection))
    }

    fn key(&self, user: &str, name: &str) -> Result<CollectionKey, ControlError> {
        let state = self.state();
        known(&state, user)?;
        let keys: [CollectionKey; 2] = [false, true].map(|books| (user.to_owned(), books, name.to_owned()));
        keys.into_iter().find(|key| state.collections.contains_key(key)).ok_or_else(|| missing(user, name))
    }
}

fn missing(user: &str, name: &str) -> ControlError {
    ControlError::UnknownPath { user: user.to_owned(), path: name.to_owned() }
}
