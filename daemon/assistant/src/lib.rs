//! A turn of conversation: what happens between a question and a cited answer.
//!
//! ```text
//! question ─▶ a tool, if it asks for one (calculators: fill, confirm, compute) ─▶ streamed and kept as below
//!          └▶ read (intent): asked back once if it leaves something open, completed by what was said, taken apart (plan)
//!          └▶ access sets of the asker (store) ─▶ ranked chunk ids (rag::retrieve, filtered inside the index)
//!          ─▶ passages the asker may still read (store, the only source of text) ─▶ verified (Nextcloud, if too old)
//!          ─▶ written by a model, if one is configured and the gate lets the question out; each sentence held against
//!             the passage it cites (write) ─▶ or, without that, quoted:
//!          ─▶ sentences with their sources (rag::answer) ─▶ streamed, and kept in the conversation (store, sealed)
//! ```
//!
//! The crate knows no HTTP server and no audio: chat and voice call the same [`Assistant`]. *Invariant:* whatever of a
//! document reaches a person is a [`Verified`](voiceassist_store::Verified) made by [`verify`]; there is no other way
//! from an index hit, a list or an old answer to what is shown, and none that is not in the audit log before.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use voiceassist_model::{Clock, MetricDoc, MetricKind};
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::retrieve::Retriever;
use voiceassist_store::Store;

pub mod converse;
pub mod diary;
pub mod filter;
mod find;
pub mod freshness;
pub mod intent;
mod known;
pub mod mailbox;
pub mod people;
mod plan;
mod rank;
pub mod search;
pub mod settings;
mod shown;
pub mod tools;
mod turns;
pub mod verify;
pub mod when;
mod write;
pub mod writes;

pub use converse::{AnswerStream, AskError, TurnRecord, Wish};
pub use filter::{Filter, FilterError};
pub use freshness::{AsPerson, AskNextcloud, Freshness, RefuseStale, SyncIsEnough};
pub use known::known_people;
pub use rank::Ranking;
pub use search::{SearchError, SearchRequest, SearchResults};
pub use settings::Settings;
pub use tools::own::{OwnError, Talk};
pub use verify::Shown;
/// What an assistant is made from, for whoever makes one.
pub use voiceassist_rag::answer::Depth;
pub use voiceassist_rag::{chat, embed, index, rerank, retrieve};
pub use write::{KeptDecisions, ProbeError, Writer};
pub use writes::{Change, WriteError, WriteReceipt, WriteRequest, Writes};

/// Everything the assistant works with.
pub struct Parts {
    /// Who may read what, and the text.
    pub store: Store,
    /// Finds chunks.
    pub retriever: Arc<Retriever>,
    /// Compares sentences with the question; without one, words alone decide.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Asks Nextcloud about what was not confirmed lately.
    pub freshness: Arc<dyn Freshness>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Answers questions of one person at a time, for many persons. Cheap to clone.
#[derive(Clone)]
pub struct Assistant(Arc<Inner>);

struct Inner {
    parts: Parts,
    writer: Option<Writer>,
    ranking: Option<Ranking>,
    settings: Settings,
    turns: turns::Turns,
    /// Turns in flight, so that shutting down can wait for what they still have to save.
    tasks: TaskTracker,
}

impl Assistant {
    /// An assistant over these parts.
    pub fn new(parts: Parts, settings: Settings) -> Self {
        Self::writing_with(parts, None, settings)
    }

    /// The same with a model that writes, if there is one.
    pub fn writing_with(parts: Parts, writer: Option<Writer>, settings: Settings) -> Self {
        Self::with_models(parts, writer, None, settings)
    }

    /// The same with a model that orders what was found, if there is one.
    pub fn with_models(
        parts: Parts,
        writer: Option<Writer>,
        ranking: Option<Ranking>,
        settings: Settings,
    ) -> Self {
        let turns = turns::Turns::new(settings.turns, settings.turns_per_account);
        Self(Arc::new(Inner { parts, writer, ranking, settings, turns, tasks: TaskTracker::new() }))
    }

    /// Waits until every turn in flight has saved its end. No turn is refused meanwhile: close the doors first.
    pub async fn finish(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.tasks.reopen();
    }

    /// The models that write, if there are any.
    pub fn writer(&self) -> Option<&Writer> {
        self.0.writer.as_ref()
    }

    /// The limits it works under.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

impl std::fmt::Debug for Assistant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assistant").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

const MODEL_ATTEMPTS: &str = "voiceassist_assistant_model_attempts_total";
const MODEL_COST: &str = "voiceassist_assistant_model_cost_micros_total";
const MODEL_SENTENCES: &str = "voiceassist_assistant_model_sentences_total";
const MODEL_TOKENS: &str = "voiceassist_assistant_model_tokens_total";
const SEARCH_SECONDS: &str = "voiceassist_assistant_search_duration_seconds";
const TURN_SECONDS: &str = "voiceassist_assistant_turn_duration_seconds";
const TURNS_IN_FLIGHT: &str = "voiceassist_assistant_turns_in_flight";
const WITHHELD: &str = "voiceassist_assistant_passages_withheld_total";

/// Every metric of this crate.
pub const METRICS: &[MetricDoc] = &[
    MetricDoc {
        name: MODEL_ATTEMPTS,
        kind: MetricKind::Counter,
        help: "Times a model was to write: it answered, or was passed over and why.",
        labels: &["end"],
    },
    MetricDoc {
        name: MODEL_COST,
        kind: MetricKind::Counter,
        help: "Cost of models by the configured prices, in millionths of the configured currency.",
        labels: &[],
    },
    MetricDoc {
        name: MODEL_TOKENS,
        kind: MetricKind::Counter,
        help: "Tokens sent to models and written by them.",
        labels: &["way"],
    },
    MetricDoc {
        name: MODEL_SENTENCES,
        kind: MetricKind::Counter,
        help: "Sentences that a model wrote: shown, or withheld and why.",
        labels: &["end"],
    },
    MetricDoc {
        name: SEARCH_SECONDS,
        kind: MetricKind::Histogram,
        help: "Seconds from a question to the passages its asker may read.",
        labels: &[],
    },
    MetricDoc {
        name: TURN_SECONDS,
        kind: MetricKind::Histogram,
        help: "Seconds from a question to the end of its answer.",
        labels: &["end"],
    },
    MetricDoc { name: TURNS_IN_FLIGHT, kind: MetricKind::Gauge, help: "Turns being answered.", labels: &[] },
    MetricDoc {
        name: WITHHELD,
        kind: MetricKind::Counter,
        help: "Passages found by the index and withheld when access was checked again.",
        labels: &["check"],
    },
];
