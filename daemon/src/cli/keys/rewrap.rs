//! `voiceassist keys rewrap`: the data keys under another master key, all of them or none.

use std::path::Path;

use voiceassist_model::OsRandomness;
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_store::{MasterKey, SealError, StoreError};

use crate::audit::operated;
use crate::cli::{Context, Failure};
use crate::config::Config;
use crate::keys::{self, Made, make_master_key};
use crate::wiring::{self, World};

pub(super) async fn run(context: &Context, new_master: &Path) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store_of_any_schema(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let made = make_master_key(new_master, &OsRandomness)?;
    let new = MasterKey::from_bytes(*keys::MasterKey::read(new_master)?.bytes());
    match store.unlock().await {
        // The key in use may be the new one already: then this command was run before.
        Err(StoreError::Seal(SealError::WrongMasterKey)) if made == Made::Kept => {
            let probe = wiring::store_with_master(&config, &World::real(), new_master).await?;
            probe.unlock().await?;
            println!("The keys are under that master key already.");
        }
        unlocked => {
            unlocked?;
            let entry = Entry::new(Actor::Operator, Action::KeyRotate).code("key", "master");
            let rewrapped = operated(&store, entry, store.data_keys().rewrap(&new)).await?;
            println!("{rewrapped} keys are under the master key in {} now.", new_master.display());
        }
    }
    advise(&config, new_master);
    Ok(())
}

fn advise(config: &Config, new_master: &Path) {
    if config.master_key_file() == new_master {
        return;
    }
    println!(
        "Set secrets.master_key_file to it and restart every daemon; {} opens nothing any more, except backups",
        config.master_key_file().display()
    );
    println!("made before. Keep a copy of the new key apart from the database's backups.");
}
