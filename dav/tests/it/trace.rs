//! What is traced about a request: how it went, never what it was about.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use voiceassist_dav::{DavError, FilePath};

use crate::fixture::mara;
use crate::scripted::{Scripted, fixture};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic before").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_trace_says_how_a_request_went_and_not_what_it_was_about() {
    let server = Scripted::answering(&[fixture("not_found")]).await;
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let path = FilePath::parse("Keller Anna.pdf").expect("a path");
    let result = server.client().entry(&mara(), &path).await;
    drop(guard);
    assert!(matches!(result, Err(DavError::NotFound)));
    let written = String::from_utf8(lines.0.lock().expect("no panic before").clone()).expect("text");
    for said in
        ["dav.request.send", "files.read_entry", "PROPFIND", "attempt=1", "status=404", "duration_ms="]
    {
        assert!(written.contains(said), "{said} in {written}");
    }
    for unsaid in ["Keller", "mara", "remote.php", "127.0.0.1", "gone.txt"] {
        assert!(!written.contains(unsaid), "{unsaid} in {written}");
    }
}
