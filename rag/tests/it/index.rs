//! The index's contract, held by both forms.
//!
//! One suite of claims runs against the embedded engine and against the network client. The server behind the client is
//! the genuine engine behind the genuine wire; with `VOICEASSIST_TEST_QDRANT_URL` set, a real server as well.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops and says where"
)]

use std::sync::Arc;

use voiceassist_rag::index::sparse::{SparseEncoder, SparseVector, TermKey};
use voiceassist_rag::index::{ChunkIndex, IndexSpec, Point};

use uuid::Uuid;
use voiceassist_model::{AccessSetId, ChunkId, DocumentId};

mod contract;
mod crash;
mod edge;
mod loopback;
mod network;

/// Small, so that vectors can be written by hand.
const DIMENSION: usize = 4;
const EPOCH: Uuid = Uuid::from_u128(0xE0);

fn spec() -> IndexSpec {
    IndexSpec::new("test/embedder", DIMENSION, &key())
}

fn key() -> TermKey {
    TermKey::new([7; 32])
}

fn chunk(number: u128) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128(0xC0_0000 + number))
}

fn document(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(0xD0_0000 + number))
}

fn set(number: i64) -> AccessSetId {
    AccessSetId::new(number)
}

fn terms(text: &str) -> SparseVector {
    SparseEncoder::new(key()).document(text)
}

fn point(number: u128, of: u128, readers: i64, text: &str, dense: Option<[f32; DIMENSION]>) -> Point {
    Point {
        chunk: chunk(number),
        document: document(of),
        access_set: set(readers),
        subject: Vec::new(),
        lead: false,
        facts: None,
        sparse: terms(text),
        dense: dense.map(Vec::from),
    }
}

/// An index that a claim may do with as it likes, and what keeps it alive.
struct Fresh {
    index: Arc<dyn ChunkIndex>,
    _keeps: Box<dyn std::any::Any + Send>,
}
