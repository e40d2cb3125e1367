//! Every part, checked in the order it is needed, each failure with what to do.
//!
//! A check that cannot run because an earlier one failed is skipped and says so. Checks read; none repairs.

mod accounts;
mod audit;
mod chat;
mod database;
mod embedding;
mod index;
mod nextcloud;
mod reader;
mod redis;

use serde::Serialize;
use voiceassist_store::Store;

use crate::config::Config;
use crate::models::{self, Lock, State};
use crate::wiring::World;

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The step.
    pub step: String,
    /// How it went.
    pub verdict: Verdict,
    /// What was seen, or what to do.
    pub detail: String,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Fine.
    Ok,
    /// It works, with less than it could.
    Warning,
    /// It does not work.
    Failed,
    /// Not looked at, because something it needs failed.
    Skipped,
}

impl Finding {
    fn new(step: &str, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { step: step.to_owned(), verdict, detail: detail.into() }
    }

    fn ok(step: &str, detail: impl Into<String>) -> Self {
        Self::new(step, Verdict::Ok, detail)
    }

    fn warning(step: &str, detail: impl Into<String>) -> Self {
        Self::new(step, Verdict::Warning, detail)
    }

    fn failed(step: &str, detail: impl Into<String>) -> Self {
        Self::new(step, Verdict::Failed, detail)
    }

    fn skipped(step: &str, needs: &str) -> Self {
        Self::new(step, Verdict::Skipped, format!("needs {needs}"))
    }
}

/// Runs every check.
pub async fn examine(config: &Config, insecure_dev: bool, world: &World) -> Vec<Finding> {
    let mut findings = configuration(config, insecure_dev);
    let (finding, store) = database::examine(config, world).await;
    findings.push(finding);
    match &store {
        Some(store) => findings.extend(audit::examine(config, store).await),
        None => findings.push(Finding::skipped("audit", "the database")),
    }
    let (nextcloud, reachable) = nextcloud::examine(config).await;
    findings.extend(nextcloud);
    findings.extend(examine_accounts(config, store.as_ref(), reachable).await);
    findings.push(index::examine(config, world, store.as_ref()).await);
    findings.extend(redis::examine(config, world, store.as_ref()).await);
    findings.push(local_models(config));
    findings.extend(chat::examine(config, store.as_ref()).await);
    findings.push(embedding::examine(config, store.as_ref()).await);
    findings.push(reader::examine());
    findings
}

fn configuration(config: &Config, insecure_dev: bool) -> Vec<Finding> {
    let complaints = config.complaints(insecure_dev);
    if complaints.is_empty() {
        return vec![Finding::ok("configuration", "complete and safe")];
    }
    complaints.iter().map(|complaint| Finding::failed("configuration", complaint.to_string())).collect()
}

async fn examine_accounts(config: &Config, store: Option<&Store>, reachable: bool) -> Vec<Finding> {
    match store {
        None => vec![Finding::skipped("accounts", "the database")],
        Some(_) if !reachable => vec![Finding::skipped("accounts", "Nextcloud")],
        Some(store) => accounts::examine(config, store).await,
    }
}

fn local_models(config: &Config) -> Finding {
    let step = "models";
    let lock = match Lock::built_in() {
        Ok(lock) => lock,
        Err(error) => return Finding::failed(step, error.to_string()),
    };
    let missing = models::list(&lock, &config.models_directory())
        .into_iter()
        .filter(|file| file.state != State::Present)
        .count();
    match missing {
        0 => Finding::ok(step, format!("in {}", config.models_directory().display())),
        missing => Finding::warning(
            step,
            format!(
                "{missing} files missing or damaged; documents are found by words only until `voiceassist models pull`"
            ),
        ),
    }
}
