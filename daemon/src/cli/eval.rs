//! `voiceassist eval`: how well the parts do their work, on sets whose right answers are known.
//!
//! Each measure is a file in `eval/` and runs the parts that the daemon runs, not copies of them. A set is a file of
//! lines, one JSON object each; a line that cannot be used is named by its number and fails the run in the end, so that
//! no figure is quietly taken over fewer cases than were given.

mod answers;
mod extract;
mod progress;
mod remembered;
mod retrieval;
mod scratch;
mod sets;

use clap::Subcommand;

use super::{Context, Failure};

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub struct EvalArguments {
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Debug, Subcommand)]
enum Measure {
    /// Whether answers say what the documents say, and nothing where they say nothing.
    Answers(answers::AnswersArguments),
    /// How much of documents is read, in order, and what that costs.
    Extract(extract::ExtractArguments),
    /// How well the right document is found, beside what words, meaning and their plain fusion find alone.
    Retrieval(retrieval::RetrievalArguments),
}

/// Measures and prints.
pub async fn run(context: &Context, arguments: &EvalArguments) -> Result<(), Failure> {
    match &arguments.measure {
        Measure::Answers(arguments) => answers::run(context, arguments).await,
        Measure::Extract(arguments) => extract::run(context, arguments).await,
        Measure::Retrieval(arguments) => retrieval::run(context, arguments).await,
    }
}
