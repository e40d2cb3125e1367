//! Who somebody is and how to reach them, one page at a time.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::people::{self, AddressBook};
use voiceassist_store::contacts::Reach;

use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Whom to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactParameters {
    /// Whom, as one speaks of them: `Dr. Smith`, `Smith cardiology`, misspelt or without accents. Everybody unless given.
    /// At most 200 characters.
    #[param(max_length = 200, example = "Smith cardiology")]
    q: Option<String>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// One page of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactPage {
    /// Best first; without `q` by name.
    people: Vec<Person>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Whether more match than are ranked.
    more: bool,
}

/// Somebody; several cards of one person are one.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    /// What they are called.
    name: String,
    /// `individual`, `group`, `organization` or `location`.
    kind: String,
    /// Where they work.
    organization: Option<String>,
    /// In which part of it.
    units: Vec<String>,
    /// What they are called there.
    title: Option<String>,
    /// What they do there.
    role: Option<String>,
    /// Numbers, the preferred ones first.
    phones: Vec<Reachable>,
    /// Addresses of mail, likewise.
    emails: Vec<Reachable>,
    /// Where they are.
    addresses: Vec<String>,
    /// Categories.
    categories: Vec<String>,
    /// Where they are known from, the most trusted first.
    known_from: Vec<Known>,
    /// Events of the last year and the next two months they had a part in.
    met: u32,
    /// How well they match; 0 without `q`.
    score: f32,
}

/// A number or an address with what it is for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reachable {
    /// The number or the address.
    value: String,
    /// What it is for: `work`, `home`, `cell`, `fax` …
    types: Vec<String>,
    /// A label somebody wrote.
    label: Option<String>,
    /// Whether it is the preferred one.
    preferred: bool,
}

/// Where somebody is known from.
#[derive(Serialize, ToSchema)]
pub(crate) struct Known {
    /// `own`, `shared`, `colleague`, or `history` for somebody who is known from events alone.
    source: &'static str,
    /// The card; absent for `history`.
    id: Option<Uuid>,
    /// Opens it in Nextcloud.
    link: Option<String>,
}

impl From<Reach> for Reachable {
    fn from(reach: Reach) -> Self {
        Self { value: reach.value, types: reach.types, label: reach.label, preferred: reach.preferred }
    }
}

impl From<people::Person> for Person {
    fn from(own: people::Person) -> Self {
        let known = |known: people::Known| Known {
            source: known.source.as_str(),
            id: known.contact.map(voiceassist_model::CollectionObjectId::as_uuid),
            link: known.link,
        };
        Self {
            name: own.name,
            kind: own.kind,
            organization: own.organization,
            units: own.units,
            title: own.title,
            role: own.role,
            phones: own.phones.into_iter().map(Reachable::from).collect(),
            emails: own.emails.into_iter().map(Reachable::from).collect(),
            addresses: own.addresses,
            categories: own.categories,
            known_from: own.known_from.into_iter().map(known).collect(),
            met: own.met,
            score: own.score,
        }
    }
}

/// Lists the people you know, or finds somebody.
#[utoipa::path(
    get, path = "/api/v1/contacts", operation_id = "list_contacts", tag = "contacts",
    params(ContactParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = ContactPage)),
)]
pub(crate) async fn list_contacts(
    reader: Reader,
    FromQuery(parameters): FromQuery<ContactParameters>,
) -> Result<Json<ContactPage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    reader.assistant().look_at_lent(reader.account_id()).await;
    let book = AddressBook::of(reader.store(), reader.account_id());
    let found = book.people(parameters.q.as_deref(), &page).await?;
    Ok(Json(ContactPage {
        people: found.people.items.into_iter().map(Person::from).collect(),
        next: found.people.next.map(|cursor| cursor.to_string()),
        more: found.more,
    }))
}
