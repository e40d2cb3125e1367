//! The `/rerank` protocol that vLLM, llama.cpp, Jina and Cohere share.
//!
//! `POST /rerank` with a model, a query and documents; back come results with an index and a relevance score, in any order:
//! <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html> (Re-rank API),
//! <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md> (`--reranking`),
//! <https://docs.cohere.com/reference/rerank>, <https://jina.ai/reranker/>. llama.cpp gives raw scores that may be negative,
//! others give shares; only their order counts here. Nothing but what the gate cleared for this destination is sent.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use voiceassist_phi::{Cleared, Destination};

use super::{MAX_PASSAGES, RerankError, Reranker};
use crate::endpoint::Endpoint;

/// A reranking model behind an endpoint.
#[derive(Debug)]
pub struct HttpReranker {
    endpoint: Endpoint,
    model: String,
    destination: Destination,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    query: &'a str,
    documents: &'a [String],
    top_n: usize,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Scored>,
}

#[derive(Deserialize)]
struct Scored {
    index: usize,
    relevance_score: f32,
}

impl HttpReranker {
    /// The model behind an endpoint.
    pub fn new(endpoint: Endpoint, model: impl Into<String>, destination: Destination) -> Self {
        Self { endpoint, model: model.into(), destination }
    }
}

#[async_trait]
impl Reranker for HttpReranker {
    fn model(&self) -> &str {
        &self.model
    }

    fn destination(&self) -> &Destination {
        &self.destination
    }

    async fn score(&self, texts: &Cleared<Vec<String>>) -> Result<Vec<f32>, RerankError> {
        if texts.destination() != &self.destination {
            return Err(RerankError::OtherDestination);
        }
        let (query, documents) = texts.content().split_first().ok_or(RerankError::TooMany)?;
        if documents.len() > MAX_PASSAGES {
            return Err(RerankError::TooMany);
        }
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let request = Request { model: &self.model, query, documents, top_n: documents.len() };
        let answer: Answer = self.endpoint.post(&request).await.map_err(RerankError::Endpoint)?;
        let mut scores = vec![None; documents.len()];
        for Scored { index, relevance_score } in answer.results {
            let place = scores.get_mut(index).ok_or(RerankError::NoScores)?;
            *place = Some(relevance_score).filter(|score| score.is_finite());
        }
        scores.into_iter().collect::<Option<_>>().ok_or(RerankError::NoScores)
    }
}
