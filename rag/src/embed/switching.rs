//! The embedder that fits the index which answers.
//!
//! While an index is made for another model, questions are still embedded by the model of the old one, if that is still
//! there; without it the old index is searched by words. From the switch on it is the new model. Texts of documents do not
//! come here: they are embedded by the new model all along.

use std::sync::Arc;

use async_trait::async_trait;

use super::{EmbedError, Embedder};
use crate::index::twin::Twin;

/// Embeds for whichever index answers.
pub struct Switching {
    twin: Arc<Twin>,
    of_old: Option<Arc<dyn Embedder>>,
    of_new: Arc<dyn Embedder>,
}

impl Switching {
    /// `of_old` is the model of the index that answers until the switch, if it is still there.
    pub fn new(twin: Arc<Twin>, of_old: Option<Arc<dyn Embedder>>, of_new: Arc<dyn Embedder>) -> Self {
        Self { twin, of_old, of_new }
    }

    fn current(&self) -> Result<&dyn Embedder, EmbedError> {
        if self.twin.next().is_none() {
            return Ok(&*self.of_new);
        }
        self.of_old.as_deref().ok_or(EmbedError::Replaced)
    }
}

#[async_trait]
impl Embedder for Switching {
    fn id(&self) -> &str {
        self.of_new.id()
    }

    fn dimension(&self) -> usize {
        self.of_new.dimension()
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.current()?.embed(texts).await
    }

    async fn embed_question(&self, text: String) -> Result<Vec<f32>, EmbedError> {
        self.current()?.embed_question(text).await
    }

    async fn embed_awaited(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.current()?.embed_awaited(texts).await
    }
}
