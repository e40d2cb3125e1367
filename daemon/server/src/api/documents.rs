//! Your documents as the daemon sees them: how far each has come, and why it stopped where it did.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_model as model;
use voiceassist_store::Verified;
use voiceassist_store::documents::DocumentSummary;

use super::passage::{Sensitivity, Source};

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod retry;

/// People shown of one document; a letter may have gone to a whole hospital.
const MAX_PEOPLE: usize = 100;

/// A document you may read.
#[derive(Serialize, ToSchema)]
pub(crate) struct Document {
    /// Names the document for as long as it exists.
    id: Uuid,
    /// What it is.
    source: Source,
    /// The address that opens it in Nextcloud; absent of files, which open by their id.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Nextcloud's id of the file; 0 of what is not a file.
    file_id: i64,
    /// The file's name, or what the event, task, contact or message is called.
    title: String,
    /// The file's path in your own tree; empty of what is not a file.
    path: String,
    /// Names and addresses of those who take part in it, wrote it or received it, at most 100; empty of a file.
    people: Vec<String>,
    /// The media type, as Nextcloud says.
    media_type: Option<String>,
    /// Its size in bytes.
    size: i64,
    /// How far it has come.
    state: State,
    /// Why it is not, or only partly, found; absent when all is well.
    reason: Option<Reason>,
    /// Its class.
    sensitivity: Sensitivity,
    /// Its pages, once it was read.
    pages: Option<u32>,
    /// The pages whose text was recognised in pictures, and how surely. Look at the page itself where that is low.
    recognised: Vec<RecognisedPage>,
    /// Whether only its first part can be found.
    truncated: bool,
    /// When the file was last changed in Nextcloud, the event begins, the task is due or the message was written.
    modified_at: Option<DateTime<Utc>>,
    /// When the state last changed.
    updated_at: DateTime<Utc>,
    /// When it could first be found as it is now.
    indexed_at: Option<DateTime<Utc>>,
    /// What leaves it out; only with the reason `out_of_scope`.
    left_out: Option<LeftOut>,
}

/// A page that was read from a picture of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecognisedPage {
    /// The page, from 1.
    page: u32,
    /// How sure the recogniser was of its text, in per cent.
    confidence: u8,
}

/// What leaves a document out.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeftOut {
    /// `everyone`: a rule of the server. `view`: such a rule, because of where you keep what you received. `person`: a
    /// rule of yours.
    by: &'static str,
    /// The kind of the rule (`folder`, `glob` …), or `no_included_place` and its like when no inclusion holds; absent
    /// when another person's view of the file decides.
    why: Option<String>,
    /// The rule, where a single one did it.
    rule: Option<Uuid>,
}

/// Where a document stands on its way to an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Seen in Nextcloud, not read yet.
    Pending,
    /// Bytes are here; text is not extracted yet.
    Fetched,
    /// Text is extracted; nothing can be found yet.
    Chunked,
    /// Found by words.
    Searchable,
    /// Found by words and by meaning.
    Indexed,
    /// Left out on purpose, with the reason.
    Skipped,
    /// Could not be read, with the reason.
    Failed,
}

/// Why a document is not, or only partly, found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reason {
    /// The stable code.
    code: &'static str,
    /// What happened and what to do.
    explanation: &'static str,
    /// Whether trying again with the same file can help.
    retry_can_help: bool,
}

impl From<Verified<DocumentSummary>> for Document {
    fn from(summary: Verified<DocumentSummary>) -> Self {
        let summary = summary.into_inner();
        Self {
            id: summary.id.as_uuid(),
            source: summary.origin.source.into(),
            link: summary.origin.link,
            file_id: summary.file_id,
            title: summary.name,
            path: summary.path,
            people: summary.people.into_iter().take(MAX_PEOPLE).collect(),
            media_type: summary.mime,
            size: summary.size,
            state: summary.state.into(),
            reason: summary.reason.map(Reason::from),
            sensitivity: summary.sensitivity.into(),
            pages: summary.page_count,
            recognised: summary
                .recognised
                .into_iter()
                .map(|(page, confidence)| RecognisedPage { page, confidence })
                .collect(),
            truncated: summary.truncated,
            modified_at: summary.modified_at,
            updated_at: summary.updated_at,
            indexed_at: summary.indexed_at,
            left_out: summary.left_out.map(LeftOut::from),
        }
    }
}

impl From<voiceassist_store::documents::LeftOut> for LeftOut {
    fn from(left_out: voiceassist_store::documents::LeftOut) -> Self {
        Self {
            by: left_out.reach.as_str(),
            why: left_out.why,
            rule: left_out.rule.map(model::ScopeRuleId::as_uuid),
        }
    }
}

impl From<model::Reason> for Reason {
    fn from(reason: model::Reason) -> Self {
        Self {
            code: reason.code(),
            explanation: reason.explanation(),
            retry_can_help: reason.retry_can_help(),
        }
    }
}

impl From<model::DocumentState> for State {
    fn from(state: model::DocumentState) -> Self {
        match state {
            model::DocumentState::Pending => Self::Pending,
            model::DocumentState::Fetched => Self::Fetched,
            model::DocumentState::Chunked => Self::Chunked,
            model::DocumentState::Searchable => Self::Searchable,
            model::DocumentState::Indexed => Self::Indexed,
            model::DocumentState::Skipped => Self::Skipped,
            model::DocumentState::Failed => Self::Failed,
        }
    }
}

impl From<State> for model::DocumentState {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::Fetched => Self::Fetched,
            State::Chunked => Self::Chunked,
            State::Searchable => Self::Searchable,
            State::Indexed => Self::Indexed,
            State::Skipped => Self::Skipped,
            State::Failed => Self::Failed,
        }
    }
}
