//! How likely it is that the right passage was found at all.
//!
//! A question whose answer is not there gives flat lists with low scores that disagree; one whose answer is there
//! usually gives a document that stands out in all of them. [`Evidence`] is that, in numbers; a logistic model of it, and
//! another for searches by words alone, gives the confidence. They judge the finding, not the answer.
//!
//! The constants were fitted on questions asked once as they are and once while their relevant documents were hidden:
//! `voiceassist eval retrieval --details FILE` writes the evidence of each search, and a logistic regression of
//! "a relevant document is among the first ten" on it gives the table below.

use std::collections::{BTreeSet, HashSet};

use voiceassist_model::DocumentId;

use crate::index::{Hit, HybridHits};

/// Taken for a gap that a list is too short to show.
const UNKNOWN_DROP: f32 = 0.3;
/// Scores that stand out further than this, in standard deviations, stand out no more.
const MOST_DEVIATIONS: f32 = 10.0;
/// Deviations are divided by this, so that the numbers of the evidence are of one size.
const SCALE: f32 = 10.0;
/// What a score by words counts beside a cosine, for a question of one term.
const WORDS_TOGETHER: f32 = 0.0625;
/// The place down to which a fall is looked at.
const TENTH: usize = 10;

/// What the lists of a search say about whether the right passage is among them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Whether meaning was searched.
    pub by_meaning: bool,
    /// Whether anything was found.
    pub any: bool,
    /// Cosine of the best document by meaning.
    pub cosine: f32,
    /// How far it stands above the second, as a share of its score.
    pub meaning_second: f32,
    /// How far the best document by words stands above the second, as a share of its score.
    pub words_second: f32,
    /// The score of the best document by words, as a logarithm.
    pub words_score: f32,
    /// How many terms the question has, as a logarithm; more terms reach higher scores.
    pub question_terms: f32,
    /// The most that one document stands out in meaning and words together, in tens of standard deviations.
    pub joint: f32,
    /// How far that one stands above the next.
    pub joint_second: f32,
    /// The score by words of the best document by meaning, as a share of the best score by words.
    pub words_of_best_meaning: f32,
    /// The cosine of the best document by words.
    pub meaning_of_best_words: f32,
    /// How far the best document by meaning stands above the mean, in tens of standard deviations.
    pub meaning_deviation: f32,
    /// The same by words.
    pub words_deviation: f32,
    /// One when words and meaning put the same document first.
    pub agreement: f32,
    /// The most that one document has of likeness and words added as they are, without regard to the others.
    pub together: f32,
    /// How far that one stands above the tenth.
    pub together_tenth: f32,
}

impl Evidence {
    /// How many numbers there are.
    pub const COUNT: usize = 14;

    pub(super) fn of(legs: &HybridHits, question_terms: usize) -> Self {
        let meaning = Leg::of(&legs.dense);
        let words = Leg::of(&legs.sparse);
        let (joint, joint_second) = joint(&meaning, &words);
        let (together, together_tenth) = together(&meaning, &words, question_terms);
        let best_words = words.best();
        let share = if best_words > 0.0 { words.score(meaning.first()) / best_words } else { 0.0 };
        Self {
            by_meaning: !meaning.documents.is_empty(),
            any: !(meaning.documents.is_empty() && words.documents.is_empty()),
            cosine: meaning.best(),
            meaning_second: meaning.second(),
            words_second: words.second(),
            words_score: best_words.max(0.0).ln_1p(),
            question_terms: (question_terms.max(1) as f32).ln(),
            joint: joint / SCALE,
            joint_second: joint_second / SCALE,
            words_of_best_meaning: share,
            meaning_of_best_words: meaning.score(words.first()),
            meaning_deviation: meaning.deviation(meaning.best()) / SCALE,
            words_deviation: words.deviation(best_words) / SCALE,
            agreement: if meaning.first().is_some() && meaning.first() == words.first() { 1.0 } else { 0.0 },
            together,
            together_tenth,
        }
    }

    /// The numbers, in the order of the models' weights.
    pub const fn numbers(&self) -> [f32; Self::COUNT] {
        [
            self.cosine,
            self.meaning_second,
            self.words_second,
            self.words_score,
            self.question_terms,
            self.joint,
            self.joint_second,
            self.words_of_best_meaning,
            self.meaning_of_best_words,
            self.meaning_deviation,
            self.words_deviation,
            self.agreement,
            self.together,
            self.together_tenth,
        ]
    }
}

/// A constant and a weight for each number of the evidence.
struct Model {
    constant: f32,
    weights: [f32; Evidence::COUNT],
}

/// Fitted on 300 questions about research abstracts (weight 1), 121 about the synthetic clinic (0.4), 60 from gene to disease
/// (0.1), 200 about health topics (0.05) and 240 as consumers ask them (0.05), all but the clinic's both as they are and with
/// their documents hidden; in each set what was found and what was not weigh the same. The last two count little because
/// others of their documents answer as well when one is hidden.
const WITH_MEANING: Model = Model {
    constant: -3.53,
    weights: [2.38, 1.74, 1.99, -0.56, -1.03, -0.77, 1.73, 0.50, 2.57, 0.01, 1.14, 0.09, 1.92, 1.34],
};
/// Fitted on the abstracts and the clinic without an embedder.
const WORDS_ALONE: Model = Model {
    constant: -4.39,
    weights: [0.0, 0.0, 2.91, 1.43, -1.70, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.91, 3.45],
};

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

/// One leg, document by document.
struct Leg {
    /// The best score of each document, best first.
    documents: Vec<(DocumentId, f32)>,
    mean: f32,
    spread: f32,
}

impl Leg {
    fn of(hits: &[Hit]) -> Self {
        let mut seen = HashSet::new();
        let documents: Vec<(DocumentId, f32)> = hits
            .iter()
            .filter(|hit| seen.insert(hit.document))
            .map(|hit| (hit.document, hit.score))
            .collect();
        let count = documents.len().max(1) as f32;
        let mean = documents.iter().map(|(_, score)| score).sum::<f32>() / count;
        let squares = documents.iter().map(|(_, score)| (score - mean).powi(2)).sum::<f32>();
        Self { mean, spread: (squares / count).sqrt(), documents }
    }

    fn first(&self) -> Option<DocumentId> {
        self.documents.first().map(|(document, _)| *document)
    }

    fn best(&self) -> f32 {
        self.documents.first().map_or(0.0, |(_, score)| *score)
    }

    /// A document's score; one that is not in the list scored no more than the last that is.
    fn score(&self, document: Option<DocumentId>) -> f32 {
        let found = self.documents.iter().find(|(one, _)| Some(*one) == document);
        found.or_else(|| self.documents.last()).map_or(0.0, |(_, score)| *score)
    }

    /// How far the best stands above the second, as a share of its score.
    fn second(&self) -> f32 {
        match self.documents.as_slice() {
            [(_, best), (_, second), ..] if *best > 0.0 => ((best - second) / best).clamp(0.0, 1.0),
            _ => UNKNOWN_DROP,
        }
    }

    /// How far a score stands above the mean, in standard deviations; a list that is flat has none.
    fn deviation(&self, score: f32) -> f32 {
        if self.spread <= f32::EPSILON {
            0.0
        } else {
            ((score - self.mean) / self.spread).min(MOST_DEVIATIONS)
        }
    }
}

/// The most that one document stands out in both legs together, and how far that is above the next.
fn joint(meaning: &Leg, words: &Leg) -> (f32, f32) {
    let all: HashSet<DocumentId> =
        meaning.documents.iter().chain(&words.documents).map(|(document, _)| *document).collect();
    let stands = |document| {
        let one = Some(document);
        meaning.deviation(meaning.score(one)) + words.deviation(words.score(one))
    };
    let mut best = (0.0_f32, 0.0_f32);
    for together in all.into_iter().map(stands) {
        if together > best.0 {
            best = (together, best.0);
        } else if together > best.1 {
            best.1 = together;
        }
    }
    (best.0, best.0 - best.1)
}

/// The most that one document has of both legs added as they are, and how far it stands above the tenth. More terms reach
/// higher scores by words, about as their root.
fn together(meaning: &Leg, words: &Leg, question_terms: usize) -> (f32, f32) {
    let per_term = WORDS_TOGETHER / (question_terms.max(1) as f32).sqrt();
    let all: BTreeSet<DocumentId> =
        meaning.documents.iter().chain(&words.documents).map(|(document, _)| *document).collect();
    let score = |document| meaning.score(Some(document)) + per_term * words.score(Some(document));
    let mut scores: Vec<f32> = all.into_iter().map(score).collect();
    scores.sort_by(|one, other| other.total_cmp(one));
    match scores.get(..scores.len().min(TENTH)).unwrap_or_default() {
        [] => (0.0, 0.0),
        [best] => (*best, UNKNOWN_DROP),
        [best, .., tenth] => (*best, best - tenth),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId};

    use super::{Evidence, confidence};
    use crate::index::{Hit, HybridHits};

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
        confidence(&Evidence::of(legs, 5))
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
        let alone = Evidence::of(&legs, 5);
        let sibling = Hit { chunk: ChunkId::from_uuid(Uuid::from_u128(99)), ..legs.dense[0].clone() };
        legs.dense.insert(1, sibling);
        let beside = Evidence::of(&legs, 5);
        assert!((alone.meaning_second - beside.meaning_second).abs() < 1e-6);
    }
}
