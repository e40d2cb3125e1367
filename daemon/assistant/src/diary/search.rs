//! Finding events by their words.
//!
//! What events say is sealed, so they are opened and compared here, those of the span only. Letters are compared without
//! case and accents; every word of the question must begin a word of the event.

use super::{Diary, DiaryError, Placed};
use crate::people::fold::words;

impl Diary<'_> {
    /// Keeps what says all of these words.
    pub(super) async fn keep_matching(
        &self,
        placed: &mut Vec<Placed>,
        query: &str,
    ) -> Result<(), DiaryError> {
        let wanted = words(query);
        if wanted.is_empty() {
            return Ok(());
        }
        let said = self.describe(placed.iter().map(|one| one.what.object)).await?;
        placed.retain(|one| {
            let Some(described) = said.get(&one.what.object) else { return false };
            let number = usize::try_from(one.what.what.item).unwrap_or(usize::MAX);
            let Some(item) = described.note.items.get(number) else { return false };
            let mut there: Vec<String> = Vec::new();
            for text in [&item.summary, &item.location, &item.description] {
                there.extend(words(text));
            }
            for text in item.categories.iter().chain(&item.url) {
                there.extend(words(text));
            }
            for person in item.organizer.iter().chain(&item.attendees) {
                there.extend(words(&person.address));
                there.extend(words(person.name.as_deref().unwrap_or_default()));
            }
            wanted.iter().all(|word| there.iter().any(|own| own.starts_with(word.as_str())))
        });
        Ok(())
    }
}
