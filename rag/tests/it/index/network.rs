//! The network form against the loopback server, and against a real one where there is one.

use std::sync::Arc;
use std::time::Duration;

use voiceassist_rag::index::qdrant::{QdrantIndex, QdrantSettings};
use voiceassist_rag::index::sparse::TermKey;
use voiceassist_rag::index::{ChunkIndex, IndexError, IndexSpec};

use super::contract::every_claim;
use super::loopback::Loopback;
use super::{DIMENSION, EPOCH, Fresh, chunk, point, spec};

fn settings(url: &str, collection: &str) -> QdrantSettings {
    QdrantSettings {
        url: url.to_owned(),
        api_key: None,
        collection: collection.to_owned(),
        timeout: Duration::from_secs(20),
    }
}

async fn fresh(claim: &str) -> Option<Fresh> {
    let server = Loopback::start().await;
    let index = QdrantIndex::connect(settings(server.url(), claim), spec(), EPOCH).await.unwrap();
    Some(Fresh { index: Arc::new(index), _keeps: Box::new(server) })
}

every_claim!(fresh);

#[tokio::test]
async fn a_collection_is_made_once_and_keeps_its_epoch() {
    let server = Loopback::start().await;
    let settings = settings(server.url(), "clinic");
    let first = QdrantIndex::connect(settings.clone(), spec(), EPOCH).await.unwrap();
    first.upsert(vec![point(1, 1, 1, "gout", None)]).await.unwrap();
    let second = QdrantIndex::connect(settings.clone(), spec(), uuid::Uuid::from_u128(0xE1)).await.unwrap();
    assert_eq!(second.identity(), first.identity());
    assert_eq!(second.contains(vec![chunk(1)]).await.unwrap(), [chunk(1)]);
    let other = IndexSpec::new("test/embedder", DIMENSION, &TermKey::new([8; 32]));
    let refused = QdrantIndex::connect(settings.clone(), other.clone(), EPOCH).await;
    assert!(matches!(refused, Err(IndexError::Mismatch { .. })));
    QdrantIndex::discard(settings.clone()).await.unwrap();
    let anew = QdrantIndex::connect(settings, other, EPOCH).await.unwrap();
    assert_eq!(anew.count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_foreign_collection_is_left_alone() {
    let server = Loopback::start().await;
    server.make_foreign("theirs");
    let refused = QdrantIndex::connect(settings(server.url(), "theirs"), spec(), EPOCH).await;
    assert!(matches!(refused, Err(IndexError::Open { .. })));
}

#[tokio::test]
async fn a_dead_server_is_unreachable() {
    let server = Loopback::start().await;
    let settings = settings(server.url(), "clinic");
    let index = QdrantIndex::connect(settings.clone(), spec(), EPOCH).await.unwrap();
    server.stop().await;
    let asked = index.count().await;
    assert!(matches!(asked, Err(IndexError::Unreachable { .. })), "{asked:?}");
    let connected = QdrantIndex::connect(settings, spec(), EPOCH).await;
    assert!(matches!(connected, Err(IndexError::Unreachable { .. })), "{connected:?}");
}

/// The same claims against a real server.
mod real {
    use super::{Arc, EPOCH, Fresh, QdrantIndex, every_claim, settings, spec};

    const URL: &str = "VOICEASSIST_TEST_QDRANT_URL";

    async fn fresh(claim: &str) -> Option<Fresh> {
        let Some(url) = std::env::var_os(URL) else {
            println!("SKIPPED: {URL} is not set, so no real Qdrant server was asked");
            return None;
        };
        let settings = settings(url.to_str().unwrap(), &format!("voiceassist_test_{claim}"));
        QdrantIndex::discard(settings.clone()).await.unwrap();
        let index = QdrantIndex::connect(settings, spec(), EPOCH).await.unwrap();
        Some(Fresh { index: Arc::new(index), _keeps: Box::new(()) })
    }

    every_claim!(fresh);
}
