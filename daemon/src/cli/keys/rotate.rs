//! `voiceassist keys rotate`: every sealed row to a new data key, and the keys before it destroyed.
//!
//! Daemons learn of the new key within seconds and go on reading and writing. The command looks again until no row uses
//! an older key; values that do not open are named by row and keep theirs. Whatever stops it, running it again goes on.

use std::collections::BTreeSet;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use uuid::Uuid;
use voiceassist_model::Clock as _;
use voiceassist_model::SystemClock;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_store::data_keys::rotation::{Destruction, Pass};

use crate::audit::operated;
use crate::cli::{Context, Failure};
use crate::telemetry;
use crate::wiring::{self, World};

/// A step that failed for a passing reason is tried this often in a row.
const TRIES: u32 = 8;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// Damaged rows named at most.
const MAX_NAMED: usize = 20;

pub(super) async fn run(context: &Context, finish: bool, as_json: bool) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let keys = store.data_keys();
    if keys.list().await?.len() > 1 {
        say(as_json, "resumed", "Going on with a rotation that was begun.");
    } else if finish {
        say(as_json, "nothing_to_do", "No rotation was begun.");
        return Ok(());
    } else {
        let entry = Entry::new(Actor::Operator, Action::KeyRotate).code("key", "data");
        let version = operated(&store, entry, keys.rotate()).await?;
        say(as_json, "key_made", &format!("Key {version} seals from now on."));
    }
    let mut damaged = BTreeSet::new();
    loop {
        reseal(&store, as_json, &mut damaged).await?;
        let Destruction { destroyed, in_use, not_before } = keys.destroy_unused().await?;
        for version in destroyed {
            say(as_json, "key_destroyed", &format!("Key {version} is destroyed."));
        }
        if let Some(not_before) = not_before {
            say(as_json, "waiting", "Waiting until every daemon seals with the new key.");
            let wait = (not_before - SystemClock.now()).to_std().unwrap_or_default();
            tokio::time::sleep(wait + PAUSE).await;
        } else if in_use.is_empty() {
            say(as_json, "done", "Every row is sealed with the newest key, which is the only one.");
            return Ok(());
        } else if !damaged.is_empty() {
            return report_damage(&damaged);
        }
    }
}

/// One pass over all rows.
async fn reseal(store: &Store, as_json: bool, damaged: &mut BTreeSet<(String, Uuid)>) -> Result<(), Failure> {
    let bar = if as_json { ProgressBar::hidden() } else { progress(store).await? };
    let (mut pass, mut failures, mut resealed) = (Pass::default(), 0, 0);
    loop {
        match store.data_keys().reseal(&mut pass).await {
            Ok(None) => break,
            Ok(Some(step)) => {
                failures = 0;
                resealed += step.resealed;
                bar.inc(step.resealed);
                bar.set_message(step.column.to_string());
                damaged.extend(step.damaged.into_iter().map(|row| (step.column.to_string(), row)));
            }
            Err(error) if error.is_transient() && failures < TRIES => {
                failures += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    bar.finish_and_clear();
    if resealed > 0 {
        say(as_json, "resealed", &format!("{resealed} rows sealed anew."));
    }
    Ok(())
}

async fn progress(store: &Store) -> Result<ProgressBar, Failure> {
    let newest = store.data_keys().list().await?.last().map_or(0, |key| key.version);
    let uses = store.data_keys().in_use().await?;
    let rows = uses.iter().filter(|used| used.version != newest).map(|used| used.rows).sum();
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} rows, {msg}, {eta} left")?;
    Ok(ProgressBar::new(rows).with_style(style))
}

fn report_damage(damaged: &BTreeSet<(String, Uuid)>) -> Result<(), Failure> {
    eprintln!("{} values do not open; they were left alone, and their key is kept:", damaged.len());
    for (column, row) in damaged.iter().take(MAX_NAMED) {
        eprintln!("  {column} of row {row}");
    }
    Err(Failure::Partial)
}

fn say(as_json: bool, event: &str, words: &str) {
    if as_json {
        println!("{}", json!({ "event": event, "message": words }));
    } else {
        println!("{words}");
    }
}
