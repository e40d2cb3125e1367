//! The events our app in Nextcloud sends, and the nudges in them.
//!
//! The app sees what webhook listeners are not told: shares, groups, people. It names those concerned as far as it can
//! list them and says so when it cannot. Fields that an event does not need are ignored and so are types this
//! release does not know, so that an app may be newer than the daemon. Refused: more events than one delivery may hold,
//! because a lost withdrawal would only be noticed by the timer; the app splits them.

use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_store::nudges::{Effect, MAX_NUDGES, MAX_USERS, Nudge};

use crate::problem::{Code, Failure};

/// A delivery of the app.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Events {
    /// At most 100.
    events: Vec<Event>,
}

/// One event.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Event {
    /// `file.changed`, `file.moved`, `file.deleted`, `share.created`, `share.deleted`, `access.changed`,
    /// `calendar.changed` or `contacts.changed`.
    #[serde(rename = "type")]
    kind: String,
    /// The file or folder.
    file_id: Option<i64>,
    /// The folder it is in.
    parent_id: Option<i64>,
    /// User id of who did it.
    actor: Option<String>,
    /// User ids of those concerned: receivers of a share, members who left a group. At most 1,000.
    #[serde(default)]
    users: Vec<String>,
    /// True when not everybody concerned is in `users`.
    #[serde(default)]
    everyone: bool,
}

/// Reads a delivery.
pub(super) fn read(body: &[u8]) -> Result<Vec<Nudge>, Failure> {
    let Events { events } = serde_json::from_slice(body).map_err(|error| {
        // The parser's own message may quote a value.
        let place = format!("The events cannot be read at line {}, column {}.", error.line(), error.column());
        Failure::new(Code::MalformedJson).detail(place)
    })?;
    if events.len() > MAX_NUDGES || events.iter().any(|event| event.users.len() > MAX_USERS) {
        let detail = format!("A delivery may hold {MAX_NUDGES} events of {MAX_USERS} people each; split it.");
        return Err(Failure::new(Code::BodyTooLarge).detail(detail));
    }
    Ok(events.into_iter().filter_map(Event::nudge).collect())
}

impl Event {
    fn nudge(self) -> Option<Nudge> {
        let effect = match self.kind.as_str() {
            "file.changed" => Effect::Content,
            "file.moved" => Effect::Moved,
            "file.deleted" => Effect::Gone,
            "share.created" => Effect::Granted,
            "share.deleted" | "access.changed" => Effect::Withdrawn,
            "calendar.changed" => Effect::Calendar,
            "contacts.changed" => Effect::Contacts,
            _ => return None,
        };
        let real = |id: &i64| *id > 0;
        let (file, parent) = (self.file_id.filter(real), self.parent_id.filter(real));
        let Self { actor, users, everyone, .. } = self;
        Some(Nudge { effect, file, parent, actor, users, everyone })
    }
}
