//! What the daemon writes about itself: log lines and metrics, never content.
//!
//! Libraries name spans `area.noun.verb` and declare their metrics; this module decides where they go. It refuses to
//! know any document: nothing here takes a title, a path, a question or a passage. What others log by mistake is cut on the
//! way out by [`scrub`], and of a panic only the place is told ([`panics`]).

pub mod catalogue;
pub mod panics;
pub mod scrub;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;
use voiceassist_model::MetricKind;

use crate::config::{Log, LogFormat};
use scrub::ScrubbedLines;

/// Upper bounds of duration histograms in seconds: fine around interactive times, coarse beyond.
const DURATION_BUCKETS: [f64; 12] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// Sends log lines to standard error. Called once.
pub fn start_log(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(directives(&log.filter))?;
    // Colours would stand between the words that the scrubber looks for.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(ScrubbedLines(std::io::stderr));
    match log.format {
        LogFormat::Text => lines.compact().with_target(false).finish().try_init()?,
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}

/// A bare level is about our own crates. Libraries stay at errors unless they are named, because some of them log the
/// addresses they ask for, and addresses of files hold names.
fn directives(filter: &str) -> String {
    if filter.contains(['=', ',']) { filter.to_owned() } else { format!("error,voiceassist={filter}") }
}

/// Starts collecting metrics and returns what renders them. Called once.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &DURATION_BUCKETS)?
        .install_recorder()?;
    for metric in catalogue::all() {
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, metric.help),
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            MetricKind::Histogram => metrics::describe_histogram!(metric.name, metric.help),
        }
    }
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn a_bare_level_leaves_libraries_quiet() {
        assert_eq!(directives("debug"), "error,voiceassist=debug");
        assert_eq!(directives("warn,voiceassist_dav=debug"), "warn,voiceassist_dav=debug");
    }
}
