//! Every metric the program can emit, collected from the crates that emit them.

use voiceassist_model::MetricDoc;

/// All metrics in the order of their names.
pub fn all() -> Vec<MetricDoc> {
    let mut all: Vec<MetricDoc> = [
        voiceassist_assistant::METRICS,
        voiceassist_server::METRICS,
        voiceassist_store::METRICS,
        voiceassist_workers::METRICS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .collect();
    all.sort_by_key(|metric| metric.name);
    all
}
