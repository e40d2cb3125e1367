//! Connections to Nextcloud and their passwords.

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use voiceassist_store::accounts::{AccountState, NewAccount};
use voiceassist_store::conversations::NewMessage;
use voiceassist_store::receipts::Cause;
use voiceassist_store::{Job, Page};

use crate::clinic::{Clinic, file, folder, sorted, start_of_time};

#[tokio::test]
async fn an_app_password_comes_back_and_is_nowhere_in_the_clear() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let credentials = clinic.store.accounts().credentials(alice).await.unwrap().unwrap();
    assert_eq!(credentials.app_password.expose_secret(), "app-password-of-alice");
    assert_eq!(credentials.base_url, "https://cloud.clinic.example");
    assert_eq!(
        (credentials.user_id.as_str(), credentials.login_name.as_str()),
        ("alice", "alice@clinic.example")
    );
    let row = clinic.database.psql("select encode(secret, 'escape') from accounts");
    assert!(!row.contains("app-password"), "{row}");
    assert!(!format!("{credentials:?}").contains("app-password"));
}

#[tokio::test]
async fn connecting_again_keeps_the_account_and_forgets_its_troubles() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let accounts = clinic.store.accounts();
    accounts.set_state(alice, AccountState::Revoked, Some("http_401"), None).await.unwrap();
    assert!(accounts.credentials(alice).await.unwrap().is_none(), "a dead password is of no use");
    assert!(!accounts.mark_synced(alice).await.unwrap(), "nothing can have been synced without a password");

    let again = accounts
        .connect(NewAccount {
            instance: clinic.instance,
            user_id: "alice".to_owned(),
            login_name: "alice".to_owned(),
            display_name: "Dr. Alice".to_owned(),
            app_password: SecretString::from("another"),
        })
        .await
        .unwrap();
    assert_eq!(again, alice);
    let account = accounts.find(alice).await.unwrap().unwrap();
    assert_eq!((account.state, account.state_reason), (AccountState::Connected, None));
    assert_eq!(account.display_name, "Dr. Alice");
    let credentials = accounts.credentials(alice).await.unwrap().unwrap();
    assert_eq!(credentials.app_password.expose_secret(), "another");
    assert_eq!(clinic.drain_jobs().await, [Job::SyncFiles { account: alice }]);
}

#[tokio::test]
async fn a_state_is_dated_from_its_beginning() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let accounts = clinic.store.accounts();
    for _ in 0..2 {
        clinic.pass(60);
        accounts.set_state(alice, AccountState::Maintenance, Some("maintenance"), None).await.unwrap();
    }
    let account = accounts.find(alice).await.unwrap().unwrap();
    assert_eq!(account.state_since, start_of_time() + TimeDelta::seconds(60));
}

#[tokio::test]
async fn accounts_are_found_by_user_and_listed_in_pages() {
    let clinic = Clinic::open().await;
    let mut people = Vec::new();
    for user in ["ada", "ben", "cleo", "dan", "eva"] {
        clinic.pass(1);
        people.push(clinic.person(user).await);
    }
    let accounts = clinic.store.accounts();
    assert_eq!(accounts.find_by_user(clinic.instance, "cleo").await.unwrap().unwrap().id, people[2]);
    assert!(accounts.find_by_user(clinic.instance, "Cleo").await.unwrap().is_none());
    let mut page = Page::first(2);
    let mut listed = Vec::new();
    loop {
        let part = accounts.list(&page).await.unwrap();
        assert!(part.items.len() <= 2);
        listed.extend(part.items.into_iter().map(|account| account.id));
        let Some(next) = part.next else { break };
        page = Page::after(next, 2);
    }
    assert_eq!(listed, people);
}

#[tokio::test]
async fn removing_an_account_takes_what_only_it_could_see_and_says_how_much() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let shared = file(10, 1, "/shared.pdf", "a");
    clinic.observe(alice, &[folder(1, None, "/", "r"), shared.clone(), file(11, 1, "/own.pdf", "b")]).await;
    clinic.observe(bob, &[folder(2, None, "/", "r"), file(10, 2, "/From Alice.pdf", "a")]).await;
    clinic.ingest(10, &["shared words"]).await;
    let own = clinic.ingest(11, &["own words", "more own words"]).await;
    let conversation = clinic.store.conversations().create(alice, "Dosing").await.unwrap();
    let message = NewMessage::question("How much?");
    clinic.store.conversations().append(alice, conversation, message).await.unwrap();
    clinic.drain_jobs().await;

    let receipt = clinic.store.accounts().remove(alice).await.unwrap().unwrap();
    assert_eq!((receipt.entries, receipt.documents_purged, receipt.documents_kept), (3, 1, 1));
    assert_eq!(receipt.conversations, 1);
    assert!(clinic.store.accounts().find(alice).await.unwrap().is_none());
    assert!(clinic.store.accounts().remove(alice).await.unwrap().is_none());
    assert_eq!(clinic.readers(10).await, [bob]);
    assert!(clinic.find_document(11).await.is_none());
    assert_eq!(clinic.store.chunks().gone(own).await.unwrap().len(), 2);
    assert_eq!(clinic.store.chunks().count().await.unwrap(), 1);
    assert_eq!(clinic.database.psql("select count(*) from messages").trim(), "0");

    // The receipt outlives the account, and is complete when the index has let go of the points as well.
    assert_eq!((receipt.chunks, receipt.messages, receipt.points_pending), (2, 1, 2));
    assert_eq!(receipt.cause, Cause::Disconnected);
    assert!(receipt.removed_at.is_some() && !receipt.is_complete());
    let receipts = clinic.store.receipts();
    assert_eq!(receipts.of(alice).await.unwrap().unwrap().id, receipt.id);
    let gone = clinic.store.chunks().gone(own).await.unwrap();
    clinic.store.chunks().forget_gone(own, &gone[..1]).await.unwrap();
    assert_eq!(receipts.complete_finished().await.unwrap(), 0);
    clinic.store.chunks().forget_gone(own, &gone[1..]).await.unwrap();
    assert_eq!(receipts.complete_finished().await.unwrap(), 1);
    let listed = receipts.list(&Page::first(10)).await.unwrap().items;
    assert_eq!(listed.len(), 1);
    assert!(listed[0].is_complete() && listed[0].points_pending == 0);
    let stored = clinic.database.psql("select * from removal_receipts");
    for telling in ["alice", "ALICE", "Dosing", "own.pdf", &alice.to_string()] {
        assert!(!stored.contains(telling), "{telling} is in the receipt");
    }
}

#[tokio::test]
async fn a_removal_that_was_interrupted_goes_on_and_counts_everything_once() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let many: Vec<_> = (10..700).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    clinic.observe(alice, &many).await;
    // Killed in the middle: the third batch meets a document that cannot be deleted.
    clinic.database.psql(
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
         create trigger killed before delete on documents for each row when (old.file_id = 500) execute function refuse()",
    );
    clinic.store.accounts().remove(alice).await.unwrap_err();
    let begun = clinic.store.receipts().of(alice).await.unwrap().unwrap();
    assert_eq!((begun.entries, begun.documents_purged, begun.removed_at), (400, 400, None));
    assert!(
        clinic.store.access().sets_of(alice).await.unwrap().is_empty(),
        "nothing is shown from the start"
    );
    assert_eq!(clinic.store.accounts().to_remove(clinic.store.clock().now()).await.unwrap(), [alice]);

    clinic.database.psql("drop trigger killed on documents");
    let now = clinic.store.clock().now();
    let receipt = clinic.store.accounts().remove_if_due(alice, now).await.unwrap().unwrap();
    assert_eq!((receipt.id, receipt.entries, receipt.documents_purged), (begun.id, 690, 690));
    assert_eq!(receipt.jobs_cancelled, 690, "the jobs of what was purged, once each");
    assert!(clinic.store.accounts().find(alice).await.unwrap().is_none());
    assert!(clinic.drain_jobs().await.is_empty());
}

#[tokio::test]
async fn one_who_is_gone_is_purged_after_the_time_of_grace_and_not_if_they_come_back() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let accounts = clinic.store.accounts();
    for person in [alice, bob] {
        accounts.set_state(person, AccountState::Gone, Some("unauthorized"), None).await.unwrap();
    }
    let grace = TimeDelta::days(30);
    let health = accounts.health(alice, grace).await.unwrap().unwrap();
    assert_eq!(health.advice.code, "ask_to_be_restored");
    assert_eq!(health.purge_at, Some(clinic.store.clock().now() + grace));
    assert!(accounts.to_remove(clinic.store.clock().now() - grace).await.unwrap().is_empty());
    clinic.pass(30 * 86_400);
    let gone_before = clinic.store.clock().now() - grace;
    assert_eq!(accounts.to_remove(gone_before).await.unwrap(), sorted(vec![alice, bob]));
    clinic.person("bob").await;
    assert!(accounts.remove_if_due(bob, gone_before).await.unwrap().is_none());
    assert_eq!(accounts.find(bob).await.unwrap().unwrap().state, AccountState::Connected);
    let receipt = accounts.remove_if_due(alice, gone_before).await.unwrap().unwrap();
    assert_eq!(receipt.cause, Cause::Gone);
    assert!(receipt.is_complete(), "nothing of it was in the index");
}
