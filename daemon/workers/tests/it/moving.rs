//! What moves, comes back or pretends not to have changed, and what it costs.

use voiceassist_fakes::nextcloud::{Bulk, Clock, Fault, NextcloudScript, Recipient, Rights};
use voiceassist_store::documents::Document;

use crate::clinic::Clinic;

fn downloads(requests: &[String]) -> usize {
    requests.iter().filter(|request| request.starts_with("GET")).count()
}

async fn document(clinic: &Clinic, account: voiceassist_model::AccountId, path: &str) -> Document {
    let id = clinic.document(account, path).await.id;
    clinic.context.store.documents().find(id).await.expect("documents answer").expect("a document")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_two_thousand_files_is_renamed_for_two_requests_and_no_download() {
    let clinic = Clinic::open().await;
    let bulk = Bulk { folders: 20, files_per_folder: 100, file_bytes: 20 };
    clinic.cloud.populate("alice", "/archive", bulk).expect("placed");
    let alice = clinic.connect("alice").await;
    clinic.converge(alice).await;
    clinic.cloud.rename("alice", "/archive", "/Archive 2026").expect("renamed");
    clinic.requests();
    let report = clinic.sync(alice).await;
    assert_eq!((report.changed, report.vanished, report.held), (1, 0, 0));
    assert_eq!(clinic.requests(), ["PROPFIND 0", "PROPFIND 1"]);
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_folder_is_listed_at_once_and_its_files_are_new_documents() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a/b/c/note.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.copy("alice", "/a", "/copy").expect("copied");
    clinic.requests();
    clinic.converge(alice).await;
    assert_eq!(clinic.requests(), ["PROPFIND 0", "PROPFIND 1", "PROPFIND infinity"]);
    let (original, copy) = (
        document(&clinic, alice, "/a/b/c/note.md").await,
        document(&clinic, alice, "/copy/b/c/note.md").await,
    );
    assert_ne!(original.id, copy.id);
    assert_eq!(original.etag, copy.etag, "the server gives the copy the etag of its source");
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/a/b/c/note.md", "/copy/b/c/note.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_case_and_another_spelling_of_a_name_are_moves() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Notes/befund.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let before = document(&clinic, alice, "/Notes/befund.md").await.id;
    clinic.requests();
    for (from, to, shown) in [
        ("/Notes/befund.md", "/Notes/Befund.md", "/Notes/Befund.md"),
        ("/Notes/Befund.md", "/Notes/Befund u\u{308}ber.md", "/Notes/Befund \u{fc}ber.md"),
        ("/Notes", "/notes", "/notes/Befund \u{fc}ber.md"),
    ] {
        clinic.cloud.rename("alice", from, to).expect("renamed");
        clinic.converge(alice).await;
        clinic.settle().await;
        assert_eq!(document(&clinic, alice, shown).await.id, before);
    }
    assert_eq!(downloads(&clinic.requests()), 0);
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_from_the_trash_between_two_looks_was_never_away() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/ward/a.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.advance(60);
    clinic.sync(alice).await;
    let before = document(&clinic, alice, "/ward/a.md").await;
    let id = clinic.cloud.trash("alice", "/ward/a.md").expect("in the trash");
    clinic.cloud.restore("alice", id).expect("back");
    clinic.requests();
    clinic.converge(alice).await;
    clinic.settle().await;
    assert_eq!(downloads(&clinic.requests()), 0);
    let after = document(&clinic, alice, "/ward/a.md").await;
    assert_eq!((after.id, after.version), (before.id, before.version));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_after_it_was_forgotten_is_read_again_under_its_old_id() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/ward/a.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let before = document(&clinic, alice, "/ward/a.md").await;
    let id = clinic.cloud.trash("alice", "/ward/a.md").expect("in the trash");
    clinic.converge(alice).await;
    clinic.settle().await;
    assert!(clinic.paths_found(alice, "heparin").await.is_empty(), "its text is gone with it");
    clinic.cloud.restore("alice", id).expect("back");
    clinic.requests();
    clinic.converge(alice).await;
    clinic.settle().await;
    assert_eq!(downloads(&clinic.requests()), 1);
    let after = document(&clinic, alice, "/ward/a.md").await;
    assert_eq!((after.file_id, after.content_hash), (before.file_id, before.content_hash));
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/ward/a.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_moved_into_a_received_folder_stays_one_document() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/plan.md", "Insulin is doubled on steroids.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::ALL).expect("shared");
    clinic.cloud.put("bob", "/mine.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let before = document(&clinic, bob, "/mine.md").await.id;
    // Looked at well after the last upload, so that no etag is in doubt.
    clinic.cloud.advance(60);
    clinic.sync(alice).await;
    clinic.sync(bob).await;
    clinic.cloud.rename("bob", "/mine.md", "/Ward/ours.md").expect("moved");
    clinic.requests();
    for account in [alice, bob] {
        clinic.converge(account).await;
        clinic.assert_no_drift(account).await;
    }
    clinic.settle().await;
    assert_eq!(downloads(&clinic.requests()), 0);
    assert_eq!(document(&clinic, alice, "/Ward/ours.md").await.id, before);
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/Ward/ours.md"]);
    clinic.assert_readers(&[("alice", alice), ("bob", bob)], true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_within_the_same_second_is_read_though_nothing_of_the_file_shows_it() {
    let clinic = Clinic::open_with(NextcloudScript::default().clock(Clock::held(1_795_420_800))).await;
    clinic.cloud.put("alice", "/ward/dose.md", "Start with 5 mg daily.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    // The clock stands still: same length, same second, same etag, same upload time.
    clinic.cloud.put("alice", "/ward/dose.md", "Start with 9 mg daily.").expect("changed");
    let report = clinic.sync(alice).await;
    assert_eq!((report.changed, report.rechecked), (0, 1));
    clinic.settle().await;
    clinic.assert_readers(&[("alice", alice)], true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_hides_behind_a_visible_one_is_read_as_well() {
    let clinic = Clinic::open_with(NextcloudScript::default().clock(Clock::held(1_795_420_800))).await;
    clinic.cloud.put("alice", "/ward/dose.md", "Start with 5 mg daily.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.put("alice", "/ward/dose.md", "Start with 9 mg daily.").expect("changed");
    clinic.cloud.put("alice", "/ward/new.md", "A new note beside it.").expect("placed");
    clinic.converge(alice).await;
    clinic.settle().await;
    clinic.assert_readers(&[("alice", alice)], true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_of_a_single_file_notices_an_edit_that_keeps_its_etag() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/dose.md", "Start with 5 mg daily.").expect("placed");
    clinic.cloud.share("alice", "/dose.md", Recipient::user("bob"), Rights::READ).expect("shared");
    let bob = clinic.connect_and_settle("bob").await;
    // The receiver is not told when it was uploaded, and of a file that is a mount no folder of theirs speaks.
    clinic.cloud.touch_same_etag("alice", "/dose.md", "Start with 9 mg daily.").expect("changed");
    clinic.cloud.mkdir("bob", "/elsewhere").expect("made");
    clinic.cloud.remove("bob", "/elsewhere").expect("removed");
    clinic.converge(bob).await;
    clinic.settle().await;
    clinic.assert_readers(&[("bob", bob)], true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_twice_stays_as_long_as_one_share_does() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/plan.md", "Insulin is doubled on steroids.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let bob = clinic.connect_and_settle("bob").await;
    let single =
        clinic.cloud.share("alice", "/Ward/plan.md", Recipient::user("bob"), Rights::READ).expect("shared");
    clinic.converge(bob).await;
    clinic.assert_no_drift(bob).await;
    clinic.cloud.unshare(single).expect("unshared");
    clinic.converge(bob).await;
    clinic.assert_no_drift(bob).await;
    assert_eq!(clinic.documents(bob).await.len(), 1, "still there through the folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_first_listing_is_gone_on_with_and_not_begun_again() {
    let clinic = Clinic::open().await;
    let bulk = Bulk { folders: 40, files_per_folder: 50, file_bytes: 20 };
    clinic.cloud.populate("alice", "/bulk", bulk).expect("placed");
    let alice = clinic.connect("alice").await;
    clinic.requests();
    // Half of the listing arrives, and then the server is away for a while.
    clinic.cloud.fault(Fault::on("PROPFIND").depth("infinity").cut_after(700_000));
    clinic.cloud.fault(Fault::on("PROPFIND").depth("1").status(502));
    clinic.try_sync(alice).await.expect_err("the server is away");
    let arrived = clinic.context.store.entries().count(alice).await.expect("counted").files;
    assert!((500..2_000).contains(&arrived), "{arrived} files are here already");
    clinic.requests();
    let report = clinic.sync(alice).await;
    let requests = clinic.requests();
    assert!(report.finished);
    let left = usize::try_from(2_000 - arrived).expect("small").div_ceil(50);
    // The root twice, the folder above, the folder that was cut, and each one that had not come.
    assert!(requests.len() <= left + 4, "{} requests for {left} folders", requests.len());
    assert_eq!(clinic.context.store.entries().count(alice).await.expect("counted").files, 2_000);
    clinic.assert_no_drift(alice).await;
}
