//! Pages of long lists, by key and never by offset.
//!
//! A page continues after the last key its reader saw, so rows that arrive or go in between neither repeat nor hide
//! others, and page one thousand costs what page one costs. The cursor is an opaque, URL-safe string of numbers and
//! ids; it never holds a name or a path, because URLs end up in logs.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::{Result, StoreError};

/// The longest page anybody gets.
pub const MAX_PAGE: u32 = 200;

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Continue after this; `None` is the start.
    pub after: Option<Cursor>,
    /// How many; 0 and anything above [`MAX_PAGE`] mean [`MAX_PAGE`].
    pub limit: u32,
}

impl Page {
    /// The first `limit` items.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// The `limit` items after a cursor.
    pub fn after(cursor: Cursor, limit: u32) -> Self {
        Self { after: Some(cursor), limit }
    }

    pub(crate) fn size(&self) -> usize {
        let limit = if self.limit == 0 { MAX_PAGE } else { self.limit.min(MAX_PAGE) };
        limit as usize
    }

    /// One more than wanted: whether it comes says whether there is a next page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::try_from(self.size()).unwrap_or(i64::from(MAX_PAGE)) + 1
    }

    pub(crate) fn key(&self) -> Result<Option<Key>> {
        self.after.as_ref().map(Cursor::decode).transpose()
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Listed<T> {
    /// A page of a list that is at hand as a whole, in its order. The key of an item is an instant, or another number
    /// that grows along the list, and an id. When the item that ended the page before is gone meanwhile, the next begins at its
    /// place, so that nothing is left out.
    pub fn of_whole(
        items: Vec<T>,
        page: &Page,
        key: impl Fn(usize, &T) -> (DateTime<Utc>, Uuid),
    ) -> Result<Self> {
        let key = |at: usize, item: &T| {
            let (instant, id) = key(at, item);
            Key { at: instant, id }
        };
        let from = match page.key()? {
            None => 0,
            Some(after) => {
                let same = items.iter().enumerate().position(|(at, item)| key(at, item) == after);
                let later = || {
                    let before = |(at, item): &(usize, &T)| key(*at, item).at < after.at;
                    items.iter().enumerate().take_while(before).count()
                };
                same.map_or_else(later, |at| at + 1)
            }
        };
        let rest: Vec<(usize, T)> = items.into_iter().enumerate().skip(from).take(page.size() + 1).collect();
        let Listed { items, next } = Listed::cut(rest, page, |(at, item)| key(*at, item));
        Ok(Self { items: items.into_iter().map(|(_, item)| item).collect(), next })
    }

    pub(crate) fn cut(mut items: Vec<T>, page: &Page, key: impl Fn(&T) -> Key) -> Self {
        let more = items.len() > page.size();
        items.truncate(page.size());
        let next = if more { items.last().map(|item| Cursor::encode(key(item))) } else { None };
        Self { items, next }
    }
}

/// A place in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor(String);

/// What a cursor says: an instant (zero where the list is ordered by id alone) and an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: Uuid,
}

impl Key {
    pub(crate) fn id(id: Uuid) -> Self {
        Self { at: DateTime::UNIX_EPOCH, id }
    }
}

const KEY_BYTES: usize = 24;

impl Cursor {
    pub(crate) fn encode(key: Key) -> Self {
        let mut bytes = [0; KEY_BYTES];
        bytes[..8].copy_from_slice(&key.at.timestamp_micros().to_be_bytes());
        bytes[8..].copy_from_slice(key.id.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn decode(&self) -> Result<Key> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| StoreError::InvalidCursor)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| StoreError::InvalidCursor)?;
        let (micros, id) = bytes.split_at(8);
        let micros = i64::from_be_bytes(micros.try_into().map_err(|_| StoreError::InvalidCursor)?);
        let at = DateTime::from_timestamp_micros(micros).ok_or(StoreError::InvalidCursor)?;
        let id = Uuid::from_slice(id).map_err(|_| StoreError::InvalidCursor)?;
        Ok(Key { at, id })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        let cursor = Self(text.to_owned());
        cursor.decode().map(|_| cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Key, Listed, Page};
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn a_cursor_survives_its_string() {
        let key = Key {
            at: DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap(),
            id: Uuid::from_u128(7),
        };
        let cursor: Cursor = Cursor::encode(key).to_string().parse().unwrap();
        assert_eq!(cursor.decode().unwrap(), key);
    }

    #[test]
    fn pages_of_a_whole_list_follow_each_other_even_when_an_item_goes() {
        let key = |at: usize, item: &u128| {
            (DateTime::from_timestamp_micros(i64::try_from(at).unwrap()).unwrap(), Uuid::from_u128(*item))
        };
        let first = Listed::of_whole((1..=5).collect(), &Page::first(2), key).unwrap();
        assert_eq!(first.items, [1, 2]);
        let page = Page::after(first.next.unwrap(), 2);
        assert_eq!(Listed::of_whole((1..=5).collect(), &page, key).unwrap().items, [3, 4]);
        let last = Listed::of_whole(vec![1, 3, 4, 5], &page, key).unwrap();
        assert_eq!(last.items, [3, 4], "what took the place of the item that went was on no page yet");
        assert!(last.next.is_some(), "and one is left");
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        for text in ["", "AAAA", "/etc/passwd", "-1"] {
            assert!(text.parse::<Cursor>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_page_is_never_longer_than_the_limit() {
        assert_eq!(Page::first(0).size(), 200);
        assert_eq!(Page::first(1_000_000).size(), 200);
        assert_eq!(Page::first(3).size(), 3);
    }
}
