//! Reads a recorded answer: status line, headers, an empty line, the body as it was sent.

use std::path::Path;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use voiceassist_dav::{DavError, Depth};
use voiceassist_dav::{FilePath, ListFolder, Response, UserId, files::Listed};

pub(crate) fn response(name: &str) -> Response {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nextcloud-32").join(name);
    let bytes = std::fs::read(path.with_extension("http")).expect(name);
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").expect("headers end with an empty line");
    let head = std::str::from_utf8(&bytes[..split]).expect("headers are text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let mut headers = HeaderMap::new();
    for line in lines {
        let (header, value) = line.split_once(": ").expect("a header");
        let header = HeaderName::from_bytes(header.as_bytes()).expect("a header name");
        headers.append(header, HeaderValue::from_str(value).expect("a header value"));
    }
    let status = StatusCode::from_bytes(status.as_bytes()).expect("a status");
    Response { status, headers, body: Bytes::copy_from_slice(&bytes[split + 2..]) }
}

pub(crate) fn mara() -> UserId {
    UserId::new("mara").expect("an id")
}

/// The listing of Mara's root out of a fixture, fed in pieces of `step` bytes.
pub(crate) fn list(name: &str, depth: Depth, step: usize) -> Result<Vec<Listed>, DavError> {
    let response = response(name);
    let folder = ListFolder { user: mara(), path: FilePath::root(), depth };
    let mut parser = folder.parser();
    assert!(parser.accepts(response.status, &response.headers), "{name} is not a listing");
    let mut listed = Vec::new();
    for chunk in response.body.chunks(step) {
        parser.push(chunk);
        while let Some(line) = parser.next_listed()? {
            listed.push(line);
        }
    }
    parser.finish()?;
    Ok(listed)
}
