//! The server's metrics: their names, and the endpoint that shows everybody's.
//!
//! What is shown is made by a closure the program hands in, so this crate knows no exporter. Labels come from closed
//! lists: route templates, known methods, status classes and problem codes.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use voiceassist_model::{MetricDoc, MetricKind};

use crate::state::AppState;

/// Requests answered.
pub(crate) const REQUESTS: &str = "voiceassist_http_requests_total";
/// Seconds until a response begins.
pub(crate) const DURATION: &str = "voiceassist_http_request_duration_seconds";
/// Requests being worked on.
pub(crate) const IN_FLIGHT: &str = "voiceassist_http_requests_in_flight";
/// Problems answered.
pub(crate) const PROBLEMS: &str = "voiceassist_http_problems_total";
/// Answers being streamed.
pub(crate) const STREAMS: &str = "voiceassist_http_streams_in_flight";
/// Connections open.
pub(crate) const CONNECTIONS: &str = "voiceassist_http_connections_open";

/// Requests whose limits one replica counted alone.
pub(crate) const COUNTED_ALONE: &str = "voiceassist_http_limits_counted_alone_total";

/// Sessions opened.
pub(crate) const SESSIONS_OPENED: &str = "voiceassist_sessions_opened_total";
/// Sessions ended on purpose.
pub(crate) const SESSIONS_ENDED: &str = "voiceassist_sessions_ended_total";
/// Renewals of sessions.
pub(crate) const SESSION_RENEWALS: &str = "voiceassist_sessions_renewals_total";

/// Deliveries of hooks.
pub(crate) const HOOKS: &str = "voiceassist_hooks_received_total";
/// Accounts looked at sooner because of hooks.
pub(crate) const HOOK_LOOKS: &str = "voiceassist_hooks_looks_total";
/// Mirrors doubted because of hooks.
pub(crate) const HOOK_DOUBTS: &str = "voiceassist_hooks_doubts_total";

/// Every metric of this crate.
pub const METRICS: &[MetricDoc] = &[
    MetricDoc {
        name: REQUESTS,
        kind: MetricKind::Counter,
        help: "Requests answered, by route template and class of status.",
        labels: &["method", "route", "status"],
    },
    MetricDoc {
        name: DURATION,
        kind: MetricKind::Histogram,
        help: "Seconds until a response begins; a stream may go on for longer.",
        labels: &["method", "route"],
    },
    MetricDoc { name: IN_FLIGHT, kind: MetricKind::Gauge, help: "Requests being worked on.", labels: &[] },
    MetricDoc {
        name: PROBLEMS,
        kind: MetricKind::Counter,
        help: "Problems answered, by stable code.",
        labels: &["code"],
    },
    MetricDoc {
        name: COUNTED_ALONE,
        kind: MetricKind::Counter,
        help: "Requests whose limits this replica counted alone, because Redis did not answer. Zero without Redis.",
        labels: &[],
    },
    MetricDoc {
        name: HOOKS,
        kind: MetricKind::Counter,
        help: "Deliveries of hooks, by how they are proved (listener, app, unknown) and outcome (taken, ignored, refused, too_many, unreadable, failed).",
        labels: &["via", "outcome"],
    },
    MetricDoc {
        name: HOOK_LOOKS,
        kind: MetricKind::Counter,
        help: "Looks at accounts that hooks asked for, before equal ones fold.",
        labels: &[],
    },
    MetricDoc {
        name: HOOK_DOUBTS,
        kind: MetricKind::Counter,
        help: "Times a mirror was doubted because a hook said that access may be gone.",
        labels: &[],
    },
    MetricDoc {
        name: SESSIONS_OPENED,
        kind: MetricKind::Counter,
        help: "Sessions opened or gone on with, by who says who the person is (nextcloud, sign_in).",
        labels: &["kind"],
    },
    MetricDoc {
        name: SESSIONS_ENDED,
        kind: MetricKind::Counter,
        help: "Sessions ended on purpose, by reason (person, administrator, provider, reuse). `reuse` says that something that renews a session came twice: somebody may have stolen it.",
        labels: &["reason"],
    },
    MetricDoc {
        name: SESSION_RENEWALS,
        kind: MetricKind::Counter,
        help: "Renewals of sessions, by outcome (renewed, reused, refused).",
        labels: &["outcome"],
    },
    MetricDoc { name: STREAMS, kind: MetricKind::Gauge, help: "Answers being streamed.", labels: &[] },
    MetricDoc { name: CONNECTIONS, kind: MetricKind::Gauge, help: "Connections open.", labels: &[] },
];

/// Shows the metrics of the whole program in the Prometheus text format.
#[utoipa::path(
    get, path = "/metrics", operation_id = "show_metrics", tag = "operation",
    responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain")),
)]
pub(crate) async fn show_metrics(State(state): State<AppState>) -> Response {
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], state.render_metrics()).into_response()
}
