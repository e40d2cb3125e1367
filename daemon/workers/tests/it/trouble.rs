//! Refusals, failures and lies: what is done, what is said, and that nothing is lost.

use chrono::TimeDelta;
use voiceassist_fakes::nextcloud::Fault;
use voiceassist_store::accounts::AccountState;

use crate::clinic::Clinic;

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_password_stops_that_account_and_no_other() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Text of Alice.").expect("placed");
    clinic.cloud.put("bob", "/b.md", "Text of Bob.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.revoke("alice");
    clinic.requests();
    clinic.try_sync(alice).await.expect_err("refused");
    assert_eq!(clinic.account(alice).await.state, AccountState::Revoked);
    let asked = clinic.cloud.request_log().take();
    assert_eq!(asked.iter().filter(|request| request.status == 401).count(), 1, "one refusal is enough");
    assert_eq!(asked.len(), 2, "and somebody else is asked whether the user is still there");
    _ = clinic.try_sync(alice).await;
    assert!(clinic.requests().is_empty(), "a refused password is never shown again");
    assert!(clinic.paths_found(alice, "text").await.is_empty(), "a revoked account reads nothing");
    clinic.sync(bob).await;
    assert_eq!(clinic.account(bob).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_and_maintenance_are_told_apart() {
    let clinic = Clinic::open().await;
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.disable_user("alice");
    clinic.try_sync(alice).await.expect_err("refused");
    assert_eq!(clinic.account(alice).await.state, AccountState::Disabled);
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.set_maintenance(true);
    clinic.try_sync(bob).await.expect_err("refused");
    let account = clinic.account(bob).await;
    assert_eq!(account.state, AccountState::Maintenance);
    assert!(account.suspended_until.is_some());
    clinic.cloud.set_maintenance(false);
    clinic.sync(bob).await;
    assert_eq!(clinic.account(bob).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_was_cut_deletes_nothing() {
    let clinic = Clinic::open().await;
    for number in 0..50 {
        clinic.cloud.put("alice", &format!("/n{number}.md"), "Some text.").expect("placed");
    }
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.put("alice", "/new.md", "New text.").expect("placed");
    clinic.cloud.fault(Fault::on("PROPFIND").times(2).cut_after(3_000));
    clinic.try_sync(alice).await.expect_err("a cut listing is an error");
    _ = clinic.try_sync(alice).await;
    assert_eq!(clinic.documents(alice).await.len(), 50);
    clinic.sync(alice).await;
    assert_eq!(clinic.context.store.entries().count(alice).await.expect("counted").files, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_tree_is_believed_only_after_a_second_look() {
    let clinic = Clinic::open().await;
    for number in 0..40 {
        clinic.cloud.put("alice", &format!("/ward/n{number}.md"), "Some text.").expect("placed");
    }
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.remove("alice", "/ward").expect("emptied");
    let report = clinic.sync(alice).await;
    assert_eq!((report.vanished, report.held), (0, 41));
    assert_eq!(clinic.documents(alice).await.len(), 40, "nothing is deleted yet");
    clinic.clock.advance(TimeDelta::minutes(11));
    assert_eq!(clinic.sync(alice).await.vanished, 41);
    assert!(clinic.documents(alice).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restored_backup_nothing_is_deleted_at_once() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Some text.").expect("placed");
    clinic.cloud.put("alice", "/b.md", "Some text.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.remove("alice", "/a.md").expect("deleted");
    clinic.cloud.set_data_fingerprint("restored-once");
    assert_eq!(clinic.sync(alice).await.held, 1);
    assert_eq!(clinic.documents(alice).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_is_asked_again_and_nothing_is_lost() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Amiodarone is loaded slowly.").expect("placed");
    let alice = clinic.connect("alice").await;
    clinic.cloud.fault(Fault::on("PROPFIND").times(1).status(502));
    clinic.try_sync(alice).await.expect_err("failed");
    clinic.cloud.fault(Fault::on("GET").times(2).status(502));
    clinic.sync(alice).await;
    for _ in 0..4 {
        clinic.settle().await;
        clinic.clock.advance(TimeDelta::minutes(5));
    }
    assert_eq!(clinic.paths_found(alice, "amiodarone").await, ["/a.md"]);
    assert_eq!(clinic.cloud.unconsumed_faults(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_is_read_after_the_lock() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Amiodarone is loaded slowly.").expect("placed");
    clinic.cloud.lock("alice", "/a.md", 2).expect("locked");
    let alice = clinic.connect_and_settle("alice").await;
    assert_eq!(clinic.paths_found(alice, "amiodarone").await, ["/a.md"]);
}
