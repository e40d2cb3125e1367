//! "What does the SOP say about the patient I see on Thursday at 10?"
//!
//! The question is for documents; what it is about is told by an appointment of the asker. The appointment is read from the
//! calendars as any question about the day is, shown with its link, and what it is called takes the place of the words that
//! pointed at it. Nothing is guessed: without an appointment at that time the answer says so and no document is asked.

use voiceassist_model::Outcome;
use voiceassist_store::Page;
use voiceassist_store::collections::CollectionClass;

use super::phrases::Line;
use super::saying::Voice;
use super::{Answer, Asking, Desk, OwnError, agenda};
use crate::diary::{AgendaRequest, Diary};
use crate::intent::{self, Intent};
use crate::when::{self, Direction, OneOrTwo, Standpoint};

/// Appointments that are shown.
const SHOWN: u32 = 3;
/// Who sees somebody.
const ASKER: &[&str] = &["i", "we", "i'm", "ich", "wir"];
/// How one sees somebody.
const SEEING: &[&str] = &[
    "see", "seeing", "meet", "meeting", "have", "sehe", "sehen", "treffe", "treffen", "habe", "haben",
    "empfange",
];
/// Who or what is seen.
const SEEN: &[&str] = &[
    "patient", "patients", "patientin", "patienten", "case", "fall", "person", "one", "woman", "man",
    "child", "appointment", "meeting", "termin", "besprechung", "whom", "who",
];
/// What leads to it.
const ABOUT: &[&str] = &[
    "about", "for", "on", "with", "regarding", "to", "zu", "zum", "zur", "\u{fc}ber", "f\u{fc}r", "bei",
    "mit",
];

/// A question for documents that is about an appointment.
pub(super) struct Reference {
    /// The question up to what it is about.
    head: String,
}

/// The reference of a question, if it has one.
pub(super) fn read(text: &str) -> Option<Reference> {
    let line = Line::of(text);
    let asker = line.words.iter().rposition(|word| word.is(ASKER))?;
    let is_seeing =
        line.words.iter().skip(asker + 1).any(|word| word.is(SEEING)) || line.words.get(asker)?.low == "i'm";
    let before = line.words.get(..asker)?;
    let about = before.iter().rposition(|word| word.is(ABOUT))?;
    let is_seen = before.get(about..)?.iter().any(|word| word.is(SEEN));
    let is_open = intent::is_german(text) || before.len() - about <= 5;
    if !(is_seeing && is_seen && is_open) {
        return None;
    }
    let head: Vec<&str> = before.get(..=about)?.iter().map(|word| word.own.as_str()).collect();
    let head = head.join(" ");
    let asks = intent::kind(&head);
    matches!(asks, Intent::SearchDocuments | Intent::MedicalQuestion | Intent::FindDocument)
        .then_some(Reference { head })
}

/// The appointment, and the question with its name in it.
pub(super) async fn answer(asking: &Asking<'_>, reference: &Reference) -> Result<Answer, OwnError> {
    let diary = Diary::of(asking.store, asking.account);
    let zone = diary.zone_of(asking.zone).await?;
    let voice = Voice { german: asking.german, zone: zone.clone(), now: asking.store.clock().now() };
    let desk = Desk { store: asking.store, account: asking.account, diary, voice, text: asking.text };
    let standpoint = Standpoint { now: desk.voice.now, zone, looks: Direction::Ahead };
    let mut answer = Answer::default();
    answer.steps.push("asked the mirror: the appointment that is meant".to_owned());
    let when = match when::read(asking.text, &standpoint).map(|said| said.when) {
        Some(OneOrTwo::One(when)) => when,
        Some(OneOrTwo::Two(_)) | None => {
            answer.outcome = Some(Outcome::NotFound);
            answer.note(desk.voice.say(
                "Say when the appointment is, such as Thursday at 10, so that it is known what is meant.",
                "Sagen Sie, wann der Termin ist, etwa Donnerstag um 10, damit klar ist, was gemeint ist.",
            ));
            return Ok(answer);
        }
    };
    for remark in desk.voice.remarks(&when) {
        answer.note(remark);
    }
    let request = AgendaRequest {
        from: when.from,
        to: when.to,
        zone: desk.voice.zone.clone(),
        calendar: None,
        query: None,
    };
    let agenda = desk.diary.agenda(&request, &Page::first(SHOWN)).await?;
    let found: Vec<_> = agenda.appointments.items.into_iter().filter(|one| !one.cancelled).collect();
    let Some(first) = found.first() else {
        let looked = desk.looked_at(CollectionClass::Calendar).await?;
        let span = desk.voice.within(&when);
        answer.outcome = Some(Outcome::NotFound);
        answer.note(if desk.voice.german {
            format!("In den Kalendern steht dann nichts ({span}), darum ist nicht klar, was gemeint ist.")
        } else {
            format!("There is nothing in your calendars then ({span}), so it is not known what is meant.")
        });
        desk.say_looked(&mut answer, &looked, true);
        return Ok(answer);
    };
    for one in &found {
        let start = desk.voice.moment(one.start.to_utc());
        let name = desk.voice.quoted(&one.summary);
        answer.fact(format!("{start}: {name} ({}).", one.calendar_name), agenda::cited(one));
    }
    answer.documents = Some(format!("{} {}", reference.head, first.summary));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_question_for_documents_may_point_at_an_appointment() {
        for (text, head) in [
            ("What does the SOP say about the patient I see Thursday at 10?", "What does the SOP say about"),
            (
                "What do our guidelines say about the case I have tomorrow?",
                "What do our guidelines say about",
            ),
            (
                "Was sagt die Leitlinie zu der Patientin, die ich am Donnerstag um 10 sehe?",
                "Was sagt die Leitlinie zu",
            ),
        ] {
            assert_eq!(read(text).map(|reference| reference.head).as_deref(), Some(head), "{text}");
        }
        for text in [
            "What do I have on Thursday?",
            "Which patients do I see on Thursday?",
            "What dose of apixaban should I give to a patient with renal failure?",
            "When can I restart apixaban after ablation?",
            "How do I treat sepsis?",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
