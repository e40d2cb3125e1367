//! Waking workers instead of having them ask.
//!
//! A wake-up says "look", never "there is": a worker that wakes for nothing loses one statement, and one that misses a
//! wake-up is helped by its own timer. After a lost connection the stream yields once, because something may have come
//! in meanwhile, and goes on.

use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use sqlx::postgres::PgListener;

use super::Jobs;
use super::enqueue::CHANNEL;
use crate::Store;

/// How long to wait before listening again when the database cannot be reached.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

impl Jobs<'_> {
    /// Yields whenever something may have changed in the queue. Never ends; drop it to stop.
    pub fn wakeups(self) -> impl Stream<Item = ()> + Send + 'static + use<> {
        stream::unfold((self.store.clone(), None), |(store, listener)| async move {
            let listener = next_wakeup(&store, listener).await;
            Some(((), (store, listener)))
        })
        .boxed()
    }
}

/// Waits for one wake-up. Connecting counts as one, since anything may have come in before.
async fn next_wakeup(store: &Store, listener: Option<PgListener>) -> Option<PgListener> {
    if let Some(mut listener) = listener {
        // `None` means that the connection was lost and is being made again: that counts as a wake-up as well.
        if listener.try_recv().await.is_ok() {
            return Some(listener);
        }
    }
    loop {
        if let Some(listener) = listen(store).await {
            return Some(listener);
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}

async fn listen(store: &Store) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(store.pool()).await.ok()?;
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}
