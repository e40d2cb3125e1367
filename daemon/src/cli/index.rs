//! `voiceassist index`: what the index holds, and making it anew from the database.
//!
//! Neither asks Nextcloud for anything: the text of every document is kept, sealed, in PostgreSQL. A rebuild in place
//! replaces point by point, so searches go on over what is there. With `--discard` the index is thrown away first, for
//! when it cannot be opened or belongs to another model; then only documents that are done are found meanwhile.

use serde_json::json;
use voiceassist_model::DocumentState;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry};

use super::{Context, Failure, sync};
use crate::audit::operated;
use crate::config::Config;
use crate::telemetry;
use crate::wiring::{self, World};

/// Documents put back in one step.
const BATCH: u32 = 1_000;

/// Arguments of `index`.
#[derive(Debug, clap::Args)]
pub struct IndexArguments {
    #[command(subcommand)]
    command: IndexCommand,
}

#[derive(Debug, clap::Subcommand)]
enum IndexCommand {
    /// Say what the index holds and what it should hold.
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write every document into the index again, from the database alone.
    Rebuild {
        /// Throw the index away first. The daemon must be stopped; only finished documents are found meanwhile.
        #[arg(long)]
        discard: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs `index`.
pub async fn run(context: &Context, arguments: &IndexArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    match arguments.command {
        IndexCommand::Status { json } => status(&config, &world, &store, json).await,
        IndexCommand::Rebuild { discard, json } => {
            Box::pin(rebuild(&config, &world, &store, discard, json)).await
        }
    }
}

async fn status(config: &Config, world: &World, store: &Store, as_json: bool) -> Result<(), Failure> {
    let chunks = store.chunks().count().await?;
    let counts = store.documents().counts(None).await?;
    let recorded = store.index_epochs().current(voiceassist_workers::recovery::INDEX).await?;
    let build = store.index_epochs().build(voiceassist_workers::recovery::INDEX).await?;
    let found = counts.get(DocumentState::Searchable) + counts.get(DocumentState::Indexed);
    let embedded = config.index.qdrant_url.is_empty();
    let form = if embedded { "embedded" } else { "server" };
    let is_held = embedded && is_daemon_running(config).await;
    let opened = if is_held {
        None
    } else {
        let terms = wiring::terms(config, store).await?;
        Some(wiring::index(config, world, store, &terms).await.map_err(Failure::Unreachable)?)
    };
    let points = match &opened {
        Some(index) => Some(index.count().await?),
        None => None,
    };
    let identity = opened.as_ref().map(|index| index.identity().clone());
    let is_filled = identity.as_ref().is_none_or(|identity| recorded == Some(identity.epoch));
    if as_json {
        println!(
            "{}",
            json!({
                "form": form,
                "held_by_daemon": is_held,
                "points": points,
                "chunks": chunks,
                "documents_found": found,
                "documents_unfinished": counts.unfinished(),
                "filled_by_this_database": is_filled,
                "identity": identity,
                "being_made": build.map(|build| json!({
                    "epoch": build.epoch,
                    "documents": build.done,
                    "of": build.total,
                    "started_at": build.started_at,
                })),
            })
        );
        return Ok(());
    }
    println!("{form} index, {found} documents found by it, {} on their way", counts.unfinished());
    match points {
        Some(points) => println!("{points} points for {chunks} chunks of text"),
        None => println!(
            "{chunks} chunks of text; the daemon that runs holds the index, `voiceassist doctor --deep` asks it"
        ),
    }
    if let Some(identity) = identity {
        println!(
            "made for {} ({} dimensions), epoch {}",
            identity.embedder, identity.dimension, identity.epoch
        );
    }
    if let Some(build) = build {
        println!(
            "another index is made in its place: {} of {} documents since {}; this one answers meanwhile",
            build.done, build.total, build.started_at
        );
    }
    if !is_filled {
        println!("it was made anew and is not filled yet; the daemon fills it when it starts");
    }
    Ok(())
}

async fn rebuild(
    config: &Config,
    world: &World,
    store: &Store,
    discard: bool,
    as_json: bool,
) -> Result<(), Failure> {
    telemetry::start_log(&config.log)?;
    if discard {
        if is_daemon_running(config).await {
            return Err(Failure::Other(anyhow::anyhow!(
                "the daemon runs and holds the index; stop it, or rebuild in place without --discard"
            )));
        }
        let entry = Entry::new(Actor::Operator, Action::IndexDiscard);
        operated(store, entry, wiring::discard_index(config)).await?;
    } else {
        let vectors = wiring::embedder(config)?.is_some();
        let documents = put_back(store, vectors).await?;
        if !as_json {
            println!("{documents} documents are written again; what the index has is found until then.");
        }
    }
    // Without a daemon this command does the work, and notices by itself that a discarded index is empty.
    let own = sync::work_here(config, world).await?;
    let followed = tokio::select! {
        counts = sync::follow(store, as_json) => counts.map(|_| ()),
        signal = crate::lifecycle::signal() => { signal?; Err(Failure::Partial) }
    };
    if let Some((runner, parts)) = own {
        runner.stop(sync::GRACE).await;
        parts.context.index.flush().await?;
        parts.context.index.optimise().await?;
    }
    followed
}

/// Puts every document of the index back to where it is written anew.
async fn put_back(store: &Store, vectors: bool) -> Result<u64, Failure> {
    let (mut after, mut count) = (None, 0);
    loop {
        let page = store.truth().indexed(after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(*last);
        count += store.truth().reindex(&page, vectors).await?;
    }
}

async fn is_daemon_running(config: &Config) -> bool {
    tokio::net::TcpStream::connect(config.server.listen).await.is_ok()
}
