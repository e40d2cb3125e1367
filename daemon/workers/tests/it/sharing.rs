//! Every way in which a document comes to a reader and leaves again: the mirror shows what Nextcloud shows, to each.
//!
//! What shares, re-shares, mounts, groups, team folders, transfers, disabled and deleted users do was measured on a real
//! 32.0.1 with groupfolders 20.1.18; the loopback server does the same.

use chrono::TimeDelta;
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights, User};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::AccountState;

use voiceassist_workers::sync::files::Way;

use crate::clinic::Clinic;

/// Looks as each of these people and works the queue.
async fn look(clinic: &Clinic, people: &[AccountId]) {
    for person in people {
        clinic.sync(*person).await;
    }
    clinic.settle().await;
}

/// What this person finds, lists and could be shown agree with what the server shows them.
async fn sees(clinic: &Clinic, account: AccountId, user: &str, paths: &[&str]) {
    assert_eq!(clinic.paths_found(account, "heparin").await, paths, "found by {user}");
    let mut listed: Vec<String> =
        clinic.documents(account).await.into_iter().map(|document| document.path).collect();
    listed.sort();
    assert_eq!(listed, paths, "listed for {user}");
    for path in paths {
        assert!(clinic.cloud.stat(user, path).is_some(), "{path} of {user} is on the server");
    }
}

/// Paths of files whose content was asked for since the last question.
fn fetched(clinic: &Clinic) -> Vec<String> {
    let taken = clinic.cloud.request_log().take();
    taken.into_iter().filter(|request| request.method == "GET").map(|request| request.path).collect()
}

async fn ward() -> Clinic {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/a.md", "Heparin is held for six hours.").expect("placed");
    clinic
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_with_one_person_comes_and_goes_for_that_person_alone() {
    let clinic = ward().await;
    let share = clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::ALL).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    sees(&clinic, bob, "bob", &["/Ward/a.md"]).await;
    sees(&clinic, carol, "carol", &[]).await;
    clinic.cloud.unshare(share).expect("unshared");
    clinic.sync(bob).await;
    assert!(clinic.paths_found(bob, "heparin").await.is_empty(), "at once, before the index has followed");
    clinic.settle().await;
    sees(&clinic, bob, "bob", &[]).await;
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_may_only_be_read_is_read_like_any_other() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    sees(&clinic, bob, "bob", &["/Ward/a.md"]).await;
    let entry = clinic.context.store.entries().find_by_path(bob, "/Ward/a.md").await.expect("asked");
    let permissions = entry.expect("it is there").permissions;
    assert!(permissions.contains('S') && !permissions.contains('W'), "{permissions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_a_group_takes_its_shares_away() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::group("clinicians"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    sees(&clinic, bob, "bob", &["/Ward/a.md"]).await;
    clinic.cloud.set_groups("bob", &[]).expect("left");
    clinic.cloud.set_groups("carol", &["clinicians"]).expect("joined");
    look(&clinic, &[bob, carol]).await;
    sees(&clinic, bob, "bob", &[]).await;
    sees(&clinic, carol, "carol", &["/Ward/a.md"]).await;
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
    assert_eq!(clinic.context.store.documents().counts(None).await.expect("counted").total(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_inside_a_shared_folder_is_one_document_and_losing_one_way_leaves_the_other() {
    let clinic = ward().await;
    clinic.cloud.put("alice", "/Ward/deep/b.md", "Heparin again.").expect("placed");
    let outer = clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    clinic.cloud.share("alice", "/Ward/deep", Recipient::user("carol"), Rights::READ).expect("shared");
    clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    sees(&clinic, bob, "bob", &["/Ward/a.md", "/Ward/deep/b.md"]).await;
    sees(&clinic, carol, "carol", &["/deep/b.md"]).await;
    // Bob is given the inner folder as well, and then loses the outer one.
    clinic.cloud.share("alice", "/Ward/deep", Recipient::user("bob"), Rights::READ).expect("shared");
    look(&clinic, &[bob]).await;
    assert_eq!(clinic.documents(bob).await.len(), 2, "one document, whatever the number of ways to it");
    clinic.cloud.unshare(outer).expect("unshared");
    look(&clinic, &[bob, carol]).await;
    sees(&clinic, bob, "bob", &["/deep/b.md"]).await;
    sees(&clinic, carol, "carol", &["/deep/b.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn losing_the_inner_of_two_ways_leaves_the_outer() {
    let clinic = ward().await;
    clinic.cloud.put("alice", "/Ward/deep/b.md", "Heparin again.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let inner =
        clinic.cloud.share("alice", "/Ward/deep", Recipient::user("bob"), Rights::READ).expect("shared");
    look(&clinic, &[bob]).await;
    // Measured: only the root's etag moves now, no folder's in which the document still is.
    clinic.cloud.unshare(inner).expect("unshared");
    look(&clinic, &[bob]).await;
    sees(&clinic, bob, "bob", &["/Ward/a.md", "/Ward/deep/b.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_passed_on_outlives_the_one_in_the_middle_and_ends_with_itself() {
    let clinic = ward().await;
    let first = clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::ALL).expect("shared");
    let second =
        clinic.cloud.share("bob", "/Ward", Recipient::user("carol"), Rights::READ).expect("passed on");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    sees(&clinic, carol, "carol", &["/Ward/a.md"]).await;
    // Measured: the server keeps what was passed on when the one in the middle loses it.
    clinic.cloud.unshare(first).expect("unshared");
    look(&clinic, &[bob, carol]).await;
    sees(&clinic, bob, "bob", &[]).await;
    sees(&clinic, carol, "carol", &["/Ward/a.md"]).await;
    clinic.cloud.unshare(second).expect("unshared");
    look(&clinic, &[bob, carol]).await;
    sees(&clinic, carol, "carol", &[]).await;
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_renames_or_moves_a_share_changes_their_own_paths_only() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    clinic.cloud.put("bob", "/Box/own.md", "Something of his own.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.requests();
    clinic.cloud.rename("bob", "/Ward", "/From Alice").expect("renamed");
    look(&clinic, &[bob]).await;
    assert_eq!(clinic.paths_found(bob, "heparin").await, ["/From Alice/a.md"]);
    clinic.cloud.rename("bob", "/From Alice", "/Box/From Alice").expect("moved");
    look(&clinic, &[alice, bob]).await;
    assert_eq!(clinic.paths_found(bob, "heparin").await, ["/Box/From Alice/a.md"]);
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
    assert!(!fetched(&clinic).iter().any(|path| path.ends_with("/a.md")), "what moved is not read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_who_leaves_a_share_takes_it_from_nobody_else() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::group("clinicians"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.remove("bob", "/Ward").expect("left");
    look(&clinic, &[alice, bob]).await;
    sees(&clinic, bob, "bob", &[]).await;
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_deletes_a_shared_folder_takes_it_from_everybody() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::ALL).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.remove("alice", "/Ward").expect("deleted");
    look(&clinic, &[alice, bob]).await;
    sees(&clinic, alice, "alice", &[]).await;
    sees(&clinic, bob, "bob", &[]).await;
    assert_eq!(clinic.context.store.documents().counts(None).await.expect("counted").total(), 0);
    assert_eq!(clinic.context.index.count().await.expect("counted"), 0, "nothing is left in the index");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_changes_who_reads_and_nothing_is_read_again() {
    let clinic = ward().await;
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    clinic.requests();
    let path = clinic.cloud.transfer("alice", "/Ward", "carol").expect("transferred");
    // Whoever gains looks first, as in any order: the document must not be lost in between.
    look(&clinic, &[carol, alice, bob]).await;
    sees(&clinic, alice, "alice", &[]).await;
    sees(&clinic, bob, "bob", &["/Ward/a.md"]).await;
    sees(&clinic, carol, "carol", &[&format!("{path}/a.md")]).await;
    assert_eq!(fetched(&clinic), Vec::<String>::new(), "ids stay, so nothing is read again");
}

fn clinic_with_teams() -> NextcloudScript {
    NextcloudScript::empty()
        .user(User::new("alice").group("cardiology").group("heads"))
        .user(User::new("bob").group("cardiology"))
        .user(User::new("carol").group("surgery"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_folder_is_read_by_its_groups_and_hidden_parts_by_those_they_are_shown_to() {
    let clinic = Clinic::open_with(clinic_with_teams()).await;
    let team = clinic.cloud.team_folder("Team", &[("cardiology", Rights::READ), ("heads", Rights::ALL)]);
    clinic.cloud.put("alice", "/Team/a.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.put("alice", "/Team/Staff/b.md", "Heparin of the staff.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    let people = [alice, bob, carol];
    let both = ["/Team/Staff/b.md", "/Team/a.md"];
    sees(&clinic, alice, "alice", &both).await;
    sees(&clinic, bob, "bob", &both).await;
    sees(&clinic, carol, "carol", &[]).await;
    let entry = clinic.context.store.entries().find_by_path(bob, "/Team").await.expect("asked");
    assert_eq!(entry.expect("it is there").mount_type.as_deref(), Some("group"));

    // Measured: hiding a part moves no etag. The next change anywhere in the folder that holds it brings it out.
    let before = clinic.cloud.stat("bob", "/").expect("a root").etag;
    clinic.cloud.hide_from_group("alice", "/Team/Staff", "cardiology").expect("hidden");
    assert_eq!(clinic.cloud.stat("bob", "/").expect("a root").etag, before);
    assert!(clinic.cloud.stat("bob", "/Team/Staff/b.md").is_none());
    clinic.cloud.put("alice", "/Team/a.md", "Heparin is held for eight hours.").expect("changed");
    look(&clinic, &people).await;
    sees(&clinic, alice, "alice", &both).await;
    sees(&clinic, bob, "bob", &["/Team/a.md"]).await;

    clinic.cloud.team_rights(team, "surgery", Some(Rights::READ)).expect("granted");
    look(&clinic, &people).await;
    sees(&clinic, carol, "carol", &both).await;
    clinic.cloud.team_rights(team, "cardiology", None).expect("taken");
    look(&clinic, &people).await;
    sees(&clinic, bob, "bob", &[]).await;
    sees(&clinic, alice, "alice", &both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moves_no_etag_below_a_team_folder_is_found_by_the_next_whole_listing() {
    let clinic = Clinic::open_with(clinic_with_teams()).await;
    clinic.cloud.team_folder("Team", &[("cardiology", Rights::READ), ("heads", Rights::ALL)]);
    clinic.cloud.put("alice", "/Team/Staff/b.md", "Heparin of the staff.").expect("placed");
    clinic.cloud.hide_from_group("alice", "/Team/Staff", "cardiology").expect("hidden");
    let bob = clinic.connect_and_settle("bob").await;
    let carol = clinic.connect_and_settle("carol").await;
    sees(&clinic, bob, "bob", &[]).await;
    clinic.cloud.show_to_group("alice", "/Team/Staff", "cardiology").expect("shown");
    assert_eq!(clinic.sync(bob).await.way, Way::Unchanged, "no etag moved");
    clinic.clock.advance(TimeDelta::hours(6));
    assert_eq!(clinic.sync(carol).await.way, Way::Unchanged, "carol has no such mount");
    assert_eq!(clinic.sync(bob).await.way, Way::Listing);
    clinic.settle().await;
    sees(&clinic, bob, "bob", &["/Team/Staff/b.md"]).await;
    assert_eq!(clinic.sync(bob).await.way, Way::Unchanged, "and that is enough for the next hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_reads_nothing_until_they_are_enabled_again() {
    let clinic = ward().await;
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.disable_user("alice");
    clinic.try_sync(alice).await.expect_err("refused");
    assert_eq!(clinic.account(alice).await.state, AccountState::Disabled);
    assert!(clinic.documents(alice).await.is_empty());
    assert!(clinic.paths_found(alice, "heparin").await.is_empty());
    assert_eq!(clinic.context.store.documents().counts(None).await.expect("counted").total(), 1, "kept");
    clinic.cloud.enable_user("alice");
    clinic.sync(alice).await;
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_deleted_on_the_server_is_gone_and_purged_after_the_time_of_grace() {
    let clinic = ward().await;
    clinic.cloud.put("bob", "/own.md", "Heparin of Bob alone.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.remove_user("bob").expect("deleted");
    clinic.try_sync(bob).await.expect_err("refused");
    assert_eq!(clinic.account(bob).await.state, AccountState::Gone, "another account has asked");
    assert!(clinic.paths_found(bob, "heparin").await.is_empty());
    let now = clinic.clock_now();
    let grace = clinic.context.settings.gone_grace;
    let accounts = clinic.context.store.accounts();
    assert!(accounts.to_remove(now - grace).await.expect("asked").is_empty(), "not yet");

    clinic.clock.advance(grace);
    assert_eq!(accounts.to_remove(clinic.clock_now() - grace).await.expect("asked"), [bob]);
    voiceassist_workers::removal::remove_account(&clinic.context, bob).await.expect("removed");
    clinic.settle().await;
    let receipt = clinic.context.store.receipts().of(bob).await.expect("asked").expect("a receipt");
    assert_eq!((receipt.documents_purged, receipt.documents_kept), (1, 1));
    assert!(receipt.is_complete(), "the index has let go");
    assert_eq!(clinic.context.index.count().await.expect("counted"), 1);
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_was_gone_and_is_back_is_not_purged() {
    let clinic = ward().await;
    clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.cloud.remove_user("bob").expect("deleted");
    clinic.try_sync(bob).await.expect_err("refused");
    clinic.cloud.add_user(User::new("bob"));
    clinic.clock.advance(clinic.context.settings.gone_grace);
    voiceassist_workers::removal::remove_account(&clinic.context, bob).await.expect("looked");
    let account = clinic.account(bob).await;
    assert_eq!(account.state, AccountState::Revoked, "to connect again, nothing purged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_of_one_who_exists_is_revoked_and_not_gone() {
    let clinic = ward().await;
    clinic.connect_and_settle("bob").await;
    let alice = clinic.connect_and_settle("alice").await;
    clinic.cloud.revoke("alice");
    clinic.try_sync(alice).await.expect_err("refused");
    assert_eq!(clinic.account(alice).await.state, AccountState::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_disconnected_here_takes_what_only_it_could_see() {
    let clinic = ward().await;
    clinic.cloud.put("bob", "/own.md", "Heparin of Bob alone.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    let removed = clinic.context.store.accounts().remove(bob).await.expect("removed").expect("a receipt");
    assert!(!removed.is_complete(), "a point waits to leave the index");
    clinic.settle().await;
    let receipt = clinic.context.store.receipts().find(removed.id).await.expect("asked").expect("kept");
    assert!(receipt.is_complete());
    assert_eq!(clinic.context.index.count().await.expect("counted"), 1);
    sees(&clinic, alice, "alice", &["/Ward/a.md"]).await;
}
