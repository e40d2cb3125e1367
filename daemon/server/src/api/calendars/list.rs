//! Your calendars, and how far each is mirrored.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::collections::{Collection, Held};

use super::diary;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Your calendars.
#[derive(Serialize, ToSchema)]
pub(crate) struct Calendars {
    /// Oldest first.
    calendars: Vec<Calendar>,
}

/// One calendar.
#[derive(Serialize, ToSchema)]
pub(crate) struct Calendar {
    /// Names it for as long as it is mirrored.
    id: Uuid,
    /// What it is called.
    name: String,
    /// `own`, `shared`, `subscribed`, `birthdays` or `generated`.
    kind: String,
    /// Whose it is, as Nextcloud's user id.
    owner: Option<String>,
    /// Its colour, as Nextcloud writes it.
    color: Option<String>,
    /// The zone of its times without one.
    zone: Option<String>,
    /// Whether you may write in it.
    writable: bool,
    /// Whether what is in it leaves your time free.
    transparent: bool,
    /// Events and tasks that were read.
    objects: u64,
    /// Events and tasks that cannot be.
    quarantined: u64,
    /// When it was last found or made equal to Nextcloud's; absent before the first time.
    synced_at: Option<DateTime<Utc>>,
    /// Why the last look at it failed, as a code.
    reason: Option<String>,
}

impl Calendar {
    fn of(own: Collection, held: Held) -> Self {
        Self {
            id: own.id.as_uuid(),
            name: own.about.name,
            kind: own.kind,
            owner: own.about.owner,
            color: own.about.color,
            zone: own.about.time_zone,
            writable: own.writable,
            transparent: own.transparent,
            objects: held.objects,
            quarantined: held.quarantined,
            synced_at: own.synced_at,
            reason: own.reason,
        }
    }
}

/// Lists your calendars.
#[utoipa::path(
    get, path = "/api/v1/calendars", operation_id = "list_calendars", tag = "calendars", security(("token" = [])),
    responses((status = 200, description = "All of them", body = Calendars)),
)]
pub(crate) async fn list_calendars(reader: Reader) -> Result<Json<Calendars>, Failure> {
    let diary = diary(&reader).await;
    let held = diary.held().await?;
    let shown = |own: Collection| {
        let held = held.get(&own.id).copied().unwrap_or_default();
        Calendar::of(own, held)
    };
    Ok(Json(Calendars { calendars: diary.calendars().await?.into_iter().map(shown).collect() }))
}
