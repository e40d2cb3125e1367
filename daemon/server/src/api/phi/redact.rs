//! `POST /api/v1/phi/redact`: a text with surrogates in the place of what points at a person.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_phi::{Mark, Style, SurrogateKey, Surrogates};

use super::{PhiSpan, aside, checked};
use crate::api::passage::Sensitivity;
use crate::extract::json::JsonBody;
use crate::extract::principal::Authenticated;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// The longest key, in code points.
const MAX_KEY_CHARS: usize = 200;

/// A text and how it is to be redacted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactRequest {
    /// At most 50000 characters.
    #[schema(max_length = 50_000, example = "Mrs. Larkin, MRN 00351816, takes apixaban.")]
    text: String,
    /// `tags` (`[NAME-K7Q2]`, the default) or `realistic` (another name for a name, another day for a day).
    #[serde(default)]
    style: RedactionStyle,
    /// A secret of yours: texts sent with the same one get the same surrogates for the same words. Without one,
    /// surrogates are new every time.
    #[schema(max_length = 200)]
    key: Option<String>,
}

/// How surrogates look.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RedactionStyle {
    /// The kind, and letters that tell one from another.
    #[default]
    Tags,
    /// Something of the same shape that belongs to nobody; a tag where nothing fits.
    Realistic,
}

/// A text that points at nobody as far as the rules can tell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Redacted {
    /// The text with surrogates.
    text: String,
    /// The class of the text as it was sent.
    class: Sensitivity,
    /// What was replaced, in the text as it was sent.
    spans: Vec<PhiSpan>,
    /// What each surrogate stands for, for putting it back.
    surrogates: Vec<StandsFor>,
}

/// A surrogate and the words it stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandsFor {
    surrogate: String,
    original: String,
}

/// Replaces identifiers in a text by surrogates. Nothing that is sent is kept.
#[utoipa::path(
    post, path = "/api/v1/phi/redact", operation_id = "redact_phi", tag = "phi", request_body = RedactRequest,
    security(("token" = [])),
    responses((status = 200, description = "The text with surrogates", body = Redacted)),
)]
pub(crate) async fn redact_phi(
    State(state): State<AppState>,
    who: Authenticated,
    JsonBody(request): JsonBody<RedactRequest>,
) -> Result<Json<Redacted>, Failure> {
    let text = checked(request.text)?;
    let key = match &request.key {
        Some(key) if key.chars().count() > MAX_KEY_CHARS => {
            let detail = format!("A key may have at most {MAX_KEY_CHARS} characters.");
            return Err(Failure::new(Code::TextNotAcceptable).detail(detail));
        }
        Some(key) => SurrogateKey::derived(&[who.principal.account.as_uuid().as_bytes(), key.as_bytes()]),
        None => SurrogateKey::derived(&[state.new_uuid().as_bytes(), state.new_uuid().as_bytes()]),
    };
    let style = match request.style {
        RedactionStyle::Tags => Style::Tags,
        RedactionStyle::Realistic => Style::Realistic,
    };
    Ok(Json(aside(move || redacted(&text, key, style)).await?))
}

fn redacted(text: &str, key: SurrogateKey, style: Style) -> Redacted {
    let findings = voiceassist_phi::detect(text);
    let marks = findings.iter().map(Mark::from).collect();
    let mut surrogates = Surrogates::new(key, style);
    let out = surrogates.redact(&[(text, marks)]).pop().unwrap_or_default();
    let stands_for = |(surrogate, original): (&str, &str)| StandsFor {
        surrogate: surrogate.to_owned(),
        original: original.to_owned(),
    };
    Redacted {
        text: out,
        class: voiceassist_phi::classify_turn(text).into(),
        spans: findings.iter().map(PhiSpan::from).collect(),
        surrogates: surrogates.pairs().map(stands_for).collect(),
    }
}
