//! Who gets in.

use std::fmt::Write as _;

use chrono::TimeDelta;
use reqwest::{Method, StatusCode, header};
use uuid::Uuid;
use voiceassist_model::{AccountId, Principal};
use voiceassist_store::accounts::AccountState;

use crate::stage::{Stage, answer, code};

/// Every route of the document, with an example id in place of parameters.
fn routes() -> Vec<(Method, String)> {
    let document = serde_json::to_value(voiceassist_server::openapi::document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            routes.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    routes
}

#[tokio::test]
async fn every_route_but_those_of_the_machine_needs_a_token() {
    let stage = Stage::open().await;
    let mut table = String::new();
    for (method, path) in routes() {
        let concrete = path.replace("{id}", &Uuid::from_u128(7).to_string());
        let response = stage.anonymous(method.clone(), &concrete).send().await.unwrap();
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED {
            assert!(response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
        }
        writeln!(table, "{:<6} {path} {}", method.as_str(), status.as_u16()).unwrap();
    }
    insta::assert_snapshot!(table, @r"
    GET    /.well-known/jwks.json 200
    GET    /api/v1/account 401
    DELETE /api/v1/account 401
    POST   /api/v1/account/connect 401
    GET    /api/v1/account/connect/{id} 401
    POST   /api/v1/admin/failures/retry 401
    GET    /api/v1/admin/limits 401
    PATCH  /api/v1/admin/limits 401
    GET    /api/v1/admin/overview 401
    GET    /api/v1/admin/people 401
    GET    /api/v1/admin/phi-policy 401
    GET    /api/v1/admin/providers 401
    POST   /api/v1/admin/providers/test 401
    GET    /api/v1/admin/roles 401
    POST   /api/v1/admin/sessions/end 401
    GET    /api/v1/audit 401
    GET    /api/v1/calculators 401
    GET    /api/v1/calculators/{id} 401
    POST   /api/v1/calculators/{id} 401
    GET    /api/v1/calendars 401
    GET    /api/v1/contacts 401
    GET    /api/v1/conversations 401
    POST   /api/v1/conversations 401
    DELETE /api/v1/conversations 401
    GET    /api/v1/conversations/search 401
    GET    /api/v1/conversations/{id} 401
    DELETE /api/v1/conversations/{id} 401
    PATCH  /api/v1/conversations/{id} 401
    POST   /api/v1/conversations/{id}/ask 401
    GET    /api/v1/documents 401
    GET    /api/v1/documents/{id} 401
    POST   /api/v1/documents/{id}/retry 401
    GET    /api/v1/events 401
    GET    /api/v1/events/next 401
    GET    /api/v1/freebusy 401
    POST   /api/v1/hooks/nextcloud 401
    GET    /api/v1/mail/accounts 401
    POST   /api/v1/mail/accounts 401
    POST   /api/v1/mail/accounts/test 401
    DELETE /api/v1/mail/accounts/{id} 401
    PATCH  /api/v1/mail/accounts/{id} 401
    GET    /api/v1/mail/messages 401
    GET    /api/v1/mail/messages/{id} 401
    GET    /api/v1/mail/threads/{id} 401
    GET    /api/v1/me 401
    POST   /api/v1/me/export 401
    PUT    /api/v1/messages/{id}/rating 401
    GET    /api/v1/openapi.json 200
    POST   /api/v1/pairing/hook-key 415
    POST   /api/v1/pairing/overview 415
    GET    /api/v1/passages/{id} 401
    POST   /api/v1/phi/detect 401
    POST   /api/v1/phi/redact 401
    GET    /api/v1/scope 401
    PUT    /api/v1/scope 401
    POST   /api/v1/scope/preview 401
    POST   /api/v1/search 401
    GET    /api/v1/sessions 401
    DELETE /api/v1/sessions/current 401
    POST   /api/v1/sessions/end-others 401
    POST   /api/v1/sessions/oidc/begin 415
    POST   /api/v1/sessions/oidc/complete 415
    POST   /api/v1/sessions/oidc/logout 404
    POST   /api/v1/sessions/refresh 415
    POST   /api/v1/sessions/vouched 415
    DELETE /api/v1/sessions/{id} 401
    GET    /api/v1/stream 400
    GET    /api/v1/tasks 401
    POST   /api/v1/tickets 401
    GET    /health/live 200
    GET    /health/ready 200
    GET    /metrics 200
    ");
}

#[tokio::test]
async fn a_token_is_good_for_as_long_as_it_says_and_the_account_is_connected() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let token = stage.token(&alice);
    let me = || answer(stage.anonymous(Method::GET, "/api/v1/me").bearer_auth(&token));

    let (status, body) = me().await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&body["user_id"], &body["display_name"]), (&"alice".into(), &"ALICE".into()));
    assert_eq!(body["account_id"], alice.account.to_string());

    let accounts = stage.clinic.store.accounts();
    for (state, expected) in [
        (AccountState::Maintenance, StatusCode::OK),
        (AccountState::Throttled, StatusCode::OK),
        (AccountState::Disabled, StatusCode::UNAUTHORIZED),
        (AccountState::Revoked, StatusCode::UNAUTHORIZED),
        (AccountState::Gone, StatusCode::UNAUTHORIZED),
    ] {
        accounts.set_state(alice.account, state, None, None).await.unwrap();
        let (status, body) = me().await;
        assert_eq!(status, expected, "{state:?}");
        if status == StatusCode::UNAUTHORIZED {
            assert_eq!(code(status, &body), "account_disconnected");
        }
    }
    accounts.set_state(alice.account, AccountState::Connected, None, None).await.unwrap();
    stage.clinic.pass(TimeDelta::minutes(11));
    let (status, body) = me().await;
    assert_eq!(code(status, &body), "token_expired");
}

#[tokio::test]
async fn a_token_of_an_account_that_is_not_there_or_is_somebody_elses_is_refused() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let unknown = Principal { account: AccountId::from_uuid(Uuid::from_u128(99)), ..alice.clone() };
    let renamed = Principal { user_id: "bob".to_owned(), ..alice.clone() };
    for principal in [unknown, renamed] {
        let (status, body) = stage.get(&principal, "/api/v1/me").await;
        assert_eq!(code(status, &body), "account_disconnected");
    }
    stage.clinic.store.accounts().remove(alice.account).await.unwrap();
    let (status, body) = stage.get(&alice, "/api/v1/me").await;
    assert_eq!(code(status, &body), "account_disconnected", "removed");
}

#[tokio::test]
async fn only_one_well_formed_authorization_header_counts() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let token = stage.token(&alice);
    let get = || stage.anonymous(Method::GET, "/api/v1/me");
    for (what, request, expected) in [
        ("lower-case scheme", get().header(header::AUTHORIZATION, format!("bearer {token}")), StatusCode::OK),
        ("basic", get().basic_auth("alice", Some(&token)), StatusCode::UNAUTHORIZED),
        ("bare", get().header(header::AUTHORIZATION, &token), StatusCode::UNAUTHORIZED),
        ("twice", get().bearer_auth(&token).bearer_auth(&token), StatusCode::UNAUTHORIZED),
        (
            "in the address",
            stage.anonymous(Method::GET, &format!("/api/v1/me?access_token={token}")),
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        assert_eq!(request.send().await.unwrap().status(), expected, "{what}");
    }
}
