//! The list of your documents, one page at a time, with how many are in which state.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voiceassist_model::DocumentState;
use voiceassist_store::documents::{DocumentFilter, StateCounts};

use super::{Document, State};
use crate::api::filter::Filter;
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
    /// Only of these types, by commas: names such as `pdf`, or media types such as `image/*`. As in a filter of a search.
    #[serde(rename = "type")]
    #[param(example = "pdf,image/*")]
    types: Option<String>,
    /// Only files below this folder of your own tree.
    #[param(max_length = 1000, example = "/Clinic/Cardiology")]
    folder: Option<String>,
    /// Only what was changed or written, or has not ended, at this time or later: an instant, a local time of the zone, or a
    /// day.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Only what was changed or written, or begins, before this.
    to: Option<String>,
    /// The zone of `from` and `to`, by name. That of your own calendars unless given.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
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
    let source = parameters.source.unwrap_or(Source::File);
    let types =
        parameters.types.as_deref().unwrap_or_default().split(',').filter(|name| !name.trim().is_empty());
    let asked = Filter {
        sources: vec![source],
        types: types.map(str::to_owned).collect(),
        folder: parameters.folder,
        files: Vec::new(),
        from: parameters.from,
        to: parameters.to,
        zone: parameters.zone,
        people: Vec::new(),
    };
    let fit = asked.read(&reader).await?.fit();
    let filter =
        DocumentFilter { state: parameters.state.map(DocumentState::from), source: source.into(), fit };
    let listed = reader.assistant().documents(&reader.principal, filter, &page).await?;
    let counts = reader.store().documents().counts(Some(reader.account_id())).await?;
    Ok(Json(DocumentPage {
        documents: listed.items.into_iter().map(Document::from).collect(),
        next: listed.next.map(|cursor| cursor.to_string()),
        withheld: listed.withheld,
        counts: counts.into(),
    }))
}
