//! `voiceassist emit`: the reference that is made from the program itself.
//!
//! Nobody edits these pages; `just emit` writes them and the checks compare.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use voiceassist_model::{MetricKind, Reason};

use super::{Arguments, Failure, exit};
use crate::config::DEFAULT_TOML;
use crate::telemetry::catalogue;

mod calculators;

/// Arguments of `emit`.
#[derive(Debug, clap::Args)]
pub struct EmitArguments {
    /// What to print.
    what: What,
    /// Write into this folder instead, under the usual names.
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The HTTP interface.
    Openapi,
    /// The configuration file with every default.
    Config,
    /// The commands.
    Cli,
    /// The metrics.
    Metrics,
    /// The error codes.
    Errors,
    /// The medical calculators.
    Calculators,
    /// All of them; needs --into.
    All,
}

impl What {
    const EACH: [Self; 6] =
        [Self::Openapi, Self::Config, Self::Cli, Self::Metrics, Self::Errors, Self::Calculators];

    const fn file(self) -> &'static str {
        match self {
            Self::Openapi => "openapi.json",
            Self::Config => "configuration.md",
            Self::Cli => "cli.md",
            Self::Metrics => "metrics.md",
            Self::Calculators => "calculators.md",
            Self::Errors | Self::All => "errors.md",
        }
    }

    fn render(self) -> String {
        match self {
            Self::Openapi => voiceassist_server::openapi::json(),
            Self::Config => configuration(),
            Self::Cli => commands(),
            Self::Metrics => metrics(),
            Self::Calculators => calculators::page(),
            Self::Errors | Self::All => errors(),
        }
    }
}

/// Prints or writes.
pub fn run(arguments: &EmitArguments) -> Result<(), Failure> {
    match (&arguments.into, arguments.what) {
        (None, What::All) => Err(Failure::Other(anyhow::anyhow!("`emit all` needs --into FOLDER"))),
        (None, what) => {
            print!("{}", what.render());
            Ok(())
        }
        (Some(folder), What::All) => What::EACH.into_iter().try_for_each(|what| write(folder, what)),
        (Some(folder), what) => write(folder, what),
    }
}

fn write(folder: &Path, what: What) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(what.file()), what.render())?;
    Ok(())
}

const NOTE: &str = "<!-- Made by `just emit`; do not edit. -->\n";

fn configuration() -> String {
    format!("# Configuration\n\n{NOTE}\n```toml\n{DEFAULT_TOML}```\n")
}

fn commands() -> String {
    let mut out = format!("# Commands\n\n{NOTE}\n");
    let mut root = Arguments::command();
    root.build();
    describe(&mut out, &root, 2);
    out.push_str("## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (code, meaning) in exit::TABLE {
        _ = writeln!(out, "| {code} | {meaning} |");
    }
    out
}

fn describe(out: &mut String, command: &clap::Command, depth: usize) {
    let mut command = command.clone().term_width(100);
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    _ = writeln!(
        out,
        "{} {name}\n\n```text\n{}\n```\n",
        "#".repeat(depth),
        command.render_help().to_string().trim_end()
    );
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        describe(out, sub, 3);
    }
}

fn metrics() -> String {
    let mut out = format!("# Metrics\n\n{NOTE}\n| name | kind | labels | meaning |\n|---|---|---|---|\n");
    for metric in catalogue::all() {
        let kind = match metric.kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        _ = writeln!(out, "| `{}` | {kind} | {} | {} |", metric.name, metric.labels.join(", "), metric.help);
    }
    out
}

fn errors() -> String {
    let mut out =
        format!("# Errors\n\n{NOTE}\n## HTTP problems\n\n| status | code | meaning |\n|---|---|---|\n");
    for (status, code, meaning) in voiceassist_server::problem::catalogue() {
        _ = writeln!(out, "| {status} | `{code}` | {meaning} |");
    }
    out.push_str("\n## Why a document is not (fully) indexed\n\n| code | what the owner reads | trying again can help |\n|---|---|---|\n");
    for reason in Reason::ALL {
        let retry = if reason.retry_can_help() { "yes" } else { "no" };
        _ = writeln!(out, "| `{}` | {} | {retry} |", reason.code(), reason.explanation());
    }
    out
}
