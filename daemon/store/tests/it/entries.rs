//! Trees: what a listing shows, and what it no longer shows.

use voiceassist_model::DocumentState;
use voiceassist_store::Job;
use voiceassist_store::entries::{Change, EntryCounts, ObservedEntry, Unseen, Vanished};

use crate::clinic::{Clinic, file, folder};

fn small_tree() -> Vec<ObservedEntry> {
    vec![
        folder(1, None, "/", "root-1"),
        folder(2, Some(1), "/Cardiology", "f-1"),
        folder(3, Some(2), "/Cardiology/2026", "g-1"),
        file(10, 3, "/Cardiology/2026/AF.pdf", "a-1"),
        file(11, 2, "/Cardiology/Chest pain.pdf", "b-1"),
    ]
}

#[tokio::test]
async fn a_first_listing_makes_documents_and_one_job_for_each() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let applied = clinic.observe(alice, &small_tree()).await;
    let created_folder = Change { created: true, unsettled: true, ..Change::default() };
    let created_file = Change { created: true, content: true, ..Change::default() };
    assert_eq!(
        applied.iter().map(|one| one.change).collect::<Vec<_>>(),
        [created_folder, created_folder, created_folder, created_file, created_file]
    );
    assert_eq!(applied.iter().map(|one| one.file_id).collect::<Vec<_>>(), [1, 2, 3, 10, 11]);
    assert!(applied[..3].iter().all(|one| one.document.is_none()), "folders are no documents");
    let document = clinic.document(10).await;
    assert_eq!(applied[3].document, Some(document.id));
    assert_eq!(
        (document.version, document.state, document.name.as_str()),
        (1, DocumentState::Pending, "AF.pdf")
    );
    assert_eq!(clinic.readers(10).await, [alice]);
    let mut jobs = clinic.drain_jobs().await;
    jobs.sort_by_key(|job| format!("{job:?}"));
    let mut expected: Vec<Job> =
        applied[3..].iter().map(|one| Job::IngestDocument { document: one.document.unwrap() }).collect();
    expected.sort_by_key(|job| format!("{job:?}"));
    assert_eq!(jobs, expected);
    assert_eq!(clinic.store.entries().count(alice).await.unwrap(), EntryCounts { files: 2, folders: 3 });
}

#[tokio::test]
async fn the_same_listing_again_changes_nothing_but_the_unsettled_folders_stay_so() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    clinic.drain_jobs().await;
    let again = clinic.observe(alice, &small_tree()).await;
    assert!(again[..3].iter().all(|one| one.change == Change { unsettled: true, ..Change::default() }));
    assert!(again[3..].iter().all(|one| one.change.is_none()));
    let mut tx = clinic.store.begin().await.unwrap();
    let settled = [(1, "root-1"), (2, "f-1"), (3, "g-1")].map(|(file_id, etag)| (file_id, etag.to_owned()));
    assert_eq!(clinic.store.entries().settle_folders(&mut tx, alice, &settled).await.unwrap(), 3);
    let file = [(10, "x".to_owned())];
    assert_eq!(clinic.store.entries().settle_folders(&mut tx, alice, &file).await.unwrap(), 0, "no folder");
    tx.commit().await.unwrap();
    let settled = clinic.observe(alice, &small_tree()).await;
    assert!(settled.iter().all(|one| one.change.is_none()), "{settled:?}");
    assert!(clinic.drain_jobs().await.is_empty());
}

#[tokio::test]
async fn a_folder_in_which_something_moved_has_no_etag_until_it_is_settled() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.entries().settle_folders(&mut tx, alice, &[(2, "f-1".to_owned())]).await.unwrap();
    tx.commit().await.unwrap();
    let moved_on = folder(2, Some(1), "/Cardiology", "f-2");
    assert!(clinic.observe(alice, std::slice::from_ref(&moved_on)).await[0].change.unsettled);
    let kept = clinic.store.entries().find(alice, 2).await.unwrap().unwrap();
    assert_eq!(kept.etag, None, "a crash now makes the next sync look again, whatever the server says then");
    let as_before = folder(2, Some(1), "/Cardiology", "f-1");
    assert!(clinic.observe(alice, &[as_before]).await[0].change.unsettled, "also if it went back");
}

#[tokio::test]
async fn each_sign_of_new_content_is_noticed_on_its_own() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let original = file(10, 1, "/a.pdf", "a-1");
    clinic.observe(alice, &[folder(1, None, "/", "r"), original.clone()]).await;
    let mut version = 1;
    let signs = [
        ObservedEntry { etag: "a-2".to_owned(), ..original.clone() },
        ObservedEntry { etag: "a-2".to_owned(), size: 2_000, ..original.clone() },
        ObservedEntry {
            etag: "a-2".to_owned(),
            size: 2_000,
            upload_time: Some(1_790_000_001),
            ..original.clone()
        },
    ];
    for sign in signs {
        clinic.drain_jobs().await;
        let applied = clinic.observe(alice, std::slice::from_ref(&sign)).await;
        assert!(applied[0].change.content, "{sign:?}");
        version += 1;
        let document = clinic.document(10).await;
        assert_eq!((document.version, document.state), (version, DocumentState::Pending));
        assert_eq!(clinic.drain_jobs().await, [Job::IngestDocument { document: document.id }]);
    }
    let touched = ObservedEntry {
        etag: "a-2".to_owned(),
        size: 2_000,
        upload_time: None,
        modified_at: None,
        permissions: "RG".to_owned(),
        ..original
    };
    let applied = clinic.observe(alice, std::slice::from_ref(&touched)).await;
    assert_eq!(applied[0].change, Change { permissions: true, ..Change::default() });
    assert_eq!(clinic.document(10).await.version, version);
}

#[tokio::test]
async fn a_moved_folder_takes_everything_below_along_and_nothing_is_read_again() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    let before = clinic.document(10).await;
    clinic.drain_jobs().await;
    let applied = clinic.observe(alice, &[folder(2, Some(1), "/Heart", "f-1")]).await;
    assert!(applied[0].change.moved);
    for (file_id, path) in [(3, "/Heart/2026"), (10, "/Heart/2026/AF.pdf"), (11, "/Heart/Chest pain.pdf")] {
        assert_eq!(clinic.store.entries().find(alice, file_id).await.unwrap().unwrap().path, path);
    }
    assert_eq!(clinic.store.entries().find_by_path(alice, "/Heart/2026").await.unwrap().unwrap().file_id, 3);
    assert_eq!(clinic.document(10).await, before);
    assert!(clinic.drain_jobs().await.is_empty());
}

#[tokio::test]
async fn folders_that_swap_their_order_end_where_the_server_has_them() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let root = folder(1, None, "/", "r");
    let nested = [
        root.clone(),
        folder(2, Some(1), "/a", "x"),
        folder(3, Some(2), "/a/b", "x"),
        file(10, 3, "/a/b/f.pdf", "x"),
    ];
    clinic.observe(alice, &nested).await;
    // In between, each is inside the other.
    clinic.observe(alice, &[folder(2, Some(3), "/b/a", "x")]).await;
    clinic.observe(alice, &[folder(3, Some(1), "/b", "x")]).await;
    let path = async |file_id| clinic.store.entries().find(alice, file_id).await.unwrap().unwrap().path;
    assert_eq!(
        (path(3).await, path(2).await, path(10).await),
        ("/b".into(), "/b/a".into(), "/b/f.pdf".into())
    );
}

#[tokio::test]
async fn a_renamed_file_is_moved_and_not_read_again() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    clinic.drain_jobs().await;
    let applied = clinic.observe(alice, &[file(10, 2, "/Cardiology/Fibrillation.pdf", "a-1")]).await;
    assert_eq!(applied[0].change, Change { moved: true, ..Change::default() });
    let document = clinic.document(10).await;
    assert_eq!((document.name.as_str(), document.version), ("Fibrillation.pdf", 1));
    assert!(clinic.drain_jobs().await.is_empty());
}

#[tokio::test]
async fn a_vanished_folder_takes_everything_below_with_it() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    let missing = clinic.store.entries().count_missing(alice, clinic.run(), &[2]).await.unwrap();
    assert_eq!(missing, Unseen { unseen: 4, own: 4, total: 5, aliased: false });
    let vanished = clinic.vanish(alice, &[2]).await;
    assert_eq!(
        vanished,
        Vanished { entries: 4, documents_purged: 2, jobs_cancelled: 2, ..Vanished::default() }
    );
    assert_eq!(clinic.store.entries().children(alice, 1).await.unwrap(), []);
    assert!(clinic.find_document(10).await.is_none());
}

#[tokio::test]
async fn what_the_run_saw_elsewhere_was_moved_and_stays() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    let document = clinic.document(10).await.id;
    let run = clinic.run();
    // Folder 3 moved up to the root with AF.pdf inside, which the descent had no reason to list; 2 was deleted.
    clinic.observe_in(alice, run, &[folder(3, Some(1), "/2026", "g-1")]).await;
    let vanished = clinic.vanish_in(alice, run, &[2, 3]).await;
    assert_eq!(
        (vanished.entries, vanished.documents_purged),
        (2, 1),
        "the folder and the file left inside it"
    );
    assert_eq!(clinic.document(10).await.id, document);
    assert_eq!(clinic.store.entries().find(alice, 10).await.unwrap().unwrap().path, "/2026/AF.pdf");
}

#[tokio::test]
async fn after_a_complete_listing_what_it_did_not_show_goes() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &small_tree()).await;
    let run = clinic.run();
    clinic.observe_in(alice, run, &small_tree()[..4]).await;
    assert_eq!(
        clinic.store.entries().count_unseen(alice, run).await.unwrap(),
        Unseen { unseen: 1, own: 1, total: 5, aliased: false }
    );
    let vanished = clinic.store.entries().vanish_unseen(alice, run).await.unwrap();
    assert_eq!((vanished.entries, vanished.documents_purged), (1, 1));
    assert_eq!(clinic.store.entries().vanish_unseen(alice, run).await.unwrap(), Vanished::default());
}

#[tokio::test]
async fn a_listing_longer_than_a_batch_arrives_whole_and_a_repeated_id_counts_once() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let mut listing = vec![folder(1, None, "/", "r")];
    listing.extend((100..2_600).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")));
    listing.push(file(100, 1, "/renamed.pdf", "x"));
    let applied = clinic.observe(alice, &listing).await;
    assert_eq!(applied.len(), listing.len());
    assert_eq!(clinic.store.entries().children(alice, 1).await.unwrap().len(), 2_500);
    assert_eq!(clinic.store.entries().find(alice, 100).await.unwrap().unwrap().path, "/renamed.pdf");
    let vanished = clinic.store.entries().vanish_unseen(alice, clinic.run()).await.unwrap();
    assert_eq!(
        vanished,
        Vanished { entries: 2_501, documents_purged: 2_500, jobs_cancelled: 2_500, ..Vanished::default() }
    );
}

#[tokio::test]
async fn nothing_is_applied_for_an_account_that_is_gone() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.store.accounts().remove(alice).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(clinic.store.entries().apply(&mut tx, alice, clinic.run(), &small_tree()).await.is_err());
}

#[tokio::test]
async fn a_rolled_back_batch_leaves_no_trace() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.entries().apply(&mut tx, alice, clinic.run(), &small_tree()).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(clinic.store.entries().root(alice).await.unwrap().is_none());
    assert!(clinic.find_document(10).await.is_none());
    assert!(clinic.drain_jobs().await.is_empty());
    assert_eq!(clinic.database.psql("select count(*) from access_sets").trim(), "0");
}
