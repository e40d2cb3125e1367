//! The models that may write, in the order in which they are asked, each behind a breaker of its own.
//!
//! The order is the configuration's: the first is the first choice, the others stand in for it. Whoever wants an answer
//! asks for leave to try one place of the list ([`Registry::attempt`]) and says how it went; an [`Attempt`] that is dropped
//! without a word counts neither way. The registry sends nothing itself and clears nothing: each attempt is a decision of
//! the gate about one destination, made by the caller.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use voiceassist_model::Clock;

use super::breaker::{Breaker, Condition};
use super::facts::Facts;
use super::{ChatError, ChatModel};

/// Models in the order in which they are asked. Cheap to clone.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    entries: Vec<Entry>,
    clock: Arc<dyn Clock>,
}

struct Entry {
    model: Arc<dyn ChatModel>,
    watched: Mutex<Watched>,
}

/// What was seen of an endpoint since the start.
#[derive(Default)]
struct Watched {
    breaker: Breaker,
    answered: u64,
    failed: u64,
    last_error: Option<(&'static str, DateTime<Utc>)>,
}

/// A model and how it stands, for whoever looks after the program. Holds no address, no key and no content.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// What the configuration says.
    #[serde(flatten)]
    pub facts: Facts,
    /// Whether it is asked at present.
    pub breaker: Condition,
    /// Requests since the start that it answered.
    pub answered: u64,
    /// Requests since the start that it did not.
    pub failed: u64,
    /// The code of the last failure, and when.
    pub last_error: Option<(&'static str, DateTime<Utc>)>,
}

/// Leave to ask one model once.
pub struct Attempt<'r> {
    registry: &'r Registry,
    place: usize,
    is_decided: bool,
}

impl Registry {
    /// These models, the first choice first.
    pub fn new(models: Vec<Arc<dyn ChatModel>>, clock: Arc<dyn Clock>) -> Self {
        let entries = models.into_iter().map(|model| Entry { model, watched: Mutex::default() }).collect();
        Self(Arc::new(Inner { entries, clock }))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// The model at a place, from 0.
    pub fn model(&self, place: usize) -> Option<&Arc<dyn ChatModel>> {
        self.0.entries.get(place).map(|entry| &entry.model)
    }

    /// Leave to ask the model at a place, unless its breaker is open or the place is empty.
    pub fn attempt(&self, place: usize) -> Option<Attempt<'_>> {
        let entry = self.0.entries.get(place)?;
        let admitted = lock(entry).breaker.admits(self.0.clock.now());
        admitted.then_some(Attempt { registry: self, place, is_decided: false })
    }

    /// Every model and how it stands, in order.
    pub fn standing(&self) -> Vec<Standing> {
        let standing = |entry: &Entry| {
            let watched = lock(entry);
            Standing {
                facts: entry.model.facts().clone(),
                breaker: watched.breaker.condition(),
                answered: watched.answered,
                failed: watched.failed,
                last_error: watched.last_error,
            }
        };
        self.0.entries.iter().map(standing).collect()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("models", &self.len()).finish_non_exhaustive()
    }
}

impl Attempt<'_> {
    /// It began to answer.
    pub fn succeeded(mut self) {
        self.is_decided = true;
        let mut watched = self.watched();
        watched.breaker.succeeded();
        watched.answered += 1;
    }

    /// It failed. What is our own doing does not count against it.
    pub fn failed(mut self, error: &ChatError) {
        if !error.is_the_endpoints() {
            return;
        }
        self.is_decided = true;
        let now = self.registry.0.clock.now();
        let mut watched = self.watched();
        watched.breaker.failed(now, error.retry_after().filter(|asked| *asked > Duration::ZERO));
        watched.failed += 1;
        watched.last_error = Some((error.code(), now));
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        lock(&self.registry.0.entries[self.place])
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.is_decided {
            let now = self.registry.0.clock.now();
            self.watched().breaker.abandoned(now);
        }
    }
}

fn lock(entry: &Entry) -> MutexGuard<'_, Watched> {
    entry.watched.lock().unwrap_or_else(PoisonError::into_inner)
}
