//! Where sentences are printed: from a file's own places to the boxes of a citation.

use std::fmt::Write as _;
use std::io::Cursor;

use voiceassist_fakes::corpus::Corpus;
use voiceassist_model::{Area, PageBox, TextSpan};
use voiceassist_rag::chunk::{Chunk, ChunkSettings, split};
use voiceassist_rag::extract::{ExtractSettings, Extracted, Line, read};

use crate::extract::extracted;

/// A page of 600 by 800 points with these lines: left edge and height of the line they stand on, set in 10 points.
fn pdf(rotate: u32, lines: &[(u32, u32, &str)]) -> Extracted {
    let mut drawn = String::new();
    for (left, height, text) in lines {
        let _ = writeln!(drawn, "BT /F1 10 Tf {left} {height} Td ({text}) Tj ET");
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Rotate {rotate} /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        format!("<< /Length {} >>\nstream\n{drawn}endstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    file.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = write!(file, "trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    read(&mut Cursor::new(file.into_bytes()), "plan.pdf", &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn is_pdf(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"))
}

fn find(whole: &str, wanted: &str) -> TextSpan {
    let at = whole.find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not in {whole:?}"));
    let count = |text: &str| text.chars().fold(0, |count, _| count + 1);
    let start = count(&whole[..at]);
    TextSpan { start, end: start + count(wanted) }
}

fn boxes(document: &Extracted, wanted: &str) -> Vec<PageBox> {
    let span = find(&document.whole_text(), wanted);
    let chunks = split(document, &ChunkSettings::default());
    let holds = |chunk: &&Chunk| chunk.span.start <= span.start && span.end <= chunk.span.end;
    let chunk = chunks.iter().find(holds).unwrap_or_else(|| panic!("no chunk holds {wanted}"));
    chunk.printed.boxes(span)
}

#[test]
fn a_sentence_has_the_boxes_of_its_lines() {
    let document = pdf(
        0,
        &[
            (60, 700, "Apixaban is paused before the operation, and it is"),
            (60, 686, "given again six hours after it. Ask the ward."),
            (60, 400, "Heparin is another matter and stands below."),
        ],
    );
    let found = boxes(
        &document,
        "Apixaban is paused before the operation, and it is\ngiven again six hours after it.",
    );
    let [first, second] = found[..] else { panic!("two lines: {found:?}") };
    assert_eq!((first.page, second.page), (1, 1));
    // 60 of 600 points from the left; the line stands 700 of 800 points up and is 10 points high, with what hangs below.
    assert_eq!(first.area.left, 1_000);
    assert!((1_100..=1_160).contains(&first.area.top), "{first:?}");
    assert!((1_250..=1_290).contains(&first.area.bottom), "{first:?}");
    assert!(first.area.right > 5_500 && second.area.right < first.area.right, "{found:?}");
    assert!(second.area.top > first.area.top + 150, "{found:?}");
    assert_eq!(boxes(&document, "Heparin is another matter").len(), 1);
}

#[test]
fn a_turned_page_has_its_boxes_where_a_reader_sees_them() {
    let text = [(60, 700, "Apixaban is paused before the operation by the ward.")];
    let found = boxes(&pdf(90, &text), "Apixaban is paused");
    let [PageBox { area: Area { left, top, right, bottom }, .. }] = found[..] else { panic!("{found:?}") };
    // What is at the top left of the sheet is at the top right of the page, and its line goes down.
    assert!(left > 8_500 && right < 9_000 && top < 1_200 && bottom > 4_000, "{found:?}");
}

#[test]
fn nearly_every_word_of_the_clinics_files_has_a_place_and_every_fact_a_box_on_its_page() {
    let (mut letters, mut placed, mut facts) = (0, 0, 0);
    for file in Corpus::clinic(1).files.iter().filter(|file| !file.scanned && is_pdf(&file.path)) {
        let document = extracted(file);
        for page in &document.pages {
            let chars: Vec<char> = page.text.chars().collect();
            let count = |span: &TextSpan| {
                chars[span.start as usize..span.end as usize].iter().filter(|c| c.is_alphanumeric()).count()
            };
            letters += chars.iter().filter(|c| c.is_alphanumeric()).count();
            placed += page.printed.iter().map(|Line(span, _)| count(span)).sum::<usize>();
            let apart = page.printed.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
            assert!(apart, "{}: no letter has two places", file.path);
        }
        let whole = document.whole_text();
        for fact in file.facts.iter().filter(|fact| whole.contains(&fact.answer_contains)) {
            facts += 1;
            let found = boxes(&document, &fact.answer_contains);
            assert!(found.iter().any(|place| place.page == fact.page), "{}: {found:?}", file.path);
        }
    }
    assert!(facts > 10, "{facts}");
    assert!(placed * 100 >= letters * 98, "{placed} of {letters}");
}

#[test]
fn text_that_is_printed_nowhere_has_no_box() {
    let text = b"# Plan\n\nApixaban is paused before the operation by the ward.\n".to_vec();
    let document = read(&mut Cursor::new(text), "plan.md", &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(boxes(&document, "Apixaban is paused").is_empty());
}
