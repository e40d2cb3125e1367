//! The composition root: configuration in, working parts out.
//!
//! Every command that needs more than arguments gets its parts here, so that `serve`, `demo` and `sync` cannot differ
//! in how they are put together. Rules live in the crates; this module only decides who is handed what.

pub mod indexes;
pub mod served;
pub mod writing;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use chrono::TimeDelta;
use secrecy::SecretString;
use voiceassist_assistant::writes::WriteSettings;
use voiceassist_assistant::{AsPerson, AskNextcloud, Assistant, Writes};
use voiceassist_dav::egress::HttpSettings;
use voiceassist_dav::imap::TlsTrust;
use voiceassist_dav::{Client, UserId};
use voiceassist_model::{AccountId, Clock, OsRandomness, Randomness, SystemClock};
use voiceassist_phi::Gate;
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::embed::minilm::{self, MiniLm, MiniLmSettings};
use voiceassist_rag::embed::recent::Recent;
use voiceassist_rag::embed::remote;
use voiceassist_rag::embed::switching::Switching;
use voiceassist_rag::extract::child::{ChildReader, ChildSettings};
use voiceassist_rag::index::qdrant::QdrantSettings;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::index::twin::Twin;
use voiceassist_rag::index::{ChunkIndex, IndexSpec};
use voiceassist_rag::retrieve::Retriever;
use voiceassist_server::MailServers;
use voiceassist_server::auth::oidc::{Provider, ProviderSettings};
use voiceassist_server::auth::policy::Policies;
use voiceassist_server::auth::roles::RoleGroups;
use voiceassist_server::auth::signing;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_store::rhythm::Pace;
use voiceassist_store::shared_rates::{self, SharedRates};
use voiceassist_store::{MasterKey, Store, StoreSettings};
use voiceassist_workers::push::PushMode;
use voiceassist_workers::{ConnectionSettings, Connections, Context, Settings};
use zeroize::Zeroizing;

use crate::account::Accounts;
use crate::config::{Config, NotifyPush};
use crate::{egress, keys, models};

/// Who signs access tokens, as their `iss` claim.
const ISSUER: &str = "voiceassist";
/// Folder listings under way at the same time for one account.
const LISTINGS_PER_ACCOUNT: usize = 4;
/// Until a request to the index server is given up.
const INDEX_TIMEOUT: Duration = Duration::from_secs(20);
/// A model unused for this long leaves memory.
const MODEL_IDLE: Duration = Duration::from_mins(10);

/// The clock and the randomness of the real world.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes keys and ids.
    pub randomness: Arc<dyn Randomness>,
}

impl World {
    /// The machine's own.
    pub fn real() -> Self {
        Self { clock: Arc::new(SystemClock), randomness: Arc::new(OsRandomness) }
    }
}

/// The clients that sync uses, for whoever asks about freshness.
struct SyncClients(Connections);

#[async_trait]
impl AsPerson for SyncClients {
    async fn client(&self, account: AccountId) -> Option<(Client, UserId)> {
        let connected = self.0.of(account).await.ok()?;
        Some((connected.client, connected.user))
    }
}

/// What asks Nextcloud whether a person may still see what others keep.
pub fn asking_nextcloud(store: &Store, connections: &Connections) -> AskNextcloud {
    AskNextcloud::new(store.clone(), Arc::new(SyncClients(connections.clone())))
}

/// Begins and ends connections to the configured Nextcloud.
pub fn accounts(config: &Config, store: &Store, connections: &Connections) -> Accounts {
    Accounts::new(store.clone(), connections.clone(), &config.nextcloud.base_url)
}

/// Writes to Nextcloud as people.
pub fn writes(store: &Store, connections: &Connections) -> Writes {
    Writes::new(store.clone(), Arc::new(SyncClients(connections.clone())), WriteSettings::default())
}

/// What `serve` runs on.
pub struct Parts {
    /// What the engines work with.
    pub context: Context,
    /// Answers.
    pub assistant: Assistant,
    /// Begins and ends connections to Nextcloud.
    pub accounts: Accounts,
    /// Signs and checks access tokens.
    pub tokens: Arc<TokenKeys>,
    /// Where people sign in, if anywhere but in Nextcloud.
    pub provider: Option<Arc<Provider>>,
    /// Says who may do what.
    pub policies: Arc<Policies>,
    /// Which groups make which role.
    pub role_groups: RoleGroups,
    /// The mail servers people may name.
    pub mail_servers: MailServers,
    /// What stands between the program and a model, where there is one.
    pub gate: Option<Gate>,
    /// The index, and the one that is made in its place.
    pub opened: indexes::Opened,
    /// Where replicas count requests together, if they do.
    pub shared_rates: Option<Arc<SharedRates>>,
}

/// Opens the database and the sealed store in it. The schema must be current.
pub async fn store(config: &Config, world: &World) -> anyhow::Result<Store> {
    let store = store_of_any_schema(config, world).await?;
    match store.schema_state().await.context("reading the database's schema version")? {
        voiceassist_store::SchemaState::Current => {}
        voiceassist_store::SchemaState::Behind { pending } => {
            anyhow::bail!(
                "the database is {pending} migrations behind this release; run `voiceassist migrate`"
            );
        }
        voiceassist_store::SchemaState::Ahead { .. } => {
            anyhow::bail!("the database was migrated by a newer release; install that release");
        }
    }
    store.unlock().await.context("opening the seal with the master key")?;
    Ok(store)
}

/// Opens the database whatever its schema, as the role the daemon runs as.
pub async fn store_of_any_schema(config: &Config, world: &World) -> anyhow::Result<Store> {
    store_with_master(config, world, &config.master_key_file()).await
}

/// The same with the master key of another file.
pub async fn store_with_master(config: &Config, world: &World, master: &Path) -> anyhow::Result<Store> {
    open(config, world, master, &config.database.url).await
}

/// Opens the database whatever its schema, as the role that owns its tables, for `migrate`.
pub async fn store_of_owner(config: &Config, world: &World) -> anyhow::Result<Store> {
    let url = config.database.owner_url.as_ref().unwrap_or(&config.database.url);
    open(config, world, &config.master_key_file(), url).await
}

async fn open(config: &Config, world: &World, master: &Path, url: &SecretString) -> anyhow::Result<Store> {
    use secrecy::ExposeSecret as _;
    let master = keys::MasterKey::read(master)?;
    let mut settings = StoreSettings::new(url.expose_secret());
    settings.max_connections = config.database.max_connections;
    let clock = Arc::clone(&world.clock);
    let randomness = Arc::clone(&world.randomness);
    Store::connect(settings, MasterKey::from_bytes(*master.bytes()), clock, randomness)
        .await
        .context("connecting to the database; is it running and is database.url right?")
}

/// The way to Nextcloud.
pub fn connections(config: &Config, store: &Store) -> anyhow::Result<Connections> {
    let settings = ConnectionSettings {
        concurrency: config.nextcloud.concurrency,
        requests_per_second: config.nextcloud.requests_per_second,
        timeout: Duration::from_secs(config.nextcloud.timeout_seconds),
    };
    Connections::reaching(store.clone(), settings, egress::destinations(config)?)
        .context("preparing connections to Nextcloud")
}

/// How often accounts are looked at without a hint.
fn pace(config: &Config) -> Pace {
    let seconds = |seconds: u64| TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1_000));
    Pace { active: seconds(config.sync.interval_seconds), idle: seconds(config.sync.idle_interval_seconds) }
}

/// Whether lines to the push service are kept.
pub fn push_mode(config: &Config) -> PushMode {
    match config.nextcloud.notify_push {
        NotifyPush::Auto => PushMode::Auto,
        NotifyPush::On => PushMode::On,
        NotifyPush::Off => PushMode::Off,
    }
}

/// The keys that sign access tokens, from the database. At the first start it gets the one of the file, if there is one.
pub async fn tokens(config: &Config, world: &World, store: &Store) -> anyhow::Result<TokenKeys> {
    let path = config.token_key_file();
    let first = match std::fs::read(&path) {
        Ok(pem) => Some(Zeroizing::new(pem)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| format!("reading the token key {}", path.display()));
        }
    };
    let ring = signing::ring(store, first.as_ref().map(|pem| pem.as_slice()));
    let ring = ring.await.context("reading the keys that sign tokens")?;
    Ok(TokenKeys::of(ring, ISSUER, Arc::clone(&world.clock)))
}

/// Where people sign in, if anywhere but in Nextcloud.
async fn provider(config: &Config, world: &World, store: &Store) -> anyhow::Result<Option<Arc<Provider>>> {
    let nextcloud = &config.nextcloud;
    let (Some(issuer), Some(client_id), Some(redirect_uri)) =
        (&nextcloud.oidc_issuer, &nextcloud.client_id, &nextcloud.redirect_uri)
    else {
        return Ok(None);
    };
    let settings = ProviderSettings {
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: nextcloud.client_secret.clone(),
        redirect_uri: redirect_uri.clone(),
        user_claim: config.auth.user_claim.clone(),
        groups_claim: config.auth.groups_claim.clone(),
        scopes: config.auth.scopes.clone(),
        step_up_acr: config.auth.step_up_acr.clone(),
        instance: store.instances().ensure(&nextcloud.base_url).await?,
    };
    let destinations = egress::destinations(config)?;
    let http = destinations
        .client(&HttpSettings::default())
        .context("preparing connections to the sign-in provider")?;
    Ok(Some(Arc::new(Provider::new(settings, http, destinations, Arc::clone(&world.clock)))))
}

/// The rules about who may do what.
pub fn policies(config: &Config) -> anyhow::Result<Policies> {
    let directory = Some(config.policy.directory.clone()).filter(|path| !path.as_os_str().is_empty());
    Policies::load(directory).context("loading the policy")
}

/// Where replicas count requests together, if they do. It need not answer yet.
pub async fn shared_rates(config: &Config, store: &Store) -> anyhow::Result<Option<SharedRates>> {
    let Some(url) = config.redis.address() else { return Ok(None) };
    let master = keys::MasterKey::read(&config.master_key_file())?;
    let key = keys::rates_key(store, &master).await?;
    SharedRates::new(url, key, shared_rates::PATIENCE).context("reading redis.url").map(Some)
}

/// Which groups of Nextcloud make which role.
pub fn role_groups(config: &Config) -> RoleGroups {
    RoleGroups {
        admin: config.policy.admin_groups.clone(),
        medical_staff: config.policy.medical_staff_groups.clone(),
        auditor: config.policy.auditor_groups.clone(),
    }
}

/// The mail servers people may name, and whose certificates are believed.
pub fn mail_servers(config: &Config) -> anyhow::Result<MailServers> {
    let trust = TlsTrust::new(&[]).context("reading the machine's certificates")?;
    Ok(MailServers { destinations: egress::destinations(config)?, trust })
}

/// The local embedder, if its files are there.
pub fn embedder(config: &Config) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    let paths = models::paths(&config.models_directory());
    let settings = MiniLmSettings {
        runtime: paths.runtime,
        model: paths.embedder,
        tokenizer: paths.tokenizer,
        workers: config.models.workers,
        idle_unload: Some(MODEL_IDLE),
    };
    match MiniLm::new(&settings) {
        Ok(model) => Ok(Some(Arc::new(model))),
        Err(error) if error.is_missing_model() => Ok(None),
        Err(error) => Err(error).context("preparing the embedding model"),
    }
}

/// The key that hides words in the index.
pub async fn terms(config: &Config, store: &Store) -> anyhow::Result<TermKey> {
    let master = keys::MasterKey::read(&config.master_key_file())?;
    keys::term_key(store, &master).await
}

/// What an index must be made for: the configured model, or the one in the program.
pub fn index_spec(config: &Config, terms: &TermKey) -> IndexSpec {
    match config.models.embedder() {
        Some(embedding) => {
            IndexSpec::new(&remote::id(&embedding.model, embedding.dimension), embedding.dimension, terms)
        }
        None => IndexSpec::new(minilm::INT8, minilm::DIMENSION, terms),
    }
}

/// The index that answers, to look at.
pub async fn index(
    config: &Config,
    world: &World,
    store: &Store,
    terms: &TermKey,
) -> anyhow::Result<Arc<dyn ChunkIndex>> {
    indexes::look(config, world, store, index_spec(config, terms)).await
}

/// Throws the index away, and one that is made in its place, so that it is made anew. Nobody may have it open.
pub async fn discard_index(config: &Config) -> anyhow::Result<()> {
    for place in indexes::places(config).await? {
        if place.identity().await?.is_some() {
            place.discard().await.context("throwing the index away")?;
        }
    }
    Ok(())
}

fn qdrant_settings(config: &Config) -> QdrantSettings {
    QdrantSettings {
        url: config.index.qdrant_url.clone(),
        api_key: config.index.qdrant_api_key.clone(),
        collection: config.index.collection.clone(),
        timeout: INDEX_TIMEOUT,
    }
}

/// Reads documents through a confined child of this very program.
pub fn reader(config: &Config) -> anyhow::Result<ChildReader> {
    let program = std::env::current_exe().context("finding this program's own file")?;
    let ingest = &config.ingest;
    let mut arguments = vec![
        "extract".to_owned(),
        "--confined".to_owned(),
        "--json".to_owned(),
        format!("--max-bytes={}", ingest.max_file_bytes),
        format!("--max-pages={}", ingest.max_pages),
        format!("--max-chars={}", ingest.max_chars),
        format!("--memory-bytes={}", ingest.reader_memory_bytes),
        format!("--cpu-seconds={}", ingest.reader_seconds),
    ];
    if !ingest.ocr_program.as_os_str().is_empty() {
        arguments.extend([
            format!("--ocr-program={}", ingest.ocr_program.display()),
            format!("--ocr-languages={}", ingest.ocr_languages),
            format!("--ocr-pages={}", ingest.ocr_pages),
        ]);
    }
    let settings = ChildSettings {
        timeout: Duration::from_secs(ingest.reader_seconds),
        ..ChildSettings::new(program, arguments.into_iter().map(Into::into).collect())
    };
    Ok(ChildReader::new(settings))
}

impl Parts {
    /// Puts everything together.
    pub async fn assemble(config: &Config, world: &World) -> anyhow::Result<Self> {
        let store = store(config, world).await?;
        let tokens = tokens(config, world, &store).await?;
        let provider = provider(config, world, &store).await?;
        let shared_rates = shared_rates(config, &store).await?.map(Arc::new);
        let terms = terms(config, &store).await?;
        let models = &config.models;
        let is_elsewhere =
            !models.writers().is_empty() || models.embedder().is_some() || models.reranker().is_some();
        let gate = if is_elsewhere { Some(served::gate(config, &store).await?) } else { None };
        let embedder = document_embedder(config, world, gate.as_ref())?;
        let spec = index_spec(config, &terms);
        let opened = indexes::open(config, world, &store, spec, embedder.is_some()).await?;
        let index: Arc<dyn ChunkIndex> = Arc::<Twin>::clone(&opened.twin);
        let asking = asking(config, &opened.twin, embedder.as_ref())?;
        let context = Context {
            connections: connections(config, &store)?,
            index: Arc::clone(&index),
            embedder: embedder.clone(),
            terms: Arc::new(SparseEncoder::new(terms.clone())),
            reader: Arc::new(reader(config)?),
            clock: Arc::clone(&world.clock),
            randomness: Arc::clone(&world.randomness),
            settings: Arc::new(Settings {
                spool: config.state.directory.join("spool"),
                max_file_bytes: config.ingest.max_file_bytes,
                listings: LISTINGS_PER_ACCOUNT,
                pace: pace(config),
                gone_grace: TimeDelta::days(i64::from(config.sync.gone_grace_days)),
            }),
            store: store.clone(),
        };
        let parts = voiceassist_assistant::Parts {
            store,
            retriever: Arc::new(Retriever::new(asking.clone(), index, SparseEncoder::new(terms))),
            embedder: asking,
            freshness: Arc::new(asking_nextcloud(&context.store, &context.connections)),
            clock: Arc::clone(&world.clock),
        };
        let (writer, ranking) = match &gate {
            Some(gate) => (writing::writer(config, world, gate)?, served::ranking(config, world, gate)?),
            None => (None, None),
        };
        let assistant = Assistant::with_models(parts, writer, ranking, answering(config.answers));
        let accounts = accounts(config, &context.store, &context.connections);
        Ok(Self {
            context,
            assistant,
            accounts,
            tokens: Arc::new(tokens),
            provider,
            policies: Arc::new(policies(config)?),
            role_groups: role_groups(config),
            mail_servers: mail_servers(config)?,
            gate,
            opened,
            shared_rates,
        })
    }
}

/// What embeds documents: the configured model, or the one in the program if its files are there.
fn document_embedder(
    config: &Config,
    world: &World,
    gate: Option<&Gate>,
) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    if let Some(gate) = gate
        && let Some(remote) = served::embedder(config, world, gate)?
    {
        return Ok(Some(remote.into_embedder()));
    }
    embedder(config)
}

/// What embeds questions and the sentences that may answer them: the model of the index that answers, with what it made
/// lately at hand.
fn asking(
    config: &Config,
    twin: &Arc<Twin>,
    of_new: Option<&Arc<dyn Embedder>>,
) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    let Some(of_new) = of_new else { return Ok(None) };
    let recent: Arc<dyn Embedder> = Arc::new(Recent::new(Arc::clone(of_new)));
    if twin.next().is_none() {
        return Ok(Some(recent));
    }
    let made_by = twin.identity().embedder.as_str();
    let of_old = if made_by == of_new.id() {
        Some(Arc::clone(&recent))
    } else if made_by == minilm::INT8 {
        embedder(config)?.map(|old| Arc::new(Recent::new(old)) as Arc<dyn Embedder>)
    } else {
        None
    };
    Ok(Some(Arc::new(Switching::new(Arc::clone(twin), of_old, recent))))
}

/// How the assistant answers, as configured.
fn answering(answers: crate::config::Answers) -> voiceassist_assistant::Settings {
    voiceassist_assistant::Settings {
        decompose: answers.enable_query_decomposition,
        multi_hop: answers.enable_multi_hop_retrieval,
        ..voiceassist_assistant::Settings::default()
    }
}
