//! The figures as JSON and as a table, and what each question found.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::super::scratch::Scratch;
use super::super::sets::{Query, Relevant};
use super::Asked;
use super::answerable::Verdicts;
use super::baselines::Baselines;
use super::measures::{DEPTH, Figures, Tally};

/// The search and its parts.
#[derive(Debug, Default)]
pub(super) struct Systems {
    pub(super) voiceassist: Tally,
    words: Tally,
    meaning: Tally,
    merged: Tally,
}

impl Systems {
    pub(super) fn add_baselines(&mut self, baselines: &Baselines, relevant: &Relevant) {
        self.words.add(&baselines.words, relevant);
        self.meaning.add(&baselines.meaning, relevant);
        self.merged.add(&baselines.merged, relevant);
    }
}

/// All figures of one run.
pub(super) struct Report {
    documents: usize,
    chunks: usize,
    unread: usize,
    queries: usize,
    embedder: Option<String>,
    figures: Option<Figures>,
    baselines: [(&'static str, Option<Figures>); 3],
    with_answer: usize,
    without_answer: usize,
    leave_out: bool,
    area: Option<f64>,
    calibration_error: Option<f64>,
    median: f64,
    slowest: f64,
}

impl Report {
    pub(super) fn new(
        scratch: &Scratch,
        queries: &[Query],
        systems: &Systems,
        verdicts: &Verdicts,
        leave_out: bool,
        mut times: Vec<Duration>,
    ) -> Self {
        times.sort_unstable();
        let (with_answer, without_answer) = verdicts.counts();
        let embedded = scratch.embedder.is_some();
        let meaning = systems.meaning.mean().filter(|_| embedded);
        Self {
            documents: scratch.documents,
            chunks: scratch.chunks,
            unread: scratch.unread,
            queries: queries.len(),
            embedder: scratch.embedder.as_ref().map(|embedder| embedder.id().to_owned()),
            figures: systems.voiceassist.mean(),
            baselines: [("bm25", systems.words.mean()), ("dense", meaning), ("rrf", systems.merged.mean())],
            with_answer,
            without_answer,
            leave_out,
            area: verdicts.area(),
            calibration_error: verdicts.calibration_error(),
            median: percentile(&times, 50),
            slowest: percentile(&times, 95),
        }
    }

    /// Every figure of the search by its name.
    pub(super) fn named(&self) -> Vec<(&'static str, f64)> {
        let figures = self.figures.iter().flat_map(Figures::named);
        let more = [("auroc", self.area), ("ece", self.calibration_error)];
        figures.chain(more.into_iter().filter_map(|(name, value)| Some((name, value?)))).collect()
    }

    /// The figures of a part alone, by its name.
    pub(super) fn baselines(&self) -> impl Iterator<Item = (&'static str, Figures)> {
        self.baselines.iter().filter_map(|(name, figures)| Some((*name, (*figures)?)))
    }

    pub(super) fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("documents".to_owned(), json!(self.documents));
        all.insert("chunks".to_owned(), json!(self.chunks));
        all.insert("unread".to_owned(), json!(self.unread));
        all.insert("queries".to_owned(), json!(self.queries));
        all.insert("embedder".to_owned(), json!(self.embedder));
        all.extend(self.named().into_iter().map(|(name, value)| (name.to_owned(), json!(rounded(value)))));
        all.insert(
            "answerability".to_owned(),
            json!({
                "with_answer": self.with_answer,
                "without_answer": self.without_answer,
                "protocol": if self.leave_out { "relevant documents hidden" } else { "questions without an answer" },
                "auroc": self.area.map(rounded),
                "ece": self.calibration_error.map(rounded),
            }),
        );
        all.insert(
            "latency_ms".to_owned(),
            json!({ "p50": tenths(self.median), "p95": tenths(self.slowest) }),
        );
        let baselines: Map<String, Value> =
            self.baselines().map(|(name, figures)| (name.to_owned(), by_name(&figures))).collect();
        all.insert("baselines".to_owned(), Value::Object(baselines));
        Value::Object(all)
    }

    pub(super) fn table(&self) -> String {
        let mut table = format!(
            "{} documents in {} chunks, {} questions, {}\n\n",
            self.documents,
            self.chunks,
            self.queries,
            self.embedder.as_deref().unwrap_or("no embedding model"),
        );
        let rows = self.figures.map(|figures| ("search", figures)).into_iter().chain(self.baselines());
        for (number, (name, figures)) in rows.enumerate() {
            if number == 0 {
                let heads = figures.named().map(|(name, _)| format!("{name:>9}")).concat();
                _ = writeln!(table, "{:8}{heads}", "");
            }
            let cells = figures.named().map(|(_, value)| format!("{value:>9.3}")).concat();
            _ = writeln!(table, "{name:8}{cells}");
        }
        _ = writeln!(
            table,
            "\nanswerability over {} questions with and {} without an answer: AUROC {}, ECE {}",
            self.with_answer,
            self.without_answer,
            shown(self.area),
            shown(self.calibration_error),
        );
        _ = writeln!(table, "one search: p50 {:.1} ms, p95 {:.1} ms", self.median, self.slowest);
        table
    }
}

fn by_name(figures: &Figures) -> Value {
    let named = figures.named().into_iter().map(|(name, value)| (name.to_owned(), json!(rounded(value))));
    Value::Object(named.collect())
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.3}"))
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// In milliseconds, of sorted times.
fn percentile(times: &[Duration], percent: usize) -> f64 {
    let place = (times.len().saturating_sub(1) * percent).div_ceil(100);
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

/// What each question found, a line each.
pub(super) struct Details(BufWriter<File>);

impl Details {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self(BufWriter::new(file)))
    }

    /// A question as it stands in the file; `places` are those of its relevant documents.
    pub(super) fn write(
        &mut self,
        query: &Query,
        asked: &Asked,
        places: &[Option<usize>],
    ) -> anyhow::Result<()> {
        self.line(&json!({
            "id": query.id,
            "answerable": query.is_answerable(),
            "places": places,
            "confidence": asked.confidence,
            "evidence": asked.evidence.numbers(),
            "first": first(asked),
        }))
    }

    /// The same question while its documents were hidden.
    pub(super) fn write_left_out(&mut self, query: &Query, asked: &Asked) -> anyhow::Result<()> {
        self.line(&json!({
            "id": query.id,
            "answerable": false,
            "hidden": true,
            "confidence": asked.confidence,
            "evidence": asked.evidence.numbers(),
            "first": first(asked),
        }))
    }

    fn line(&mut self, line: &Value) -> anyhow::Result<()> {
        writeln!(self.0, "{line}").context("writing details")
    }

    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.0.flush().context("writing details")
    }
}

fn first(asked: &Asked) -> &[String] {
    &asked.ranked[..asked.ranked.len().min(DEPTH)]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert!((percentile(&times, 50) - 51.0).abs() < 1e-9);
        assert!((percentile(&times, 95) - 96.0).abs() < 1e-9);
        assert!(percentile(&[], 95).abs() < 1e-9);
    }
}
