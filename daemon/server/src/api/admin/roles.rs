//! `GET /api/v1/admin/roles`: which groups of Nextcloud make which role.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_model::Role;

use crate::extract::principal::Person;

/// Roles and groups.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoleMapping {
    /// Every role.
    roles: Vec<RoleLine>,
    /// Whose rules say what a role may do: `built_in` or the clinic's `own`.
    #[schema(example = "built_in")]
    policy: &'static str,
}

/// One role.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoleLine {
    /// The role.
    #[schema(example = "medical_staff")]
    role: &'static str,
    /// The ids of the groups that make it.
    groups: Vec<String>,
    /// Whether everybody has it.
    everybody: bool,
}

/// Shows administrators which groups make which role.
#[utoipa::path(
    get, path = "/api/v1/admin/roles", operation_id = "admin_show_roles", tag = "administration",
    security(("token" = [])), responses((status = 200, description = "Roles and groups", body = RoleMapping)),
)]
pub(crate) async fn admin_show_roles(person: Person) -> Json<RoleMapping> {
    let groups = person.state().role_groups();
    let line = |role: Role| {
        let (named, everybody) = match role {
            Role::User => (None, true),
            Role::MedicalStaff => (Some(&groups.medical_staff), groups.medical_staff.is_empty()),
            Role::Auditor => (Some(&groups.auditor), false),
            Role::Admin => (Some(&groups.admin), false),
        };
        let named = named.map(|named| named.iter().cloned().collect()).unwrap_or_default();
        RoleLine { role: role.as_str(), groups: named, everybody }
    };
    let policy = if person.state().administration().has_own_policy() { "own" } else { "built_in" };
    Json(RoleMapping { roles: Role::ALL.into_iter().map(line).collect(), policy })
}
