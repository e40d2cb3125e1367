//! The whole path on one machine, with nothing configured: a loopback Nextcloud full of synthetic clinic documents, a
//! private PostgreSQL, the embedded index and the same daemon that `serve` runs.
//!
//! Nothing here shortens the way: the two people connect by Login Flow, their files arrive over WebDAV, the documents
//! are read by the confined child, and the questions go through the HTTP interface. Only the world outside is made up.

mod day;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use voiceassist_fakes::corpus::{self, Corpus, Owner};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, Recipient, Rights, User};
use voiceassist_fakes::postgres::{Durability, PrivateCluster};

use crate::config::Config;
use crate::wiring::World;
use crate::{account, keys, wiring};

/// The corpus is the same every time.
const SEED: u64 = 20_261_123;
/// The database's name in the private cluster.
const DATABASE: &str = "voiceassist";
/// Bad documents beyond this size would make a person wait for nothing.
const MAX_HOSTILE_BYTES: usize = 500_000;
/// What may be set from outside; the rest of the environment is not the demo's business.
const TAKEN_OVER: [&str; 2] = ["VOICEASSIST_MODELS_DIR", "VOICEASSIST_MODELS__WORKERS"];
/// The folder Alice shares with Bob.
const SHARED_FOLDER: &str = "Clinic";

/// The made-up world and the configuration that points at it.
pub struct Stage {
    /// The loopback Nextcloud.
    pub cloud: Nextcloud,
    /// What the daemon is told.
    pub config: Config,
    cluster: PrivateCluster,
}

impl Stage {
    /// Builds it in `directory`. `environment` adds to the configuration, for instance where models are.
    pub async fn build(
        directory: &Path,
        port: u16,
        environment: &[(String, String)],
    ) -> anyhow::Result<Self> {
        // The database runs as its own user and must be able to walk through.
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o711))?;
        let cluster = start_cluster(directory.join("pg")).await?;
        let cloud = Nextcloud::start(script()).await.context("starting the loopback Nextcloud")?;
        populate(&cloud)?;
        day::fill(&cloud, World::real().clock.now())?;
        let config = Config::load(None, &settings(directory, port, &cluster, &cloud, environment))?;
        keys::make_master_key(&config.master_key_file(), &*World::real().randomness)?;
        keys::make_token_key(&config.token_key_file(), &*World::real().randomness)?;
        keys::make_audit_key(&config.audit_key_file(), &*World::real().randomness)?;
        let store = wiring::store_of_any_schema(&config, &World::real()).await?;
        store.migrate().await.context("preparing the database")?;
        store.close().await;
        Ok(Self { cloud, config, cluster })
    }

    /// Connects a person the way a person connects, except that the page is filled in for them.
    pub async fn connect(
        &self,
        context: &voiceassist_workers::Context,
        user: &str,
    ) -> anyhow::Result<account::ConnectedAccount> {
        let base = self.cloud.base_url();
        let accounts = account::Accounts::new(context.store.clone(), context.connections.clone(), &base);
        accounts
            .connect(|link| {
                self.cloud.grant(link.as_str(), user).context("granting the login")?;
                Ok(())
            })
            .await
    }

    /// Takes everything down.
    pub async fn strike(self) -> anyhow::Result<()> {
        self.cloud.stop().await;
        tokio::task::spawn_blocking(move || self.cluster.stop())
            .await?
            .context("stopping the private PostgreSQL")
    }
}

async fn start_cluster(directory: std::path::PathBuf) -> anyhow::Result<PrivateCluster> {
    let start = move || -> anyhow::Result<PrivateCluster> {
        std::fs::create_dir_all(&directory)?;
        let cluster = PrivateCluster::start(&directory, Durability::Safe)?;
        cluster.ensure_database(DATABASE)?;
        Ok(cluster)
    };
    tokio::task::spawn_blocking(start).await?.context("starting a private PostgreSQL")
}

fn script() -> NextcloudScript {
    NextcloudScript::empty()
        .user(
            User::new("alice")
                .display_name("Alice Example")
                .email("alice@clinic.example")
                .group("clinicians"),
        )
        .user(User::new("bob").display_name("Bob Example").email("bob@clinic.example").group("clinicians"))
}

/// Puts the clinic's documents where they belong and shares the common folder.
fn populate(cloud: &Nextcloud) -> anyhow::Result<()> {
    for file in Corpus::clinic(SEED).files {
        let owner = match file.owner {
            Owner::Alice | Owner::Shared => "alice",
            Owner::Bob => "bob",
        };
        cloud.put(owner, &file.path, file.bytes).with_context(|| format!("placing {}", file.path))?;
    }
    for file in corpus::hostile().into_iter().filter(|file| file.bytes.len() <= MAX_HOSTILE_BYTES) {
        // Some names are meant to be refused by any server; those never reach the daemon.
        if cloud.put("alice", &file.path, file.bytes).is_err() {
            tracing::debug!(why = file.why, "the server refused the file");
        }
    }
    cloud.share("alice", SHARED_FOLDER, Recipient::user("bob"), Rights::READ)?;
    Ok(())
}

fn settings(
    directory: &Path,
    port: u16,
    cluster: &PrivateCluster,
    cloud: &Nextcloud,
    environment: &[(String, String)],
) -> Vec<(String, String)> {
    let own = [
        ("NEXTCLOUD_BASE_URL", cloud.base_url()),
        ("DATABASE_URL", cluster.url(DATABASE)),
        ("VOICEASSIST_SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("VOICEASSIST_STATE__DIRECTORY", directory.join("state").display().to_string()),
        ("VOICEASSIST_SYNC__INTERVAL_SECONDS", "5".to_owned()),
        ("VOICEASSIST_LOG__FILTER", "warn".to_owned()),
    ];
    let outside = environment.iter().filter(|(name, _)| TAKEN_OVER.contains(&name.as_str())).cloned();
    own.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(outside).collect()
}
