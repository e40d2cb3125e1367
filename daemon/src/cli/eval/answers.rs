//! `voiceassist eval answers`: whether answers say what the documents say, and nothing where they say nothing.
//!
//! Documents go through the program's own reader, chunker, embedder and index, questions through its search, and answers
//! are composed by its own rules: quoted from the documents, or written by a model on this machine, each sentence held
//! against its sources. Nothing is sent anywhere else: an endpoint that is not on loopback is refused. The index lies in a
//! temporary directory and is deleted in the end.

mod measure;
mod writing;

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;
use voiceassist_model::{AnswerPart, Passage};
use voiceassist_rag::answer::{AnswerSettings, Draft};
use voiceassist_rag::embed::Embedder;

use super::super::{Context, Failure};
use super::scratch::Scratch;
use super::sets::{self, Query};
use crate::wiring;
use measure::Score;

/// Passages that an answer is made from.
const PASSAGES: usize = 24;

/// Arguments of `eval answers`.
#[derive(Debug, clap::Args)]
pub struct AnswersArguments {
    /// Documents, a JSON object a line: `{"id", "text", "title"?}`.
    #[arg(long, value_name = "FILE")]
    corpus: PathBuf,
    /// Questions, a JSON object a line: `{"id", "text", "relevant"?: {"document": grade}, "answerable"?: bool}`. One that names
    /// no relevant document has no answer in the corpus unless `answerable` says otherwise.
    #[arg(long, visible_alias = "queries", value_name = "FILE")]
    questions: PathBuf,
    /// A model that writes, behind an OpenAI-compatible endpoint on this machine, for instance `http://127.0.0.1:11434/v1`.
    /// Without it answers are quoted.
    #[arg(long, value_name = "URL")]
    endpoint: Option<Url>,
    /// The model's name there.
    #[arg(long, default_value = "model", requires = "endpoint")]
    model: String,
    /// Keep the documents' vectors in this directory and take them from there next time.
    #[arg(long, value_name = "DIRECTORY")]
    cache: Option<PathBuf>,
    /// Leave the embedding model out: words alone decide.
    #[arg(long)]
    words_only: bool,
    /// Ask every answerable question once more while its relevant documents are out of reach.
    #[arg(long)]
    leave_out: bool,
    /// Write what became of each question, a JSON object a line.
    #[arg(long, value_name = "FILE")]
    details: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Fail when a figure is worse than in this file, `{"support": 0.95, "false_abstention": 0.05}`.
    #[arg(long, value_name = "FILE")]
    floor: Option<PathBuf>,
}

/// Measures and prints.
pub async fn run(context: &Context, arguments: &AnswersArguments) -> Result<(), Failure> {
    let floor = arguments.floor.as_deref().map(measure::floor).transpose()?;
    let writer = arguments
        .endpoint
        .as_ref()
        .map(|url| writing::Writer::on_loopback(url, &arguments.model))
        .transpose()?;
    let documents = sets::documents(&arguments.corpus)?;
    let questions = sets::queries(&arguments.questions, &documents)?;
    let embedder = if arguments.words_only { None } else { embedder(context)? };
    let scratch = Scratch::fill(&documents, embedder, arguments.cache.as_deref()).await?;
    let mut score = Score::default();
    let mut details = arguments.details.as_deref().map(measure::Details::create).transpose()?;
    for question in &questions {
        let answer = answered(&scratch, writer.as_ref(), question, false).await?;
        score.add(&scratch, question, question.has_answer(), &answer);
        if let Some(details) = &mut details {
            details.write(&scratch, question, question.has_answer(), &answer)?;
        }
        if arguments.leave_out && question.has_answer() {
            let answer = answered(&scratch, writer.as_ref(), question, true).await?;
            score.add(&scratch, question, false, &answer);
            if let Some(details) = &mut details {
                details.write(&scratch, question, false, &answer)?;
            }
        }
    }
    if let Some(details) = details {
        details.finish()?;
    }
    if arguments.json {
        println!("{}", score.json(writer.is_some()));
    } else {
        print!("{}", score.table());
    }
    let missed = floor.map(|floor| score.missed(&floor)).unwrap_or_default();
    for line in &missed {
        eprintln!("voiceassist: {line}");
    }
    if missed.is_empty() { Ok(()) } else { Err(Failure::Partial) }
}

/// The installed embedding model; none where there is none, which is said.
fn embedder(context: &Context) -> Result<Option<Arc<dyn Embedder>>, Failure> {
    let embedder = wiring::embedder(&context.unchecked_config()?)?;
    if embedder.is_none() {
        eprintln!("no embedding model is installed: words alone decide");
    }
    Ok(embedder)
}

/// One answer, in the parts that a reader would get; `hidden` while its documents are out of reach.
async fn answered(
    scratch: &Scratch,
    writer: Option<&writing::Writer>,
    question: &Query,
    hidden: bool,
) -> anyhow::Result<measure::Answer> {
    let hidden = question.relevant.keys().filter(|_| hidden);
    let found = scratch.ask(&question.text, hidden).await?;
    let passages = scratch.passages(&found, PASSAGES);
    let mut withheld = 0;
    if let Some(writer) = writer {
        let (parts, not_held) = writer.write(&question.text, &passages).await?;
        if !parts.is_empty() {
            return Ok(measure::Answer { parts, withheld: not_held, confidence: found.confidence, passages });
        }
        withheld = not_held;
    }
    let parts = quoted(scratch, &question.text, &passages, found.confidence).await;
    Ok(measure::Answer { parts, withheld, confidence: found.confidence, passages })
}

async fn quoted(scratch: &Scratch, question: &str, passages: &[Passage], confidence: f32) -> Vec<AnswerPart> {
    let mut draft =
        Draft::new(question, passages, &AnswerSettings { confidence, ..AnswerSettings::default() });
    let cosines = match &scratch.embedder {
        Some(embedder) => draft.likeness(&**embedder, question).await,
        None => None,
    };
    draft.finish(cosines.as_deref())
}
