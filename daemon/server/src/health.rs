//! Whether the daemon lives, and whether it can serve.
//!
//! *Live* asks nothing of anybody: a restart would not help a database that is down. *Ready* asks every part and names
//! each with its condition. A part the daemon can do without (the embedding model: words still find) makes it degraded
//! and keeps it ready. No detail names a host or a path; the operator's log does.

use std::time::Duration;

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

/// How long the parts may take to answer together.
const READY_TIME: Duration = Duration::from_secs(3);

/// Tells how the parts that this crate does not know are doing.
#[async_trait]
pub trait Readiness: Send + Sync + 'static {
    /// Index and models, in the order they are to be shown.
    async fn components(&self) -> Vec<Component>;
}

/// One part of the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Component {
    /// `database`, `index`, `models`, and `limits` where replicas count together.
    pub name: &'static str,
    /// How it is doing.
    pub condition: Condition,
    /// One sentence for the operator, without hosts or paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Component {
    /// A part that works.
    pub const fn ready(name: &'static str) -> Self {
        Self { name, condition: Condition::Ready, detail: None }
    }

    /// A part that is absent and can be done without.
    pub fn degraded(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, condition: Condition::Degraded, detail: Some(detail.into()) }
    }

    /// A part that is absent and cannot be done without.
    pub fn missing(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, condition: Condition::Missing, detail: Some(detail.into()) }
    }
}

/// How a part is doing; the worst of all is the daemon's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Works.
    Ready,
    /// Absent; the daemon serves without it.
    Degraded,
    /// Absent; the daemon cannot serve.
    Missing,
}

/// The daemon lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Live {
    /// Always `live`.
    status: &'static str,
    /// The daemon's version.
    version: &'static str,
}

/// How the daemon and its parts are doing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadinessReport {
    /// The worst of the parts.
    status: Condition,
    /// Each part.
    components: Vec<Component>,
}

/// Says that the process answers.
#[utoipa::path(
    get, path = "/health/live", operation_id = "show_liveness", tag = "operation",
    responses((status = 200, description = "The process answers", body = Live)),
)]
pub(crate) async fn show_liveness() -> axum::Json<Live> {
    axum::Json(Live { status: "live", version: env!("CARGO_PKG_VERSION") })
}

/// Says whether the daemon can serve, and what is missing if not.
#[utoipa::path(
    get, path = "/health/ready", operation_id = "show_readiness", tag = "operation",
    responses(
        (status = 200, description = "It can serve, perhaps without a part", body = ReadinessReport),
        (status = 503, description = "A part it needs is missing", body = ReadinessReport),
    ),
)]
pub(crate) async fn show_readiness(
    State(state): State<AppState>,
) -> (StatusCode, axum::Json<ReadinessReport>) {
    let asked = tokio::time::timeout(READY_TIME, async {
        tokio::join!(state.store().ping(), state.readiness().components(), limits(&state))
    });
    let components = match asked.await {
        Ok((database, others, limits)) => {
            let database = match database {
                Ok(()) => Component::ready("database"),
                Err(error) => {
                    tracing::warn!(error = %error, "the database does not answer");
                    Component::missing("database", "The database does not answer.")
                }
            };
            std::iter::once(database).chain(others).chain(limits).collect()
        }
        Err(_) => vec![Component::missing("daemon", "Its parts took too long to answer.")],
    };
    let status = components.iter().map(|component| component.condition).max().unwrap_or(Condition::Ready);
    let code = if status == Condition::Missing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (code, axum::Json(ReadinessReport { status, components }))
}

/// Whether replicas count requests together, where they are meant to.
async fn limits(state: &AppState) -> Option<Component> {
    let shared = state.quotas().shared()?;
    Some(if shared.is_counting(state.now()).await {
        Component::ready("limits")
    } else {
        Component::degraded("limits", "Redis does not answer; each daemon counts requests by itself.")
    })
}
