//! `OpenDocument` text, sheets and slides, from the one part that holds their content.
//!
//! The walk keeps a stack of what is open instead of recursing, and knows some thirty elements; others are passed
//! through for the text inside them. What was deleted with changes tracked, hidden sheets, and what a table merely
//! repeats to fill the page stay out. A text breaks into pages where the program that saved it noted that pages start;
//! a sheet or slide is a page. Notes of speakers and comments are text, running headers and footers stand once.

mod lists;
mod walk;

use crate::extract::pages::Pages;
use crate::extract::{ExtractError, ExtractLimits, package};

/// Adds the document's pages.
pub(crate) fn read(bytes: &[u8], limits: &ExtractLimits, pages: &mut Pages) -> Result<(), ExtractError> {
    let members = package::members(bytes, limits, |name| {
        matches!(name, "content.xml" | "styles.xml" | "META-INF/manifest.xml")
    })?;
    let part = |name: &str| members.get(name).map(|part| String::from_utf8_lossy(part)).unwrap_or_default();
    if part("META-INF/manifest.xml").contains("encryption-data") {
        return Err(ExtractError::Encrypted);
    }
    let (content, styles) = (part("content.xml"), part("styles.xml"));
    if content.is_empty() {
        return Err(ExtractError::malformed("a package without content"));
    }
    let lists = lists::Lists::of(&[&styles, &content]);
    let (headers, footers) = walk::running(&styles);
    walk::paragraphs(&headers, pages);
    walk::body(&content, &lists, limits, pages)?;
    walk::paragraphs(&footers, pages);
    Ok(())
}
