//! GET of one file (RFC 9110), conditional or in part.
//!
//! Nextcloud answers a GET of a folder with 200, `text/html` and nothing in it, so a status proves nothing: an
//! answer without an entity tag is not a file. Content codings are declined, since the length of what arrives is
//! compared with the length announced. An answer that ignores a range is an error, not a file that begins elsewhere.

use chrono::{DateTime, Utc};
use http::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, IF_NONE_MATCH, LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, StatusCode};

use crate::error::DavError;
use crate::etag::ETag;
use crate::operation::{Access, Request, Verb};

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The last byte; `None` for the rest.
    pub last: Option<u64>,
}

/// One GET.
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// Percent-encoded, relative to the base URL.
    pub target: &'a str,
    /// Answer 304 when the file still has this tag.
    pub if_none_match: Option<&'a ETag>,
    /// Only this part.
    pub range: Option<ByteRange>,
}

/// How a server answers a GET, before the body.
#[derive(Debug)]
pub(crate) enum GetAnswer {
    NotModified,
    File(FileHead),
    Refused,
}

/// What the headers say about a file.
#[derive(Debug)]
pub(crate) struct FileHead {
    pub(crate) etag: ETag,
    pub(crate) mime: Option<String>,
    pub(crate) modified: Option<DateTime<Utc>>,
    /// The length of the whole file, where only a part was asked for.
    pub(crate) total_bytes: Option<u64>,
}

impl Get<'_> {
    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let mut request =
            Request::new(Verb::Get, self.target, Access::Account).header(ACCEPT_ENCODING, "identity");
        if let Some(etag) = self.if_none_match {
            request = request.header_text(IF_NONE_MATCH, &etag.to_string())?;
        }
        if let Some(ByteRange { start, last }) = self.range {
            let last = last.map(|last| last.to_string()).unwrap_or_default();
            request = request.header_text(RANGE, &format!("bytes={start}-{last}"))?;
        }
        Ok(request)
    }

    /// Reads status and headers.
    pub(crate) fn answer(&self, status: StatusCode, headers: &HeaderMap) -> Result<GetAnswer, DavError> {
        let partial = match status {
            StatusCode::NOT_MODIFIED if self.if_none_match.is_some() => return Ok(GetAnswer::NotModified),
            StatusCode::OK => false,
            StatusCode::PARTIAL_CONTENT => true,
            _ => return Ok(GetAnswer::Refused),
        };
        let total_bytes = match (self.range, partial) {
            (None, true) => return Err(DavError::protocol("a part came that was not asked for")),
            (Some(range), false) if range.start > 0 || range.last.is_some() => {
                return Err(DavError::protocol("the range was ignored"));
            }
            (None | Some(_), false) => None,
            (Some(range), true) => total_of(range, headers)?,
        };
        let etag = ETAG_HEADERS.iter().find_map(|name| ETag::parse(text(headers, name)?).ok());
        let mime = text(headers, CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next());
        Ok(GetAnswer::File(FileHead {
            etag: etag.ok_or_else(|| without_etag(status, headers))?,
            mime: mime.map(|mime| mime.trim().to_ascii_lowercase()).filter(|mime| !mime.is_empty()),
            modified: text(headers, LAST_MODIFIED.as_str()).and_then(http_date),
            total_bytes,
        }))
    }
}

/// Nextcloud answers the GET of a folder with nothing at all; whatever has content and no tag is somebody else's page.
fn without_etag(status: StatusCode, headers: &HeaderMap) -> DavError {
    let length = text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > 0) {
        DavError::NotNextcloud { status: status.as_u16() }
    } else {
        DavError::NotAFile
    }
}

/// Some proxies drop or rewrite `ETag`; Nextcloud repeats it under its own name.
const ETAG_HEADERS: [&str; 2] = ["etag", "oc-etag"];

/// A date of RFC 9110 section 5.6.7 in its preferred form.
pub(crate) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|date| date.to_utc())
}

/// The length of the whole file out of `bytes 1-1/2`, if that is the part that was asked for.
fn total_of(range: ByteRange, headers: &HeaderMap) -> Result<Option<u64>, DavError> {
    let parsed = text(headers, CONTENT_RANGE.as_str()).and_then(|value| {
        let (part, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (start, last) = part.split_once('-')?;
        Some((start.parse::<u64>().ok()?, last.parse::<u64>().ok()?, total.parse::<u64>().ok()))
    });
    match parsed {
        Some((start, last, total))
            if start == range.start && range.last.is_none_or(|wanted| last <= wanted) =>
        {
            Ok(total)
        }
        _ => Err(DavError::protocol("another part came than was asked for")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
