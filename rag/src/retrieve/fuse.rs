//! Ranked lists become one.
//!
//! Each leg's scores become shares of 0 to 1 and are added with weights. Scores by words have no scale of their own, so they
//! are spread between the leg's first and last. Likeness of meaning has one, and a list in which nothing stands out must not
//! be stretched until something does: a share is how far a hit stands behind the best one on that scale. What a leg does not
//! hold scored no more than its last hit. Merging by ranks alone (RRF) is not used: on paraphrased questions and on gene
//! names it loses up to seventeen points against the better leg.
//!
//! What is ranked first is documents: by their best chunk in words, their best chunk in meaning, and how close the beginning
//! of the document is, because two of these together are right more often than one chunk that has all of them. A chunk then
//! has its document's score, lessened by how far it stands behind the best chunk of that document.
//!
//! Words weigh little by default, more the more of a question is names, and most when the question describes its subject
//! through a name. The constants were chosen on one half of the development questions of four kinds (research abstracts,
//! health topics, consumers' questions, gene to disease) and held on the other half; `voiceassist eval retrieval` measures
//! them.

use std::collections::HashMap;

use voiceassist_model::{ChunkId, DocumentId};

use super::RankedChunk;
use super::query::Question;
use crate::index::{Hit, HybridHits};

/// What words weigh in a plain question.
const BASE: f32 = 0.25;
/// How much they gain when all of the question is names.
const PER_NAME_SHARE: f32 = 1.0;
/// A hit this much less alike than the best one, in cosines of the model that is installed, has no share left.
const REACH: f32 = 0.4;
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
    (BASE + PER_NAME_SHARE * question.name_share).min(MOST)
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
    let (dense, leads, sparse) =
        (Leg::by_meaning(&legs.dense), Leg::by_meaning(&legs.leads), Leg::by_words(&legs.sparse));
    let unknown = Standing { words: 0.0, meaning: dense.least, lead: leads.least, best_chunk: 0.0 };
    let mut chunks = HashMap::<ChunkId, RankedChunk>::new();
    let mut documents = HashMap::<DocumentId, Standing>::new();
    for (rank, hit, share) in dense.hits() {
        let chunk = chunks.entry(hit.chunk).or_insert_with(|| unranked(hit));
        chunk.dense_rank = Some(rank);
        chunk.score = (1.0 - weight) * share;
        let document = documents.entry(hit.document).or_insert(unknown);
        document.meaning = document.meaning.max(share);
    }
    for (_, hit, share) in leads.hits() {
        let own = (1.0 - weight) * lead_weight * share;
        let chunk = chunks.entry(hit.chunk).or_insert_with(|| unranked(hit));
        chunk.score = chunk.score.max(own);
        let document = documents.entry(hit.document).or_insert(unknown);
        document.lead = document.lead.max(share);
    }
    for (rank, hit, share) in sparse.hits() {
        let chunk = chunks
            .entry(hit.chunk)
            .or_insert_with(|| RankedChunk { score: (1.0 - weight) * dense.least, ..unranked(hit) });
        chunk.sparse_rank = Some(rank);
        chunk.score += weight * share;
        let document = documents.entry(hit.document).or_insert(unknown);
        document.words = document.words.max(share);
    }
    for chunk in chunks.values() {
        let document = documents.entry(chunk.document).or_insert(unknown);
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

/// A leg and how its scores become shares.
struct Leg<'l> {
    hits: &'l [Hit],
    best: f32,
    /// What is behind the best by this much has no share left.
    reach: f32,
    /// The share of the last one.
    least: f32,
}

impl<'l> Leg<'l> {
    /// Shares on the scale of likeness.
    fn by_meaning(hits: &'l [Hit]) -> Self {
        Self::new(hits, REACH)
    }

    /// Shares between the first and the last.
    fn by_words(hits: &'l [Hit]) -> Self {
        let ends = hits.first().zip(hits.last());
        Self::new(hits, ends.map_or(0.0, |(first, last)| first.score - last.score))
    }

    fn new(hits: &'l [Hit], reach: f32) -> Self {
        let mut leg = Self { hits, best: hits.first().map_or(0.0, |hit| hit.score), reach, least: 0.0 };
        leg.least = hits.last().map_or(0.0, |hit| leg.share(hit));
        leg
    }

    fn share(&self, hit: &Hit) -> f32 {
        if self.reach > f32::EPSILON {
            (1.0 - (self.best - hit.score) / self.reach).clamp(0.0, 1.0)
        } else {
            1.0
        }
    }

    /// Each hit with its rank and its share.
    fn hits(&self) -> impl Iterator<Item = (u32, &'l Hit, f32)> {
        (1..).zip(self.hits).map(|(rank, hit)| (rank, hit, self.share(hit)))
    }
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
        Question::read(text, 100, &SparseEncoder::new(TermKey::new([1; 32])), false)
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
    fn a_list_in_which_nothing_stands_out_is_not_stretched_until_something_does() {
        // Words know it; meaning has fifty hits of nearly one likeness.
        let flat = leg(&(0..50).map(|number| (number, 0.30 - 0.001 * number as f32)).collect::<Vec<_>>());
        let legs = HybridHits { dense: flat, sparse: leg(&[(40, 9.0), (0, 1.0)]), ..HybridHits::default() };
        assert_eq!(order(&legs, 0.3).first(), Some(&chunk(40)));
    }

    #[test]
    fn what_a_leg_does_not_hold_scored_no_more_than_its_last() {
        let legs = HybridHits {
            dense: leg(&[(1, 0.5), (2, 0.45)]),
            sparse: leg(&[(3, 9.0), (1, 8.0)]),
            leads: vec![],
        };
        let merged = fuse(&legs, 0.3);
        let score = |number| merged.iter().find(|hit| hit.chunk == chunk(number)).unwrap().score;
        assert!(score(3) > score(2), "as alike as the last one at most, and it has the words");
        assert!(score(1) > score(2));
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
