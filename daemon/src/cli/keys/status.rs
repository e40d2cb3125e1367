//! `voiceassist keys status`: which data keys there are and how many rows of each column use them.

use serde_json::json;

use crate::cli::{Context, Failure};
use crate::wiring::{self, World};

pub(super) async fn run(context: &Context, as_json: bool) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let keys = store.data_keys().list().await?;
    let uses = store.data_keys().in_use().await?;
    let newest = keys.last().map_or(0, |key| key.version);
    if as_json {
        let rows: Vec<_> = uses
            .iter()
            .map(|used| json!({ "column": used.column.to_string(), "key": used.version, "rows": used.rows }))
            .collect();
        let keys: Vec<_> = keys
            .iter()
            .map(|key| json!({ "version": key.version, "made_at": key.created_at, "seals": key.version == newest }))
            .collect();
        println!("{}", json!({ "keys": keys, "rows": rows }));
        return Ok(());
    }
    for key in &keys {
        let rows: u64 = uses.iter().filter(|used| used.version == key.version).map(|used| used.rows).sum();
        let role = if key.version == newest { "seals and opens" } else { "only opens" };
        println!(
            "key {}, made {}: {role}, {rows} rows",
            key.version,
            key.created_at.format("%Y-%m-%d %H:%M")
        );
        for used in uses.iter().filter(|used| used.version == key.version) {
            println!("  {:<32} {}", used.column.to_string(), used.rows);
        }
    }
    if keys.len() > 1 {
        println!("A rotation is not finished; `voiceassist keys rotate` goes on with it.");
    }
    Ok(())
}
