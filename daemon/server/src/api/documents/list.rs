//! The list of your documents, one page at a time, with how many are in which state.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::{self as model, DocumentState};
use voiceassist_store::documents::{DocumentFilter, StateCounts};

use super::{Document, State};
use crate::api::passage::Source;
use crate::extract::page;
use crate::extract::parameters::FromQuery;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// Which documents.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParameters {
    /// Only those in this state.
    #[param(inline)]
    state: Option<State>,
    /// Files, or one kind of what is not a file; files unless given.
    #[param(inline)]
    source: Option<Source>,
    /// How many at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// One page of your documents.
#[derive(Serialize, ToSchema)]
pub(crate) struct DocumentPage {
    /// The documents.
    documents: Vec<Document>,
    /// Pass it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many documents of this page are left out, because Nextcloud did not confirm just now that you may read them.
    withheld: usize,
    /// How many of all your files are in which state, whatever the filter.
    counts: Counts,
}

/// How many documents are in which state.
#[derive(Serialize, ToSchema)]
pub(crate) struct Counts {
    pending: u64,
    fetched: u64,
    chunked: u64,
    searchable: u64,
    indexed: u64,
    skipped: u64,
    failed: u64,
    /// All of them.
    total: u64,
}

impl From<StateCounts> for Counts {
    fn from(counts: StateCounts) -> Self {
        Self {
            pending: counts.get(DocumentState::Pending),
            fetched: counts.get(DocumentState::Fetched),
            chunked: counts.get(DocumentState::Chunked),
            searchable: counts.get(DocumentState::Searchable),
            indexed: counts.get(DocumentState::Indexed),
            skipped: counts.get(DocumentState::Skipped),
            failed: counts.get(DocumentState::Failed),
            total: counts.total(),
        }
    }
}

/// Lists your documents.
#[utoipa::path(
    get, path = "/api/v1/documents", operation_id = "list_documents", tag = "documents",
    params(ListParameters), security(("token" = [])),
    responses((status = 200, description = "One page", body = DocumentPage)),
)]
pub(crate) async fn list_documents(
    reader: Reader,
    FromQuery(parameters): FromQuery<ListParameters>,
) -> Result<Json<DocumentPage>, Failure> {
    let page = page::page(parameters.limit, parameters.after.as_deref())?;
    let filter = DocumentFilter {
        state: parameters.state.map(DocumentState::from),
        source: parameters.source.map(model::Source::from).unwrap_or_default(),
    };
    let listed = reader.assistant().documents(&reader.principal, filter, &page).await?;
    let counts = reader.store().documents().counts(Some(reader.account_id())).await?;
    Ok(Json(DocumentPage {
        documents: listed.items.into_iter().map(Document::from).collect(),
        next: listed.next.map(|cursor| cursor.to_string()),
        withheld: listed.withheld,
        counts: counts.into(),
    }))
}
