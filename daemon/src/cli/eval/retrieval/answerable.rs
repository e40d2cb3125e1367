//! Whether the confidence tells questions with an answer from questions without.
//!
//! The area under the ROC curve is about order: does a question with an answer get the higher confidence. The calibration
//! error is about the number itself: of the searches with a confidence of 0.8, eight in ten should have found a relevant
//! document among the first ten. A question without an answer finds none, by definition.

use super::super::sets::Query;
use super::Asked;
use super::measures::{self, DEPTH};

/// What was promised and what came.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    answerable: Vec<(f64, bool)>,
    found: Vec<(f64, bool)>,
}

impl Verdicts {
    /// A question as it stands in the file.
    pub(super) fn add(&mut self, query: &Query, asked: &Asked) {
        let found = asked.ranked.iter().take(DEPTH).any(|id| query.relevant.contains_key(id));
        self.push(asked, query.is_answerable(), found);
    }

    /// A question whose answer was hidden.
    pub(super) fn add_unanswerable(&mut self, asked: &Asked) {
        self.push(asked, false, false);
    }

    fn push(&mut self, asked: &Asked, answerable: bool, found: bool) {
        let confidence = f64::from(asked.confidence);
        self.answerable.push((confidence, answerable));
        self.found.push((confidence, found));
    }

    /// How many questions had an answer, and how many had none.
    pub(super) fn counts(&self) -> (usize, usize) {
        let with = self.answerable.iter().filter(|(_, answerable)| *answerable).count();
        (with, self.answerable.len() - with)
    }

    pub(super) fn area(&self) -> Option<f64> {
        measures::area_under_roc(&self.answerable)
    }

    pub(super) fn calibration_error(&self) -> Option<f64> {
        measures::calibration_error(&self.found)
    }
}
