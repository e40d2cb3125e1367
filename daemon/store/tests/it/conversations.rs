//! Conversations and their owners.

use serde_json::json;
use uuid::Uuid;
use voiceassist_model::{ChunkId, Citation, DocumentId, TextSpan};
use voiceassist_store::accounts::AccountState;
use voiceassist_store::conversations::{Message, NewMessage, Rating, Role, Sentence};
use voiceassist_store::{Page, StoreError};

use crate::clinic::{Clinic, file, shown};

fn said(role: Role, text: &str) -> NewMessage {
    NewMessage { role, ..NewMessage::question(text) }
}

fn citation() -> Citation {
    of(DocumentId::from_uuid(Uuid::from_u128(1)))
}

fn of(document: DocumentId) -> Citation {
    Citation {
        number: 1,
        document,
        chunk: ChunkId::from_uuid(Uuid::from_u128(2)),
        file_id: 10,
        origin: voiceassist_model::Origin::default(),
        title: "AF.pdf".to_owned(),
        path: "/AF.pdf".to_owned(),
        page: 3,
        span: TextSpan { start: 5, end: 9 },
        quote: "Start at 25 mg.".to_owned(),
        boxes: Vec::new(),
        recognised: None,
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
    clinic.observe(alice, &[file(10, 1, "/AF.pdf", "x")]).await;
    let grounds = of(clinic.document(10).await.id);
    let answer = NewMessage {
        role: Role::Assistant,
        sentences: vec![Sentence { citations: vec![grounds.clone()], ..Sentence::plain("25 mg.") }],
        details: Some(json!({ "outcome": "answered" })),
    };
    conversations.append(alice, id, answer).await.unwrap().unwrap();
    let messages = shown(conversations.messages(alice, id, &Page::first(10)).await.unwrap().unwrap().0).await;
    assert_eq!(
        messages.iter().map(|m| (m.role, m.text())).collect::<Vec<_>>(),
        [(Role::User, "How much?".to_owned()), (Role::Assistant, "25 mg.".to_owned())]
    );
    assert_eq!(messages[1].citations().collect::<Vec<_>>(), [&grounds]);
    assert_eq!(messages[1].withheld, 0);
    assert_eq!(messages[1].details, Some(json!({ "outcome": "answered" })));
    assert_eq!(conversations.find(alice, id).await.unwrap().unwrap().message_count, 2);
}

#[tokio::test]
async fn an_old_answer_loses_the_sentences_whose_documents_its_reader_lost() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/AF.pdf", "x"), file(11, 1, "/Room 12.pdf", "x")]).await;
    let [kept, lost] = [of(clinic.document(10).await.id), of(clinic.document(11).await.id)];
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "Metoprolol").await.unwrap();
    let sentence = |text: &str, citations: &[&Citation]| Sentence {
        citations: citations.iter().copied().cloned().collect(),
        ..Sentence::plain(text)
    };
    let sentences = vec![
        sentence("Start at 25 mg.", &[&kept]),
        sentence("He bled.", &[&lost]),
        sentence("Both say so.", &[&kept, &lost]),
    ];
    let answer = NewMessage { role: Role::Assistant, sentences, details: None };
    conversations.append(alice, id, answer).await.unwrap().unwrap();
    let reopened = async || {
        let (found, _) = conversations.messages(alice, id, &Page::first(10)).await.unwrap().unwrap();
        let message = shown(found).await.remove(0);
        (message.text(), message.withheld)
    };
    assert_eq!(reopened().await, ("Start at 25 mg. He bled. Both say so.".to_owned(), 0));
    clinic.vanish(alice, &[11]).await;
    assert_eq!(reopened().await, ("Start at 25 mg.".to_owned(), 2), "nothing of it, not even in part");
    clinic.store.accounts().set_state(alice, AccountState::Revoked, None, None).await.unwrap();
    assert_eq!(reopened().await, (String::new(), 3));
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
    assert!(conversations.list(mallory, None, &Page::first(10)).await.unwrap().items.is_empty());
    assert_eq!(conversations.find(alice, id).await.unwrap().unwrap().message_count, 1);
}

#[tokio::test]
async fn nothing_that_was_said_is_in_the_clear() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "Canary title").await.unwrap();
    let mut message = said(Role::User, "Canary question");
    message.sentences[0].citations.push(citation());
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
    let first = conversations.list(alice, None, &Page::first(3)).await.unwrap();
    clinic.pass(1);
    conversations.append(alice, ids[0], said(Role::User, "revived")).await.unwrap();
    let second = conversations.list(alice, None, &Page::after(first.next.clone().unwrap(), 3)).await.unwrap();
    let third = match &second.next {
        Some(next) => conversations.list(alice, None, &Page::after(next.clone(), 3)).await.unwrap().items,
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
    assert_eq!(conversations.list(alice, None, &Page::first(1)).await.unwrap().items[0].id, ids[0]);
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
        let (part, next) = conversations.messages(alice, id, &page).await.unwrap().unwrap();
        texts.extend(shown(part).await.iter().map(Message::text));
        let Some(next) = next else { break };
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
    assert_eq!(messages.0.len(), 10);
}

#[tokio::test]
async fn what_is_kept_at_the_top_is_listed_apart_and_found_by_its_title() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    let conversations = clinic.store.conversations();
    let kept = conversations.create(alice, "Apixaban after Ablation").await.unwrap();
    let other = conversations.create(alice, "Metoprolol").await.unwrap();
    assert!(conversations.pin(alice, kept, true).await.unwrap());
    assert!(!conversations.pin(mallory, other, true).await.unwrap());
    let ids = async |pinned| {
        let listed = conversations.list(alice, pinned, &Page::first(10)).await.unwrap();
        listed.items.iter().map(|one| (one.id, one.pinned)).collect::<Vec<_>>()
    };
    assert_eq!(ids(Some(true)).await, [(kept, true)]);
    assert_eq!(ids(Some(false)).await, [(other, false)]);
    assert_eq!(ids(None).await.len(), 2);
    let found = async |who, words| {
        let found = conversations.search(who, words, 10).await.unwrap();
        found.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(found(alice, "ABLATION apix").await, [kept]);
    assert!(found(alice, "ablation metoprolol").await.is_empty(), "every word");
    assert!(found(mallory, "ablation").await.is_empty());
    conversations.pin(alice, kept, false).await.unwrap();
    assert!(ids(Some(true)).await.is_empty());
}

#[tokio::test]
async fn a_question_that_is_taken_back_goes_with_what_followed_and_the_count_is_right() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "").await.unwrap();
    let add = async |role, text| conversations.append(alice, id, said(role, text)).await.unwrap().unwrap();
    add(Role::User, "First?").await;
    let answer = add(Role::Assistant, "First.").await;
    let second = add(Role::User, "Second?").await;
    add(Role::Assistant, "Second.").await;
    assert!(!conversations.take_back(mallory, id, second).await.unwrap());
    assert!(!conversations.take_back(alice, id, answer).await.unwrap(), "an answer is not a question");
    assert!(conversations.take_back(alice, id, second).await.unwrap());
    assert!(!conversations.take_back(alice, id, second).await.unwrap(), "it is gone");
    add(Role::User, "Instead?").await;
    let messages = shown(conversations.messages(alice, id, &Page::first(10)).await.unwrap().unwrap().0).await;
    let texts: Vec<_> = messages.iter().map(Message::text).collect();
    assert_eq!(texts, ["First?", "First.", "Instead?"]);
    assert_eq!(conversations.find(alice, id).await.unwrap().unwrap().message_count, 3);
}

#[tokio::test]
async fn only_its_reader_rates_an_answer_and_may_change_their_mind() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    let conversations = clinic.store.conversations();
    let id = conversations.create(alice, "").await.unwrap();
    let question = conversations.append(alice, id, said(Role::User, "How much?")).await.unwrap().unwrap();
    let answer = conversations.append(alice, id, said(Role::Assistant, "25 mg.")).await.unwrap().unwrap();
    assert!(!conversations.rate(mallory, answer, Some(Rating::Helpful)).await.unwrap());
    assert!(!conversations.rate(alice, question, Some(Rating::Helpful)).await.unwrap());
    for rating in [Some(Rating::Helpful), Some(Rating::NotHelpful), None] {
        assert!(conversations.rate(alice, answer, rating).await.unwrap());
        let page = Page::first(10);
        let messages = shown(conversations.messages(alice, id, &page).await.unwrap().unwrap().0).await;
        assert_eq!(messages[1].rating, rating);
    }
}
