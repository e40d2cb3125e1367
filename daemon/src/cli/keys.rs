//! `voiceassist keys`: the key files and what they seal.
//!
//! `init` makes what is missing and never overwrites what is there. `status` counts sealed rows by key, `rotate` moves
//! them to a new data key while daemons run, `rewrap` puts the data keys under another master key, `rotate-signing` makes
//! another key the one that signs access tokens. Each can be stopped at any instant and run again.

mod init;
mod rewrap;
mod rotate;
mod rotate_signing;
mod status;

use std::path::PathBuf;

use super::{Context, Failure};

/// Arguments of `keys`.
#[derive(Debug, clap::Args)]
pub struct KeysArguments {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, clap::Subcommand)]
enum KeysCommand {
    /// Make the keys that are missing; keys that are there stay as they are.
    Init,
    /// Count the sealed rows of each column by the data key that opens them.
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a new data key, seal every row with it, and destroy the keys before it. Daemons may run meanwhile. A rotation
    /// that was stopped is gone on with.
    Rotate {
        /// Only go on with a rotation that was begun; make no new key.
        #[arg(long)]
        finish: bool,
        /// Print JSON lines.
        #[arg(long)]
        json: bool,
    },
    /// Make another key the one that signs access tokens. Daemons take it within seconds; tokens of the key before it are
    /// believed until they are over, a quarter of an hour at most, so nobody notices.
    RotateSigning {
        /// Believe the key before it no longer: for one that has become known. Everybody's access token is refused from
        /// then on; pages renew theirs by themselves.
        #[arg(long)]
        at_once: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Put the data keys under another master key. No row changes; every daemon has to be restarted with the new key.
    Rewrap {
        /// The new master key; made if it is not there.
        #[arg(long, value_name = "FILE")]
        new_master: PathBuf,
    },
}

/// Runs `keys`.
pub async fn run(context: &Context, arguments: &KeysArguments) -> Result<(), Failure> {
    match &arguments.command {
        KeysCommand::Init => init::run(context),
        KeysCommand::Status { json } => status::run(context, *json).await,
        KeysCommand::Rotate { finish, json } => rotate::run(context, *finish, *json).await,
        KeysCommand::RotateSigning { at_once, json } => {
            Box::pin(rotate_signing::run(context, *at_once, *json)).await
        }
        KeysCommand::Rewrap { new_master } => rewrap::run(context, new_master).await,
    }
}
