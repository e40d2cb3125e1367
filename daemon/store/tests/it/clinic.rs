//! A small clinic to test with: one server, some people, their files.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::{
    AccessSetId, AccountId, ChunkId, DocumentId, InstanceId, ManualClock, PageSpan, SeededRandomness,
    Sensitivity, TextSpan,
};
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::documents::{Document, Fetched, Marked, NewChunk, NewText};
use voiceassist_store::entries::{Applied, ObservedEntry, Vanished};
use voiceassist_store::verified::{Claim, Quoting, Unverified, Verified, Witness};
use voiceassist_store::{ContentHash, MasterKey, Store, StoreSettings, make_schema, schema_name};

/// The file id of everybody's root is their own; shared files have the same id for everybody.
pub(crate) const MASTER: [u8; 32] = [7; 32];

pub(crate) struct Clinic {
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) instance: InstanceId,
    pub(crate) database: TestDatabase,
    runs: AtomicU64,
}

/// Believes what the database says, so that tests see what that is.
pub(crate) struct Mirror;

impl Witness for Mirror {
    async fn confirm(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        claim.documents().keys().copied().collect()
    }
}

/// What would be shown.
pub(crate) async fn shown<T: Quoting>(found: Unverified<T>) -> Vec<T> {
    found.verified_by(&Mirror).await.into_iter().map(Verified::into_inner).collect()
}

pub(crate) fn start_of_time() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-23T08:00:00Z").unwrap().to_utc()
}

pub(crate) async fn store_at(url: &str, clock: &Arc<ManualClock>, master: [u8; 32], seed: u64) -> Store {
    Store::connect(
        StoreSettings::new(url),
        MasterKey::from_bytes(master),
        Arc::<ManualClock>::clone(clock),
        Arc::new(SeededRandomness::new(seed)),
    )
    .await
    .unwrap()
}

/// A database with this release's schema and nothing else.
pub(crate) async fn migrated() -> TestDatabase {
    TestDatabase::like(&schema_name(), |url| async move { make_schema(&url).await.unwrap() }).await
}

impl Clinic {
    pub(crate) async fn open() -> Self {
        let database = migrated().await;
        let clock = Arc::new(ManualClock::at(start_of_time()));
        let store = store_at(database.url(), &clock, MASTER, 1).await;
        let instance = store.instances().ensure("https://cloud.clinic.example/").await.unwrap();
        Self { store, clock, instance, database, runs: AtomicU64::new(1) }
    }

    pub(crate) async fn another_store(&self, master: [u8; 32], seed: u64) -> Store {
        store_at(self.database.url(), &self.clock, master, seed).await
    }

    pub(crate) fn clock_now(&self) -> DateTime<Utc> {
        voiceassist_model::Clock::now(&*self.clock)
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    pub(crate) async fn person(&self, user: &str) -> AccountId {
        let account = NewAccount {
            instance: self.instance,
            user_id: user.to_owned(),
            login_name: format!("{user}@clinic.example"),
            display_name: user.to_uppercase(),
            app_password: SecretString::from(format!("app-password-of-{user}")),
        };
        let id = self.store.accounts().connect(account).await.unwrap();
        self.drain_jobs().await;
        id
    }

    pub(crate) fn run(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.runs.fetch_add(1, Ordering::Relaxed)))
    }

    /// Applies entries in a transaction and run of their own.
    pub(crate) async fn observe(&self, account: AccountId, entries: &[ObservedEntry]) -> Vec<Applied> {
        self.observe_in(account, self.run(), entries).await
    }

    pub(crate) async fn observe_in(
        &self,
        account: AccountId,
        run: Uuid,
        entries: &[ObservedEntry],
    ) -> Vec<Applied> {
        let mut tx = self.store.begin().await.unwrap();
        let applied = self.store.entries().apply(&mut tx, account, run, entries).await.unwrap();
        tx.commit().await.unwrap();
        applied
    }

    pub(crate) async fn vanish(&self, account: AccountId, file_ids: &[i64]) -> Vanished {
        self.vanish_in(account, self.run(), file_ids).await
    }

    pub(crate) async fn vanish_in(&self, account: AccountId, run: Uuid, file_ids: &[i64]) -> Vanished {
        let mut tx = self.store.begin().await.unwrap();
        let vanished = self.store.entries().vanish(&mut tx, account, run, file_ids).await.unwrap();
        tx.commit().await.unwrap();
        vanished
    }

    pub(crate) async fn document(&self, file_id: i64) -> Document {
        self.find_document(file_id).await.expect("the document is there")
    }

    pub(crate) async fn find_document(&self, file_id: i64) -> Option<Document> {
        self.store.documents().find_by_file(self.instance, file_id).await.unwrap()
    }

    /// Brings a document from wherever it is to indexed, with one chunk per text.
    pub(crate) async fn ingest(&self, file_id: i64, texts: &[&str]) -> DocumentId {
        let document = self.document(file_id).await;
        let whole = texts.join("\n");
        let hash = ContentHash::of(whole.as_bytes());
        let fetched =
            self.store.documents().mark_fetched(document.id, document.version, &hash).await.unwrap();
        assert_eq!(fetched, Fetched::New);
        let text = new_text(document.id, texts);
        self.store.documents().replace_chunks(document.id, document.version, text).await.unwrap().unwrap();
        self.index(document.id, document.version).await;
        document.id
    }

    pub(crate) async fn index(&self, id: DocumentId, version: i32) {
        let set = self.store.documents().find(id).await.unwrap().unwrap().access_set.unwrap();
        assert_eq!(self.store.documents().mark_searchable(id, version, set).await.unwrap(), Marked::Done);
        assert_eq!(self.store.documents().mark_indexed(id, version).await.unwrap(), Marked::Done);
    }

    /// Finishes every job that could run, and names them in the order in which they were handed out.
    pub(crate) async fn drain_jobs(&self) -> Vec<voiceassist_store::Job> {
        let mut done = Vec::new();
        while let Some(leased) = self
            .store
            .jobs()
            .claim("test", &voiceassist_store::Lane::ALL, TimeDelta::seconds(60))
            .await
            .unwrap()
        {
            self.store.jobs().finish(&leased).await.unwrap();
            done.push(leased.job);
        }
        done
    }

    pub(crate) async fn readers(&self, file_id: i64) -> Vec<AccountId> {
        match self.document(file_id).await.access_set {
            Some(set) => self.store.access().members(set).await.unwrap(),
            None => Vec::new(),
        }
    }

    pub(crate) async fn set_of(&self, file_id: i64) -> AccessSetId {
        self.document(file_id).await.access_set.unwrap()
    }
}

pub(crate) fn sorted(mut accounts: Vec<AccountId>) -> Vec<AccountId> {
    accounts.sort_unstable();
    accounts
}

/// A folder; the root is the one whose path is "/".
pub(crate) fn folder(file_id: i64, parent: Option<i64>, path: &str, etag: &str) -> ObservedEntry {
    ObservedEntry {
        file_id,
        parent,
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        is_folder: true,
        etag: etag.to_owned(),
        size: 0,
        mime: None,
        modified_at: Some(start_of_time()),
        upload_time: None,
        permissions: "RGDNVCK".to_owned(),
        mount_type: None,
    }
}

pub(crate) fn file(file_id: i64, parent: i64, path: &str, etag: &str) -> ObservedEntry {
    ObservedEntry {
        is_folder: false,
        parent: Some(parent),
        size: 1_000,
        mime: Some("application/pdf".to_owned()),
        upload_time: Some(1_790_000_000),
        permissions: "RGDNVW".to_owned(),
        ..folder(file_id, None, path, etag)
    }
}

pub(crate) fn chunk_id(document: DocumentId, text: &str) -> ChunkId {
    ChunkId::from_uuid(Uuid::new_v5(&document.as_uuid(), text.as_bytes()))
}

pub(crate) fn new_text(document: DocumentId, texts: &[&str]) -> NewText {
    let chunks = texts.iter().enumerate().map(|(ordinal, text)| {
        let ordinal = u32::try_from(ordinal).unwrap();
        NewChunk {
            id: chunk_id(document, text),
            ordinal,
            pages: PageSpan { first: ordinal + 1, last: ordinal + 1 },
            span: TextSpan { start: ordinal * 100, end: ordinal * 100 + 50 },
            heading: if ordinal == 0 { String::new() } else { "Dosing › Adults".to_owned() },
            text: (*text).to_owned(),
            printed: voiceassist_model::Printed::default(),
            content_hash: ContentHash::of(text.as_bytes()),
        }
    });
    NewText {
        chunks: chunks.collect(),
        sensitivity: Sensitivity::Internal,
        page_count: u32::try_from(texts.len()).unwrap(),
        recognised: Vec::new(),
        truncated: false,
        note: None,
    }
}
