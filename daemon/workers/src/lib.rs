//! What happens without being asked: following Nextcloud and reading what changed.
//!
//! ```text
//! hint | timer | command ──▶ queue ──▶ sync::files   remote tree × local tree → plan → apply ──▶ entries, readers, jobs
//!                          ├──▶ ingest        fetch → read → classify → chunk → words → vectors
//!                          ├──▶ access        readers changed → one integer per point
//!                          ├──▶ removal       points without a chunk leave the index
//!                          └──▶ scope         other rules → other readers
//! ```
//!
//! Every engine compares what is there with what is wanted and applies the difference, so that running it twice
//! changes nothing and a killed run is repaired by the next one. The crate knows neither HTTP handlers nor
//! conversations; it is handed its clock, its randomness and its settings.

pub mod access;
pub mod backfill;
pub mod connections;
pub mod context;
pub mod departures;
pub mod facts;
pub mod following;
pub mod ingest;
pub mod job;
pub mod leader;
pub mod listening;
pub mod push;
pub mod queue;
pub mod recovery;
pub mod reembed;
pub mod removal;
pub mod scope;
pub mod spool;
pub mod sync;
pub mod truth;

pub use connections::{ConnectionSettings, Connections};
pub use context::{Context, Settings};
pub use job::JobError;
pub use queue::{Runner, RunnerSettings};

use voiceassist_model::{MetricDoc, MetricKind};

/// Jobs finished, by kind and outcome.
pub const JOBS_TOTAL: &str = "voiceassist_jobs_finished_total";
/// How long jobs ran, by kind.
pub const JOB_SECONDS: &str = "voiceassist_jobs_run_seconds";
/// Jobs waiting, by lane.
pub const JOBS_WAITING: &str = "voiceassist_jobs_waiting";
/// Accounts, by state.
pub const ACCOUNTS: &str = "voiceassist_accounts";
/// How old mirrors are.
pub const MIRROR_AGE: &str = "voiceassist_sync_mirror_age_seconds";
/// How long hints have waited.
pub const NUDGE_LAG: &str = "voiceassist_sync_nudge_lag_seconds";
/// Mirrors that are doubted.
pub const DOUBTED: &str = "voiceassist_sync_mirrors_doubted";
/// Lines to mail servers.
pub const MAIL_LINES: &str = "voiceassist_mail_lines_open";
/// Lines to push services.
pub const PUSH_LINES: &str = "voiceassist_push_lines_open";
/// What was heard on them.
pub const PUSH_MESSAGES: &str = "voiceassist_push_messages_total";
/// Syncs by kind: unchanged, descent, listing.
pub const SYNCS_TOTAL: &str = "voiceassist_sync_files_total";
/// Looks at calendars and address books, by kind and way.
pub const COLLECTION_SYNCS: &str = "voiceassist_sync_collections_total";
/// Entries whose deletion is held back.
pub const HELD_DELETIONS: &str = "voiceassist_sync_held_deletions";
/// Documents that reached a state.
pub const DOCUMENTS_TOTAL: &str = "voiceassist_ingest_documents_total";
/// Documents that were read before places were kept.
pub const PLACES_MISSING: &str = "voiceassist_ingest_documents_without_places";
/// Chunks that got their vectors.
pub const CHUNKS_TOTAL: &str = "voiceassist_ingest_chunks_total";

/// Documents of an index that is made in the background: those in it, and those there are.
pub const INDEX_BUILD_DOCUMENTS: &str = "voiceassist_index_build_documents";

/// What this crate counts.
pub const METRICS: &[MetricDoc] = &[
    MetricDoc {
        name: JOBS_TOTAL,
        kind: MetricKind::Counter,
        help: "Jobs finished, by kind and outcome (done, retried, buried, lost).",
        labels: &["kind", "outcome"],
    },
    MetricDoc {
        name: JOB_SECONDS,
        kind: MetricKind::Histogram,
        help: "Seconds a job ran, by kind.",
        labels: &["kind"],
    },
    MetricDoc {
        name: JOBS_WAITING,
        kind: MetricKind::Gauge,
        help: "Jobs waiting, by lane, as last seen by the leader.",
        labels: &["lane"],
    },
    MetricDoc {
        name: ACCOUNTS,
        kind: MetricKind::Gauge,
        help: "Accounts, by state, as last seen by the leader.",
        labels: &["state"],
    },
    MetricDoc {
        name: MIRROR_AGE,
        kind: MetricKind::Gauge,
        help: "Seconds since mirrors were last known to equal Nextcloud: median, 95th percentile and most over the accounts that are looked at (quantile 0.5, 0.95, 1).",
        labels: &["quantile"],
    },
    MetricDoc {
        name: NUDGE_LAG,
        kind: MetricKind::Gauge,
        help: "Seconds that the oldest unanswered hint of an account has waited: median, 95th percentile and most over accounts with one (quantile 0.5, 0.95, 1).",
        labels: &["quantile"],
    },
    MetricDoc {
        name: DOUBTED,
        kind: MetricKind::Gauge,
        help: "Accounts whose mirror is not believed until Nextcloud has been asked.",
        labels: &[],
    },
    MetricDoc {
        name: PUSH_LINES,
        kind: MetricKind::Gauge,
        help: "Lines to Nextcloud's push service that are kept open.",
        labels: &[],
    },
    MetricDoc {
        name: MAIL_LINES,
        kind: MetricKind::Gauge,
        help: "Lines to mail servers that are kept open to hear of new mail.",
        labels: &[],
    },
    MetricDoc {
        name: PUSH_MESSAGES,
        kind: MetricKind::Counter,
        help: "Messages of Nextcloud's push service, by kind (files, anything, other).",
        labels: &["kind"],
    },
    MetricDoc {
        name: SYNCS_TOTAL,
        kind: MetricKind::Counter,
        help: "Looks at an account's files, by how they went (unchanged, descent, listing).",
        labels: &["way"],
    },
    MetricDoc {
        name: COLLECTION_SYNCS,
        kind: MetricKind::Counter,
        help: "Looks at one calendar or address book, by kind (calendar, address_book) and how its changes were found \
               (unchanged, delta, first, reconciled, token_refused, number_went_down, changes_forgotten, \
               delta_unreadable).",
        labels: &["kind", "way"],
    },
    MetricDoc {
        name: HELD_DELETIONS,
        kind: MetricKind::Gauge,
        help: "Files and folders that seem deleted and are not believed to be, over all accounts, as last seen by the \
               leader. Above 500 in one account a person has to agree.",
        labels: &[],
    },
    MetricDoc {
        name: PLACES_MISSING,
        kind: MetricKind::Gauge,
        help: "PDF files read before it was kept where their lines are printed, and not looked at again yet, as last seen \
               by the leader. Their citations point at pages without boxes until then.",
        labels: &[],
    },
    MetricDoc {
        name: DOCUMENTS_TOTAL,
        kind: MetricKind::Counter,
        help: "Documents that reached a state, by state.",
        labels: &["state"],
    },
    MetricDoc {
        name: INDEX_BUILD_DOCUMENTS,
        kind: MetricKind::Gauge,
        help: "Documents of an index that is made for another model while the one before answers: `done` of `total`.",
        labels: &["state"],
    },
    MetricDoc {
        name: CHUNKS_TOTAL,
        kind: MetricKind::Counter,
        help: "Chunks that were given their vectors.",
        labels: &[],
    },
];
