//! `GET /api/v1/admin/limits`: how much anybody may ask for, how long sessions live, and how long what is kept.
//!
//! What administrators may change of it is listed with what is configured and its bounds. What was changed wins over the file until
//! it is taken back; the rest is the configuration's, or the program's own, and is changed where the daemon runs.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_model::Setting;
use voiceassist_store::shared_rates::SharedRates;

use crate::extract::principal::Person;
use crate::limits::AT_ONCE_OF_A_PERSON;
use crate::problem::Failure;

/// Limits and times.
#[derive(Serialize, ToSchema)]
pub(crate) struct LimitsInForce {
    /// Of requests.
    requests: RequestLimits,
    /// Of sessions.
    sessions: SessionTimes,
    /// How long what is kept.
    retention: Vec<Kept>,
    /// What of it may be changed with `PATCH`.
    settings: Vec<Changeable>,
}

/// Something administrators may change.
#[derive(Serialize, ToSchema)]
pub(crate) struct Changeable {
    /// Its name.
    #[schema(example = "questions_of_a_person")]
    name: &'static str,
    /// What it counts: `per_minute`, `minutes` or `days`.
    #[schema(example = "per_minute")]
    unit: &'static str,
    /// What is in force.
    #[schema(example = 30)]
    value: u32,
    /// What the configuration has, which holds where nothing was changed.
    #[schema(example = 60)]
    configured: u32,
    /// The least it may be changed to.
    #[schema(example = 1)]
    lowest: u32,
    /// The most.
    #[schema(example = 10_000)]
    highest: u32,
    /// When it was changed; absent of what is as configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<DateTime<Utc>>,
}

/// How much anybody may ask for.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestLimits {
    /// Requests of one person in a minute.
    #[schema(example = 1200)]
    of_a_person_per_minute: u32,
    /// Of those, questions, searches and texts to be looked through.
    #[schema(example = 60)]
    questions_of_a_person_per_minute: u32,
    /// How many of these are done for one person at the same time.
    #[schema(example = 4)]
    questions_of_a_person_at_once: u32,
    /// Requests from one address in a minute that prove nobody.
    #[schema(example = 60)]
    failures_of_an_address_per_minute: u32,
    /// Requests that one daemon works on at the same time.
    #[schema(example = 512)]
    of_everybody_at_once: usize,
    /// Whether several daemons count together; otherwise each counts by itself.
    counted_together: bool,
}

/// How long sessions live.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name of a time says its unit")]
pub(crate) struct SessionTimes {
    /// Minutes without use after which one ends.
    #[schema(example = 30)]
    idle_minutes: i64,
    /// Minutes after which one ends in any case.
    #[schema(example = 720)]
    absolute_minutes: i64,
    /// Minutes for which a sign-in is fresh enough to change something for others; absent where that is not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    step_up_minutes: Option<i64>,
}

/// How long something is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct Kept {
    /// What: `conversations`, `data_of_people_gone`, `finished_writes`, `spending_on_models`, `audit_log`.
    #[schema(example = "data_of_people_gone")]
    what: &'static str,
    /// Days; absent for what stays until somebody ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
}

/// Shows administrators the limits that are in force.
#[utoipa::path(
    get, path = "/api/v1/admin/limits", operation_id = "admin_show_limits", tag = "administration",
    security(("token" = [])), responses((status = 200, description = "Limits and times", body = LimitsInForce)),
)]
pub(crate) async fn admin_show_limits(person: Person) -> Result<Json<LimitsInForce>, Failure> {
    Ok(Json(in_force(&person).await?))
}

/// All of it, as it is now.
pub(super) async fn in_force(person: &Person) -> Result<LimitsInForce, Failure> {
    let state = person.state();
    let changed = person.store().settings().list().await?;
    let (limits, sessions) = (state.limits(), state.session_limits());
    let edited = |setting| changed.iter().find(|change| change.setting == setting);
    let settings = Setting::ALL.into_iter().filter_map(|setting| {
        let configured = state.administration().configured(setting)?;
        let (bounds, change) = (setting.bounds(), edited(setting));
        Some(Changeable {
            name: setting.name(),
            unit: setting.unit(),
            value: change.map_or(configured, |change| change.value),
            configured,
            lowest: *bounds.start(),
            highest: *bounds.end(),
            changed_at: change.map(|change| change.at),
        })
    });
    let kept = state.administration().retention().into_iter().map(|kept| {
        let change = Setting::from_name(kept.what).and_then(edited);
        Kept { what: kept.what, days: change.map(|change| change.value).or(kept.days) }
    });
    Ok(LimitsInForce {
        requests: RequestLimits {
            of_a_person_per_minute: limits.requests_of_a_person.per_minute,
            questions_of_a_person_per_minute: limits.questions_of_a_person.per_minute,
            questions_of_a_person_at_once: AT_ONCE_OF_A_PERSON,
            failures_of_an_address_per_minute: limits.failures_of_an_address.per_minute,
            of_everybody_at_once: limits.requests,
            counted_together: state.quotas().shared().is_some_and(SharedRates::was_counting),
        },
        sessions: SessionTimes {
            idle_minutes: sessions.idle.num_minutes(),
            absolute_minutes: sessions.absolute.num_minutes(),
            step_up_minutes: state.step_up().map(|wanted| wanted.max_age.num_minutes()),
        },
        retention: kept.collect(),
        settings: settings.collect(),
    })
}
