//! Which pages were read from pictures, and how surely.
//!
//! Kept as one list of numbers, a page and then its per cent: a list that is not of that form, or names what cannot be, is
//! told as if nothing were known.

/// Pages of one document that are kept.
const MOST: usize = 1_000;

/// The list as it is kept; nothing when no page was recognised.
pub(super) fn stored(pages: &[(u32, u8)]) -> Option<Vec<i16>> {
    let numbers = pages
        .iter()
        .take(MOST)
        .filter_map(|(page, sure)| Some([i16::try_from(*page).ok()?, i16::from(*sure)]));
    let list: Vec<i16> = numbers.flatten().collect();
    (!list.is_empty()).then_some(list)
}

/// Each page and how sure the recogniser was of it, in per cent.
pub(super) fn read(list: Option<&[i16]>) -> Vec<(u32, u8)> {
    let pairs = list.unwrap_or_default().chunks_exact(2);
    pairs.filter_map(|pair| Some((u32::try_from(pair[0]).ok()?, u8::try_from(pair[1]).ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{read, stored};

    #[test]
    fn what_is_kept_is_read_again_and_nothing_is_nothing() {
        let pages = [(3, 61), (4, 97)];
        assert_eq!(read(stored(&pages).as_deref()), pages);
        assert_eq!(stored(&[]), None);
        assert!(read(None).is_empty());
        assert_eq!(read(Some(&[-1, 50, 2, 900, 5])), []);
    }
}
