//! Models that stand in for each other: who is asked when, what is kept about it, and what it may cost.
//!
//! Each model is an endpoint on loopback that keeps every byte it receives. Every person in the documents is invented.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;
use voiceassist_assistant::chat::openai_compatible::{OpenAiCompatible, OpenAiCompatibleSettings};
use voiceassist_assistant::chat::{Capabilities, ChatModel, Price, Registry};
use voiceassist_assistant::{Assistant, KeptDecisions, RefuseStale, Settings, TurnRecord, Writer};
use voiceassist_fakes::chat::{Asked, ChatServer, PATIENCE, Reply};
use voiceassist_model::{AnswerPart, Principal, Provenance, Sensitivity};
use voiceassist_phi::{Destination, Detector, Gate, GateKeys, Mode, Protection};
use voiceassist_store::Page;
use voiceassist_store::model_spending::{Allowance, Amount, Limit};

use crate::clinic::Clinic;

const ABLATION: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const QUESTION: &str = "When is apixaban restarted after the ablation?";

fn local(name: &str) -> Destination {
    Destination::new(name, Protection::Local, Mode::Allow).unwrap()
}

fn endpoint(server: &ChatServer, destination: Destination) -> OpenAiCompatibleSettings {
    OpenAiCompatibleSettings {
        backoff: Duration::from_millis(1),
        attempts: 1,
        price: Price { input: 1_000_000, output: 2_000_000 },
        ..OpenAiCompatibleSettings::new(server.base_url().parse().unwrap(), "scripted", destination)
    }
}

fn assistant(clinic: &Clinic, endpoints: Vec<OpenAiCompatibleSettings>, allowance: Allowance) -> Assistant {
    _ = rustls::crypto::ring::default_provider().install_default();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let models = endpoints.into_iter();
    let models =
        models.map(|settings| Arc::new(OpenAiCompatible::new(http.clone(), settings)) as Arc<dyn ChatModel>);
    let decisions = Arc::new(KeptDecisions::new(clinic.store.clone()));
    let gate = Gate::new(Detector::new(), decisions, GateKeys::new([1; 32], [2; 32]));
    let writer = Writer::of(Registry::new(models.collect(), clinic.clock.clone()), gate, allowance);
    Assistant::writing_with(clinic.parts(Arc::new(RefuseStale), None), Some(writer), Settings::default())
}

#[derive(Debug)]
struct Answer {
    text: String,
    notes: String,
    model: String,
    steps: String,
    provenance: Option<Provenance>,
}

async fn ask(clinic: &Clinic, assistant: &Assistant, asker: &Principal) -> Answer {
    let conversation = clinic.store.conversations().create(asker.account, "Questions").await.unwrap();
    let mut stream = assistant.ask(asker, conversation, QUESTION.to_owned()).await.unwrap();
    let (mut text, mut notes, mut provenance) = (String::new(), String::new(), None);
    while let Some(part) = stream.next().await {
        match part.unwrap().into_inner() {
            AnswerPart::Sentence { text: sentence, .. } => text.push_str(&sentence),
            AnswerPart::Note { text } => notes.push_str(&text),
            AnswerPart::Provenance { provenance: told } => provenance = Some(*told),
            AnswerPart::Done { model, steps, .. } => {
                let kept = assistant.messages(asker, conversation, &Page::first(10)).await.unwrap().unwrap();
                let record: TurnRecord =
                    serde_json::from_value(kept.items[1].details.clone().unwrap()).unwrap();
                assert_eq!(record.provenance, provenance, "what is told is kept");
                return Answer { text, notes, model, steps: steps.join("; "), provenance };
            }
            _ => {}
        }
    }
    panic!("an answer ends with done")
}

async fn stage() -> (Clinic, Principal) {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    (clinic, alice)
}

async fn saying() -> ChatServer {
    ChatServer::saying(&format!("{ABLATION} [1]")).await.unwrap()
}

#[tokio::test]
async fn whatever_is_wrong_with_the_first_choice_the_next_is_asked_and_said_to_be_it() {
    let (clinic, alice) = stage().await;
    let cases = [
        (Reply::Status(503, None), "status"),
        (Reply::Status(429, Some(30)), "rate_limited"),
        (Reply::Status(401, None), "status"),
        (Reply::Hang, "timed_out"),
        (Reply::FallSilent(Vec::new()), "timed_out"),
        (Reply::CutOff(Vec::new()), "connection"),
        (Reply::Raw("data: nonsense\n\n".to_owned()), "protocol"),
    ];
    for (reply, reason) in cases {
        let first = ChatServer::start(move |_| reply.clone()).await.unwrap();
        let second = saying().await;
        let slow = OpenAiCompatibleSettings {
            first_byte: Duration::from_millis(400),
            idle: Duration::from_millis(400),
            ..endpoint(&first, local("first"))
        };
        let assistant =
            assistant(&clinic, vec![slow, endpoint(&second, local("second"))], Allowance::default());
        let answer = ask(&clinic, &assistant, &alice).await;
        assert_eq!((answer.text.as_str(), answer.model.as_str()), (ABLATION, "scripted"), "{answer:?}");
        assert!(answer.steps.contains(&format!("second stood in for first: {reason}")), "{answer:?}");
        let told = answer.provenance.unwrap();
        assert_eq!((told.adapter.as_str(), told.passed_over.len()), ("second", 1));
        assert_eq!(told.passed_over[0].reason, reason);
        assert_eq!(told.reported_model.as_deref(), Some("scripted-2026-01"));
        assert!(!told.is_estimate && told.tokens_in > 0 && told.tokens_out > 0, "{told:?}");
        assert_eq!(told.cost_micros, told.tokens_in + 2 * told.tokens_out);
        if matches!(reason, "timed_out") {
            tokio::time::timeout(PATIENCE, first.hung_up(1)).await.expect("nobody listens to it any more");
        }
    }
    let decisions = clinic.store.egress_decisions().list(&Page::first(50)).await.unwrap().items;
    assert_eq!(decisions.len(), 14, "each attempt is a decision of its own");
    assert!(decisions.iter().any(|decision| decision.destination == "second"));
}

#[tokio::test]
async fn what_may_not_go_to_a_cloud_goes_to_the_model_in_the_house() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document_of(10, "/Charts/A.txt", &[ABLATION], Sensitivity::Health, &[&alice]).await;
    let (far, near) = (saying().await, saying().await);
    let cloud = Destination::new("cloud", Protection::Cloud, Mode::Forbid).unwrap();
    let endpoints = vec![endpoint(&far, cloud), endpoint(&near, local("house"))];
    let assistant = assistant(&clinic, endpoints, Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert_eq!(far.received_bytes(), 0);
    assert_eq!(answer.provenance.unwrap().passed_over[0].reason, "refused");
    assert!(answer.steps.contains("the model was not asked: about_somebody"), "{}", answer.steps);
    let decisions = clinic.store.egress_decisions().list(&Page::first(50)).await.unwrap().items;
    let passed: Vec<_> = decisions.iter().map(|kept| (kept.destination.as_str(), kept.passed)).collect();
    assert_eq!(passed, [("house", true), ("cloud", false)]);
}

#[tokio::test]
async fn a_model_that_fails_again_and_again_is_left_alone_and_looked_at_later() {
    let (clinic, alice) = stage().await;
    let is_well = Arc::new(AtomicBool::new(false));
    let well = Arc::clone(&is_well);
    let first = ChatServer::start(move |_| {
        if well.load(Ordering::SeqCst) {
            Reply::in_pieces(&format!("{ABLATION} [1]"), 9)
        } else {
            Reply::Status(500, None)
        }
    });
    let (first, second) = (first.await.unwrap(), saying().await);
    let endpoints = vec![endpoint(&first, local("first")), endpoint(&second, local("second"))];
    let assistant = assistant(&clinic, endpoints, Allowance::default());
    for _ in 0..5 {
        ask(&clinic, &assistant, &alice).await;
    }
    assert_eq!(first.asked().len(), 3, "after three failures it is left alone");
    let told = ask(&clinic, &assistant, &alice).await.provenance.unwrap();
    assert_eq!(told.passed_over[0].reason, "resting");
    is_well.store(true, Ordering::SeqCst);
    clinic.clock.advance(TimeDelta::seconds(16));
    let told = ask(&clinic, &assistant, &alice).await.provenance.unwrap();
    assert_eq!((told.adapter.as_str(), told.passed_over.len()), ("first", 0), "one looks, and it is back");
    assert_eq!(ask(&clinic, &assistant, &alice).await.provenance.unwrap().adapter, "first");
}

#[tokio::test]
async fn once_a_word_came_nobody_else_is_asked() {
    let (clinic, alice) = stage().await;
    let first = ChatServer::start(|_| Reply::CutOff(vec![format!("{ABLATION} [1] And ")])).await.unwrap();
    let second = saying().await;
    let endpoints = vec![endpoint(&first, local("first")), endpoint(&second, local("second"))];
    let assistant = assistant(&clinic, endpoints, Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert_eq!(answer.text, ABLATION);
    assert_eq!(answer.provenance.unwrap().adapter, "first");
    assert_eq!(second.received_bytes(), 0);
}

#[tokio::test]
async fn a_budget_that_is_used_up_ends_in_quotes_and_a_plain_word() {
    let (clinic, alice) = stage().await;
    let server = saying().await;
    let mut settings = endpoint(&server, local("chat"));
    settings.max_tokens = 100;
    let limit = Limit { tokens: Some(1_500), cost: None };
    let allowance = Allowance { person_daily: limit, monthly: Limit::default() };
    let assistant = assistant(&clinic, vec![settings], allowance);
    let mut spent = 0;
    let told = loop {
        let answer = ask(&clinic, &assistant, &alice).await;
        match answer.provenance {
            Some(told) => spent += told.tokens_in + told.tokens_out,
            None => break answer,
        }
        assert_eq!(
            clinic.store.model_spending().today_of(alice.account).await.unwrap().tokens,
            spent,
            "what was counted is what the provider counted"
        );
    };
    assert!(spent > 0 && told.model == "extractive" && told.text == ABLATION, "{told:?}");
    assert!(told.notes.contains("budget"), "{told:?}");
    assert!(told.steps.contains("your budget for today is used up"), "{told:?}");
    let asked = server.asked().len();
    ask(&clinic, &assistant, &alice).await;
    assert_eq!(server.asked().len(), asked, "nothing is sent any more");
}

#[tokio::test]
async fn when_nothing_can_be_counted_nothing_is_asked() {
    let (clinic, alice) = stage().await;
    clinic.execute("alter table model_spending rename to elsewhere");
    let server = saying().await;
    let assistant = assistant(&clinic, vec![endpoint(&server, local("chat"))], Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert_eq!((answer.model.as_str(), server.received_bytes()), ("extractive", 0));
    assert!(answer.steps.contains("could not be counted"), "{answer:?}");
}

#[tokio::test]
async fn a_reader_who_goes_away_pays_for_what_came_and_stops_the_provider() {
    let (clinic, alice) = stage().await;
    let server =
        ChatServer::start(|_| Reply::FallSilent(vec![format!("{ABLATION} [1] And ")])).await.unwrap();
    let assistant = assistant(&clinic, vec![endpoint(&server, local("chat"))], Allowance::default());
    let conversation = clinic.store.conversations().create(alice.account, "Questions").await.unwrap();
    let mut stream = assistant.ask(&alice, conversation, QUESTION.to_owned()).await.unwrap();
    while !matches!(*stream.next().await.unwrap().unwrap(), AnswerPart::Sentence { .. }) {}
    drop(stream);
    tokio::time::timeout(PATIENCE, server.hung_up(1)).await.expect("the provider sees the client go");
    assistant.finish().await;
    let spent = clinic.store.model_spending().today_of(alice.account).await.unwrap();
    assert!(spent.tokens > 0 && spent.tokens < 1_024, "not what was set aside: {spent:?}");
    let kept = assistant.messages(&alice, conversation, &Page::first(10)).await.unwrap().unwrap();
    let record: TurnRecord = serde_json::from_value(kept.items[1].details.clone().unwrap()).unwrap();
    assert!(record.stopped && record.provenance.unwrap().adapter == "chat");
}

#[tokio::test]
async fn a_prompt_is_cut_to_what_the_model_reads_and_it_is_said() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    for number in 11_i64..20 {
        let text =
            format!("Ward {number} asks about apixaban after the ablation. {}", "Nothing else. ".repeat(40));
        clinic.document(number, &format!("/Clinic/{number}.txt"), &[&text], &[&alice]).await;
    }
    let server = saying().await;
    let narrow = OpenAiCompatibleSettings {
        context_tokens: Some(1_400),
        max_tokens: 200,
        ..endpoint(&server, local("narrow"))
    };
    let assistant = assistant(&clinic, vec![narrow], Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert!(answer.steps.contains("passages: the model reads 1400 tokens"), "{answer:?}");
    let sent = server.asked()[0].text();
    assert!(sent.len() < 1_200 * 3 && sent.matches("<source ").count() < 10, "{}", sent.len());
    let tiny = OpenAiCompatibleSettings { context_tokens: Some(200), ..endpoint(&server, local("tiny")) };
    server.forget();
    let assistant = self::assistant(&clinic, vec![tiny], Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert_eq!((answer.model.as_str(), server.received_bytes()), ("extractive", 0));
}

#[tokio::test]
async fn sentences_by_a_schema_are_held_to_the_same_rules() {
    let (clinic, alice) = stage().await;
    let server = ChatServer::start(|asked: &Asked| {
        assert!(asked.body.get("tools").is_none(), "no tool is ever offered");
        let answer = serde_json::json!({"sentences": [
            {"text": ABLATION, "sources": [1]},
            {"text": "The dose is 40 mg.", "sources": [1]},
            {"text": "See https://evil.example/x for more.", "sources": [1]},
            {"text": "It is restarted after six hours.", "sources": [9]},
        ]});
        Reply::in_pieces(&answer.to_string(), 11)
    });
    let server = server.await.unwrap();
    let mut settings = endpoint(&server, local("chat"));
    settings.capabilities = Capabilities { structured_output: true, ..Capabilities::default() };
    let assistant = assistant(&clinic, vec![settings], Allowance::default());
    let answer = ask(&clinic, &assistant, &alice).await;
    assert_eq!(answer.text, ABLATION);
    assert!(answer.steps.contains("wrote 1 sentences, withheld 3"), "{answer:?}");
    assert_eq!(
        clinic.store.model_spending().this_month().await.unwrap(),
        Amount {
            tokens: answer.provenance.as_ref().map(|told| told.tokens_in + told.tokens_out).unwrap(),
            cost: answer.provenance.map(|told| told.cost_micros).unwrap(),
        }
    );
}

#[tokio::test]
async fn a_tool_that_a_model_calls_by_itself_is_not_called() {
    let (clinic, alice) = stage().await;
    let event = |delta: serde_json::Value, finish: Option<&str>| {
        let choice = serde_json::json!({"index": 0, "delta": delta, "finish_reason": finish});
        format!("data: {}\n\n", serde_json::json!({"choices": [choice]}))
    };
    let call = serde_json::json!({"tool_calls": [{"index": 0, "id": "1", "type": "function",
        "function": {"name": "files_delete", "arguments": "{\"path\": \"/Clinic\"}"}}]});
    let said = serde_json::json!({"content": format!("{ABLATION} [1]")});
    let raw = format!(
        "{}{}{}data: [DONE]\n\n",
        event(call, None),
        event(said, None),
        event(serde_json::json!({}), Some("tool_calls"))
    );
    let server = ChatServer::start(move |asked: &Asked| {
        assert!(asked.body.get("tools").is_none(), "none was offered");
        Reply::Raw(raw.clone())
    });
    let server = server.await.unwrap();
    let mut settings = endpoint(&server, local("chat"));
    settings.capabilities = Capabilities { tools: true, ..Capabilities::default() };
    let assistant = assistant(&clinic, vec![settings], Allowance::default());
    let before = clinic.drain_jobs().await.len();
    let answer = ask(&clinic, &assistant, &alice).await;
    assistant.finish().await;
    assert_eq!((answer.text.as_str(), server.asked().len()), (ABLATION, 1));
    assert!(answer.provenance.unwrap().is_estimate, "this provider counts nothing");
    assert_eq!((clinic.drain_jobs().await.len(), before), (0, before), "nothing is to be done");
    assert_eq!(clinic.dump("remote_writes").lines().filter(|line| line.contains("Clinic")).count(), 0);
}
