//! Kill -9 at any instant loses nothing: after a restart the database and the index are those of an undisturbed run.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use uuid::Uuid;
use voiceassist_dav::imap::{MailConnection, MailCredentials, Security};
use voiceassist_fakes::corpus::{Corpus, Owner};
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights};
use voiceassist_model::{ChunkId, OsRandomness, SystemClock};
use voiceassist_rag::embed::minilm;
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::sparse::TermKey;
use voiceassist_rag::index::{ChunkIndex as _, IndexSpec};
use voiceassist_store::{MasterKey, Store, StoreSettings};

use crate::program::{Found, World, wait};

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

/// Messages of the mailbox that is followed while the daemon is killed.
const LETTERS: u32 = 600;
/// Kills meanwhile.
const MAIL_KILLS: u64 = 5;

/// Every fourth answers the one before it.
fn letter(uid: u32) -> Vec<u8> {
    let answers = if uid.is_multiple_of(4) {
        format!("In-Reply-To: <{}@example.test>\r\n", uid - 1)
    } else {
        String::new()
    };
    format!(
        "From: Mara <mara@example.test>\r\nTo: paul@example.test\r\nSubject: Echo {uid}\r\n\
         Message-ID: <{uid}@example.test>\r\n{answers}Date: Mon, 2 Mar 2026 09:15:00 +0100\r\n\r\n\
         The ejection fraction of patient {uid} is 55 per cent.\r\n"
    )
    .into_bytes()
}

/// Keeps a mailbox at this server for the person, as the daemon would.
async fn keep_mailbox(world: &World, user: &str, server: &Imap) {
    let key = std::fs::read_to_string(world.state_directory().join("master.key")).expect("the master key");
    let key = MasterKey::from_base64(&key).expect("a key");
    let (clock, randomness) = (Arc::new(SystemClock), Arc::new(OsRandomness));
    let settings = StoreSettings::new(world.database.url());
    let store = Store::connect(settings, key, clock, randomness).await.expect("a store");
    let account = world.database.psql(&format!("select id from accounts where user_id = '{user}'"));
    let account = account.trim().parse().expect("an id");
    let connection = MailConnection {
        host: "127.0.0.1".to_owned(),
        port: server.address().port(),
        security: Security::PlainOnLoopback,
        credentials: MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: "mara-password".into(),
        },
    };
    store.mail().add(account, &connection.write()).await.expect("kept").expect("room");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_in_the_middle_of_a_mailbox_lose_and_double_nothing() {
    let mut world = World::build(NextcloudScript::default()).await;
    world.extra.push(("VOICEASSIST_MAIL__SERVERS".to_owned(), "127.0.0.1".to_owned()));
    world.connect("alice");
    let server = Imap::start(ImapScript::default()).await.expect("a mail server");
    let date = "2026-03-02T08:15:00Z".parse().expect("a date");
    server.fill("INBOX", LETTERS, date, letter);
    keep_mailbox(&world, "alice", &server).await;
    let mut read = Vec::new();
    for kill in 0..MAIL_KILLS {
        let daemon = world.serve_unattended();
        // From kill to kill the daemon comes further, wherever it is then.
        let count = |state: &str| {
            let count =
                world.database.psql(&format!("select count(*) from mail_contents where state = '{state}'"));
            count.trim().parse::<u64>().expect("a number")
        };
        let before = count("read");
        wait(|| count("read") + count("pending") > before, "messages are known");
        tokio::time::sleep(Duration::from_millis(100 + (kill * 7919) % 900)).await;
        daemon.kill();
        read.push(count("read"));
        world.database.psql(
            "update jobs set leased_until = now() - interval '1 second' where leased_until is not null;
             update mail_accounts set looked_at = null, last_synced_at = null",
        );
    }
    let daemon = world.serve();
    let state = "select count(*), count(distinct m.uid), count(distinct c.id), count(distinct c.thread_id),
                        count(*) filter (where c.state = 'read') from mail_messages m
                   join mail_contents c on c.id = m.content_id";
    let whole = format!("{LETTERS}|{LETTERS}|{LETTERS}|{}|{LETTERS}", LETTERS - LETTERS / 4);
    wait(|| world.database.psql(state).trim() == whole, "the mailbox is whole");
    daemon.terminate();
    let documents = world.database.psql(
        "select count(*), count(distinct content_id) from documents where source = 'message';
         select count(*) from mail_contents where state <> 'read';
         select count(*) from dead_letters",
    );
    assert_eq!(documents.split_whitespace().collect::<Vec<_>>(), [&format!("{LETTERS}|{LETTERS}"), "0", "0"]);
    assert!(read.windows(2).all(|pair| pair[0] <= pair[1]), "what was read stays read: {read:?}");
}
