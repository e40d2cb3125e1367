//! Sets of message numbers as ranges: `1:4,7,9:12`.
//!
//! A mailbox of 400,000 messages is a handful of ranges unless half of it was deleted, so a set is kept as ranges and
//! never as single numbers. A set from a server is bounded by [`MAX_RANGES`]; `*` and zero are not part of a set that
//! names messages, and a set that holds them is refused.

use std::fmt::{self, Write as _};

/// More ranges than that are not taken from one answer.
pub const MAX_RANGES: usize = 250_000;
/// The longest text of a set in one command; servers accept 8,000 octets at least (RFC 7162 section 4).
const MAX_COMMAND_BYTES: usize = 6_000;

/// A set of UIDs, ascending, without overlap or touching ranges.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UidSet {
    ranges: Vec<(u32, u32)>,
}

impl UidSet {
    /// The numbers from `first` to `last`, both included; nothing when they are the wrong way round.
    pub fn range(first: u32, last: u32) -> Self {
        let ranges = if first == 0 || first > last { Vec::new() } else { vec![(first, last)] };
        Self { ranges }
    }

    /// Reads a set as servers write it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            ranges.push((first.min(last), first.max(last)));
            if ranges.len() > MAX_RANGES {
                return None;
            }
        }
        Some(Self::normalised(ranges))
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many numbers are in it.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether a number is in it.
    pub fn contains(&self, uid: u32) -> bool {
        let at = self.ranges.partition_point(|(_, last)| *last < uid);
        self.ranges.get(at).is_some_and(|(first, _)| *first <= uid)
    }

    /// The numbers, ascending. A range that a server names may be enormous: take what is needed and stop.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// The ranges, ascending.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Adds what is in another.
    pub fn extend(&mut self, other: &Self) {
        let mut ranges = std::mem::take(&mut self.ranges);
        ranges.extend_from_slice(&other.ranges);
        *self = Self::normalised(ranges);
    }

    /// The set in pieces that each fit into one command.
    pub fn commands(&self) -> Vec<Self> {
        let mut pieces = Vec::new();
        let (mut piece, mut length) = (Self::default(), 0);
        for range in &self.ranges {
            let width = Self { ranges: vec![*range] }.to_string().len() + 1;
            if length + width > MAX_COMMAND_BYTES {
                pieces.push(std::mem::take(&mut piece));
                length = 0;
            }
            piece.ranges.push(*range);
            length += width;
        }
        if !piece.is_empty() {
            pieces.push(piece);
        }
        pieces
    }

    fn normalised(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self { ranges: merged }
    }
}

fn number(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number > 0)
}

impl FromIterator<u32> for UidSet {
    fn from_iter<I: IntoIterator<Item = u32>>(uids: I) -> Self {
        Self::normalised(uids.into_iter().filter(|uid| *uid > 0).map(|uid| (uid, uid)).collect())
    }
}

impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.ranges.iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            if first == last { write!(f, "{first}")? } else { write!(f, "{first}:{last}")? }
        }
        Ok(())
    }
}

impl fmt::Debug for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UidSet({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::UidSet;

    #[test]
    fn a_set_reads_back_as_it_was_written_and_in_order() {
        for (text, canonical, len) in
            [("7", "7", 1), ("9:12,1:4,7", "1:4,7,9:12", 9), ("4:1", "1:4", 4), ("1:4,5,3:9", "1:9", 9)]
        {
            let set = UidSet::parse(text).expect(text);
            assert_eq!((set.to_string().as_str(), set.len()), (canonical, len), "{text}");
        }
    }

    #[test]
    fn what_names_no_messages_is_refused() {
        for text in ["", "*", "1:*", "0", "0:4", "1,", "a", "-1", "4294967296", "1:2:3"] {
            assert_eq!(UidSet::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_over_all_numbers_costs_nothing() {
        let set = UidSet::parse("1:4294967295").expect("a set");
        assert_eq!(set.len(), 4_294_967_295);
        assert!(set.contains(4_000_000_000) && set.iter().take(2).eq([1, 2]));
    }

    #[test]
    fn a_long_set_is_split_into_commands_that_together_are_the_set() {
        let set: UidSet = (0..5_000_u32).map(|n| n * 3 + 1).collect();
        let pieces = set.commands();
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.to_string().len() <= 6_000));
        let mut whole = UidSet::default();
        for piece in &pieces {
            whole.extend(piece);
        }
        assert_eq!(whole, set);
    }
}
