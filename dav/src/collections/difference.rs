//! What a mirror of one collection has to fetch and to forget.
//!
//! Follows the delta where it can be believed, and compares everything where it cannot: without a token, when the server
//! does not know ours, when its number went down (a backup was restored), when it moved and yet nothing is told or is
//! so far ahead that the server has forgotten changes (Nextcloud keeps the last ten thousand), and when an answer holds
//! something unreadable. A caller asks for [`Ask::Reconcile`] now and then, because a server
//! forgets silently, and a restored one may have come to the very same number. Nothing is
//! forgotten on the word of an answer that could not be read whole. Applying a difference and asking again gives none.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Changes, Delta, token_number};
use super::location::Location;
use crate::client::Client;
use crate::error::DavError;
use crate::etag::ETag;

/// How many changes Nextcloud keeps of a collection.
pub const KEPT_CHANGES: u64 = 10_000;

/// What a mirror holds of a collection.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The token after the last difference that was applied whole.
    pub token: Option<String>,
    /// The objects it holds, kept aside ones included, with the versions it read.
    pub objects: BTreeMap<Location, ETag>,
}

/// How thoroughly to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// As cheaply as can be believed.
    Follow,
    /// By comparing everything.
    Reconcile,
}

/// Why everything was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// There was no token yet.
    First,
    /// The caller wanted it.
    Wanted,
    /// The server does not know the token.
    TokenRefused,
    /// The server's number is lower than ours.
    WentDown,
    /// The server's number moved, and it tells no change or too many have passed.
    Forgotten,
    /// Something in the delta could not be read.
    Unreadable,
}

/// How a difference was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// The token is still the same; nothing was asked.
    Unchanged,
    /// By the delta.
    Delta,
    /// By comparing everything.
    Compared(Why),
}

impl Way {
    /// A stable word for records and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Delta => "delta",
            Self::Compared(Why::First) => "first",
            Self::Compared(Why::Wanted) => "reconciled",
            Self::Compared(Why::TokenRefused) => "token_refused",
            Self::Compared(Why::WentDown) => "number_went_down",
            Self::Compared(Why::Forgotten) => "changes_forgotten",
            Self::Compared(Why::Unreadable) => "delta_unreadable",
        }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// How it was found.
    pub way: Way,
    /// New objects and new versions: to be fetched.
    pub fetch: Vec<Location>,
    /// Objects that are gone: to be forgotten.
    pub forget: Vec<Location>,
    /// To be kept once all of it is done; `None` leaves the old one, so that the next look finds the rest.
    pub token: Option<String>,
    /// Elements that could not be read. With any of them nothing was found gone.
    pub unreadable: usize,
}

impl Difference {
    /// Whether there is nothing to do.
    pub fn is_none(&self) -> bool {
        self.fetch.is_empty() && self.forget.is_empty()
    }
}

impl Client {
    /// What a mirror has to fetch and to forget. `token` is what the home's listing says of the collection now.
    pub async fn difference(
        &self,
        collection: &Location,
        token: Option<&str>,
        known: &Known,
        ask: Ask,
    ) -> Result<Difference, DavError> {
        let why = match (&known.token, ask) {
            (_, Ask::Reconcile) => Why::Wanted,
            (None, Ask::Follow) => Why::First,
            (Some(own), Ask::Follow) if token == Some(own) => {
                let token = Some(own.clone());
                return Ok(Difference {
                    way: Way::Unchanged,
                    fetch: Vec::new(),
                    forget: Vec::new(),
                    token,
                    unreadable: 0,
                });
            }
            (Some(own), Ask::Follow) => match token.and_then(|token| distrust(own, token)) {
                Some(why) => why,
                None => match self.changes(collection, Some(own)).await? {
                    Delta::TokenRefused => Why::TokenRefused,
                    Delta::Changes(changes) => match believable(own, &changes) {
                        Ok(()) => return Ok(of_delta(known, changes)),
                        Err(why) => why,
                    },
                },
            },
        };
        self.compared(collection, token, known, why).await
    }

    async fn compared(
        &self,
        collection: &Location,
        token: Option<&str>,
        known: &Known,
        why: Why,
    ) -> Result<Difference, DavError> {
        // An answer without a token gives both at once; a server that has none, or refuses, is listed. Then the token from
        // before the listing holds: what changed meanwhile is told again.
        let all =
            if token.is_some() { self.changes(collection, None).await } else { Ok(Delta::TokenRefused) };
        let all = match all {
            Ok(Delta::Changes(all)) => all,
            Ok(Delta::TokenRefused) | Err(DavError::InsufficientStorage | DavError::Malformed { .. }) => {
                let list = self.list_objects(collection).await?;
                let token = token.map(str::to_owned);
                Changes { changed: list.objects, token, unreadable: list.unreadable, ..Changes::default() }
            }
            Err(error) => return Err(error),
        };
        let there: BTreeSet<&Location> = all.changed.iter().map(|(location, _)| location).collect();
        let gone = known.objects.keys().filter(|location| !there.contains(location));
        let forget = if all.unreadable == 0 { gone.cloned().collect() } else { Vec::new() };
        Ok(Difference {
            way: Way::Compared(why),
            fetch: fetch(known, &all),
            forget,
            token: all.token.filter(|_| all.unreadable == 0),
            unreadable: all.unreadable,
        })
    }
}

/// Whether the server's present token says that its delta is not worth asking for.
fn distrust(own: &str, token: &str) -> Option<Why> {
    let (own, now) = (token_number(own)?, token_number(token)?);
    if now < own {
        Some(Why::WentDown)
    } else if now - own > KEPT_CHANGES {
        Some(Why::Forgotten)
    } else {
        None
    }
}

fn believable(own: &str, changes: &Changes) -> Result<(), Why> {
    let Some(token) = &changes.token else { return Err(Why::Unreadable) };
    if let Some(why) = distrust(own, token) {
        return Err(why);
    }
    let empty = changes.changed.is_empty() && changes.vanished.is_empty();
    let moved = token_number(own).zip(token_number(token)).is_some_and(|(own, now)| now > own);
    if changes.unreadable > 0 {
        Err(Why::Unreadable)
    } else if empty && moved {
        Err(Why::Forgotten)
    } else {
        Ok(())
    }
}

fn of_delta(known: &Known, changes: Changes) -> Difference {
    let fetch = fetch(known, &changes);
    let forget = changes.vanished.into_iter().filter(|gone| known.objects.contains_key(gone)).collect();
    Difference { way: Way::Delta, fetch, forget, token: changes.token, unreadable: changes.unreadable }
}

/// What is not held in this version. A page may tell of an object twice.
fn fetch(known: &Known, changes: &Changes) -> Vec<Location> {
    let new = changes.changed.iter().filter(|(location, etag)| {
        etag.as_ref().is_none_or(|etag| known.objects.get(location) != Some(etag))
    });
    let distinct: BTreeSet<&Location> = new.map(|(location, _)| location).collect();
    distinct.into_iter().cloned().collect()
}
