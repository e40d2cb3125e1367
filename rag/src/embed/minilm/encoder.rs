//! A text through tokenizer, model and pooling.
//!
//! The published tokenizer file cuts at 128 tokens and pads everything to that length; both are switched off here and
//! the model's trained limit of [`MAX_TOKENS`] is set instead. The vector is the mean over all tokens, scaled to length
//! one. Anything that is not a finite vector of the expected size is an error, never a quiet zero.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use ort::session::Session;
use ort::value::Tensor;
use tokenizers::{Tokenizer, TruncationParams};

use super::{DIMENSION, EmbedError, MiniLmSettings};
use crate::embed::runtime;

/// The longest text the model was trained on; what comes after is not seen.
pub(super) const MAX_TOKENS: usize = 256;

/// What the workers have in common.
pub(super) struct Shared {
    runtime: PathBuf,
    model: PathBuf,
    tokenizer: PathBuf,
    /// One tokenizer serves all threads, as long as one of them needs it.
    loaded: Mutex<Weak<Tokenizer>>,
}

impl Shared {
    pub(super) fn new(settings: &MiniLmSettings) -> Self {
        Self {
            runtime: settings.runtime.clone(),
            model: settings.model.clone(),
            tokenizer: settings.tokenizer.clone(),
            loaded: Mutex::default(),
        }
    }

    /// Loads an encoder for one thread.
    pub(super) fn encoder(&self) -> Result<Encoder, EmbedError> {
        let tokenizer = self.tokenizer()?;
        let environment = runtime::environment(&self.runtime)?;
        let session = runtime::session(&environment, &self.model)?;
        Ok(Encoder { tokenizer, session })
    }

    fn tokenizer(&self) -> Result<Arc<Tokenizer>, EmbedError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tokenizer) = loaded.upgrade() {
            return Ok(tokenizer);
        }
        if !self.tokenizer.is_file() {
            return Err(EmbedError::Missing { file: self.tokenizer.clone() });
        }
        let load_error = |source| EmbedError::Load { file: self.tokenizer.clone(), source };
        let mut tokenizer = Tokenizer::from_file(&self.tokenizer).map_err(load_error)?;
        let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(load_error)?;
        tokenizer.with_padding(None);
        let tokenizer = Arc::new(tokenizer);
        *loaded = Arc::downgrade(&tokenizer);
        Ok(tokenizer)
    }
}

/// A tokenizer and a session.
pub(super) struct Encoder {
    tokenizer: Arc<Tokenizer>,
    session: Session,
}

impl Encoder {
    /// The vector of a text.
    pub(super) fn encode(&mut self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let encoding = self.tokenizer.encode_fast(text, true).map_err(|source| EmbedError::Run { source })?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
        let hidden = self.hidden(ids).map_err(|error| EmbedError::Run { source: error.into() })?;
        pooled(&hidden)
    }

    fn hidden(&mut self, ids: Vec<i64>) -> ort::Result<Vec<f32>> {
        let length = ids.len();
        let inputs = ort::inputs! {
            "input_ids" => Tensor::from_array(([1, length], ids))?,
            "attention_mask" => Tensor::from_array(([1, length], vec![1_i64; length]))?,
            "token_type_ids" => Tensor::from_array(([1, length], vec![0_i64; length]))?,
        };
        let outputs = self.session.run(inputs)?;
        let (_, values) = outputs["last_hidden_state"].try_extract_tensor::<f32>()?;
        Ok(values.to_vec())
    }
}

/// The mean of the tokens' vectors, scaled to length one.
fn pooled(hidden: &[f32]) -> Result<Vec<f32>, EmbedError> {
    let mut sum = vec![0.0_f32; DIMENSION];
    for token in hidden.chunks_exact(DIMENSION) {
        for (total, value) in sum.iter_mut().zip(token) {
            *total += value;
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    if !hidden.len().is_multiple_of(DIMENSION) || !length.is_normal() {
        return Err(EmbedError::Run { source: "the model's output is not a vector of this model".into() });
    }
    Ok(sum.into_iter().map(|value| value / length).collect())
}

#[cfg(test)]
mod tests {
    use super::{DIMENSION, pooled};

    #[test]
    fn pooling_gives_a_vector_of_length_one() {
        let mut hidden = vec![0.0; DIMENSION * 2];
        hidden[0] = 3.0;
        hidden[DIMENSION + 1] = 4.0;
        let vector = pooled(&hidden).unwrap();
        assert!((vector[0] - 0.6).abs() < 1e-6 && (vector[1] - 0.8).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_a_vector_is_an_error() {
        assert!(pooled(&[]).is_err());
        assert!(pooled(&vec![0.0; DIMENSION]).is_err());
        assert!(pooled(&vec![f32::NAN; DIMENSION]).is_err());
        assert!(pooled(&vec![1.0; DIMENSION + 1]).is_err());
    }
}
