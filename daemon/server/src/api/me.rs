//! Whoever the token speaks for, as the daemon knows them.

pub(crate) mod export;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::principal::Authenticated;

/// You, as the daemon knows you.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// Your account here.
    account_id: Uuid,
    /// The Nextcloud server it belongs to.
    instance_id: Uuid,
    /// Nextcloud's user id.
    user_id: String,
    /// Your name as Nextcloud shows it.
    display_name: String,
    /// `connected`, or what keeps your files from being synced.
    state: &'static str,
    /// When your files were last found equal to Nextcloud's.
    last_synced_at: Option<DateTime<Utc>>,
}

/// Shows whom the token speaks for.
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "show_me", tag = "me", security(("token" = [])),
    responses((status = 200, description = "You", body = Me)),
)]
pub(crate) async fn show_me(who: Authenticated) -> Json<Me> {
    Json(Me {
        account_id: who.principal.account.as_uuid(),
        instance_id: who.principal.instance.as_uuid(),
        user_id: who.principal.user_id,
        display_name: who.account.display_name,
        state: who.account.state.as_str(),
        last_synced_at: who.account.last_synced_at,
    })
}
