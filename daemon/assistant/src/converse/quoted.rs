//! The answer without a model: sentences as the documents have them.
//!
//! Each part of a question chooses its own sentences; a part that nothing answers is named, so that what is missing is
//! as plain as what was found.

use futures::future::join_all;
use voiceassist_model::{AnswerPart, Citation, Confidence, Outcome, Sensitivity};
use voiceassist_rag::answer::{self, AnswerSettings, Draft, conflicts, recognised};
use voiceassist_store::Verified;

use super::AskError;
use super::ground::{Found, Strand, counts_as_found};
use super::hand_over::Composed;
use super::turn::{End, Turn};
use crate::intent;

/// What the strands of an answer came to.
struct Whole {
    sentences: Vec<AnswerPart>,
    notes: Vec<AnswerPart>,
    outcome: Outcome,
    selection: f32,
    sensitivity: Sensitivity,
    model: String,
    steps: Vec<String>,
}

impl Turn {
    /// The extractive answer. `before` are steps that were taken already; `begun` if the reader has the opening.
    pub(super) async fn quoted(&mut self, found: Found, before: Vec<String>, begun: bool) -> End {
        let limit = self.assistant.0.settings.answer_time;
        let whole = tokio::select! {
            whole = tokio::time::timeout(limit, self.whole(&found.strands)) => whole,
            () = self.parts.closed() => return self.stop().await,
        };
        let Ok((mut whole, drafts)) = whole else { return self.fail(AskError::TimedOut).await };
        let Found { results, opening, verified_at, question, .. } = found;
        let has_facts = opening.iter().any(|part| matches!(part, AnswerPart::Fact { .. }));
        if has_facts && whole.outcome == Outcome::NotFound {
            // What was read from the mirror is an answer; that no document has more is a remark.
            whole.outcome = Outcome::Answered;
            whole.sentences = whole.sentences.into_iter().map(remark).collect();
        }
        let mut parts = Vec::new();
        if !begun {
            parts.push(AnswerPart::Sources {
                considered: u32::try_from(results.passages.len()).unwrap_or(u32::MAX),
            });
            parts.extend(opening);
        }
        if whole.outcome == Outcome::Answered && !whole.sentences.is_empty() {
            let cited: Vec<Citation> = whole.sentences.iter().flat_map(citations).cloned().collect();
            whole.sentences.extend(match drafts.as_slice() {
                // One part is the whole question, and its passages are all.
                [draft] => draft.remarks(&cited),
                _ => conflicts::remarks(&question, &results.passages, &cited),
            });
        }
        answer::number(&mut whole.sentences, &[]);
        whole.notes.extend(recognised::remark(whole.sentences.iter().flat_map(citations)));
        parts.append(&mut whole.sentences);
        parts.append(&mut whole.notes);
        parts.push(AnswerPart::Done {
            outcome: whole.outcome,
            confidence: Confidence { retrieval: results.confidence, selection: whole.selection },
            sensitivity: whole.sensitivity,
            model: whole.model,
            steps: results.steps.into_iter().chain(before).chain(whole.steps).collect(),
        });
        let parts = Verified::standing_on(&results.passages, parts);
        self.hand_over_all(Composed { parts, verified_at }).await
    }

    /// What each strand says, joined, and the drafts that say it.
    async fn whole(&self, strands: &[Strand]) -> (Whole, Vec<Draft>) {
        let mut whole = Whole {
            sentences: Vec::new(),
            notes: Vec::new(),
            outcome: Outcome::NotFound,
            selection: 0.0,
            sensitivity: Sensitivity::Public,
            model: answer::MODEL.to_owned(),
            steps: Vec::new(),
        };
        let mut unanswered: Option<AnswerPart> = None;
        let mut missing = Vec::new();
        let drafted = join_all(strands.iter().map(|strand| self.draft(strand))).await;
        let (parts, drafts): (Vec<_>, Vec<Draft>) = drafted.into_iter().unzip();
        for (strand, parts) in strands.iter().zip(parts) {
            let mut said = Vec::new();
            for part in parts {
                match part {
                    AnswerPart::Done {
                        outcome: Outcome::Answered, confidence, sensitivity, steps, ..
                    } if strand.side.is_none() || !said.is_empty() => {
                        whole.outcome = Outcome::Answered;
                        whole.selection = whole.selection.max(confidence.selection);
                        whole.sensitivity = whole.sensitivity.join(sensitivity);
                        whole.steps.extend(steps);
                        whole.sentences.append(&mut said);
                    }
                    AnswerPart::Done { confidence, steps, .. } => {
                        whole.steps.extend(steps);
                        if whole.outcome == Outcome::NotFound {
                            whole.selection = whole.selection.max(confidence.selection);
                        }
                        unanswered = unanswered.or(said.pop());
                        if strand.is_wanted {
                            missing.push(strand);
                        }
                    }
                    sentence @ AnswerPart::Sentence { .. }
                        if !repeats(&whole.sentences, &sentence) && is_about(strand, &sentence) =>
                    {
                        said.push(sentence);
                    }
                    _ => {}
                }
            }
        }
        if whole.outcome == Outcome::NotFound {
            whole.sentences.extend(unanswered);
        } else {
            whole.notes.extend(missing.into_iter().map(not_answered));
        }
        (whole, drafts)
    }

    /// Chooses sentences by words, and by meaning when a model is there.
    async fn draft(&self, strand: &Strand) -> (Vec<AnswerPart>, Draft) {
        let settings = AnswerSettings { confidence: strand.confidence, ..self.depth.settings() };
        let mut draft = Draft::new(&strand.question, &strand.passages, &settings);
        let cosines = match &self.assistant.0.parts.embedder {
            Some(embedder) => {
                let compared = draft.likeness(embedder.as_ref(), &strand.question);
                tokio::time::timeout(self.assistant.0.settings.meaning_time, compared).await.ok().flatten()
            }
            None => None,
        };
        (draft.finish(cosines.as_deref()), draft)
    }
}

/// A sentence that cites nothing, as a remark.
fn remark(part: AnswerPart) -> AnswerPart {
    match part {
        AnswerPart::Sentence { text, citations } if citations.is_empty() => AnswerPart::Note { text },
        other => other,
    }
}

fn citations(part: &AnswerPart) -> &[Citation] {
    match part {
        AnswerPart::Sentence { citations, .. } => citations,
        _ => &[],
    }
}

/// Whether a sentence was said already, for another part of the question.
fn repeats(said: &[AnswerPart], sentence: &AnswerPart) -> bool {
    let place =
        |part: &AnswerPart| citations(part).first().map(|citation| (citation.document, citation.span));
    place(sentence).is_some() && said.iter().any(|other| place(other) == place(sentence))
}

/// Whether a sentence, or the name of its document, names the side of the comparison it is to speak for.
fn is_about(strand: &Strand, sentence: &AnswerPart) -> bool {
    let (Some(side), AnswerPart::Sentence { text, citations }) = (&strand.side, sentence) else {
        return true;
    };
    if citations.is_empty() {
        return true;
    }
    let names = citations.iter().map(|citation| citation.title.as_str());
    let said = std::iter::once(text.as_str()).chain(names).collect::<Vec<_>>().join(" ").to_lowercase();
    side.to_lowercase().split_whitespace().any(|word| {
        // Endings differ: "statins" and "statin".
        let stem: String = word.chars().take(word.chars().count().saturating_sub(1).max(3)).collect();
        word.chars().count() > 2 && said.contains(&stem)
    })
}

/// Names the part of a question that nothing answers.
fn not_answered(strand: &Strand) -> AnswerPart {
    let topics = intent::topics(&strand.question).join(", ");
    let reason =
        if counts_as_found(&strand.passages) { "no sentence answers" } else { "nothing was found for" };
    AnswerPart::Note { text: format!("This is only part of an answer: {reason} the part about {topics}.") }
}
