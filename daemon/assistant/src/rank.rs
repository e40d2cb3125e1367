//! A model puts the best passages of a search into a better order, where one is configured.
//!
//! It sees what it orders, so each call is a decision of the gate like everything that leaves, and it sees only what was
//! verified for this person. It takes its time or it is left: without an answer the order stays as it was, and the steps say
//! so. Scores stay with their places, because a reranker's numbers compare with nothing else.

use std::borrow::Borrow as _;
use std::sync::Arc;
use std::time::Duration;

use voiceassist_model::{Passage, Principal, Sensitivity};
use voiceassist_phi::{Ask, Gate, Purpose};
use voiceassist_rag::rerank::{Reranker, reorder};
use voiceassist_store::Verified;

use crate::Assistant;

/// A model that orders passages, and the gate in front of it.
#[derive(Clone)]
pub struct Ranking {
    /// The model.
    pub reranker: Arc<dyn Reranker>,
    /// Decides what it may see.
    pub gate: Gate,
    /// How many of the best passages it orders.
    pub passages: usize,
    /// After this long the order stays as it was.
    pub time: Duration,
}

impl Assistant {
    /// Orders the best of what was found for a question, best first; everything else stays behind it.
    pub(crate) async fn ranked(
        &self,
        principal: &Principal,
        question: &str,
        passages: &mut Vec<Verified<Passage>>,
        steps: &mut Vec<String>,
    ) {
        let Some(ranking) = &self.0.ranking else { return };
        let most = passages.len().min(ranking.passages);
        if most < 2 {
            return;
        }
        let step =
            match tokio::time::timeout(ranking.time, ranking.score(principal, question, &passages[..most]))
                .await
            {
                Ok(Ok(scores)) => {
                    place(passages, &scores);
                    format!("ordered {most} passages by {}", ranking.reranker.model())
                }
                Ok(Err(reason)) => format!("the order stayed: {reason}"),
                Err(_) => "the order stayed: the model took too long".to_owned(),
            };
        steps.push(step);
    }
}

impl Ranking {
    async fn score(
        &self,
        principal: &Principal,
        question: &str,
        passages: &[Verified<Passage>],
    ) -> Result<Vec<f32>, &'static str> {
        let class =
            passages.iter().map(|passage| passage.sensitivity).fold(Sensitivity::Public, Sensitivity::join);
        // The question's own words may say more of somebody than what was found for it.
        let class = class.join(voiceassist_phi::Detector::new().classify_turn(question));
        let texts = passages.iter().map(|passage| {
            let passage: &Passage = passage.borrow();
            format!("{}\n{}", passage.heading, passage.text)
        });
        let texts: Vec<String> = std::iter::once(question.to_owned()).chain(texts).collect();
        let ask = Ask {
            destination: self.reranker.destination(),
            purpose: Purpose::Rank,
            class: Some(class),
            account: principal.account,
            conversation: None,
        };
        let cleared = self.gate.clear(texts, &ask).await.map_err(|_| "it may not be asked")?;
        self.reranker.score(&cleared).await.map_err(|error| {
            tracing::warn!(error = %error, "passages were not ordered");
            "the model failed"
        })
    }
}

/// Moves passages to their new places; the scores stay with the places.
fn place(passages: &mut Vec<Verified<Passage>>, scores: &[f32]) {
    let of_places: Vec<f32> = passages.iter().map(|passage| passage.score).collect();
    reorder(&mut passages[..scores.len()], scores);
    *passages = std::mem::take(passages)
        .into_iter()
        .zip(of_places)
        .map(|(passage, score)| passage.scored(score))
        .collect();
}
