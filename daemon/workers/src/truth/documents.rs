//! Documents against the trees that hold them, and documents that stopped on their way.

use voiceassist_store::checks::CheckState;

use super::{Fault, Looking, PAGE, STUCK_AFTER};
use crate::JobError;

pub(super) async fn look(looking: &mut Looking<'_>) -> Result<(), JobError> {
    look_at_readers(looking).await?;
    look_for_stuck(looking).await
}

async fn look_at_readers(looking: &mut Looking<'_>) -> Result<(), JobError> {
    looking.report.part = Some("documents".to_owned());
    let truth = looking.context.store.truth();
    let mut after = None;
    loop {
        let (wrong, last, looked_at) = truth.wrong_readers(after, PAGE).await?;
        looking.report.documents += looked_at;
        if !wrong.is_empty() {
            let repairs = if looking.repair { truth.reconcile_readers(&wrong).await? } else { 0 };
            let ids = wrong.iter().map(|document| document.as_uuid());
            looking.report.found(Fault::WrongReadersInMirror, ids, repairs);
        }
        looking.say(CheckState::Running).await?;
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

async fn look_for_stuck(looking: &mut Looking<'_>) -> Result<(), JobError> {
    let context = looking.context;
    let since = context.clock.now() - STUCK_AFTER;
    let mut after = None;
    loop {
        let stuck = context.store.truth().stuck(since, context.embedder.is_some(), after, PAGE).await?;
        let Some(last) = stuck.last() else { return Ok(()) };
        after = Some(*last);
        let repairs = if looking.repair { context.store.truth().carry_on(&stuck).await? } else { 0 };
        let ids = stuck.iter().map(|document| document.as_uuid());
        looking.report.found(Fault::StuckDocuments, ids, repairs);
    }
}
