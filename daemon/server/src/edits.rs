//! What administrators changed of the limits, as this daemon applies it.
//!
//! The database has the changes; each daemon reads them every few seconds when somebody asks for something, so that all replicas
//! follow one change without a restart, and the one that made it at once. While the database does not answer, what was read last
//! stays. A change is refused by [`voiceassist_model::Edited::with`] before it comes here; bodies, times of requests and the number
//! of all requests at once belong to the machine and are not among what can be changed.

use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_model::{Edited, Setting};
use voiceassist_store::Store;
use voiceassist_store::sessions::SessionLimits;

use crate::limits::Limits;
use crate::rates::Rate;

/// For how long what was read is believed.
const BELIEVED: TimeDelta = TimeDelta::seconds(5);

/// The changes in force.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    now: RwLock<Edited>,
    read: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

impl Edits {
    /// Reads them anew if it is time. One request does; others go on with what is known.
    pub(crate) async fn follow(&self, store: &Store, now: DateTime<Utc>) {
        let Ok(mut read) = self.read.try_lock() else { return };
        if read.is_some_and(|at| now - at < BELIEVED) {
            return;
        }
        match store.settings().read().await {
            Ok(edited) => self.take(edited),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "changed limits could not be read; those known so far stay"
            ),
        }
        *read = Some(now);
    }

    /// These are in force from now on.
    pub(crate) fn take(&self, edited: Edited) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = edited;
    }

    /// The limits of requests where these are configured.
    pub(crate) fn limits(&self, configured: &Limits) -> Limits {
        let edited = self.now.read().unwrap_or_else(PoisonError::into_inner);
        let rate = |setting, configured: Rate| edited.get(setting).map_or(configured, Rate::per_minute);
        Limits {
            requests_of_a_person: rate(Setting::RequestsOfAPerson, configured.requests_of_a_person),
            questions_of_a_person: rate(Setting::QuestionsOfAPerson, configured.questions_of_a_person),
            failures_of_an_address: rate(Setting::FailuresOfAnAddress, configured.failures_of_an_address),
            ..*configured
        }
    }

    /// How long sessions live where this is configured.
    pub(crate) fn sessions(&self, configured: SessionLimits) -> SessionLimits {
        let edited = self.now.read().unwrap_or_else(PoisonError::into_inner);
        let minutes = |setting, configured| {
            edited.get(setting).map_or(configured, |value| TimeDelta::minutes(i64::from(value)))
        };
        let absolute = minutes(Setting::SessionAbsolute, configured.absolute);
        // The file may have changed since: what is unused never lives longer than what is used.
        let idle = minutes(Setting::SessionIdle, configured.idle).min(absolute);
        SessionLimits { idle, absolute }
    }
}
