//! What happens without being asked: following Nextcloud and reading what changed.
//!
//! ```text
//! timer | command ──▶ queue ──▶ sync::files   remote tree × local tree → plan → apply ──▶ entries, readers, jobs
//!                          ├──▶ ingest        fetch → read → classify → chunk → words → vectors
//!                          ├──▶ access        readers changed → one integer per point
//!                          └──▶ removal       points without a chunk leave the index
//! ```
//!
//! Every engine compares what is there with what is wanted and applies the difference, so that running it twice
//! changes nothing and a killed run is repaired by the next one. The crate knows neither HTTP handlers nor
//! conversations; it is handed its clock, its randomness and its settings.

pub mod access;
pub mod connections;
pub mod context;
pub mod ingest;
pub mod job;
pub mod leader;
pub mod queue;
pub mod recovery;
pub mod removal;
pub mod spool;
pub mod sync;

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
/// Syncs by kind: unchanged, descent, listing.
pub const SYNCS_TOTAL: &str = "voiceassist_sync_files_total";
/// Documents that reached a state.
pub const DOCUMENTS_TOTAL: &str = "voiceassist_ingest_documents_total";
/// Chunks that got their vectors.
pub const CHUNKS_TOTAL: &str = "voiceassist_ingest_chunks_total";

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
        name: SYNCS_TOTAL,
        kind: MetricKind::Counter,
        help: "Looks at an account's files, by how they went (unchanged, descent, listing).",
        labels: &["way"],
    },
    MetricDoc {
        name: DOCUMENTS_TOTAL,
        kind: MetricKind::Counter,
        help: "Documents that reached a state, by state.",
        labels: &["state"],
    },
    MetricDoc {
        name: CHUNKS_TOTAL,
        kind: MetricKind::Counter,
        help: "Chunks that were given their vectors.",
        labels: &[],
    },
];
