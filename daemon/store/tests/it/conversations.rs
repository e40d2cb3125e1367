//! Conversations and their owners.

use serde_json::json;
use uuid::Uuid;
use voiceassist_model::{ChunkId, Citation, DocumentId, TextSpan};
use voiceassist_store::conversations::{NewMessage, Role};
use voiceassist_store::{Page, StoreError};

use crate::clinic::Clinic;

fn said(role: Role, text: &str) -> NewMessage {
    NewMessage { role, text: text.to_owned(), citations: Vec::new(), details: None }
}

fn citation() -> Citation {
    Citation {
        number: 1,
        document: DocumentId::from_uuid(Uuid::from_u128(1)),
        chunk: ChunkId::from_uuid(Uuid::from_u128(2)),
        file_id: 10,
        title: "AF.pdf".to_owned(),
        path: "/AF.pdf".to_owned(),
        page: 3,
        span: TextSpan { start: 5, end: 9 },
        quote: "Start at 25 mg.".to_owned(),
        score: 0.5,
    }
}

#[tokio::test]
async fn what_was_said_comes_back_in_order_with_its_grounds() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "Metoprolol").await.unwrap();
    conversations.append(alice, id, said(Role::User, "How much?")).await.unwrap().unwrap();
    let answer = NewMessage {
        citations: vec![citation()],
        details: Some(json!({ "outcome": "answered" })),
        ..said(Role::Assistant, "25 mg.")
    };
    conversations.append(alice, id, answer).await.unwrap().unwrap();
    let messages = conversations.messages(alice, id, &Page::first(10)).await.unwrap().unwrap().items;
    assert_eq!(
        messages.iter().map(|m| (m.role, m.text.as_str())).collect::<Vec<_>>(),
        [(Role::User, "How much?"), (Role::Assistant, "25 mg.")]
    );
    assert_eq!(messages[1].citations, [citation()]);
    assert_eq!(messages[1].details, Some(json!({ "outcome": "answered" })));
    assert_eq!(conversations.find(alice, id).await.unwrap().unwrap().message_count, 2);
}

#[tokio::test]
async fn for_everybody_else_a_conversation_does_not_exist() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "Metoprolol").await.unwrap();
    conversations.append(alice, id, said(Role::User, "How much?")).await.unwrap();
    assert!(conversations.find(mallory, id).await.unwrap().is_none());
    assert!(conversations.messages(mallory, id, &Page::first(10)).await.unwrap().is_none());
    assert!(conversations.append(mallory, id, said(Role::User, "!")).await.unwrap().is_none());
    assert!(!conversations.rename(mallory, id, "Mine").await.unwrap());
    assert!(!conversations.delete(mallory, id).await.unwrap());
    assert!(conversations.list(mallory, &Page::first(10)).await.unwrap().items.is_empty());
    assert_eq!(conversations.find(alice, id).await.unwrap().unwrap().message_count, 1);
}

#[tokio::test]
async fn nothing_that_was_said_is_in_the_clear() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "Canary title").await.unwrap();
    let message = NewMessage { citations: vec![citation()], ..said(Role::User, "Canary question") };
    conversations.append(alice, id, message).await.unwrap();
    for table in ["conversations", "messages"] {
        let dump = clinic
            .database
            .psql(&format!("select encode(convert_to(t::text, 'utf8'), 'escape') from {table} t"));
        let raw = clinic.database.psql(match table {
            "messages" => "select encode(body, 'escape') || encode(citations, 'escape') from messages",
            _ => "select encode(title, 'escape') from conversations",
        });
        for text in [dump, raw] {
            assert!(!text.contains("Canary") && !text.contains("AF.pdf"), "{table}: {text}");
        }
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_lose_anything_that_stays() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let mut ids = Vec::new();
    for number in 0..7 {
        // Two each begin at the same instant, so that the id has to decide.
        clinic.pass(number % 2);
        ids.push(conversations.create(alice, &format!("c{number}")).await.unwrap());
    }
    let first = conversations.list(alice, &Page::first(3)).await.unwrap();
    clinic.pass(1);
    conversations.append(alice, ids[0], said(Role::User, "revived")).await.unwrap();
    let second = conversations.list(alice, &Page::after(first.next.clone().unwrap(), 3)).await.unwrap();
    let third = match &second.next {
        Some(next) => conversations.list(alice, &Page::after(next.clone(), 3)).await.unwrap().items,
        None => Vec::new(),
    };
    let mut seen: Vec<_> =
        first.items.iter().chain(&second.items).chain(&third).map(|conversation| conversation.id).collect();
    let listed = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), listed, "nothing twice");
    assert!(
        ids[1..].iter().all(|id| seen.contains(id)),
        "only the revived one, now on page one, may be missing"
    );
    assert_eq!(conversations.list(alice, &Page::first(1)).await.unwrap().items[0].id, ids[0]);
}

#[tokio::test]
async fn a_cursor_of_messages_continues_where_it_stopped() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "").await.unwrap();
    for number in 0..5 {
        conversations.append(alice, id, said(Role::User, &number.to_string())).await.unwrap();
    }
    let mut page = Page::first(2);
    let mut texts = String::new();
    loop {
        let part = conversations.messages(alice, id, &page).await.unwrap().unwrap();
        texts.extend(part.items.iter().map(|message| message.text.as_str()));
        let Some(next) = part.next else { break };
        page = Page::after(next.to_string().parse().unwrap(), 2);
    }
    assert_eq!(texts, "01234");
    assert!(matches!("nonsense".parse::<voiceassist_store::Cursor>(), Err(StoreError::InvalidCursor)));
}

#[tokio::test]
async fn two_messages_at_once_both_find_a_place() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let id = clinic.store.conversations().create(alice, "").await.unwrap();
    let mut writers = Vec::new();
    for number in 0..10 {
        let store = clinic.store.clone();
        writers.push(tokio::spawn(async move {
            store
                .conversations()
                .append(alice, id, said(Role::User, &number.to_string()))
                .await
                .unwrap()
                .unwrap()
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let messages = clinic.store.conversations().messages(alice, id, &Page::first(50)).await.unwrap().unwrap();
    assert_eq!(messages.items.len(), 10);
}
