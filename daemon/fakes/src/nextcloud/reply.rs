//! The answers of the measured server, byte shapes included: sabre errors, empty bodies, JSON with escaped
//! slashes. Only shapes live here; who gets which one is decided elsewhere.

use std::io;

use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

/// Methods the files space allows.
pub(crate) const FILES_METHODS: &str =
    "OPTIONS, GET, HEAD, DELETE, PROPFIND, PUT, PROPPATCH, COPY, MOVE, REPORT";

/// Compliance classes in the `DAV` header.
pub(crate) const DAV_CLASSES: &str = "1, 3, extended-mkcol, access-control, \
     calendarserver-principal-property-search, nc-paginate, nextcloud-checksum-update, nc-calendar-search, \
     nc-enable-birthday-calendar";

const HTML: &str = "text/html; charset=UTF-8";
const XML: &str = "application/xml; charset=utf-8";

/// A body that is either here or streamed.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// An answer.
pub(crate) type Reply = Response<Body>;

pub(crate) fn with_body(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

pub(crate) fn streamed(
    status: StatusCode,
    content_type: &str,
    chunks: BoxStream<'static, io::Result<Bytes>>,
) -> Reply {
    let mut reply = Response::new(StreamBody::new(chunks.map_ok(Frame::data)).boxed_unsync());
    *reply.status_mut() = status;
    add(&mut reply, CONTENT_TYPE.as_str(), content_type);
    reply
}

/// Sets a header; a value that cannot be one is left out.
pub(crate) fn add(reply: &mut Reply, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        reply.headers_mut().insert(name, value);
    }
}

/// No content at all, labelled HTML as the server does.
pub(crate) fn empty(status: StatusCode) -> Reply {
    if status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED {
        let mut reply = with_body(status, HTML, Bytes::new());
        reply.headers_mut().remove(CONTENT_TYPE);
        return reply;
    }
    with_body(status, HTML, Bytes::new())
}

pub(crate) fn html(status: StatusCode, page: String) -> Reply {
    with_body(status, HTML, page)
}

/// JSON as PHP writes it, with escaped slashes.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
    with_body(status, "application/json; charset=utf-8", value.to_string().replace('/', "\\/"))
}

pub(crate) fn xml(status: StatusCode, text: String) -> Reply {
    with_body(status, XML, text)
}

pub(crate) fn multistatus(chunks: BoxStream<'static, io::Result<Bytes>>) -> Reply {
    let mut reply = streamed(StatusCode::MULTI_STATUS, XML, chunks);
    add(&mut reply, "vary", "Brief,Prefer");
    add(&mut reply, "dav", DAV_CLASSES);
    reply
}

/// An error of the DAV endpoint; `extra` is put after the message.
pub(crate) fn dav_error_with(status: StatusCode, exception: &str, message: &str, extra: &str) -> Reply {
    let message = match message {
        "" => "<s:message/>".to_owned(),
        text => format!("<s:message>{}</s:message>", escaped(text)),
    };
    let extra = if extra.is_empty() { String::new() } else { format!("\n  {extra}") };
    xml(
        status,
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\">\n  \
             <s:exception>{exception}</s:exception>\n  {message}{extra}\n</d:error>\n"
        ),
    )
}

pub(crate) fn dav_error(status: StatusCode, exception: &str, message: &str) -> Reply {
    dav_error_with(status, exception, message, "")
}

pub(crate) fn not_found(path: &[String]) -> Reply {
    let message = format!("File with name /{} could not be located", path.join("/"));
    dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message)
}

pub(crate) fn forbidden(message: &str) -> Reply {
    dav_error(StatusCode::FORBIDDEN, "Sabre\\DAV\\Exception\\Forbidden", message)
}

pub(crate) fn conflict(message: &str) -> Reply {
    dav_error(StatusCode::CONFLICT, "Sabre\\DAV\\Exception\\Conflict", message)
}

pub(crate) fn bad_request(message: &str) -> Reply {
    dav_error(StatusCode::BAD_REQUEST, "Sabre\\DAV\\Exception\\BadRequest", message)
}

pub(crate) fn method_not_allowed(message: &str) -> Reply {
    let exception = "Sabre\\DAV\\Exception\\MethodNotAllowed";
    let mut reply = dav_error(StatusCode::METHOD_NOT_ALLOWED, exception, message);
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static(FILES_METHODS));
    reply
}

pub(crate) fn precondition_failed(message: &str, header: &str, etag: Option<&str>) -> Reply {
    let exception = "Sabre\\DAV\\Exception\\PreconditionFailed";
    let named = format!("<s:header>{header}</s:header>");
    let mut reply = dav_error_with(StatusCode::PRECONDITION_FAILED, exception, message, &named);
    if let Some(etag) = etag {
        add(&mut reply, "etag", etag);
    }
    reply
}

pub(crate) fn locked(path: &[String]) -> Reply {
    let message = format!("\"/{}\" is locked, existing lock on file: exclusive", path.join("/"));
    dav_error(StatusCode::LOCKED, "OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked", &message)
}

pub(crate) fn not_implemented(method: &str) -> Reply {
    let message =
        format!("There was no plugin in the system that was willing to handle this {method} method.");
    dav_error(StatusCode::NOT_IMPLEMENTED, "Sabre\\DAV\\Exception\\NotImplemented", &message)
}

/// Text made safe for element content and attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

pub(crate) fn escape_into(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}
