//! `POST /api/v1/phi/detect`: where a text points at a person, and of which class it is.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PhiSpan, aside, checked};
use crate::api::passage::Sensitivity;
use crate::extract::json::JsonBody;
use crate::extract::principal::Authenticated;
use crate::problem::Failure;

/// A text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DetectRequest {
    /// At most 50000 characters.
    #[schema(max_length = 50_000, example = "Mrs. Larkin, MRN 00351816, takes apixaban.")]
    text: String,
}

/// What points at a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Detected {
    /// The class of the text as something that may be sent out.
    class: Sensitivity,
    /// In order, without overlap.
    spans: Vec<PhiSpan>,
}

/// Finds identifiers in a text. Nothing that is sent is kept.
#[utoipa::path(
    post, path = "/api/v1/phi/detect", operation_id = "detect_phi", tag = "phi", request_body = DetectRequest,
    security(("token" = [])),
    responses((status = 200, description = "What was found", body = Detected)),
)]
pub(crate) async fn detect_phi(
    _: Authenticated,
    JsonBody(request): JsonBody<DetectRequest>,
) -> Result<Json<Detected>, Failure> {
    let text = checked(request.text)?;
    let detected = aside(move || {
        let spans = voiceassist_phi::detect(&text).iter().map(PhiSpan::from).collect();
        Detected { class: voiceassist_phi::classify_turn(&text).into(), spans }
    });
    Ok(Json(detected.await?))
}
