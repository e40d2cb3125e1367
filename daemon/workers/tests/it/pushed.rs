//! Lines to the push service: who gets one, what is heard on it, and what is never said twice.

use std::time::Duration;

use chrono::TimeDelta;
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::AccountState;
use voiceassist_workers::push::{Lines, PushMode};

use crate::clinic::Clinic;

/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(30);

async fn until(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited too long until {what}");
}

async fn pushing() -> Clinic {
    Clinic::open_with(NextcloudScript::default().notify_push()).await
}

/// A line for everybody who is connected.
async fn open_lines(clinic: &Clinic, users: &[&str]) -> Lines {
    let mut lines = Lines::new(PushMode::On);
    lines.settle_now(&clinic.context).await.expect("settled");
    until("everybody is on the line", async || users.iter().all(|user| clinic.cloud.push_sockets(user) == 1))
        .await;
    // The clinic's clock stands still; without this every hint would be spaced from the first look.
    clinic.clock.advance(TimeDelta::minutes(5));
    lines
}

async fn last_nudge(clinic: &Clinic, account: AccountId) -> bool {
    let following = clinic.context.store.nudges().follow(account).await.expect("followed");
    following.expect("the account is there").behind_since.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_followed_because_it_was_pushed() {
    let clinic = pushing().await;
    clinic.cloud.put("alice", "/old.md", "Warfarin is bridged.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let mut lines = open_lines(&clinic, &["alice"]).await;
    clinic.cloud.put("alice", "/new.md", "Heparin is held for six hours.").expect("placed");
    until("alice is nudged", async || last_nudge(&clinic, alice).await).await;
    assert!(
        clinic.context.store.cursors().files(alice).await.expect("read").confirmed_at.is_some(),
        "a file with an id takes no access away"
    );
    clinic.clock.advance(TimeDelta::seconds(5));
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/new.md"]);
    lines.hang_up();
    until("the line is down", async || clinic.cloud.push_sockets("alice") == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_ids_makes_the_mirror_unbelieved() {
    let clinic = pushing().await;
    clinic.cloud.put("alice", "/Ward/plan.md", "Potassium is checked hourly.").expect("placed");
    let bob = clinic.connect_and_settle("bob").await;
    let _lines = open_lines(&clinic, &["bob"]).await;
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    until("bob's mirror is doubted", async || {
        clinic.context.store.cursors().files(bob).await.expect("read").is_doubted()
    })
    .await;
    clinic.clock.advance(TimeDelta::seconds(5));
    clinic.settle().await;
    assert!(!clinic.context.store.cursors().files(bob).await.expect("read").is_doubted());
    assert_eq!(clinic.paths_found(bob, "potassium").await, ["/Ward/plan.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_shown_once_and_a_reconnected_account_gets_a_line_again() {
    let clinic = pushing().await;
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.requests();
    let mut lines = Lines::new(PushMode::Auto);
    // The service is known by bob's account before alice's password dies.
    clinic.context.store.accounts().set_state(alice, AccountState::Failing, None, None).await.expect("set");
    lines.settle_now(&clinic.context).await.expect("settled");
    until("bob is on the line", async || clinic.cloud.push_sockets("bob") == 1).await;
    clinic.cloud.revoke("alice");
    clinic.context.store.accounts().set_state(alice, AccountState::Connected, None, None).await.expect("set");
    for round in 0..5 {
        lines.settle_now(&clinic.context).await.expect("settled");
        if round == 0 {
            until("alice is refused", async || clinic.cloud.push_sign_ins().1 == 1).await;
            until("the look that will say so is queued", async || {
                let job = voiceassist_store::Job::SyncFiles { account: alice };
                clinic.context.store.jobs().is_unfinished(&job).await.expect("looked")
            })
            .await;
        }
    }
    assert_eq!(clinic.cloud.push_sign_ins(), (1, 1), "nobody hammers");
    assert_eq!(clinic.cloud.push_sockets("bob"), 1, "one bad password ends no other line");
    clinic.clock.advance(TimeDelta::seconds(60));
    assert_eq!(clinic.connect("alice").await, alice);
    lines.settle_now(&clinic.context).await.expect("settled");
    until("alice is on the line", async || clinic.cloud.push_sockets("alice") == 1).await;
    assert!(clinic.account(bob).await.state == AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_service_is_found_again() {
    let clinic = pushing().await;
    clinic.connect_and_settle("alice").await;
    let _lines = open_lines(&clinic, &["alice"]).await;
    clinic.cloud.hang_up_push();
    until("the line is up again", async || clinic.cloud.push_sign_ins().0 == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_messages_do_no_harm_and_silence_is_respected() {
    let clinic = pushing().await;
    let alice = clinic.connect_and_settle("alice").await;
    let _lines = open_lines(&clinic, &["alice"]).await;
    for text in ["notify_activity", "notify_notification", "custom [[[", "", "err: Internal error"] {
        clinic.cloud.push_text("alice", text);
    }
    clinic.cloud.push_text("alice", "notify_file_id [1]");
    until("the last message is heard", async || last_nudge(&clinic, alice).await).await;
    assert_eq!(clinic.cloud.push_sockets("alice"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_service_and_a_switched_off_one_get_no_line() {
    let plain = Clinic::open().await;
    plain.connect_and_settle("alice").await;
    plain.requests();
    let mut lines = Lines::new(PushMode::Auto);
    for _ in 0..3 {
        lines.settle_now(&plain.context).await.expect("settled");
    }
    assert_eq!(plain.requests(), ["GET -"], "the capabilities are asked for once an hour");

    let clinic = pushing().await;
    clinic.connect_and_settle("alice").await;
    let mut off = Lines::new(PushMode::Off);
    off.settle(&clinic.context).await.expect("settled");
    assert_eq!((clinic.cloud.push_sockets("alice"), clinic.cloud.push_sign_ins()), (0, (0, 0)));
}
