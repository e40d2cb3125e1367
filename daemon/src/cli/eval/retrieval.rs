//! `voiceassist eval retrieval`: how well the right document is found.
//!
//! Documents go through the program's own reader, chunker, embedder and index; questions through its own search. The
//! index lies in a temporary directory, has one reader, and is deleted in the end. Beside the search stand its parts
//! alone, words, meaning and the plain fusion of both by rank, measured on the same index in the same run. The same
//! files give the same figures, times excepted. It never downloads: without an installed model it says so and stops.
//!
//! Whether the search knows what it does not know is measured with questions that have no answer. Where the file holds
//! none, every question is asked a second time while its relevant documents are out of the reader's reach.

mod answerable;
mod baselines;
mod floor;
mod measures;
mod report;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use voiceassist_rag::embed::Embedder;
use voiceassist_rag::retrieve::Evidence;

use super::super::{Context, Failure};
use super::progress::Progress;
use super::scratch::Scratch;
use super::sets::{self, Query};
use crate::wiring;
use measures::Tally;
use report::{Report, Systems};

/// Arguments of `eval retrieval`.
#[derive(Debug, clap::Args)]
pub struct RetrievalArguments {
    /// Documents, a JSON object a line: `{"id", "text", "title"?}`.
    #[arg(long, value_name = "FILE")]
    corpus: PathBuf,
    /// Questions, a JSON object a line: `{"id", "text", "relevant": {"document": grade}}`. One without relevant documents,
    /// or with `"answerable": false`, has no answer in the corpus.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Keep the documents' vectors in this directory and take them from there next time.
    #[arg(long, value_name = "DIRECTORY")]
    cache: Option<PathBuf>,
    /// Write what each question found, a JSON object a line.
    #[arg(long, value_name = "FILE")]
    details: Option<PathBuf>,
    /// Leave the embedding model out: words alone decide.
    #[arg(long)]
    words_only: bool,
    /// Fail when a figure is worse than in this file, `{"figures": {"ndcg@10": 0.9, "ece": 0.05}, "not_below": ["bm25", "dense"]}`.
    #[arg(long, value_name = "FILE")]
    floor: Option<PathBuf>,
}

/// What asking one question gave.
struct Asked {
    /// Ids of documents, best first.
    ranked: Vec<String>,
    confidence: f32,
    evidence: Evidence,
    took: Duration,
}

/// Asks one question while some documents are out of the reader's reach.
async fn ask<'a>(
    scratch: &Scratch,
    question: &str,
    hidden: impl Iterator<Item = &'a String>,
) -> anyhow::Result<Asked> {
    let begun = Instant::now();
    let found = scratch.ask(question, hidden).await?;
    let took = begun.elapsed();
    let ranked = scratch.ranked(&found);
    Ok(Asked { ranked, confidence: found.confidence, evidence: found.evidence, took })
}

/// Runs the evaluation.
pub async fn run(context: &Context, arguments: &RetrievalArguments) -> Result<(), Failure> {
    let documents = sets::documents(&arguments.corpus)?;
    let queries = sets::queries(&arguments.queries, &documents)?;
    let floor = arguments.floor.as_deref().map(floor::read).transpose()?;
    let embedder = embedder(context, arguments)?;
    let scratch = Scratch::fill(&documents, embedder, arguments.cache.as_deref()).await?;
    let report = measure(&scratch, &queries, arguments).await?;
    if arguments.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.table());
    }
    let below = floor.map(|floor| floor::missed(&floor, &report)).unwrap_or_default();
    for line in &below {
        eprintln!("voiceassist: {line}");
    }
    if below.is_empty() { Ok(()) } else { Err(Failure::Partial) }
}

fn embedder(context: &Context, arguments: &RetrievalArguments) -> Result<Option<Arc<dyn Embedder>>, Failure> {
    if arguments.words_only {
        return Ok(None);
    }
    let config = context.unchecked_config()?;
    match wiring::embedder(&config)? {
        Some(embedder) => Ok(Some(embedder)),
        None => Err(Failure::Other(anyhow::anyhow!(
            "the embedding model is not installed in {}; `voiceassist models pull` fetches it, or measure without it \
             with --words-only",
            config.models_directory().display()
        ))),
    }
}

async fn measure(
    scratch: &Scratch,
    queries: &[Query],
    arguments: &RetrievalArguments,
) -> Result<Report, Failure> {
    let mut details = arguments.details.as_deref().map(report::Details::create).transpose()?;
    let (mut systems, mut verdicts, mut times) =
        (Systems::default(), answerable::Verdicts::default(), Vec::new());
    let leave_out = queries.iter().all(Query::is_answerable);
    let mut progress = Progress::start("asked", queries.len());
    for query in queries {
        let asked = ask(scratch, &query.text, std::iter::empty()).await?;
        times.push(asked.took);
        verdicts.add(query, &asked);
        if let Some(details) = &mut details {
            details.write(query, &asked, &query.places(&asked.ranked))?;
        }
        if query.is_answerable() {
            systems.voiceassist.add(&asked.ranked, &query.relevant);
            let legs = baselines::of(scratch, &query.text).await?;
            systems.add_baselines(&legs, &query.relevant);
            if leave_out {
                let left = ask(scratch, &query.text, query.relevant.keys()).await?;
                verdicts.add_unanswerable(&left);
                if let Some(details) = &mut details {
                    details.write_left_out(query, &left)?;
                }
            }
        }
        progress.step();
    }
    if let Some(details) = details {
        details.finish()?;
    }
    Ok(Report::new(scratch, queries, &systems, &verdicts, leave_out, times))
}

impl Tally {
    /// Adds a ranking of ids.
    fn add(&mut self, ranked: &[String], relevant: &sets::Relevant) {
        self.record(&measures::figures(ranked.iter().map(|id| relevant.get(id).copied()), relevant));
    }
}
