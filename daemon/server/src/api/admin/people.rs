//! `GET /api/v1/admin/people`: how people's connections fare and whom to help, one page at a time.
//!
//! People are named because whoever looks has to know whom to help; that they looked is in the audit log.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::accounts::health::DEFAULT_GRACE;
use voiceassist_store::audit::{Action, Entry};

use crate::api::pairing::overview::PersonLine;
use crate::extract::page::PageParameters;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Person;
use crate::problem::Failure;

/// One page of people's connections.
#[derive(Serialize, ToSchema)]
pub(crate) struct PeoplePage {
    /// The connections, in the order of connecting.
    people: Vec<PersonLine>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists people's connections for administrators.
#[utoipa::path(
    get, path = "/api/v1/admin/people", operation_id = "admin_list_people", tag = "administration",
    params(PageParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = PeoplePage)),
)]
pub(crate) async fn admin_list_people(
    person: Person,
    FromQuery(parameters): FromQuery<PageParameters>,
) -> Result<Json<PeoplePage>, Failure> {
    let listed = person.store().accounts().health_of_all(&parameters.page()?, DEFAULT_GRACE).await?;
    let here = listed.items.into_iter().filter(|one| one.account.instance == person.instance);
    let people: Vec<PersonLine> = here.map(PersonLine::from).collect();
    let entry = Entry::new(person.actor(), Action::OverviewShow);
    person.store().audit().append(entry.count("people", people.len() as u64)).await?;
    Ok(Json(PeoplePage { people, next: listed.next.map(|cursor| cursor.to_string()) }))
}
