//! The commands and how a run of one ends.
//!
//! Each command is a file in `cli/`. A command returns what happened; this module alone turns that into words on
//! standard error and an exit code, so that a script can rely on both.

pub mod exit;

mod account;
mod audit;
mod calculate;
mod calendar;
mod collections;
mod contacts;
mod demo;
mod doctor;
mod emit;
mod eval;
mod extract;
mod files;
mod hooks;
mod index;
mod intent;
mod keys;
mod lent;
mod limits;
mod lines;
mod mail;
mod migrate;
mod models;
mod pair;
mod phi;
mod question;
mod scope;
mod serve;
mod sync;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use crate::config::{Config, DEFAULT_PATH};

/// Answers from a clinic's own Nextcloud, cited to the page.
#[derive(Debug, Parser)]
#[command(name = "voiceassist", version, arg_required_else_help = true)]
pub struct Arguments {
    /// Configuration file; without it /etc/voiceassist/config.toml is read if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the effective configuration, secrets hidden, and stop.
    #[arg(long)]
    print_config: bool,
    /// Accept what is only unsafe (plain http, open key files). For development; patient data does not belong there.
    #[arg(long, global = true)]
    insecure_dev: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon.
    Serve,
    /// See the whole of it work on synthetic documents, without any configuration.
    Demo(demo::DemoArguments),
    /// Look at the accounts now and read what is new.
    Sync(sync::SyncArguments),
    /// Find passages a person may read. The daemon must be running.
    Search(question::SearchArguments),
    /// Ask a question as a person. The daemon must be running.
    Ask(question::AskArguments),
    /// Calculate a medical score or formula. Needs no configuration.
    Calculate(calculate::CalculateArguments),
    /// Read the text of one file and print it.
    Extract(extract::ExtractArguments),
    /// Measure how well documents are read, found and answered from, on sets with known answers.
    Eval(eval::EvalArguments),
    /// Check every part and say what to do about what fails.
    Doctor(doctor::DoctorArguments),
    /// Say what the index holds, or make it anew from the database.
    Index(index::IndexArguments),
    /// Fetch and check the local models.
    Models(models::ModelsArguments),
    /// Connect people's Nextcloud accounts and look after them.
    Account(account::AccountArguments),
    /// Connect people's mailboxes and look after them.
    Mail(mail::MailArguments),
    /// Say what is in a person's calendars.
    Calendar(calendar::CalendarArguments),
    /// Find whom a person knows.
    Contacts(contacts::ContactsArguments),
    /// Have Nextcloud tell the daemon what changed.
    Hooks(hooks::HooksArguments),
    /// Say which files are read, for everybody or for one person.
    Scope(scope::ScopeArguments),
    /// Say which Nextcloud apps may vouch for the people signed in there.
    Pair(pair::PairArguments),
    /// Show the limits and times in force, or change them.
    Limits(limits::LimitsArguments),
    /// Say who saw or did what, and prove that nobody changed it.
    Audit(audit::AuditArguments),
    /// Write to Nextcloud as a person: folders, files, moves, deletions, tags.
    Files(files::FilesArguments),
    /// Find identifiers in texts, or replace them.
    Phi(phi::PhiArguments),
    /// Say what questions want and what would be asked back about them.
    Intent(intent::IntentArguments),
    /// Make the keys the daemon needs, and change them.
    Keys(keys::KeysArguments),
    /// Bring the database to this release's schema.
    Migrate,
    /// Print the reference that is generated from the program.
    Emit(emit::EmitArguments),
}

/// What every command gets.
pub struct Context {
    /// The file named with `--config`.
    config_file: Option<PathBuf>,
    /// Whether unsafe settings are forgiven.
    insecure_dev: bool,
    /// The process environment.
    environment: Vec<(String, String)>,
}

impl Context {
    /// The configuration, if it may be used.
    fn config(&self) -> Result<Config, Failure> {
        let config = self.unchecked_config()?;
        let complaints = config.complaints(self.insecure_dev);
        if complaints.is_empty() { Ok(config) } else { Err(Failure::Refused(complaints)) }
    }

    /// The configuration as it was given, for commands that explain or that need only part of it.
    fn unchecked_config(&self) -> Result<Config, Failure> {
        let standard = Path::new(DEFAULT_PATH);
        let file = self.config_file.as_deref().or_else(|| standard.exists().then_some(standard));
        Config::load(file, &self.environment).map_err(|error| Failure::Config(error.into()))
    }
}

/// How a command can fail.
#[derive(Debug)]
enum Failure {
    /// The configuration could not be read.
    Config(anyhow::Error),
    /// The configuration was read and refused.
    Refused(Vec<crate::config::Complaint>),
    /// Something it needs does not answer.
    Unreachable(anyhow::Error),
    /// It ran, and nothing was found.
    NothingFound,
    /// It ran, and part of it failed; what failed has been said.
    Partial,
    /// The audit log is not what it was, which has been said.
    Changed,
    /// Anything else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Runs one command to its exit code.
pub fn run(arguments: Arguments, environment: &[(String, String)]) -> u8 {
    let context = Context {
        config_file: arguments.config,
        insecure_dev: arguments.insecure_dev,
        environment: environment.to_vec(),
    };
    let outcome = match (arguments.print_config, arguments.command) {
        (true, _) => print_config(&context),
        (false, Some(command)) => dispatch(&context, command),
        (false, None) => Err(Failure::Other(anyhow::anyhow!("no command given; see voiceassist --help"))),
    };
    match outcome {
        Ok(()) => exit::OK,
        Err(failure) => report(&failure),
    }
}

fn dispatch(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        // The child that reads hostile files stays a single thread: no runtime is started for it.
        Command::Extract(arguments) => extract::run(&arguments),
        Command::Emit(arguments) => emit::run(&arguments),
        Command::Calculate(arguments) => calculate::run(&arguments),
        Command::Phi(arguments) => phi::run(&arguments),
        Command::Intent(arguments) => intent::run(&arguments),
        Command::Models(arguments) => models::run(context, &arguments),
        command => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            match command {
                Command::Serve => serve::run(context).await,
                Command::Demo(arguments) => demo::run(context, &arguments).await,
                Command::Sync(arguments) => sync::run(context, &arguments).await,
                Command::Search(arguments) => question::search(context, &arguments).await,
                Command::Ask(arguments) => question::ask(context, &arguments).await,
                Command::Eval(arguments) => eval::run(context, &arguments).await,
                Command::Doctor(arguments) => doctor::run(context, &arguments).await,
                Command::Index(arguments) => index::run(context, &arguments).await,
                Command::Account(arguments) => account::run(context, &arguments).await,
                Command::Mail(arguments) => Box::pin(mail::run(context, &arguments)).await,
                Command::Calendar(arguments) => calendar::run(context, &arguments).await,
                Command::Contacts(arguments) => contacts::run(context, &arguments).await,
                Command::Hooks(arguments) => hooks::run(context, &arguments).await,
                Command::Scope(arguments) => scope::run(context, &arguments).await,
                Command::Pair(arguments) => pair::run(context, &arguments).await,
                Command::Limits(arguments) => limits::run(context, &arguments).await,
                Command::Audit(arguments) => audit::run(context, &arguments).await,
                Command::Files(arguments) => files::run(context, &arguments).await,
                Command::Keys(arguments) => keys::run(context, &arguments).await,
                Command::Migrate => migrate::run(context).await,
                Command::Extract(_)
                | Command::Emit(_)
                | Command::Calculate(_)
                | Command::Phi(_)
                | Command::Intent(_)
                | Command::Models(_) => Ok(()),
            }
        }),
    }
}

fn print_config(context: &Context) -> Result<(), Failure> {
    let config = context.unchecked_config()?;
    print!("{}", config.redacted());
    let complaints = config.complaints(context.insecure_dev);
    if complaints.is_empty() { Ok(()) } else { Err(Failure::Refused(complaints)) }
}

fn report(failure: &Failure) -> u8 {
    match failure {
        Failure::Config(error) => {
            eprintln!("voiceassist: {error:#}");
            exit::CONFIGURATION
        }
        Failure::Refused(complaints) => {
            eprintln!("voiceassist: the configuration cannot be used:");
            for complaint in complaints {
                let forgivable = if complaint.only_unsafe { " (--insecure-dev allows it)" } else { "" };
                eprintln!("  {complaint}{forgivable}");
            }
            exit::CONFIGURATION
        }
        Failure::Unreachable(error) => {
            eprintln!("voiceassist: {error:#}");
            exit::UNREACHABLE
        }
        Failure::NothingFound => exit::NOTHING_FOUND,
        Failure::Partial => exit::PARTIAL,
        Failure::Changed => exit::CHANGED,
        Failure::Other(error) => {
            eprintln!("voiceassist: {error:#}");
            exit::FAILED
        }
    }
}
