//! A filter on the wire: of a search, of a question, of the list of documents.
//!
//! Sources are a closed list; types, folder, times and people are text that is checked by the assistant, which says what is
//! allowed and repeats nothing of what was sent. A time without a zone is one of the asker's own clock.

use serde::Deserialize;
use utoipa::ToSchema;
use voiceassist_assistant::diary::Zone;
use voiceassist_assistant::{self as assistant};
use voiceassist_model as model;

use super::calendars::diary;
use super::passage::Source;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// What is looked at, for this once. What is left out or empty is no condition.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Filter {
    /// Any of these.
    pub(super) sources: Vec<Source>,
    /// Any of these: `pdf`, `word`, `sheet`, `slides`, `text`, `image`, `mail`, `event`, `contact`, or media types such as
    /// `application/pdf` and `image/*`. At most 16.
    #[schema(max_items = 16, example = json!(["pdf", "image/*"]))]
    pub(super) types: Vec<String>,
    /// Only files below this folder of your own tree.
    #[schema(max_length = 1000, example = "/Clinic/Cardiology")]
    pub(super) folder: Option<String>,
    /// Only these files, by the ids Nextcloud has for them. At most 16.
    #[schema(max_items = 16, example = json!([4711]))]
    pub(super) files: Vec<u64>,
    /// Only what was changed or written, or has not ended, at this time or later: an instant, a local time of the zone, or a
    /// day.
    #[schema(example = "2026-11-01")]
    pub(super) from: Option<String>,
    /// Only what was changed or written, or begins, before this.
    pub(super) to: Option<String>,
    /// The zone of `from` and `to`, by name. That of your own calendars unless given.
    #[schema(example = "Europe/Berlin")]
    pub(super) zone: Option<String>,
    /// Each of these people takes part, wrote or received it, or is named in it: a name or an address. At most 4.
    #[schema(max_items = 4, example = json!(["Dr. Weber"]))]
    pub(super) people: Vec<String>,
}

impl Filter {
    /// The same, whose times are by the clock of the question where it names none itself.
    pub(super) fn by_clock_of(mut self, question: Option<&str>) -> Self {
        self.zone = self.zone.or_else(|| question.map(str::to_owned));
        self
    }

    /// What it means for this reader.
    pub(super) async fn read(self, reader: &Reader) -> Result<assistant::Filter, Failure> {
        let Self { sources, types, folder, files, from, to, zone, people } = self;
        let zone = match (&from, &to, &zone) {
            (None, None, None) => Zone::Utc,
            _ => diary(reader).await.zone(zone.as_deref()).await.map_err(|error| match error {
                assistant::diary::DiaryError::UnknownZone => {
                    refused("`zone` is the name of a time zone, such as Europe/Berlin.".to_owned())
                }
                error => error.into(),
            })?,
        };
        let at = |name: &str, text: Option<String>| {
            text.map(|text| {
                assistant::diary::moment(&text, &zone).ok_or_else(|| {
                    refused(format!(
                        "`{name}` is a time such as 2026-11-24T09:00:00Z, 2026-11-24T09:00 or 2026-11-24."
                    ))
                })
            })
            .transpose()
        };
        let filter = assistant::Filter {
            sources: sources.into_iter().map(model::Source::from).collect(),
            types,
            folder,
            files,
            from: at("from", from)?,
            to: at("to", to)?,
            people,
        };
        filter.checked().map_err(Failure::from)
    }
}

fn refused(detail: String) -> Failure {
    Failure::new(Code::InvalidFilter).detail(detail)
}

impl From<assistant::FilterError> for Failure {
    fn from(error: assistant::FilterError) -> Self {
        let said = error.to_string();
        let mut letters = said.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        refused(format!("{first}{}.", letters.as_str()))
    }
}
