//! Objects that went from one collection to another: gone here and new there, with the same UID.
//!
//! What is about to be forgotten anywhere is looked through for its UID before anything is fetched, and what is new
//! elsewhere and says the same UID takes its place, so that a moved event stays the document it was. An object that is
//! still where it was is never taken: one event may lie in several calendars. Where much is gone at once nobody looks; then
//! it is forgotten there and made anew here, which costs time and loses nothing.

use std::collections::HashMap;

use voiceassist_dav::collections::Location;
use voiceassist_dav::icalendar::CalendarObject;
use voiceassist_dav::vcard::Card;
use voiceassist_model::CollectionObjectId;
use voiceassist_store::StoreError;
use voiceassist_store::collections::objects::NewObject;
use voiceassist_store::collections::{Collection, CollectionClass, Collections};

/// Objects that are looked through in one look at most.
const MAX_LOOKED_THROUGH: usize = 1_000;

/// Objects that are gone from where they were, by their UID.
#[derive(Default)]
pub(super) struct Gone(HashMap<String, CollectionObjectId>);

impl Gone {
    /// Those of these collections. `None` when they are too many.
    pub(super) async fn of(
        store: Collections<'_>,
        class: CollectionClass,
        forget: impl Iterator<Item = (&Collection, &[Location])>,
    ) -> Result<Self, StoreError> {
        let forget: Vec<(&Collection, &[Location])> = forget.collect();
        let count: usize = forget.iter().map(|(_, gone)| gone.len()).sum();
        let mut found = HashMap::new();
        if count > MAX_LOOKED_THROUGH {
            return Ok(Self(found));
        }
        for (own, gone) in forget.into_iter().filter(|(_, gone)| !gone.is_empty()) {
            let keys: Vec<&str> = gone.iter().map(Location::key).collect();
            for (object, text) in store.texts(own.id, &keys).await? {
                if let Some(uid) = uid(class, &text) {
                    found.insert(uid, object);
                }
            }
        }
        Ok(Self(found))
    }

    /// Which of these new objects are ones that are gone elsewhere, by what spellings of their place have in common. Each
    /// is given once.
    pub(super) fn take(
        &mut self,
        class: CollectionClass,
        new: &[NewObject],
    ) -> HashMap<String, CollectionObjectId> {
        let mut moved = HashMap::new();
        for object in new {
            if self.0.is_empty() {
                break;
            }
            let uid = object.text.as_deref().and_then(|text| uid(class, text));
            if let Some(was) = uid.and_then(|uid| self.0.remove(&uid)) {
                moved.insert(object.key.clone(), was);
            }
        }
        moved
    }
}

fn uid(class: CollectionClass, text: &str) -> Option<String> {
    match class {
        CollectionClass::Calendar => CalendarObject::read(text).ok()?.uid,
        CollectionClass::AddressBook => Card::read(text).ok()?.uid,
    }
}
