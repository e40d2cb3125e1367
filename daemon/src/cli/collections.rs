//! The part of `voiceassist sync` that is about calendars and address books: what a look would do, and how far each is.

use serde_json::json;
use voiceassist_store::Store;
use voiceassist_store::accounts::Account;
use voiceassist_store::collections::{Collection, CollectionClass, Held};
use voiceassist_store::jobs::{Enqueue, Lane};
use voiceassist_workers::sync::collections::{look_at, plan_collections};

use super::Failure;
use crate::config::Config;
use crate::wiring;

/// Prints what a look at these accounts' collections would do. Changes nothing.
pub(super) async fn plan(
    config: &Config,
    store: &Store,
    accounts: &[Account],
    class: CollectionClass,
    as_json: bool,
) -> Result<(), Failure> {
    let connections = wiring::connections(config, store)?;
    let mut failed = false;
    for account in accounts {
        match plan_collections(store, &connections, account.id, class).await {
            Ok(plans) => {
                for (name, plan) in plans {
                    if as_json {
                        let plan = plan.to_string();
                        println!(
                            "{}",
                            json!({ "account": account.user_id, "collection": name, "plan": plan })
                        );
                    } else {
                        println!("{} {name}: {plan}", account.user_id);
                    }
                }
            }
            Err(error) => {
                failed = true;
                eprintln!("{}: {error}", account.user_id);
            }
        }
    }
    report(store, accounts, class, as_json).await?;
    if failed { Err(Failure::Partial) } else { Ok(()) }
}

/// Queues a look at the collections of these accounts.
pub(super) async fn enqueue(
    store: &Store,
    accounts: &[Account],
    class: CollectionClass,
) -> Result<(), Failure> {
    for account in accounts {
        let job = Enqueue::new(look_at(account.id, class)).in_lane(Lane::Interactive);
        store.jobs().enqueue_now(job).await?;
    }
    Ok(())
}

/// Prints how far each collection is mirrored.
pub(super) async fn report(
    store: &Store,
    accounts: &[Account],
    class: CollectionClass,
    as_json: bool,
) -> Result<(), Failure> {
    for account in accounts {
        let held = store.collections().held(account.id).await?;
        for own in store.collections().list(account.id, class).await? {
            let held = held.get(&own.id).copied().unwrap_or_default();
            if as_json {
                println!("{}", as_value(&account.user_id, class, &own, held));
            } else {
                let state = match (&own.reason, own.synced_at) {
                    (Some(reason), _) => reason.clone(),
                    (None, Some(at)) => format!("as of {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
                    (None, None) => "not mirrored yet".to_owned(),
                };
                println!(
                    "{} {:10} {:8} read, {:4} quarantined, {state}: {}",
                    account.user_id, own.kind, held.objects, held.quarantined, own.about.name
                );
            }
        }
    }
    Ok(())
}

fn as_value(user: &str, class: CollectionClass, own: &Collection, held: Held) -> serde_json::Value {
    json!({
        "account": user, "collection": own.about.name, "id": own.id, "class": class.as_str(), "kind": own.kind,
        "read": held.objects, "quarantined": held.quarantined, "reason": own.reason, "sync_token": own.sync_token,
        "synced_at": own.synced_at, "reconciled_at": own.reconciled_at, "held_since": own.held_since,
    })
}
