//! An answer as it is streamed, by whoever makes it, to whoever shows it.

use serde::{Deserialize, Serialize};

use crate::calculation::Calculation;
use crate::citation::Citation;
use crate::clarification::Clarification;
use crate::item_citation::ItemCitation;
use crate::provenance::Provenance;
use crate::sensitivity::Sensitivity;

/// One part of a streamed answer. Parts arrive in this order: `Sources`, at most one `Calculation` or
/// `Clarification`, any number of `Sentence`, `Fact` and `Note`, at most one `Provenance`, one `Done`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AnswerPart {
    /// How many passages were considered, before the first word.
    Sources {
        /// Passages the reader may read that entered the answer's making.
        considered: u32,
    },
    /// A calculation as far as it has come; its sentences follow and say the same in words.
    Calculation {
        /// The calculation.
        calculation: Box<Calculation>,
    },
    /// Something is asked back before the question can be answered well; a note says the same in words.
    Clarification {
        /// What is asked.
        clarification: Box<Clarification>,
    },
    /// A remark of the assistant's own: what it assumed, asks or could not find. Quotes no document.
    Note {
        /// The remark, in sentences.
        text: String,
    },
    /// A finished sentence and the sources that support it.
    Sentence {
        /// The sentence, without citation marks.
        text: String,
        /// The sources; never empty unless the outcome is an abstention or the sentence is about a calculation.
        citations: Vec<Citation>,
    },
    /// A sentence read from the person's own calendars, tasks, contacts or mail.
    Fact {
        /// The sentence.
        text: String,
        /// What it was read from; never empty.
        items: Vec<ItemCitation>,
    },
    /// Which model wrote it, where one did; once, before the end.
    Provenance {
        /// Which, why that one, and what it took.
        provenance: Box<Provenance>,
    },
    /// The end, with what is to be known about the whole.
    Done {
        /// How it ended.
        outcome: Outcome,
        /// How far it can be trusted.
        confidence: Confidence,
        /// The highest class of the passages used.
        sensitivity: Sensitivity,
        /// What made the answer, for instance `extractive`.
        model: String,
        /// The steps taken, one short line each, without content of documents.
        steps: Vec<String>,
    },
}

/// Which part, without a word of it.
impl std::fmt::Debug for AnswerPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sources { .. } => "Sources",
            Self::Calculation { .. } => "Calculation",
            Self::Clarification { .. } => "Clarification",
            Self::Note { .. } => "Note",
            Self::Sentence { .. } => "Sentence",
            Self::Fact { .. } => "Fact",
            Self::Provenance { .. } => "Provenance",
            Self::Done { .. } => "Done",
        })
    }
}

/// How an answer ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every sentence stands on a cited source.
    Answered,
    /// Nothing readable supports an answer; the one sentence says what was looked for.
    NotFound,
    /// Something was asked back; the reply completes the question.
    Clarify,
}

/// How far an answer can be trusted, each 0 to 1.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Confidence {
    /// That the right passages were found.
    pub retrieval: f32,
    /// That the sentences chosen from them answer the question.
    pub selection: f32,
}
