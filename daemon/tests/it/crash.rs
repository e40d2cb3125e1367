//! Kill -9 at any instant loses nothing: after a restart the database and the index are those of an undisturbed run.

use std::collections::BTreeSet;
use std::time::Duration;

use voiceassist_fakes::corpus::{Corpus, Owner};
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights};

use crate::program::World;

/// Kills in one run.
const KILLS: u64 = 10;

/// Everything that must be equal, without what is random by design (ids, times, sealed bytes).
const STATE_OF_THE_DATABASE: &str = "
    select d.file_id, d.name, d.state, coalesce(d.reason, '-'), encode(d.content_hash, 'hex'), d.sensitivity, d.page_count,
           d.truncated, (select count(*) from chunks c where c.document_id = d.id),
           (select string_agg(encode(c.content_hash, 'hex'), ',' order by c.ordinal) from chunks c where c.document_id = d.id),
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

/// The database, and what both people find for every known question.
fn outcome(world: &World) -> (String, BTreeSet<(String, String, u64, String)>) {
    let daemon = world.serve();
    world.settle();
    let mut found = BTreeSet::new();
    for user in ["alice", "bob"] {
        for fact in Corpus::clinic(3).facts() {
            for (path, page, text) in world.search(user, &fact.question) {
                found.insert((user.to_owned(), path, page, text));
            }
        }
    }
    let state = world.database.psql(STATE_OF_THE_DATABASE);
    daemon.terminate();
    (state, found)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_during_sync_and_ingest_change_nothing() {
    let calm = clinic().await;
    calm.connect("alice");
    calm.connect("bob");
    let (expected_state, expected_found) = outcome(&calm);
    assert!(!expected_found.is_empty());

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
    let (state, found) = outcome(&rough);
    assert_eq!(state, expected_state);
    assert_eq!(found, expected_found);
}
