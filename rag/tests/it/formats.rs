//! Every format that is not in the clinic's corpus: one document each, written here as its own program writes it.
//!
//! What must be read is named string by string, in the order in which a person reads it.

#![expect(clippy::expect_used, reason = "a test whose document cannot be written stops there")]

use std::io::{Cursor, Write as _};

use voiceassist_model::Reason;
use voiceassist_rag::extract::{BlockKind, ExtractSettings, Extracted, read, report};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::compound;
use crate::extract::collapsed;

fn package(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let options = if *name == "mimetype" { stored } else { SimpleFileOptions::default() };
        zip.start_file(*name, options).expect("member");
        zip.write_all(text.as_bytes()).expect("bytes");
    }
    zip.finish().expect("package").into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

fn relations(of: &[(&str, &str, &str)]) -> String {
    let all = of
        .iter()
        .map(|(id, kind, target)| format!("<Relationship Id='{id}' Type='{MAIN}/{kind}' Target='{target}'/>"))
        .collect::<Vec<_>>()
        .concat();
    format!("<?xml version='1.0'?><Relationships xmlns='{RELATIONS}'>{all}</Relationships>")
}

fn types(parts: &[(&str, &str)]) -> String {
    let all = parts
        .iter()
        .map(|(part, kind)| {
            format!(
                "<Override PartName='{part}' ContentType='application/vnd.openxmlformats-officedocument.{kind}+xml'/>"
            )
        })
        .collect::<Vec<_>>()
        .concat();
    format!(
        "<?xml version='1.0'?><Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
         <Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>{all}</Types>"
    )
}

fn workbook() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let cell = |at: &str, text: &str| format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>");
    let sheet = |rows: &str| {
        format!("<?xml version='1.0'?><worksheet xmlns='{space}'><sheetData>{rows}</sheetData></worksheet>")
    };
    let doses = sheet(&format!(
        "<row r='1'>{}{}{}</row><row r='2'>{}<c r='B2'><v>5.5</v></c>{}</row><row r='4'>{}<c r='C4'><f>B2*2</f><v>11</v></c></row>",
        cell("A1", "Drug"),
        cell("B1", "Dose"),
        cell("C1", "Interval"),
        cell("A2", "Gentamicin"),
        cell("C2", "every 24 h"),
        cell("A4", "Twice that"),
    ));
    let sheets = "<sheet name='Dosing table' sheetId='1' r:id='rId1'/><sheet name='Hidden' sheetId='2' state='hidden' r:id='rId2'/>\
                  <sheet name='On call' sheetId='3' r:id='rId3'/>";
    package(&[
        (
            "[Content_Types].xml",
            &types(&[
                ("/xl/workbook.xml", "spreadsheetml.sheet.main"),
                ("/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
                ("/xl/worksheets/sheet2.xml", "spreadsheetml.worksheet"),
                ("/xl/worksheets/sheet3.xml", "spreadsheetml.worksheet"),
            ]),
        ),
        ("_rels/.rels", &relations(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            &format!(
                "<?xml version='1.0'?><workbook xmlns='{space}' xmlns:r='{MAIN}'><sheets>{sheets}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "worksheet", "worksheets/sheet2.xml"),
                ("rId3", "worksheet", "worksheets/sheet3.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", &doses),
        ("xl/worksheets/sheet2.xml", &sheet(&format!("<row r='1'>{}</row>", cell("A1", "unseen")))),
        (
            "xl/worksheets/sheet3.xml",
            &sheet(&format!("<row r='3'>{}{}</row>", cell("B3", "Ada Okafor"), cell("C3", "4711"))),
        ),
    ])
}

const ODF: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
    xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' \
    xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0' \
    xmlns:presentation='urn:oasis:names:tc:opendocument:xmlns:presentation:1.0' xmlns:dc='http://purl.org/dc/elements/1.1/'";

fn open_document(kind: &str, styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version='1.0'?><office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let running = format!(
        "<?xml version='1.0'?><office:document-styles {ODF}><office:master-styles><style:master-page><style:header>\
         <text:p>Example Clinic</text:p></style:header></style:master-page></office:master-styles></office:document-styles>"
    );
    let mime = format!("application/vnd.oasis.opendocument.{kind}");
    package(&[
        ("mimetype", &mime),
        ("content.xml", &content),
        ("styles.xml", if kind == "text" { &running } else { "" }),
    ])
}

fn open_text() -> Vec<u8> {
    open_document(
        "text",
        "<text:list-style style:name='L1'><text:list-level-style-number text:level='1'/></text:list-style>\
         <style:style style:name='New' style:family='paragraph'><style:paragraph-properties fo:break-before='page'/></style:style>",
        "<text:tracked-changes><text:p>deleted words</text:p></text:tracked-changes><text:h text:outline-level='2'>Rounds &amp; rules</text:h>\
         <text:p>Wash<text:s text:c='2'/>your <text:span>hands</text:span><text:note><text:note-citation>1</text:note-citation>\
         <text:note-body><text:p>With soap.</text:p></text:note-body></text:note>.</text:p>\
         <text:list text:style-name='L1'><text:list-item><text:p>first</text:p></text:list-item><text:list-item><text:p>second</text:p></text:list-item></text:list>\
         <table:table><table:table-row><table:table-cell><text:p>Room</text:p></table:table-cell><table:table-cell table:number-columns-repeated='2'>\
         <text:p>Bed</text:p></table:table-cell></table:table-row></table:table><text:p text:style-name='New'>Second page.</text:p>",
    )
}

fn open_sheet() -> Vec<u8> {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    open_document(
        "spreadsheet",
        "<style:style style:name='ta2' style:family='table'><style:table-properties table:display='false'/></style:style>",
        &format!(
            "<table:table table:name='Values'><table:table-row>{}{}</table:table-row><table:table-row>{}{}</table:table-row>\
             <table:table-row table:number-rows-repeated='1048570'><table:table-cell table:number-columns-repeated='16384'/></table:table-row></table:table>\
             <table:table table:name='Gone' table:style-name='ta2'><table:table-row>{}</table:table-row></table:table>\
             <table:table table:name='Rota'><table:table-row>{}</table:table-row></table:table>",
            cell("Analyte"),
            cell("Value"),
            cell("Kalium"),
            cell("4,1"),
            cell("unseen"),
            cell("Ada Okafor"),
        ),
    )
}

fn open_slides() -> Vec<u8> {
    open_document(
        "presentation",
        "",
        "<draw:page draw:name='p1'><draw:frame presentation:class='title'><draw:text-box><text:p>Sepsis</text:p></draw:text-box></draw:frame>\
         <draw:frame><draw:text-box><text:list><text:list-item><text:p>Measure lactate</text:p></text:list-item></text:list></draw:text-box></draw:frame>\
         <presentation:notes><draw:frame><draw:text-box><text:p>Mention the audit.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>\
         <draw:page draw:name='p2'><draw:frame><draw:text-box><text:p>Fluids</text:p></draw:text-box></draw:frame></draw:page>",
    )
}

fn book() -> Vec<u8> {
    let chapter = |title: &str, text: &str| {
        format!(
            "<html xmlns='http://www.w3.org/1999/xhtml'><head><title/><script src='x.js'/></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        )
    };
    package(&[
        ("mimetype", "application/epub+zip"),
        (
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>",
        ),
        (
            "OPS/book.opf",
            "<package><manifest><item id='b' href='two.xhtml'/><item id='a' href='one%201.xhtml'/><item id='n' href='nav.xhtml'/></manifest>\
          <spine><itemref idref='a'/><itemref idref='n' linear='no'/><itemref idref='b'/></spine></package>",
        ),
        ("OPS/one 1.xhtml", &chapter("Risk", "Ask about falls.")),
        ("OPS/two.xhtml", &chapter("Prevention", "Remove carpets &amp; wires.")),
        ("OPS/nav.xhtml", &chapter("Contents", "unseen")),
    ])
}

/// Every document here by name.
pub(crate) fn documents() -> Vec<(String, Vec<u8>)> {
    let rich = br"{\rtf1\ansi{\b Ward} rules\par\trowd\intbl Drug\cell Dose\cell\row\pard Gr\'fc\'dfe\par}";
    let calendar = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Board\r\nLOCATION:Room 4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Okafor\r\nTEL:4711\r\nEND:VCARD\r\n";
    [
        ("table.xlsx", workbook()),
        ("letter.odt", open_text()),
        ("values.ods", open_sheet()),
        ("talk.odp", open_slides()),
        ("falls.epub", book()),
        ("rules.rtf", rich.to_vec()),
        ("board.ics", calendar.to_vec()),
        ("people.vcf", card.to_vec()),
        ("values.csv", b"Analyte;Value\r\nKalium;\"4,1\"\r\n".to_vec()),
        ("report.msg", compound::message()),
    ]
    .into_iter()
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .collect()
}

fn document(name: &str) -> Extracted {
    let (_, bytes) = documents().into_iter().find(|(own, _)| own == name).expect("document");
    read(&mut Cursor::new(bytes), name, &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_format_is_read_in_order_and_on_its_pages() {
    let cases: [(&str, &[&[&str]]); 10] = [
        (
            "table.xlsx",
            &[
                &[
                    "Dosing table",
                    "Drug | Dose | Interval",
                    "Gentamicin | 5.5 | every 24 h",
                    "Twice that",
                    "11",
                ],
                &["On call", "Ada Okafor | 4711"],
            ],
        ),
        (
            "letter.odt",
            &[
                &[
                    "Example Clinic", "Rounds & rules", "Wash your hands.", "With soap.", "1. first",
                    "2. second", "Room | Bed | Bed",
                ],
                &["Second page."],
            ],
        ),
        ("values.ods", &[&["Values", "Analyte | Value", "Kalium | 4,1"], &["Rota", "Ada Okafor"]]),
        ("talk.odp", &[&["Sepsis", "- Measure lactate", "Notes", "Mention the audit."], &["Fluids"]]),
        ("falls.epub", &[&["Risk", "Ask about falls."], &["Prevention", "Remove carpets & wires."]]),
        ("rules.rtf", &[&["Ward rules", "Drug | Dose", "Grüße"]]),
        ("board.ics", &[&["Board", "Where: Room 4"]]),
        ("people.vcf", &[&["Ada Okafor", "Telephone: 4711"]]),
        ("values.csv", &[&["Analyte | Value", "Kalium | 4,1"]]),
        (
            "report.msg",
            &[
                &[
                    "Report of Größe",
                    "From: Ada Okafor <ada@example.org>",
                    "To: Ben Li <ben@example.org>",
                    "Please see the table.",
                ],
                &["values.csv", "Kalium | 4,1"],
            ],
        ),
    ];
    for (name, pages) in cases {
        let document = document(name);
        assert_eq!(document.pages.len(), pages.len(), "{name}: {:#?}", document.pages);
        for (page, strings) in document.pages.iter().zip(pages) {
            let text = collapsed(&page.text);
            let mut from = 0;
            for string in *strings {
                let at = text[from..].find(string);
                let at = at.unwrap_or_else(|| panic!("{name}: {string:?} is not in order in {text:?}"));
                from += at + string.len();
            }
        }
        let text = document.whole_text();
        assert!(!text.contains("unseen") && !text.contains("deleted words"), "{name}: {text}");
        assert!(!document.truncated && document.gaps.is_empty(), "{name}");
    }
}

#[test]
fn rows_are_rows_and_titles_are_headings() {
    for (name, title) in [
        ("table.xlsx", "Dosing table"),
        ("values.ods", "Values"),
        ("talk.odp", "Sepsis"),
        ("falls.epub", "Risk"),
    ] {
        let document = document(name);
        let page = &document.pages[0];
        let heading =
            page.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_))).expect(name);
        let chars: Vec<char> = page.text.chars().collect();
        let text: String = chars[heading.span.start as usize..heading.span.end as usize].iter().collect();
        assert_eq!(text, title, "{name}");
        let rows = page.blocks.iter().filter(|block| block.kind == BlockKind::TableRow).count();
        assert_eq!(
            rows,
            match name {
                "table.xlsx" => 3,
                "values.ods" => 2,
                _ => 0,
            },
            "{name}"
        );
    }
}

#[test]
fn a_message_of_outlook_says_what_other_messages_say() {
    let document = document("report.msg");
    let mail = document.mail.expect("mail");
    assert_eq!(mail.subject, "Report of Größe");
    assert_eq!(mail.date.map(|date| date.to_rfc3339()).as_deref(), Some("2020-01-01T00:00:00+00:00"));
    assert_eq!(mail.attachments.len(), 1);
    assert_eq!((mail.attachments[0].name.as_str(), mail.attachments[0].pages), ("values.csv", Some((2, 2))));
}

#[test]
fn protected_documents_say_so() {
    let manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>";
    let locked = [
        (
            "letter.odt",
            package(&[
                ("mimetype", "application/vnd.oasis.opendocument.text"),
                ("content.xml", "x"),
                ("META-INF/manifest.xml", manifest),
            ]),
        ),
        (
            "book.epub",
            package(&[
                ("mimetype", "application/epub+zip"),
                ("META-INF/container.xml", "<container><rootfile full-path='b.opf'/></container>"),
                ("b.opf", "<package><item id='a' href='a.xhtml'/><itemref idref='a'/></package>"),
                ("a.xhtml", "scrambled"),
                (
                    "META-INF/encryption.xml",
                    "<encryption><EncryptedData><CipherReference URI='a.xhtml'/></EncryptedData></encryption>",
                ),
            ]),
        ),
    ];
    for (name, bytes) in locked {
        let told = report(&mut Cursor::new(bytes), name, &ExtractSettings::default());
        assert_eq!(told.error.map(|error| error.code), Some(Reason::Encrypted), "{name}");
    }
}
