//! Word documents: headings by style, numbered and bulleted lists, tables, a header and a footer.
//!
//! Written by hand as `WordprocessingML` (ECMA-376), because the corpus must be the same bytes each time, which the
//! usual libraries do not promise. Only what Word itself needs to open the file without complaint is there.

use std::fmt::Write as _;

use super::markup::escape;
use super::package::{Part, archive};
use super::render::{CLINIC, Edition, NOTICE, imprint};
use super::source::{Block, Source};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MEDIA: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
/// Numbering definitions: bullets share one, each numbered list has its own so that it starts at one.
const BULLETS: usize = 1;

/// The document as a package.
pub(super) fn render(source: &Source, edition: &Edition) -> Vec<u8> {
    let (body, numbered_lists) = body(source, edition);
    let document = format!(
        "{HEAD}<w:document xmlns:w=\"{WORD}\" xmlns:r=\"{OFFICE}\"><w:body>{body}<w:sectPr>\
         <w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" w:bottom=\"1134\" \
         w:left=\"1417\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    package(&source.title, Part::deflate(document.as_bytes()), numbered_lists, &source.code)
}

/// A package around a document part that was made elsewhere: for documents that are broken on purpose.
pub(super) fn package_around(document: Part) -> Vec<u8> {
    package("Untitled", document, 0, "")
}

fn package(title: &str, document: Part, numbered_lists: usize, code: &str) -> Vec<u8> {
    let properties = format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{CLINIC}</dc:creator>\
         </cp:coreProperties>",
        escape(title)
    );
    let header = format!(
        "{HEAD}<w:hdr xmlns:w=\"{WORD}\">{}</w:hdr>",
        paragraph("Header", "", &format!("{CLINIC} {code}"))
    );
    let footer = format!("{HEAD}<w:ftr xmlns:w=\"{WORD}\">{}</w:ftr>", paragraph("Footer", "", NOTICE));
    let text = |content: String| Part::deflate(content.as_bytes());
    archive(&[
        ("[Content_Types].xml", text(content_types())),
        ("_rels/.rels", text(package_relations())),
        ("docProps/core.xml", text(properties)),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", text(document_relations())),
        ("word/styles.xml", text(styles())),
        ("word/numbering.xml", text(numbering(numbered_lists))),
        ("word/header1.xml", text(header)),
        ("word/footer1.xml", text(footer)),
    ])
}

/// The body, and how many numbered lists it holds.
fn body(source: &Source, edition: &Edition) -> (String, usize) {
    let mut out = String::new();
    let mut numbered_lists = 0;
    for (position, block) in source.blocks.iter().enumerate() {
        match block {
            Block::Heading { level, text } => {
                out.push_str(&paragraph(&format!("Heading{level}"), "", text));
            }
            Block::Paragraph(text) => out.push_str(&paragraph("Normal", "", text)),
            Block::List { numbered, items } => {
                let list = if *numbered {
                    numbered_lists += 1;
                    BULLETS + numbered_lists
                } else {
                    BULLETS
                };
                let properties =
                    format!("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{list}\"/></w:numPr>");
                for item in items {
                    out.push_str(&paragraph("ListParagraph", &properties, item));
                }
            }
            Block::Table(rows) => push_table(&mut out, rows),
            Block::NewPage => out.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
        }
        if position == 0 {
            out.push_str(&paragraph("Normal", "", &imprint(source, edition)));
        }
    }
    (out, numbered_lists)
}

fn paragraph(style: &str, properties: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr><w:r><w:t xml:space=\"preserve\">{}</w:t>\
         </w:r></w:p>",
        escape(text)
    )
}

fn push_table(out: &mut String, rows: &[Vec<String>]) {
    out.push_str(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"0\" w:type=\"auto\"/></w:tblPr>",
    );
    out.push_str("<w:tblGrid>");
    for _ in rows.first().into_iter().flatten() {
        out.push_str("<w:gridCol w:w=\"2200\"/>");
    }
    out.push_str("</w:tblGrid>");
    for (number, row) in rows.iter().enumerate() {
        let header = if number == 0 { "<w:trPr><w:tblHeader/></w:trPr>" } else { "" };
        let _ = write!(out, "<w:tr>{header}");
        for cell in row {
            let _ = write!(
                out,
                "<w:tc><w:tcPr><w:tcW w:w=\"2200\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>",
                paragraph("Normal", "", cell)
            );
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    out.push_str(&paragraph("Normal", "", ""));
}

fn content_types() -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{MEDIA}.document.main+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    for (file, kind) in
        [("styles", "styles"), ("numbering", "numbering"), ("header1", "header"), ("footer1", "footer")]
    {
        let _ = write!(out, "<Override PartName=\"/word/{file}.xml\" ContentType=\"{MEDIA}.{kind}+xml\"/>");
    }
    out.push_str("</Types>");
    out
}

fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" \
         Target=\"word/document.xml\"/><Relationship Id=\"rId2\" \
         Type=\"{RELATIONS}/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn document_relations() -> String {
    let mut out = format!("{HEAD}<Relationships xmlns=\"{RELATIONS}\">");
    let targets =
        [("styles", "styles"), ("numbering", "numbering"), ("header", "header1"), ("footer", "footer1")];
    for (number, (kind, file)) in (1..).zip(targets) {
        let _ =
            write!(out, "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/{kind}\" Target=\"{file}.xml\"/>");
    }
    out.push_str("</Relationships>");
    out
}

fn styles() -> String {
    let mut out = format!(
        "{HEAD}<w:styles xmlns:w=\"{WORD}\"><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">\
         <w:name w:val=\"Normal\"/></w:style><w:style w:type=\"table\" w:styleId=\"TableGrid\">\
         <w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>"
    );
    for edge in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(out, "<w:{edge} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>");
    }
    out.push_str("</w:tblBorders></w:tblPr></w:style>");
    for (id, name) in [("ListParagraph", "List Paragraph"), ("Header", "header"), ("Footer", "footer")] {
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
             <w:basedOn w:val=\"Normal\"/></w:style>"
        );
    }
    for (level, half_points) in [(1, 32), (2, 26), (3, 24)] {
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:pPr><w:keepNext/><w:outlineLvl w:val=\"{}\"/></w:pPr>\
             <w:rPr><w:b/><w:sz w:val=\"{half_points}\"/></w:rPr></w:style>",
            level - 1
        );
    }
    out.push_str("</w:styles>");
    out
}

fn numbering(numbered_lists: usize) -> String {
    let mut out = format!("{HEAD}<w:numbering xmlns:w=\"{WORD}\">");
    for (id, format, text) in [(0, "bullet", "\u{2022}"), (1, "decimal", "%1.")] {
        let _ = write!(
            out,
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
             <w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/>\
             <w:pPr><w:ind w:left=\"720\" w:hanging=\"360\"/></w:pPr></w:lvl></w:abstractNum>"
        );
    }
    let _ = write!(out, "<w:num w:numId=\"{BULLETS}\"><w:abstractNumId w:val=\"0\"/></w:num>");
    for list in 1..=numbered_lists {
        let _ = write!(
            out,
            "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\">\
             <w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>",
            BULLETS + list
        );
    }
    out.push_str("</w:numbering>");
    out
}
