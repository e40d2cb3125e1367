//! What is counted over answers.
//!
//! A sentence is supported if a passage it cites says so, by the rule that models are held to; a citation is valid if
//! its document, place and number are there; a quote is exact if the cited place reads like it, letter for letter.
//! Abstaining is the one sentence without a source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};
use voiceassist_model::{AnswerPart, Citation, Passage};
use voiceassist_rag::answer;

use super::super::scratch::Scratch;
use super::super::sets::Query;

/// Figures that are better when they are smaller.
const SMALLER: &[&str] = &["false_abstention"];

/// One answer and what it was made from.
pub(super) struct Answer {
    pub(super) parts: Vec<AnswerPart>,
    /// Sentences of a model that were withheld.
    pub(super) withheld: u32,
    /// How sure the search was.
    pub(super) confidence: f32,
    pub(super) passages: Vec<Passage>,
}

/// A share in the making.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    of: u32,
    all: u32,
}

impl Share {
    fn add(&mut self, holds: bool) {
        self.all += 1;
        self.of += u32::from(holds);
    }

    fn value(self) -> Option<f64> {
        (self.all > 0).then(|| f64::from(self.of) / f64::from(self.all))
    }
}

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Score {
    questions: u32,
    support: Share,
    quotes: Share,
    valid: Share,
    precision: Share,
    recall: Share,
    abstained: Share,
    falsely: Share,
    withheld: u32,
}

impl Score {
    /// Adds one answer.
    pub(super) fn add(&mut self, scratch: &Scratch, question: &Query, is_answerable: bool, answer: &Answer) {
        self.questions += 1;
        self.withheld += answer.withheld;
        let mut cited: BTreeSet<&str> = BTreeSet::new();
        for part in &answer.parts {
            let AnswerPart::Sentence { text, citations } = part else { continue };
            if citations.is_empty() {
                continue;
            }
            let passages: Vec<&Passage> =
                citations.iter().filter_map(|citation| passage(answer, citation)).collect();
            self.support.add(answer::is_supported(text, &passages));
            for citation in citations {
                let place = passage(answer, citation);
                self.valid.add(place.is_some() && citation.number > 0);
                self.quotes.add(place.is_some_and(|place| reads(place, citation)));
                cited.extend(scratch.name(citation.document));
            }
        }
        let abstained = cited.is_empty();
        if is_answerable {
            self.falsely.add(abstained);
            if !question.relevant.is_empty() && !abstained {
                for document in &cited {
                    self.precision.add(question.relevant.contains_key(*document));
                }
                for document in question.relevant.keys() {
                    self.recall.add(cited.contains(document.as_str()));
                }
            }
        } else {
            self.abstained.add(abstained);
        }
    }

    fn figures(&self) -> BTreeMap<&'static str, Option<f64>> {
        BTreeMap::from([
            ("support", self.support.value()),
            ("quotes_exact", self.quotes.value()),
            ("citations_valid", self.valid.value()),
            ("citation_precision", self.precision.value()),
            ("citation_recall", self.recall.value()),
            ("abstention", self.abstained.value()),
            ("false_abstention", self.falsely.value()),
        ])
    }

    /// As one JSON object.
    pub(super) fn json(&self, is_written: bool) -> Value {
        json!({
            "questions": self.questions,
            "answerable": self.falsely.all,
            "unanswerable": self.abstained.all,
            "sentences": self.support.all,
            "withheld": self.withheld,
            "made_by": if is_written { "model" } else { "extractive" },
            "figures": self.figures(),
        })
    }

    /// As lines for people.
    pub(super) fn table(&self) -> String {
        let mut lines = format!(
            "questions {}, sentences {}, withheld {}\n",
            self.questions, self.support.all, self.withheld
        );
        for (name, value) in self.figures() {
            let value = value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
            _ = writeln!(lines, "{name:<20} {value}");
        }
        lines
    }

    /// The figures that are worse than they may be.
    pub(super) fn missed(&self, floor: &BTreeMap<String, f64>) -> Vec<String> {
        let figures = self.figures();
        floor
            .iter()
            .filter_map(|(name, bound)| {
                let value = figures.get(name.as_str()).copied().flatten();
                let smaller = SMALLER.contains(&name.as_str());
                let holds =
                    value.is_some_and(|value| if smaller { value <= *bound } else { value >= *bound });
                let than = if smaller { "at most" } else { "at least" };
                let told = value.map_or_else(|| "missing".to_owned(), |value| format!("{value:.4}"));
                (!holds).then(|| format!("{name} is {told} and should be {than} {bound}"))
            })
            .collect()
    }
}

/// What became of each question, a line each, to see why a figure is what it is.
pub(super) struct Details(BufWriter<File>);

impl Details {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| format!("creating {}", path.display()))?;
        Ok(Self(BufWriter::new(file)))
    }

    /// `is_answerable` is whether an answer was within reach when it was asked.
    pub(super) fn write(
        &mut self,
        scratch: &Scratch,
        question: &Query,
        is_answerable: bool,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        let selection = answer.parts.iter().find_map(|part| match part {
            AnswerPart::Done { confidence, .. } => Some(confidence.selection),
            _ => None,
        });
        let sentences: Vec<Value> = answer
            .parts
            .iter()
            .filter_map(|part| match part {
                AnswerPart::Sentence { text, citations } if !citations.is_empty() => {
                    let cited: Vec<_> =
                        citations.iter().filter_map(|one| scratch.name(one.document)).collect();
                    Some(json!({ "text": text, "cited": cited }))
                }
                _ => None,
            })
            .collect();
        let line = json!({
            "id": question.id, "answerable": is_answerable, "confidence": answer.confidence,
            "selection": selection, "sentences": sentences,
        });
        writeln!(self.0, "{line}").context("writing details")
    }

    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.0.flush().context("writing details")
    }
}

/// The bounds of a file.
pub(super) fn floor(path: &Path) -> anyhow::Result<BTreeMap<String, f64>> {
    let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("understanding {}", path.display()))
}

/// The passage that a citation names.
fn passage<'a>(answer: &'a Answer, citation: &Citation) -> Option<&'a Passage> {
    answer.passages.iter().find(|passage| {
        passage.chunk == citation.chunk
            && passage.document == citation.document
            && passage.span.start <= citation.span.start
            && citation.span.end <= passage.span.end
    })
}

/// Whether the place that a citation names reads like its quote.
fn reads(passage: &Passage, citation: &Citation) -> bool {
    let start = (citation.span.start - passage.span.start) as usize;
    let length = (citation.span.end - citation.span.start) as usize;
    let place: String = passage.text.chars().skip(start).take(length).collect();
    !place.is_empty() && place == citation.quote
}
