//! `voiceassist sync`: look at the accounts now, and show how far reading has come.
//!
//! The looks are queued like the schedule's own. When a daemon runs, its workers take them; when none does, this
//! command works the queue itself until nothing is left.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use voiceassist_model::DocumentState;
use voiceassist_store::Store;
use voiceassist_store::accounts::Account;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::documents::StateCounts;
use voiceassist_store::jobs::{Enqueue, Job, Lane};
use voiceassist_workers::Runner;

use super::{Context, Failure, account, collections, mail};
use crate::config::Config;
use crate::lifecycle::start_workers;
use crate::telemetry;
use crate::wiring::{self, Parts, World};

/// The time between two looks whether the daemon that works is still there.
const PULSE: Duration = Duration::from_secs(5);
/// The time between two looks at the progress.
const GLANCE: Duration = Duration::from_millis(200);
/// How long running jobs may take to end after the last glance.
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// Arguments of `sync`.
#[derive(Debug, clap::Args)]
pub struct SyncArguments {
    /// Only this person's account, by Nextcloud's user id.
    #[arg(long, value_name = "USER")]
    account: Option<String>,
    /// Agree that what seems deleted in this person's files is deleted, and look at them. `voiceassist doctor` says whose
    /// deletions are held back, how many and why.
    #[arg(long, value_name = "USER", conflicts_with = "account")]
    accept_deletions: Option<String>,
    /// Look at this kind of thing alone.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Say what would be done and do nothing.
    #[arg(long, requires = "only")]
    plan: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// Files.
    Files,
    /// Mailboxes.
    Mail,
    /// Calendars and tasks.
    Calendar,
    /// Address books.
    Contacts,
}

/// Queues the looks and follows them.
pub async fn run(context: &Context, arguments: &SyncArguments) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    let accounts = match arguments.accept_deletions.as_ref().or(arguments.account.as_ref()) {
        Some(user) => vec![account::find(&store, &config, user).await?],
        None => account::all(&store).await?,
    };
    if accounts.is_empty() {
        return Err(Failure::Other(anyhow::anyhow!(
            "no account is connected; start with `voiceassist account connect`"
        )));
    }
    if arguments.accept_deletions.is_some() {
        accept_deletions(&store, &accounts).await?;
    }
    if arguments.plan {
        return match arguments.only {
            Some(Only::Mail) => mail::plan(&config, &store, &accounts, arguments.json).await,
            Some(Only::Calendar) => {
                collections::plan(&config, &store, &accounts, CollectionClass::Calendar, arguments.json).await
            }
            Some(Only::Contacts) => {
                collections::plan(&config, &store, &accounts, CollectionClass::AddressBook, arguments.json)
                    .await
            }
            _ => Err(Failure::Other(anyhow::anyhow!(
                "there is no plan for files: they are looked at as they come"
            ))),
        };
    }
    let wants = |kind: Only| arguments.only.is_none_or(|only| only == kind);
    if wants(Only::Mail) {
        mail::enqueue(&store, &accounts).await?;
    }
    for (kind, class) in
        [(Only::Calendar, CollectionClass::Calendar), (Only::Contacts, CollectionClass::AddressBook)]
    {
        if wants(kind) {
            collections::enqueue(&store, &accounts, class).await?;
        }
    }
    let looked_at: &[Account] = if wants(Only::Files) { &accounts } else { &[] };
    for account in looked_at {
        let mut job = Enqueue::new(Job::SyncFiles { account: account.id });
        job.lane = Lane::Interactive;
        store.jobs().enqueue_now(job).await?;
    }
    let own = work_here(&config, &world).await?;
    let followed = tokio::select! {
        counts = follow(&store, arguments.json) => counts,
        () = until_nobody_works(&config), if own.is_none() => Err(Failure::Unreachable(anyhow::anyhow!(
            "the daemon that did the work has stopped; nothing is lost, start it or run this again"
        ))),
        signal = crate::lifecycle::signal() => { signal?; Err(Failure::Partial) }
    };
    if let Some((runner, parts)) = own {
        runner.stop(GRACE).await;
        parts.context.index.flush().await?;
    }
    let failed = followed?.get(DocumentState::Failed);
    let after = account::all(&store).await?;
    let troubled: Vec<_> = after
        .iter()
        .filter(|account| {
            accounts.iter().any(|asked| asked.id == account.id) && account.state_reason.is_some()
        })
        .collect();
    for account in &troubled {
        let reason = account.state_reason.as_deref().unwrap_or_default();
        eprintln!(
            "{}: {} ({reason}); `voiceassist doctor` says more",
            account.user_id,
            account.state.as_str()
        );
    }
    for (kind, class) in
        [(Only::Calendar, CollectionClass::Calendar), (Only::Contacts, CollectionClass::AddressBook)]
    {
        if arguments.only == Some(kind) {
            collections::report(&store, &accounts, class, arguments.json).await?;
        }
    }
    if failed > 0 || !troubled.is_empty() { Err(Failure::Partial) } else { Ok(()) }
}

/// Notes that a person agrees to what is held back.
async fn accept_deletions(store: &Store, accounts: &[Account]) -> Result<(), Failure> {
    for account in accounts {
        let Some(held) = store.cursors().accept_deletions(account.id).await? else {
            return Err(Failure::Other(anyhow::anyhow!(
                "no deletions are held back for {}",
                account.user_id
            )));
        };
        eprintln!(
            "{}: {} of {} files and folders may go; if more are missing by now, nothing is removed",
            account.user_id, held.unseen, held.total
        );
    }
    Ok(())
}

/// Works the queue in this process, unless a daemon holds the index and does so already.
pub(super) async fn work_here(config: &Config, world: &World) -> Result<Option<(Runner, Parts)>, Failure> {
    if tokio::net::TcpStream::connect(config.server.listen).await.is_ok() {
        return Ok(None);
    }
    let parts = Parts::assemble(config, world).await?;
    let replica = world.randomness.uuid(&*world.clock).to_string();
    let runner = start_workers(&parts, config, replica).await?;
    Ok(Some((runner, parts)))
}

/// Waits until no daemon answers any more.
async fn until_nobody_works(config: &Config) {
    loop {
        tokio::time::sleep(PULSE).await;
        if tokio::net::TcpStream::connect(config.server.listen).await.is_err() {
            return;
        }
    }
}

/// Waits until the queue holds nothing that is due.
pub(super) async fn settle(store: &Store) -> Result<(), Failure> {
    while store.jobs().stats().await?.due() > 0 {
        tokio::time::sleep(GLANCE).await;
    }
    Ok(())
}

/// Shows the progress until the queue holds nothing that is due.
pub async fn follow(store: &Store, as_json: bool) -> Result<StateCounts, Failure> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} documents · {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = if as_json { ProgressBar::hidden() } else { ProgressBar::new(0).with_style(style) };
    let counts = loop {
        let stats = store.jobs().stats().await?;
        let counts = store.documents().counts(None).await?;
        let finished = [
            DocumentState::Indexed,
            DocumentState::Searchable,
            DocumentState::Skipped,
            DocumentState::Failed,
        ]
        .into_iter()
        .map(|state| counts.get(state))
        .sum::<u64>();
        bar.set_length(counts.total());
        bar.set_position(finished);
        bar.set_message(summary(&counts));
        if stats.due() == 0 {
            break counts;
        }
        tokio::time::sleep(GLANCE).await;
    };
    bar.finish_and_clear();
    if as_json {
        let states: serde_json::Map<String, serde_json::Value> =
            counts.iter().map(|(state, count)| (state.as_str().to_owned(), json!(count))).collect();
        println!("{}", json!({ "documents": states }));
    } else {
        println!("{} documents: {}.", counts.total(), summary(&counts));
    }
    Ok(counts)
}

fn summary(counts: &StateCounts) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (state, count) in counts.iter() {
        if count > 0 {
            parts.push(format!("{count} {}", state.as_str()));
        }
    }
    if parts.is_empty() { "none yet".to_owned() } else { parts.join(", ") }
}
