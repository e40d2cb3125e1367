//! `voiceassist keys`: the key files. It makes what is missing and never overwrites what is there.

use voiceassist_model::OsRandomness;

use super::{Context, Failure};
use crate::keys::{Made, make_master_key, make_token_key};

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
}

/// Makes keys.
pub fn run(context: &Context, arguments: &KeysArguments) -> Result<(), Failure> {
    let KeysCommand::Init = arguments.command;
    let config = context.unchecked_config()?;
    let randomness = OsRandomness;
    for (path, made) in [
        (config.master_key_file(), make_master_key(&config.master_key_file(), &randomness)?),
        (config.token_key_file(), make_token_key(&config.token_key_file(), &randomness)?),
    ] {
        let what = if made == Made::New { "made" } else { "kept" };
        println!("{what} {}", path.display());
    }
    println!(
        "Keep a copy of the master key apart from the database's backups: without it they cannot be read."
    );
    Ok(())
}
