//! What is kept of an answer: its sentences, and what is to be known about the turn.

use serde::{Deserialize, Serialize};
use voiceassist_model::{
    AnswerPart, Calculation, Clarification, Confidence, Outcome, Provenance, Sensitivity,
};
use voiceassist_store::conversations::Sentence;

use crate::tools::own::Talk;

/// What is kept beside an answer's text. Holds no content of documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// How it ended; absent when it did not.
    pub outcome: Option<Outcome>,
    /// Whether the reader went away, or the time was over, before the end.
    pub stopped: bool,
    /// How far it can be trusted; absent when it was stopped.
    pub confidence: Option<Confidence>,
    /// The highest class of the passages used; the highest of all when unknown.
    pub sensitivity: Sensitivity,
    /// What made it.
    pub model: Option<String>,
    /// The steps taken.
    pub steps: Vec<String>,
    /// The calculation, if the turn was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<Calculation>,
    /// What was asked back, if something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clarification: Option<Clarification>,
    /// What was asked of the person's own day, if the turn or one shortly before it was about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
    /// Which model wrote it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

/// What has been handed over so far.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) sentences: Vec<Sentence>,
    pub(super) record: TurnRecord,
}

impl Kept {
    pub(super) fn add(&mut self, part: AnswerPart) {
        match part {
            AnswerPart::Sources { .. } => {}
            AnswerPart::Calculation { calculation } => self.record.calculation = Some(*calculation),
            AnswerPart::Clarification { clarification } => self.record.clarification = Some(*clarification),
            AnswerPart::Note { text } => self.sentences.push(Sentence::plain(text)),
            AnswerPart::Sentence { text, citations } => {
                self.sentences.push(Sentence { citations, ..Sentence::plain(text) });
            }
            AnswerPart::Fact { text, items } => {
                self.sentences.push(Sentence { items, ..Sentence::plain(text) });
            }
            AnswerPart::Provenance { provenance } => self.record.provenance = Some(*provenance),
            AnswerPart::Done { outcome, confidence, sensitivity, model, steps } => {
                self.record = TurnRecord {
                    outcome: Some(outcome),
                    stopped: false,
                    confidence: Some(confidence),
                    sensitivity,
                    model: Some(model),
                    steps,
                    calculation: self.record.calculation.take(),
                    clarification: self.record.clarification.take(),
                    talk: self.record.talk.take(),
                    provenance: self.record.provenance.take(),
                };
            }
        }
    }
}
