//! `voiceassist doctor --deep`: mirror, index and server, compared down to the last chunk.
//!
//! The comparison runs where the index is open: in the daemon when one runs, otherwise in this command, which then works
//! the queue until the repairs are done too. Ids are printed, never names.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use voiceassist_model::CheckId;
use voiceassist_store::Store;
use voiceassist_store::checks::{Check, CheckState};
use voiceassist_workers::truth::Report;

use crate::cli::{Context, Failure, sync};
use crate::wiring::{self, World};

/// The time between two looks at the progress.
const GLANCE: Duration = Duration::from_millis(300);

/// Has everything compared, and prints what was found.
pub(super) async fn run(context: &Context, repair: bool, as_json: bool) -> Result<(), Failure> {
    let config = context.config()?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    let check = store.checks().request(repair).await?;
    let own = sync::work_here(&config, &world).await?;
    let followed = tokio::select! {
        followed = follow(&store, check, as_json) => followed,
        signal = crate::lifecycle::signal() => { signal?; Err(Failure::Partial) }
    };
    if let Some((runner, parts)) = own {
        if repair && followed.is_ok() {
            sync::settle(&store).await?;
        }
        runner.stop(sync::GRACE).await;
        parts.context.index.flush().await?;
    }
    let check = followed?;
    let report: Report = serde_json::from_value(check.report.clone().unwrap_or_default()).unwrap_or_default();
    if as_json {
        let state = check.state.as_str();
        println!("{}", serde_json::json!({ "state": state, "repair": repair, "report": check.report }));
    } else {
        print(&report, repair);
    }
    verdict(check.state, &report, repair)
}

/// Shows how far the check is until it is over.
async fn follow(store: &Store, id: CheckId, as_json: bool) -> Result<Check, Failure> {
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = if as_json { ProgressBar::hidden() } else { ProgressBar::new_spinner().with_style(style) };
    loop {
        let Some(check) = store.checks().find(id).await? else {
            return Err(Failure::Other(anyhow::anyhow!(
                "the check was forgotten; many others were asked for"
            )));
        };
        if check.state.is_over() {
            bar.finish_and_clear();
            return Ok(check);
        }
        let report: Option<Report> = check.report.and_then(|report| serde_json::from_value(report).ok());
        bar.set_message(match report {
            None => "waiting for a worker".to_owned(),
            Some(report) => looked_at(&report),
        });
        bar.tick();
        tokio::time::sleep(GLANCE).await;
    }
}

fn looked_at(report: &Report) -> String {
    format!(
        "{} points, {} chunks, {} documents, {} accounts with {} files",
        report.points, report.chunks, report.documents, report.accounts, report.files
    )
}

fn print(report: &Report, repair: bool) {
    println!("Compared {}.", looked_at(report));
    for (fault, found) in &report.faults {
        let repairs = if repair { format!(", {} repairs queued", found.repairs) } else { String::new() };
        let examples: Vec<String> = found.examples.iter().map(ToString::to_string).collect();
        println!("FAULT   {} {}{repairs}: {}", found.count, fault.meaning(), examples.join(" "));
    }
    for account in &report.catching_up {
        println!("behind  account {account} changed while it was compared; a look at it is queued");
    }
    for account in &report.unchecked {
        println!("--      account {} was not compared: {}", account.account, account.reason);
    }
    match (report.is_clean(), repair) {
        (true, _) => println!("Mirror, index and server agree."),
        (false, true) => println!("What was wrong is being put right; run this again afterwards."),
        (false, false) => println!("`voiceassist doctor --deep --repair` puts it right."),
    }
}

/// Whether a script may go on.
fn verdict(state: CheckState, report: &Report, repair: bool) -> Result<(), Failure> {
    if state == CheckState::Failed {
        return Err(Failure::Other(anyhow::anyhow!("the comparison was given up; the log says why")));
    }
    let is_mended = repair && report.faults.values().all(|found| found.repairs > 0);
    if (report.is_clean() || is_mended) && report.unchecked.is_empty() {
        Ok(())
    } else {
        Err(Failure::Partial)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use voiceassist_store::checks::CheckState;
    use voiceassist_workers::truth::Report;
    use voiceassist_workers::truth::report::{Fault, Found, Unchecked};

    use super::verdict;

    fn found(repairs: u64) -> Report {
        let found = Found { count: 3, repairs, examples: Vec::new() };
        Report { faults: BTreeMap::from([(Fault::OrphanPoints, found)]), ..Report::default() }
    }

    #[test]
    fn a_script_goes_on_only_when_all_agrees_or_is_being_mended() {
        let ok = |report: &Report, repair| verdict(CheckState::Done, report, repair).is_ok();
        assert!(ok(&Report::default(), false));
        assert!(!ok(&found(0), false));
        assert!(!ok(&found(0), true), "found and not repaired");
        assert!(ok(&found(3), true));
        let unchecked = Unchecked { account: uuid::Uuid::nil(), reason: "maintenance".to_owned() };
        assert!(!ok(&Report { unchecked: vec![unchecked], ..Report::default() }, true));
        assert!(verdict(CheckState::Failed, &Report::default(), false).is_err());
    }
}
