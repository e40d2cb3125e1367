//! `GET /api/v1/admin/overview`: how the daemon, its index and its work are, in numbers.

use std::collections::BTreeMap;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::pairing::overview::{FailureCount, Queue, failures, queue};
use crate::extract::principal::Person;
use crate::health::Component;
use crate::problem::Failure;

/// How things are, in numbers.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminOverview {
    /// The daemon's version.
    version: &'static str,
    /// The daemon's clock.
    now: DateTime<Utc>,
    /// Whether the daemon reaches Nextcloud.
    nextcloud_reachable: bool,
    /// Its parts: index and models.
    components: Vec<Component>,
    /// All documents by state.
    documents: BTreeMap<&'static str, u64>,
    /// Why documents could not be read, the most frequent first.
    failures: Vec<FailureCount>,
    /// Background work.
    queue: Queue,
    /// How many people's connections are in each state.
    people: BTreeMap<&'static str, u64>,
}

/// Shows administrators how things are.
#[utoipa::path(
    get, path = "/api/v1/admin/overview", operation_id = "admin_show_overview", tag = "administration",
    security(("token" = [])), responses((status = 200, description = "How things are", body = AdminOverview)),
)]
pub(crate) async fn admin_show_overview(person: Person) -> Result<Json<AdminOverview>, Failure> {
    let (state, store) = (person.state(), person.store());
    let documents = store.documents().counts(None).await?;
    let people = store.accounts().states(person.instance).await?;
    Ok(Json(AdminOverview {
        version: env!("CARGO_PKG_VERSION"),
        now: state.now(),
        nextcloud_reachable: state.connector().reach().await.is_ok(),
        components: state.readiness().components().await,
        documents: documents.iter().map(|(state, count)| (state.as_str(), count)).collect(),
        failures: failures(store).await?,
        queue: queue(store).await?,
        people: people.into_iter().map(|(state, count)| (state.as_str(), count)).collect(),
    }))
}
