//! Can each connected account still list its own files?

use voiceassist_store::accounts::Account;
use voiceassist_store::{Page, Store};
use voiceassist_workers::Connections;

use super::{Finding, nextcloud};
use crate::config::Config;
use crate::wiring;

const STEP: &str = "accounts";
/// Accounts looked at in one run; the rest are counted.
const MOST: u32 = 50;

/// One finding for each account, or one about all.
pub(super) async fn examine(config: &Config, store: &Store) -> Vec<Finding> {
    let connections = match wiring::connections(config, store) {
        Ok(connections) => connections,
        Err(error) => return vec![Finding::failed(STEP, format!("{error:#}"))],
    };
    match store.accounts().list(&Page::first(MOST)).await {
        Err(error) => vec![Finding::failed(STEP, error.to_string())],
        Ok(listed) if listed.items.is_empty() => {
            vec![Finding::warning(STEP, "none is connected; start with `voiceassist account connect`")]
        }
        Ok(listed) => {
            let mut findings = Vec::new();
            for account in &listed.items {
                findings.push(one(&connections, account).await);
            }
            if listed.next.is_some() {
                findings.push(Finding::warning(STEP, format!("only the first {MOST} were looked at")));
            }
            findings
        }
    }
}

async fn one(connections: &Connections, account: &Account) -> Finding {
    let step = format!("account {}", account.user_id);
    let connected = match connections.of(account.id).await {
        Ok(connected) => connected,
        Err(error) => return Finding::failed(&step, format!("{error}; run `voiceassist account connect`")),
    };
    match connected.client.root(&connected.user).await {
        Ok(_) => Finding::ok(&step, "lists its own files"),
        Err(error) => Finding::failed(&step, nextcloud::advice(&error)),
    }
}
