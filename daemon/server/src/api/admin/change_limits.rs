//! `PATCH /api/v1/admin/limits`: other limits and times than the configuration has, or the configuration's again.
//!
//! All changes of a call are kept or none. What would contradict another limit or is out of bounds is refused with every
//! reason; nothing is cut to fit. Whoever made it is on record before it counts, and it counts at once: at this daemon with the
//! answer, at others within seconds.

use std::collections::HashSet;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::Setting;
use voiceassist_store::settings::record;

use super::limits::{LimitsInForce, in_force};
use crate::extract::json::JsonBody;
use crate::extract::principal::Person;
use crate::problem::{Code, Failure};

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsToChange {
    /// Each setting at most once.
    changes: Vec<Change>,
}

/// One change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    /// The setting's name, as `GET` shows it.
    #[schema(example = "questions_of_a_person")]
    name: String,
    /// Its new value in its own unit; `null` takes back what is configured.
    #[schema(example = 30)]
    value: Option<u32>,
}

/// Why a change was refused.
#[derive(Serialize)]
struct Refused {
    input: &'static str,
    kind: &'static str,
    message: String,
}

/// Changes limits and times for everybody.
#[utoipa::path(
    patch, path = "/api/v1/admin/limits", operation_id = "admin_change_limits", tag = "administration",
    request_body = LimitsToChange, security(("token" = [])),
    responses(
        (status = 200, description = "What is in force now", body = LimitsInForce),
        (status = 422, description = "Nothing was changed: `problems` names each setting and says what is wrong"),
    ),
)]
pub(crate) async fn admin_change_limits(
    person: Person,
    JsonBody(body): JsonBody<LimitsToChange>,
) -> Result<Json<LimitsInForce>, Failure> {
    let state = person.state();
    let configured = |setting| state.administration().configured(setting);
    let changes = known(&body, configured)?;
    let settings = person.store().settings();
    let next = settings.read().await?.with(&changes, configured).map_err(|wrong| {
        let problems: Vec<Refused> = wrong
            .into_iter()
            .map(|(setting, wrong)| Refused {
                input: setting.name(),
                kind: "not_acceptable",
                message: wrong.to_string(),
            })
            .collect();
        Failure::new(Code::InputsNotAcceptable).member("problems", problems)
    })?;
    let entry = record(person.actor(), &changes);
    person.store().audit().around(entry, settings.change(&changes)).await?;
    state.edits().take(next);
    Ok(Json(in_force(&person).await?))
}

fn known(
    body: &LimitsToChange,
    configured: impl Fn(Setting) -> Option<u32>,
) -> Result<Vec<(Setting, Option<u32>)>, Failure> {
    let mut seen = HashSet::new();
    let refuse = |detail| Failure::new(Code::InvalidParameter).detail(detail);
    if body.changes.is_empty() || body.changes.len() > Setting::ALL.len() {
        return Err(refuse("`changes` must have at least one change, and each setting once."));
    }
    let known = body.changes.iter().map(|change| {
        let setting = Setting::from_name(&change.name).filter(|setting| configured(*setting).is_some());
        let setting =
            setting.ok_or_else(|| refuse("`name` is not the name of a setting that can be changed."))?;
        if !seen.insert(setting) {
            return Err(refuse("`changes` has a setting twice."));
        }
        Ok((setting, change.value))
    });
    known.collect()
}
