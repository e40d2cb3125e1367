//! `POST /api/v1/calculators/{id}`: computes, or says what is missing or wrong.

use axum::Json;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use voiceassist_calculators::{Calculation, Refusal};

use super::CalculatorPath;
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// What to compute from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalculationRequest {
    /// Values by the names of the calculator's schema. A number is in the declared unit, or `{"value": …, "unit": "…"}`.
    #[schema(value_type = Object, example = json!({ "heart_rate": 112, "hemoptysis": false }))]
    inputs: Map<String, Value>,
}

/// Computes a calculator's result. Nothing that is sent is kept.
#[utoipa::path(
    post, path = "/api/v1/calculators/{id}", operation_id = "calculate", tag = "calculators",
    params(("id" = String, Path, description = "Stable name of the calculator")),
    request_body = CalculationRequest, security(("token" = [])),
    responses(
        (status = 200, description = "The results under their own names, with `sub_scores`, `bands`, `working`, \
            `notes`, `flags`, `inputs_used`, `rounding`, `version`, `sources` and `status`", body = Object),
        (status = 422, description = "Inputs are missing or not acceptable: `problems` names each with its `kind` and \
            `detail`, `possible` what each result could still become", body = Object,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn calculate(
    _: Person,
    FromPath(path): FromPath<CalculatorPath>,
    JsonBody(request): JsonBody<CalculationRequest>,
) -> Result<Json<Calculation>, Failure> {
    path.find()?.calculate(&request.inputs).map(Json).map_err(|refusal| refused(&refusal))
}

fn refused(refusal: &Refusal) -> Failure {
    let details: Vec<&str> = refusal.problems.iter().map(|problem| problem.detail.as_str()).collect();
    let mut failure = Failure::new(Code::InputsNotAcceptable).detail(details.join(" "));
    failure = failure.member("problems", &refusal.problems);
    if refusal.possible.is_empty() { failure } else { failure.member("possible", &refusal.possible) }
}
