//! `POST /api/v1/admin/providers/test`: does a model answer?
//!
//! It is asked for one word, through the gate like everything else; nothing of anybody's is sent.

use std::time::Instant;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::json::JsonBody;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// Which model.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderToTest {
    /// `chat` or `embedding`.
    #[schema(example = "chat")]
    kind: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestedProvider {
    /// Whether it answered as it should.
    works: bool,
    /// What happened, and what to look at.
    sentence: String,
    /// How long it took, in milliseconds.
    millis: u64,
}

/// Asks a model for a word.
#[utoipa::path(
    post, path = "/api/v1/admin/providers/test", operation_id = "admin_test_provider", tag = "administration",
    request_body = ProviderToTest, security(("token" = [])),
    responses((status = 200, description = "What came of it", body = TestedProvider)),
)]
pub(crate) async fn admin_test_provider(
    person: Person,
    JsonBody(body): JsonBody<ProviderToTest>,
) -> Result<Json<TestedProvider>, Failure> {
    let begun = Instant::now();
    let tested =
        person.state().administration().test(&body.kind).await.ok_or_else(|| {
            Failure::new(Code::InvalidParameter).detail("No model of this kind is configured.")
        })?;
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(TestedProvider { works: tested.works, sentence: tested.sentence, millis }))
}
