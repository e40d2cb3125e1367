//! One thread that turns texts into vectors.
//!
//! It loads its encoder when the first text comes and drops it after a while without one. A failure belongs to the text
//! it happened on; the thread goes on with the next, and a model that did not load is tried again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::EmbedError;
use super::encoder::{Encoder, Shared};
use super::lanes::{Lanes, Next};

/// What a thread owns.
pub(super) struct Worker {
    lanes: Arc<Lanes>,
    shared: Arc<Shared>,
    idle_unload: Option<Duration>,
}

impl Worker {
    pub(super) const fn new(lanes: Arc<Lanes>, shared: Arc<Shared>, idle_unload: Option<Duration>) -> Self {
        Self { lanes, shared, idle_unload }
    }

    /// Works until the lanes are closed.
    pub(super) fn run(self) {
        let mut encoder = None;
        loop {
            let patience = if encoder.is_some() { self.idle_unload } else { None };
            match self.lanes.next(patience) {
                Next::Closed => return,
                Next::Idle => encoder = None,
                Next::Job(job) => {
                    let vector = self.encode(&mut encoder, &job.text);
                    // A caller that gave up meanwhile needs no vector.
                    drop(job.answer.send(vector));
                }
            }
        }
    }

    fn encode(&self, encoder: &mut Option<Encoder>, text: &str) -> Result<Vec<f32>, EmbedError> {
        let mut ready = match encoder.take() {
            Some(ready) => ready,
            None => self.shared.encoder()?,
        };
        // The tokenizer and the runtime are other people's code; a panic in there must not cost the worker.
        let vector = catch_unwind(AssertUnwindSafe(|| ready.encode(text)));
        match vector {
            Ok(vector) => {
                *encoder = Some(ready);
                vector
            }
            Err(_) => Err(EmbedError::Run { source: "the model panicked on a text".into() }),
        }
    }
}
