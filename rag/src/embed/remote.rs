//! An embedding model behind an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp, or a service under an agreement.
//!
//! The protocol is `POST /embeddings` with a list of texts (<https://platform.openai.com/docs/api-reference/embeddings>).
//! Every batch is a decision of the gate, kept before it leaves. Texts of documents go in batches, two at a time; a
//! question goes at once beside them. A vector of another length than configured is refused, because an index of two
//! lengths finds nothing, and what has no direction is no vector. A text longer than the model reads is cut at the end of
//! a word, since some servers refuse it otherwise and others cut it in silence.

use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::AccountId;
use voiceassist_phi::{Ask, Cleared, Destination, Gate, Purpose};

use super::{EmbedError, Embedder, MAX_TEXTS};
use crate::endpoint::Endpoint;

/// Batches of documents under way at once.
const BATCHES_AT_ONCE: usize = 2;
/// The most texts of one request.
pub const MAX_BATCH: usize = 256;
/// Bytes of a text for each token that the model reads; fewer than any language takes on average, so that nothing overflows.
const BYTES_PER_TOKEN: usize = 3;

/// How a remote embedder is used.
#[derive(Clone, Debug)]
pub struct RemoteSettings {
    /// The model's name at the endpoint.
    pub model: String,
    /// How many numbers its vectors have.
    pub dimension: usize,
    /// Tokens it reads of a text.
    pub max_tokens: usize,
    /// Texts of one request; 1 to [`MAX_BATCH`].
    pub batch: usize,
    /// Put before a question, as some models want it.
    pub question_prefix: String,
    /// Put before a text of a document.
    pub document_prefix: String,
    /// Where it is, and what may be sent there.
    pub destination: Destination,
}

/// An embedding model behind an endpoint.
pub struct Remote {
    id: String,
    endpoint: Endpoint,
    gate: Gate,
    settings: RemoteSettings,
    account: AccountId,
}

/// The id of such a model, as it is kept with an index.
pub fn id(model: &str, dimension: usize) -> String {
    format!("{model}/remote-{dimension}")
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    index: usize,
    embedding: Vec<f32>,
}

impl Remote {
    /// The model behind `endpoint`, to which everything goes through `gate`.
    pub fn new(endpoint: Endpoint, gate: Gate, settings: RemoteSettings) -> Self {
        let id = id(&settings.model, settings.dimension);
        // Nobody asks: texts are embedded for all who may read them.
        Self { id, endpoint, gate, settings, account: AccountId::from_uuid(Uuid::nil()) }
    }

    /// The same for an `Arc` of the trait.
    pub fn into_embedder(self) -> Arc<dyn Embedder> {
        Arc::new(self)
    }

    /// Embeds a text that is nobody's, to see whether the endpoint works and gives what is configured.
    pub async fn probe(&self) -> Result<(), EmbedError> {
        self.vectors(vec!["Are you there?".to_owned()], Purpose::Probe).await.map(drop)
    }

    async fn vectors(&self, texts: Vec<String>, purpose: Purpose) -> Result<Vec<Vec<f32>>, EmbedError> {
        let ask = Ask {
            destination: &self.settings.destination,
            purpose,
            // Whose texts these are is not known here, so they count as the highest class.
            class: None,
            account: self.account,
            conversation: None,
        };
        let cleared = self.gate.clear(texts, &ask).await.map_err(EmbedError::Refused)?;
        self.send(&cleared).await
    }

    /// Sends what was cleared, and nothing else.
    async fn send(&self, texts: &Cleared<Vec<String>>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let input = texts.content();
        let request = Request { model: &self.settings.model, input, encoding_format: "float" };
        let answer: Answer = self.endpoint.post(&request).await.map_err(EmbedError::Endpoint)?;
        in_order(answer, input.len(), self.settings.dimension)
    }

    fn cut(&self, prefix: &str, text: &str) -> String {
        let room = (self.settings.max_tokens * BYTES_PER_TOKEN).saturating_sub(prefix.len());
        let mut end = text.floor_char_boundary(room);
        if end < text.len() && !text[end..].starts_with(char::is_whitespace) {
            end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
        }
        format!("{prefix}{}", text[..end].trim_end())
    }
}

#[async_trait]
impl Embedder for Remote {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimension(&self) -> usize {
        self.settings.dimension
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.len() > MAX_TEXTS {
            return Err(EmbedError::TooMany { count: texts.len() });
        }
        let prefix = &self.settings.document_prefix;
        let texts: Vec<String> = texts.iter().map(|text| self.cut(prefix, text)).collect();
        let batches = texts.chunks(self.settings.batch.clamp(1, MAX_BATCH));
        let batches: Vec<_> = batches.map(|batch| self.vectors(batch.to_vec(), Purpose::Embed)).collect();
        let vectors: Vec<Vec<Vec<f32>>> =
            stream::iter(batches).buffered(BATCHES_AT_ONCE).try_collect().await?;
        Ok(vectors.into_iter().flatten().collect())
    }

    async fn embed_question(&self, text: String) -> Result<Vec<f32>, EmbedError> {
        let text = self.cut(&self.settings.question_prefix, &text);
        self.vectors(vec![text], Purpose::Embed).await?.pop().ok_or(EmbedError::NoVectors)
    }
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One vector of length one for each text, in the order of the texts.
fn in_order(answer: Answer, count: usize, dimension: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
    let mut vectors: Vec<Option<Vec<f32>>> = vec![None; count];
    for Vector { index, embedding } in answer.data {
        if embedding.len() != dimension {
            return Err(EmbedError::Dimension { found: embedding.len(), wanted: dimension });
        }
        let place = vectors.get_mut(index).ok_or(EmbedError::NoVectors)?;
        *place = Some(unit(embedding).ok_or(EmbedError::NoVectors)?);
    }
    vectors.into_iter().collect::<Option<_>>().ok_or(EmbedError::NoVectors)
}

/// The vector with length one; nothing when it has no direction.
fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if !length.is_finite() || length < f32::EPSILON {
        return None;
    }
    for value in &mut vector {
        *value /= length;
    }
    Some(vector)
}
