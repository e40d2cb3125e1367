//! The XML reader refuses what is dangerous, and does not care where chunks are cut.

use proptest::prelude::*;
use voiceassist_dav::xml::{MAX_DEPTH, MAX_TOKEN_BYTES, Namespace, XmlError, XmlEvent, XmlReader};

/// The events of a document as text, or why it is refused.
fn events(document: &[u8], step: usize) -> Result<Vec<String>, XmlError> {
    let mut reader = XmlReader::new();
    let mut events = Vec::new();
    for chunk in document.chunks(step.max(1)) {
        reader.push(chunk);
        while let Some(event) = reader.next_event()? {
            events.push(match event {
                XmlEvent::Start { namespace, local } => format!("<{namespace:?} {local}"),
                XmlEvent::End => ">".to_owned(),
                XmlEvent::Text(text) => format!("'{text}'"),
                XmlEvent::UnreadableText => "?".to_owned(),
            });
        }
    }
    reader.finish().map(|()| events)
}

#[track_caller]
fn check(document: &str, expected: Result<&[&str], XmlError>) {
    let expected = expected.map(|events| events.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>());
    for step in [1, 2, 3, 7, document.len()] {
        assert_eq!(events(document.as_bytes(), step), expected, "in steps of {step}: {document}");
    }
}

#[test]
fn names_are_resolved_by_uri() {
    check(r#"<a xmlns="DAV:"/>"#, Ok(&["<Dav a", ">"]));
    check(r#"<D:a xmlns:D="DAV:"><D:b/></D:a>"#, Ok(&["<Dav a", "<Dav b", ">", ">"]));
    check(
        r#"<d:a xmlns:d="http://owncloud.org/ns"><d:b xmlns:d='DAV:'/><d:c/></d:a>"#,
        Ok(&["<OwnCloud a", "<Dav b", ">", "<OwnCloud c", ">", ">"]),
    );
    check("<a/>", Ok(&["<Other a", ">"]));
    check("<d:a/>", Err(XmlError::UnboundPrefix));
    assert_eq!(Namespace::Nextcloud.uri(), "http://nextcloud.org/ns");
}

#[test]
fn text_is_unescaped_and_comments_are_skipped() {
    check("<a>&quot;1&quot; &amp; &#x41;&#66;</a>", Ok(&["<Other a", "'\"1\" & AB'", ">"]));
    check("<a>x<!-- <b> -- > & -->y<?pi ?></a>", Ok(&["<Other a", "'x'", "'y'", ">"]));
    check("<a><![CDATA[<&]]]]><![CDATA[>]]></a>", Ok(&["<Other a", "'<&]]'", "'>'", ">"]));
    check("<a b='>' c=\"'\"/>", Ok(&["<Other a", ">"]));
    check("\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<a/>\n", Ok(&["<Other a", ">"]));
}

#[test]
fn a_document_type_is_refused_before_its_content_is_read() {
    check("<!DOCTYPE a><a/>", Err(XmlError::Doctype));
    check(
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        Err(XmlError::Doctype),
    );
    check("<a><!ENTITY b 'c'></a>", Err(XmlError::Doctype));
    let mut reader = XmlReader::new();
    reader.push(b"<!D");
    assert_eq!(reader.next_event(), Err(XmlError::Doctype));
}

#[test]
fn there_are_no_entities_beyond_xml_itself() {
    check("<a>&b;</a>", Err(XmlError::Syntax));
    check("<a>&nbsp;</a>", Err(XmlError::Syntax));
    check("<a>&</a>", Err(XmlError::Syntax));
    check("<a>&#0;</a>", Err(XmlError::Syntax));
}

#[test]
fn what_is_not_well_formed_is_refused() {
    check("<a></b>", Err(XmlError::Mismatch));
    check("</a>", Err(XmlError::Mismatch));
    check("<a/><b/>", Err(XmlError::OutsideRoot));
    check("<a/>text<", Err(XmlError::OutsideRoot));
    check("text<a/>", Err(XmlError::OutsideRoot));
    check("<![CDATA[x]]><a/>", Err(XmlError::OutsideRoot));
    check("<a b='1' b='2'/>", Err(XmlError::Syntax));
    check("<a <b/>", Err(XmlError::Syntax));
    for document in
        ["<>", "< a/>", "<1/>", "<a&/>", "<a='b'/>", "<:a/>", "<a:/>", "<a b/>", "<a b=c/>", "</ a>"]
    {
        let result = events(document.as_bytes(), 1);
        assert!(result.is_err() && result != Err(XmlError::Incomplete), "{document} {result:?}");
    }
    check("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", Err(XmlError::Encoding));
}

#[test]
fn a_document_that_ends_early_is_not_complete() {
    for document in ["", "<", "<a", "<a>", "<a>text", "<a><b/>", "<!--", "<a/><!--", "<a/>text"] {
        assert_eq!(events(document.as_bytes(), 3), Err(XmlError::Incomplete), "{document}");
    }
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(events(nested(MAX_DEPTH).as_bytes(), 5).is_ok());
    assert_eq!(events(nested(MAX_DEPTH + 1).as_bytes(), 5), Err(XmlError::TooDeep));
    assert_eq!(events("<a>".repeat(1_000_000).as_bytes(), 4096), Err(XmlError::TooDeep));
}

#[test]
fn a_token_is_limited_however_slowly_it_comes() {
    let text = format!("<a>{}</a>", "x".repeat(MAX_TOKEN_BYTES + 1));
    let attribute = format!("<a b='{}'/>", "x".repeat(MAX_TOKEN_BYTES));
    let comment = format!("<a><!--{}--></a>", "x".repeat(MAX_TOKEN_BYTES));
    for document in [text, attribute, comment] {
        for step in [1, 4096, usize::MAX] {
            assert_eq!(events(document.as_bytes(), step), Err(XmlError::TokenTooLong));
        }
    }
}

#[test]
fn bytes_that_are_not_utf8_spoil_text_only() {
    assert_eq!(events(b"<a>\xff</a>", 1), Ok(vec!["<Other a".to_owned(), "?".to_owned(), ">".to_owned()]));
    assert_eq!(events(b"<a\xff/>", 1), Err(XmlError::Encoding));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(document in prop::collection::vec(any::<u8>(), 0..400), step in 1_usize..50) {
        prop_assert_eq!(events(&document, step), events(&document, 1));
    }

    #[test]
    fn almost_xml_is_read_the_same_however_it_is_cut(
        pieces in prop::collection::vec(prop::sample::select(&[
            "<a>", "</a>", "<a/>", "<d:b xmlns:d='DAV:'>", "</d:b>", "text", "&amp;", "&x;", "<!-- c -->", "<![CDATA[]]>",
            "<?p?>", "<!", "<", ">", "\"", "'", "]]>", "--", "\u{fc}", " ", "<a b='<'>",
        ][..]), 0..30),
        step in 1_usize..40,
    ) {
        let document = pieces.concat();
        prop_assert_eq!(events(document.as_bytes(), step), events(document.as_bytes(), document.len()));
    }
}
