//! `voiceassist migrate`: the database's schema, and what the daemon's role may do with it.
//!
//! With two roles the owner of the tables migrates (`database.owner_url`) and the daemon runs as another
//! (`database.url`), which then cannot change the audit log. After the schema the owner gives that role what it needs;
//! with one role there is nothing to give, and the triggers alone protect the log.

use anyhow::Context as _;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry};

use super::{Context, Failure};
use crate::audit::by_operator;
use crate::config::Config;
use crate::wiring::{World, store_of_any_schema, store_of_owner};

/// Applies what is missing.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    let world = World::real();
    let store = store_of_owner(&config, &world).await.map_err(Failure::Unreachable)?;
    let report = store.migrate().await?;
    store.unlock().await?;
    if report.applied > 0 {
        let entry = Entry::new(Actor::Operator, Action::SchemaMigrate).count("steps", report.applied as u64);
        store.audit().append(by_operator(entry)).await.context("recording the migration")?;
    }
    match report.applied {
        0 => println!("The database is up to date."),
        applied => println!("{applied} migrations applied."),
    }
    if config.database.owner_url.is_some() {
        grant(&config, &world, &store).await?;
    }
    Ok(())
}

/// Gives the daemon's role what it needs.
async fn grant(config: &Config, world: &World, owner: &Store) -> Result<(), Failure> {
    let daemon = store_of_any_schema(config, world).await.map_err(Failure::Unreachable)?;
    let role = daemon.role().await?;
    daemon.close().await;
    if role == owner.role().await? {
        println!("database.url and database.owner_url name the same role, so there is nothing to grant.");
        return Ok(());
    }
    owner.grant_runtime(&role).await?;
    println!("The daemon's role has what it needs, and no right to change the audit log.");
    Ok(())
}
