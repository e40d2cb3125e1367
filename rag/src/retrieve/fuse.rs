//! Ranked lists become one.
//!
//! Each leg's scores are spread over 0 to 1 for this question and added with weights. Merging by ranks alone (RRF) is not
//! used: on paraphrased questions and on gene names it loses up to seventeen points against the better leg. What is ranked
//! first is documents: by their best chunk in words, their best chunk in meaning, and how close the beginning of the
//! document is, because two of these together are right more often than one chunk that has all of them. A chunk then has
//! its document's score, lessened by how far it stands behind the best chunk of that document.
//!
//! Words weigh little by default, more the more of a question is names, more when meaning cannot tell its best ten hits
//! apart, and most when the question describes its subject through a name. The constants were chosen on one half of the
//! development questions of four kinds (research abstracts, health topics, consumers' questions, gene to disease) and held
//! on the other half; `voiceassist eval retrieval` measures them.

use std::collections::HashMap;

use voiceassist_model::{ChunkId, DocumentId};

use super::query::Question;
use super::{RankedChunk, drop_to};
use crate::index::{Hit, HybridHits};

/// What words weigh in a plain question.
const BASE: f32 = 0.30;
/// How much they gain when all of the question is names.
const PER_NAME_SHARE: f32 = 1.0;
/// How much they gain when the dense leg is flat.
const WHEN_FLAT: f32 = 0.3;
/// The dense leg is flat when its tenth hit is less than this share below its first.
const FLAT: f32 = 0.15;
const FLAT_RANK: usize = 10;
/// Meaning always keeps the rest.
const MOST: f32 = 0.75;
/// What words weigh when a subject is described through a name: the name is all there is to go by.
const DESCRIBED: f32 = 0.9;
/// What the beginning of a document weighs in its meaning; its best chunk weighs the rest.
const LEAD: f32 = 0.4;

/// What words weigh in this question; meaning weighs the rest.
pub(super) fn weight(question: &Question, legs: &HybridHits) -> f32 {
    if legs.dense.is_empty() {
        return 1.0;
    }
    if legs.sparse.is_empty() {
        return 0.0;
    }
    if question.is_described && question.name_share > 0.0 {
        return DESCRIBED;
    }
    let flatness = match drop_to(&legs.dense, FLAT_RANK) {
        Some(drop) if legs.dense.len() >= FLAT_RANK => (1.0 - drop / FLAT).max(0.0),
        _ => 0.0,
    };
    (BASE + PER_NAME_SHARE * question.name_share + WHEN_FLAT * flatness).min(MOST)
}

/// What speaks for a document.
#[derive(Clone, Copy, Default)]
struct Standing {
    words: f32,
    meaning: f32,
    lead: f32,
    /// The most that one of its chunks has by itself.
    best_chunk: f32,
}

/// One list, best first; equal scores are ordered by id, so that the same search gives the same list.
pub(super) fn fuse(legs: &HybridHits, weight: f32) -> Vec<RankedChunk> {
    let lead_weight = if legs.leads.is_empty() { 0.0 } else { LEAD };
    let mut chunks = HashMap::<ChunkId, RankedChunk>::new();
    let mut documents = HashMap::<DocumentId, Standing>::new();
    for (rank, hit, share) in spread(&legs.dense) {
        let chunk = chunks.entry(hit.chunk).or_insert_with(|| unranked(hit));
        chunk.dense_rank = Some(rank);
        chunk.score += (1.0 - weight) * share;
        let document = documents.entry(hit.document).or_default();
        document.meaning = document.meaning.max(share);
    }
    for (_, hit, share) in spread(&legs.leads) {
        let chunk = chunks.entry(hit.chunk).or_insert_with(|| unranked(hit));
        chunk.score = chunk.score.max((1.0 - weight) * lead_weight * share);
        let document = documents.entry(hit.document).or_default();
        document.lead = document.lead.max(share);
    }
    for (rank, hit, share) in spread(&legs.sparse) {
        let chunk = chunks.entry(hit.chunk).or_insert_with(|| unranked(hit));
        chunk.sparse_rank = Some(rank);
        chunk.score += weight * share;
        let document = documents.entry(hit.document).or_default();
        document.words = document.words.max(share);
    }
    for chunk in chunks.values() {
        let document = documents.entry(chunk.document).or_default();
        document.best_chunk = document.best_chunk.max(chunk.score);
    }
    let mut merged: Vec<_> = chunks.into_values().collect();
    for chunk in &mut merged {
        let document = documents.get(&chunk.document).copied().unwrap_or_default();
        let meaning = (1.0 - lead_weight) * document.meaning + lead_weight * document.lead;
        let whole = weight * document.words + (1.0 - weight) * meaning;
        let share = if document.best_chunk > 0.0 { chunk.score / document.best_chunk } else { 1.0 };
        chunk.score = (whole * share).clamp(0.0, 1.0);
    }
    in_order(&mut merged);
    merged
}

/// Best first.
pub(super) fn in_order(hits: &mut [RankedChunk]) {
    hits.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.chunk.cmp(&other.chunk)));
}

const fn unranked(hit: &Hit) -> RankedChunk {
    RankedChunk { chunk: hit.chunk, document: hit.document, score: 0.0, dense_rank: None, sparse_rank: None }
}

/// Each hit with its rank and its place between the leg's last and first score.
fn spread(leg: &[Hit]) -> impl Iterator<Item = (u32, &Hit, f32)> {
    let best = leg.first().map_or(0.0, |hit| hit.score);
    let least = leg.last().map_or(0.0, |hit| hit.score);
    let range = best - least;
    (1..).zip(leg).map(move |(rank, hit)| {
        let share = if range > f32::EPSILON { (hit.score - least) / range } else { 1.0 };
        (rank, hit, share.clamp(0.0, 1.0))
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId};

    use super::{BASE, DESCRIBED, MOST, fuse, weight};
    use crate::index::sparse::{SparseEncoder, TermKey};
    use crate::index::{Hit, HybridHits};
    use crate::retrieve::query::Question;

    fn chunk(number: u128) -> ChunkId {
        ChunkId::from_uuid(Uuid::from_u128(number))
    }

    fn leg(scores: &[(u128, f32)]) -> Vec<Hit> {
        scores
            .iter()
            .map(|(number, score)| Hit {
                chunk: chunk(*number),
                document: DocumentId::from_uuid(Uuid::from_u128(*number)),
                subject: Vec::new(),
                score: *score,
            })
            .collect()
    }

    fn question(text: &str) -> Question {
        Question::read(text, 100, &SparseEncoder::new(TermKey::new([1; 32])))
    }

    fn steep() -> Vec<Hit> {
        leg(&(0..10).map(|number| (number, 0.9 - 0.05 * number as f32)).collect::<Vec<_>>())
    }

    fn order(hits: &HybridHits, weight: f32) -> Vec<ChunkId> {
        fuse(hits, weight).into_iter().map(|hit| hit.chunk).collect()
    }

    #[test]
    fn a_plain_question_trusts_meaning_and_a_name_trusts_words() {
        let legs = HybridHits { dense: steep(), sparse: leg(&[(3, 9.0), (2, 1.0)]), ..HybridHits::default() };
        assert!((weight(&question("how is high blood pressure treated"), &legs) - BASE).abs() < 1e-6);
        assert!((weight(&question("DHODH BRCA1"), &legs) - MOST).abs() < 1e-6);
    }

    #[test]
    fn a_flat_dense_leg_gives_weight_to_words() {
        let flat = leg(&(0..10).map(|number| (number, 0.6)).collect::<Vec<_>>());
        let legs = HybridHits { dense: flat, sparse: leg(&[(3, 9.0), (2, 1.0)]), ..HybridHits::default() };
        assert!(weight(&question("what does the crx gene do"), &legs) > BASE + 0.25);
    }

    #[test]
    fn a_leg_alone_has_all_the_weight() {
        let words = HybridHits { dense: vec![], sparse: leg(&[(1, 3.0), (2, 1.0)]), ..HybridHits::default() };
        assert!((weight(&question("gout"), &words) - 1.0).abs() < 1e-6);
        assert_eq!(order(&words, 1.0), [chunk(1), chunk(2)]);
        let meaning =
            HybridHits { dense: leg(&[(2, 0.9), (1, 0.1)]), sparse: vec![], ..HybridHits::default() };
        assert!(weight(&question("gout"), &meaning) < 1e-6);
        assert_eq!(order(&meaning, 0.0), [chunk(2), chunk(1)]);
    }

    #[test]
    fn the_weight_decides_between_the_legs() {
        let legs = HybridHits {
            dense: leg(&[(1, 0.9), (3, 0.5), (2, 0.1)]),
            leads: vec![],
            sparse: leg(&[(2, 9.0), (3, 5.0), (1, 1.0)]),
        };
        assert_eq!(order(&legs, 0.3).first(), Some(&chunk(1)));
        assert_eq!(order(&legs, 0.7).first(), Some(&chunk(2)));
        let merged = fuse(&legs, 0.3);
        let third = merged.iter().find(|hit| hit.chunk == chunk(3)).unwrap();
        assert_eq!((third.dense_rank, third.sparse_rank), (Some(2), Some(2)));
        assert!(merged.iter().all(|hit| (0.0..=1.0).contains(&hit.score)));
    }

    #[test]
    fn a_subject_described_through_a_name_is_looked_for_by_the_name() {
        let legs = HybridHits { dense: steep(), sparse: leg(&[(3, 9.0), (2, 1.0)]), ..HybridHits::default() };
        let described = question("How common is the disease that DHODH mutations lead to?");
        assert!((weight(&described, &legs) - DESCRIBED).abs() < 1e-6);
    }

    #[test]
    fn a_document_stands_by_all_its_chunks_and_its_beginning() {
        let of = |chunks: &[(u128, u128, f32)]| -> Vec<Hit> {
            let hits = chunks.iter().map(|(number, document, score)| Hit {
                document: DocumentId::from_uuid(Uuid::from_u128(*document)),
                ..leg(&[(*number, *score)]).remove(0)
            });
            hits.collect()
        };
        // Document 1 has the words in one chunk and the meaning in another; document 2 is second in both.
        let mut legs = HybridHits {
            dense: of(&[(11, 1, 0.9), (21, 2, 0.8), (31, 3, 0.1)]),
            leads: vec![],
            sparse: of(&[(12, 1, 9.0), (21, 2, 8.0), (31, 3, 1.0)]),
        };
        assert_eq!(fuse(&legs, 0.5)[0].document, DocumentId::from_uuid(Uuid::from_u128(1)));
        legs.leads = of(&[(21, 2, 0.9), (31, 3, 0.2), (10, 1, 0.1)]);
        assert_eq!(fuse(&legs, 0.5)[0].document, DocumentId::from_uuid(Uuid::from_u128(2)));
        assert!(fuse(&legs, 0.5).iter().any(|hit| hit.chunk == chunk(10)), "the beginning itself is found");
    }

    #[test]
    fn equal_scores_keep_one_order() {
        let legs = HybridHits { dense: leg(&[(2, 0.5), (1, 0.5)]), sparse: vec![], ..HybridHits::default() };
        assert_eq!(order(&legs, 0.0), [chunk(1), chunk(2)]);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert!(fuse(&HybridHits::default(), 1.0).is_empty());
    }
}
