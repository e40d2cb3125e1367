//! What the whole path costs: requests, seconds, memory.
//!
//! Each section prints rows of one Markdown table, measured in this run on this machine; nothing is compared with a
//! goal and nothing is rounded in anybody's favour. Sections can be named on the command line. The corpus and the
//! loopback Nextcloud are the ones of the tests; vectors come from the local model where it is installed
//! (`VOICEASSIST_MODELS_DIR`), and a row that needs it says so when it is not.

#![expect(clippy::print_stdout, reason = "a benchmark talks to its user")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop and say where")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "made-up words and vectors are approximate"
)]

mod agenda;
mod arrival;
mod egress;
mod endpoint;
mod following;
mod footprint;
mod ingest;
mod load;
mod mailbox;
mod million;
#[path = "../../tests/it/program.rs"]
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
mod program;
mod questions;
mod readers;
mod revocation;
mod search;
mod stage;

use std::time::Duration;

/// One row of the table.
pub(crate) fn row(what: &str, figure: impl std::fmt::Display) {
    println!("| {what} | {figure} |");
}

/// The value below which `percent` of the sorted samples lie.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// Milliseconds with one decimal.
pub(crate) fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[tokio::main]
async fn main() {
    _ = rustls::crypto::ring::default_provider().install_default();
    // Cargo adds `--bench`; what is left names sections.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if wanted.first().is_some_and(|word| word == million::SERVE) {
        million::serve().await;
        return;
    }
    if wanted.first().is_some_and(|word| word == mailbox::SERVE) {
        mailbox::serve().await;
        return;
    }
    let asked = |section: &str| wanted.is_empty() || wanted.iter().any(|name| name == section);
    println!("| what | measured |\n|---|---|");
    if asked("following") {
        following::measure().await;
    }
    // Takes minutes, and so is measured only when it is named.
    if wanted.iter().any(|name| name == "million") {
        million::measure().await;
    }
    // The same.
    if wanted.iter().any(|name| name == "mailbox") {
        mailbox::measure().await;
    }
    // The same.
    if wanted.iter().any(|name| name == "agenda") {
        agenda::measure().await;
    }
    if asked("arrival") {
        arrival::measure().await;
    }
    // Takes minutes, and so is measured only when it is named.
    if wanted.iter().any(|name| name == "egress") {
        egress::measure().await;
    }
    if asked("ingest") {
        ingest::measure().await;
    }
    if asked("questions") {
        questions::measure().await;
    }
    if asked("readers") {
        readers::measure().await;
    }
    if asked("search") {
        search::measure().await;
    }
    // Takes an hour with its usual number of trials, so it wants to be named.
    if wanted.iter().any(|name| name == "revocation") {
        revocation::measure().await;
    }
    // Takes minutes, and so is measured only when it is named.
    if wanted.iter().any(|name| name == "load") {
        load::measure().await;
    }
    if asked("footprint") {
        footprint::measure().await;
    }
}
