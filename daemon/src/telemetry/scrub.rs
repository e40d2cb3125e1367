//! The last line before the log: what looks like it points at a person or opens a door is cut out of every line.
//!
//! What is logged is written so that nothing has to be cut: static texts, ids, codes, counts. This is for the day on which
//! something is not, ours or a library's. It knows shapes, not meanings: addresses of mail, what follows the host in a
//! URL, absolute paths, long numbers, tokens and encoded text. A name it cannot see, so nothing may rely on it. Kept
//! are ids that are random, instants, numbers whose field says what they count, the templates of our own routes, and
//! checkpoints of the audit log, which the log is to keep.
//! When in doubt it cuts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use tracing_subscriber::fmt::MakeWriter;

/// What a line may hold, the first that fits at each place: what is kept comes before what is cut.
const SHAPES: &str = r#"(?x)
    (?P<before>^|[\s"'=(\[:,]|\\["nrt])(?P<path>/[A-Za-z0-9._~%{\p{L}][^\s"\\]*(?:\ +[^\s"\\=]+)*)
  | (?P<keep>
        \\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})
      | \bvoiceassist-checkpoint\ 1\ \d+\ [0-9a-f]{64}\ [0-9T:.-]{26}Z\ [0-9a-f]{64}\ [0-9a-f]{128}\b
      | \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)
      | \b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b
      | \b(?:[a-z_]+[._])*(?:ms|seconds|bytes|limit|count|rows|version|address)"?[=:]"?[0-9.:]+\b
      | \b\d+\ (?:bytes|ms|seconds|rows|characters)(?:[\s,;)"]|$) )
  | \b(?P<hex>[0-9a-f]{32}|[0-9a-f]{16})\b
  | (?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^\s"'<>\\/@]*@)?(?P<host>[^\s"'<>\\/?\#@]*)(?P<rest>[^\s"'<>\\]*)
  | (?P<mail>[^\s"'<>()\[\],;:=\\/]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<door>(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}
      | \b[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}
      | \b(?:[A-Za-z0-9]{5}-){4}[A-Za-z0-9]{5}\b)
  | (?P<encoded>[^\s"=\\]*%[0-9A-Fa-f]{2}[^\s"\\]*)
  | (?P<opaque>[A-Za-z0-9_+/-]{24,}={0,2})
  | (?P<member>":\ ?)(?P<value>-?\d[\d.eE+-]*)
  | (?P<digits>\+?\d(?:[\ ().\-/]{0,2}\d){6,})
"#;

/// Bytes of a line held back at most until its end comes.
const LONGEST_LINE: usize = 1 << 20;

/// Takes identifiers out of lines.
pub struct Scrubber {
    shapes: Regex,
    routes: BTreeSet<String>,
}

/// The one of this process.
pub static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(|| {
    let document = voiceassist_server::openapi::document();
    Scrubber::new(document.paths.paths.into_keys())
});

impl Scrubber {
    /// Keeps these paths, which are templates.
    #[expect(
        clippy::expect_used,
        reason = "the shapes are a constant, and a test of this file compiles them"
    )]
    fn new(routes: impl IntoIterator<Item = String>) -> Self {
        let shapes = Regex::new(SHAPES).expect("the shapes are a regular expression");
        Self { shapes, routes: routes.into_iter().collect() }
    }

    /// The line without what must not be in it.
    pub fn scrub<'a>(&self, line: &'a str) -> Cow<'a, str> {
        self.shapes.replace_all(line, |found: &Captures<'_>| self.replacement(found))
    }

    fn replacement(&self, found: &Captures<'_>) -> String {
        let text = |name: &str| found.name(name).map(|part| part.as_str());
        let whole = || found.get_match().as_str().to_owned();
        if text("keep").is_some() || text("hex").is_some_and(|hex| !is_number(hex)) {
            return whole();
        }
        if let (Some(scheme), Some(host)) = (text("scheme"), text("host")) {
            let rest = text("rest").unwrap_or_default();
            return format!("{scheme}{host}{}", if rest.len() > 1 { "/[cut]" } else { rest });
        }
        if let Some(path) = text("path") {
            let before = text("before").unwrap_or_default();
            let shown = if self.routes.contains(path) { path } else { "[path]" };
            return format!("{before}{shown}");
        }
        if let (Some(member), Some(value)) = (text("member"), text("value")) {
            let is_long = value.bytes().filter(u8::is_ascii_digit).count() > 6;
            // A line of JSON stays one.
            return if is_long { format!("{member}\"[number]\"") } else { whole() };
        }
        if text("opaque").is_some_and(|word| !is_mixed(word)) {
            return without_numbers(&whole());
        }
        let cut = ["mail", "door", "encoded", "opaque"].into_iter().find(|name| text(name).is_some());
        match cut {
            Some("mail") => "[mail]".to_owned(),
            Some("encoded") => "[encoded]".to_owned(),
            Some(_) => "[token]".to_owned(),
            None => "[number]".to_owned(),
        }
    }
}

/// A long word that is no token can still have a number in it.
fn without_numbers(word: &str) -> String {
    let mut shown = String::new();
    for run in word.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        shown.push_str(if digits.len() > 6 { "[number]" } else { digits });
        shown.push_str(&run[digits.len()..]);
    }
    shown
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Small and capital letters and digits, as in secrets and seldom elsewhere.
fn is_mixed(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && (has(u8::is_ascii_uppercase) || word.len() >= 40)
}

/// Scrubs every line on its way to another writer.
pub struct ScrubbedLines<M>(pub M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for ScrubbedLines<M> {
    type Writer = LineScrubber<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        LineScrubber { held: Vec::new(), to: self.0.make_writer() }
    }
}

/// Holds bytes back until their line is whole.
pub struct LineScrubber<W: io::Write> {
    held: Vec<u8>,
    to: W,
}

impl<W: io::Write> LineScrubber<W> {
    fn pass_on(&mut self, bytes: usize) -> io::Result<()> {
        let line: Vec<u8> = self.held.drain(..bytes).collect();
        self.to.write_all(SCRUBBER.scrub(&String::from_utf8_lossy(&line)).as_bytes())
    }
}

impl<W: io::Write> io::Write for LineScrubber<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        while let Some(end) = self.held.iter().position(|byte| *byte == b'\n') {
            self.pass_on(end + 1)?;
        }
        if self.held.len() > LONGEST_LINE {
            self.pass_on(self.held.len())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(self.held.len())?;
        self.to.flush()
    }
}

impl<W: io::Write> Drop for LineScrubber<W> {
    fn drop(&mut self) {
        // Nobody is left to tell when the log itself cannot be written.
        _ = self.pass_on(self.held.len());
    }
}

#[cfg(test)]
mod tests;
