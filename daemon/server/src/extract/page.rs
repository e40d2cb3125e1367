//! One page of a list.
//!
//! Lists are read by keyset: a page names the row it comes after, so that rows that arrive meanwhile neither repeat
//! nor hide others. The cursor is opaque; one that this daemon did not make is refused.

use serde::Deserialize;
use utoipa::IntoParams;
use voiceassist_store::{Cursor, Page};

use crate::limits::{DEFAULT_PAGE, MAX_PAGE};
use crate::problem::{Code, Failure};

/// Which rows of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParameters {
    /// How many rows at most, 1 to 100; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
}

impl PageParameters {
    /// The store's page, if the parameters make one.
    pub(crate) fn page(&self) -> Result<Page, Failure> {
        page(self.limit, self.after.as_deref())
    }
}

/// The store's page of these parameters.
pub(crate) fn page(limit: Option<u32>, after: Option<&str>) -> Result<Page, Failure> {
    let limit = self::limit(limit)?;
    let after = after.map(str::parse::<Cursor>).transpose().map_err(|_| {
        Failure::new(Code::InvalidParameter).detail("The parameter `after` is not a cursor of this list.")
    })?;
    Ok(Page { after, limit })
}

/// How many rows of a list are wanted.
pub(crate) fn limit(limit: Option<u32>) -> Result<u32, Failure> {
    let limit = limit.unwrap_or(DEFAULT_PAGE);
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(limit);
    }
    let detail = format!("The parameter `limit` must be between 1 and {MAX_PAGE}.");
    Err(Failure::new(Code::InvalidParameter).detail(detail))
}
