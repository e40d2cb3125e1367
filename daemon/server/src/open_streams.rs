//! How many streams each session has open, so that none takes them all.
//!
//! A place is given back when the stream ends, however it ends. Beyond the limits a stream is refused at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// Streams of one session.
const MOST_OF_A_SESSION: u32 = 4;
/// Streams of all.
const MOST: u32 = 1_000;

/// Open streams by session.
#[derive(Debug, Default)]
pub(crate) struct OpenStreams(Mutex<HashMap<Uuid, u32>>);

/// A place for one stream.
#[derive(Debug)]
pub(crate) struct StreamPlace {
    streams: Arc<OpenStreams>,
    session: Uuid,
}

impl OpenStreams {
    /// A place, if there is one.
    pub(crate) fn enter(self: &Arc<Self>, session: Uuid) -> Option<StreamPlace> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = open.values().sum();
        let own = open.get(&session).copied().unwrap_or_default();
        if all >= MOST || own >= MOST_OF_A_SESSION {
            return None;
        }
        open.insert(session, own + 1);
        Some(StreamPlace { streams: Arc::clone(self), session })
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.session) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::{MOST_OF_A_SESSION, OpenStreams};

    #[test]
    fn a_session_has_so_many_streams_and_gets_their_places_back() {
        let streams = Arc::new(OpenStreams::default());
        let places: Vec<_> = (0..MOST_OF_A_SESSION).map(|_| streams.enter(Uuid::from_u128(1))).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(streams.enter(Uuid::from_u128(1)).is_none());
        assert!(streams.enter(Uuid::from_u128(2)).is_some(), "others are not touched");
        drop(places);
        assert!(streams.enter(Uuid::from_u128(1)).is_some());
    }
}
