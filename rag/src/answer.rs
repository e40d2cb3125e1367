//! An answer made of sentences that documents say, each with its source.
//!
//! No model writes here. The sentences of the passages are scored by how much of the question they cover, weighted by
//! how rare each word is, by how well their passage fits, and, where an embedder is at hand, by likeness of meaning; the best one to
//! four that say different things are returned in the order of reading. Every sentence carries the exact place it
//! was taken from, and one that two documents say cites both. When nothing covers the question the answer says so and
//! says what was looked for: a wrong answer costs more than none.
//!
//! Text of documents is data. What is shown of it is stripped of links, images and markup; the quote in the citation
//! is the document's own.

mod candidates;
pub mod conflicts;
mod depth;
mod display;
mod leads;
mod notices;
mod opposites;
mod question;
pub mod recognised;
mod select;
pub mod sentences;
mod support;
pub(crate) mod versions;
pub mod written;

use std::borrow::Borrow;

use voiceassist_model::{AnswerPart, Citation, Confidence, Outcome, Passage, Sensitivity};

use crate::embed::Embedder;
use candidates::Candidate;
pub use depth::Depth;
use question::Question;

/// What made the answer.
pub const MODEL: &str = "extractive";

/// How answers are composed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnswerSettings {
    /// Sentences in an answer at most.
    pub sentences: usize,
    /// Sentences that are looked at closely, and embedded where an embedder is at hand.
    pub candidates: usize,
    /// Passages that are looked at.
    pub passages: usize,
    /// The support below which there is no answer, 0 to 1.
    pub threshold: f32,
    /// How close to the best sentence a further one must come, 0 to 1.
    pub further: f32,
    /// Whether a further sentence may cover nothing of the question that others do not.
    pub everything: bool,
    /// How sure the search is that what it found holds an answer, 0 to 1. The less, the more the best sentence must say
    /// of the question itself.
    pub confidence: f32,
}

impl Default for AnswerSettings {
    fn default() -> Self {
        Self {
            sentences: 4,
            candidates: 24,
            passages: 24,
            threshold: 0.5,
            further: 0.8,
            everything: false,
            confidence: 1.0,
        }
    }
}

/// The whole answer without an embedder.
pub fn extractive(question: &str, passages: &[Passage], settings: &AnswerSettings) -> Vec<AnswerPart> {
    Draft::new(question, passages, settings).finish(None)
}

/// An answer in the making: the sentences that could be in it, best first by their words.
///
/// The caller may embed [`Draft::sentences`] and the question and hand the likenesses to [`Draft::finish`].
#[derive(Clone, Debug)]
pub struct Draft {
    question: Question,
    candidates: Vec<Candidate>,
    considered: u32,
    settings: AnswerSettings,
}

impl Draft {
    /// Finds the sentences that could answer.
    pub fn new<P: Borrow<Passage>>(question: &str, passages: &[P], settings: &AnswerSettings) -> Self {
        let passages = &passages[..passages.len().min(settings.passages)];
        let question = Question::read(question);
        let candidates = candidates::of(&question, passages, settings.candidates);
        let considered = u32::try_from(passages.len()).unwrap_or(u32::MAX);
        Self { question, candidates, considered, settings: *settings }
    }

    /// The sentences, at most [`AnswerSettings::candidates`], each with what it stands under.
    pub fn sentences(&self) -> Vec<&str> {
        self.candidates.iter().map(|candidate| candidate.in_context.as_str()).collect()
    }

    /// The answer. `cosines` holds the likeness of each of [`Draft::sentences`] to the question; a list of another
    /// length is ignored.
    pub fn finish(&mut self, cosines: Option<&[f32]>) -> Vec<AnswerPart> {
        let cosines = cosines.filter(|cosines| cosines.len() == self.candidates.len());
        select::score(&mut self.candidates, cosines);
        let mut steps = vec![
            format!("read {} passages", self.considered),
            format!(
                "weighed {} sentences by words{}",
                self.candidates.len(),
                if cosines.is_some() { " and meaning" } else { "" }
            ),
        ];
        let chosen = select::choose(&self.candidates, &self.settings, cosines.is_some());
        let mut parts = vec![AnswerPart::Sources { considered: self.considered }];
        if chosen.is_empty() {
            steps.push("found no sentence that supports an answer".to_owned());
            parts.push(AnswerPart::Sentence { text: self.not_found(), citations: Vec::new() });
            parts.push(self.done(Outcome::NotFound, &[], steps));
            return parts;
        }
        steps.push(format!("chose {}", chosen.len()));
        parts.extend(cite(&chosen));
        parts.push(self.done(Outcome::Answered, &chosen, steps));
        parts
    }

    /// How close each of [`Draft::sentences`] is in meaning to the question it was made for. `None`: there is nothing to
    /// compare, or the model failed and words must do.
    pub async fn likeness(&self, embedder: &dyn Embedder, question: &str) -> Option<Vec<f32>> {
        if self.candidates.is_empty() {
            return None;
        }
        let sentences = self.sentences().into_iter().map(str::to_owned).collect();
        let made = futures::future::try_join(
            embedder.embed_question(question.to_owned()),
            embedder.embed_awaited(sentences),
        );
        match made.await {
            // Both are normalised, so the product is the cosine.
            Ok((question, sentences)) => Some(
                sentences
                    .iter()
                    .map(|sentence| sentence.iter().zip(&question).map(|(a, b)| a * b).sum())
                    .collect(),
            ),
            Err(error) => {
                tracing::warn!(error = %error, "sentences are chosen by words alone");
                None
            }
        }
    }

    /// What is to be said beside an answer that cites these places: [`conflicts::remarks`] about the draft's own question
    /// and passages, without reading them again.
    pub fn remarks(&self, cited: &[Citation]) -> Vec<AnswerPart> {
        conflicts::among(&self.candidates, cited)
    }

    fn not_found(&self) -> String {
        let words = self.question.words_shown();
        if words.is_empty() {
            return "The question names nothing that could be looked for.".to_owned();
        }
        format!("None of the documents you can read answers this. Looked for: {}.", words.join(", "))
    }

    fn done(&self, outcome: Outcome, chosen: &[select::Chosen<'_>], steps: Vec<String>) -> AnswerPart {
        let best = self.candidates.iter().map(|candidate| candidate.support).fold(0.0, f32::max);
        let passage = self.candidates.iter().map(|candidate| candidate.passage_score).fold(0.0, f32::max);
        // Nothing of a document is shown when nothing was chosen, so nothing raises the class then.
        let sensitivity = chosen
            .iter()
            .flat_map(|chosen| &chosen.sources)
            .map(|source| source.sensitivity)
            .fold(Sensitivity::Public, Sensitivity::join);
        AnswerPart::Done {
            outcome,
            confidence: Confidence { retrieval: passage.clamp(0.0, 1.0), selection: best.clamp(0.0, 1.0) },
            sensitivity,
            model: MODEL.to_owned(),
            steps,
        }
    }
}

/// Whether one of these passages says what a sentence says, by the rule that a model's sentences are held to.
pub fn is_supported<P: Borrow<Passage>>(sentence: &str, passages: &[P]) -> bool {
    let passages: Vec<&Passage> = passages.iter().map(Borrow::borrow).collect();
    support::of(sentence, &passages).is_some()
}

/// Numbers the citations of an answer's parts in the order of first use, going on from those that were shown already. A
/// place that is cited twice keeps its number.
pub fn number(parts: &mut [AnswerPart], shown: &[Citation]) {
    let mut known: Vec<(voiceassist_model::DocumentId, voiceassist_model::TextSpan, u32)> =
        shown.iter().map(|citation| (citation.document, citation.span, citation.number)).collect();
    for part in parts {
        let AnswerPart::Sentence { citations, .. } = part else { continue };
        for citation in citations {
            let place = (citation.document, citation.span);
            let number = known
                .iter()
                .find(|(document, span, _)| (*document, *span) == place)
                .map(|(.., number)| *number);
            citation.number = number.unwrap_or_else(|| {
                let next = known.iter().map(|(.., number)| *number).max().unwrap_or(0) + 1;
                known.push((place.0, place.1, next));
                next
            });
        }
    }
}

/// The chosen sentences with numbered citations; a place cited twice keeps its number.
fn cite(chosen: &[select::Chosen<'_>]) -> Vec<AnswerPart> {
    let mut numbered: Vec<Citation> = Vec::new();
    chosen
        .iter()
        .map(|chosen| {
            let citations = chosen
                .sources
                .iter()
                .map(|source| {
                    let known = numbered
                        .iter()
                        .find(|known| known.document == source.document && known.span == source.span);
                    if let Some(known) = known {
                        return known.clone();
                    }
                    let number = u32::try_from(numbered.len() + 1).unwrap_or(u32::MAX);
                    let citation = source.citation(number);
                    numbered.push(citation.clone());
                    citation
                })
                .collect();
            AnswerPart::Sentence { text: chosen.text.to_owned(), citations }
        })
        .collect()
}
