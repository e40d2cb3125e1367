//! `GET /api/v1/admin/phi-policy`: what about people may be sent where.
//!
//! As the configuration has it, in words. It is not changed here: who may send patients' data to whom is decided by whoever
//! runs the daemon, in a file that has an owner and a history.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::principal::Person;

/// What may be sent where.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhiPolicy {
    /// Every destination that is configured; empty: nothing leaves.
    destinations: Vec<PhiDestination>,
}

/// One destination.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhiDestination {
    /// The model's name.
    name: String,
    /// Whose machines it runs on: `local`, `agreement` or `cloud`.
    protection: &'static str,
    /// What about people may be sent: `nothing`, `redacted` or `everything`.
    #[schema(example = "redacted")]
    about_people: &'static str,
    /// The same in words.
    sentence: &'static str,
}

/// Shows administrators what may be sent where.
#[utoipa::path(
    get, path = "/api/v1/admin/phi-policy", operation_id = "admin_show_phi_policy", tag = "administration",
    security(("token" = [])), responses((status = 200, description = "The policy", body = PhiPolicy)),
)]
pub(crate) async fn admin_show_phi_policy(person: Person) -> Json<PhiPolicy> {
    let providers = person.state().administration().providers();
    let destinations = providers.into_iter().filter(|provider| provider.configured).map(|provider| {
        let (about_people, sentence) = in_words(provider.mode);
        PhiDestination { name: provider.name, protection: provider.protection, about_people, sentence }
    });
    Json(PhiPolicy { destinations: destinations.collect() })
}

/// A mode that is not known lets nothing through, and is shown as that.
fn in_words(mode: &str) -> (&'static str, &'static str) {
    match mode {
        "allow" => ("everything", "Texts are sent as they are."),
        "redact" => (
            "redacted",
            "Texts are sent with surrogates for names, numbers, days and whatever else points at a person.",
        ),
        _ => ("nothing", "Nothing is sent in which a person was recognised."),
    }
}
