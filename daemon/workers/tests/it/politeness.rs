//! Manners: one bad password stops one account, and a server that asks for a pause is left alone by everybody.

use voiceassist_fakes::nextcloud::{NextcloudScript, User};
use voiceassist_store::accounts::AccountState;

use crate::clinic::Clinic;

/// A dozen people whose passwords will be taken back, and three whose will not.
fn crowd() -> NextcloudScript {
    let people = (0..12).map(|number| format!("stale-{number:02}"));
    let good = (0..3).map(|number| format!("good-{number}"));
    people.chain(good).fold(NextcloudScript::empty(), |script, id| script.user(User::new(&id)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dozen_stale_passwords_stop_themselves_and_nobody_else() {
    let clinic = Clinic::open_with(crowd()).await;
    let mut good = Vec::new();
    for number in 0..3 {
        good.push(clinic.connect_and_settle(&format!("good-{number}")).await);
    }
    let mut stale = Vec::new();
    for number in 0..12 {
        let user = format!("stale-{number:02}");
        stale.push(clinic.connect(&user).await);
        clinic.cloud.revoke(&user);
    }
    clinic.cloud.request_log().take();
    for round in 0..3 {
        for account in &stale {
            _ = clinic.try_sync(*account).await;
        }
        for account in &good {
            clinic.sync(*account).await;
            assert_eq!(clinic.account(*account).await.state, AccountState::Connected, "round {round}");
        }
    }
    let refused = clinic.cloud.request_log().take().iter().filter(|request| request.status == 401).count();
    assert!((1..=6).contains(&refused), "{refused} wrong passwords; the server bears eleven");
    let mut stopped = 0;
    for account in &stale {
        let account = clinic.account(*account).await;
        match account.state {
            AccountState::Revoked => stopped += 1,
            AccountState::Throttled => assert!(account.suspended_until.is_some(), "its turn comes later"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stopped, refused, "one wrong attempt each");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_server_throttles_one_request_is_enough_for_everybody() {
    let clinic = Clinic::open_with(crowd()).await;
    let mut good = Vec::new();
    for number in 0..3 {
        good.push(clinic.connect_and_settle(&format!("good-{number}")).await);
    }
    // Somebody else behind the same address has tried passwords.
    let address = clinic.cloud.base_url();
    for _ in 0..11 {
        clinic.wrong_password(&address).await;
    }
    clinic.cloud.request_log().take();
    for _ in 0..2 {
        for account in &good {
            clinic.try_sync(*account).await.expect_err("throttled");
        }
    }
    let asked = clinic.cloud.request_log().take();
    assert_eq!(asked.len(), 1, "one answer of 429 pauses the whole server");
    assert_eq!(asked[0].status, 429);
    for account in &good {
        let account = clinic.account(*account).await;
        assert_eq!(account.state, AccountState::Throttled);
        assert!(account.suspended_until.is_some());
    }
}
