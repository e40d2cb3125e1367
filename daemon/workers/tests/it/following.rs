//! Following a tree: what a look costs and what it notices.

use voiceassist_fakes::nextcloud::{Bulk, Recipient, Rights};
use voiceassist_model::DocumentState;
use voiceassist_workers::sync::files::Way;

use crate::clinic::Clinic;

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_tree_costs_one_request() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a/b/c.md", "Magnesium before cardioversion.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.requests();
    let report = clinic.sync(alice).await;
    assert_eq!(report.way, Way::Unchanged);
    assert_eq!(clinic.requests(), ["PROPFIND 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_look_lists_the_whole_tree_in_one_request() {
    let clinic = Clinic::open().await;
    let bulk = Bulk { folders: 30, files_per_folder: 20, file_bytes: 200 };
    clinic.cloud.populate("alice", "/bulk", bulk).expect("placed");
    let alice = clinic.connect("alice").await;
    clinic.requests();
    let report = clinic.sync(alice).await;
    assert_eq!(report.way, Way::Listing);
    assert_eq!(clinic.requests(), ["PROPFIND 0", "PROPFIND infinity"]);
    assert_eq!(clinic.context.store.entries().count(alice).await.expect("counted").files, 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_deep_down_costs_one_listing_a_level() {
    let clinic = Clinic::open().await;
    for path in ["/a/b/c.md", "/a/x/y.md", "/z/z.md"] {
        clinic.cloud.put("alice", path, "Old text.").expect("placed");
    }
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.put("alice", "/a/b/c.md", "Potassium is checked hourly.").expect("changed");
    clinic.requests();
    let report = clinic.sync(alice).await;
    assert_eq!((report.way, report.changed), (Way::Descent, 1));
    assert_eq!(clinic.requests(), ["PROPFIND 0", "PROPFIND 1", "PROPFIND 1", "PROPFIND 1"]);
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "potassium").await, ["/a/b/c.md"]);
    assert!(clinic.sync(alice).await.way == Way::Unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_is_not_listed_and_nothing_is_downloaded() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/old/deep/heparin.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.rename("alice", "/old", "/new").expect("moved");
    clinic.requests();
    clinic.sync(alice).await;
    clinic.settle().await;
    assert_eq!(clinic.requests(), ["PROPFIND 0", "PROPFIND 1"]);
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/new/deep/heparin.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_file_is_not_found_any_more() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.put("alice", "/b.md", "Warfarin is bridged.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.remove("alice", "/a.md").expect("deleted");
    assert_eq!(clinic.sync(alice).await.vanished, 1);
    assert!(clinic.paths_found(alice, "heparin").await.is_empty(), "gone before the index is tidied");
    clinic.settle().await;
    assert_eq!(clinic.context.index.count().await.expect("counted"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_document_is_kept_once_and_read_by_both() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/insulin.md", "Insulin is doubled on steroids.").expect("placed");
    let share = clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    assert_eq!(clinic.context.index.count().await.expect("counted"), 1);
    assert_eq!(clinic.requests().iter().filter(|request| request.starts_with("GET")).count(), 1);
    assert_eq!(clinic.paths_found(bob, "insulin").await, ["/Ward/insulin.md"]);
    clinic.cloud.unshare(share).expect("unshared");
    clinic.sync(bob).await;
    assert!(clinic.paths_found(bob, "insulin").await.is_empty(), "hidden at once");
    clinic.settle().await;
    assert!(clinic.paths_found(bob, "insulin").await.is_empty());
    assert_eq!(clinic.paths_found(alice, "insulin").await, ["/Ward/insulin.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_owns_another_never_finds() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("bob", "/private.md", "The locker code is written nowhere.").expect("placed");
    clinic.connect_and_settle("bob").await;
    let alice = clinic.connect_and_settle("alice").await;
    assert!(clinic.paths_found(alice, "locker code").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_content_behind_an_old_etag_is_read() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/dose.md", "Start with 5 mg daily.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.touch_same_etag("alice", "/dose.md", "Start with 9 mg daily.").expect("changed");
    clinic.sync(alice).await;
    clinic.settle().await;
    let found = clinic.find(alice, "start daily").await;
    assert!(found.iter().any(|passage| passage.text.contains("9 mg")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_twice_changes_nothing() {
    let clinic = Clinic::open().await;
    for number in 0..20 {
        clinic.cloud.put("alice", &format!("/f{}/n{number}.md", number % 4), "Some text.").expect("placed");
    }
    let alice = clinic.connect_and_settle("alice").await;
    // Known to be unchanged well after the last upload, so that no etag can hide anything.
    clinic.cloud.advance(60);
    clinic.sync(alice).await;
    let before = clinic.documents(alice).await;
    clinic.context.store.cursors().forget(alice).await.expect("forgotten");
    assert_eq!(clinic.sync(alice).await.changed, 0);
    clinic.settle().await;
    assert_eq!(clinic.documents(alice).await, before);
    assert!(before.iter().all(|document| document.state == DocumentState::Indexed));
}

#[tokio::test(flavor = "multi_thread")]
async fn very_many_changed_folders_are_listed_in_one_request() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/first.md", "One file.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic
        .cloud
        .populate("alice", "/bulk", Bulk { folders: 100, files_per_folder: 1, file_bytes: 10 })
        .expect("placed");
    clinic.requests();
    assert_eq!(clinic.sync(alice).await.way, Way::Descent);
    assert_eq!(
        clinic.requests(),
        ["PROPFIND 0", "PROPFIND 1", "PROPFIND infinity"],
        "one by one would be 100"
    );
}
