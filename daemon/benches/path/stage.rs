//! The parts a section measures, put together as the program does it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_assistant::{AsPerson, AskNextcloud, Assistant, SyncIsEnough};
use voiceassist_dav::{Client, UserId};
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::{AccountId, Clock, OsRandomness, Randomness, SystemClock};
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::embed::minilm::{self, MiniLm, MiniLmSettings};
use voiceassist_rag::embed::recent::Recent;
use voiceassist_rag::extract::child::{ChildReader, ChildSettings};
use voiceassist_rag::index::IndexSpec;
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::retrieve::Retriever;
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::rhythm::Pace;
use voiceassist_store::{MasterKey, Store, StoreSettings};
use voiceassist_workers::{ConnectionSettings, Connections, Context, Settings};

/// Everything but a Nextcloud.
pub(crate) struct Stage {
    pub(crate) context: Context,
    pub(crate) terms: TermKey,
    pub(crate) database: TestDatabase,
    _directory: TempDir,
}

impl Stage {
    pub(crate) async fn build() -> Self {
        Self::build_with(Arc::new(SystemClock)).await
    }

    /// The same under another clock.
    pub(crate) async fn build_with(clock: Arc<dyn Clock>) -> Self {
        let database = TestDatabase::create();
        let directory = tempfile::tempdir().unwrap();
        let randomness: Arc<dyn Randomness> = Arc::new(OsRandomness);
        let settings = StoreSettings::new(database.url());
        let key = MasterKey::from_bytes([7; 32]);
        let store = Store::connect(settings, key, Arc::clone(&clock), Arc::clone(&randomness)).await.unwrap();
        store.migrate().await.unwrap();
        store.unlock().await.unwrap();
        let terms = TermKey::new([9; 32]);
        let spec = IndexSpec::new(minilm::INT8, minilm::DIMENSION, &terms);
        let index = EdgeIndex::open(directory.path().join("index"), spec, Uuid::from_u128(1)).await.unwrap();
        let spool = directory.path().join("spool");
        voiceassist_workers::spool::clear(&spool).unwrap();
        let connection = ConnectionSettings {
            concurrency: 4,
            requests_per_second: 1_000,
            timeout: Duration::from_mins(1),
        };
        let arguments = ["extract", "--confined", "--json"].into_iter().map(Into::into).collect();
        let reader = ChildSettings::new(env!("CARGO_BIN_EXE_voiceassist").into(), arguments);
        let context = Context {
            connections: Connections::new(store.clone(), connection).unwrap(),
            store,
            index: Arc::new(index),
            embedder: embedder(),
            terms: Arc::new(SparseEncoder::new(terms.clone())),
            reader: Arc::new(ChildReader::new(reader)),
            clock,
            randomness,
            settings: Arc::new(Settings {
                spool,
                max_file_bytes: 1 << 28,
                listings: 4,
                pace: Pace::default(),
                gone_grace: voiceassist_store::accounts::health::DEFAULT_GRACE,
            }),
        };
        Self { context, terms, database, _directory: directory }
    }

    /// What answers questions from this stage; sync is taken for fresh enough.
    pub(crate) fn assistant(&self) -> Assistant {
        let context = &self.context;
        let terms = SparseEncoder::new(self.terms.clone());
        let embedder =
            context.embedder.clone().map(|model| Arc::new(Recent::new(model)) as Arc<dyn Embedder>);
        let retriever = Retriever::new(embedder.clone(), Arc::clone(&context.index), terms);
        let parts = voiceassist_assistant::Parts {
            store: context.store.clone(),
            retriever: Arc::new(retriever),
            freshness: Arc::new(SyncIsEnough),
            embedder,
            clock: Arc::clone(&context.clock),
        };
        Assistant::new(parts, voiceassist_assistant::Settings::default())
    }

    /// The same, asking Nextcloud about what sync did not confirm lately.
    pub(crate) fn assistant_that_asks(&self, settings: voiceassist_assistant::Settings) -> Assistant {
        let context = &self.context;
        let retriever = Retriever::new(
            context.embedder.clone(),
            Arc::clone(&context.index),
            SparseEncoder::new(self.terms.clone()),
        );
        let people = Arc::new(People(context.connections.clone()));
        let parts = voiceassist_assistant::Parts {
            store: context.store.clone(),
            retriever: Arc::new(retriever),
            freshness: Arc::new(AskNextcloud::new(context.store.clone(), people)),
            embedder: context.embedder.clone(),
            clock: Arc::clone(&context.clock),
        };
        Assistant::new(parts, settings)
    }

    /// Keeps an account that signs in with `password`.
    pub(crate) async fn account(&self, base_url: &str, user: &str, password: String) -> AccountId {
        let instance = self.context.store.instances().ensure(base_url).await.unwrap();
        let account = NewAccount {
            instance,
            user_id: user.to_owned(),
            login_name: user.to_owned(),
            display_name: user.to_owned(),
            app_password: password.into(),
        };
        self.context.store.accounts().connect(account).await.unwrap()
    }
}

/// Everybody's own client.
struct People(Connections);

#[async_trait]
impl AsPerson for People {
    async fn client(&self, account: AccountId) -> Option<(Client, UserId)> {
        let connected = self.0.of(account).await.ok()?;
        Some((connected.client, connected.user))
    }
}

/// Where the models are, if the environment says so.
pub(crate) fn models_directory() -> Option<PathBuf> {
    std::env::var_os("VOICEASSIST_MODELS_DIR").map(PathBuf::from)
}

/// The local model on two threads, if it is installed.
pub(crate) fn embedder() -> Option<Arc<dyn Embedder>> {
    let directory = models_directory()?;
    let settings = MiniLmSettings {
        runtime: directory.join("libonnxruntime.so"),
        model: directory.join("minilm-int8.onnx"),
        tokenizer: directory.join("minilm-tokenizer.json"),
        workers: 2,
        idle_unload: None,
    };
    MiniLm::new(&settings).ok().map(|model| Arc::new(model) as Arc<dyn Embedder>)
}
