//! Thousands of small files for measurements.
//!
//! The text is put together from word lists, so it is cheap, never twice the same, and has the word frequencies of a
//! clinic's notes rather than of random letters. Each file has a reference of its own, so that a measurement can also
//! check that it found the right one.

use super::render::render;
use super::sequence::Sequence;
use super::source::{Block, Format, Source};
use super::{CorpusFile, Owner, clinic};

/// Folders below a folder.
const BRANCHES: usize = 8;
const TOP: &str = "Archive";
/// Sentences of a file: at least this many, and up to so many more.
const SENTENCES: usize = 6;
const MORE_SENTENCES: usize = 12;

const TOPICS: [&str; 12] = [
    "Ward round", "Stock list", "Device check", "Nursing report", "Kitchen order", "Cleaning plan",
    "Training record", "Transport note", "Laboratory summary", "Physiotherapy plan", "Medicine review",
    "Visitor log",
];
const PLACES: [&str; 10] = [
    "Ward 1",
    "Ward 2",
    "Ward 3",
    "Ward 4",
    "Ward 5",
    "the dialysis unit",
    "the emergency department",
    "the day clinic",
    "the pharmacy",
    "the echo laboratory",
];
const SUBJECTS: [&str; 12] = [
    "The infusion pump", "The night nurse", "The patient in bed 4", "The ward physician",
    "The oxygen bottle", "The blood sample", "The wound dressing", "The mobile monitor",
    "The discharge paper", "The physiotherapist", "The medicine trolley", "The bladder catheter",
];
const EVENTS: [&str; 12] = [
    "was checked and found in order",
    "was moved to the next room",
    "will be seen again tomorrow",
    "needs a second signature",
    "was replaced before the end of the shift",
    "is waiting for a result",
    "was handed over without open points",
    "was rinsed and labelled",
    "was late because of the lift",
    "has been ordered for the second time",
    "was explained to the relatives",
    "was returned to the store",
];
const REASONS: [&str; 10] = [
    "after a dose of furosemide 40 mg",
    "because the potassium was 3.4 mmol/l",
    "with a saturation of 95 per cent",
    "as the protocol asks",
    "at a temperature of 37.2 degrees",
    "before the morning round",
    "with the consent of the family",
    "while the corridor was being cleaned",
    "during the visit of the auditor",
    "following the telephone call of the pharmacy",
];

/// The files, spread over the folders.
pub(super) fn files(seed: u64, files: usize, folders: usize) -> Vec<CorpusFile> {
    let mut sequence = Sequence::new(seed);
    let folders: Vec<String> = (0..folders.max(1)).map(folder).collect();
    (0..files)
        .map(|number| {
            // The first files fill each folder once, so that none stays empty; the rest fall where they may.
            let place = if number < folders.len() { number } else { sequence.below(folders.len()) };
            file(number, folders.get(place).map_or(TOP, String::as_str), &mut sequence)
        })
        .collect()
}

/// The path of a folder: a tree in which each has up to eight below it.
fn folder(number: usize) -> String {
    if number == 0 {
        return TOP.to_owned();
    }
    format!("{}/Folder {number:04}", folder((number - 1) / BRANCHES))
}

fn file(number: usize, folder: &str, sequence: &mut Sequence) -> CorpusFile {
    let (format, ending) = match sequence.below(20) {
        0..8 => (Format::Markdown, "md"),
        8..13 => (Format::Text, "txt"),
        13..16 => (Format::Html, "html"),
        16..18 => (Format::Docx, "docx"),
        _ => (Format::Pdf, "pdf"),
    };
    let topic = sequence.pick(&TOPICS);
    let reference = format!("NF-{number:06}-{:04x}", sequence.below(0x1_0000));
    let mut blocks = vec![Block::Heading { level: 1, text: format!("{topic} {number:06}") }];
    blocks.push(Block::Paragraph(format!(
        "The reference of {topic} {number:06} is {reference}, written in {}.",
        sequence.pick(&PLACES)
    )));
    let sentences = SENTENCES + sequence.below(MORE_SENTENCES);
    let sentences: Vec<String> = (0..sentences).map(|_| sentence(sequence)).collect();
    blocks.extend(sentences.chunks(4).map(|paragraph| Block::Paragraph(paragraph.join(" "))));
    let source = Source {
        title: format!("{topic} {number:06}"),
        path: format!("{folder}/{topic} {number:06}.{ending}"),
        code: reference.clone(),
        format,
        owner: Owner::Shared,
        facts: vec![(format!("What is the reference of {topic} {number:06}?"), reference)],
        blocks,
    };
    let edition = clinic::edition(sequence);
    render(&source, &edition, sequence.next())
}

fn sentence(sequence: &mut Sequence) -> String {
    format!(
        "{} in {} {} {}.",
        sequence.pick(&SUBJECTS),
        sequence.pick(&PLACES),
        sequence.pick(&EVENTS),
        sequence.pick(&REASONS)
    )
}
