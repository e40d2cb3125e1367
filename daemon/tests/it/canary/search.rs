//! Looks for what was planted, in bytes, files and folders.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::bytes::Regex;

use super::identifiers::{CANARIES, Place, forms};

/// Finds any of many texts in any form, in one go over the bytes.
pub(super) struct Sieve {
    pattern: Regex,
    kinds: Vec<String>,
}

impl Sieve {
    /// Looks for what was planted in these places, and for these secrets.
    pub(super) fn new(places: &[Place], secrets: &[(&str, String)]) -> Self {
        let planted = CANARIES.iter().filter(|(_, _, place)| places.contains(place));
        let mut wanted: Vec<(String, String)> =
            planted.map(|(kind, text, _)| ((*kind).to_owned(), (*text).to_owned())).collect();
        wanted.extend(secrets.iter().map(|(kind, text)| ((*kind).to_owned(), text.clone())));
        let one = |text: &String| {
            let escaped: Vec<String> = forms(text).iter().map(|form| literal(form)).collect();
            format!("({})", escaped.join("|"))
        };
        let pattern = wanted.iter().map(|(_, text)| one(text)).collect::<Vec<_>>().join("|");
        let pattern = Regex::new(&format!("(?-u){pattern}")).expect("literals");
        Self { pattern, kinds: wanted.into_iter().map(|(kind, _)| kind).collect() }
    }

    /// What is in these bytes: kinds, each with what stands around it.
    pub(super) fn find(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for hit in self.pattern.captures_iter(bytes) {
            let kind = self.kinds.iter().enumerate().find(|(group, _)| hit.get(group + 1).is_some());
            let at = hit.get_match();
            let around = &bytes[at.start().saturating_sub(80)..(at.end() + 80).min(bytes.len())];
            let around = String::from_utf8_lossy(around).replace(|c: char| c.is_control(), " ");
            found.insert(format!("{}: …{around}…", kind.map_or("?", |(_, kind)| kind)));
        }
        found
    }

    /// What is in any file below this folder, with the file.
    pub(super) fn find_below(&self, folder: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(self.find_below(&path));
            } else if path.is_file() {
                let here = self.find(&fs::read(&path).unwrap_or_default());
                found.extend(here.into_iter().map(|hit| format!("{}: {hit}", path.display())));
            }
        }
        found
    }
}

/// The bytes as a regular expression.
fn literal(bytes: &[u8]) -> String {
    let mut escaped = String::new();
    for byte in bytes {
        _ = write!(escaped, "\\x{byte:02x}");
    }
    escaped
}

#[test]
fn what_was_planted_is_found_in_a_file_of_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("made");
    let text = format!("\0\u{1}{}\0", super::identifiers::of("medical record number"));
    fs::write(folder.path().join("in/file"), text).expect("written");
    assert_eq!(Sieve::new(&[Place::Content], &[]).find_below(folder.path()).len(), 1);
    assert!(Sieve::new(&[Place::Said], &[]).find_below(folder.path()).is_empty());
    let secret = Sieve::new(&[], &[("secret", "MRN-77362".to_owned())]);
    assert_eq!(secret.find_below(folder.path()).len(), 1);
}
