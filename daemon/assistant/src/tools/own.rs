//! What a person asks of their own day: appointments, free time, tasks, people and mail, answered exactly from their mirror.
//!
//! ```text
//! words ─▶ a wish (rules over words, English and German; what is not one is left to the documents) ─▶ completed by the turn before
//!       ("and on Friday?", "what is her number?") ─▶ asked of diary, people and mailbox ─▶ sentences, each with the item it was read from
//! ```
//!
//! No model takes part and nothing is guessed: a time says its zone, a list its limit, an empty answer what was looked at and when,
//! and of two people who match one is asked for. What the next turn needs travels sealed in the record of this one, so a restart
//! changes nothing. A wish that is only likely ("who is Virchow") is answered when the mirror knows something, and left alone when not.

mod agenda;
mod free;
mod looked;
mod mail;
mod next;
mod person;
mod phrases;
mod referred;
mod reply;
mod saying;
mod tasks;
mod wish;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use voiceassist_model::{
    AccountId, AnswerPart, Clarification, Confidence, ItemCitation, Outcome, Sensitivity,
};
use voiceassist_store::{Store, StoreError};

use crate::diary::{Diary, DiaryError, Zone};
use crate::intent::Intent;
use crate::mailbox::MailboxError;
use crate::people::PeopleError;
pub(crate) use saying::Voice;
pub(crate) use wish::Wish;

/// Items of one answer; of more only how many there are is said.
const MAX_SHOWN: usize = 10;
/// Choices of one question asked back.
const MAX_OPTIONS: usize = 6;
/// Turns after which somebody who was spoken of is no longer meant by "she".
const REMEMBERED: u8 = 3;
/// What made such an answer.
const MADE_BY: &str = "mirror";

/// What the next turn needs of this one. It is sealed with the record.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    /// What was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wish: Option<Wish>,
    /// Who was spoken of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<Somebody>,
    /// What was asked back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) open: Option<Open>,
    /// How many turns ago.
    #[serde(default)]
    pub(crate) age: u8,
}

/// Whether there is one, without a word of it.
impl std::fmt::Debug for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Talk").field("age", &self.age).finish_non_exhaustive()
    }
}

/// A person who was found, as they are found again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Somebody {
    pub(crate) name: String,
    /// Tells them from others of the name.
    pub(crate) contact: Option<uuid::Uuid>,
    pub(crate) addresses: Vec<String>,
}

voiceassist_model::debug_without_text!(Somebody { contact; name });

/// A choice that was left to the person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) wish: Wish,
    pub(crate) choices: Vec<Choice>,
}

/// One of them.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub(crate) label: String,
    pub(crate) meant: Meant,
}

/// What it stands for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Meant {
    Person(Somebody),
    Day(NaiveDate),
}

impl Talk {
    /// For a turn that was about something else.
    pub(crate) fn aged(self) -> Option<Self> {
        let age = self.age + 1;
        (age <= REMEMBERED && self.person.is_some()).then_some(Self {
            age,
            open: None,
            wish: None,
            person: self.person,
        })
    }
}

/// A question about the mirror that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// Of time.
    #[error("asking the calendar")]
    Diary(#[from] DiaryError),
    /// Of people.
    #[error("asking the address books")]
    People(#[from] PeopleError),
    /// Of mail.
    #[error("asking the mailbox")]
    Mail(#[from] MailboxError),
    /// The store failed.
    #[error("asking the mirror")]
    Store(#[from] StoreError),
}

/// What is asked, by whom, after what.
pub(crate) struct Asking<'a> {
    pub(crate) store: &'a Store,
    pub(crate) account: AccountId,
    pub(crate) text: &'a str,
    pub(crate) german: bool,
    pub(crate) talk: Option<&'a Talk>,
    /// By whose clock; without it by the one of the person's calendars.
    pub(crate) zone: Option<&'a Zone>,
}

/// An answer, and what goes on from it.
#[derive(Default)]
pub(crate) struct Answer {
    /// Notes and facts, in order.
    pub(crate) parts: Vec<AnswerPart>,
    pub(crate) talk: Talk,
    pub(crate) outcome: Option<Outcome>,
    /// What is to be looked for in documents as well.
    pub(crate) documents: Option<String>,
    clarification: Option<Clarification>,
    steps: Vec<String>,
}

impl Answer {
    fn note(&mut self, text: impl Into<String>) {
        self.parts.push(AnswerPart::Note { text: text.into() });
    }

    fn fact(&mut self, text: impl Into<String>, item: ItemCitation) {
        self.parts.push(AnswerPart::Fact { text: text.into(), items: vec![item] });
    }

    /// The whole turn in parts.
    pub(crate) fn into_parts(self) -> (Vec<AnswerPart>, Talk) {
        let mut parts = vec![AnswerPart::Sources { considered: 0 }];
        if let Some(clarification) = self.clarification {
            parts.push(AnswerPart::Clarification { clarification: Box::new(clarification) });
        }
        parts.extend(self.parts);
        parts.push(AnswerPart::Done {
            outcome: self.outcome.unwrap_or(Outcome::Answered),
            // Nothing was searched for and nothing chosen: what is said is read.
            confidence: Confidence { retrieval: 1.0, selection: 1.0 },
            sensitivity: Sensitivity::Health,
            model: MADE_BY.to_owned(),
            steps: self.steps,
        });
        (parts, self.talk)
    }
}

/// What kind of question these words are, if they certainly ask of the person's own day.
pub(crate) fn intent(text: &str) -> Option<Intent> {
    let wish = wish::at_any_time(text).filter(|wish| !wish.tentative)?;
    Some(match wish.what {
        wish::What::Person { .. } => Intent::People,
        wish::What::Mail(_) => Intent::Mail,
        _ => Intent::CalendarRead,
    })
}

/// What answering needs.
struct Desk<'a> {
    store: &'a Store,
    account: AccountId,
    diary: Diary<'a>,
    voice: Voice,
    /// What the person said.
    text: &'a str,
}

/// Whether the words may ask for something in the mirror.
pub(crate) fn might_answer(asking: &Asking<'_>) -> bool {
    asking.talk.is_some() || referred::read(asking.text).is_some() || wish::at_any_time(asking.text).is_some()
}

/// Answers from the mirror; `None` when the words ask for something else.
pub(crate) async fn answer(asking: &Asking<'_>) -> Result<Option<Answer>, OwnError> {
    if let Some(reference) = referred::read(asking.text) {
        return referred::answer(asking, &reference).await.map(Some);
    }
    let diary = Diary::of(asking.store, asking.account);
    let zone = diary.zone_of(asking.zone).await?;
    let now: DateTime<Utc> = asking.store.clock().now();
    let mut voice = Voice { german: asking.german, zone, now };
    let Some(heard) = reply::hear(asking, &voice) else { return Ok(None) };
    voice.german = heard.german;
    let desk = Desk { store: asking.store, account: asking.account, diary, voice, text: asking.text };
    desk.answer(heard, asking.talk).await
}

impl Desk<'_> {
    async fn answer(&self, mut wish: Wish, talk: Option<&Talk>) -> Result<Option<Answer>, OwnError> {
        if let Some(days) = wish.either.take() {
            return Ok(Some(self.ask_day(wish, days)));
        }
        // Somebody who was spoken of before.
        if wish.with.as_deref().is_some_and(phrases::is_pronoun) && wish.somebody.is_none() {
            let Some(known) = talk.and_then(|talk| talk.person.clone()) else { return Ok(None) };
            wish.with = Some(known.name.clone());
            wish.somebody = Some(known);
        }
        let answer = match &wish.what {
            wish::What::Agenda { .. } => self.agenda(&wish).await?,
            wish::What::Free { .. } => self.free(&wish).await?,
            wish::What::Next { .. } => self.next(&wish).await?,
            wish::What::Tasks { .. } => self.tasks(&wish).await?,
            wish::What::Person { .. } => self.person(&wish).await?,
            wish::What::Mail(_) => self.mail(&wish).await?,
        };
        Ok(answer.map(|mut answer| {
            if answer.talk.person.is_none() {
                answer.talk.person = talk.and_then(|talk| talk.person.clone());
            }
            let name = wish.what.name();
            answer.talk.wish.get_or_insert(wish);
            answer.steps.insert(0, format!("asked the mirror: {name}"));
            answer
        }))
    }

    /// Asks which of two days is meant.
    fn ask_day(&self, wish: Wish, days: [NaiveDate; 2]) -> Answer {
        let choices = days
            .into_iter()
            .map(|day| Choice { label: self.voice.date(day), meant: Meant::Day(day) })
            .collect();
        let question = self.voice.say("Which day do you mean", "Welcher Tag ist gemeint");
        self.ask(wish, question, "date", choices)
    }

    /// The one question asked back.
    fn ask(&self, wish: Wish, question: &str, missing: &str, choices: Vec<Choice>) -> Answer {
        let options: Vec<String> = choices.iter().map(|choice| choice.label.clone()).collect();
        let question = format!("{question}: {}?", self.voice.list(&options, ["or", "oder"]));
        let mut answer = Answer {
            outcome: Some(Outcome::Clarify),
            clarification: Some(Clarification {
                original: self.text.to_owned(),
                question: question.clone(),
                options,
                missing: vec![missing.to_owned()],
            }),
            ..Answer::default()
        };
        answer.note(question);
        answer.talk.open = Some(Open { wish, choices });
        answer
    }
}
