//! The local default embedder: all-MiniLM-L6-v2 on a few threads of its own.
//!
//! A text waits in one of three bounded lanes until a worker takes it; a worker runs one text at a time on one core and
//! always looks into the lane of questions first and into that of answers next, so a question waits for at most the text that
//! is running. Texts are
//! not batched: on a processor it gains nothing, and because activations are quantised by their range, a text's vector
//! would depend on its neighbours. Nothing is loaded before the first text, and everything is dropped again after a
//! while without one. This module refuses to fetch files and to guess: a missing or odd file is an error that names it.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::try_join_all;

use super::{EmbedError, Embedder, MAX_TEXTS};

mod encoder;
mod lanes;
mod worker;

use lanes::{Lane, Lanes};
use worker::Worker;

/// Numbers per vector.
pub const DIMENSION: usize = 384;
/// The id of the model with 8-bit weights.
pub const INT8: &str = "all-minilm-l6-v2/int8";
/// Most workers that make sense; each holds its own copy of the weights.
pub const MAX_WORKERS: usize = 16;

/// Where the model lies and how many threads it may use.
#[derive(Clone, Debug)]
pub struct MiniLmSettings {
    /// The ONNX Runtime library.
    pub runtime: PathBuf,
    /// The model.
    pub model: PathBuf,
    /// Its tokenizer.
    pub tokenizer: PathBuf,
    /// Threads, each with its own session; 1 to [`MAX_WORKERS`].
    pub workers: usize,
    /// Without a text for this long, a worker gives its memory back. `None` keeps it.
    pub idle_unload: Option<Duration>,
}

/// all-MiniLM-L6-v2 in this process.
#[derive(Debug)]
pub struct MiniLm {
    lanes: Arc<Lanes>,
}

impl MiniLm {
    /// Starts the threads. The files must be there; they are opened when the first text comes.
    pub fn new(settings: &MiniLmSettings) -> Result<Self, EmbedError> {
        for file in [&settings.runtime, &settings.model, &settings.tokenizer] {
            if !file.is_file() {
                return Err(EmbedError::Missing { file: file.clone() });
            }
        }
        let lanes = Arc::new(Lanes::default());
        let shared = Arc::new(encoder::Shared::new(settings));
        for number in 0..settings.workers.clamp(1, MAX_WORKERS) {
            let worker = Worker::new(Arc::clone(&lanes), Arc::clone(&shared), settings.idle_unload);
            thread::Builder::new()
                .name(format!("embed-{number}"))
                .spawn(move || worker.run())
                .map_err(|source| EmbedError::Run { source: source.into() })?;
        }
        Ok(Self { lanes })
    }

    async fn all(&self, lane: Lane, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.len() > MAX_TEXTS {
            return Err(EmbedError::TooMany { count: texts.len() });
        }
        try_join_all(texts.into_iter().map(|text| self.lanes.ask(lane, text))).await
    }
}

#[async_trait]
impl Embedder for MiniLm {
    fn id(&self) -> &str {
        INT8
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.all(Lane::Bulk, texts).await
    }

    async fn embed_awaited(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.all(Lane::Answer, texts).await
    }

    async fn embed_question(&self, text: String) -> Result<Vec<f32>, EmbedError> {
        self.lanes.ask(Lane::Question, text).await
    }
}

impl Drop for MiniLm {
    fn drop(&mut self) {
        self.lanes.close();
    }
}
