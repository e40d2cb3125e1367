//! What the paired Nextcloud app asks for itself: how things are, and a key for its hints.
//!
//! The app proves itself with a vouch as it does for people, but for another audience, so that one can never be used as
//! the other. Nextcloud decides who of its people may see the answers: only its administrators' pages and commands ask.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::paired_apps::PairedApp;

use crate::auth::vouch::{self, Vouch};
use crate::problem::{Code, Failure};
use crate::state::AppState;

pub(crate) mod hook_key;
pub(crate) mod overview;

/// A vouch of the app for itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppVouch {
    /// The signed sentence of the paired app, for the audience `voiceassist-app`.
    vouch: String,
}

/// Who vouched, and what; the vouch is spent. Everything that is wrong has the same answer.
pub(crate) async fn believe(
    state: &AppState,
    signed: &str,
    audience: &str,
) -> Result<(PairedApp, Vouch), Failure> {
    let invalid = |_| Failure::new(Code::InvalidVouch);
    let apps = state.store().paired_apps();
    let key_id = vouch::key_id(signed).map_err(invalid)?;
    let app = apps.find(&key_id).await?.ok_or_else(|| Failure::new(Code::InvalidVouch))?;
    let now: DateTime<Utc> = state.store().clock().now();
    let vouch = vouch::verify(signed, &app.public_key, &app.base_url, audience, now).map_err(invalid)?;
    if !apps.spend(app.id, &vouch.jti, vouch.believed_until()).await? {
        return Err(Failure::new(Code::InvalidVouch));
    }
    Ok((app, vouch))
}
