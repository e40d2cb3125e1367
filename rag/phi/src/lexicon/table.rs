//! A hash table from words to marks.
//!
//! Ninety thousand words in a general map would be as many allocations; here they stand in one string, and a slot is
//! eight bytes of place and eight of marks. Linear probing, FNV-1a, never more than two thirds full. It only grows while the lists are read.

use crate::lexicon::Marks;

pub(super) struct Table {
    letters: String,
    slots: Vec<Slot>,
    used: usize,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    start: u32,
    /// Zero for an empty slot.
    length: u32,
    marks: Marks,
}

impl Table {
    pub(super) fn with_room_for(words: usize) -> Self {
        let slots = (words * 3 / 2).next_power_of_two();
        Self { letters: String::new(), slots: vec![Slot::default(); slots], used: 0 }
    }

    /// Adds marks to a word. A word beyond the room the table was made with is refused in debug builds.
    pub(super) fn add(&mut self, word: &str, marks: Marks) {
        let at = self.slot_of(word);
        if self.slots[at].length > 0 {
            self.slots[at].marks = self.slots[at].marks.or(marks);
            return;
        }
        debug_assert!(self.used < self.slots.len() * 2 / 3, "the table was made too small for its lists");
        let start = u32::try_from(self.letters.len()).unwrap_or(u32::MAX);
        let length = u32::try_from(word.len()).unwrap_or(0);
        self.letters.push_str(word);
        self.slots[at] = Slot { start, length, marks };
        self.used += 1;
    }

    pub(super) fn get(&self, word: &str) -> Marks {
        self.slots[self.slot_of(word)].marks
    }

    /// The word's slot, or the empty one where it would be put.
    fn slot_of(&self, word: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = usize::try_from(hash(word)).unwrap_or(0) & mask;
        loop {
            let slot = self.slots[at];
            let start = slot.start as usize;
            if slot.length == 0
                || self.letters.as_bytes()[start..start + slot.length as usize] == *word.as_bytes()
            {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}

/// FNV-1a, its upper half folded into the lower.
fn hash(word: &str) -> u64 {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}
