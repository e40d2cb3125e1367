//! Kill -9 at any instant loses nothing: after a restart the database and the index are those of an undisturbed run.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use uuid::Uuid;
use voiceassist_fakes::corpus::{Corpus, Owner};
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights};
use voiceassist_model::ChunkId;
use voiceassist_rag::embed::minilm;
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::TermKey;
use voiceassist_rag::index::{ChunkIndex as _, IndexSpec};

use crate::program::{Found, World};

/// What the program derives its term key with. Changing it there makes every index useless, so it is pinned here.
const TERM_KEY_CONTEXT: &str = "VoiceAssist 2026-11-23 sparse term ids v1";
/// Kills in one run.
const KILLS: u64 = 10;

/// Everything that must be equal, without what is random by design (ids, times, sealed bytes, keyed hashes).
const STATE_OF_THE_DATABASE: &str = "
    select d.file_id, d.name, d.state, coalesce(d.reason, '-'), d.content_hash is not null, d.sensitivity, d.page_count,
           d.truncated, (select count(*) from chunks c where c.document_id = d.id),
           (select string_agg(octet_length(c.body)::text, ',' order by c.ordinal) from chunks c where c.document_id = d.id),
           (select string_agg(a.user_id, ',' order by a.user_id) from access_set_members m join accounts a on a.id = m.account_id
             where m.access_set_id = d.access_set_id)
      from documents d order by d.file_id;
    select a.user_id, e.path, e.etag from entries e join accounts a on a.id = e.account_id order by 1, 2;
    select count(*) from dead_letters;";

async fn clinic() -> World {
    let world = World::build(NextcloudScript::default()).await;
    let corpus = Corpus::clinic(3);
    for file in &corpus.files {
        let owner = if file.owner == Owner::Bob { "bob" } else { "alice" };
        world.cloud.put(owner, &file.path, file.bytes.clone()).expect("placed");
    }
    for file in Corpus::bulk(3, 40, 8).files {
        world.cloud.put("alice", &format!("bulk/{}", file.path), file.bytes).expect("placed");
    }
    world.cloud.share("alice", "Clinic", Recipient::user("bob"), Rights::READ).expect("shared");
    world
}

/// What a run leaves behind.
#[derive(Debug, PartialEq)]
struct Outcome {
    database: String,
    /// Points in the index, and how many chunks of the database have none.
    points: u64,
    chunks_without_point: usize,
    /// For each person and known question the best passage: path, page, text.
    best: BTreeSet<(String, String, Option<Found>)>,
}

async fn outcome(world: &World) -> Outcome {
    let daemon = world.serve();
    world.settle();
    let mut best = BTreeSet::new();
    for user in ["alice", "bob"] {
        for fact in Corpus::clinic(3).facts() {
            let found = world.search(user, &fact.question).into_iter().next();
            best.insert((user.to_owned(), fact.question.clone(), found));
        }
    }
    let database = world.database.psql(STATE_OF_THE_DATABASE);
    daemon.terminate();
    let (points, chunks_without_point) = compare_index(world).await;
    Outcome { database, points, chunks_without_point, best }
}

/// Opens the index as the daemon does and looks up every chunk of the database.
async fn compare_index(world: &World) -> (u64, usize) {
    let key = std::fs::read_to_string(world.state_directory().join("master.key")).expect("the master key");
    let key = BASE64.decode(key.trim()).expect("base64");
    let terms = TermKey::new(blake3::derive_key(TERM_KEY_CONTEXT, &key));
    let spec = IndexSpec::new(minilm::INT8, minilm::DIMENSION, &terms);
    let index = EdgeIndex::open(world.state_directory().join("index"), spec, Uuid::nil())
        .await
        .expect("the index opens");
    let chunks: Vec<ChunkId> = world
        .database
        .psql("select id from chunks")
        .lines()
        .map(|id| id.trim().parse().expect("an id"))
        .collect();
    let mut present = 0;
    for some in chunks.chunks(200) {
        present += index.contains(some.to_vec()).await.expect("the index answers").len();
    }
    (index.count().await.expect("the index answers"), chunks.len() - present)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_during_sync_and_ingest_change_nothing() {
    let calm = clinic().await;
    calm.connect("alice");
    calm.connect("bob");
    let expected = outcome(&calm).await;
    assert_eq!(expected.chunks_without_point, 0);
    assert!(expected.points > 100, "{}", expected.points);

    let rough = clinic().await;
    rough.connect("alice");
    rough.connect("bob");
    // Spread over the start, the listing and the ingest; different from kill to kill, the same from run to run.
    for kill in 0..KILLS {
        let daemon = rough.serve_unattended();
        let instant = 150 + (kill * 7919) % 1_700;
        tokio::time::sleep(Duration::from_millis(instant)).await;
        daemon.kill();
    }
    // A killed worker's lease must run out before its job is taken again; the test does not wait for that.
    rough
        .database
        .psql("update jobs set leased_until = now() - interval '1 second' where leased_until is not null");
    assert_eq!(outcome(&rough).await, expected);
}
