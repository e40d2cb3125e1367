//! What others share with a person, before whoever runs the daemon is shown it.
//!
//! Somebody else's calendar or address book is shown only while Nextcloud named it lately, to operators as to anybody. So the
//! commands ask Nextcloud as the person, wait a bounded time, and say on standard error what stays out because nothing came back.
//! The names of what stays out are not told.

use std::time::Duration;

use voiceassist_assistant::{Freshness as _, Settings};
use voiceassist_model::AccountId;
use voiceassist_store::Store;
use voiceassist_store::collections::CollectionClass;

use super::Failure;
use crate::config::Config;
use crate::wiring;

/// How long the command waits; longer than a page does, because nobody is looking at a spinner.
const PATIENCE: Duration = Duration::from_secs(10);

/// Has Nextcloud say what others share with the person, unless it did just now.
pub(super) async fn look(config: &Config, store: &Store, owner: AccountId) -> Result<(), Failure> {
    let bound = Settings::default().freshness_bound;
    let connections = wiring::connections(config, store)?;
    let freshness = wiring::asking_nextcloud(store, &connections);
    // Without an answer it stays as old as it is, and what stays unnamed is told below.
    _ = tokio::time::timeout(PATIENCE, freshness.look_at_lent(owner, bound)).await;
    let unnamed = store.collections().unnamed_since(owner, store.clock().now() - bound).await?;
    for class in unnamed {
        let what = match class {
            CollectionClass::Calendar => "calendars",
            CollectionClass::AddressBook => "address books",
        };
        eprintln!("Shared {what} are left out: Nextcloud did not say that the person still sees them.");
    }
    Ok(())
}
