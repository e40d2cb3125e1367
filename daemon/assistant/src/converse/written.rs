//! The answer that a model writes, sentence by sentence as it holds.

use voiceassist_model::{AnswerPart, Citation, Confidence, Outcome, Passage, Sensitivity};
use voiceassist_rag::answer::written::Tally;
use voiceassist_rag::answer::{self, conflicts, recognised};
use voiceassist_store::Verified;

use super::AskError;
use super::ground::Found;
use super::hand_over::{Composed, Hand};
use super::turn::{End, Turn};
use crate::write::{Outcome as Wrote, Request};

/// What is said when nobody writes because the money is gone.
const OVER_BUDGET: &str =
    "The budget for models that write is used up for now, so this answer is quoted from the documents.";

impl Turn {
    /// The answer that a model writes, and the extractive one where none of its sentences holds.
    pub(super) async fn written(&mut self, found: Found) -> End {
        let considered = u32::try_from(found.results.passages.len()).unwrap_or(u32::MAX);
        let mut verified_at = found.verified_at;
        let before = found.opening.iter().cloned();
        let opening = std::iter::once(AnswerPart::Sources { considered }).chain(before).collect();
        for part in Verified::standing_on(&[], opening) {
            if let Some(end) = self.hand_over(part, &mut verified_at).await {
                return end;
            }
        }
        let (assistant, principal, said, depth) =
            (self.assistant.clone(), self.principal.clone(), self.question.clone(), self.depth);
        let (reader, conversation) = (self.parts.clone(), self.conversation);
        let passages = found.results.passages.clone();
        let request =
            Request { principal: &principal, conversation, said: &said, question: &found.question, depth };
        let mut hand = Hand { turn: self, passages: &passages, verified_at, end: None };
        // Dropping the writing drops the request: the provider stops when the reader goes or the time is over.
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(
                assistant.0.settings.writing_time,
                assistant.write(&request, &passages, &mut hand),
            ) => outcome,
            () = reader.closed() => return hand.turn.stop().await,
        };
        let Hand { end, mut verified_at, .. } = hand;
        if let Some(end) = end {
            return end;
        }
        let wrote = match outcome {
            Ok(Ok(Some(outcome))) => outcome,
            Ok(Ok(None)) => Wrote::nothing(),
            Ok(Err(error)) => return self.fail(AskError::Store(error)).await,
            Err(_) => Wrote {
                tally: self.shown_so_far(&passages),
                steps: vec!["the model took too long".to_owned()],
                provenance: self.kept.record.provenance.take().map(Box::new),
                is_over_budget: false,
            },
        };
        let Wrote { tally, steps: wrote, provenance, is_over_budget } = wrote;
        if tally.shown == 0 {
            // Who wrote nothing that holds did not make the answer; the steps tell of it.
            self.kept.record.provenance = None;
            if is_over_budget {
                let note = AnswerPart::Note { text: OVER_BUDGET.to_owned() };
                for part in Verified::standing_on(&[], vec![note]) {
                    if let Some(end) = self.hand_over(part, &mut verified_at).await {
                        return end;
                    }
                }
            }
            return self.quoted(Found { verified_at, ..found }, wrote, true).await;
        }
        let done = AnswerPart::Done {
            outcome: Outcome::Answered,
            confidence: Confidence {
                retrieval: found.results.confidence,
                selection: tally.mean_support().clamp(0.0, 1.0),
            },
            sensitivity: tally.sensitivity.unwrap_or_default(),
            model: provenance.as_ref().map(|provenance| provenance.model.clone()).unwrap_or_default(),
            steps: found.results.steps.into_iter().chain(wrote).collect(),
        };
        let mut parts = self.beside(&found.question, &passages);
        parts.extend(provenance.map(|provenance| AnswerPart::Provenance { provenance }));
        parts.push(done);
        self.hand_over_all(Composed { parts: Verified::standing_on(&passages, parts), verified_at }).await
    }

    /// What is to be said beside what was shown: where the documents differ, and what was hardly read.
    fn beside(&self, question: &str, passages: &[Verified<Passage>]) -> Vec<AnswerPart> {
        let cited: Vec<Citation> =
            self.kept.sentences.iter().flat_map(|sentence| sentence.citations.iter().cloned()).collect();
        let mut parts = conflicts::remarks(question, passages, &cited);
        answer::number(&mut parts, &cited);
        parts.extend(recognised::remark(&cited));
        parts
    }

    /// What was shown of an answer whose writing was broken off.
    fn shown_so_far(&self, passages: &[Verified<Passage>]) -> Tally {
        let citations = self.kept.sentences.iter().flat_map(|sentence| &sentence.citations);
        let classes = citations.filter_map(|citation| {
            passages.iter().find(|passage| passage.chunk == citation.chunk).map(|passage| passage.sensitivity)
        });
        Tally {
            shown: u32::try_from(
                self.kept.sentences.iter().filter(|kept| !kept.citations.is_empty()).count(),
            )
            .unwrap_or(u32::MAX),
            sensitivity: classes.reduce(Sensitivity::join),
            ..Tally::default()
        }
    }
}
