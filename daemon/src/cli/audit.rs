//! `voiceassist audit`: who saw or did what, and whether the log still says what it said.
//!
//! Searching and exporting are recorded themselves, before anything is printed. Verifying an export needs neither the
//! database nor a configuration. Nothing here can change or remove a record.

mod export;
mod query;
mod verify;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::json;
use voiceassist_store::audit::signature::PublicKey;
use voiceassist_store::audit::{Action, Outcome};

use super::{Context, Failure};
use crate::audit::{Look, Notary};
use crate::keys;
use crate::wiring::{self, World};

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct AuditArguments {
    #[command(subcommand)]
    command: AuditCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum AuditCommand {
    /// Show the latest records, and with --follow those that come.
    Tail {
        /// How many.
        #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        lines: u32,
        /// Go on showing what comes until told to stop.
        #[arg(long, short)]
        follow: bool,
    },
    /// Search the log: who did what, who saw a document. The newest come first.
    Query(QueryArguments),
    /// Write the log to a file that proves itself, for whoever audits it.
    Export {
        /// The file, which must not exist yet; `-` is standard output.
        file: PathBuf,
        /// Only what follows this record.
        #[arg(long, default_value_t = 0, value_name = "RECORD")]
        after: u64,
    },
    /// Go over the log, or over an export of it, and name the first record that is not what it was.
    Verify {
        /// An export; without one the log in the database. An export is verified without database or configuration.
        export: Option<PathBuf>,
        /// A file with checkpoints kept elsewhere, for instance the daemon's log. May be given more than once.
        #[arg(long, value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
        /// A public key that may have signed, as `voiceassist audit key` prints it. May be given more than once.
        #[arg(long, value_name = "KEY")]
        public_key: Vec<PublicKey>,
    },
    /// Sign what the end of the log is, now, and keep it with the other checkpoints.
    Checkpoint,
    /// Print the public key of checkpoints and exports.
    Key,
}

/// What is searched for. Everything that is given must hold.
#[derive(Debug, clap::Args)]
struct QueryArguments {
    /// Done by this person: Nextcloud's user id, or the id of an account that is gone.
    #[arg(long, value_name = "USER")]
    person: Option<String>,
    /// About this document, by its id.
    #[arg(long, value_name = "ID")]
    document: Option<uuid::Uuid>,
    /// About this passage, by its id.
    #[arg(long, value_name = "ID", conflicts_with = "document")]
    passage: Option<uuid::Uuid>,
    /// About this person's account: Nextcloud's user id, or the id of an account that is gone.
    #[arg(long, value_name = "USER", conflicts_with_all = ["document", "passage"])]
    about: Option<String>,
    /// Of this kind, for instance answer.show; all are in the reference.
    #[arg(long, value_name = "CODE")]
    action: Option<Action>,
    /// Ended like this: begun, done, refused or failed.
    #[arg(long, value_name = "CODE")]
    outcome: Option<Outcome>,
    /// At this time or later: 2026-11-23 or 2026-11-23T08:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
    /// Records at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only records before this one, to go on where the last search ended.
    #[arg(long, value_name = "RECORD")]
    before: Option<u64>,
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &AuditArguments) -> Result<(), Failure> {
    let as_json = arguments.json;
    if let AuditCommand::Verify { export: Some(file), checkpoints, public_key } = &arguments.command {
        return verify::export(file, checkpoints, public_key, as_json);
    }
    let config = context.config()?;
    if let AuditCommand::Key = arguments.command {
        let key = keys::read_audit_key(&config.audit_key_file())?.public();
        if as_json {
            println!("{}", json!({ "public_key": key.to_string() }));
        } else {
            println!("{key}");
        }
        return Ok(());
    }
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    match &arguments.command {
        AuditCommand::Tail { lines, follow } => query::tail(&store, *lines, *follow, as_json).await,
        AuditCommand::Query(wanted) => query::run(&config, &store, wanted, as_json).await,
        AuditCommand::Export { file, after } => export::run(&config, &store, file, *after, as_json).await,
        AuditCommand::Verify { checkpoints, public_key, .. } => {
            verify::stored(&config, &store, checkpoints, public_key, as_json).await
        }
        AuditCommand::Checkpoint => match Notary::new(&config, &store)?.look(true).await? {
            Look::Kept(checkpoint) => {
                println!("{checkpoint}");
                Ok(())
            }
            Look::NotYet => Err(Failure::NothingFound),
        },
        AuditCommand::Key => Ok(()),
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    let instant = DateTime::parse_from_rfc3339(text);
    instant
        .map(|at| at.to_utc())
        .map_err(|_| "a day like 2026-11-23 or a time like 2026-11-23T08:00:00Z".to_owned())
}
