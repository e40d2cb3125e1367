//! The figures by which rankings are judged.
//!
//! Recall at k is the share of a question's relevant documents among the first k. nDCG uses the grade itself as gain and
//! the logarithm to base two of the place plus one as discount, as `trec_eval` does; MRR is one over the place of the first
//! relevant document, zero beyond the tenth. "Both" is one when every relevant document is among the first ten. The area
//! under the ROC curve counts ties half; the expected calibration error uses ten bins of equal width (Naeini et al.,
//! 2015). Everything here is arithmetic on what it is handed.

use super::super::sets::Relevant;

/// What is looked at of a ranking.
pub(super) const DEPTH: usize = 10;
const BINS: usize = 10;

/// The figures of one question, or the mean over many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Figures {
    pub(super) hit_1: f64,
    pub(super) recall_1: f64,
    pub(super) recall_5: f64,
    pub(super) recall_10: f64,
    pub(super) ndcg_10: f64,
    pub(super) mrr_10: f64,
    pub(super) both_10: f64,
}

/// Figures of many questions on the way to their mean.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    sum: Figures,
    count: usize,
}

impl Figures {
    /// With the names they are printed under.
    pub(super) const fn named(&self) -> [(&'static str, f64); 7] {
        [
            ("recall@1", self.recall_1),
            ("recall@5", self.recall_5),
            ("recall@10", self.recall_10),
            ("ndcg@10", self.ndcg_10),
            ("mrr@10", self.mrr_10),
            ("both@10", self.both_10),
            ("hit@1", self.hit_1),
        ]
    }

    fn map(self, other: Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            hit_1: with(self.hit_1, other.hit_1),
            recall_1: with(self.recall_1, other.recall_1),
            recall_5: with(self.recall_5, other.recall_5),
            recall_10: with(self.recall_10, other.recall_10),
            ndcg_10: with(self.ndcg_10, other.ndcg_10),
            mrr_10: with(self.mrr_10, other.mrr_10),
            both_10: with(self.both_10, other.both_10),
        }
    }
}

impl Tally {
    pub(super) fn record(&mut self, figures: &Figures) {
        self.sum = self.sum.map(*figures, |sum, one| sum + one);
        self.count += 1;
    }

    /// The mean; nothing when there was no question.
    pub(super) fn mean(&self) -> Option<Figures> {
        let count = self.count as f64;
        (self.count > 0).then(|| self.sum.map(Figures::default(), |sum, _| sum / count))
    }
}

/// The figures of one ranking, given the grade of each place or `None` where the document is not relevant.
pub(super) fn figures(ranking: impl Iterator<Item = Option<f64>>, relevant: &Relevant) -> Figures {
    let ranking: Vec<f64> = ranking.take(DEPTH).map(|grade| grade.unwrap_or(0.0)).collect();
    let hits = |k: usize| ranking.iter().take(k).filter(|grade| **grade > 0.0).count() as f64;
    let recall = |k: usize| hits(k) / relevant.len().max(1) as f64;
    let first = ranking.iter().position(|grade| *grade > 0.0);
    let mut ideal: Vec<f64> = relevant.values().copied().collect();
    ideal.sort_by(|one, other| other.total_cmp(one));
    ideal.truncate(DEPTH);
    let best = gain(&ideal);
    Figures {
        hit_1: hits(1),
        recall_1: recall(1),
        recall_5: recall(5),
        recall_10: recall(DEPTH),
        ndcg_10: if best > 0.0 { gain(&ranking) / best } else { 0.0 },
        mrr_10: first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
        both_10: if relevant.keys().len() == ranking.iter().filter(|grade| **grade > 0.0).count() {
            1.0
        } else {
            0.0
        },
    }
}

fn gain(grades: &[f64]) -> f64 {
    grades.iter().enumerate().map(|(place, grade)| grade / ((place + 2) as f64).log2()).sum()
}

/// How often a positive scores above a negative; nothing without both.
pub(super) fn area_under_roc(scored: &[(f64, bool)]) -> Option<f64> {
    let positives = scored.iter().filter(|(_, positive)| *positive).count();
    let negatives = scored.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut sorted = scored.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut ranks = 0.0;
    let mut start = 0;
    while start < sorted.len() {
        let end = start
            + sorted[start..].iter().take_while(|one| one.0.total_cmp(&sorted[start].0).is_eq()).count();
        let middle = (start + end + 1) as f64 / 2.0;
        ranks += middle * sorted[start..end].iter().filter(|(_, positive)| *positive).count() as f64;
        start = end;
    }
    let (positives, negatives) = (positives as f64, negatives as f64);
    Some((ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

/// The mean distance between what was promised and what came, weighted by how often it was promised.
pub(super) fn calibration_error(promised: &[(f64, bool)]) -> Option<f64> {
    let mut bins = [(0.0_f64, 0.0_f64, 0_usize); BINS];
    for (confidence, came) in promised {
        let bin =
            (1..BINS).rposition(|edge| *confidence >= edge as f64 / BINS as f64).map_or(0, |below| below + 1);
        bins[bin].0 += confidence;
        bins[bin].1 += f64::from(u8::from(*came));
        bins[bin].2 += 1;
    }
    let count = promised.len() as f64;
    let error = bins.iter().map(|(promised, came, _)| (promised - came).abs()).sum::<f64>();
    (count > 0.0).then_some(error / count)
}

#[cfg(test)]
mod tests {
    use super::{Tally, area_under_roc, calibration_error, figures};

    fn relevant(grades: &[(&str, f64)]) -> super::Relevant {
        grades.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
    }

    #[test]
    fn a_ranking_is_judged_by_where_the_relevant_ones_stand() {
        let judged = figures([None, Some(1.0), Some(3.0)].into_iter(), &relevant(&[("a", 3.0), ("b", 1.0)]));
        close(judged.recall_1, 0.0);
        close(judged.recall_5, 1.0);
        close(judged.mrr_10, 0.5);
        close(judged.both_10, 1.0);
        close(judged.ndcg_10, (1.0 / 3_f64.log2() + 3.0 / 2.0) / (3.0 + 1.0 / 3_f64.log2()));
    }

    #[test]
    fn what_stands_after_the_tenth_place_counts_nothing() {
        let ranking = std::iter::repeat_n(None, 10).chain([Some(1.0)]);
        let judged = figures(ranking, &relevant(&[("a", 1.0)]));
        assert_eq!(judged, super::Figures::default());
    }

    #[test]
    fn a_mean_is_over_questions() {
        let mut tally = Tally::default();
        assert!(tally.mean().is_none());
        for grade in [Some(1.0), None] {
            tally.record(&figures([grade].into_iter(), &relevant(&[("a", 1.0)])));
        }
        tally.mean().map_or_else(|| panic!("a mean"), |mean| close(mean.ndcg_10, 0.5));
    }

    #[test]
    fn the_area_counts_pairs_and_ties_half() {
        let area = |scored: &[(f64, bool)]| area_under_roc(scored).unwrap_or(f64::NAN);
        close(area(&[(0.9, true), (0.1, false)]), 1.0);
        close(area(&[(0.1, true), (0.9, false)]), 0.0);
        close(area(&[(0.5, true), (0.5, false)]), 0.5);
        close(area(&[(0.9, true), (0.5, true), (0.5, false), (0.1, false)]), 0.875);
        assert!(area_under_roc(&[(0.9, true)]).is_none());
    }

    #[test]
    fn an_honest_confidence_has_no_error_and_a_boast_has_all_of_it() {
        let error = |promised: &[(f64, bool)]| calibration_error(promised).unwrap_or(f64::NAN);
        close(error(&[(0.5, true), (0.5, false)]), 0.0);
        close(error(&[(1.0, false), (1.0, false)]), 1.0);
        close(error(&[(0.95, true), (0.05, false)]), 0.05);
        assert!(calibration_error(&[]).is_none());
    }
}
