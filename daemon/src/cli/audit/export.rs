//! An export: a file that proves itself, made once and never over another.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry};

use crate::audit::{Notary, by_operator};
use crate::cli::Failure;
use crate::config::Config;

/// Writes it, and keeps the checkpoint at its end with the others.
pub(super) async fn run(
    config: &Config,
    store: &Store,
    file: &Path,
    after: u64,
    as_json: bool,
) -> Result<(), Failure> {
    let mut notary = Notary::new(config, store)?;
    let entry = Entry::new(Actor::Operator, Action::AuditExport).count("after", after);
    store.audit().append(by_operator(entry)).await?;
    let out: Box<dyn Write> = if file == Path::new("-") {
        Box::new(std::io::stdout().lock())
    } else {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        Box::new(opened.with_context(|| format!("making {}", file.display()))?)
    };
    let kept = notary.kept()?.checkpoints;
    let exported = store.audit().export(after, &kept, notary.key(), BufWriter::new(out)).await?;
    if let Some(checkpoint) = &exported.checkpoint {
        notary.keep(checkpoint)?;
    }
    let key = notary.key().public();
    // Standard output may be the export itself.
    if as_json {
        let told = json!({
            "records": exported.records, "unreadable": exported.unreadable, "public_key": key.to_string(),
        });
        eprintln!("{told}");
    } else {
        eprintln!(
            "{} records. Give the public key to whoever verifies, by another way:\n{key}",
            exported.records
        );
    }
    if exported.unreadable > 0 {
        eprintln!("{} rows cannot be read and are missing; verifying names the first.", exported.unreadable);
        return Err(Failure::Changed);
    }
    Ok(())
}
