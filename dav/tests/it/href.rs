//! Paths survive the round trip, and what could name something else is refused.

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;
use voiceassist_dav::href::{Href, InvalidHref, SegmentDefect, files_target};
use voiceassist_dav::{FilePath, UserId};

fn user(id: &str) -> UserId {
    UserId::new(id).expect("an id")
}

#[track_caller]
fn check(href: &str, expected: Result<Option<&str>, InvalidHref>) {
    let read = Href::parse(href).map(|href| href.below_files_root(&user("mara")));
    let read = read.as_ref().map(|path| path.as_ref().map(FilePath::as_str)).map_err(|error| *error);
    assert_eq!(read, expected, "{href}");
}

#[test]
fn hrefs_are_decoded_whatever_the_case_of_their_hex() {
    check("/remote.php/dav/files/mara/", Ok(Some("")));
    check("/remote.php/dav/files/mara", Ok(Some("")));
    check("/remote.php/dav/files/mara/br%5ba%5dcket.txt", Ok(Some("br[a]cket.txt")));
    check("/remote.php/dav/files/mara/br%5Ba%5Dcket.txt", Ok(Some("br[a]cket.txt")));
    check("/remote.php/dav/files/mara/a:b/hash%23%3f%25", Ok(Some("a:b/hash#?%")));
    check("/remote.php/dav/files/m%61ra/x/", Ok(Some("x")));
}

#[test]
fn decomposed_names_become_composed() {
    check("/remote.php/dav/files/mara/u%cc%88", Ok(Some("\u{fc}")));
    assert_eq!(FilePath::parse("u\u{308}").map(|path| path.as_str().to_owned()), Ok("\u{fc}".to_owned()));
}

#[test]
fn the_prefix_before_the_files_root_does_not_matter() {
    check("/nextcloud/remote.php/dav/files/mara/x", Ok(Some("x")));
    check("https://other.example.test/remote.php/dav/files/mara/x", Ok(Some("x")));
    check("http://other.example.test", Ok(None));
}

#[test]
fn the_first_files_root_counts() {
    let inner = "remote.php/dav/files/mara/x";
    check(&format!("/remote.php/dav/files/mara/{inner}"), Ok(Some(inner)));
}

#[test]
fn other_trees_are_not_below_the_root() {
    check("/remote.php/dav/files/noor/x", Ok(None));
    check("/remote.php/dav/files/marantz/x", Ok(None));
    check("/xremote.php/dav/files/mara/x", Ok(None));
    check("/remote.php/dav/calendars/mara/x", Ok(None));
}

#[test]
fn hrefs_that_could_mean_something_else_are_refused() {
    let root = "/remote.php/dav/files/mara";
    check(&format!("{root}/100%"), Err(InvalidHref::BadEscape));
    check(&format!("{root}/%zz"), Err(InvalidHref::BadEscape));
    check(&format!("{root}/%4"), Err(InvalidHref::BadEscape));
    check(&format!("{root}/a?b"), Err(InvalidHref::BadEscape));
    check(&format!("{root}/a#b"), Err(InvalidHref::BadEscape));
    check(&format!("{root}/%fc"), Err(InvalidHref::NotUtf8));
    check(&format!("{root}/%c3%28"), Err(InvalidHref::NotUtf8));
    check(&format!("{root}/a%2fb"), Err(InvalidHref::Segment(SegmentDefect::Slash)));
    check(&format!("{root}/%2e%2e/b"), Err(InvalidHref::Segment(SegmentDefect::Dot)));
    check(&format!("{root}/./b"), Err(InvalidHref::Segment(SegmentDefect::Dot)));
    check(&format!("{root}//b"), Err(InvalidHref::Segment(SegmentDefect::Empty)));
    check(&format!("{root}/%00"), Err(InvalidHref::Segment(SegmentDefect::Nul)));
    check(&format!("{root}/{}", "a".repeat(60_000)), Err(InvalidHref::TooLong));
}

#[test]
fn targets_escape_everything_that_has_a_meaning() {
    let path = FilePath::parse("Ward: 3/a#b?c%d e+f;g&h/\u{fc}\u{1F600}").expect("a path");
    let expected = concat!(
        "remote.php/dav/files/mara%40example.test%20%23/",
        "Ward%3A%203/a%23b%3Fc%25d%20e%2Bf%3Bg%26h/%C3%BC%F0%9F%98%80"
    );
    assert_eq!(files_target(&user("mara@example.test #"), &path), expected);
    assert_eq!(files_target(&user("mara"), &FilePath::root()), "remote.php/dav/files/mara/");
}

#[test]
fn a_user_id_is_one_segment() {
    for id in ["", ".", "..", "a/b", "a\0b"] {
        assert!(UserId::new(id).is_err(), "{id:?}");
    }
    assert!(UserId::new("x".repeat(257)).is_err());
    assert!(UserId::new("e3b0c442-98fc-1c14 (LDAP) ü@x").is_ok());
}

#[test]
fn paths_know_their_neighbours() {
    let path = FilePath::parse("/a/b/c.txt/").expect("a path");
    assert_eq!(path.as_str(), "a/b/c.txt");
    assert_eq!(path.name(), Some("c.txt"));
    assert_eq!(path.parent().map(|parent| parent.as_str().to_owned()), Some("a/b".to_owned()));
    assert_eq!(FilePath::parse("a").expect("a path").parent(), Some(FilePath::root()));
    assert_eq!(FilePath::root().parent(), None);
    assert_eq!(FilePath::root().join("a").and_then(|a| a.join("b")).expect("a path").as_str(), "a/b");
    assert!(FilePath::root().join("a/b").is_err());
    let folder = FilePath::parse("a/b").expect("a path");
    assert!(path.starts_with(&folder) && path.starts_with(&FilePath::root()) && folder.starts_with(&folder));
    assert!(!FilePath::parse("a/bc").expect("a path").starts_with(&folder));
}

proptest! {
    #[test]
    fn a_path_sent_and_echoed_is_the_same_path(names in prop::collection::vec("[^/\0]{1,12}", 0..5), lower in any::<bool>()) {
        prop_assume!(names.iter().all(|name| name != "." && name != ".."));
        let path = FilePath::parse(&names.join("/"));
        // A name that normalises to a dot segment does not exist in Unicode; all others are accepted.
        let path = path.expect("names without slashes make a path");
        let mut target = files_target(&user("mara"), &path);
        if lower {
            target = target.replace("%C", "%c").replace("%E", "%e").replace("%3A", ":");
        }
        let href = Href::parse(&format!("/{target}")).expect("our own encoding is readable");
        prop_assert_eq!(href.below_files_root(&user("mara")), Some(path.clone()));
        let composed: String = names.join("/").nfc().collect();
        prop_assert_eq!(path.as_str(), composed);
    }

    #[test]
    fn no_href_makes_the_parser_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = Href::parse(&text).map(|href| href.below_files_root(&user("mara")));
        let escaped = bytes.iter().fold(String::new(), |escaped, byte| format!("{escaped}%{byte:02x}"));
        let _ = Href::parse(&format!("/remote.php/dav/files/mara/{escaped}"));
    }
}
