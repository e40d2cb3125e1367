//! Mailboxes and mail over HTTP: tried before they are kept, their owner's alone, and without a way back for a secret.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_fakes::mail::Encryption;
use voiceassist_fakes::mail::imap::{Abilities, Imap, ImapScript};
use voiceassist_model::{MailAccountId, Principal};
use voiceassist_store::Job;
use voiceassist_store::audit::{Action, Filter};
use voiceassist_store::mail::{FolderCursor, MailState, ObservedFolder};

use crate::stage::{Stage, answer, code};

const ACCOUNTS: &str = "/api/v1/mail/accounts";

async fn server() -> Imap {
    let script = ImapScript {
        encryption: Encryption::Implicit,
        token: Some("fresh-token".to_owned()),
        abilities: Abilities::default(),
        ..ImapScript::default()
    };
    Imap::start(script).await.unwrap()
}

fn mailbox(server: &Imap) -> Value {
    json!({
        "host": "localhost", "port": server.address().port(), "login_name": "mara", "secret": "mara-password",
    })
}

async fn send(
    stage: &Stage,
    who: &Principal,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let request = stage.by(who, method, path);
    answer(body.iter().fold(request, |request, body| request.json(body))).await
}

async fn has_look(stage: &Stage, id: &str) -> bool {
    let mailbox = MailAccountId::from_uuid(id.parse().unwrap());
    stage.clinic.store.jobs().is_unfinished(&Job::SyncMail { mailbox }).await.unwrap()
}

#[tokio::test]
async fn a_mailbox_is_tried_kept_sealed_and_looked_at() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let server = server().await;
    let (status, tried) = stage.post(&alice, "/api/v1/mail/accounts/test", mailbox(&server)).await;
    assert_eq!(status, StatusCode::OK, "{tried}");
    let folders = tried["folders"].as_array().unwrap();
    let mirrored = |name: &str| {
        folders
            .iter()
            .find(|folder| folder["name"] == name)
            .map(|folder| folder["mirrored"].as_bool().unwrap())
    };
    assert_eq!((mirrored("INBOX"), mirrored("Junk")), (Some(true), Some(false)));
    assert_eq!(stage.get(&alice, ACCOUNTS).await.1["mailboxes"], json!([]), "a trial keeps nothing");

    let (status, kept) = stage.post(&alice, ACCOUNTS, mailbox(&server)).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    assert_eq!(
        (&kept["host"], &kept["login_name"], &kept["state"]),
        (&json!("localhost"), &json!("mara"), &json!("connected"))
    );
    assert!(has_look(&stage, kept["id"].as_str().unwrap()).await);
    let (_, listed) = stage.get(&alice, ACCOUNTS).await;
    assert_eq!(listed["mailboxes"], json!([kept]));
    assert!(!listed.to_string().contains("mara-password"));
    let filter = Filter { action: Some(Action::MailChange), ..Filter::default() };
    assert!(!stage.clinic.store.audit().find(&filter, None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_mirrored_is_refused_with_a_reason_and_nothing_is_kept() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let server = server().await;
    let with = |changes: Value| {
        let mut body = mailbox(&server);
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (changes, expected) in [
        (json!({ "secret": "wrong" }), "mail_sign_in_refused"),
        (json!({ "secret": "stale-token", "oauth": true }), "mail_sign_in_refused"),
        (json!({ "host": "mail.elsewhere.example" }), "mail_server_not_listed"),
        (json!({ "host": "127.0.0.1" }), "mail_server_not_listed"),
        (json!({ "encryption": "starttls", "port": 1 }), "mail_server_unusable"),
        (json!({ "host": "local host\r\nX: y" }), "wrong_type"),
        (json!({ "login_name": "" }), "wrong_type"),
        (json!({ "login_name": "a\u{0}b" }), "wrong_type"),
        (json!({ "secret": "" }), "wrong_type"),
        (json!({ "port": 0 }), "wrong_type"),
        (json!({ "encryption": "none" }), "wrong_type"),
        (json!({ "password": "mara-password" }), "unknown_field"),
    ] {
        for path in [ACCOUNTS, "/api/v1/mail/accounts/test"] {
            let (status, problem) = stage.post(&alice, path, with(changes.clone())).await;
            assert_eq!(code(status, &problem), expected, "{changes}: {problem}");
            assert!(!problem.to_string().contains("mara-password"), "{problem}");
        }
    }
    assert_eq!(stage.get(&alice, ACCOUNTS).await.1["mailboxes"], json!([]));
    let token = with(json!({ "secret": "fresh-token", "oauth": true }));
    let (status, kept) = stage.post(&alice, ACCOUNTS, token).await;
    assert_eq!((status, &kept["oauth"]), (StatusCode::CREATED, &json!(true)), "{kept}");
}

#[tokio::test]
async fn folders_are_chosen_and_a_refused_mailbox_works_again_with_another_secret() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let server = server().await;
    let (_, kept) = stage.post(&alice, ACCOUNTS, mailbox(&server)).await;
    let path = format!("{ACCOUNTS}/{}", kept["id"].as_str().unwrap());
    let id = MailAccountId::from_uuid(kept["id"].as_str().unwrap().parse().unwrap());
    let mail = stage.clinic.store.mail();
    let observed = ["INBOX", "Junk", "&AOQ-"].map(|name| ObservedFolder {
        name: name.to_owned(),
        role: match name {
            "INBOX" => "inbox",
            "Junk" => "junk",
            _ => "other",
        },
        selectable: true,
    });
    mail.apply_folders(id, &observed, true).await.unwrap();
    let inbox = mail.folders(id).await.unwrap().into_iter().find(|folder| folder.name == "INBOX").unwrap();
    let cursor = FolderCursor { uid_validity: Some(7), uid_next: 3, mod_seq: None, backfill_below: Some(2) };
    let mut tx = stage.clinic.store.begin().await.unwrap();
    mail.advance(&mut tx, inbox.id, cursor).await.unwrap();
    tx.commit().await.unwrap();
    mail.set_state(id, MailState::Refused, Some("unauthorized")).await.unwrap();

    let (_, listed) = stage.get(&alice, ACCOUNTS).await;
    let shown = &listed["mailboxes"][0];
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("refused"), &json!("unauthorized")));
    let folder = |shown: &Value, name: &str| {
        let folders = shown["folders"].as_array().unwrap();
        folders.iter().find(|folder| folder["name"] == name).unwrap_or_else(|| panic!("{shown}")).clone()
    };
    assert_eq!(
        (&folder(shown, "INBOX")["mirrored"], &folder(shown, "INBOX")["complete"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&folder(shown, "Junk")["mirrored"], &folder(shown, "ä")["choice"]),
        (&json!(false), &json!("default"))
    );

    let junk = json!({ "folders": [{ "id": folder(shown, "Junk")["id"], "choice": "take" }] });
    let (status, changed) = send(&stage, &alice, Method::PATCH, &path, Some(&junk)).await;
    assert_eq!((status, &folder(&changed, "Junk")["mirrored"]), (StatusCode::OK, &json!(true)), "{changed}");
    let wrong = json!({ "sign_in": { "secret": "wrong" } });
    let (status, problem) = send(&stage, &alice, Method::PATCH, &path, Some(&wrong)).await;
    assert_eq!(code(status, &problem), "mail_sign_in_refused");
    assert_eq!(stage.get(&alice, ACCOUNTS).await.1["mailboxes"][0]["state"], "refused", "the old one stays");
    let right = json!({ "sign_in": { "secret": "mara-password" } });
    let (status, changed) = send(&stage, &alice, Method::PATCH, &path, Some(&right)).await;
    assert_eq!((status, &changed["state"]), (StatusCode::OK, &json!("connected")), "{changed}");
    let unknown = json!({ "folders": [{ "id": kept["id"], "choice": "leave" }] });
    let (status, problem) = send(&stage, &alice, Method::PATCH, &path, Some(&unknown)).await;
    assert_eq!(code(status, &problem), "mailbox_not_found");
}

#[tokio::test]
async fn nobody_sees_changes_or_removes_somebody_elses_mailbox() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    let server = server().await;
    let (_, kept) = stage.post(&alice, ACCOUNTS, mailbox(&server)).await;
    let path = format!("{ACCOUNTS}/{}", kept["id"].as_str().unwrap());
    assert_eq!(stage.get(&bob, ACCOUNTS).await.1["mailboxes"], json!([]));
    for (method, body) in [(Method::PATCH, Some(json!({}))), (Method::DELETE, None)] {
        let (status, problem) = send(&stage, &bob, method, &path, body.as_ref()).await;
        assert_eq!(code(status, &problem), "mailbox_not_found");
    }
    let (status, _) = send(&stage, &alice, Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(stage.get(&alice, ACCOUNTS).await.1["mailboxes"], json!([]));
}

#[tokio::test]
async fn a_person_has_no_more_mailboxes_than_they_may() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let server = server().await;
    let sealed = voiceassist_dav::imap::MailConnection {
        host: "localhost".to_owned(),
        port: 993,
        security: voiceassist_dav::imap::Security::ImplicitTls,
        credentials: voiceassist_dav::imap::MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: "x".into(),
        },
    };
    for _ in 0..voiceassist_store::mail::MAX_PER_ACCOUNT {
        stage.clinic.store.mail().add(alice.account, &sealed.write()).await.unwrap().unwrap();
    }
    let (status, problem) = stage.post(&alice, ACCOUNTS, mailbox(&server)).await;
    assert_eq!(code(status, &problem), "too_many_mailboxes");
}
