//! Models that put passages into a better order for a question.
//!
//! One trait, [`Reranker`], at the boundary of the process. It reads the words of passages, so it takes what the gate has
//! cleared and nothing else, and it only orders: what was not found it cannot find, and what it calls worthless is still
//! there. Without one, or when it fails, the order stays as it was.

use async_trait::async_trait;
use voiceassist_phi::{Cleared, Destination};

use crate::endpoint::EndpointError;

pub mod http;

/// The most passages of one call.
pub const MAX_PASSAGES: usize = 100;

/// Scores passages for a question.
#[async_trait]
pub trait Reranker: Send + Sync + 'static {
    /// Names the model.
    fn model(&self) -> &str;

    /// Where it is, and what may be sent there.
    fn destination(&self) -> &Destination;

    /// A score for each passage, in their order; higher fits better. The first of the texts is the question, the others
    /// are the passages. Scores of two calls do not compare.
    async fn score(&self, texts: &Cleared<Vec<String>>) -> Result<Vec<f32>, RerankError>;
}

/// Why there is no better order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RerankError {
    /// Cleared for somewhere else.
    #[error("the texts were cleared for another destination")]
    OtherDestination,
    /// No question, or too many passages.
    #[error("at most {MAX_PASSAGES} passages are ranked for one question")]
    TooMany,
    /// The endpoint failed.
    #[error("asking the reranking model")]
    Endpoint(#[source] EndpointError),
    /// It did not score every passage once.
    #[error("the reranking model did not give one score for each passage")]
    NoScores,
}

/// Moves the best-scored to the front; equal scores keep their order. With another number of scores nothing moves.
pub fn reorder<T>(passages: &mut [T], scores: &[f32]) {
    if scores.len() != passages.len() {
        return;
    }
    let mut places: Vec<usize> = (0..passages.len()).collect();
    places.sort_by(|left, right| scores[*right].total_cmp(&scores[*left]));
    // `places[new] = old`, followed cycle by cycle so that nothing has to be cloned.
    for new in 0..places.len() {
        let mut old = places[new];
        while old < new {
            old = places[old];
        }
        passages.swap(new, old);
    }
}

#[cfg(test)]
mod tests {
    use super::reorder;

    #[test]
    fn the_best_come_first_and_equals_stay_as_they_were() {
        let mut passages = ["a", "b", "c", "d", "e"];
        reorder(&mut passages, &[0.1, 0.9, 0.5, 0.9, -3.0]);
        assert_eq!(passages, ["b", "d", "c", "a", "e"]);
        reorder(&mut passages, &[1.0, 2.0]);
        assert_eq!(passages, ["b", "d", "c", "a", "e"], "without a score for each, nothing moves");
    }
}
