//! What only the embedded form can promise: files, a lock, and an engine whose log is trimmed.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use uuid::Uuid;
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::{SparseVector, TermKey};
use voiceassist_rag::index::{ChunkIndex, HybridQuery, IndexError, IndexSpec, Point};

use super::contract::every_claim;
use super::{DIMENSION, EPOCH, Fresh, chunk, document, point, set, spec, terms};

async fn fresh(_claim: &str) -> Option<Fresh> {
    let directory = TempDir::new().unwrap();
    let index = open(directory.path()).await;
    Some(Fresh { index: Arc::new(index), _keeps: Box::new(directory) })
}

every_claim!(fresh);

async fn open(directory: &Path) -> EdgeIndex {
    EdgeIndex::open(directory.to_owned(), spec(), EPOCH).await.unwrap()
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let directory = TempDir::new().unwrap();
    let index = open(directory.path()).await;
    let dense = Some([1.0, 0.0, 0.0, 0.0]);
    index.upsert(vec![point(1, 1, 1, "gout", dense), point(2, 2, 1, "asthma", None)]).await.unwrap();
    index.set_access(vec![document(2)], set(5)).await.unwrap();
    drop(index);
    let other_epoch = Uuid::from_u128(0xE1);
    let index = EdgeIndex::open(directory.path().to_owned(), spec(), other_epoch).await.unwrap();
    assert_eq!(index.identity().epoch, EPOCH);
    let query = HybridQuery {
        dense: dense.map(Vec::from),
        sparse: terms("asthma"),
        access: vec![set(1), set(5)],
        limit_per_leg: 5,
        ..HybridQuery::default()
    };
    let hits = index.search(query).await.unwrap();
    assert_eq!((hits.dense[0].chunk, hits.sparse[0].chunk), (chunk(1), chunk(2)));
    index.upsert(vec![point(1, 1, 1, "gout", None)]).await.unwrap();
    assert_eq!(index.count().await.unwrap(), 2);
}

#[tokio::test]
async fn a_second_process_is_told_who_holds_the_directory() {
    let directory = TempDir::new().unwrap();
    let held = open(directory.path()).await;
    let refused = EdgeIndex::open(directory.path().to_owned(), spec(), EPOCH).await;
    assert!(matches!(refused, Err(IndexError::Locked { .. })));
    assert!(matches!(EdgeIndex::discard(directory.path().to_owned()).await, Err(IndexError::Locked { .. })));
    drop(held);
    open(directory.path()).await;
}

#[tokio::test]
async fn an_index_for_another_key_is_refused_until_discarded() {
    let directory = TempDir::new().unwrap();
    let index = open(directory.path()).await;
    index.upsert(vec![point(1, 1, 1, "gout", None)]).await.unwrap();
    drop(index);
    let other = IndexSpec::new("test/embedder", DIMENSION, &TermKey::new([8; 32]));
    let refused = EdgeIndex::open(directory.path().to_owned(), other.clone(), EPOCH).await;
    assert!(matches!(refused, Err(IndexError::Mismatch { what: "term key", .. })));
    EdgeIndex::discard(directory.path().to_owned()).await.unwrap();
    let anew = EdgeIndex::open(directory.path().to_owned(), other, Uuid::from_u128(0xE2)).await.unwrap();
    assert_eq!(anew.count().await.unwrap(), 0);
    assert_eq!(anew.identity().epoch, Uuid::from_u128(0xE2));
}

/// Terms, in any spelling a reader of the files would try, are not in them.
#[tokio::test]
async fn no_text_reaches_the_directory() {
    let directory = TempDir::new().unwrap();
    let index = open(directory.path()).await;
    let text = "Zanzibarovskaya received xylomethacarbine 731mg";
    index.upsert(vec![point(1, 1, 1, text, Some([1.0, 0.0, 0.0, 0.0]))]).await.unwrap();
    index.flush().await.unwrap();
    index.optimise().await.unwrap();
    drop(index);
    for needle in ["zanzibarovskaya", "xylomethacarbin", "731mg"] {
        assert!(!holds(directory.path(), needle), "{needle} is in the index directory");
    }
    assert!(holds(directory.path(), &document(1).to_string()), "the search itself finds nothing");
}

fn holds(directory: &Path, needle: &str) -> bool {
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

/// The engine never shortens its log; opening does, and what was written before stays writable after.
#[tokio::test]
async fn the_log_is_short_after_reopening() {
    let directory = TempDir::new().unwrap();
    let log = directory.path().join("shard/wal");
    for _ in 0..3 {
        let index = open(directory.path()).await;
        assert!(parts(&log) <= 1, "{} parts are left", parts(&log));
        // About 25 MB of operations.
        for _ in 0..16 {
            index.upsert((0..128).map(many_terms).collect()).await.unwrap();
        }
        assert!(parts(&log) > 1, "the log is too short to show anything");
        assert_eq!(index.count().await.unwrap(), 128);
    }
}

fn many_terms(number: u128) -> Point {
    let terms = (1..=1200_u32).map(|term| term * 1_000_003);
    let sparse = SparseVector { indices: terms.collect(), values: vec![1.1; 1200] };
    Point { sparse, ..point(number, number, 1, "", None) }
}

fn parts(log: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(log) else { return 0 };
    entries
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("closed-"))
        .count()
}
