//! Two ranked lists become one.
//!
//! Each leg's scores are spread over 0 to 1 for this question and added with a weight. Merging by ranks alone (RRF) is
//! not used: on paraphrased questions and on gene names it loses up to seventeen points against the better leg. Words
//! weigh little by default, more the more of a question is names, and more when meaning cannot tell its best ten hits
//! apart. The constants were chosen on development questions of three kinds (research abstracts, health topics, gene
//! to disease) and keep the merged list at or above the better leg on each.

use std::collections::HashMap;

use voiceassist_model::ChunkId;

use super::query::Question;
use super::{RankedChunk, drop_to};
use crate::index::{Hit, HybridHits};

/// What words weigh in a plain question.
const BASE: f32 = 0.30;
/// How much they gain when all of the question is names.
const PER_NAME_SHARE: f32 = 2.2;
/// How much they gain when the dense leg is flat.
const WHEN_FLAT: f32 = 0.6;
/// The dense leg is flat when its tenth hit is less than this share below its first.
const FLAT: f32 = 0.15;
const FLAT_RANK: usize = 10;
/// Meaning always keeps the rest.
const MOST: f32 = 0.75;

/// What words weigh in this question; meaning weighs the rest.
pub(super) fn weight(question: &Question, legs: &HybridHits) -> f32 {
    if legs.dense.is_empty() {
        return 1.0;
    }
    if legs.sparse.is_empty() {
        return 0.0;
    }
    let flatness = match drop_to(&legs.dense, FLAT_RANK) {
        Some(drop) if legs.dense.len() >= FLAT_RANK => (1.0 - drop / FLAT).max(0.0),
        _ => 0.0,
    };
    (BASE + PER_NAME_SHARE * question.name_share + WHEN_FLAT * flatness).min(MOST)
}

/// One list, best first; equal scores are ordered by id, so that the same search gives the same list.
pub(super) fn fuse(legs: &HybridHits, weight: f32) -> Vec<RankedChunk> {
    let mut merged = HashMap::<ChunkId, RankedChunk>::new();
    for (rank, hit, share) in spread(&legs.dense) {
        let entry = merged.entry(hit.chunk).or_insert_with(|| unranked(hit));
        entry.dense_rank = Some(rank);
        entry.score += (1.0 - weight) * share;
    }
    for (rank, hit, share) in spread(&legs.sparse) {
        let entry = merged.entry(hit.chunk).or_insert_with(|| unranked(hit));
        entry.sparse_rank = Some(rank);
        entry.score += weight * share;
    }
    let mut merged: Vec<_> = merged.into_values().collect();
    merged.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.chunk.cmp(&other.chunk)));
    merged
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

    use super::{BASE, MOST, fuse, weight};
    use crate::index::sparse::{SparseEncoder, TermKey};
    use crate::index::{Hit, HybridHits};
    use crate::retrieve::query::Question;

    fn chunk(number: u128) -> ChunkId {
        ChunkId::from_uuid(Uuid::from_u128(number))
    }

    fn leg(scores: &[(u128, f32)]) -> Vec<Hit> {
        let document = DocumentId::from_uuid(Uuid::nil());
        scores.iter().map(|(number, score)| Hit { chunk: chunk(*number), document, score: *score }).collect()
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
        let legs = HybridHits { dense: steep(), sparse: leg(&[(3, 9.0), (2, 1.0)]) };
        assert!((weight(&question("how is high blood pressure treated"), &legs) - BASE).abs() < 1e-6);
        assert!((weight(&question("DHODH BRCA1"), &legs) - MOST).abs() < 1e-6);
    }

    #[test]
    fn a_flat_dense_leg_gives_weight_to_words() {
        let flat = leg(&(0..10).map(|number| (number, 0.6)).collect::<Vec<_>>());
        let legs = HybridHits { dense: flat, sparse: leg(&[(3, 9.0), (2, 1.0)]) };
        assert!(weight(&question("what does the crx gene do"), &legs) > 0.7);
    }

    #[test]
    fn a_leg_alone_has_all_the_weight() {
        let words = HybridHits { dense: vec![], sparse: leg(&[(1, 3.0), (2, 1.0)]) };
        assert!((weight(&question("gout"), &words) - 1.0).abs() < 1e-6);
        assert_eq!(order(&words, 1.0), [chunk(1), chunk(2)]);
        let meaning = HybridHits { dense: leg(&[(2, 0.9), (1, 0.1)]), sparse: vec![] };
        assert!(weight(&question("gout"), &meaning) < 1e-6);
        assert_eq!(order(&meaning, 0.0), [chunk(2), chunk(1)]);
    }

    #[test]
    fn the_weight_decides_between_the_legs() {
        let legs = HybridHits {
            dense: leg(&[(1, 0.9), (3, 0.5), (2, 0.1)]),
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
    fn equal_scores_keep_one_order() {
        let legs = HybridHits { dense: leg(&[(2, 0.5), (1, 0.5)]), sparse: vec![] };
        assert_eq!(order(&legs, 0.0), [chunk(1), chunk(2)]);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert!(fuse(&HybridHits::default(), 1.0).is_empty());
    }
}
