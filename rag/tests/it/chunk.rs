//! How documents are cut, and that their pieces keep their names.

use std::collections::HashSet;
use std::io::Cursor;

use proptest::prelude::*;
use uuid::Uuid;
use voiceassist_fakes::corpus::Corpus;
use voiceassist_model::{ChunkId, DocumentId};
use voiceassist_rag::chunk::{Chunk, ChunkSettings, split};
use voiceassist_rag::extract::{ExtractSettings, Extracted, Page, read};

use crate::extract::{collapsed, extracted};

fn markdown(text: &str) -> Extracted {
    read(&mut Cursor::new(text), "a.md", &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn pages(texts: &[&str]) -> Extracted {
    let pages = texts
        .iter()
        .zip(1..)
        .map(|(text, page)| Page {
            page,
            text: (*text).to_owned(),
            blocks: Vec::new(),
            confidence: None,
            printed: Vec::new(),
        })
        .collect();
    Extracted {
        mime: "application/pdf".to_owned(),
        pages,
        truncated: false,
        error: None,
        gaps: Vec::new(),
        mail: None,
    }
}

fn cut(document: &Extracted) -> Vec<Chunk> {
    split(document, &ChunkSettings::default())
}

fn ids(chunks: &[Chunk]) -> Vec<ChunkId> {
    let document = DocumentId::from_uuid(Uuid::from_u128(7));
    chunks.iter().map(|chunk| chunk.id(document)).collect()
}

/// Sentences that differ and are long enough to fill chunks.
fn paragraph(seed: usize) -> String {
    let sentence = |n: usize| {
        let (ward, beds) = (seed * 3 + n, seed + n);
        format!("Sentence {n} of paragraph {seed} says that ward {ward} keeps {beds} beds free.")
    };
    (0..4).map(sentence).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_chunk_is_the_slice_its_span_names() {
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned) {
        let document = extracted(file);
        let whole: Vec<char> = document.whole_text().chars().collect();
        for chunk in cut(&document) {
            let slice: Vec<char> = whole[chunk.span.start as usize..chunk.span.end as usize].to_vec();
            let text: Vec<char> = chunk.text.chars().collect();
            assert_eq!(text.len(), slice.len(), "{}", file.path);
            let same = text.iter().zip(&slice).all(|(own, there)| own == there || *own == ' ');
            assert!(same, "{}: {:?}", file.path, chunk.text);
            assert!(chunk.text.chars().count() <= ChunkSettings::default().max_chars);
            assert!(chunk.pages.first >= 1 && chunk.pages.last <= file.pages);
        }
    }
}

#[test]
fn every_fact_of_the_clinic_is_whole_in_some_chunk() {
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned) {
        let chunks = cut(&extracted(file));
        for fact in &file.facts {
            let wanted = collapsed(&fact.answer_contains);
            let found = chunks.iter().any(|chunk| collapsed(&chunk.text).contains(&wanted));
            assert!(found, "{}: {wanted:?} is torn apart", file.path);
        }
    }
}

#[test]
fn chunks_know_the_headings_above_them() {
    let chunks = cut(&markdown(
        "# Bleeding\n\nFirst things.\n\n## Reversal\n\nGive the agent.\n\n# Fever\n\nCool down.",
    ));
    let headings: Vec<&str> = chunks.iter().map(|chunk| chunk.heading.as_str()).collect();
    assert_eq!(headings, ["Bleeding", "Bleeding › Reversal", "Fever"]);
    assert_eq!(chunks[1].embedding_text(), "Bleeding\n## Reversal Give the agent.");
}

#[test]
fn a_title_alone_is_no_chunk() {
    let chunks = cut(&markdown("# Title\n\n## Part\n\nText."));
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0].heading, "Title › Part");
}

#[test]
fn a_table_that_fits_stays_whole() {
    let rows = (0..12).map(|n| format!("| drug {n} | {n} mg |")).collect::<Vec<_>>().join("\n");
    let text = format!("# T\n\n{}\n\n| Drug | Dose |\n|---|---|\n{rows}\n\n{}", paragraph(1), paragraph(2));
    let chunks = cut(&markdown(&text));
    let whole = chunks.iter().any(|chunk| chunk.text.contains("drug 0 ") && chunk.text.contains("drug 11 "));
    assert!(whole, "{chunks:#?}");
}

#[test]
fn every_chunk_of_a_long_table_says_what_its_columns_are() {
    let rows = (0..120).map(|n| format!("| drug {n} | {n} mg | ward {n} |")).collect::<Vec<_>>().join("\n");
    let text = format!("# Doses\n\n| Drug | Dose | Ward |\n|---|---|---|\n{rows}\n\n{}", paragraph(1));
    let chunks = cut(&markdown(&text));
    assert!(chunks.len() > 3);
    for chunk in &chunks {
        let says = chunk.embedding_text();
        let is_table = chunk.text.contains("| drug");
        assert!(!is_table || says.contains("Drug | Dose | Ward"), "{says}");
        assert!(chunk.text.chars().count() <= ChunkSettings::default().max_chars);
    }
    let rest = chunks.last().expect("chunks");
    assert!(rest.text.contains("Sentence 1 of paragraph 1"));
}

#[test]
fn running_headers_and_page_numbers_are_blanked_out() {
    let page =
        |number: usize| format!("Riverbend Clinic\n\n{}\n\nPage {number} of 3", paragraph(number * 10));
    let document = pages(&[&page(1), &page(2), &page(3)]);
    let text = cut(&document).iter().map(|chunk| chunk.text.clone()).collect::<String>();
    assert_eq!(text.matches("Riverbend Clinic").count(), 1, "the first stays");
    assert!(!text.contains("Page 2"));
}

#[test]
fn a_sentence_that_runs_over_a_page_stays_in_one_chunk() {
    let first = format!("Riverbend Clinic\n\n{} The dose is given twice", paragraph(1));
    let second = format!("Riverbend Clinic\n\nevery day until the wound is dry. {}", paragraph(2));
    let chunks = cut(&pages(&[&first, &second]));
    let crossing = chunks.iter().find(|chunk| chunk.text.contains("given twice")).expect("chunk");
    assert!(
        collapsed(&crossing.text).contains("given twice every day until the wound is dry."),
        "{chunks:#?}"
    );
    assert_eq!((crossing.pages.first, crossing.pages.last), (1, 2));
}

#[test]
fn a_paragraph_put_in_renames_only_its_neighbours() {
    let paragraphs: Vec<String> = (0..100).map(paragraph).collect();
    let before = ids(&cut(&markdown(&format!("# A\n\n{}", paragraphs.join("\n\n")))));
    let mut changed = paragraphs.clone();
    changed.insert(5, "A new rule was agreed on by everyone who was asked. It holds from now on.".to_owned());
    let after: HashSet<ChunkId> =
        ids(&cut(&markdown(&format!("# A\n\n{}", changed.join("\n\n"))))).into_iter().collect();
    let kept = before.iter().filter(|id| after.contains(id)).count();
    assert!(before.len() >= 25 && kept * 10 >= before.len() * 8, "{kept} of {} kept", before.len());
    assert!(after.contains(before.last().expect("chunks")), "the end is unchanged");
}

#[test]
fn the_same_words_twice_have_two_ids_that_last() {
    let document = markdown("# A\n\nRinse the wound.\n\n# A\n\nRinse the wound.\n\n# B\n\nOther.");
    let chunks = cut(&document);
    assert_eq!((chunks[0].occurrence, chunks[1].occurrence), (0, 1));
    let unique: HashSet<ChunkId> = ids(&chunks).into_iter().collect();
    assert_eq!(unique.len(), 3);
    assert_eq!(ids(&chunks), ids(&cut(&document)));
}

#[test]
fn two_million_characters_without_a_line_end_are_cut_between_words() {
    let document = markdown(&"word ".repeat(400_000));
    let chunks = cut(&document);
    assert!(chunks.len() > 1_500);
    assert!(chunks.iter().all(|chunk| chunk.text.starts_with("word") && chunk.text.ends_with("word")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Reading the same document again gives the same ids; changing one paragraph of many leaves the chunks that do not
    /// touch it their ids, whatever is changed and wherever.
    #[test]
    fn unchanged_chunks_keep_their_ids(
        at in 0_usize..60,
        change in 0_u8..3,
        words in "[a-z]{3,9}( [a-z]{3,9}){4,40}",
    ) {
        let paragraphs: Vec<String> = (0..60).map(paragraph).collect();
        let one_heading = |paragraphs: &[String]| markdown(&format!("# A\n\n{}", paragraphs.join("\n\n")));
        let before = cut(&one_heading(&paragraphs));
        prop_assert_eq!(ids(&before), ids(&cut(&one_heading(&paragraphs))));
        let mut changed = paragraphs.clone();
        match change {
            0 => changed.insert(at, format!("{words}.")),
            1 => drop(changed.remove(at)),
            _ => changed[at] = format!("{words}."),
        }
        let after: HashSet<ChunkId> = ids(&cut(&one_heading(&changed))).into_iter().collect();
        let kept = ids(&before).iter().filter(|id| after.contains(id)).count();
        // A change may move the cut before it and the cuts behind it until they fall on an old place again.
        prop_assert!(kept + 8 >= before.len(), "{} of {} kept", kept, before.len());
    }

    #[test]
    fn nothing_but_blanks_is_lost(texts in proptest::collection::vec("[A-Za-z0-9äß.,|#\\-• \\n]{0,600}", 1..4)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let document = Extracted { pages: pages(&texts).pages, ..markdown("x") };
        let settings = ChunkSettings { target_chars: 90, max_chars: 120, min_chars: 25 };
        let whole: Vec<char> = document.whole_text().chars().collect();
        let mut covered = vec![false; whole.len()];
        for chunk in split(&document, &settings) {
            prop_assert!(chunk.span.end - chunk.span.start <= 120);
            for (own, at) in chunk.text.chars().zip(chunk.span.start as usize..) {
                prop_assert!(own == whole[at] || own == ' ');
                covered[at] = true;
            }
        }
        let lost = covered.iter().zip(&whole).filter(|(covered, c)| !**covered && c.is_alphabetic()).count();
        // What repeats at the pages' edges is running matter and may go.
        prop_assert!(lost == 0 || texts.len() > 1);
    }
}
