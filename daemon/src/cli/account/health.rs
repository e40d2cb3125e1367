//! `voiceassist account health`: every connection, its state and what to do about it.

use chrono::TimeDelta;
use serde_json::json;
use voiceassist_model::Setting;
use voiceassist_store::accounts::health::Health;
use voiceassist_store::{Page, Store};

use super::Failure;
use crate::config::Config;

/// Accounts examined in one round.
const PAGE: u32 = 100;

/// Prints them, in the order of connecting.
pub(super) async fn run(config: &Config, store: &Store, as_json: bool) -> Result<(), Failure> {
    let days = store.settings().read().await?.or(Setting::DataOfPeopleGone, config.sync.gone_grace_days);
    let grace = TimeDelta::days(i64::from(days));
    let mut page = Page::first(PAGE);
    loop {
        let listed = store.accounts().health_of_all(&page, grace).await?;
        for health in &listed.items {
            if as_json {
                println!("{}", described(health));
            } else {
                print(health);
            }
        }
        match listed.next {
            Some(next) => page = Page { after: Some(next), limit: PAGE },
            None => return Ok(()),
        }
    }
}

fn described(health: &Health) -> serde_json::Value {
    json!({
        "account": health.account.id,
        "user": health.account.user_id,
        "state": health.account.state.as_str(),
        "since": health.account.state_since,
        "reason": health.account.state_reason,
        "advice": { "code": health.advice.code, "who": health.advice.who.as_str(), "sentence": health.advice.sentence },
        "last_synced_at": health.account.last_synced_at,
        "confirmed_at": health.confirmed_at,
        "held_deletions": health.held_deletions.as_ref().map(|held| held.unseen),
        "next_look_at": health.next_look_at,
        "purge_at": health.purge_at,
    })
}

fn print(health: &Health) {
    println!("{:20} {}. {}", health.account.user_id, health.account.state.as_str(), health.advice.sentence);
    if let Some(purge_at) = health.purge_at {
        println!("{:20} Purged on {}.", "", purge_at.format("%Y-%m-%d"));
    }
    if let Some(held) = &health.held_deletions {
        println!("{:20} {} files seem gone and wait for a look that confirms it.", "", held.unseen);
    }
}
