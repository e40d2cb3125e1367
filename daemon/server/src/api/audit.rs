//! What the audit log says of you: what you were shown and what you did, the newest first.
//!
//! Only one's own records. Who else saw a document is for whoever looks after the log, on the command line: no role over
//! HTTP may see what others did. The records name no document, because the log itself does not; how many there were is
//! said. Reading one's own records shows nothing of a document and is not recorded itself.

use std::collections::BTreeMap;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_store::audit::record::Detail as Kept;
use voiceassist_store::audit::{Actor, Filter, Record};

use crate::extract::page::limit;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Authenticated;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Which records.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParameters {
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Only records before this one; the `next` of the page before.
    before: Option<u64>,
}

/// One page of your records.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// The records, the newest first.
    records: Vec<AuditRecord>,
    /// Pass it as `before` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One record.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditRecord {
    /// Its place in the log.
    sequence: u64,
    /// When.
    at: DateTime<Utc>,
    /// What was done, as a code.
    #[schema(example = "search.show")]
    action: String,
    /// `begun`, `done`, `refused` or `failed`.
    #[schema(example = "done")]
    outcome: String,
    /// How many things of each kind it was about.
    subjects: BTreeMap<String, usize>,
    /// Numbers, codes, yes and no.
    details: BTreeMap<String, AuditDetail>,
}

/// A number, a code, or yes or no.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum AuditDetail {
    Flag(bool),
    Count(u64),
    Code(String),
}

/// Shows what the audit log says of you.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "list_own_audit", tag = "me",
    params(AuditParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = AuditPage)),
)]
pub(crate) async fn list_own_audit(
    axum::extract::State(state): axum::extract::State<AppState>,
    who: Authenticated,
    FromQuery(parameters): FromQuery<AuditParameters>,
) -> Result<Json<AuditPage>, Failure> {
    let limit = limit(parameters.limit)?;
    if parameters.before == Some(0) {
        let detail = "The parameter `before` must be the place of a record.";
        return Err(Failure::new(Code::InvalidParameter).detail(detail));
    }
    let filter = Filter { actor: Some(Actor::Person(who.principal.account)), ..Filter::default() };
    let mut records = state.store().audit().find(&filter, parameters.before, limit + 1).await?;
    let more = records.len() > limit as usize;
    records.truncate(limit as usize);
    let next = records.last().filter(|_| more).map(|record| record.sequence);
    Ok(Json(AuditPage { records: records.into_iter().map(AuditRecord::from).collect(), next }))
}

impl From<Record> for AuditRecord {
    fn from(record: Record) -> Self {
        let mut subjects = BTreeMap::new();
        for subject in record.subjects {
            *subjects.entry(subject.kind.into_owned()).or_default() += 1;
        }
        Self {
            sequence: record.sequence,
            at: record.at,
            action: record.action,
            outcome: record.outcome,
            subjects,
            details: record.details.into_iter().map(|(name, detail)| (name, detail.into())).collect(),
        }
    }
}

impl From<Kept> for AuditDetail {
    fn from(detail: Kept) -> Self {
        match detail {
            Kept::Flag(flag) => Self::Flag(flag),
            Kept::Count(count) => Self::Count(count),
            Kept::Code(code) => Self::Code(code),
        }
    }
}
