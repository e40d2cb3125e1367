//! Where a mirror stands.

use chrono::TimeDelta;
use voiceassist_store::cursors::{FilesCursor, HeldCounts, HeldDeletions};

use crate::clinic::{Clinic, start_of_time};

#[tokio::test]
async fn the_root_etag_is_kept_only_by_a_finished_run_and_dated_from_its_start() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    assert_eq!(cursors.files(alice).await.unwrap(), FilesCursor::default());
    let run = clinic.run();
    cursors.start_run(alice, run).await.unwrap();
    assert_eq!(cursors.files(alice).await.unwrap().root_etag, None);
    clinic.pass(30);
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(cursors.finish_run(&mut tx, alice, run, "root-1", Some("print")).await.unwrap());
    tx.commit().await.unwrap();
    let cursor = cursors.files(alice).await.unwrap();
    assert_eq!(
        (cursor.root_etag.as_deref(), cursor.data_fingerprint.as_deref()),
        (Some("root-1"), Some("print"))
    );
    assert_eq!(cursor.confirmed_at, Some(start_of_time()));

    let later = start_of_time() + TimeDelta::seconds(20);
    assert!(cursors.confirm(alice, &cursor, later).await.unwrap());
    assert!(cursors.confirm(alice, &cursor, start_of_time()).await.unwrap());
    assert_eq!(
        cursors.files(alice).await.unwrap().confirmed_at,
        Some(later),
        "confirmation never goes backwards"
    );

    cursors.forget(alice).await.unwrap();
    assert_eq!(cursors.files(alice).await.unwrap().root_etag, None);
}

#[tokio::test]
async fn an_overtaken_run_cannot_finish() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    let (slow, fast) = (clinic.run(), clinic.run());
    cursors.start_run(alice, slow).await.unwrap();
    cursors.start_run(alice, fast).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(!cursors.finish_run(&mut tx, alice, slow, "old", None).await.unwrap());
    assert!(cursors.finish_run(&mut tx, alice, fast, "new", None).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(cursors.files(alice).await.unwrap().root_etag.as_deref(), Some("new"));
}

#[tokio::test]
async fn held_deletions_stay_until_released_and_remember_since_when() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    cursors.hold_deletions(alice, 900, 1_000, "shrunk").await.unwrap();
    clinic.pass(60);
    cursors.hold_deletions(alice, 950, 1_000, "shrunk").await.unwrap();
    let held = cursors.files(alice).await.unwrap().held.unwrap();
    let expected = HeldDeletions {
        since: start_of_time(),
        unseen: 950,
        total: 1_000,
        reason: "shrunk".to_owned(),
        accepted_at: None,
    };
    assert_eq!(held, expected);
    assert_eq!(cursors.count_held().await.unwrap(), HeldCounts { accounts: 1, entries: 950 });
    cursors.release_deletions(alice).await.unwrap();
    assert_eq!(cursors.files(alice).await.unwrap().held, None);
}

#[tokio::test]
async fn a_doubt_is_settled_only_by_a_look_that_began_after_it() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    cursors.doubt(alice).await.unwrap();
    assert!(cursors.files(alice).await.unwrap().is_doubted(), "also before the first listing");

    let run = clinic.run();
    cursors.start_run(alice, run).await.unwrap();
    cursors.doubt(alice).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(cursors.finish_run(&mut tx, alice, run, "root-1", None).await.unwrap());
    tx.commit().await.unwrap();
    let seen = cursors.files(alice).await.unwrap();
    assert!(seen.is_doubted(), "the second doubt came while the run was under way");

    cursors.doubt(alice).await.unwrap();
    assert!(cursors.confirm(alice, &seen, start_of_time()).await.unwrap());
    assert!(cursors.files(alice).await.unwrap().is_doubted(), "the third came while the server was asked");
    let seen = cursors.files(alice).await.unwrap();
    assert!(cursors.confirm(alice, &seen, start_of_time()).await.unwrap());
    assert!(!cursors.files(alice).await.unwrap().is_doubted());
}

#[tokio::test]
async fn a_run_without_an_end_leaves_nothing_that_an_old_root_could_confirm() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    let run = clinic.run();
    cursors.start_run(alice, run).await.unwrap();
    let mut tx = clinic.store.begin().await.unwrap();
    assert!(cursors.finish_run(&mut tx, alice, run, "root-1", None).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!cursors.files(alice).await.unwrap().unfinished);
    cursors.start_run(alice, clinic.run()).await.unwrap();
    let seen = cursors.files(alice).await.unwrap();
    assert!(seen.unfinished);
    let later = start_of_time() + TimeDelta::hours(1);
    assert!(
        !cursors.confirm(alice, &seen, later).await.unwrap(),
        "a share came and went, and the run saw half"
    );
    assert_eq!(cursors.files(alice).await.unwrap().confirmed_at, Some(start_of_time()), "what was, was");
}

#[tokio::test]
async fn a_tree_that_is_doubted_or_held_is_not_believed_but_remembered() {
    let clinic = Clinic::open().await;
    let [alice, bob] = [clinic.person("alice").await, clinic.person("bob").await];
    let cursors = clinic.store.cursors();
    for account in [alice, bob] {
        let run = clinic.run();
        cursors.start_run(account, run).await.unwrap();
        let mut tx = clinic.store.begin().await.unwrap();
        assert!(cursors.finish_run(&mut tx, account, run, "root-1", None).await.unwrap());
        tx.commit().await.unwrap();
    }
    cursors.doubt(alice).await.unwrap();
    cursors.hold_deletions(bob, 9, 10, "shrunk").await.unwrap();
    for account in [alice, bob] {
        let cursor = cursors.files(account).await.unwrap();
        assert_eq!((cursor.confirmed_at, cursor.known_since), (None, Some(start_of_time())));
    }
}

#[tokio::test]
async fn a_root_that_was_replaced_meanwhile_confirms_nothing() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    for etag in ["root-1", "root-2"] {
        let seen = cursors.files(alice).await.unwrap();
        let run = clinic.run();
        cursors.start_run(alice, run).await.unwrap();
        let mut tx = clinic.store.begin().await.unwrap();
        assert!(cursors.finish_run(&mut tx, alice, run, etag, None).await.unwrap());
        tx.commit().await.unwrap();
        let later = start_of_time() + TimeDelta::hours(1);
        assert!(!cursors.confirm(alice, &seen, later).await.unwrap());
        assert_eq!(cursors.files(alice).await.unwrap().confirmed_at, Some(start_of_time()));
    }
}

#[tokio::test]
async fn consent_to_deletions_covers_as_many_as_were_shown_and_no_more() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let cursors = clinic.store.cursors();
    assert_eq!(cursors.accept_deletions(alice).await.unwrap(), None, "nothing is held");
    cursors.hold_deletions(alice, 900, 1_000, "shrunk").await.unwrap();
    assert!(cursors.accept_deletions(alice).await.unwrap().unwrap().accepted_at.is_some());
    cursors.hold_deletions(alice, 800, 1_000, "shrunk").await.unwrap();
    assert!(cursors.files(alice).await.unwrap().held.unwrap().accepted_at.is_some(), "fewer are covered");
    cursors.hold_deletions(alice, 801, 1_000, "shrunk").await.unwrap();
    assert_eq!(cursors.files(alice).await.unwrap().held.unwrap().accepted_at, None, "more are not");
}
