//! `voiceassist migrate`: the database's schema.

use super::{Context, Failure};
use crate::wiring::{World, store_of_any_schema};

/// Applies what is missing.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    let store = store_of_any_schema(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let report = store.migrate().await?;
    store.unlock().await?;
    match report.applied {
        0 => println!("The database is up to date."),
        applied => println!("{applied} migrations applied."),
    }
    Ok(())
}
