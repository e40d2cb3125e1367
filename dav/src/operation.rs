//! What an operation is: a value that renders one request and reads one answer, without I/O.
//!
//! A [`Request`] names its target relative to a [`BaseUrl`] and says whether it needs an account, so that an
//! anonymous client never sends one that could only fail and be counted against our address. A request that writes
//! under a WebDAV address without a [`Precondition`] is rendered but never sent. Targets are already
//! percent-encoded; a base URL carries no credentials, query or fragment. Streamed operations (listings, downloads)
//! render a [`Request`] too and read the body elsewhere.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use crate::content::Streamed;
use crate::error::DavError;
use crate::etag::ETag;
use crate::precondition::{Precondition, strong};

/// An operation whose answer is small enough to hold.
pub trait Operation {
    /// What the answer says.
    type Output;
    /// A stable name for traces, `area.noun.verb` without the area.
    const NAME: &'static str;
    /// The largest answer that is read.
    const MAX_BODY_BYTES: u64;
    /// The request.
    fn request(&self) -> Result<Request, DavError>;
    /// Reads the answer, whatever its status.
    fn parse(&self, response: &Response) -> Result<Self::Output, DavError>;
}

/// The address of a Nextcloud server, with the path it is installed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// The text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// Not a URL.
    #[error("the address is not a URL")]
    Syntax,
    /// Neither `http` nor `https`.
    #[error("the address is neither http nor https")]
    Scheme,
    /// Credentials, a query or a fragment.
    #[error("the address holds more than scheme, host, port and path")]
    Extra,
}

impl BaseUrl {
    /// Reads an address; a missing slash at its end is added.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let mut url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl::Syntax)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(InvalidBaseUrl::Scheme);
        }
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::Extra);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// The address, ending in a slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether requests travel under TLS.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether `url` has the same scheme, host and port.
    pub fn same_origin(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// Scheme, host and port: what tells one server from another.
    pub(crate) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn target(&self, target: &str) -> Result<Url, DavError> {
        let url =
            self.0.join(target).map_err(|_| DavError::Settings { what: "a request target is not a path" })?;
        if self.same_origin(&url) {
            Ok(url)
        } else {
            Err(DavError::Settings { what: "a request target names another server" })
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET
    Get,
    /// POST
    Post,
    /// DELETE
    Delete,
    /// PROPFIND (RFC 4918)
    Propfind,
    /// SEARCH (RFC 5323)
    Search,
    /// REPORT (RFC 3253)
    Report,
    /// PUT
    Put,
    /// MKCOL (RFC 4918)
    Mkcol,
    /// MOVE (RFC 4918)
    Move,
}

impl Verb {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Propfind => "PROPFIND",
            Self::Search => "SEARCH",
            Self::Report => "REPORT",
            Self::Put => "PUT",
            Self::Mkcol => "MKCOL",
            Self::Move => "MOVE",
        }
    }

    /// Whether what is stored under a WebDAV address may be another afterwards.
    fn writes(self) -> bool {
        matches!(self, Self::Put | Self::Mkcol | Self::Move | Self::Delete)
    }

    #[expect(clippy::expect_used, reason = "the names are tokens")]
    pub(crate) fn method(self) -> Method {
        Method::from_bytes(self.as_str().as_bytes()).expect("every verb's name is a token of RFC 9110")
    }
}

/// Who may send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Anyone,
    /// Only a client with an app password.
    Account,
}

/// One rendered request. `Debug` leaves the target and the body out: they name files and carry tokens.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub verb: Verb,
    /// Percent-encoded, relative to the base URL, with its query.
    pub target: String,
    /// Headers besides those every request has.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Who may send it.
    pub access: Access,
    /// A body that is read while it is sent, instead of `body`.
    pub(crate) stream: Option<Streamed>,
    /// Where a MOVE goes, percent-encoded and relative to the base URL.
    destination: Option<String>,
    /// The version of the destination that a MOVE may replace.
    replaces: Option<ETag>,
    /// Whether something must hold on the server for the request to change anything there.
    conditional: bool,
}

/// Below this, WebDAV keeps what people see; a write there without a precondition is not sent.
const KEPT: &str = "remote.php/dav/";
/// Below this lie the pieces of unfinished uploads. Nobody sees them, and each upload has a folder of its own.
const STAGED: &str = "remote.php/dav/uploads/";

impl Request {
    /// A request without headers and body.
    pub fn new(verb: Verb, target: impl Into<String>, access: Access) -> Self {
        Self {
            verb,
            target: target.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            access,
            stream: None,
            destination: None,
            replaces: None,
            conditional: false,
        }
    }

    /// Under a precondition, without which no write is sent.
    pub fn under(mut self, precondition: Precondition<'_>) -> Result<Self, DavError> {
        self.conditional = true;
        match precondition {
            Precondition::Absent => Ok(self.header(IF_NONE_MATCH, "*")),
            Precondition::Present => Ok(self.header(IF_MATCH, "*")),
            Precondition::Version(etag) => {
                let etag = strong(etag)?.to_string();
                self.header_text(IF_MATCH, &etag)
            }
            Precondition::FreeDestination => Ok(self.header(HeaderName::from_static("overwrite"), "F")),
            Precondition::DestinationVersion(etag) => {
                self.replaces = Some(strong(etag)?.clone());
                Ok(self)
            }
        }
    }

    /// To this destination, percent-encoded and relative to the base URL.
    #[must_use]
    pub fn to(mut self, destination: impl Into<String>) -> Self {
        self.destination = Some(destination.into());
        self
    }

    /// With a body that is read while it is sent.
    #[must_use]
    pub(crate) fn streaming(mut self, content: Streamed) -> Self {
        self.stream = Some(content);
        self
    }

    /// Every header of its own on the way to this server.
    pub fn headers_for(&self, base: &BaseUrl) -> Result<HeaderMap, DavError> {
        let mut headers = self.headers.clone();
        if let Some(destination) = &self.destination {
            let path = base.target(destination)?.path().to_owned();
            let value = |text: &str| {
                HeaderValue::from_str(text)
                    .map_err(|_| DavError::Settings { what: "a destination is not a path" })
            };
            headers.insert(HeaderName::from_static("destination"), value(&path)?);
            if let Some(etag) = &self.replaces {
                headers.insert(HeaderName::from_static("if"), value(&format!("<{path}> ([{etag}])"))?);
            }
        }
        match &self.stream {
            Some(content) => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(content.len()));
            }
            // RFC 9110 section 8.6: who sends a body by its method says that there is none; some proxies answer
            // 411 otherwise.
            None if matches!(self.verb, Verb::Post | Verb::Put) && self.body.is_empty() => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            None => {}
        }
        Ok(headers)
    }

    /// Refuses a write that would happen whatever is there.
    pub(crate) fn check_precondition(&self) -> Result<(), DavError> {
        let lands = self.destination.as_deref().filter(|_| self.verb == Verb::Move);
        let place = lands.unwrap_or(&self.target);
        // A server that is no Nextcloud keeps things elsewhere, and is spoken to by absolute paths alone.
        let kept = place.starts_with('/') || place.starts_with(KEPT) && !place.starts_with(STAGED);
        if self.verb.writes() && kept && !self.conditional {
            return Err(DavError::Settings { what: "a write has no precondition" });
        }
        Ok(())
    }

    /// With a header of fixed text.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// With a header of computed text.
    pub fn header_text(mut self, name: HeaderName, value: &str) -> Result<Self, DavError> {
        let value = HeaderValue::from_str(value)
            .map_err(|_| DavError::Settings { what: "a header value holds a control character" })?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// With a body of this type.
    #[must_use]
    pub fn content(self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut request = self.header(CONTENT_TYPE, media_type);
        request.body = body.into();
        request
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("verb", &self.verb)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// One answer, its body held.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, no longer than the operation allows.
    pub body: Bytes,
}

impl Response {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body claims to be of this media type.
    pub fn is_type(&self, media_type: &str) -> bool {
        is_type(&self.headers, media_type)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Whether `Content-Type` names this media type, parameters aside.
pub(crate) fn is_type(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(media_type))
}
