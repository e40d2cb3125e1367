//! A small clinic to ask about: people, files only some of them may read, a real database and a real index.
//!
//! The tests of the server stand on the same stage. What sync and ingestion would do is done here by hand through the
//! store's own methods, so that a test names exactly who sees what. Time stands still unless a test moves it.
#![allow(dead_code, reason = "each test binary that stands on this stage uses its own part of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_assistant::embed::{EmbedError, Embedder};
use voiceassist_assistant::index::edge::EdgeIndex;
use voiceassist_assistant::index::narrow::Facts;
use voiceassist_assistant::index::sparse::{SparseEncoder, TermKey};
use voiceassist_assistant::index::{ChunkIndex, IndexSpec, Point};
use voiceassist_assistant::retrieve::Retriever;
use voiceassist_assistant::{Assistant, Freshness, Parts, RefuseStale, Settings};
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_model::{
    AccountId, ChunkId, DocumentId, InstanceId, ManualClock, PageSpan, Principal, Randomness, Reason,
    SeededRandomness, Sensitivity, TextSpan,
};
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::documents::{Fetched, Marked, NewChunk, NewText};
use voiceassist_store::entries::ObservedEntry;
use voiceassist_store::{ContentHash, Job, Lane, MasterKey, Store, StoreSettings, make_schema, schema_name};

/// The length of vectors that nobody writes: these tests find by words.
const DIMENSION: usize = 8;

/// The clinic.
pub(crate) struct Clinic {
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) randomness: Arc<SeededRandomness>,
    pub(crate) instance: InstanceId,
    index: Arc<EdgeIndex>,
    runs: AtomicU64,
    _directory: TempDir,
    pub(crate) database: TestDatabase,
}

pub(crate) fn start_of_time() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-23T08:00:00Z").unwrap().to_utc()
}

fn terms() -> SparseEncoder {
    SparseEncoder::new(TermKey::new([3; 32]))
}

impl Clinic {
    pub(crate) async fn open() -> Self {
        Self::open_at("https://cloud.clinic.example").await
    }

    /// A clinic whose Nextcloud answers at this address.
    pub(crate) async fn open_at(cloud: &str) -> Self {
        let migrated = |url: String| async move { make_schema(&url).await.unwrap() };
        let database = TestDatabase::like(&schema_name(), migrated).await;
        let clock = Arc::new(ManualClock::at(start_of_time()));
        let randomness = Arc::new(SeededRandomness::new(11));
        let store = Store::connect(
            StoreSettings::new(database.url()),
            MasterKey::from_bytes([7; 32]),
            Arc::<ManualClock>::clone(&clock),
            Arc::<SeededRandomness>::clone(&randomness),
        )
        .await
        .unwrap();
        let instance = store.instances().ensure(cloud).await.unwrap();
        let directory = TempDir::new().unwrap();
        let spec = IndexSpec::new("none", DIMENSION, &TermKey::new([3; 32]));
        let epoch = randomness.uuid(clock.as_ref());
        let index = EdgeIndex::open(directory.path().join("index"), spec, epoch).await.unwrap();
        Self {
            store,
            clock,
            randomness,
            instance,
            index: Arc::new(index),
            runs: AtomicU64::new(1),
            _directory: directory,
            database,
        }
    }

    /// A table as it lies in the database.
    pub(crate) fn dump(&self, table: &str) -> String {
        let sql = format!("select t::text from {table} t");
        self.database.psql(&sql)
    }

    /// Does something to the database that no part of the product does.
    pub(crate) fn execute(&self, sql: &str) {
        self.database.psql(sql);
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Somebody who connects their account.
    pub(crate) async fn person(&self, user: &str) -> Principal {
        self.person_with_password(user, "not-a-password").await
    }

    pub(crate) async fn person_with_password(&self, user: &str, password: &str) -> Principal {
        let account = NewAccount {
            instance: self.instance,
            user_id: user.to_owned(),
            login_name: user.to_owned(),
            display_name: user.to_uppercase(),
            app_password: SecretString::from(password.to_owned()),
        };
        let account = self.store.accounts().connect(account).await.unwrap();
        self.confirm(account, "root-etag").await;
        Principal { account, instance: self.instance, user_id: user.to_owned() }
    }

    fn run(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.runs.fetch_add(1, Ordering::Relaxed)))
    }

    /// Sync has just found this account's mirror equal to Nextcloud.
    pub(crate) async fn confirm(&self, account: AccountId, root_etag: &str) {
        let run = self.run();
        self.store.cursors().start_run(account, run).await.unwrap();
        let mut tx = self.store.begin().await.unwrap();
        assert!(self.store.cursors().finish_run(&mut tx, account, run, root_etag, None).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// A file that sync has shown to these people and that nobody has read yet.
    pub(crate) async fn file(&self, file_id: i64, path: &str, readers: &[&Principal]) -> DocumentId {
        let mut document = None;
        for reader in readers {
            let file = seen(file_id, path);
            let mut tx = self.store.begin().await.unwrap();
            let entries = self.store.entries();
            let applied = entries.apply(&mut tx, reader.account, self.run(), &[file]).await.unwrap();
            tx.commit().await.unwrap();
            document = applied[0].document;
        }
        document.unwrap()
    }

    /// A file that this person sees through a mount of this kind, where they saw it before.
    pub(crate) async fn mount(&self, file_id: i64, path: &str, kind: &str, reader: &Principal) {
        let file = ObservedEntry { mount_type: Some(kind.to_owned()), ..seen(file_id, path) };
        let mut tx = self.store.begin().await.unwrap();
        self.store.entries().apply(&mut tx, reader.account, self.run(), &[file]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A file that these people may read and find.
    pub(crate) async fn document(
        &self,
        file_id: i64,
        path: &str,
        texts: &[&str],
        readers: &[&Principal],
    ) -> DocumentId {
        self.document_of(file_id, path, texts, Sensitivity::Internal, readers).await
    }

    /// The same of a class.
    pub(crate) async fn document_of(
        &self,
        file_id: i64,
        path: &str,
        texts: &[&str],
        class: Sensitivity,
        readers: &[&Principal],
    ) -> DocumentId {
        let id = self.file(file_id, path, readers).await;
        self.read(id, texts, class).await
    }

    /// A file of a type and a time that these people may read and find.
    pub(crate) async fn dated(
        &self,
        file: (i64, &str, &str),
        modified_at: DateTime<Utc>,
        text: &str,
        readers: &[&Principal],
    ) -> DocumentId {
        let (file_id, path, mime) = file;
        let mut document = None;
        for reader in readers {
            let file = ObservedEntry {
                mime: Some(mime.to_owned()),
                modified_at: Some(modified_at),
                ..seen(file_id, path)
            };
            let mut tx = self.store.begin().await.unwrap();
            let entries = self.store.entries();
            let applied = entries.apply(&mut tx, reader.account, self.run(), &[file]).await.unwrap();
            tx.commit().await.unwrap();
            document = applied[0].document;
        }
        self.read(document.unwrap(), &[text], Sensitivity::Internal).await
    }

    /// Sync sees a file again, elsewhere or as something else, with the content it had.
    pub(crate) async fn seen_again(
        &self,
        file_id: i64,
        path: &str,
        mime: &str,
        modified_at: DateTime<Utc>,
        reader: &Principal,
    ) {
        let file = ObservedEntry {
            mime: Some(mime.to_owned()),
            modified_at: Some(modified_at),
            ..seen(file_id, path)
        };
        let mut tx = self.store.begin().await.unwrap();
        self.store.entries().apply(&mut tx, reader.account, self.run(), &[file]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The index is told what every document is, as the workers do it. Returns how many it was not told of before.
    pub(crate) async fn tell(&self) -> usize {
        let unwritten = self.store.facts().unwritten(1, 1_000).await.unwrap();
        let told = self.store.facts().of(&unwritten).await.unwrap();
        let facts = told.iter().map(|told| {
            let mime = told.mime.clone().unwrap_or_default();
            let family = format!("{}/*", mime.split('/').next().unwrap_or_default());
            let facts = Facts {
                source: told.source,
                types: vec![terms().media_type(&mime), terms().media_type(&family)],
                from: told.from.map(|at| at.timestamp()),
                until: told.until.map(|at| at.timestamp()),
                people: Vec::new(),
            };
            (told.document, facts)
        });
        self.index.set_facts(facts.collect()).await.unwrap();
        self.store.facts().written(&told, 1).await.unwrap();
        told.len()
    }

    async fn read(&self, id: DocumentId, texts: &[&str], class: Sensitivity) -> DocumentId {
        let documents = self.store.documents();
        let version = documents.find(id).await.unwrap().unwrap().version;
        let hash = ContentHash::of(texts.join("\n").as_bytes());
        assert_eq!(documents.mark_fetched(id, version, &hash).await.unwrap(), Fetched::New);
        documents.replace_chunks(id, version, new_text(id, texts, class)).await.unwrap().unwrap();
        let set = documents.find(id).await.unwrap().unwrap().access_set.unwrap();
        let points = texts.iter().enumerate().map(|(place, text)| Point {
            chunk: chunk_id(id, text),
            document: id,
            access_set: set,
            subject: Vec::new(),
            lead: place == 0,
            facts: None,
            sparse: terms().document(text),
            dense: None,
        });
        self.index.upsert(points.collect()).await.unwrap();
        assert_eq!(documents.mark_searchable(id, version, set).await.unwrap(), Marked::Done);
        assert_eq!(documents.mark_indexed(id, version).await.unwrap(), Marked::Done);
        id
    }

    /// A file that could not be read.
    pub(crate) async fn failed(
        &self,
        file_id: i64,
        path: &str,
        reason: Reason,
        readers: &[&Principal],
    ) -> DocumentId {
        let id = self.file(file_id, path, readers).await;
        let version = self.store.documents().find(id).await.unwrap().unwrap().version;
        assert_eq!(self.store.documents().mark_failed(id, version, reason).await.unwrap(), Marked::Done);
        id
    }

    /// Sync no longer sees the file in this person's tree. The index is not told yet.
    pub(crate) async fn unshare(&self, file_id: i64, reader: &Principal) {
        let mut tx = self.store.begin().await.unwrap();
        self.store.entries().vanish(&mut tx, reader.account, self.run(), &[file_id]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Empties the queue, as if every worker had been by.
    pub(crate) async fn drain_jobs(&self) -> Vec<Job> {
        let mut done = Vec::new();
        while let Some(leased) =
            self.store.jobs().claim("test", &Lane::ALL, TimeDelta::seconds(60)).await.unwrap()
        {
            self.store.jobs().finish(&leased).await.unwrap();
            done.push(leased.job);
        }
        done
    }

    /// An assistant that believes nothing stale.
    pub(crate) fn assistant(&self) -> Assistant {
        self.assistant_with(Arc::new(RefuseStale), None, Settings::default())
    }

    pub(crate) fn assistant_with(
        &self,
        freshness: Arc<dyn Freshness>,
        embedder: Option<Arc<dyn Embedder>>,
        settings: Settings,
    ) -> Assistant {
        Assistant::new(self.parts(freshness, embedder), settings)
    }

    /// What an assistant is made from.
    pub(crate) fn parts(&self, freshness: Arc<dyn Freshness>, embedder: Option<Arc<dyn Embedder>>) -> Parts {
        let index = Arc::<EdgeIndex>::clone(&self.index);
        Parts {
            store: self.store.clone(),
            retriever: Arc::new(Retriever::new(None, index, terms())),
            embedder,
            freshness,
            clock: Arc::<ManualClock>::clone(&self.clock),
        }
    }
}

/// An embedder that never answers: a turn that uses it runs until it is stopped.
#[derive(Debug)]
pub(crate) struct Stuck;

#[async_trait::async_trait]
impl Embedder for Stuck {
    fn id(&self) -> &'static str {
        "stuck"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    async fn embed(&self, _: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        std::future::pending().await
    }
}

fn chunk_id(document: DocumentId, text: &str) -> ChunkId {
    ChunkId::from_uuid(Uuid::new_v5(&document.as_uuid(), text.as_bytes()))
}

fn new_text(document: DocumentId, texts: &[&str], sensitivity: Sensitivity) -> NewText {
    let chunks = (0_u32..).zip(texts).map(|(ordinal, text)| NewChunk {
        id: chunk_id(document, text),
        ordinal,
        pages: PageSpan { first: ordinal + 1, last: ordinal + 1 },
        span: TextSpan {
            start: ordinal * 1_000,
            end: ordinal * 1_000 + u32::try_from(text.chars().count()).unwrap(),
        },
        heading: String::new(),
        text: (*text).to_owned(),
        printed: voiceassist_model::Printed::default(),
        content_hash: ContentHash::of(text.as_bytes()),
    });
    NewText {
        chunks: chunks.collect(),
        sensitivity,
        page_count: u32::try_from(texts.len()).unwrap(),
        recognised: Vec::new(),
        truncated: false,
        note: None,
    }
}

fn seen(file_id: i64, path: &str) -> ObservedEntry {
    ObservedEntry {
        file_id,
        parent: Some(1),
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        is_folder: false,
        etag: "an-etag".to_owned(),
        size: 1_000,
        mime: Some("text/plain".to_owned()),
        modified_at: Some(start_of_time()),
        upload_time: Some(1_790_000_000),
        permissions: "RGDNVW".to_owned(),
        mount_type: None,
    }
}
