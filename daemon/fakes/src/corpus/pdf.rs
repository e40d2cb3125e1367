//! PDF files with a text layer, and the frame that scans share with them.
//!
//! The writer takes finished pages and adds what every real file has: compressed streams, a title, a language, running
//! heads and page numbers. Setting type happens in `typeset`. It refuses to embed fonts: every reader has the standard
//! ones.

mod typeset;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::font::{Face, win_ansi};
use super::render::{CLINIC, Edition, NOTICE, Rendered, imprint};
use super::source::{Block, Source};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 56.0;
const RUNNING_SIZE: f32 = 8.0;
const RUNNING_HEAD: f32 = 806.0;
const RUNNING_FOOT: f32 = 34.0;

/// How many columns of text a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    One,
    Two,
}

/// What one page shows.
pub(super) enum Page {
    /// Text and lines.
    Drawn(Content),
    /// One picture over the whole page: bits, zero is black, rows filled up to whole bytes.
    Scanned { bits: Vec<u8>, width: i32, height: i32 },
}

/// Sets a document and writes it.
pub(super) fn render(source: &Source, edition: &Edition, columns: Columns) -> Rendered {
    let mut setter = typeset::Typesetter::new(columns);
    for (position, block) in source.blocks.iter().enumerate() {
        setter.block(block);
        if position == 0 {
            setter.block(&Block::Paragraph(imprint(source, edition)));
            setter.end_title();
        }
    }
    let (mut contents, pages) = setter.finish();
    let count = contents.len();
    for (number, content) in (1..).zip(&mut contents) {
        running_lines(content, source, number, count);
    }
    let drawn: Vec<Page> = contents.into_iter().map(Page::Drawn).collect();
    Rendered { bytes: write(&source.title, drawn), pages }
}

fn running_lines(content: &mut Content, source: &Source, number: usize, count: usize) {
    let head = format!("{CLINIC}  {}  {}", source.code, source.title);
    let page = format!("Page {number} of {count}");
    let right = WIDTH - MARGIN - Face::Regular.width(&page, RUNNING_SIZE);
    line(content, Face::Regular, RUNNING_SIZE, (MARGIN, RUNNING_HEAD), &head);
    line(content, Face::Regular, RUNNING_SIZE, (MARGIN, RUNNING_FOOT), NOTICE);
    line(content, Face::Regular, RUNNING_SIZE, (right, RUNNING_FOOT), &page);
}

/// Shows one line of text; the point is the start of its baseline.
fn line(content: &mut Content, face: Face, size: f32, (x, y): (f32, f32), text: &str) {
    let name: &[u8] = match face {
        Face::Regular => b"F1",
        Face::Bold => b"F2",
    };
    content.begin_text();
    content.set_font(Name(name), size);
    content.next_line(x, y);
    content.show(Str(&win_ansi(text)));
    content.end_text();
}

/// The file around finished pages.
pub(super) fn write(title: &str, pages: Vec<Page>) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut numbers = 1..;
    let mut next = || Ref::new(numbers.next().unwrap_or(i32::MAX));
    let (catalog, tree, regular, bold, info) = (next(), next(), next(), next(), next());
    let ids: Vec<(Ref, Ref, Ref)> = pages.iter().map(|_| (next(), next(), next())).collect();

    pdf.catalog(catalog).pages(tree).lang(TextStr("en"));
    pdf.document_info(info)
        .title(TextStr(title))
        .author(TextStr(CLINIC))
        .producer(TextStr("VoiceAssist corpus"));
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _, _)| *page)).count(count);
    for (id, font) in [(regular, "Helvetica"), (bold, "Helvetica-Bold")] {
        pdf.type1_font(id).base_font(Name(font.as_bytes())).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (page, (id, content_id, image_id)) in pages.into_iter().zip(ids) {
        let mut written = pdf.page(id);
        written.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(content_id);
        let mut resources = written.resources();
        if matches!(page, Page::Scanned { .. }) {
            resources.x_objects().pair(Name(b"Im1"), image_id);
        } else {
            resources.fonts().pair(Name(b"F1"), regular).pair(Name(b"F2"), bold);
        }
        resources.finish();
        written.finish();
        let content = match page {
            Page::Drawn(content) => content,
            Page::Scanned { bits, width, height } => {
                let bits = compress(&bits);
                let mut image = pdf.image_xobject(image_id, &bits);
                image.width(width).height(height).bits_per_component(1).filter(Filter::FlateDecode);
                image.color_space().device_gray();
                image.finish();
                full_page_picture()
            }
        };
        let content = compress(&content.finish());
        pdf.stream(content_id, &content).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

fn full_page_picture() -> Content {
    let mut content = Content::new();
    content.save_state();
    content.transform([WIDTH, 0.0, 0.0, HEIGHT, 0.0, 0.0]);
    content.x_object(Name(b"Im1"));
    content.restore_state();
    content
}

fn compress(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; a stream cut short would show in every test.
    drop(encoder.write_all(data));
    encoder.finish().unwrap_or_default()
}
