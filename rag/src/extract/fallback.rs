//! A second opinion on PDF pages that yield next to nothing.
//!
//! Some producers write fonts that only the oldest PDF reader of the free world still decodes. Where the operator has
//! installed `pdftotext` and says so, it is asked for such pages, one at a time, fed through a pipe so that it needs no file. It runs
//! inside the confined child, with the child's limits and without network. A page it cannot read either stays empty.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What one page may print.
const OUTPUT_BYTES: u64 = 4 << 20;
/// A page with fewer letters and digits than this yields little.
const LITTLE: usize = 8;
/// The share of undecodable characters, in per cent, from which a page is not to be trusted.
const ODD_PER_CENT: usize = 20;

/// Whether a page's text looks as if the reader had failed on it.
pub(crate) fn is_doubtful(text: &str) -> bool {
    let solid = text.chars().filter(|c| c.is_alphanumeric()).count();
    let odd = text.chars().filter(|c| matches!(*c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}')).count();
    solid < LITTLE || odd * 100 > (solid + odd) * ODD_PER_CENT
}

/// The page's text as `pdftotext` reads it, or nothing.
pub(crate) fn page(program: &Path, bytes: &[u8], page: u32) -> Option<String> {
    let number = page.to_string();
    let mut child = Command::new(program)
        .args(["-layout", "-enc", "UTF-8", "-f", &number, "-l", &number, "-", "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Nothing can be opened here, not even the null device; this process has its own standard error there.
        .stderr(Stdio::inherit())
        .spawn()
        .ok()?;
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    let mut printed = Vec::new();
    let read = std::thread::scope(|scope| {
        // The program may stop reading before the end; that is its decision.
        scope.spawn(move || input.write_all(bytes).is_ok());
        output.take(OUTPUT_BYTES).read_to_end(&mut printed)
    });
    let done = child.wait().ok()?;
    (read.is_ok() && done.success()).then(|| String::from_utf8_lossy(&printed).into_owned())
}
