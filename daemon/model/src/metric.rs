//! How a crate declares its metrics.
//!
//! Each crate lists its own in a constant; the program collects the lists into one catalogue, from which the reference
//! page is made and against which dashboards are checked.

/// One metric's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricDoc {
    /// `voiceassist_<area>_<noun>_<unit>[_total]`.
    pub name: &'static str,
    /// What kind of series it is.
    pub kind: MetricKind,
    /// One sentence.
    pub help: &'static str,
    /// Label names; their values come from closed lists, never from content.
    pub labels: &'static [&'static str],
}

/// The kinds of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}
