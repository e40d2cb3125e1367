//! What somebody wants to know of their own day, read from their words.
//!
//! Rules over words, in English and German. Each kind has its own reader, and each takes only what it is sure of: a question
//! that names a drug or a disease outside of "with" and "about" is left to the documents. A reader that is not sure
//! (a name that may be anybody's, a visit that may be in a guideline) says so, and the wish is dropped when the mirror knows nothing.

mod calendar;
mod mail;
mod person;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Somebody;
use super::phrases::{self, Line, MAX_WORDS};
use crate::when::{self, Direction, OneOrTwo, Standpoint, When};

pub(super) use mail::MailWish;
pub(super) use person::Reach;

/// One wish.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub(crate) what: What,
    /// The language it was said in.
    pub(crate) german: bool,
    /// When, if a time was said.
    pub(crate) when: Option<When>,
    /// Two days it may be.
    pub(crate) either: Option<[NaiveDate; 2]>,
    /// Somebody, in the person's words.
    pub(crate) with: Option<String>,
    /// The one who was chosen or known.
    pub(crate) somebody: Option<Somebody>,
    /// What it is about.
    pub(crate) about: Option<String>,
    /// Whether it is dropped when the mirror knows nothing.
    pub(crate) tentative: bool,
    /// Items that were shown already.
    pub(crate) skip: usize,
    /// What is asked of the person once they are found.
    pub(crate) then: Option<Box<Wish>>,
}

/// What kind of wish.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum What {
    /// What is on.
    Agenda {
        /// Only how many.
        count: bool,
    },
    /// When somebody is free.
    Free {
        /// For how long.
        minutes: Option<u32>,
        /// Others whose time is asked about.
        others: Vec<String>,
    },
    /// The next appointment, or the last.
    Next { back: bool },
    /// What has to be done.
    Tasks { overdue: bool },
    /// Who somebody is.
    Person { wants: Reach, list: bool },
    /// What was written.
    Mail(MailWish),
}

impl What {
    /// The stable name of the tool that answers it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Agenda { .. } => "agenda",
            Self::Free { .. } => "free time",
            Self::Next { back: false } => "next appointment",
            Self::Next { back: true } => "last appointment",
            Self::Tasks { .. } => "tasks",
            Self::Person { .. } => "people",
            Self::Mail(_) => "mail",
        }
    }
}

impl Wish {
    fn of(what: What, heard: &Heard) -> Self {
        Self {
            what,
            german: heard.german,
            when: heard.when.clone(),
            either: heard.either,
            with: None,
            somebody: None,
            about: None,
            tentative: false,
            skip: 0,
            then: None,
        }
    }
}

/// A question with its time taken out.
pub(super) struct Heard {
    /// Every word.
    pub(super) whole: Line,
    /// Those that say no time.
    pub(super) rest: Line,
    pub(super) when: Option<When>,
    pub(super) either: Option<[NaiveDate; 2]>,
    pub(super) minutes: Option<u32>,
    pub(super) german: bool,
}

impl Heard {
    /// Hears a text that looks one way in time.
    pub(super) fn of(text: &str, now: &Standpoint, german: bool) -> Self {
        let duration = phrases::duration(text);
        let (minutes, timed) = match duration {
            Some((minutes, rest)) => (Some(minutes), rest),
            None => (None, text.to_owned()),
        };
        let said = when::read(&timed, now);
        let rest = said.as_ref().map_or_else(|| timed.clone(), |said| said.without(&timed));
        let (when, either) = match said.map(|said| said.when) {
            Some(OneOrTwo::One(when)) => (Some(when), None),
            Some(OneOrTwo::Two(days)) => (None, Some(days)),
            None => (None, None),
        };
        Self { whole: Line::of(text), rest: Line::of(&rest), when, either, minutes, german }
    }

    const fn says_when(&self) -> bool {
        self.when.is_some() || self.either.is_some()
    }

    /// Whether words beside these name a drug or a disease, so that a document is meant.
    fn is_medical(&self, known: &[&[&str]]) -> bool {
        self.rest.content(known).any(|word| crate::intent::is_medical(&word.low))
    }
}

/// Words by which a question looks back.
const PAST: &[&str] = &[
    "did", "wrote", "written", "had", "were", "ago", "yesterday", "since", "sent", "replied", "answered",
    "hatte", "war", "schrieb", "geschrieben", "gestern", "seit", "zuletzt", "geschickt", "gesendet",
    "geantwortet",
];

/// Which way a question looks.
pub(super) fn looks(text: &str) -> Direction {
    let line = Line::of(text);
    // "Was" is past in English alone.
    let was = line.has(&["was"]) && !crate::intent::is_german(text);
    if was || line.has(PAST) || line.has(mail::NOUNS) { Direction::Back } else { Direction::Ahead }
}

/// The wish as it would be at some time: enough to see whether it is one, before the asker's zone is asked for.
pub(super) fn at_any_time(text: &str) -> Option<Wish> {
    let now = Standpoint {
        now: chrono::DateTime::UNIX_EPOCH,
        zone: voiceassist_dav::icalendar::Zone::Utc,
        looks: looks(text),
    };
    read(text, &now, false)
}

/// The wish of a question; `None` when it is about something else.
pub(crate) fn read(text: &str, now: &Standpoint, german: bool) -> Option<Wish> {
    let whole = Line::of(text);
    if whole.words.is_empty() || whole.words.len() > MAX_WORDS || whole.changes() {
        return None;
    }
    if let Some(both) = mixed(text, now, german) {
        return Some(both);
    }
    let heard = Heard::of(text, now, german);
    mail::read(&heard)
        .or_else(|| calendar::tasks(&heard))
        .or_else(|| calendar::free(&heard))
        .or_else(|| calendar::next(&heard))
        .or_else(|| calendar::agenda(&heard))
        .or_else(|| person::read(&heard))
}

/// "Who is the cardiologist at St. Mary's and what did she write about the echo": somebody, and what they wrote.
fn mixed(text: &str, now: &Standpoint, german: bool) -> Option<Wish> {
    let (first, second) = [" and ", " und "].into_iter().find_map(|joint| {
        text.match_indices(joint).find_map(|(at, _)| {
            let (first, second) = (text.get(..at)?, text.get(at + joint.len()..)?);
            let asks = Line::of(second);
            asks.begins(&["what", "when", "did", "has", "was", "wann", "hat", "which", "show"])
                .then_some((first, second))
        })
    })?;
    let person = person::read(&Heard::of(first, now, german))?;
    let back = Standpoint { looks: looks(second), ..now.clone() };
    let second = Heard::of(second, &back, german);
    let then = mail::read(&second).or_else(|| calendar::next(&second)).or_else(|| person::read(&second))?;
    let is_theirs = then.with.as_deref().is_some_and(phrases::is_pronoun);
    is_theirs.then(|| Wish { then: Some(Box::new(then)), ..person })
}

#[cfg(test)]
mod tests;
