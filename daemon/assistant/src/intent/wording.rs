//! The one question that is asked back, and what is assumed when it stays unanswered.

use super::words::Words;
use super::{Asked, Doubt, Intent, Slot};

/// The question for what is open, in the language of what was asked.
pub(super) fn ask(intent: Intent, doubt: &Doubt, words: &Words) -> Asked {
    let about = doubt.about.as_deref().unwrap_or_default();
    let stem = if words.is_german {
        german(intent, &doubt.missing, about)
    } else {
        english(intent, &doubt.missing, about)
    };
    let options =
        if doubt.options.is_empty() { usual(&doubt.missing, words.is_german) } else { doubt.options.clone() };
    let question = if options.is_empty() {
        format!("{stem}?")
    } else {
        format!("{stem}: {}?", listed(&options, words.is_german))
    };
    Asked { question, options }
}

fn english(intent: Intent, missing: &[Slot], about: &str) -> String {
    match missing {
        [Slot::Condition, Slot::Population] => {
            format!("For which condition and patient is the dose of {about} meant")
        }
        [Slot::Condition, Slot::PatientParameter] => {
            format!("For which condition or situation is {about} considered")
        }
        [Slot::Drug, Slot::Condition] => "Which drug is it, and for which condition".to_owned(),
        [Slot::Drug] => "Which drug do you mean".to_owned(),
        [Slot::Condition] if about.is_empty() => "Which condition do you mean".to_owned(),
        [Slot::Condition] => format!("Which kind of {about} do you mean"),
        [Slot::PatientParameter] => "What is known of the patient that matters here".to_owned(),
        [Slot::Comparison] => format!("What should {about} be compared with"),
        [Slot::Meaning] => format!("What does {about} stand for here"),
        [Slot::Aspect] => format!("What would you like to know about {about}"),
        [Slot::Score] => "Which score or formula do you mean".to_owned(),
        [Slot::ScoreInputs] => format!("Which values of the patient should {about} be computed from"),
        [Slot::Person, Slot::Date] => "With whom, and on which day and time".to_owned(),
        [Slot::Topic, Slot::Date] => "Of what should you be reminded, and when".to_owned(),
        [Slot::Person, Slot::Message] => "To whom, and what should it say".to_owned(),
        [Slot::Message] if intent == Intent::Mail => "Which message, or what should it say".to_owned(),
        [Slot::Person] => "Which person do you mean".to_owned(),
        [Slot::Date] => "Which day and time do you mean".to_owned(),
        [Slot::Event] => "Which appointment do you mean".to_owned(),
        [Slot::Document, ..] => "Which document or topic do you mean".to_owned(),
        _ => "What is your question about".to_owned(),
    }
}

fn german(intent: Intent, missing: &[Slot], about: &str) -> String {
    match missing {
        [Slot::Condition, Slot::Population] => {
            format!("Für welche Erkrankung und wen ist die Dosis von {about} gemeint")
        }
        [Slot::Condition, Slot::PatientParameter] => {
            format!("Um welche Erkrankung oder Situation geht es bei {about}")
        }
        [Slot::Drug, Slot::Condition] => {
            "Um welches Medikament geht es, und für welche Erkrankung".to_owned()
        }
        [Slot::Drug] => "Welches Medikament ist gemeint".to_owned(),
        [Slot::Condition] if about.is_empty() => "Welche Erkrankung ist gemeint".to_owned(),
        [Slot::Condition] => format!("Was ist mit {about} genau gemeint"),
        [Slot::PatientParameter] => "Was ist über die Patientin oder den Patienten bekannt".to_owned(),
        [Slot::Comparison] => format!("Womit soll {about} verglichen werden"),
        [Slot::Meaning] => format!("Wofür steht {about} hier"),
        [Slot::Aspect] => format!("Was möchten Sie über {about} wissen"),
        [Slot::Score] => "Welcher Score oder welche Formel ist gemeint".to_owned(),
        [Slot::ScoreInputs] => format!("Mit welchen Werten soll {about} berechnet werden"),
        [Slot::Person, Slot::Date] => "Mit wem, und an welchem Tag zu welcher Zeit".to_owned(),
        [Slot::Topic, Slot::Date] => "Woran soll erinnert werden, und wann".to_owned(),
        [Slot::Person, Slot::Message] => "An wen, und was soll darin stehen".to_owned(),
        [Slot::Message] if intent == Intent::Mail => {
            "Welche Nachricht, oder was soll darin stehen".to_owned()
        }
        [Slot::Person] => "Welche Person ist gemeint".to_owned(),
        [Slot::Date] => "Welcher Tag und welche Zeit sind gemeint".to_owned(),
        [Slot::Event] => "Welcher Termin ist gemeint".to_owned(),
        [Slot::Document, ..] => "Welches Dokument oder Thema ist gemeint".to_owned(),
        _ => "Worum geht es bei der Frage".to_owned(),
    }
}

/// Choices where neither the question nor a list has any.
fn usual(missing: &[Slot], german: bool) -> Vec<String> {
    let choices: &[&str] = match (missing.first(), german) {
        (Some(Slot::Topic), false) if missing.len() == 1 => {
            &["a drug", "a disease", "a procedure", "one of our documents"]
        }
        (Some(Slot::Topic), true) if missing.len() == 1 => {
            &["ein Medikament", "eine Erkrankung", "ein Eingriff", "eines unserer Dokumente"]
        }
        (Some(Slot::PatientParameter), false) => {
            &["age and sex", "kidney function", "diagnoses", "current medication"]
        }
        (Some(Slot::PatientParameter), true) => {
            &["Alter und Geschlecht", "Nierenfunktion", "Diagnosen", "aktuelle Medikation"]
        }
        (Some(Slot::Date), false) => &["today", "tomorrow", "this week", "next week"],
        (Some(Slot::Date), true) => &["heute", "morgen", "diese Woche", "nächste Woche"],
        (Some(Slot::Event), false) => &["the next one", "today's", "tomorrow's"],
        (Some(Slot::Event), true) => &["der nächste", "der von heute", "der von morgen"],
        _ => &[],
    };
    choices.iter().map(|choice| (*choice).to_owned()).collect()
}

/// "a, b, c or d".
fn listed(options: &[String], german: bool) -> String {
    let or = if german { "oder" } else { "or" };
    match options {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {or} {last}", first.join(", ")),
    }
}

/// What is assumed when nobody says.
pub(super) fn assumption(german: bool, missing: &[Slot]) -> String {
    let what = match (missing.first(), german) {
        (Some(Slot::Condition | Slot::Population | Slot::PatientParameter), false) => {
            "whatever our documents say in general, for an adult with normal organ function"
        }
        (Some(Slot::Condition | Slot::Population | Slot::PatientParameter), true) => {
            "was die Dokumente allgemein sagen, für Erwachsene mit normaler Organfunktion"
        }
        (Some(Slot::Aspect), false) => "an overview is wanted",
        (Some(Slot::Aspect), true) => "ein Überblick ist gewünscht",
        (Some(Slot::Meaning), false) => "the reading that our documents use",
        (Some(Slot::Meaning), true) => "die Bedeutung, die die Dokumente verwenden",
        (_, false) => "the words are meant as they stand, and nothing was said before that completes them",
        (_, true) => "die Worte sind gemeint, wie sie da stehen",
    };
    if german {
        format!("Angenommen wird: {what}.")
    } else {
        format!("Assumed, because it stayed open: {what}.")
    }
}
