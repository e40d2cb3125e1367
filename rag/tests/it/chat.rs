//! The client of an OpenAI-compatible endpoint, against one on loopback.

#![expect(clippy::unwrap_used, reason = "what cannot be set up stops the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use uuid::Uuid;
use voiceassist_fakes::chat::{Asked, ChatServer, PATIENCE, Reply};
use voiceassist_model::AccountId;
use voiceassist_phi::clearance::{Decision, NotRecorded};
use voiceassist_phi::{
    Ask, Cleared, Destination, Detector, Gate, GateKeys, Mode, Prompt, Protection, Purpose, RecordsDecisions,
    Source,
};
use voiceassist_rag::chat::openai_compatible::{
    MAX_PROMPT_CHARS, OpenAiCompatible, OpenAiCompatibleSettings,
};
use voiceassist_rag::chat::{Capabilities, ChatError, ChatModel as _, ChatPiece, Dialect, Report};

/// Keeps nothing: these tests are about the wire.
struct Forgets;

#[async_trait]
impl RecordsDecisions for Forgets {
    async fn record(&self, _: &Decision) -> Result<(), NotRecorded> {
        Ok(())
    }
}

fn local(name: &str) -> Destination {
    Destination::new(name, Protection::Local, Mode::Allow).unwrap()
}

async fn cleared(destination: &Destination, source: &str) -> Cleared<Prompt> {
    let prompt = Prompt {
        instructions: "Answer.",
        history: Vec::new(),
        sources: vec![Source { number: 1, heading: String::new(), text: source.to_owned() }],
        question: "When?".to_owned(),
    };
    let ask = Ask {
        destination,
        purpose: Purpose::Answer,
        class: None,
        account: AccountId::from_uuid(Uuid::from_u128(1)),
        conversation: None,
    };
    let gate = Gate::new(Detector::new(), Arc::new(Forgets), GateKeys::new([1; 32], [2; 32]));
    gate.clear(prompt, &ask).await.unwrap()
}

fn settings(server: &ChatServer) -> OpenAiCompatibleSettings {
    OpenAiCompatibleSettings {
        backoff: Duration::from_millis(1),
        api_key: Some("a-key".to_owned().into()),
        ..OpenAiCompatibleSettings::new(server.base_url().parse().unwrap(), "scripted", local("chat"))
    }
}

fn model(settings: OpenAiCompatibleSettings) -> OpenAiCompatible {
    _ = rustls::crypto::ring::default_provider().install_default();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    OpenAiCompatible::new(http, settings)
}

/// What is written, and how it ends.
async fn written(model: &OpenAiCompatible) -> Result<(String, Option<bool>), ChatError> {
    let mut stream = model.write(&cleared(&local("chat"), "Six hours.").await).await?;
    let (mut text, mut end) = (String::new(), None);
    while let Some(piece) = stream.next().await {
        match piece? {
            ChatPiece::Text(piece) => text.push_str(&piece),
            ChatPiece::End { whole } => end = Some(whole),
            ChatPiece::Report(_) => {}
        }
    }
    Ok((text, end))
}

#[tokio::test]
async fn an_answer_arrives_in_pieces_and_ends() {
    let server = ChatServer::saying("Six hours after the ablation [1].").await.unwrap();
    let (text, end) = written(&model(settings(&server))).await.unwrap();
    assert_eq!((text.as_str(), end), ("Six hours after the ablation [1].", Some(true)));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/v1/chat/completions"));
    assert_eq!(asked[0].authorization.as_deref(), Some("Bearer a-key"));
    assert_eq!((&asked[0].body["model"], &asked[0].body["stream"]), (&"scripted".into(), &true.into()));
    assert!(asked[0].text().contains("Six hours."));
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let server = ChatServer::start(|_| Reply::SayAtOnce("Six hours [1].".to_owned())).await.unwrap();
    assert_eq!(written(&model(settings(&server))).await.unwrap(), ("Six hours [1].".to_owned(), Some(true)));
}

#[tokio::test]
async fn a_busy_endpoint_is_asked_again_and_a_refusing_one_is_not() {
    // 400 may mean the counts of tokens that were asked for; without them it is asked once more.
    for (status, expected) in [(429, 2), (503, 2), (400, 2), (401, 1), (404, 1)] {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let server = ChatServer::start(move |_| {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                Reply::Status(status, None)
            } else {
                Reply::in_pieces("Six hours.", 4)
            }
        });
        let server = server.await.unwrap();
        let outcome = written(&model(settings(&server))).await;
        assert_eq!(count.load(Ordering::SeqCst), expected, "{status}");
        match outcome {
            Ok((text, _)) => assert_eq!((text.as_str(), expected), ("Six hours.", 2)),
            Err(error) => assert!(matches!(error, ChatError::Status { status: seen, .. } if seen == status)),
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_stays_busy_is_given_up() {
    let server = ChatServer::start(|_| Reply::Status(503, None)).await.unwrap();
    let error = written(&model(settings(&server))).await.unwrap_err();
    assert!(matches!(error, ChatError::Status { status: 503, .. }));
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn nobody_waits_as_long_as_an_endpoint_asks_for_when_that_is_too_long() {
    let server = ChatServer::start(|_| Reply::Status(429, Some(86_400))).await.unwrap();
    assert!(matches!(written(&model(settings(&server))).await, Err(ChatError::Status { status: 429, .. })));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_twice_once_a_word_came() {
    let server = ChatServer::start(|_| Reply::CutOff(vec!["Six ".to_owned()])).await.unwrap();
    assert!(matches!(written(&model(settings(&server))).await, Err(ChatError::Connection(_))));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_that_a_limit_cut_off_says_so() {
    let server = ChatServer::start(|_| Reply::SayUntilLimit(vec!["Six hou".to_owned()])).await.unwrap();
    assert_eq!(written(&model(settings(&server))).await.unwrap().1, Some(false));
}

#[tokio::test]
async fn dropping_the_answer_reaches_the_provider() {
    let server = ChatServer::start(|_| Reply::FallSilent(vec!["Six".to_owned()])).await.unwrap();
    let model = model(settings(&server));
    let mut stream = model.write(&cleared(&local("chat"), "Six hours.").await).await.unwrap();
    let word = ChatPiece::Text("Six".to_owned());
    while stream.next().await.unwrap().unwrap() != word {}
    assert_eq!(server.open_answers(), 1);
    drop(stream);
    tokio::time::timeout(PATIENCE, server.hung_up(1)).await.expect("the provider sees the client go");
    assert_eq!(server.open_answers(), 0);
}

#[tokio::test]
async fn silence_has_an_end() {
    let silent = ChatServer::start(|_| Reply::FallSilent(vec!["Six".to_owned()])).await.unwrap();
    let short = Duration::from_millis(50);
    let error =
        written(&model(OpenAiCompatibleSettings { idle: short, ..settings(&silent) })).await.unwrap_err();
    assert!(matches!(error, ChatError::TimedOut));
    let hanging = ChatServer::start(|_| Reply::Hang).await.unwrap();
    let impatient =
        OpenAiCompatibleSettings { first_byte: Duration::from_secs(2), attempts: 2, ..settings(&hanging) };
    assert!(matches!(written(&model(impatient)).await, Err(ChatError::TimedOut)));
    assert_eq!(hanging.asked().len(), 2, "nothing had come, so it was tried again");
}

#[tokio::test]
async fn what_never_ends_and_what_is_no_answer_are_refused() {
    let words = "word ".repeat(10_000);
    let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{words}\"}}}}]}}\n\n");
    let server = ChatServer::start(move |_| Reply::Raw(event.repeat(100))).await.unwrap();
    assert!(matches!(written(&model(settings(&server))).await, Err(ChatError::TooMuch { .. })));
    for nonsense in ["data: <html>\n\n", "data: {\"error\":{\"message\":\"no\"}}\n\n"] {
        let server = ChatServer::start(move |_| Reply::Raw(nonsense.to_owned())).await.unwrap();
        assert!(matches!(written(&model(settings(&server))).await, Err(ChatError::Protocol)));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = ChatServer::saying("Here I am.").await.unwrap();
    let target = format!("{}/chat/completions", elsewhere.base_url());
    let server = ChatServer::start(move |_| Reply::Redirect(target.clone())).await.unwrap();
    assert!(matches!(written(&model(settings(&server))).await, Err(ChatError::Status { status: 307, .. })));
    assert_eq!(elsewhere.received_bytes(), 0);
}

#[tokio::test]
async fn what_was_cleared_for_one_destination_is_not_sent_to_another() {
    let server = ChatServer::saying("Six hours.").await.unwrap();
    let model = model(settings(&server));
    for other in [local("elsewhere"), Destination::new("chat", Protection::Local, Mode::Redact).unwrap()] {
        let error = model.write(&cleared(&other, "Six hours.").await).await.unwrap_err();
        assert!(matches!(error, ChatError::OtherDestination));
    }
    let long = "word ".repeat(MAX_PROMPT_CHARS / 5 + 1);
    let error = model.write(&cleared(&local("chat"), &long).await).await.unwrap_err();
    assert!(matches!(error, ChatError::TooLong { .. }));
    assert_eq!(server.received_bytes(), 0);
}

#[tokio::test]
async fn a_provider_says_which_model_answered_and_what_it_counted() {
    for reply in [Reply::in_pieces("Six hours.", 5), Reply::SayAtOnce("Six hours.".to_owned())] {
        let server = ChatServer::start(move |_| reply.clone()).await.unwrap();
        let model = model(settings(&server));
        let stream = model.write(&cleared(&local("chat"), "Six hours.").await).await.unwrap();
        let mut told = Report::default();
        for piece in stream.collect::<Vec<_>>().await {
            if let ChatPiece::Report(report) = piece.unwrap() {
                told.add(report);
            }
        }
        assert_eq!(told.model.as_deref(), Some("scripted-2026-01"));
        let usage = told.usage.unwrap();
        assert!(usage.input > 2 && usage.output >= 1, "{usage:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_knows_no_extras_is_asked_without_them_from_then_on() {
    let server = ChatServer::start(|asked: &Asked| {
        let has_extras =
            asked.body.get("response_format").is_some() || asked.body.get("stream_options").is_some();
        if has_extras { Reply::Status(400, None) } else { Reply::in_pieces("Six hours [1].", 4) }
    });
    let server = server.await.unwrap();
    let capabilities = Capabilities { structured_output: true, ..Capabilities::default() };
    let model = model(OpenAiCompatibleSettings { capabilities, ..settings(&server) });
    for requests in [2, 3] {
        assert_eq!(written(&model).await.unwrap().0, "Six hours [1].");
        assert_eq!(server.asked().len(), requests);
    }
}

#[tokio::test]
async fn sentences_by_a_schema_become_text_with_marks() {
    let answer = r#"{"sentences": [{"text": "Six hours after it", "sources": [1]}, {"text": "Not before.", "sources": [1, 2]}]}"#;
    let server = ChatServer::start(move |asked: &Asked| {
        assert_eq!(asked.body["response_format"]["json_schema"]["schema"]["required"][0], "sentences");
        Reply::in_pieces(answer, 6)
    });
    let server = server.await.unwrap();
    let capabilities = Capabilities { structured_output: true, ..Capabilities::default() };
    let model = model(OpenAiCompatibleSettings { capabilities, ..settings(&server) });
    let expected = "Six hours after it. [1]\nNot before. [1][2]\n";
    assert_eq!(written(&model).await.unwrap(), (expected.to_owned(), Some(true)));
}

#[tokio::test]
async fn a_model_without_conversation_is_asked_to_go_on_with_one_text() {
    let server = ChatServer::saying(" Six hours.").await.unwrap();
    let dialect = Dialect::Completions;
    let model = model(OpenAiCompatibleSettings { dialect, ..settings(&server) });
    assert_eq!(written(&model).await.unwrap().0, " Six hours.");
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/v1/completions");
    assert!(asked.text().ends_with("Answer:") && asked.text().contains("Six hours."), "{}", asked.text());
}

#[tokio::test]
async fn what_breaks_before_the_first_word_is_tried_again() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let server = ChatServer::start(move |_| {
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            Reply::CutOff(Vec::new())
        } else {
            Reply::in_pieces("Six hours.", 4)
        }
    });
    let server = server.await.unwrap();
    assert_eq!(written(&model(settings(&server))).await.unwrap().0, "Six hours.");
    assert_eq!(count.load(Ordering::SeqCst), 2);
}
