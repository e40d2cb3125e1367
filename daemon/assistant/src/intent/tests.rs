//! What is asked back about, and what is not, on the labelled set of this crate and in single cases.

use super::{Intent, Slot, read};

const LABELLED: &str = include_str!("../../vocabulary/labelled.jsonl");

#[derive(serde::Deserialize)]
struct Labelled {
    text: String,
    #[serde(default)]
    history: Vec<String>,
    ambiguous: bool,
    #[serde(default)]
    intent: Option<Intent>,
}

#[test]
fn the_labelled_questions_are_read_as_labelled_nine_times_in_ten() {
    let lines: Vec<Labelled> = LABELLED.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (mut right, mut all) = ([0_u32; 2], [0_u32; 2]);
    let mut wrong = Vec::new();
    let (mut intents, mut right_intents) = (0_u32, 0_u32);
    for line in &lines {
        let reading = read(&line.text, &line.history);
        let kind = usize::from(line.ambiguous);
        all[kind] += 1;
        if reading.is_ambiguous() == line.ambiguous {
            right[kind] += 1;
        } else {
            wrong.push(format!("{} [{}]", line.text, if line.ambiguous { "ambiguous" } else { "clear" }));
        }
        if let Some(intent) = line.intent {
            intents += 1;
            right_intents += u32::from(intent == reading.intent);
        }
    }
    let share = |kind: usize| f64::from(right[kind]) / f64::from(all[kind]);
    assert!(all[0] >= 100 && all[1] >= 100, "the set has both kinds");
    assert!(
        share(0) >= 0.95 && share(1) >= 0.95,
        "clear {:.3}, ambiguous {:.3}: {wrong:#?}",
        share(0),
        share(1)
    );
    assert!(f64::from(right_intents) >= 0.9 * f64::from(intents), "{right_intents} of {intents} intents");
}

#[test]
fn a_wide_disease_is_asked_about_with_its_kinds_and_a_named_kind_is_not() {
    let reading = read::<&str>("Search UpToDate for kidney disease management", &[]);
    let asked = reading.asked.unwrap();
    assert_eq!(reading.missing, [Slot::Condition]);
    assert!(asked.options.iter().any(|option| option == "chronic kidney disease"), "{asked:?}");
    assert_eq!(asked.question.matches('?').count(), 1, "exactly one question");
    assert!(!read::<&str>("Search UpToDate for chronic kidney disease management", &[]).is_ambiguous());
}

#[test]
fn what_was_asked_before_completes_a_question_that_leans_on_it() {
    let before = ["What is the dose of apixaban in atrial fibrillation?"];
    let reading = read("And in renal failure?", &before);
    assert!(!reading.is_ambiguous(), "{reading:?}");
    let completed = reading.completed.unwrap();
    assert!(completed.contains("apixaban") && completed.contains("renal failure"), "{completed}");
    assert!(read::<&str>("And in renal failure?", &[]).is_ambiguous());
    assert!(read("And in renal failure?", &["Thank you!"]).is_ambiguous(), "politeness is no topic");
    let other = read("What about rivaroxaban?", &before).completed.unwrap();
    assert!(other.contains("rivaroxaban") && !other.contains("apixaban"), "{other}");
}

#[test]
fn a_question_is_asked_back_in_its_own_language() {
    let asked = read::<&str>("Wie hoch ist die Dosis von Enoxaparin?", &[]).asked.unwrap();
    assert!(asked.question.starts_with("Für welche Erkrankung"), "{asked:?}");
}

fn check(text: &str, is_ambiguous: bool) {
    let reading = read::<&str>(text, &[]);
    assert_eq!(reading.is_ambiguous(), is_ambiguous, "{text}: {reading:?}");
}

#[test]
fn a_target_is_asked_about_unless_somebody_or_something_is_named() {
    for text in [
        "What's the target for blood pressure?",
        "What is the target INR?",
        "HbA1c goal",
        "Welcher Zielwert gilt für den Blutdruck?",
    ] {
        check(text, true);
    }
    for text in [
        "What is the blood pressure target in diabetes?",
        "What is the target heart rate in atrial fibrillation?",
        "What is the target LDL after myocardial infarction?",
        "blood sugar target in pregnancy",
        "What is the target oxygen saturation in COPD?",
        "How is blood pressure measured?",
    ] {
        check(text, false);
    }
}

#[test]
fn how_a_disease_of_many_kinds_ends_is_asked_about_with_its_kinds() {
    for text in ["leukemia prognosis", "What is the prognosis of lymphoma?", "cancer survival"] {
        check(text, true);
    }
    for text in [
        "prognosis of acute myeloid leukemia",
        "What is the prognosis of pancreatic cancer?",
        "What is lymphoma?",
        "What are the symptoms of leukemia?",
    ] {
        check(text, false);
    }
}

#[test]
fn what_prevents_needs_a_kind_of_person_and_no_disease() {
    for text in [
        "Which vaccines are recommended for adults over 65?",
        "Which vaccines are recommended in pregnancy?",
        "Which screening is recommended for women aged 50?",
    ] {
        check(text, false);
    }
    check("Which antibiotics should I give a child?", true);
}

#[test]
fn who_says_that_nothing_more_is_wanted_is_not_asked_anything() {
    for text in [
        "thanks, that is all",
        "ok thank you, nothing else",
        "Great, no more questions",
        "That's all for today",
        "Danke, das war alles",
        "Nein danke, keine weiteren Fragen",
    ] {
        let reading = read::<&str>(text, &[]);
        assert_eq!(
            (reading.intent, reading.is_ambiguous()),
            (Intent::SmallTalk, false),
            "{text}: {reading:?}"
        );
    }
    assert_ne!(read::<&str>("Is that all that helps against gout?", &[]).intent, Intent::SmallTalk);
}

#[test]
fn danger_is_never_asked_back_about() {
    for text in
        ["Help, he is not breathing!", "My patient just collapsed and has no pulse", "Sie atmet nicht mehr"]
    {
        let reading = read::<&str>(text, &[]);
        assert_eq!((reading.intent, reading.is_ambiguous()), (Intent::Emergency, false), "{text}");
    }
}

#[test]
fn any_text_is_read_without_a_panic() {
    for text in [
        "",
        "?",
        "   ",
        "\u{0}",
        "ß",
        "🩺🩺",
        "(((",
        "a".repeat(10_000).as_str(),
        "…",
        "ﬁ ﬂ",
        "It’s",
        "K⁺ 5.8?",
        "𝓐 b",
    ] {
        let _ = read(text, &["", "?", text]);
    }
}
