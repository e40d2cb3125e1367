//! A second opinion on PDF pages that yield next to nothing.
//!
//! Some producers write fonts that only the oldest PDF reader of the free world still decodes. Where the operator has
//! installed `pdftotext` and says so, it is asked for such pages, one at a time, fed through a pipe so that it needs no file. It runs
//! inside the confined child, with the child's limits and without network. A page it cannot read either stays empty.

use std::path::Path;
use std::process::Command;

use super::piped;

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
    let mut command = Command::new(program);
    command.args(["-layout", "-enc", "UTF-8", "-f", &number, "-l", &number, "-", "-"]).env_clear();
    piped::printed(&mut command, bytes, OUTPUT_BYTES)
}
