//! How likely it is that the right passage was found at all.
//!
//! A question whose answer is not there gives flat lists with low scores that disagree; one whose answer is there
//! usually gives a document that stands out in all of them. [`Evidence`] is that, in numbers; a logistic model of it, and
//! another for searches by words alone, gives the confidence. They judge the finding, not the answer.
//!
//! The constants were fitted on questions asked once as they are and once while their relevant documents were hidden:
//! `voiceassist eval retrieval --details FILE` writes the evidence of each search, and a logistic regression of
//! "a relevant document is among the first ten" on it gives the table below.

use std::collections::HashSet;

use voiceassist_model::DocumentId;

use super::RankedChunk;
use crate::index::{Hit, HybridHits};

/// Documents of a leg that are looked at.
const DEPTH: usize = 50;
const TENTH: usize = 10;
const SECOND: usize = 2;
/// Taken for a gap that a list is too short to show.
const UNKNOWN_DROP: f32 = 0.3;
/// Scores that stand out further than this, in standard deviations, stand out no more.
const MOST_DEVIATIONS: f32 = 10.0;

/// What the lists of a search say about whether the right passage is among them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Whether meaning was searched.
    pub by_meaning: bool,
    /// Whether anything was found.
    pub any: bool,
    /// Cosine of the best hit by meaning.
    pub cosine: f32,
    /// How far the best document by meaning stands above the second, as a share of its score.
    pub meaning_second: f32,
    /// The same above the tenth.
    pub meaning_tenth: f32,
    /// How far the best document by words stands above the second, as a share of its score.
    pub words_second: f32,
    /// The same above the tenth.
    pub words_tenth: f32,
    /// How far the best by meaning stands above the mean, in tenths of ten standard deviations.
    pub meaning_deviation: f32,
    /// The same by words.
    pub words_deviation: f32,
    /// One when words and meaning put the same document first.
    pub agreement: f32,
    /// How far the first document stands above the second when all is merged.
    pub margin: f32,
}

impl Evidence {
    /// How many numbers there are.
    pub const COUNT: usize = 9;

    pub(super) fn of(legs: &HybridHits, hits: &[RankedChunk]) -> Self {
        let meaning = by_document(&legs.dense);
        let words = by_document(&legs.sparse);
        let scores = |list: &[(DocumentId, f32)]| list.iter().map(|(_, score)| *score).collect::<Vec<_>>();
        let (meaning_scores, words_scores) = (scores(&meaning), scores(&words));
        let agree = matches!((meaning.first(), words.first()), (Some(one), Some(other)) if one.0 == other.0);
        Self {
            by_meaning: !meaning.is_empty(),
            any: !(meaning.is_empty() && words.is_empty()),
            cosine: meaning_scores.first().copied().unwrap_or(0.0),
            meaning_second: drop_to(&meaning_scores, SECOND),
            meaning_tenth: drop_to(&meaning_scores, TENTH),
            words_second: drop_to(&words_scores, SECOND),
            words_tenth: drop_to(&words_scores, TENTH),
            meaning_deviation: deviation(&meaning_scores),
            words_deviation: deviation(&words_scores),
            agreement: if agree { 1.0 } else { 0.0 },
            margin: margin(hits),
        }
    }

    /// The numbers, in the order of the models' weights.
    pub const fn numbers(&self) -> [f32; Self::COUNT] {
        [
            self.cosine, self.meaning_second, self.meaning_tenth, self.words_second, self.words_tenth,
            self.meaning_deviation, self.words_deviation, self.agreement, self.margin,
        ]
    }
}

/// A constant and a weight for each number of the evidence.
struct Model {
    constant: f32,
    weights: [f32; Evidence::COUNT],
}

const WITH_MEANING: Model =
    Model { constant: -7.8, weights: [9.51, 0.0, 3.06, 2.70, 0.0, 0.0, 0.0, 0.64, 0.0] };
const WORDS_ALONE: Model =
    Model { constant: -6.15, weights: [0.0, 0.0, 0.0, 4.57, 7.91, 0.0, 0.0, 0.0, 0.0] };

/// The confidence of a search.
pub(super) fn confidence(evidence: &Evidence) -> f32 {
    if !evidence.any {
        return 0.0;
    }
    let model = if evidence.by_meaning { WITH_MEANING } else { WORDS_ALONE };
    let weighed = model.weights.iter().zip(evidence.numbers()).map(|(weight, number)| weight * number);
    let sum = model.constant + weighed.sum::<f32>();
    1.0 / (1.0 + (-sum).exp())
}

/// The best score of each document, best first.
fn by_document(leg: &[Hit]) -> Vec<(DocumentId, f32)> {
    let mut seen = HashSet::new();
    let mut ranked = Vec::new();
    for hit in leg {
        if ranked.len() == DEPTH {
            break;
        }
        if seen.insert(hit.document) {
            ranked.push((hit.document, hit.score));
        }
    }
    ranked
}

fn drop_to(scores: &[f32], rank: usize) -> f32 {
    let other = scores.get(..rank.min(scores.len())).unwrap_or_default().last();
    match (scores.first(), other) {
        (Some(best), Some(other)) if scores.len() > 1 && *best > 0.0 => {
            ((best - other) / best).clamp(0.0, 1.0)
        }
        _ => UNKNOWN_DROP,
    }
}

/// How far the first stands above the mean of all, in standard deviations, as a share of the most that counts.
fn deviation(scores: &[f32]) -> f32 {
    let count = scores.len() as f32;
    let Some(best) = scores.first().filter(|_| scores.len() > 2) else { return 0.0 };
    let mean = scores.iter().sum::<f32>() / count;
    let spread = (scores.iter().map(|score| (score - mean).powi(2)).sum::<f32>() / count).sqrt();
    if spread <= f32::EPSILON {
        return 0.0;
    }
    ((best - mean) / spread).min(MOST_DEVIATIONS) / MOST_DEVIATIONS
}

/// The first document's score above the second's.
fn margin(hits: &[RankedChunk]) -> f32 {
    let Some(first) = hits.first() else { return 0.0 };
    let second = hits.iter().find(|hit| hit.document != first.document);
    second.map_or(UNKNOWN_DROP, |second| (first.score - second.score).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId};

    use super::{Evidence, confidence};
    use crate::index::{Hit, HybridHits};
    use crate::retrieve::fuse::fuse;

    fn leg(scores: &[f32]) -> Vec<Hit> {
        let hit = |(number, score): (u128, &f32)| Hit {
            chunk: ChunkId::from_uuid(Uuid::from_u128(number)),
            document: DocumentId::from_uuid(Uuid::from_u128(number)),
            subject: Vec::new(),
            score: *score,
        };
        (0..).zip(scores).map(hit).collect()
    }

    fn judge(legs: &HybridHits) -> f32 {
        confidence(&Evidence::of(legs, &fuse(legs, 0.3)))
    }

    /// A first score above many others.
    fn stands_out(best: f32, rest: f32) -> Vec<Hit> {
        let mut scores = vec![best];
        scores.extend((0..40).map(|number| rest - 0.002 * rest * number as f32));
        leg(&scores)
    }

    #[test]
    fn a_document_that_stands_out_in_both_legs_is_trusted() {
        let clear = HybridHits { dense: stands_out(0.8, 0.35), sparse: stands_out(20.0, 6.0), leads: vec![] };
        let flat = HybridHits { dense: stands_out(0.32, 0.31), sparse: stands_out(5.0, 4.9), leads: vec![] };
        assert!(judge(&clear) > 0.9, "{}", judge(&clear));
        assert!(judge(&flat) < 0.2, "{}", judge(&flat));
    }

    #[test]
    fn nothing_found_is_no_confidence() {
        assert!(judge(&HybridHits::default()) < f32::EPSILON);
    }

    #[test]
    fn words_alone_are_judged_by_themselves() {
        let clear = HybridHits { sparse: stands_out(20.0, 6.0), ..HybridHits::default() };
        let flat = HybridHits { sparse: stands_out(5.0, 4.9), ..HybridHits::default() };
        assert!(judge(&clear) > 0.7 && judge(&flat) < 0.3, "{} {}", judge(&clear), judge(&flat));
    }

    #[test]
    fn chunks_of_one_document_do_not_compete() {
        let mut legs =
            HybridHits { dense: stands_out(0.8, 0.35), sparse: stands_out(20.0, 6.0), leads: vec![] };
        let alone = Evidence::of(&legs, &fuse(&legs, 0.3));
        let sibling = Hit { chunk: ChunkId::from_uuid(Uuid::from_u128(99)), ..legs.dense[0].clone() };
        legs.dense.insert(1, sibling);
        let beside = Evidence::of(&legs, &fuse(&legs, 0.3));
        assert!((alone.meaning_second - beside.meaning_second).abs() < 1e-6);
    }
}
