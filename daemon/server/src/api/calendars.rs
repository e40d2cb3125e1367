//! Your calendars, events and tasks as the daemon mirrors them. Every answer with a time in it says its zone.

use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_assistant::diary::{self, Diary, Zone};

use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

pub(crate) mod event;
pub(crate) mod events;
pub(crate) mod free_busy;
pub(crate) mod list;
pub(crate) mod next;
pub(crate) mod tasks;

/// Somebody who organises or comes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Participant {
    /// The name, if one was given.
    name: Option<String>,
    /// The address of mail.
    address: String,
    /// What was answered: `ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED` or `NEEDS-ACTION`.
    answer: String,
}

impl From<voiceassist_store::calendars::Participant> for Participant {
    fn from(person: voiceassist_store::calendars::Participant) -> Self {
        Self { name: person.name, address: person.address, answer: person.answer }
    }
}

/// The asker's own time, once it is known which calendars of others they still see.
pub(super) async fn diary(reader: &Reader) -> Diary<'_> {
    reader.assistant().look_at_lent(reader.account_id()).await;
    Diary::of(reader.store(), reader.account_id())
}

/// A point in time of the query.
pub(super) fn moment(name: &str, text: &str, zone: &Zone) -> Result<chrono::DateTime<chrono::Utc>, Failure> {
    diary::moment(text, zone).ok_or_else(|| {
        Failure::new(Code::InvalidParameter).detail(format!(
            "The parameter `{name}` must be a time such as 2026-11-24T09:00:00Z, 2026-11-24T09:00 or 2026-11-24."
        ))
    })
}
