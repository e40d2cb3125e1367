//! Entity tags are opaque, quoted, weak or strong.

use voiceassist_dav::ETag;

#[track_caller]
fn check(text: &str, expected: Option<&str>) {
    assert_eq!(ETag::parse(text).ok().map(|etag| etag.to_string()).as_deref(), expected, "{text:?}");
}

#[test]
fn tags_are_read_as_servers_write_them() {
    check(r#""6b038136aa555""#, Some(r#""6b038136aa555""#));
    check(r#"W/"6b038136aa555""#, Some(r#"W/"6b038136aa555""#));
    check("6b038136aa555", Some(r#""6b038136aa555""#));
    check(" \"a\" ", Some("\"a\""));
}

#[test]
fn what_is_no_tag_is_refused() {
    for text in ["", "\"\"", "\"open", "W/bare", "\"in\"side\"", "\"sp ace\"", "\"line\r\nbreak\""] {
        check(text, None);
    }
    check(&"a".repeat(1025), None);
}

#[test]
fn a_weak_tag_never_equals_strongly() {
    let (weak, strong) = (ETag::parse("W/\"a\"").expect("weak"), ETag::parse("\"a\"").expect("strong"));
    assert!(weak.weak_eq(&strong) && !weak.strong_eq(&strong) && strong.strong_eq(&strong.clone()));
    assert!(weak.is_weak() && !strong.is_weak());
    assert_ne!(weak, strong);
}

#[test]
fn a_printed_tag_reads_back_the_same() {
    for text in ["\"a\"", "W/\"a\"", "\"W/\""] {
        let etag = ETag::parse(text).expect("a tag");
        assert_eq!(ETag::parse(&etag.to_string()), Ok(etag));
    }
}
