//! `voiceassist pair`: which Nextcloud apps may vouch for the people signed in there.
//!
//! Only a public key is given, so nothing secret is copied between the two servers.

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use voiceassist_dav::BaseUrl;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::paired_apps::{PUBLIC_KEY_BYTES, key_id};

use super::{Context, Failure};
use crate::audit::operated;
use crate::wiring::{self, World};

/// Arguments of `pair`.
#[derive(Debug, clap::Args)]
pub struct PairArguments {
    #[command(subcommand)]
    command: PairCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PairCommand {
    /// Believe the app of a Nextcloud. `occ voiceassist:setup` prints this command whole.
    Add {
        /// Address of the Nextcloud, as it names itself.
        #[arg(long)]
        nextcloud: String,
        /// The app's Ed25519 public key, in base64.
        #[arg(long)]
        public_key: String,
    },
    /// Show the paired apps.
    List,
    /// Believe an app no longer; sessions it opened end within ten minutes.
    Remove {
        /// The key's name, as `list` shows it.
        key_id: String,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &PairArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    match &arguments.command {
        PairCommand::Add { nextcloud, public_key } => {
            let key = read_key(public_key)?;
            let server = BaseUrl::parse(nextcloud).context("reading the address of the Nextcloud")?;
            let instance = store.instances().ensure(server.as_str()).await?;
            let entry = Entry::new(Actor::Operator, Action::PairingAdd).about(Subject::Instance(instance));
            let added = operated(&store, entry, store.paired_apps().add(instance, &key)).await?;
            added.ok_or_else(|| anyhow!("this key is already paired with another Nextcloud"))?;
            println!("Paired. The key's name is {}.", key_id(&key));
        }
        PairCommand::List => {
            for app in store.paired_apps().list().await? {
                let used =
                    app.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
                println!("{}  {}  paired {}, {used}", app.key_id, app.base_url, app.created_at);
            }
        }
        PairCommand::Remove { key_id } => {
            let Some(app) = store.paired_apps().find(key_id).await? else {
                return Err(Failure::NothingFound);
            };
            let entry = Entry::new(Actor::Operator, Action::PairingRemove).about(Subject::App(app.id));
            if !operated(&store, entry, store.paired_apps().remove(key_id)).await? {
                return Err(Failure::NothingFound);
            }
            println!("Removed. Sessions it opened end within ten minutes.");
        }
    }
    Ok(())
}

fn read_key(base64: &str) -> Result<[u8; PUBLIC_KEY_BYTES], Failure> {
    let bytes = STANDARD.decode(base64.trim()).context("reading the public key: it must be base64")?;
    let length = bytes.len();
    let key = bytes.try_into();
    Ok(key.map_err(|_| anyhow!("the public key must have {PUBLIC_KEY_BYTES} bytes, this one has {length}"))?)
}
