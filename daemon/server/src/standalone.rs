//! The same page without a Nextcloud, for whoever tries or develops: the built files of one folder, read once.
//!
//! Only `demo` serves it. The files are read into memory when the program starts, so no request names a path of the
//! disk; a name that was not there then does not exist. The page gets a policy that lets it run its own scripts and speak
//! to this daemon and to nobody else. It holds nothing of anybody's: whoever opens it needs a token like everyone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Files read at most.
const MAX_FILES: usize = 2_000;
/// Bytes read at most, all files together.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The page's own scripts, styles and this daemon. Components set styles on elements, which needs `unsafe-inline`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The built page.
#[derive(Clone, Debug)]
pub struct Page(Arc<BTreeMap<String, File>>);

#[derive(Debug)]
struct File {
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// The folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The disk failed.
    #[error("reading the built page")]
    Read(#[from] std::io::Error),
    /// Not the built page.
    #[error("the folder has no index.html, or too much besides")]
    NoPage,
}

impl Page {
    /// Reads a folder that `vite build --mode standalone` has made.
    pub fn read(folder: &Path) -> Result<Self, PageError> {
        let mut files = BTreeMap::new();
        let mut bytes = 0_u64;
        let mut folders = vec![(folder.to_path_buf(), String::from("/"))];
        while let Some((folder, prefix)) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push((entry.path(), format!("{prefix}{name}/")));
                } else if kind.is_file() {
                    bytes += entry.metadata()?.len();
                    if files.len() >= MAX_FILES || bytes > MAX_BYTES {
                        return Err(PageError::NoPage);
                    }
                    let media_type = media_type(&name);
                    files.insert(
                        format!("{prefix}{name}"),
                        File { media_type, bytes: std::fs::read(entry.path())? },
                    );
                }
            }
        }
        if files.contains_key("/index.html") { Ok(Self(Arc::new(files))) } else { Err(PageError::NoPage) }
    }

    /// Serves the files and nothing else.
    pub fn router(&self) -> Router {
        let mut router = Router::new().route("/", get(show));
        for name in self.0.keys() {
            router = router.route(name, get(show));
        }
        router.with_state(self.clone())
    }
}

async fn show(State(page): State<Page>, uri: Uri) -> Response {
    let name = if uri.path() == "/" { "/index.html" } else { uri.path() };
    let Some(file) = page.0.get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.media_type)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, file.bytes.clone()).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
