//! An index is made for another model: the one before answers until the new one is whole, changes reach both, and a killed run
//! goes on where it was.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use voiceassist_model::AccountId;
use voiceassist_rag::embed::{EmbedError, Embedder};
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseVector, TermKey};
use voiceassist_rag::index::twin::Twin;
use voiceassist_rag::index::{ChunkIndex, HybridQuery, IndexError, IndexSpec};
use voiceassist_workers::recovery::{self, INDEX};
use voiceassist_workers::{Context, reembed};

use crate::clinic::Clinic;

/// Numbers of a vector of the other model.
const OTHER: usize = 3;
const DOCUMENTS: usize = 40;
/// Documents that are durable before how far it is is recorded.
const BATCH: usize = 32;

/// The other model. It works as often as it has leave to.
struct Other {
    leave: Semaphore,
    worked: AtomicUsize,
}

impl Other {
    fn with_leave(times: usize) -> Arc<Self> {
        Arc::new(Self { leave: Semaphore::new(times), worked: AtomicUsize::new(0) })
    }

    fn worked(&self) -> usize {
        self.worked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Embedder for Other {
    fn id(&self) -> &'static str {
        "other"
    }

    fn dimension(&self) -> usize {
        OTHER
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.leave.acquire().await.map_err(|_| EmbedError::Stopped)?.forget();
        self.worked.fetch_add(1, Ordering::SeqCst);
        Ok(texts.iter().map(|_| vec![1.0, 0.0, 0.0]).collect())
    }
}

async fn next_in(directory: &Path) -> Arc<dyn ChunkIndex> {
    let spec = IndexSpec::new("other", OTHER, &TermKey::new([9; 32]));
    loop {
        match EdgeIndex::open(directory.to_owned(), spec.clone(), Uuid::from_u128(2)).await {
            Ok(index) => return Arc::new(index),
            // A write that was under way when its caller was ended holds the directory until it is done.
            Err(IndexError::Locked { .. }) => tokio::task::yield_now().await,
            Err(other) => panic!("it opens: {other}"),
        }
    }
}

/// A clinic with documents in its index, and the two indexes of which the second is to be made.
async fn stage() -> (Clinic, AccountId, TempDir, Arc<Twin>) {
    let mut clinic = Clinic::open().await;
    for number in 0..DOCUMENTS {
        let text = format!("Lactate is repeated on ward {number}.");
        clinic.cloud.put("alice", &format!("/{number}.md"), text.as_str()).expect("placed");
    }
    let alice = clinic.connect_and_settle("alice").await;
    recovery::recover(&clinic.context).await.expect("the epoch is recorded");
    clinic.settle().await;
    let directory = tempfile::tempdir().expect("a directory");
    let next = next_in(directory.path()).await;
    let epochs = clinic.context.store.index_epochs();
    epochs.begin_build(INDEX, next.identity().epoch).await.expect("begun");
    let twin = Arc::new(Twin::building(Arc::clone(&clinic.context.index), next));
    clinic.context.index = Arc::<Twin>::clone(&twin);
    clinic.context.embedder = Some(Other::with_leave(1_000));
    (clinic, alice, directory, twin)
}

/// Makes the index with a model that works as often as it has leave to.
fn build(
    clinic: &Clinic,
    twin: &Arc<Twin>,
    model: &Arc<Other>,
) -> tokio::task::JoinHandle<Option<Arc<dyn ChunkIndex>>> {
    let embedder: Arc<dyn Embedder> = Arc::<Other>::clone(model);
    let context = Context { embedder: Some(embedder), ..clinic.context.clone() };
    let twin = Arc::clone(twin);
    tokio::spawn(async move { reembed::run(&context, &twin, &CancellationToken::new()).await })
}

async fn until(model: &Other, times: usize) {
    while model.worked() < times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_index_answers_until_the_new_one_is_whole_and_changes_reach_both() {
    let (clinic, alice, _directory, twin) = stage().await;
    let model = Other::with_leave(35);
    let building = build(&clinic, &twin, &model);
    until(&model, 35).await;
    assert_eq!(clinic.find(alice, "lactate").await.len(), DOCUMENTS, "everything is found meanwhile");
    let epochs = clinic.context.store.index_epochs();
    let progress = epochs.build(INDEX).await.expect("kept").expect("under way");
    assert_eq!((progress.done, progress.total), (BATCH as u64, DOCUMENTS as u64));

    clinic.cloud.put("alice", "/new.md", "Lactate is repeated on the new ward.").expect("placed");
    clinic.cloud.put("alice", "/0.md", "Heparin is stopped on ward 0.").expect("changed");
    clinic.cloud.remove("alice", "/1.md").expect("removed");
    clinic.sync(alice).await;
    clinic.settle().await;
    let found = clinic.paths_found(alice, "lactate").await;
    assert!(found.contains(&"/new.md".to_owned()) && !found.contains(&"/0.md".to_owned()), "{found:?}");
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/0.md"]);

    model.leave.add_permits(1_000);
    let old = building.await.expect("it ends").expect("the old index is handed back");
    assert_eq!(old.identity().embedder, "test");
    assert_eq!(twin.serving().identity().embedder, "other");
    assert!(epochs.build(INDEX).await.expect("kept").is_none());
    assert_eq!(epochs.current(INDEX).await.expect("kept"), Some(Uuid::from_u128(2)));
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/0.md"]);
    assert_eq!(clinic.paths_found(alice, "lactate").await.len(), DOCUMENTS - 1);
    let query = HybridQuery {
        dense: Some(vec![1.0, 0.0, 0.0]),
        sparse: SparseVector::default(),
        access: clinic.context.store.access().sets_of(alice).await.expect("access answers"),
        limit_per_leg: 100,
        ..HybridQuery::default()
    };
    let hits = clinic.context.index.search(query).await.expect("the index answers").dense;
    assert_eq!(hits.len(), DOCUMENTS, "each document has a vector of the new model");
    let points = clinic.context.index.count().await.expect("counted").to_string();
    assert_eq!(points, clinic.count("select count(*) from chunks"), "and nothing else is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_build_goes_on_where_it_was() {
    let (mut clinic, alice, directory, twin) = stage().await;
    let model = Other::with_leave(BATCH + 4);
    let building = build(&clinic, &twin, &model);
    until(&model, BATCH + 4).await;
    building.abort();
    assert!(building.await.is_err_and(|ended| ended.is_cancelled()), "killed");
    // The process is gone, and what it had open with it.
    let old = twin.serving();
    clinic.context.index = Arc::clone(&old);
    drop(twin);
    let next = next_in(directory.path()).await;
    let twin = Arc::new(Twin::building(old, next));
    clinic.context.index = Arc::<Twin>::clone(&twin);
    let recovered = recovery::recover(&clinic.context).await.expect("a start");
    assert_eq!(recovered.reindexed, 0, "a start goes on, it does not begin again");
    let model = Other::with_leave(1_000);
    build(&clinic, &twin, &model).await.expect("it ends").expect("the old index is handed back");
    assert_eq!(model.worked(), DOCUMENTS - BATCH, "what was recorded is not embedded again");
    assert_eq!(clinic.find(alice, "lactate").await.len(), DOCUMENTS);
    assert_eq!(clinic.context.index.count().await.expect("counted"), DOCUMENTS as u64);
    let again = reembed::run(&clinic.context, &twin, &CancellationToken::new()).await;
    assert!(again.is_none(), "there is nothing more to do");
}
