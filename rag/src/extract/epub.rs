//! Books, chapter by chapter in the order of their spine.
//!
//! The package file says which chapters there are and in what order; each is hypertext and becomes a page. Books under a
//! rights system are told as protected by the encryption they list for their chapters; a scrambled font alone does no harm. What the
//! spine does not name, and chapters it marks as not part of the reading order, stay out.

use std::collections::{BTreeMap, HashMap};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::extract::pages::Pages;
use crate::extract::{ExtractError, ExtractLimits, html, package, plain};

/// Adds the book's chapters.
pub(crate) fn read(bytes: &[u8], limits: &ExtractLimits, pages: &mut Pages) -> Result<(), ExtractError> {
    let members = package::members(bytes, limits, |name| {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        matches!(ending.as_str(), "xml" | "opf" | "xhtml" | "html" | "htm")
    })?;
    let container = part(&members, "META-INF/container.xml");
    let path = attributes(&container, "rootfile")
        .find_map(|root| root.get("full-path").cloned())
        .ok_or_else(|| ExtractError::malformed("a book without a package file"))?;
    let book = part(&members, &path);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let chapters: HashMap<String, String> = attributes(&book, "item")
        .filter_map(|item| Some((item.get("id")?.clone(), resolve(folder, item.get("href")?))))
        .collect();
    let locked: Vec<String> = attributes(&part(&members, "META-INF/encryption.xml"), "CipherReference")
        .filter_map(|reference| reference.get("URI").cloned())
        .collect();
    let mut read = 0;
    for item in attributes(&book, "itemref") {
        if item.get("linear").is_some_and(|linear| linear == "no") {
            continue;
        }
        let Some(chapter) = item.get("idref").and_then(|id| chapters.get(id)) else { continue };
        if locked.contains(chapter) {
            return Err(ExtractError::Encrypted);
        }
        let Some(text) = members.get(chapter) else { continue };
        if pages.is_full() {
            break;
        }
        pages.next_page();
        html::read(&plain::decode(text)?, limits, pages);
        read += 1;
    }
    if read == 0 { Err(ExtractError::malformed("a book without chapters")) } else { Ok(()) }
}

fn part(members: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    members.get(name).map(|part| String::from_utf8_lossy(part).into_owned()).unwrap_or_default()
}

/// The attributes of every element of a name, without prefixes.
fn attributes<'x>(xml: &'x str, name: &'x str) -> impl Iterator<Item = HashMap<String, String>> + 'x {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    std::iter::from_fn(move || {
        loop {
            match reader.read_event().ok()? {
                Event::Eof => return None,
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == name => {
                    return Some(all(&element));
                }
                _ => {}
            }
        }
    })
}

fn all(element: &BytesStart<'_>) -> HashMap<String, String> {
    element
        .attributes()
        .flatten()
        .map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value).unwrap_or_default().into_owned();
            (attribute.key.local_name().as_ref().to_owned(), value)
        })
        .collect()
}

/// A reference as a member's name: relative to the package file's folder, percent signs resolved.
fn resolve(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    let decoded = unpercent(href);
    for step in decoded.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn unpercent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn references_are_resolved_inside_of_the_book() {
        assert_eq!(resolve("OEBPS", "text/one%20two.xhtml#a"), "OEBPS/text/one two.xhtml");
        assert_eq!(resolve("a/b", "../c.html"), "a/c.html");
        assert_eq!(resolve("", "../../c.html"), "c.html");
        assert_eq!(resolve("", "100%.html"), "100%.html");
    }
}
