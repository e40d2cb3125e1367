//! The synthetic documents: complete, repeatable, and what they claim to be.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::time::Instant;

use flate2::read::DeflateDecoder;
use unicode_normalization::{is_nfc, is_nfd};
use voiceassist_fakes::corpus::{Corpus, Owner, demo_questions, hostile};

/// Every reason that `hostile` may name.
const REASONS: [&str; 6] =
    ["unsupported_type", "empty", "encrypted", "malformed", "expands_too_far", "no_text"];

fn ending(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// The deflated part of this name in a zip archive, by its local header.
fn part(archive: &[u8], name: &str) -> Vec<u8> {
    let at = archive.windows(name.len()).position(|window| window == name.as_bytes()).unwrap();
    let size = u32::from_le_bytes(archive[at - 8..at - 4].try_into().unwrap());
    let compressed = u32::from_le_bytes(archive[at - 12..at - 8].try_into().unwrap());
    let start = at + name.len();
    let mut text = Vec::new();
    let mut decoder = DeflateDecoder::new(&archive[start..start + usize::try_from(compressed).unwrap()]);
    decoder.read_to_end(&mut text).unwrap();
    assert_eq!(text.len(), usize::try_from(size).unwrap(), "{name} has the size that it declares");
    text
}

#[test]
fn the_clinic_holds_every_format_every_owner_and_scans() {
    let corpus = Corpus::clinic(1);
    assert!(corpus.files.len() >= 30, "{}", corpus.files.len());
    let endings: BTreeSet<&str> = corpus.files.iter().map(|file| ending(&file.path)).collect();
    assert_eq!(endings, BTreeSet::from(["docx", "html", "md", "pdf", "txt"]));
    for owner in [Owner::Alice, Owner::Bob, Owner::Shared] {
        assert!(corpus.owned_by(owner).count() >= 2, "{owner:?}");
    }
    assert!(corpus.owned_by(Owner::Shared).all(|file| file.path.starts_with("Clinic/")));
    assert!(corpus.owned_by(Owner::Alice).all(|file| !file.path.starts_with("Clinic/")));
    assert!(corpus.owned_by(Owner::Bob).all(|file| file.path.starts_with("Private/")));
    assert_eq!(corpus.files.iter().filter(|file| file.scanned).count(), 3);
    let paths: BTreeSet<&str> = corpus.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), corpus.files.len(), "no path twice");
    assert!(corpus.files.iter().all(|file| is_nfc(&file.path) && !file.bytes.is_empty()));
}

#[test]
fn every_fact_names_a_page_of_its_file() {
    let corpus = Corpus::clinic(1);
    assert!(corpus.facts().count() >= 75, "{}", corpus.facts().count());
    for file in &corpus.files {
        assert!(!file.facts.is_empty(), "{}", file.path);
        for fact in &file.facts {
            assert_eq!(fact.path, file.path);
            assert!((1..=file.pages).contains(&fact.page), "{fact:?}");
        }
    }
    assert!(corpus.facts().any(|fact| fact.page == 3), "some facts lie deep in a document");
}

#[test]
fn the_demo_questions_are_facts_and_the_last_is_bobs_alone() {
    let corpus = Corpus::clinic(42);
    let questions = demo_questions();
    assert_eq!(questions.len(), 3);
    for question in &questions {
        let file = corpus.find(question.path).unwrap();
        assert_eq!(file.owner, question.readable_by);
        let fact = file.facts.iter().find(|fact| fact.question == question.question).unwrap();
        assert_eq!((fact.answer_contains.as_str(), fact.page), (question.answer_contains, question.page));
    }
    let last = questions.last().unwrap();
    assert_eq!(last.readable_by, Owner::Bob);
    let elsewhere = corpus.files.iter().filter(|file| file.path != last.path);
    for text in elsewhere.filter(|file| matches!(ending(&file.path), "md" | "txt" | "html")) {
        assert!(!String::from_utf8_lossy(&text.bytes).contains("Fenwick"), "{}", text.path);
    }
}

#[test]
fn a_seed_decides_every_byte_and_no_fact() {
    let (first, again, other) = (Corpus::clinic(7), Corpus::clinic(7), Corpus::clinic(8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert!(first.facts().eq(other.facts()));
    assert_eq!(hostile(), hostile());
}

#[test]
fn text_files_come_in_three_encodings() {
    let corpus = Corpus::clinic(1);
    let german = corpus.find("Clinic/Patient information/Besuchszeiten.txt").unwrap();
    assert!(std::str::from_utf8(&german.bytes).is_err());
    assert!(german.bytes.windows(7).any(|window| window == b"Schl\xFCss"));
    let interpreters = corpus.find("Clinic/Administration/Interpreter services.txt").unwrap();
    assert_eq!(interpreters.bytes[..2], [0xFF, 0xFE]);
    let units: Vec<u16> =
        interpreters.bytes[2..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    assert!(String::from_utf16(&units).unwrap().contains("Олена Коваль"));
}

#[test]
fn word_documents_hold_their_facts_in_styles_lists_and_tables() {
    let corpus = Corpus::clinic(1);
    for file in corpus.files.iter().filter(|file| ending(&file.path) == "docx") {
        let document = String::from_utf8(part(&file.bytes, "word/document.xml")).unwrap();
        for fact in &file.facts {
            assert!(document.contains(&fact.answer_contains), "{fact:?}");
        }
        assert!(document.contains("w:val=\"Heading1\""));
        for name in ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/numbering.xml"] {
            let text = String::from_utf8(part(&file.bytes, name)).unwrap();
            let mut reader = quick_xml::Reader::from_str(&text);
            while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        }
    }
}

#[test]
fn scans_have_no_text_layer() {
    for file in Corpus::clinic(1).files.iter().filter(|file| file.scanned) {
        let has = |needle: &[u8]| file.bytes.windows(needle.len()).any(|window| window == needle);
        assert!(has(b"/Subtype /Image") || has(b"/Subtype/Image"), "{}", file.path);
        assert!(!has(b"/F1 "), "{}", file.path);
    }
}

#[test]
fn bulk_files_fill_exactly_the_folders_asked_for() {
    let started = Instant::now();
    let corpus = Corpus::bulk(3, 600, 50);
    assert_eq!(corpus.files.len(), 600);
    let folders: BTreeSet<&str> =
        corpus.files.iter().map(|file| file.path.rsplit_once('/').unwrap().0).collect();
    assert_eq!(folders.len(), 50);
    let paths: BTreeSet<&str> = corpus.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), 600, "no path twice");
    assert!(corpus.files.iter().all(|file| file.facts.len() == 1 && file.bytes.len() < 16_000));
    assert_eq!(corpus, Corpus::bulk(3, 600, 50));
    assert!(started.elapsed().as_secs() < 60, "far too slow for thousands: {:?}", started.elapsed());
}

#[test]
fn hostile_files_say_what_must_become_of_them() {
    let files = hostile();
    assert!(files.len() >= 25, "{}", files.len());
    let reasons: BTreeSet<&str> = files.iter().filter_map(|file| file.reason).collect();
    assert_eq!(reasons, BTreeSet::from(REASONS));
    for file in &files {
        assert_eq!(file.reason.is_none(), file.must_contain.is_some(), "{}", file.path);
        assert_eq!(file.bytes.is_empty(), file.reason == Some("empty"), "{}", file.path);
        assert!(!file.path.split('/').any(|name| name.is_empty() || name.len() > 250), "{}", file.path);
    }
    assert!(files.iter().any(|file| is_nfd(&file.path) && !is_nfc(&file.path)));
}

#[test]
fn the_bomb_is_small_and_keeps_its_promise() {
    let files = hostile();
    let bomb = files.iter().find(|file| file.path.ends_with("bomb.docx")).unwrap();
    assert!(bomb.bytes.len() < 1_000_000, "{}", bomb.bytes.len());
    let at = bomb.bytes.windows(17).position(|window| window == b"word/document.xml").unwrap();
    let promised = u32::from_le_bytes(bomb.bytes[at - 8..at - 4].try_into().unwrap());
    assert!(promised > 400 << 20);
    let mut start = Vec::new();
    DeflateDecoder::new(&bomb.bytes[at + 17..]).take(5 << 20).read_to_end(&mut start).unwrap();
    assert_eq!(start.len(), 5 << 20);
    assert!(start.starts_with(b"<w:document"));
}
