//! `voiceassist eval answers`: whether answers say what the documents say, and nothing where they say nothing.
//!
//! Documents go through the program's own reader, chunker, embedder and index, questions through its search, and answers
//! are composed by its own rules: quoted from the documents, or written by a model on this machine, each sentence held
//! against its sources. Nothing is sent anywhere else: an endpoint that is not on loopback is refused. The index lies in a
//! temporary directory and is deleted in the end.

mod corpus;
mod measure;
mod writing;

use std::path::PathBuf;

use url::Url;
use voiceassist_rag::answer::{AnswerSettings, Draft};

use super::super::{Context, Failure};
use corpus::{Corpus, Question};
use measure::Score;

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
    /// Leave the embedding model out: words alone decide.
    #[arg(long)]
    words_only: bool,
    /// Ask every answerable question once more while its relevant documents are out of reach.
    #[arg(long)]
    leave_out: bool,
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
    let embedder = if arguments.words_only { None } else { corpus::embedder(context)? };
    let corpus = Corpus::fill(&arguments.corpus, embedder).await?;
    let questions = corpus::questions(&arguments.questions, &corpus)?;
    let mut score = Score::default();
    for question in &questions {
        let answer = answered(&corpus, writer.as_ref(), question, &[]).await?;
        score.add(&corpus, question, question.is_answerable, &answer);
        if arguments.leave_out && question.is_answerable {
            let hidden: Vec<&str> = question.relevant.iter().map(String::as_str).collect();
            let answer = answered(&corpus, writer.as_ref(), question, &hidden).await?;
            score.add(&corpus, question, false, &answer);
        }
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

/// One answer, in the parts that a reader would get.
async fn answered(
    corpus: &Corpus,
    writer: Option<&writing::Writer>,
    question: &Question,
    hidden: &[&str],
) -> anyhow::Result<measure::Answer> {
    let (passages, confidence) = corpus.find(&question.text, hidden).await?;
    if let Some(writer) = writer {
        let (parts, withheld) = writer.write(&question.text, &passages).await?;
        if !parts.is_empty() {
            return Ok(measure::Answer { parts, withheld, passages });
        }
        let parts = quoted(corpus, &question.text, &passages, confidence).await;
        return Ok(measure::Answer { parts, withheld, passages });
    }
    let parts = quoted(corpus, &question.text, &passages, confidence).await;
    Ok(measure::Answer { parts, withheld: 0, passages })
}

async fn quoted(
    corpus: &Corpus,
    question: &str,
    passages: &[voiceassist_model::Passage],
    confidence: f32,
) -> Vec<voiceassist_model::AnswerPart> {
    let draft = Draft::new(question, passages, &AnswerSettings { confidence, ..AnswerSettings::default() });
    let cosines = corpus.likeness(question, draft.sentences()).await;
    draft.finish(cosines.as_deref())
}
