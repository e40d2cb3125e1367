//! "Find this document": which ones fit, where they are and why, and an honest "not found".

use futures::StreamExt as _;
use voiceassist_assistant::{Filter, Wish};
use voiceassist_model::{AnswerPart, Citation, Outcome, Principal};

use crate::clinic::{Clinic, start_of_time};

/// What was told: remarks, and the lines with what each cites.
struct Told {
    notes: Vec<String>,
    lines: Vec<(String, Citation)>,
    outcome: Outcome,
    steps: Vec<String>,
}

async fn ask_within(clinic: &Clinic, person: &Principal, question: &str, filter: Filter) -> Told {
    let conversation = clinic.store.conversations().create(person.account, "Find").await.unwrap();
    let wish = Wish { filter, ..Wish::new(conversation, question) };
    let mut stream = clinic.assistant().ask_for(person, wish).await.unwrap();
    let mut told =
        Told { notes: Vec::new(), lines: Vec::new(), outcome: Outcome::NotFound, steps: Vec::new() };
    while let Some(part) = stream.next().await {
        match part.unwrap().into_inner() {
            AnswerPart::Note { text } => told.notes.push(text),
            AnswerPart::Sentence { text, mut citations } => told.lines.push((text, citations.remove(0))),
            AnswerPart::Done { outcome, steps, .. } => (told.outcome, told.steps) = (outcome, steps),
            _ => {}
        }
    }
    told
}

async fn ask(clinic: &Clinic, person: &Principal, question: &str) -> Told {
    ask_within(clinic, person, question, Filter::default()).await
}

fn names(told: &Told) -> Vec<&str> {
    told.lines.iter().map(|(_, citation)| citation.title.as_str()).collect()
}

/// Papers of a clinic, some of them older, all read by Alice; one by Bob alone.
async fn clinic() -> (Clinic, Principal, Principal) {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let day = |number: i64| start_of_time() + chrono::TimeDelta::days(number);
    for (file, days, text, mine) in [
        ((1, "/Clinic/Sepsis SOP.pdf", "application/pdf"), -40, "Lactate is measured within the hour.", true),
        ((2, "/Clinic/Echo.txt", "text/plain"), -3, "Dr. Anna Weber\nThe echo shows a normal valve.", true),
        ((3, "/Clinic/Holiday list.csv", "text/csv"), -2, "Weeks of summer and autumn.", true),
        (
            (4, "/Clinic/Anticoagulation.pdf", "application/pdf"),
            -35,
            "Anticoagulation is paused before an ablation.",
            true,
        ),
        (
            (5, "/Clinic/Anticoagulation old.pdf", "application/pdf"),
            -400,
            "Anticoagulation was bridged with heparin in those days.",
            true,
        ),
        (
            (6, "/Private/Sepsis of room 12.pdf", "application/pdf"),
            -1,
            "Sepsis of the patient in room 12.",
            false,
        ),
    ] {
        clinic.dated(file, day(days), text, &[if mine { &alice } else { &bob }]).await;
    }
    clinic.tell().await;
    (clinic, alice, bob)
}

#[tokio::test]
async fn a_file_is_found_by_its_name_and_nobody_elses_is_named() {
    let (clinic, alice, bob) = clinic().await;
    let told = ask(&clinic, &alice, "Where is the sepsis SOP?").await;
    assert_eq!(told.outcome, Outcome::Answered, "{:?}", told.notes);
    assert_eq!(names(&told), ["Sepsis SOP.pdf"]);
    let (line, citation) = &told.lines[0];
    assert_eq!(
        line,
        "\u{201c}Sepsis SOP.pdf\u{201d} in /Clinic, changed on 14 October 2026: its name has \u{201c}sepsis\u{201d}, \
         \u{201c}sop\u{201d}."
    );
    assert_eq!((citation.path.as_str(), citation.page), ("/Clinic/Sepsis SOP.pdf", 1));
    assert_eq!(citation.quote, "Lactate is measured within the hour.", "what is quoted stands there");
    assert!(told.steps.iter().any(|step| step.contains("by their names")), "{:?}", told.steps);
    let told = ask(&clinic, &bob, "Where is the sepsis SOP?").await;
    assert_eq!(names(&told), ["Sepsis of room 12.pdf"], "each has their own");
}

#[tokio::test]
async fn what_the_words_say_of_type_and_time_narrows_and_the_newer_comes_first() {
    let (clinic, alice, _) = clinic().await;
    let told = ask(&clinic, &alice, "Find the PDF on anticoagulation").await;
    assert_eq!(names(&told), ["Anticoagulation.pdf", "Anticoagulation old.pdf"]);
    let told = ask(&clinic, &alice, "Find the PDF on anticoagulation from last month").await;
    assert_eq!(names(&told), ["Anticoagulation.pdf"], "{:?}", told.notes);
    assert_eq!(told.notes[0], "One document fits:");
    let told = ask(&clinic, &alice, "Finde das PDF zur Anticoagulation vom letzten Monat").await;
    assert_eq!(names(&told), ["Anticoagulation.pdf"], "{:?}", told.notes);
    assert_eq!(told.notes[0], "Ein Dokument passt:");
}

/// A guess that leaves nothing is given up, and the answer says so; a filter that was said outright is not.
#[tokio::test]
async fn a_guess_is_loosened_and_a_filter_is_not() {
    let (clinic, alice, _) = clinic().await;
    let told = ask(&clinic, &alice, "Find the spreadsheet on anticoagulation").await;
    assert_eq!(names(&told), ["Anticoagulation.pdf", "Anticoagulation old.pdf"]);
    assert!(
        told.notes[0].contains("(sheet)") && told.notes[0].contains("Whatever their type"),
        "{:?}",
        told.notes
    );
    let sheets = Filter { types: vec!["sheet".into()], ..Filter::default() };
    let told = ask_within(&clinic, &alice, "Find the PDF on anticoagulation", sheets).await;
    assert_eq!((told.outcome, names(&told).len()), (Outcome::NotFound, 0), "{:?}", told.notes);
    let below = Filter { folder: Some("/Elsewhere".into()), ..Filter::default() };
    let told = ask_within(&clinic, &alice, "Where is the sepsis SOP?", below).await;
    assert_eq!(told.outcome, Outcome::NotFound);
    assert!(told.notes[0].contains("below /Elsewhere"), "{:?}", told.notes);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_what_to_do_next_is_said() {
    let (clinic, alice, _) = clinic().await;
    clinic.file(90, "/Clinic/New.pdf", &[&alice]).await;
    let told = ask(&clinic, &alice, "Where is the glaucoma leaflet?").await;
    assert_eq!((told.outcome, told.lines.len()), (Outcome::NotFound, 0), "{:?}", told.lines);
    assert!(told.notes[0].contains("glaucoma, leaflet"), "{:?}", told.notes);
    assert!(told.notes[0].contains("1 of your files are not wholly read yet"), "{:?}", told.notes);
    let told = ask(&clinic, &alice, "Wo ist das Merkblatt zum Glaukom?").await;
    assert_eq!(told.outcome, Outcome::NotFound);
    assert!(
        told.notes[0].starts_with("In allen Quellen wurde kein solches Dokument gefunden"),
        "{:?}",
        told.notes
    );
}
