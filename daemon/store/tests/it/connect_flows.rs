//! Logins that wait for their person: one's own only, polled by one, sealed, bounded.

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use voiceassist_store::connect_flows::{Flow, FlowState, Grant, MAX_OPEN_PER_PERSON};

use crate::clinic::Clinic;

const LIFETIME: TimeDelta = TimeDelta::minutes(20);
const AGAIN: TimeDelta = TimeDelta::seconds(2);

async fn begin(clinic: &Clinic, user: &str, token: &str) -> Flow {
    let token = SecretString::from(token.to_owned());
    clinic.store.connect_flows().begin(clinic.instance, user, &token, LIFETIME).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_login_is_handed_to_one_replica_at_a_time_until_it_ends() {
    let clinic = Clinic::open().await;
    let replica = clinic.another_store(crate::clinic::MASTER, 9).await;
    let flow = begin(&clinic, "alice", "poll-token").await;
    let due = clinic.store.connect_flows().due(AGAIN).await.unwrap();
    assert_eq!((due.len(), due[0].id, due[0].user_id.as_str()), (1, flow.id, "alice"));
    assert_eq!(due[0].poll_token.as_ref().unwrap().expose_secret(), "poll-token");
    assert!(!due[0].is_over && due[0].granted.is_none());
    assert!(replica.connect_flows().due(AGAIN).await.unwrap().is_empty(), "not yet again");
    clinic.pass(2);
    assert_eq!(replica.connect_flows().due(AGAIN).await.unwrap().len(), 1, "it survives whoever polled");
    clinic.pass(20 * 60);
    assert!(clinic.store.connect_flows().due(AGAIN).await.unwrap()[0].is_over);

    assert!(clinic.store.connect_flows().end(flow.id, FlowState::Expired, None).await.unwrap());
    assert!(!clinic.store.connect_flows().end(flow.id, FlowState::Connected, None).await.unwrap(), "once");
    clinic.pass(60);
    assert!(clinic.store.connect_flows().due(AGAIN).await.unwrap().is_empty());
    let found = clinic.store.connect_flows().find(clinic.instance, "alice", flow.id).await.unwrap().unwrap();
    assert_eq!(found.state, FlowState::Expired);
}

#[tokio::test]
async fn a_login_is_shown_to_its_own_person_only() {
    let clinic = Clinic::open().await;
    let flow = begin(&clinic, "alice", "t").await;
    let flows = clinic.store.connect_flows();
    assert!(flows.find(clinic.instance, "bob", flow.id).await.unwrap().is_none());
    let elsewhere = clinic.store.instances().ensure("https://other.clinic.example/").await.unwrap();
    assert!(flows.find(elsewhere, "alice", flow.id).await.unwrap().is_none());
    assert!(flows.find(clinic.instance, "alice", flow.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_granted_is_kept_before_it_is_used_and_forgotten_at_the_end() {
    let clinic = Clinic::open().await;
    let flow = begin(&clinic, "alice", "poll-token").await;
    let flows = clinic.store.connect_flows();
    let grant = Grant { login_name: "alice@clinic.example".to_owned(), app_password: "granted-once".into() };
    assert!(flows.keep_grant(flow.id, &grant).await.unwrap());
    let row = || {
        clinic.database.psql("select coalesce(encode(poll_token, 'escape'), '') || coalesce(encode(granted, 'escape'), '') from connect_flows")
    };
    assert!(!row().contains("granted") && !row().contains("poll-token"));
    let due = flows.due(AGAIN).await.unwrap();
    let kept = due[0].granted.as_ref().unwrap();
    assert_eq!(
        (kept.login_name.as_str(), kept.app_password.expose_secret()),
        ("alice@clinic.example", "granted-once")
    );
    assert!(due[0].poll_token.is_none());
    flows.end(flow.id, FlowState::WrongUser, None).await.unwrap();
    assert_eq!(row().trim(), "", "no secret outlives its login");
    assert!(!flows.keep_grant(flow.id, &grant).await.unwrap());
    clinic.pass(1);
    assert_eq!(flows.sweep(clinic.store.clock().now()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_person_who_begins_again_and_again_keeps_the_newest_logins() {
    let clinic = Clinic::open().await;
    let mut begun = Vec::new();
    for number in 0..MAX_OPEN_PER_PERSON + 2 {
        begun.push(begin(&clinic, "alice", &format!("t{number}")).await);
        clinic.pass(1);
    }
    let bobs = begin(&clinic, "bob", "b").await;
    let flows = clinic.store.connect_flows();
    let mut states = Vec::new();
    for flow in &begun {
        states.push(flows.find(clinic.instance, "alice", flow.id).await.unwrap().unwrap().state);
    }
    let cancelled = states.iter().take_while(|state| **state == FlowState::Cancelled).count();
    assert_eq!(cancelled, 2);
    assert!(states[cancelled..].iter().all(|state| *state == FlowState::Pending));
    assert_eq!(flows.find(clinic.instance, "bob", bobs.id).await.unwrap().unwrap().state, FlowState::Pending);
}
