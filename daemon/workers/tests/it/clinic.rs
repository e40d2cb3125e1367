//! A clinic in a test: one Nextcloud, one database, one index, and the queue worked by hand.
//!
//! Jobs are claimed and run by the real workers until nothing is due, so a test says "settle" and then looks.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_dav::ocs::ReadOwnUser;
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, Transport, TransportSettings,
};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::{
    AccountId, Clock, DocumentId, ManualClock, OsRandomness, Passage, Randomness, Reason,
};
use voiceassist_rag::embed::{EmbedError, Embedder};
use voiceassist_rag::extract::{self, ExtractSettings, Extracted, ReadFailure, Reader};
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseEncoder, TermKey};
use voiceassist_rag::index::{HybridQuery, IndexSpec};
use voiceassist_store::accounts::{Account, NewAccount};
use voiceassist_store::documents::{DocumentFilter, DocumentSummary};
use voiceassist_store::rhythm::Pace;
use voiceassist_store::verified::{Claim, Quoting, Unverified, Verified, Witness};
use voiceassist_store::{MasterKey, Page, Store, StoreSettings, make_schema, schema_name};
use voiceassist_workers::sync::files::{SyncReport, sync_files};
use voiceassist_workers::{
    ConnectionSettings, Connections, Context, JobError, Runner, RunnerSettings, Settings,
};

/// Dimensions of the test embedder.
const DIMENSION: usize = 8;
/// A clinic that has not settled by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

/// Believes what the database says, so that tests see what that is.
struct Mirror;

impl Witness for Mirror {
    async fn confirm(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        claim.documents().keys().copied().collect()
    }
}

async fn shown<T: Quoting>(found: Unverified<T>) -> Vec<T> {
    found.verified_by(&Mirror).await.into_iter().map(Verified::into_inner).collect()
}

pub struct Clinic {
    pub cloud: Nextcloud,
    pub context: Context,
    pub clock: Arc<ManualClock>,
    pub database: TestDatabase,
    _directory: TempDir,
}

impl Clinic {
    /// Begins anew towards the server, as after a restart. A pause the server asked for is counted by the machine's own
    /// clock, which no test can set.
    pub fn reconnect(&mut self) {
        let connection = ConnectionSettings {
            concurrency: 4,
            requests_per_second: 1_000,
            timeout: Duration::from_secs(10),
        };
        self.context.connections =
            Connections::new(self.context.store.clone(), connection).expect("connections");
    }

    pub async fn open() -> Self {
        Self::open_with(NextcloudScript::default()).await
    }

    pub async fn open_with(script: NextcloudScript) -> Self {
        Self::open_impatient(script, Duration::from_secs(10)).await
    }

    /// The same, with requests that are given up after `timeout`.
    pub async fn open_impatient(script: NextcloudScript, timeout: Duration) -> Self {
        _ = rustls::crypto::ring::default_provider().install_default();
        let cloud = Nextcloud::start(script).await.expect("the loopback Nextcloud starts");
        let migrated = |url: String| async move { make_schema(&url).await.expect("the schema is made") };
        let database = TestDatabase::like(&schema_name(), migrated).await;
        let directory = tempfile::tempdir().expect("a directory");
        let start = DateTime::<Utc>::from_timestamp(1_795_400_000, 0).expect("a time");
        let clock = Arc::new(ManualClock::at(start));
        let randomness: Arc<dyn Randomness> = Arc::new(OsRandomness);
        let as_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let store = Store::connect(
            StoreSettings::new(database.url()),
            MasterKey::from_bytes([7; 32]),
            Arc::clone(&as_clock),
            Arc::clone(&randomness),
        )
        .await
        .expect("the database answers");
        store.unlock().await.expect("the seal opens");
        let key = TermKey::new([9; 32]);
        let spec = IndexSpec::new("test", DIMENSION, &key);
        let index = EdgeIndex::open(directory.path().join("index"), spec, Uuid::from_u128(1))
            .await
            .expect("the index opens");
        let spool = directory.path().join("spool");
        voiceassist_workers::spool::clear(&spool).expect("the spool is made");
        let connection = ConnectionSettings { concurrency: 4, requests_per_second: 1_000, timeout };
        let context = Context {
            connections: Connections::new(store.clone(), connection).expect("connections"),
            store,
            index: Arc::new(index),
            embedder: Some(Arc::new(LetterEmbedder)),
            terms: Arc::new(SparseEncoder::new(key)),
            reader: Arc::new(InProcessReader),
            clock: as_clock,
            randomness,
            settings: Arc::new(Settings {
                spool,
                max_file_bytes: 50_000_000,
                listings: 4,
                pace: Pace::default(),
                gone_grace: voiceassist_store::accounts::health::DEFAULT_GRACE,
            }),
        };
        Self { cloud, context, clock, database, _directory: directory }
    }

    /// Connects a person with a fresh app password.
    pub async fn connect(&self, user: &str) -> AccountId {
        self.connect_at(user, &self.cloud.base_url()).await
    }

    /// The same by another address, as through a proxy.
    pub async fn connect_at(&self, user: &str, base_url: &str) -> AccountId {
        let password = self.cloud.app_password(user).expect("an app password");
        let instance = self.context.store.instances().ensure(base_url).await.expect("an instance");
        let account = NewAccount {
            instance,
            user_id: user.to_owned(),
            login_name: user.to_owned(),
            display_name: user.to_owned(),
            app_password: SecretString::from(password),
        };
        self.context.store.accounts().connect(account).await.expect("an account")
    }

    /// One look at the account's files.
    pub async fn sync(&self, account: AccountId) -> SyncReport {
        self.try_sync(account).await.expect("the look succeeds")
    }

    pub async fn try_sync(&self, account: AccountId) -> Result<SyncReport, JobError> {
        self.clock.advance(TimeDelta::seconds(60));
        sync_files(&self.context, account).await
    }

    /// Works the queue until nothing is due.
    pub async fn settle(&self) {
        let runner = Runner::start(&self.context, &RunnerSettings { replica: "test".to_owned(), workers: 2 });
        let settled = async {
            loop {
                let stats = self.context.store.jobs().stats().await.expect("the queue answers");
                if stats.due() == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.expect("the clinic settles");
        runner.stop(Duration::from_secs(5)).await;
    }

    /// Connects, looks and settles.
    pub async fn connect_and_settle(&self, user: &str) -> AccountId {
        let account = self.connect(user).await;
        self.settle().await;
        account
    }

    pub async fn account(&self, account: AccountId) -> Account {
        self.context
            .store
            .accounts()
            .find(account)
            .await
            .expect("accounts answer")
            .expect("the account is there")
    }

    pub async fn documents(&self, account: AccountId) -> Vec<DocumentSummary> {
        let listed = self
            .context
            .store
            .documents()
            .list_for(account, DocumentFilter::default(), &Page::first(200))
            .await;
        shown(listed.expect("documents answer").0).await
    }

    pub async fn document(&self, account: AccountId, path: &str) -> DocumentSummary {
        let found = self.documents(account).await.into_iter().find(|document| document.path == path);
        found.unwrap_or_else(|| panic!("{path} is not listed"))
    }

    /// What the person finds by these words, as the store lets them read it.
    pub async fn find(&self, account: AccountId, words: &str) -> Vec<Passage> {
        let access = self.context.store.access().sets_of(account).await.expect("access answers");
        let query = HybridQuery {
            sparse: self.context.terms.question(words),
            access,
            limit_per_leg: 100,
            ..HybridQuery::default()
        };
        let hits = self.context.index.search(query).await.expect("the index answers").sparse;
        let chunks: Vec<_> = hits.iter().map(|hit| hit.chunk).collect();
        shown(self.context.store.passages().readable(account, &chunks).await.expect("passages answer")).await
    }

    /// What this statement gives.
    pub fn count(&self, sql: &str) -> String {
        self.database.psql(sql).trim().to_owned()
    }

    /// The daemon's time.
    pub fn clock_now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A wrong password, shown by a program of somebody else behind the same address.
    pub async fn wrong_password(&self, address: &str) {
        let transport = Transport::new(&TransportSettings::default()).expect("a transport");
        let base = BaseUrl::parse(address).expect("an address");
        let password = AppPassword::restored("nobody".to_owned(), SecretString::from("wrong"));
        let credentials = Credentials::AppPassword(password);
        let client =
            Client::new(&transport, base, &credentials, ClientSettings::default()).expect("a client");
        client.send(&ReadOwnUser).await.expect_err("refused");
    }

    /// Paths of what the person finds.
    pub async fn paths_found(&self, account: AccountId, words: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            self.find(account, words).await.into_iter().map(|passage| passage.path).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Requests since the last call, as "METHOD depth".
    pub fn requests(&self) -> Vec<String> {
        let taken = self.cloud.request_log().take();
        taken
            .iter()
            .map(|request| format!("{} {}", request.method, request.depth.as_deref().unwrap_or("-")))
            .collect()
    }
}

/// Reads in this process; the confined child is proved elsewhere.
struct InProcessReader;

#[async_trait]
impl Reader for InProcessReader {
    async fn read(&self, file: &Path, name: &str) -> Result<Extracted, ReadFailure> {
        let bytes =
            std::fs::read(file).map_err(|error| ReadFailure::new(Reason::Internal, error.to_string()))?;
        Ok(extract::report(&mut Cursor::new(bytes), name, &ExtractSettings::default()))
    }
}

/// A vector from letter counts: enough to see that every chunk gets one.
struct LetterEmbedder;

#[async_trait]
impl Embedder for LetterEmbedder {
    fn id(&self) -> &'static str {
        "test"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let vector = |text: &String| {
            let mut vector = [1.0_f32; DIMENSION];
            for byte in text.bytes() {
                vector[usize::from(byte) % DIMENSION] += 1.0;
            }
            let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            vector.iter().map(|value| value / norm).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}
