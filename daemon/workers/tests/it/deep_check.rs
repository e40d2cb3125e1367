//! Mirror, index and server, made to disagree and put right.

use std::collections::BTreeMap;

use voiceassist_fakes::nextcloud::{Recipient, Rights};
use voiceassist_model::{AccessSetId, AccountId, ChunkId, DocumentId};
use voiceassist_rag::index::Point;
use voiceassist_rag::index::sparse::SparseVector;
use voiceassist_store::checks::CheckState;
use voiceassist_workers::truth::{Fault, Report};

use crate::clinic::Clinic;

async fn examine(clinic: &Clinic, repair: bool) -> Report {
    let store = &clinic.context.store;
    let id = store.checks().request(repair).await.expect("a check can be asked for");
    clinic.settle().await;
    let check = store.checks().find(id).await.expect("checks answer").expect("the check is kept");
    assert_eq!(check.state, CheckState::Done);
    serde_json::from_value(check.report.expect("a report")).expect("a report that reads back")
}

fn counts(report: &Report) -> BTreeMap<Fault, u64> {
    report.faults.iter().map(|(fault, found)| (*fault, found.count)).collect()
}

/// Alice's two files, one of them shared with Bob, all indexed.
async fn clinic() -> (Clinic, AccountId, AccountId) {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/Plan.txt", "Apixaban is restarted after the ablation.").expect("put");
    clinic.cloud.put("alice", "/Own.txt", "Warfarin is stopped before the procedure.").expect("put");
    let share = clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ);
    share.expect("a share");
    let alice = clinic.connect("alice").await;
    let bob = clinic.connect("bob").await;
    clinic.settle().await;
    (clinic, alice, bob)
}

async fn document(clinic: &Clinic, account: AccountId, path: &str) -> DocumentId {
    clinic.document(account, path).await.id
}

#[tokio::test]
async fn what_agrees_is_said_to_agree() {
    let (clinic, ..) = clinic().await;
    let report = examine(&clinic, false).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!((report.points, report.chunks), (report.chunks, report.points), "a point for each chunk");
    assert!(report.points >= 2 && report.documents >= 2 && report.files >= 3, "{report:?}");
    assert_eq!((report.accounts, report.unchecked.len(), report.catching_up.len()), (2, 0, 0));
}

#[tokio::test]
async fn every_kind_of_fault_in_the_index_is_found_and_mended() {
    let (clinic, alice, bob) = clinic().await;
    let index = &clinic.context.index;
    let [shared, own] =
        [document(&clinic, alice, "/Ward/Plan.txt").await, document(&clinic, alice, "/Own.txt").await];
    // A point of nothing, a document found by the wrong people, and one that nobody finds.
    let stray = Point {
        chunk: ChunkId::from_uuid(uuid::Uuid::from_u128(1)),
        document: DocumentId::from_uuid(uuid::Uuid::from_u128(2)),
        access_set: AccessSetId::new(1),
        subject: Vec::new(),
        lead: false,
        facts: None,
        sparse: SparseVector { indices: vec![1], values: vec![1.0] },
        dense: None,
    };
    index.upsert(vec![stray]).await.expect("written");
    index.set_access(vec![shared], AccessSetId::new(9_999)).await.expect("written");
    index.remove_document(own).await.expect("removed");
    assert!(clinic.paths_found(bob, "apixaban").await.is_empty());

    let found = counts(&examine(&clinic, false).await);
    let expected = [Fault::OrphanPoints, Fault::WrongReadersInIndex, Fault::ChunksWithoutPoint];
    assert_eq!(found, expected.into_iter().map(|fault| (fault, 1)).collect());
    assert_eq!(counts(&examine(&clinic, false).await), found, "looking changes nothing");

    let gets = clinic.cloud.request_log().count("GET");
    let report = examine(&clinic, true).await;
    assert_eq!(counts(&report), found);
    assert!(report.faults.values().all(|found| found.repairs == 1), "{report:?}");
    let after = examine(&clinic, true).await;
    assert!(after.is_clean(), "{after:?}");
    assert_eq!(clinic.cloud.request_log().count("GET"), gets, "nothing was downloaded again");
    assert_eq!(clinic.paths_found(alice, "warfarin").await.len(), 1);
    assert_eq!(clinic.paths_found(bob, "apixaban").await.len(), 1);
}

#[tokio::test]
async fn a_mirror_that_shows_more_or_less_than_the_server_is_found_and_mended() {
    let (clinic, alice, _) = clinic().await;
    let store = &clinic.context.store;
    let gone = clinic.cloud.stat("alice", "/Own.txt").expect("there").file_id;
    // The server forgets a file and shows another, and the mirror believes that it has followed.
    clinic.cloud.remove("alice", "/Own.txt").expect("removed");
    clinic.cloud.put("alice", "/New.txt", "Heparin bridges.").expect("put");
    let connected = clinic.context.connections.of(alice).await.expect("connected");
    let root = connected.client.root(&connected.user).await.expect("a root");
    let run = uuid::Uuid::from_u128(77);
    store.cursors().start_run(alice, run).await.expect("noted");
    let mut tx = store.begin().await.expect("begun");
    store.cursors().finish_run(&mut tx, alice, run, &root.etag.to_string(), None).await.expect("noted");
    tx.commit().await.expect("committed");
    assert!(gone > 0);

    let found = counts(&examine(&clinic, false).await);
    assert_eq!(found, BTreeMap::from([(Fault::FilesNotOnServer, 1), (Fault::FilesNotInMirror, 1)]));
    examine(&clinic, true).await;
    let after = examine(&clinic, false).await;
    assert!(after.is_clean(), "{after:?}");
    assert!(clinic.paths_found(alice, "warfarin").await.is_empty());
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/New.txt"]);
}

#[tokio::test]
async fn a_mirror_that_is_merely_behind_is_told_to_follow() {
    let (clinic, alice, _) = clinic().await;
    clinic.cloud.put("alice", "/New.txt", "Heparin bridges.").expect("put");
    let report = examine(&clinic, false).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.catching_up, [alice.as_uuid()]);
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/New.txt"], "and it has followed");
}

#[tokio::test]
async fn an_account_that_cannot_be_listed_is_named_and_stops_no_other() {
    let (clinic, _, bob) = clinic().await;
    clinic.cloud.revoke("bob");
    let report = examine(&clinic, false).await;
    let unchecked: Vec<_> = report.unchecked.iter().map(|one| one.account).collect();
    assert_eq!((unchecked, report.accounts), (vec![bob.as_uuid()], 1));
}
