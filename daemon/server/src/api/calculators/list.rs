//! `GET /api/v1/calculators`: all of them, or those that match a search, best first.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_calculators::registry;

use super::CalculatorSummary;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// Rows of one page, unless fewer are asked for. All calculators fit; the limit keeps the answer bounded as they grow.
const MAX_CALCULATORS: usize = 200;

/// Which calculators.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CalculatorSearch {
    /// Words of a name, another name, a specialty or the purpose; all of them must be found.
    #[param(max_length = 200)]
    q: Option<String>,
    /// How many at most, 1 to 200; 200 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A page of calculators.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalculatorPage {
    /// The best match first; without a search, by title.
    items: Vec<CalculatorSummary>,
    /// Send it as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists the calculators.
#[utoipa::path(
    get, path = "/api/v1/calculators", operation_id = "list_calculators", tag = "calculators",
    params(CalculatorSearch),
    security(("token" = [])),
    responses((status = 200, description = "Calculators", body = CalculatorPage)),
)]
pub(crate) async fn list_calculators(
    _: Person,
    FromQuery(search): FromQuery<CalculatorSearch>,
) -> Result<Json<CalculatorPage>, Failure> {
    let limit = search.limit.unwrap_or(MAX_CALCULATORS);
    if !(1..=MAX_CALCULATORS).contains(&limit) {
        let detail = format!("The parameter `limit` must be between 1 and {MAX_CALCULATORS}.");
        return Err(Failure::new(Code::InvalidParameter).detail(detail));
    }
    let found = registry::search(search.q.as_deref().unwrap_or_default());
    let start = match &search.after {
        None => 0,
        Some(after) => {
            found.iter().position(|calculator| calculator.id == *after).map(|at| at + 1).ok_or_else(|| {
                Failure::new(Code::InvalidParameter)
                    .detail("The parameter `after` is not a cursor of this list.")
            })?
        }
    };
    let items: Vec<CalculatorSummary> =
        found.iter().skip(start).take(limit).map(|calculator| CalculatorSummary::from(*calculator)).collect();
    let more = start + items.len() < found.len();
    let next = items.last().filter(|_| more).map(|last| last.id.to_owned());
    Ok(Json(CalculatorPage { items, next }))
}
