//! What is read from Word documents, part by part.
//!
//! The packages are put together here, so that each holds exactly the oddity its test is about.

use std::io::{Cursor, Write};

use voiceassist_rag::extract::{BlockKind, ExtractSettings, Extracted, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
</Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"#;
const OWN_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
</w:styles>"#;

/// The document with this body.
fn document(body: &str) -> Extracted {
    let main = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/_rels/document.xml.rels", OWN_RELATIONS),
        ("word/styles.xml", STYLES),
        ("word/document.xml", &main),
    ];
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let written = package
            .start_file(name, SimpleFileOptions::default())
            .map_err(std::io::Error::from)
            .and_then(|()| package.write_all(content.as_bytes()));
        assert!(written.is_ok(), "{name}: {written:?}");
    }
    let bytes = package.finish().map(Cursor::into_inner).unwrap_or_default();
    read(&mut Cursor::new(bytes), "a.docx", &ExtractSettings::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn paragraph(runs: &str) -> String {
    format!("<w:p>{runs}</w:p>")
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

fn texts(document: &Extracted) -> Vec<&str> {
    document.pages.iter().map(|page| page.text.as_str()).collect()
}

const SET_BREAK: &str = "<w:r><w:br w:type=\"page\"/></w:r>";
const SEEN_BREAK: &str = "<w:r><w:lastRenderedPageBreak/></w:r>";

#[test]
fn breaks_that_the_author_set_and_starts_that_were_seen_are_pages() {
    let body = [
        paragraph(&run("One.")),
        paragraph(&format!("{}{SEEN_BREAK}{}", run("Begins on one, "), run("ends on two."))),
        paragraph(SET_BREAK),
        paragraph(&format!("{SEEN_BREAK}{}", run("Three."))),
    ];
    let document = document(&body.concat());
    assert_eq!(texts(&document), ["One.\n\nBegins on one,", "ends on two.", "Three."]);
}

#[test]
fn what_word_does_not_show_is_not_read() {
    let body = paragraph(&format!(
        "{}<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>\
         <w:del w:id=\"1\" w:author=\"x\"><w:r><w:delText>deleted</w:delText></w:r></w:del>\
         <w:ins w:id=\"2\" w:author=\"x\">{}</w:ins>",
        run("Shown "),
        run("inserted.")
    ));
    assert_eq!(texts(&document(&body)), ["Shown inserted."]);
}

#[test]
fn rows_are_lines_and_headings_are_known_by_their_style() {
    let cell = |text: &str| format!("<w:tc>{}{}</w:tc>", paragraph(&run(text)), paragraph(&run("more")));
    let row = format!("<w:tr>{}{}</w:tr>", cell("A"), cell("B"));
    let body = format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}</w:p><w:tbl>{row}{row}</w:tbl>",
        run("Doses")
    );
    let document = document(&body);
    assert_eq!(texts(&document), ["Doses\n\nA more | B more\nA more | B more"]);
    let kinds: Vec<BlockKind> = document.pages[0].blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Heading(1), BlockKind::TableRow, BlockKind::TableRow]);
}
