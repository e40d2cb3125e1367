//! Can each connected account still list its own files?

use voiceassist_store::accounts::Account;
use voiceassist_store::{Page, Store};
use voiceassist_workers::Connections;
use voiceassist_workers::sync::files::{RESTORED, SUDDENLY_MISSING};

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
                findings.extend(held(store, account).await);
            }
            if listed.next.is_some() {
                findings.push(Finding::warning(STEP, format!("only the first {MOST} were looked at")));
            }
            findings
        }
    }
}

/// What of the account's files seems deleted and is not believed to be.
async fn held(store: &Store, account: &Account) -> Option<Finding> {
    let step = format!("account {}", account.user_id);
    let held = match store.cursors().files(account.id).await {
        Ok(cursor) => cursor.held?,
        Err(error) => return Some(Finding::failed(&step, error.to_string())),
    };
    let why = match held.reason.as_str() {
        RESTORED => "the server says that its data was put back from a backup",
        SUDDENLY_MISSING => "more than half of the account is suddenly missing",
        _ => "the listing was not believed",
    };
    let seems = format!(
        "{} of {} files and folders seem deleted since {} and nothing was removed, because {why}",
        held.unseen,
        held.total,
        held.since.format("%Y-%m-%d %H:%M UTC"),
    );
    let what_now = match held.accepted_at {
        Some(_) => "the next look removes them, as agreed".to_owned(),
        None => format!(
            "look at Nextcloud; if it is true, run `voiceassist sync --accept-deletions {}`",
            account.user_id
        ),
    };
    Some(Finding::warning(&step, format!("{seems}; {what_now}")))
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
