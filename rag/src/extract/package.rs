//! A ZIP package (Office, `OpenDocument`, EPUB), unpacked under a guard before anything else looks into it.
//!
//! Every member is unpacked and counted here, not as its directory claims but byte by byte: total size, ratio to the
//! packed size, number of members. XML parts with a document type declaration are refused, because entities are the
//! other way of making little data large. What comes out are the parts that hold text, for Office as a plain package in
//! memory, stored without compression, so the parser behind it has nothing left to expand. Pictures, fonts and embedded
//! files never leave the guard.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::extract::{ExtractError, ExtractLimits};

/// Stands in the text where the program that wrote the document last saw a page begin. A private-use character that
/// no clinic's text has; the reader takes it out again.
pub(crate) const RENDERED_PAGE: char = '\u{e0c1}';

/// The same Office document with nothing to expand, or why not.
pub(crate) fn unpack(bytes: &[u8], limits: &ExtractLimits) -> Result<Vec<u8>, ExtractError> {
    let mut plain = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut keep = |name: &str, part: Vec<u8>| {
        refuse_document_type(&part)?;
        let part = if name.starts_with("word/document") { mark_rendered_pages(part) } else { part };
        plain.start_file(name, stored).map_err(broken)?;
        plain.write_all(&part).map_err(ExtractError::Input)
    };
    each(bytes, limits, holds_text, &mut keep)?;
    Ok(plain.finish().map_err(broken)?.into_inner())
}

/// The wanted members of any package by their names, or why not.
pub(crate) fn members(
    bytes: &[u8],
    limits: &ExtractLimits,
    wanted: fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, ExtractError> {
    let mut members = BTreeMap::new();
    let mut keep = |name: &str, part: Vec<u8>| {
        members.insert(name.to_owned(), part);
        Ok(())
    };
    each(bytes, limits, wanted, &mut keep)?;
    Ok(members)
}

/// Takes a member by its name.
type Keep<'k> = dyn FnMut(&str, Vec<u8>) -> Result<(), ExtractError> + 'k;

/// Unpacks every member and hands on the wanted ones.
fn each(
    bytes: &[u8],
    limits: &ExtractLimits,
    wanted: fn(&str) -> bool,
    keep: &mut Keep<'_>,
) -> Result<(), ExtractError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > limits.entries {
        return Err(ExtractError::ExpandsTooFar("more members than the limit"));
    }
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let allowed = limits
        .expanded_bytes
        .min(packed.saturating_mul(limits.expansion_ratio).max(ExtractLimits::RATIO_FLOOR_BYTES));
    let mut left = allowed;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(broken)?;
        if member.is_dir() {
            continue;
        }
        let name = member.name().map_err(broken)?.into_owned();
        let is_wanted = wanted(&name);
        let part = inflate(member, &mut left, is_wanted)?;
        if is_wanted {
            keep(&name, part)?;
        }
    }
    Ok(())
}

/// Unpacks one member, counting; keeps its bytes only when they are wanted.
fn inflate(member: impl Read, left: &mut u64, wanted: bool) -> Result<Vec<u8>, ExtractError> {
    const STEP: usize = 64 << 10;
    let mut member = member;
    let mut kept = Vec::new();
    let mut buffer = vec![0; STEP];
    loop {
        let read = member
            .read(&mut buffer)
            .map_err(|cause| ExtractError::malformed_by("a damaged member of the package", cause))?;
        if read == 0 {
            return Ok(kept);
        }
        *left = left
            .checked_sub(u64::try_from(read).unwrap_or(u64::MAX))
            .ok_or(ExtractError::ExpandsTooFar("more bytes than the limit"))?;
        if wanted {
            kept.extend_from_slice(&buffer[..read]);
        }
    }
}

/// The parts of an Office package from which text is read.
fn holds_text(name: &str) -> bool {
    const BODIES: [&str; 3] = ["word/", "xl/", "ppt/"];
    const EXTRAS: [&str; 5] = ["embeddings/", "fonts/", "media/", "theme/", "webSettings"];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_part = matches!(extension, "xml" | "rels") || (extension == "bin" && name.starts_with("xl/"));
    let body = BODIES.iter().find_map(|body| name.strip_prefix(body));
    let is_main = name == "[Content_Types].xml" || name.starts_with("_rels/") || body.is_some();
    let is_extra = body.is_some_and(|rest| EXTRAS.iter().any(|extra| rest.starts_with(extra)));
    is_part && is_main && !is_extra
}

/// Office never writes a document type declaration, in any encoding.
fn refuse_document_type(part: &[u8]) -> Result<(), ExtractError> {
    let wide = part.starts_with(&[0xFF, 0xFE]) || part.starts_with(&[0xFE, 0xFF]);
    let narrowed: Vec<u8>;
    let text = if wide {
        narrowed = part.iter().copied().filter(|byte| *byte != 0).collect();
        &narrowed[..]
    } else {
        part
    };
    let has = |needle: &[u8]| {
        text.windows(needle.len()).any(|window| window[0] == b'<' && window.eq_ignore_ascii_case(needle))
    };
    if has(b"<!DOCTYPE") || has(b"<!ENTITY") {
        return Err(ExtractError::malformed("a document type declaration in a part"));
    }
    Ok(())
}

/// Turns the marks of rendered page starts, which the parser skips, into text it hands on.
fn mark_rendered_pages(part: Vec<u8>) -> Vec<u8> {
    const MARK: &str = "<w:lastRenderedPageBreak/>";
    match String::from_utf8(part) {
        Ok(text) if text.contains(MARK) => {
            let text: String = text.chars().filter(|c| *c != RENDERED_PAGE).collect();
            text.replace(MARK, &format!("<w:t>{RENDERED_PAGE}</w:t>")).into_bytes()
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

fn broken(cause: ZipError) -> ExtractError {
    match cause {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::Encrypted
        }
        cause => ExtractError::malformed_by("the package", cause),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use voiceassist_model::Reason;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::unpack;
    use crate::extract::ExtractLimits;

    fn package(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, SimpleFileOptions::default()).expect("member");
            zip.write_all(bytes).expect("bytes");
        }
        zip.finish().expect("package").into_inner()
    }

    fn reason(bytes: &[u8], limits: &ExtractLimits) -> Option<Reason> {
        unpack(bytes, limits).err().map(|error| error.reason())
    }

    #[test]
    fn what_unpacks_too_far_is_refused_even_in_a_part_nobody_reads() {
        let zeros = vec![b' '; 9 << 20];
        let bomb = package(&[("word/media/x.bin", &zeros)]);
        assert!(bomb.len() < 100_000);
        assert_eq!(reason(&bomb, &ExtractLimits::default()), Some(Reason::ExpandsTooFar));
    }

    #[test]
    fn too_many_members_are_refused() {
        let names: Vec<String> = (0..50).map(|n| format!("word/{n}.xml")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"<a/>"[..])).collect();
        let limits = ExtractLimits { entries: 49, ..ExtractLimits::default() };
        assert_eq!(reason(&package(&members), &limits), Some(Reason::ExpandsTooFar));
    }

    #[test]
    fn a_document_type_declaration_is_refused() {
        let part = b"<?xml version='1.0'?><!doctype a [<!ENTITY b 'c'>]><a>&b;</a>";
        let bytes = package(&[("word/document.xml", part)]);
        assert_eq!(reason(&bytes, &ExtractLimits::default()), Some(Reason::Malformed));
    }

    #[test]
    fn a_cut_package_is_malformed() {
        let bytes = package(&[("word/document.xml", b"<a/>")]);
        assert_eq!(reason(&bytes[..bytes.len() - 30], &ExtractLimits::default()), Some(Reason::Malformed));
    }
}
