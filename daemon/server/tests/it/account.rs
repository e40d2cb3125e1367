//! The caller's own connection over HTTP: begun, followed, shown, ended, by that person alone.
//!
//! The way to Nextcloud is a door that this test holds; that the real one polls, refuses another person's grant and gives
//! app passwords back is tested with the whole program.

use std::sync::Mutex;

use async_trait::async_trait;
use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId, Principal};
use voiceassist_server::connector::{Begun, Connector, ConnectorError, Ended};
use voiceassist_store::Store;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::connect_flows::FlowState;

use crate::stage::{Stage, answer, code};

/// What the door says next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mood {
    Open,
    Away,
    Full,
    Foreign,
}

/// Keeps logins in the store and asks no Nextcloud.
pub(crate) struct Door {
    store: Store,
    pub(crate) mood: Mutex<Mood>,
}

impl Door {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, mood: Mutex::new(Mood::Open) }
    }

    fn check(&self) -> Result<(), ConnectorError> {
        match *self.mood.lock().unwrap() {
            Mood::Open => Ok(()),
            Mood::Away => Err(ConnectorError::Nextcloud("cloud.internal.example does not answer".into())),
            Mood::Full => Err(ConnectorError::TooMany),
            Mood::Foreign => Err(ConnectorError::OtherServer),
        }
    }
}

#[async_trait]
impl Connector for Door {
    async fn begin(&self, instance: InstanceId, user_id: &str) -> Result<Begun, ConnectorError> {
        self.check()?;
        let (token, lifetime) = ("poll-token".to_owned().into(), TimeDelta::minutes(20));
        let flow = self.store.connect_flows().begin(instance, user_id, &token, lifetime).await?.unwrap();
        let login_url = "https://cloud.clinic.example/login/v2/flow/abc".to_owned();
        Ok(Begun { id: flow.id, login_url, expires_at: flow.expires_at })
    }

    async fn reach(&self) -> Result<(), ConnectorError> {
        self.check()
    }

    async fn end(&self, account: AccountId) -> Result<Ended, ConnectorError> {
        let revoked = self.check().is_ok();
        let receipt = self.store.accounts().remove(account).await?.ok_or(ConnectorError::NoAccount)?;
        Ok(Ended { revoked, receipt })
    }
}

fn newcomer(stage: &Stage, user: &str) -> Principal {
    let account = AccountId::from_uuid(Uuid::from_u128(77));
    Principal { account, instance: stage.clinic.instance, user_id: user.to_owned() }
}

async fn begin(stage: &Stage, who: &Principal) -> (StatusCode, Value) {
    answer(stage.by(who, Method::POST, "/api/v1/account/connect")).await
}

#[tokio::test]
async fn a_person_without_an_account_connects_one_and_nothing_else() {
    let stage = Stage::open().await;
    let dana = newcomer(&stage, "dana");
    for path in ["/api/v1/me", "/api/v1/documents"] {
        let (status, body) = stage.get(&dana, path).await;
        assert_eq!(code(status, &body), "account_disconnected", "{path}");
    }
    let (status, body) = stage.get(&dana, "/api/v1/account").await;
    assert_eq!((status, code(status, &body).as_str()), (StatusCode::NOT_FOUND, "account_not_connected"));

    let (status, begun) = begin(&stage, &dana).await;
    assert_eq!(status, StatusCode::CREATED);
    assert!(begun["login_url"].as_str().unwrap().starts_with("https://"));
    let path = format!("/api/v1/account/connect/{}", begun["id"].as_str().unwrap());
    let (status, news) = stage.get(&dana, &path).await;
    assert_eq!((status, &news["state"]), (StatusCode::OK, &"pending".into()));
    assert!(news.get("login_url").is_none(), "the link is told once");

    let id = begun["id"].as_str().unwrap().parse().unwrap();
    let account = stage.clinic.person("dana").await.account;
    let flows = stage.clinic.store.connect_flows();
    flows.end(id, FlowState::Connected, Some(account)).await.unwrap();
    let (_, news) = stage.get(&dana, &path).await;
    assert_eq!((&news["state"], &news["account_id"]), (&"connected".into(), &account.to_string().into()));
    let (status, shown) = stage.get(&dana, "/api/v1/account").await;
    assert_eq!((status, &shown["state"]), (StatusCode::OK, &"connected".into()));
}

#[tokio::test]
async fn every_end_of_a_login_says_what_to_do() {
    let stage = Stage::open().await;
    let dana = newcomer(&stage, "dana");
    for (end, shown) in [
        (FlowState::Expired, "expired"),
        (FlowState::WrongUser, "wrong_user"),
        (FlowState::Failed, "failed"),
        (FlowState::Cancelled, "expired"),
    ] {
        let (_, begun) = begin(&stage, &dana).await;
        let id: Uuid = begun["id"].as_str().unwrap().parse().unwrap();
        stage.clinic.store.connect_flows().end(id, end, None).await.unwrap();
        let (_, news) = stage.get(&dana, &format!("/api/v1/account/connect/{id}")).await;
        assert_eq!(news["state"], shown);
        assert!(news["what_to_do"].as_str().unwrap().to_lowercase().contains("beg"), "{news}");
        assert!(news["account_id"].is_null());
    }
}

#[tokio::test]
async fn a_login_is_followed_by_its_own_person_only() {
    let stage = Stage::open().await;
    let (_, begun) = begin(&stage, &newcomer(&stage, "dana")).await;
    let path = format!("/api/v1/account/connect/{}", begun["id"].as_str().unwrap());
    let bob = stage.clinic.person("bob").await;
    let (status, body) = stage.get(&bob, &path).await;
    assert_eq!((status, code(status, &body).as_str()), (StatusCode::NOT_FOUND, "login_not_found"));
    let (status, _) = answer(stage.anonymous(Method::GET, &path)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_connection_in_trouble_is_shown_although_nothing_else_is() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    stage.clinic.document(10, "/Ablation.txt", &["Apixaban is restarted."], &[&alice]).await;
    let (_, shown) = stage.get(&alice, "/api/v1/account").await;
    assert_eq!(shown["state"], "connected");
    assert_eq!(shown["documents"]["indexed"], 1);
    assert_eq!(shown["lag_seconds"], 0);

    let accounts = stage.clinic.store.accounts();
    accounts.set_state(alice.account, AccountState::Revoked, Some("unauthorized"), None).await.unwrap();
    let (status, _) = stage.get(&alice, "/api/v1/me").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, shown) = stage.get(&alice, "/api/v1/account").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&shown["state"], &shown["reason"]), (&"revoked".into(), &"unauthorized".into()));
}

#[tokio::test]
async fn ending_a_connection_forgets_everything_and_gives_a_receipt() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let bob = stage.clinic.person("bob").await;
    stage.clinic.document(10, "/Mine.txt", &["only mine"], &[&alice]).await;
    stage.clinic.document(11, "/Ours.txt", &["ours"], &[&alice, &bob]).await;
    stage.conversation(&alice).await;
    let delete = |who: &Principal| answer(stage.by(who, Method::DELETE, "/api/v1/account"));
    let (status, receipt) = delete(&alice).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    assert_eq!(receipt["app_password_revoked"], true);
    assert_eq!((&receipt["documents_purged"], &receipt["documents_kept"]), (&1.into(), &1.into()));
    assert_eq!(receipt["conversations"], 1);
    let (status, body) = delete(&alice).await;
    assert_eq!((status, code(status, &body).as_str()), (StatusCode::NOT_FOUND, "account_not_connected"));

    *stage.door.mood.lock().unwrap() = Mood::Away;
    let (status, receipt) = delete(&bob).await;
    assert_eq!((status, &receipt["app_password_revoked"]), (StatusCode::OK, &false.into()));
    assert!(receipt["what_to_do"].as_str().unwrap().contains("security settings"));
}

#[tokio::test]
async fn what_keeps_a_login_from_beginning_is_said_without_names() {
    let stage = Stage::open().await;
    let dana = newcomer(&stage, "dana");
    for (mood, status, expected) in [
        (Mood::Away, StatusCode::SERVICE_UNAVAILABLE, "nextcloud_unavailable"),
        (Mood::Full, StatusCode::TOO_MANY_REQUESTS, "too_many_logins"),
        (Mood::Foreign, StatusCode::CONFLICT, "other_nextcloud"),
    ] {
        *stage.door.mood.lock().unwrap() = mood;
        let (got, body) = begin(&stage, &dana).await;
        assert_eq!((got, code(got, &body).as_str()), (status, expected));
        assert!(!body.to_string().contains("internal.example"), "{body}");
    }
}
