//! What a conversation adds to a question: asked back once, completed, taken apart, and said where documents differ.

use std::sync::Arc;

use futures::StreamExt as _;
use voiceassist_assistant::{Assistant, Depth, Filter, RefuseStale, Settings, TurnRecord, Wish};
use voiceassist_model::{AnswerPart, Citation, Clarification, ConversationId, Outcome, Principal};
use voiceassist_store::Page;

use crate::clinic::Clinic;

const ABLATION: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const CHRONIC: &str =
    "Chronic kidney disease is managed with an ACE inhibitor and a blood pressure below 130 mmHg.";
const ACUTE: &str = "Acute kidney injury is managed by stopping nephrotoxic drugs and giving fluids.";

#[derive(Default)]
struct Answer {
    text: String,
    citations: Vec<Citation>,
    notes: Vec<String>,
    asked: Option<Clarification>,
    outcome: Option<Outcome>,
    steps: Vec<String>,
}

impl Answer {
    fn took(&self, step: &str) -> bool {
        self.steps.iter().any(|taken| taken.contains(step))
    }
}

async fn ask_deeply(
    assistant: &Assistant,
    asker: &Principal,
    conversation: ConversationId,
    question: &str,
    depth: Depth,
) -> Answer {
    wish(assistant, asker, Wish { depth, ..Wish::new(conversation, question) }).await
}

async fn wish(assistant: &Assistant, asker: &Principal, wish: Wish) -> Answer {
    let mut stream = assistant.ask_for(asker, wish).await.unwrap();
    let mut answer = Answer::default();
    while let Some(part) = stream.next().await {
        match part.unwrap().into_inner() {
            AnswerPart::Sentence { text, citations } => {
                answer.text.push_str(&text);
                answer.text.push(' ');
                answer.citations.extend(citations);
            }
            AnswerPart::Note { text } | AnswerPart::Fact { text, .. } => answer.notes.push(text),
            AnswerPart::Clarification { clarification } => answer.asked = Some(*clarification),
            AnswerPart::Done { outcome, steps, .. } => {
                (answer.outcome, answer.steps) = (Some(outcome), steps);
            }
            AnswerPart::Sources { .. } | AnswerPart::Calculation { .. } | AnswerPart::Provenance { .. } => {}
        }
    }
    answer
}

async fn ask(
    assistant: &Assistant,
    asker: &Principal,
    conversation: ConversationId,
    question: &str,
) -> Answer {
    ask_deeply(assistant, asker, conversation, question, Depth::Standard).await
}

async fn conversation(clinic: &Clinic, owner: &Principal) -> ConversationId {
    clinic.store.conversations().create(owner.account, "Questions").await.unwrap()
}

#[tokio::test]
async fn a_wide_question_is_asked_back_once_with_choices_and_the_reply_completes_it() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let chronic = clinic.document(10, "/Clinic/Chronic.txt", &[CHRONIC], &[&alice]).await;
    clinic.document(11, "/Clinic/Acute.txt", &[ACUTE], &[&alice]).await;
    let (assistant, conversation) = (clinic.assistant(), conversation(&clinic, &alice).await);

    let first = ask(&assistant, &alice, conversation, "Kidney disease management").await;
    let asked = first.asked.clone().expect("something is asked back");
    assert_eq!(first.outcome, Some(Outcome::Clarify));
    assert!(first.citations.is_empty() && first.text.is_empty(), "nothing is answered yet");
    assert_eq!(first.notes, std::slice::from_ref(&asked.question), "one question");
    assert!(asked.options.contains(&"chronic kidney disease".to_owned()) && asked.missing == ["condition"]);
    let kept = assistant.messages(&alice, conversation, &Page::first(10)).await.unwrap().unwrap();
    assert_eq!(
        kept.items[1].text(),
        asked.question,
        "what was asked is there when the conversation is opened again"
    );
    let record: TurnRecord = serde_json::from_value(kept.items[1].details.clone().unwrap()).unwrap();
    assert_eq!(record.clarification, Some(asked));

    let second = ask(&assistant, &alice, conversation, "Chronic kidney disease").await;
    assert_eq!(second.outcome, Some(Outcome::Answered), "{:?}", second.steps);
    assert_eq!(second.citations[0].document, chronic, "{}", second.text);
    assert!(second.took("completed by the reply") && second.took("understood as"), "{:?}", second.steps);
}

#[tokio::test]
async fn what_stays_open_after_the_reply_is_assumed_and_said_and_not_asked_again() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Clinic/Chronic.txt", &[CHRONIC], &[&alice]).await;
    let (assistant, conversation) = (clinic.assistant(), conversation(&clinic, &alice).await);
    ask(&assistant, &alice, conversation, "How is kidney disease managed?").await;
    let second = ask(&assistant, &alice, conversation, "no idea").await;
    assert!(second.asked.is_none() && second.outcome != Some(Outcome::Clarify));
    assert!(second.notes.iter().any(|note| note.starts_with("Assumed")), "{:?}", second.notes);
    // A third question is a new one.
    let third = ask(&assistant, &alice, conversation, "What is the dose?").await;
    assert_eq!(third.outcome, Some(Outcome::Clarify));
}

#[tokio::test]
async fn a_new_question_instead_of_the_reply_is_a_new_question() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let (assistant, conversation) = (clinic.assistant(), conversation(&clinic, &alice).await);
    ask(&assistant, &alice, conversation, "How is kidney disease managed?").await;
    let next = ask(&assistant, &alice, conversation, "When is apixaban restarted after the ablation?").await;
    assert_eq!(next.outcome, Some(Outcome::Answered));
    assert!(!next.took("completed"), "{:?}", next.steps);
}

#[tokio::test]
async fn nothing_is_asked_back_that_a_chosen_file_settles() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let dose = "The starting dose is 5 mg twice daily.";
    let chosen = clinic.document(10, "/Clinic/Apixaban.txt", &[ABLATION, dose], &[&alice]).await;
    clinic.document(11, "/Clinic/Dabigatran.txt", &["The dose is 110 mg twice daily."], &[&alice]).await;
    let (assistant, conversation) = (clinic.assistant(), conversation(&clinic, &alice).await);
    let question = "What does this say about the dose?";
    let anywhere = ask(&assistant, &alice, conversation, question).await;
    assert_eq!(anywhere.outcome, Some(Outcome::Clarify), "of which drug is open where no file is chosen");

    let of_file = |files: Vec<u64>, question: &str, conversation| Wish {
        filter: Filter { files, ..Filter::default() },
        ..Wish::new(conversation, question)
    };
    let conversation = self::conversation(&clinic, &alice).await;
    let told = wish(&assistant, &alice, of_file(vec![10], question, conversation)).await;
    assert_eq!(told.outcome, Some(Outcome::Answered), "{:?}", told.steps);
    assert!(told.text.contains("5 mg twice daily") && told.asked.is_none(), "{}", told.text);
    assert!(told.citations.iter().all(|cited| cited.document == chosen));
    assert!(told.notes.is_empty(), "nothing is assumed: {:?}", told.notes);

    let conversation = self::conversation(&clinic, &alice).await;
    let two = wish(&assistant, &alice, of_file(vec![10, 11], question, conversation)).await;
    assert_eq!(two.outcome, Some(Outcome::Clarify), "two files may be about two drugs");
    let conversation = self::conversation(&clinic, &alice).await;
    let score = wish(&assistant, &alice, of_file(vec![10], "Calculate the score", conversation)).await;
    assert_eq!(score.outcome, Some(Outcome::Clarify), "which score is nothing that a file settles");
}

#[tokio::test]
async fn a_question_that_leans_on_an_earlier_one_is_completed_by_it() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let renal = "In renal failure apixaban is reduced to 2.5 mg twice daily.";
    clinic.document(10, "/Clinic/Ablation.txt", &[ABLATION], &[&alice]).await;
    let document = clinic.document(11, "/Clinic/Renal.txt", &[renal], &[&alice]).await;
    let (assistant, conversation) = (clinic.assistant(), conversation(&clinic, &alice).await);
    ask(&assistant, &alice, conversation, "When is apixaban restarted after the ablation?").await;
    let follow_up = ask(&assistant, &alice, conversation, "And in renal failure?").await;
    assert!(follow_up.citations.iter().any(|cited| cited.document == document), "{}", follow_up.text);
    assert!(follow_up.took("completed by what was asked before"));
    let alone =
        ask(&assistant, &alice, self::conversation(&clinic, &alice).await, "And in renal failure?").await;
    assert_eq!(alone.outcome, Some(Outcome::Clarify), "in a conversation of its own it leans on nothing");
}

#[tokio::test]
async fn a_comparison_is_answered_from_both_sides_and_a_side_that_is_missing_is_named() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let texts =
        ["Apixaban is stopped 48 hours before surgery.", "Dabigatran is stopped 72 hours before surgery."];
    clinic.document(10, "/Clinic/Xa.txt", &texts[..1], &[&alice]).await;
    clinic.document(11, "/Clinic/IIa.txt", &texts[1..], &[&alice]).await;
    let assistant = clinic.assistant();
    let both = ask(
        &assistant,
        &alice,
        conversation(&clinic, &alice).await,
        "Compare apixaban and dabigatran before surgery",
    )
    .await;
    assert!(both.text.contains(texts[0]) && both.text.contains(texts[1]), "{}", both.text);
    assert!(both.took("looked for in 2 parts"));
    let numbers: Vec<u32> = both.citations.iter().map(|citation| citation.number).collect();
    assert!(numbers.contains(&1) && numbers.contains(&2), "{numbers:?}");

    let half = ask(
        &assistant,
        &alice,
        conversation(&clinic, &alice).await,
        "Compare apixaban and insulin before surgery",
    )
    .await;
    assert!(half.text.contains(texts[0]), "{}", half.text);
    let note = half.notes.iter().find(|note| note.contains("part of an answer"));
    assert!(note.is_some_and(|note| note.contains("insulin")), "{:?} {}", half.notes, half.text);

    let settings = Settings { decompose: false, ..Settings::default() };
    let whole = clinic.assistant_with(Arc::new(RefuseStale), None, settings);
    let whole = ask(
        &whole,
        &alice,
        conversation(&clinic, &alice).await,
        "Compare apixaban and dabigatran before surgery",
    )
    .await;
    assert!(!whole.took("parts"), "switched off, nothing is taken apart");
}

#[tokio::test]
async fn what_is_only_described_is_looked_up_first() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let gene = "Mutations in the QRX7 gene cause Merowinger dystrophy.";
    let rate = "Merowinger dystrophy affects one in 40,000 people.";
    clinic.document(10, "/Genes/QRX7.txt", &[gene], &[&alice]).await;
    let second = clinic.document(11, "/Diseases/Dystrophy.txt", &[rate], &[&alice]).await;
    for number in 0..30_u8 {
        let other = format!(
            "Illness number {number} affects many people who are affected by it in one way of {number}."
        );
        clinic
            .document(100 + i64::from(number), &format!("/Other/{number}.txt"), &[other.as_str()], &[&alice])
            .await;
    }
    let question = "How many people are affected by the disease that QRX7 mutations lead to?";
    let settings = Settings { answer_passages: 6, ..Settings::default() };
    let assistant = clinic.assistant_with(Arc::new(RefuseStale), None, settings.clone());
    let answer = ask(&assistant, &alice, conversation(&clinic, &alice).await, question).await;
    assert!(answer.took("looked again with what was found"), "{:?}", answer.steps);
    assert!(answer.citations.iter().any(|cited| cited.document == second), "{}", answer.text);

    let settings = Settings { multi_hop: false, ..settings };
    let assistant = clinic.assistant_with(Arc::new(RefuseStale), None, settings);
    let answer = ask(&assistant, &alice, conversation(&clinic, &alice).await, question).await;
    assert!(!answer.took("looked again") && answer.citations.iter().all(|cited| cited.document != second));
}

#[tokio::test]
async fn documents_that_differ_are_told_beside_the_answer_with_both_cited() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let old = "Apixaban is restarted twelve hours after the ablation.";
    let first = clinic.document(10, "/Clinic/Ablation 2021.txt", &[old], &[&alice]).await;
    let second = clinic.document(11, "/Clinic/Ablation 2024.txt", &[ABLATION], &[&alice]).await;
    let assistant = clinic.assistant();
    let answer = ask(
        &assistant,
        &alice,
        conversation(&clinic, &alice).await,
        "When is apixaban restarted after the ablation?",
    )
    .await;
    assert!(
        answer.text.contains("The documents differ")
            && answer.text.contains("“Ablation 2024.txt” is the newer version"),
        "{}",
        answer.text
    );
    for document in [first, second] {
        assert!(answer.citations.iter().any(|cited| cited.document == document));
    }
}

#[tokio::test]
async fn a_brief_answer_says_less_than_a_detailed_one() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let text = "Sepsis is treated with antibiotics within one hour. In sepsis lactate is measured twice. Sepsis needs 30 ml/kg of \
                fluid. Blood cultures are taken in sepsis before antibiotics. Sepsis is reviewed daily by the ward round. Sepsis \
                with shock is treated in intensive care.";
    clinic.document(10, "/Clinic/Sepsis.txt", &[text], &[&alice]).await;
    let assistant = clinic.assistant();
    let mut said = Vec::new();
    for depth in [Depth::Brief, Depth::Detailed] {
        let conversation = conversation(&clinic, &alice).await;
        let answer = ask_deeply(&assistant, &alice, conversation, "What is done in sepsis?", depth).await;
        said.push(answer.citations.len());
    }
    assert!(said[0] <= 2 && said[0] < said[1], "{said:?}");
}

#[tokio::test]
async fn a_greeting_is_returned_without_a_search() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let answer = ask(&clinic.assistant(), &alice, conversation(&clinic, &alice).await, "Good morning!").await;
    assert_eq!((answer.outcome, answer.notes.len(), answer.citations.len()), (Some(Outcome::Answered), 1, 0));
    assert!(!answer.took("searched"));
}
