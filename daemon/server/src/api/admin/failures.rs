//! `POST /api/v1/admin/failures/retry`: another try for documents that could not be read, of everybody.
//!
//! Only where the same bytes could succeed. Which documents they are is not told; the answer counts them.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::Reason;
use voiceassist_store::audit::{Action, Entry};

use crate::extract::json::JsonBody;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// Documents of one call; more wait for the next.
const MOST: u32 = 1_000;

/// Which failures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FailuresToRetry {
    /// The code of the reason; without it all reasons that another try can help.
    #[schema(example = "unreachable")]
    code: Option<String>,
}

/// What is tried again.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetriedFailures {
    /// How many documents wait to be read again.
    retried: u32,
    /// Whether there are more; ask again.
    more: bool,
}

/// Has documents read again that could not be read.
#[utoipa::path(
    post, path = "/api/v1/admin/failures/retry", operation_id = "admin_retry_failures", tag = "administration",
    request_body = FailuresToRetry, security(("token" = [])),
    responses((status = 202, description = "They wait to be read again", body = RetriedFailures)),
)]
pub(crate) async fn admin_retry_failures(
    person: Person,
    JsonBody(body): JsonBody<FailuresToRetry>,
) -> Result<(StatusCode, Json<RetriedFailures>), Failure> {
    let reasons: Vec<Reason> = match body.code.as_deref().map(Reason::from_code) {
        None => Reason::ALL.into_iter().filter(|reason| reason.retry_can_help()).collect(),
        Some(Some(reason)) if reason.retry_can_help() => vec![reason],
        Some(Some(_)) => return Err(Failure::new(Code::RetryCannotHelp)),
        Some(None) => {
            return Err(Failure::new(Code::InvalidParameter).detail("`code` is not the code of a reason."));
        }
    };
    let documents = person.store().documents();
    let failed = documents.failed_for(&reasons, MOST + 1).await?;
    let more = failed.len() > MOST as usize;
    let entry = Entry::new(person.actor(), Action::DocumentRetry).count("documents", failed.len() as u64);
    let retry = async {
        let mut retried = 0;
        for id in failed.into_iter().take(MOST as usize) {
            retried += u32::from(documents.retry(id).await?);
        }
        Ok::<_, voiceassist_store::StoreError>(retried)
    };
    let retried = person.store().audit().around(entry, retry).await?;
    Ok((StatusCode::ACCEPTED, Json(RetriedFailures { retried, more })))
}
