//! Points against chunks, both ways: what the index has must be wanted, and what is wanted must be there.

use std::collections::BTreeSet;

use voiceassist_model::{ChunkId, DocumentId};
use voiceassist_store::checks::CheckState;
use voiceassist_store::truth::{PointFault, SeenPoint};

use super::{Fault, Looking, PAGE};
use crate::JobError;

pub(super) async fn look(looking: &mut Looking<'_>) -> Result<(), JobError> {
    look_at_points(looking).await?;
    look_for_points(looking).await
}

/// Every point of the index: should it be there, and as it is?
async fn look_at_points(looking: &mut Looking<'_>) -> Result<(), JobError> {
    looking.report.part = Some("points".to_owned());
    let context = looking.context;
    let mut from = None;
    loop {
        let page = context.index.scan(from, PAGE as usize).await?;
        let seen: Vec<SeenPoint> = page
            .points
            .iter()
            .map(|placed| SeenPoint {
                chunk: placed.chunk,
                document: placed.document,
                access_set: placed.access_set,
            })
            .collect();
        looking.report.points += seen.len() as u64;
        let judged = context.store.truth().judge_points(&seen).await?;
        note(looking, &judged).await?;
        looking.say(CheckState::Running).await?;
        from = page.next;
        if from.is_none() {
            return Ok(());
        }
    }
}

async fn note(looking: &mut Looking<'_>, judged: &[(SeenPoint, PointFault)]) -> Result<(), JobError> {
    let truth = looking.context.store.truth();
    let with = |wanted: PointFault| {
        judged.iter().filter(move |(_, fault)| *fault == wanted).map(|(point, _)| *point)
    };
    let documents = |wanted| with(wanted).map(|point| point.document).collect::<BTreeSet<_>>();
    let mut repairs = [0; 3];
    if looking.repair && !judged.is_empty() {
        let orphans: Vec<(DocumentId, ChunkId)> =
            with(PointFault::Orphan).map(|point| (point.document, point.chunk)).collect();
        let vectors = looking.context.embedder.is_some();
        let misplaced: Vec<ChunkId> = with(PointFault::Misplaced).map(|point| point.chunk).collect();
        let owners = truth.owners(&misplaced).await?;
        let foreign: Vec<DocumentId> = documents(PointFault::WrongReaders).into_iter().collect();
        repairs = [
            truth.forget_points(&orphans).await?,
            truth.reindex(&owners, vectors).await?,
            truth.rewrite_readers(&foreign).await?,
        ];
    }
    let kinds = [
        (Fault::OrphanPoints, PointFault::Orphan),
        (Fault::MisplacedPoints, PointFault::Misplaced),
        (Fault::WrongReadersInIndex, PointFault::WrongReaders),
    ];
    for ((fault, wanted), repaired) in kinds.into_iter().zip(repairs) {
        looking.report.found(fault, with(wanted).map(|point| point.document.as_uuid()), repaired);
    }
    Ok(())
}

/// Every chunk that should be found: is it?
async fn look_for_points(looking: &mut Looking<'_>) -> Result<(), JobError> {
    looking.report.part = Some("chunks".to_owned());
    let context = looking.context;
    let mut after = None;
    loop {
        let page = context.store.truth().expected_points(after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(*last);
        looking.report.chunks += page.len() as u64;
        let missing = missing(looking, &page).await?;
        let documents: BTreeSet<DocumentId> = missing.iter().map(|(_, document)| *document).collect();
        let documents: Vec<DocumentId> = documents.into_iter().collect();
        let mut repairs = 0;
        if looking.repair && !documents.is_empty() {
            repairs = context.store.truth().reindex(&documents, context.embedder.is_some()).await?;
        }
        let ids = missing.iter().map(|(_, document)| document.as_uuid());
        looking.report.found(Fault::ChunksWithoutPoint, ids, repairs);
        looking.say(CheckState::Running).await?;
    }
}

/// Those without a point. Asked twice, because a document may be replaced between the two sides' answers.
async fn missing(
    looking: &Looking<'_>,
    page: &[(ChunkId, DocumentId)],
) -> Result<Vec<(ChunkId, DocumentId)>, JobError> {
    let mut open = page.to_vec();
    for again in [false, true] {
        if again {
            let still = looking.context.store.truth().still_expected(&open).await?;
            open.retain(|(chunk, _)| still.contains(chunk));
        }
        if open.is_empty() {
            break;
        }
        let asked: Vec<ChunkId> = open.iter().map(|(chunk, _)| *chunk).collect();
        let there: BTreeSet<ChunkId> = looking.context.index.contains(asked).await?.into_iter().collect();
        open.retain(|(chunk, _)| !there.contains(chunk));
    }
    Ok(open)
}
