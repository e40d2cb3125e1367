//! Mailboxes and mail over HTTP: tried before they are kept, their owner's alone, and without a way back for a secret.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use voiceassist_fakes::mail::Encryption;
use voiceassist_fakes::mail::imap::{Abilities, Imap, ImapScript};
use voiceassist_model::{MailAccountId, Principal};
use voiceassist_store::Job;
use voiceassist_store::audit::{Action, Filter};
use voiceassist_store::mail::{
    FolderCursor, MailState, MessageKey, NewContent, ObservedFolder, ObservedMessage,
};

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
    answer(body.iter().fold(request, reqwest::RequestBuilder::json)).await
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

/// What was read of a message, in the form in which it is kept; the text is the page's own.
fn read(
    subject: &str,
    from: &str,
    to: &str,
    date: &str,
    text: &str,
    attached: Option<(&str, &str)>,
) -> NewContent {
    let person = |text: &str| {
        let (name, address) =
            text.split_once(' ').map_or((None, text), |(address, name)| (Some(name), address));
        json!([{ "name": name, "address": address }])
    };
    let length = |text: &str| text.chars().count();
    let quoted = text.find("> ").map(|at| length(&text[..at]));
    let blocks: Vec<Value> = quoted
        .map(|start| json!({ "kind": "quoted", "span": { "start": start, "end": length(text) } }))
        .into_iter()
        .collect();
    let mut pages = vec![json!({ "page": 1, "text": text, "blocks": blocks })];
    pages.extend(attached.map(|(_, text)| json!({ "page": 2, "text": text })));
    let attachments: Vec<Value> = attached
        .map(|(name, text)| {
            let (mime, bytes) = ("text/plain", text.len());
            json!({ "name": name, "mime": mime, "bytes": bytes, "pages": [2, 2], "reason": null })
        })
        .into_iter()
        .collect();
    let note = json!({
        "subject": subject, "from": person(from), "to": person(to), "cc": [], "reply_to": [], "date": date,
        "message_id": null, "references": [], "automatic": false, "encrypted": false,
        "text": { "start": 0, "end": length(text) }, "attachments": attachments, "calendars": [],
    });
    NewContent {
        note: note.to_string(),
        body: json!(pages).to_string(),
        sent_at: Some(date.parse().unwrap()),
        thread_keys: Vec::new(),
    }
}

/// A mailbox that was read: an echo, the answer to it among what was sent, and something unread with an attachment.
async fn filled(stage: &Stage, alice: &Principal) -> MailAccountId {
    let mail = stage.clinic.store.mail();
    let mailbox = mail.add(alice.account, &"{}".into()).await.unwrap().unwrap();
    let folder = |name: &str, role| ObservedFolder { name: name.to_owned(), role, selectable: true };
    mail.apply_folders(mailbox, &[folder("INBOX", "inbox"), folder("Sent", "sent")], true).await.unwrap();
    let (smith, own) = ("a.smith@stmarys.example Dr. Anna Smith", "alice@clinic.example");
    let echo = read(
        "Echo of room 4",
        smith,
        own,
        "2026-11-19T10:00:00+01:00",
        "The ejection fraction is 45 %.\n> How was the potassium?",
        None,
    );
    let answer = read("Re: Echo of room 4", own, smith, "2026-11-20T13:00:00Z", "Thank you.", None);
    let attached = Some(("week.txt", "Nights on Friday."));
    let roster = read("Roster", "plan@clinic.example", own, "2026-11-21T09:00:00Z", "Attached.", attached);
    for (uid, name, flags, thread, content) in [
        (1, "INBOX", vec!["\\Seen", "\\Flagged"], 1, echo),
        (2, "Sent", vec!["\\Seen"], 1, answer),
        (3, "INBOX", vec![], 3, roster),
    ] {
        let folders = mail.folders(mailbox).await.unwrap();
        let folder = folders.iter().find(|folder| folder.name == name).unwrap().id;
        let digest = [u8::try_from(uid).unwrap(); 32];
        let flags = flags.into_iter().map(str::to_owned).collect();
        let seen = ObservedMessage { uid, key: MessageKey { digest, size: 100 }, flags, internal_date: None };
        let mut tx = stage.clinic.store.begin().await.unwrap();
        mail.apply_messages(&mut tx, mailbox, folder, &[seen]).await.unwrap();
        tx.commit().await.unwrap();
        let waiting = mail.pending(folder, 3, 10).await.unwrap();
        let content = NewContent { thread_keys: vec![[thread; 32]], ..content };
        mail.keep_contents(mailbox, &[(waiting[0].content, content)]).await.unwrap();
    }
    mailbox
}

fn subjects(page: &Value) -> Vec<&str> {
    page["messages"].as_array().unwrap().iter().map(|message| message["subject"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_are_listed_by_time_people_words_and_flags_page_by_page() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    let mailbox = filled(&stage, &alice).await;
    let (echo, answer, roster) = ("Echo of room 4", "Re: Echo of room 4", "Roster");
    for (query, expected) in [
        (String::new(), vec![roster, answer, echo]),
        ("person=Dr.%20Smith&role=from".to_owned(), vec![echo]),
        ("person=a.smith@stmarys.example".to_owned(), vec![answer, echo]),
        ("q=ejection%20frac".to_owned(), vec![echo]),
        ("q=potassium".to_owned(), vec![]),
        ("q=nights".to_owned(), vec![roster]),
        ("from=2026-11-20&to=2026-11-21&zone=Europe/Berlin".to_owned(), vec![answer]),
        ("unread=true".to_owned(), vec![roster]),
        ("flagged=true".to_owned(), vec![echo]),
        ("attachments=true".to_owned(), vec![roster]),
        ("direction=sent".to_owned(), vec![answer]),
        (format!("mailbox={}", mailbox.as_uuid()), vec![roster, answer, echo]),
        (format!("folder={}", mailbox.as_uuid()), vec![]),
    ] {
        let (status, page) = stage.get(&alice, &format!("/api/v1/mail/messages?{query}")).await;
        assert_eq!((status, subjects(&page)), (StatusCode::OK, expected), "{query}: {page}");
        assert_eq!(page["complete"], true);
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let (_, page) = stage.get(&alice, &format!("/api/v1/mail/messages?limit=2{next}")).await;
        seen.extend(subjects(&page).into_iter().map(str::to_owned));
        let Some(after) = page["next"].as_str() else { break };
        next = format!("&after={after}");
    }
    assert_eq!(seen, [roster, answer, echo]);
    let (_, nothing) = stage.get(&bob, "/api/v1/mail/messages").await;
    assert_eq!(subjects(&nothing), [""; 0]);
    for (query, expected) in [
        ("from=tomorrow".to_owned(), "invalid_parameter"),
        ("from=2026-11-21&to=2026-11-20".to_owned(), "invalid_parameter"),
        ("zone=Mars&from=2026-11-21".to_owned(), "invalid_parameter"),
        ("after=x".to_owned(), "invalid_parameter"),
        (format!("q={}", "a".repeat(201)), "query_too_long"),
    ] {
        let (status, problem) = stage.get(&alice, &format!("/api/v1/mail/messages?{query}")).await;
        assert_eq!(code(status, &problem), expected, "{query}");
    }
}

#[tokio::test]
async fn a_message_is_shown_with_its_text_and_its_conversation_to_its_owner_alone() {
    let stage = Stage::open().await;
    let (alice, bob) = (stage.clinic.person("alice").await, stage.clinic.person("bob").await);
    filled(&stage, &alice).await;
    let (_, listed) = stage.get(&alice, "/api/v1/mail/messages").await;
    let of = |at: usize| format!("/api/v1/mail/messages/{}", listed["messages"][at]["id"].as_str().unwrap());
    let (status, roster) = stage.get(&alice, &of(0)).await;
    assert_eq!(status, StatusCode::OK, "{roster}");
    assert_eq!(roster["attachments"][0]["name"], "week.txt");
    assert_eq!(roster["attached"], json!([{ "attachment": 0, "text": "Nights on Friday." }]));
    let (_, echo) = stage.get(&alice, &of(2)).await;
    assert!(
        echo["text"].as_str().unwrap().contains("potassium")
            && !echo["preview"].as_str().unwrap().contains("potassium")
    );
    assert_eq!(echo["quoted"].as_array().unwrap().len(), 1);
    let thread = format!("/api/v1/mail/threads/{}", echo["thread"].as_str().unwrap());
    let (_, conversation) = stage.get(&alice, &thread).await;
    assert_eq!(subjects(&conversation), ["Re: Echo of room 4", "Echo of room 4"]);
    for path in [of(0), thread] {
        let (status, problem) = stage.get(&bob, &path).await;
        assert_eq!(code(status, &problem), "message_not_found");
    }
    let filter = Filter { action: Some(Action::MailShow), ..Filter::default() };
    let records = stage.clinic.store.audit().find(&filter, None, 10).await.unwrap();
    assert_eq!(records.len(), 4, "what was shown is recorded, what was refused was not shown");
}
