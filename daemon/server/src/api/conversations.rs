//! Your conversations: questions, and the answers with their sources. Nobody else can see that they exist.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::TurnRecord;
use voiceassist_store::{Verified, conversations as kept};

use super::answer::{self, Citation, Clarification, Confidence, Item, Outcome, Provenance};
use super::calculation::Calculation;
use super::passage::Sensitivity;
use crate::limits::MAX_TITLE_CHARS;
use crate::problem::{Code, Failure};

pub(crate) mod ask;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod delete_all;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod rate;
pub(crate) mod search;

/// A conversation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Conversation {
    /// Names it.
    id: Uuid,
    /// Its title; empty until one is given.
    title: String,
    /// How many messages it has.
    message_count: u32,
    /// Whether you keep it at the top.
    pinned: bool,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When something was last said.
    updated_at: DateTime<Utc>,
}

/// Something said.
#[derive(Serialize, ToSchema)]
pub(crate) struct Message {
    /// Names it.
    id: Uuid,
    /// Who said it.
    role: Role,
    /// What was said, without citation marks.
    text: String,
    /// The same sentence by sentence, each with what it stands on.
    sentences: Vec<Sentence>,
    /// What an answer stands on.
    citations: Vec<Citation>,
    /// How many sentences were left out, because they quote documents you may no longer read or that Nextcloud did not
    /// confirm just now, or were read from an event, a task, a contact or a message that is gone.
    withheld: u32,
    /// How an answer ended; absent for a question.
    turn: Option<Turn>,
    /// What you thought of an answer.
    rating: Option<Rating>,
    /// When it was said.
    created_at: DateTime<Utc>,
}

/// A sentence.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sentence {
    /// The sentence, without citation marks.
    text: String,
    /// What it stands on.
    citations: Vec<Citation>,
    /// Your own events, tasks, contacts and messages that it was read from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Item>,
}

/// What you thought of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rating {
    /// It helped.
    Helpful,
    /// It did not.
    NotHelpful,
}

/// Who said something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// You.
    User,
    /// The assistant.
    Assistant,
}

/// How an answer ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct Turn {
    /// Absent when it was stopped.
    outcome: Option<Outcome>,
    /// Whether it was stopped before its end.
    stopped: bool,
    /// How far it can be trusted; absent when it was stopped.
    confidence: Option<Confidence>,
    /// The highest class of what it was made from.
    sensitivity: Sensitivity,
    /// What made it.
    model: Option<String>,
    /// The steps taken.
    steps: Vec<String>,
    /// The calculation, if the turn was about one.
    calculation: Option<Calculation>,
    /// What was asked back, if something was.
    clarification: Option<Clarification>,
    /// Which model wrote it; absent when none did.
    provenance: Option<Provenance>,
}

/// A title that may be kept.
fn checked_title(title: &str) -> Result<&str, Failure> {
    let title = title.trim();
    if title.chars().count() > MAX_TITLE_CHARS {
        let detail = format!("A title may have at most {MAX_TITLE_CHARS} characters.");
        return Err(Failure::new(Code::TitleTooLong).detail(detail));
    }
    Ok(title)
}

fn not_found() -> Failure {
    Failure::new(Code::ConversationNotFound)
}

impl From<kept::Conversation> for Conversation {
    fn from(conversation: kept::Conversation) -> Self {
        Self {
            id: conversation.id.as_uuid(),
            title: conversation.title,
            message_count: conversation.message_count,
            pinned: conversation.pinned,
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}

impl From<Verified<kept::Message>> for Message {
    fn from(message: Verified<kept::Message>) -> Self {
        let citations = answer::citations(&message);
        let sentences = answer::sentences(&message);
        let message = message.into_inner();
        Self {
            id: message.id.as_uuid(),
            role: message.role.into(),
            text: message.text(),
            sentences: sentences
                .into_iter()
                .map(|(text, citations, items)| Sentence { text, citations, items })
                .collect(),
            citations,
            withheld: message.withheld,
            // A record this release cannot read is left out rather than refused: the text is what matters.
            turn: message
                .details
                .and_then(|details| serde_json::from_value::<TurnRecord>(details).ok())
                .map(Turn::from),
            rating: message.rating.map(Rating::from),
            created_at: message.created_at,
        }
    }
}

impl From<kept::Role> for Role {
    fn from(role: kept::Role) -> Self {
        match role {
            kept::Role::User => Self::User,
            kept::Role::Assistant => Self::Assistant,
        }
    }
}

impl From<kept::Rating> for Rating {
    fn from(rating: kept::Rating) -> Self {
        match rating {
            kept::Rating::Helpful => Self::Helpful,
            kept::Rating::NotHelpful => Self::NotHelpful,
        }
    }
}

impl From<Rating> for kept::Rating {
    fn from(rating: Rating) -> Self {
        match rating {
            Rating::Helpful => Self::Helpful,
            Rating::NotHelpful => Self::NotHelpful,
        }
    }
}

impl From<TurnRecord> for Turn {
    fn from(record: TurnRecord) -> Self {
        Self {
            outcome: record.outcome.map(Outcome::from),
            stopped: record.stopped,
            confidence: record.confidence.map(Confidence::from),
            sensitivity: record.sensitivity.into(),
            model: record.model,
            steps: record.steps,
            calculation: record.calculation.map(Calculation::from),
            clarification: record.clarification.map(Clarification::from),
            provenance: record.provenance.map(Provenance::from),
        }
    }
}
