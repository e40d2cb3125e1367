//! Answers as the API shows them: in parts while they are streamed, and whole in a conversation. Parts and citations are
//! made from verified ones and from nothing else.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model as model;
use voiceassist_store::Verified;
use voiceassist_store::conversations::Message;

use super::calculation::Calculation;
use super::passage::{PageBox, Sensitivity, Source, TextSpan};
use crate::problem::ProblemDetails;

/// One event of a streamed answer. The event's name is the value of `type`. Order: `sources`, at most one
/// `calculation` or `clarification`, any number of `sentence`, at most one `provenance`, then `done` or `error`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum AnswerEvent {
    /// Before the first word.
    Sources {
        /// How many passages you may read were considered.
        considered: u32,
    },
    /// A calculation as far as it has come. The sentences that follow say the same in words.
    Calculation(Box<Calculation>),
    /// Something is asked back. The sentence that follows says the same; ask with the reply, in words or one of the options.
    Clarification(Clarification),
    /// A finished sentence.
    Sentence {
        /// The sentence, without citation marks.
        text: String,
        /// What it stands on; empty for a remark of the assistant's own.
        citations: Vec<Citation>,
        /// Your own events, tasks, contacts and messages that it was read from.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        items: Vec<Item>,
    },
    /// Which model wrote it, where one did; once, before `done`.
    Provenance(Provenance),
    /// The end of the answer.
    Done {
        /// How it ended.
        outcome: Outcome,
        /// How far it can be trusted.
        confidence: Confidence,
        /// The highest class of the passages used.
        sensitivity: Sensitivity,
        /// What made the answer.
        model: String,
        /// The steps taken.
        steps: Vec<String>,
    },
    /// The answer could not be finished. The turn is over.
    Error {
        /// Why.
        problem: ProblemDetails,
    },
}

impl AnswerEvent {
    /// The name of the server-sent event.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sources { .. } => "sources",
            Self::Calculation(_) => "calculation",
            Self::Clarification(_) => "clarification",
            Self::Sentence { .. } => "sentence",
            Self::Provenance(_) => "provenance",
            Self::Done { .. } => "done",
            Self::Error { .. } => "error",
        }
    }
}

/// Which model wrote an answer, why that one, and what it took.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Provenance {
    /// The name the configuration gives it.
    adapter: String,
    /// The model's name, as it is configured.
    model: String,
    /// The model's name in its provider's own words; absent when it gives none.
    reported_model: Option<String>,
    /// Why this one.
    selection: Selection,
    /// Those that were to be asked before it.
    passed_over: Vec<PassedOver>,
    /// Tokens sent.
    tokens_in: u64,
    /// Tokens written.
    tokens_out: u64,
    /// Whether the tokens are an estimate, because the provider did not count.
    is_estimate: bool,
    /// What it cost by the configured prices, in millionths of the configured currency.
    cost_micros: u64,
}

/// Why a model wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Selection {
    /// It is the first of the list.
    FirstChoice,
    /// It stood in for those before it.
    Fallback,
}

/// A model that was to be asked before the one that answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PassedOver {
    /// The name the configuration gives it.
    adapter: String,
    /// Why it did not answer: `resting` (it failed lately), `refused` (by the rules about what may leave), `over_budget`,
    /// `rate_limited`, `connection`, `timed_out`, `status`, `protocol` and the like.
    reason: String,
}

/// What is asked back, because the question leaves something open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Clarification {
    /// The one question.
    question: String,
    /// Answers to choose from; any other will do as well.
    options: Vec<String>,
    /// What is missing, for instance `condition` or `drug`.
    missing: Vec<String>,
}

/// A numbered source, exact to the sentence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Citation {
    /// The number to show as `[n]`, from 1 in the order of first use.
    number: u32,
    /// The document.
    document_id: Uuid,
    /// The piece of it.
    chunk_id: Uuid,
    /// What it is.
    source: Source,
    /// The address that opens it in Nextcloud; absent of files, which open by their id.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// When the file was changed, the event begins, the task is due or the message was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<DateTime<Utc>>,
    /// Nextcloud's id of the file; 0 of what is not a file.
    file_id: i64,
    /// The file's name, or what the event, task, contact or message is called.
    title: String,
    /// The file's path in your own tree; empty of what is not a file.
    path: String,
    /// The page the sentence starts on, from 1.
    page: u32,
    /// Where the sentence stands in the document's whole text.
    span: TextSpan,
    /// The sentence as the document has it.
    quote: String,
    /// The places of the lines that hold the sentence; empty where they are not known, as in formats without pages.
    boxes: Vec<PageBox>,
    /// How sure a recogniser was of the text around it, in per cent; absent where text was text.
    #[serde(skip_serializing_if = "Option::is_none")]
    recognised: Option<u8>,
    /// How well it supports what cites it, 0 to 1.
    score: f32,
}

/// An event, a task, a contact or a message of yours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Item {
    /// `event`, `task`, `contact` or `message`.
    kind: ItemKind,
    /// Its id, as lists of such items have it.
    id: Uuid,
    /// What it is called.
    title: String,
    /// Opens it in Nextcloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ItemKind {
    /// An event of a calendar.
    Event,
    /// A task.
    Task,
    /// A contact.
    Contact,
    /// A message of a mailbox.
    Message,
}

/// How an answer ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Every sentence stands on a cited source.
    Answered,
    /// Nothing you may read supports an answer.
    NotFound,
    /// Something was asked back.
    Clarify,
}

/// How far an answer can be trusted, each 0 to 1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Confidence {
    /// That the right passages were found.
    retrieval: f32,
    /// That the sentences chosen from them answer the question.
    selection: f32,
}

impl From<Verified<model::AnswerPart>> for AnswerEvent {
    fn from(part: Verified<model::AnswerPart>) -> Self {
        match part.into_inner() {
            model::AnswerPart::Sources { considered } => Self::Sources { considered },
            model::AnswerPart::Calculation { calculation } => {
                Self::Calculation(Box::new(Calculation::from(*calculation)))
            }
            model::AnswerPart::Clarification { clarification } => {
                Self::Clarification((*clarification).into())
            }
            model::AnswerPart::Note { text } => {
                Self::Sentence { text, citations: Vec::new(), items: Vec::new() }
            }
            model::AnswerPart::Sentence { text, citations } => {
                let citations = citations.into_iter().map(Citation::of).collect();
                Self::Sentence { text, citations, items: Vec::new() }
            }
            model::AnswerPart::Fact { text, items } => {
                let items = items.into_iter().map(Item::of).collect();
                Self::Sentence { text, citations: Vec::new(), items }
            }
            model::AnswerPart::Provenance { provenance } => Self::Provenance((*provenance).into()),
            model::AnswerPart::Done { outcome, confidence, sensitivity, model, steps } => Self::Done {
                outcome: outcome.into(),
                confidence: confidence.into(),
                sensitivity: sensitivity.into(),
                model,
                steps,
            },
        }
    }
}

/// What a kept answer stands on, as far as its reader may still see it.
pub(crate) fn citations(message: &Verified<Message>) -> Vec<Citation> {
    message.citations().cloned().map(Citation::of).collect()
}

/// One sentence of a kept answer.
pub(crate) type Said = (String, Vec<Citation>, Vec<Item>);

/// A kept answer sentence by sentence, as far as its reader may still see it.
pub(crate) fn sentences(message: &Verified<Message>) -> Vec<Said> {
    let shown = |sentence: &voiceassist_store::conversations::Sentence| {
        let citations = sentence.citations.iter().cloned().map(Citation::of).collect();
        (sentence.text.clone(), citations, sentence.items.iter().cloned().map(Item::of).collect())
    };
    message.sentences.iter().map(shown).collect()
}

impl Item {
    fn of(item: model::ItemCitation) -> Self {
        let kind = match item.kind {
            model::CitedKind::Event => ItemKind::Event,
            model::CitedKind::Task => ItemKind::Task,
            model::CitedKind::Contact => ItemKind::Contact,
            model::CitedKind::Message => ItemKind::Message,
        };
        Self { kind, id: item.id, title: item.title, link: item.link }
    }
}

impl Citation {
    fn of(citation: model::Citation) -> Self {
        Self {
            number: citation.number,
            document_id: citation.document.as_uuid(),
            chunk_id: citation.chunk.as_uuid(),
            source: citation.origin.source.into(),
            link: citation.origin.link,
            date: citation.origin.date,
            file_id: citation.file_id,
            title: citation.title,
            path: citation.path,
            page: citation.page,
            span: citation.span.into(),
            quote: citation.quote,
            boxes: citation.boxes.into_iter().map(PageBox::from).collect(),
            recognised: citation.recognised,
            score: citation.score,
        }
    }
}

impl From<model::Provenance> for Provenance {
    fn from(told: model::Provenance) -> Self {
        let selection = if told.is_first_choice() { Selection::FirstChoice } else { Selection::Fallback };
        let passed =
            |passed: model::PassedOver| PassedOver { adapter: passed.adapter, reason: passed.reason };
        Self {
            adapter: told.adapter,
            model: told.model,
            reported_model: told.reported_model,
            selection,
            passed_over: told.passed_over.into_iter().map(passed).collect(),
            tokens_in: told.tokens_in,
            tokens_out: told.tokens_out,
            is_estimate: told.is_estimate,
            cost_micros: told.cost_micros,
        }
    }
}

impl From<model::Outcome> for Outcome {
    fn from(outcome: model::Outcome) -> Self {
        match outcome {
            model::Outcome::Answered => Self::Answered,
            model::Outcome::NotFound => Self::NotFound,
            model::Outcome::Clarify => Self::Clarify,
        }
    }
}

impl From<model::Clarification> for Clarification {
    fn from(asked: model::Clarification) -> Self {
        Self { question: asked.question, options: asked.options, missing: asked.missing }
    }
}

impl From<model::Confidence> for Confidence {
    fn from(confidence: model::Confidence) -> Self {
        Self { retrieval: confidence.retrieval, selection: confidence.selection }
    }
}
