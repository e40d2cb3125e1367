//! Verifying: the log in the database, or an export of it on a machine that has nothing else.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Value, json};
use voiceassist_store::Store;
use voiceassist_store::audit::checkpoint::Checkpoint;
use voiceassist_store::audit::export::{self, ExportFault};
use voiceassist_store::audit::signature::PublicKey;
use voiceassist_store::audit::{Fault, Finding};

use crate::audit;
use crate::cli::Failure;
use crate::config::Config;
use crate::keys;

/// Goes over the chain in the database, against the checkpoints of this machine and those that are given.
pub(super) async fn stored(
    config: &Config,
    store: &Store,
    files: &[PathBuf],
    trusted: &[PublicKey],
    as_json: bool,
) -> Result<(), Failure> {
    let own = keys::read_audit_key(&config.audit_key_file())?.public();
    let mut trusted = trusted.to_vec();
    trusted.push(own);
    let mut files = files.to_vec();
    files.push(config.checkpoints_file());
    let checkpoints = checkpoints(&files, &trusted, as_json)?;
    match store.audit().verify(&checkpoints).await? {
        Ok(finding) => {
            say_whole(&finding, json!({ "public_key": own.to_string() }), as_json);
            Ok(())
        }
        Err(fault) => {
            say_broken(&fault.to_string(), Some(fault), None, as_json);
            Err(Failure::Changed)
        }
    }
}

/// Goes over an export, without database or configuration.
pub(super) fn export(
    file: &Path,
    files: &[PathBuf],
    trusted: &[PublicKey],
    as_json: bool,
) -> Result<(), Failure> {
    let checkpoints = checkpoints(files, trusted, as_json)?;
    let input = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    match export::verify(BufReader::new(input), &checkpoints, trusted) {
        Ok(found) => {
            let told = json!({
                "first": found.first, "made_at": found.made_at, "public_key": found.key.to_string(),
                "key_given": !trusted.is_empty(),
            });
            say_whole(&found.chain, told, as_json);
            if trusted.is_empty() && !as_json {
                println!(
                    "Signed with the key {}.\nCompare it with the one you were given, or say it with --public-key: \
                     an export says by itself only that nobody changed it since whoever has that key.",
                    found.key
                );
            }
            Ok(())
        }
        Err(ExportFault::Read(error)) => {
            Err(Failure::Other(anyhow::Error::from(error).context("reading the export")))
        }
        Err(ExportFault::Chain { line, fault }) => {
            say_broken(&fault.to_string(), Some(fault), Some(line), as_json);
            Err(Failure::Changed)
        }
        Err(fault) => {
            say_broken(&fault.to_string(), None, None, as_json);
            Err(Failure::Changed)
        }
    }
}

/// The checkpoints of these files. One that was changed, or was signed by somebody else, ends everything: somebody had
/// their hands in it.
fn checkpoints(files: &[PathBuf], trusted: &[PublicKey], as_json: bool) -> Result<Vec<Checkpoint>, Failure> {
    let mut all = Vec::new();
    for file in files {
        let found = audit::read(file)?;
        if let Some((line, bad)) = found.bad.first() {
            say_broken(&format!("{}, line {line}: {bad}", file.display()), None, None, as_json);
            return Err(Failure::Changed);
        }
        let stranger =
            found.checkpoints.iter().find(|one| !trusted.is_empty() && !trusted.contains(&one.key));
        if let Some(checkpoint) = stranger {
            let message = format!(
                "{}: a checkpoint is signed with the key {}, which is not among the trusted ones (--public-key)",
                file.display(),
                checkpoint.key
            );
            say_broken(&message, None, None, as_json);
            return Err(Failure::Changed);
        }
        all.extend(found.checkpoints);
    }
    Ok(all)
}

fn say_whole(finding: &Finding, mut told: Value, as_json: bool) {
    let unvouched = finding.end.map_or(0, |end| end.sequence.saturating_sub(finding.vouched_to));
    if as_json {
        told["whole"] = json!(true);
        told["records"] = json!(finding.records);
        told["end"] =
            json!(finding.end.map(|end| json!({ "sequence": end.sequence, "hash": end.hash.to_string() })));
        told["checkpoints"] = json!(finding.checkpoints);
        told["vouched_to"] = json!(finding.vouched_to);
        told["clock_steps_back"] = json!(finding.clock_steps_back);
        println!("{told}");
        return;
    }
    println!(
        "The log holds together: {} records, {} checkpoints agree.",
        finding.records, finding.checkpoints
    );
    if unvouched > 0 {
        println!(
            "The last {unvouched} records, after record {}, are held together by their hashes alone: no checkpoint \
             vouches for them yet.",
            finding.vouched_to
        );
    }
    if finding.clock_steps_back > 0 {
        println!("{} records are older than the one before: a clock was set back.", finding.clock_steps_back);
    }
}

fn say_broken(message: &str, fault: Option<Fault>, line: Option<u64>, as_json: bool) {
    if as_json {
        let first_bad = fault.map(Fault::first_bad);
        let code = fault.map(Fault::code);
        println!(
            "{}",
            json!({ "whole": false, "message": message, "first_bad": first_bad, "fault": code, "line": line })
        );
        return;
    }
    println!("The log does not hold together: {message}.");
    if let Some(fault) = fault {
        println!("Believe nothing from record {} on.", fault.first_bad());
    }
}
