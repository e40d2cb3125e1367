//! Listings as a real server writes them, and the ways in which they lie.

use http::HeaderName;
use voiceassist_dav::files::{Defect, ListingParser};
use voiceassist_dav::href::{InvalidHref, SegmentDefect};
use voiceassist_dav::{
    DavError, Depth, EntryKind, FileEntry, FilePath, ListFolder, Listed, Operation as _, Permission,
    ReadEntry,
};

use crate::fixture::{list, mara, response};

fn entries(name: &str, depth: Depth) -> Vec<FileEntry> {
    let entry = |listed| match listed {
        Listed::Entry(entry) => entry,
        Listed::Skipped(defect) => panic!("{name}: {defect}"),
    };
    list(name, depth, 64).expect(name).into_iter().map(entry).collect()
}

fn paths(name: &str, depth: Depth) -> Vec<String> {
    entries(name, depth).iter().map(|entry| entry.path.as_str().to_owned()).collect()
}

fn root(name: &str) -> Result<FileEntry, DavError> {
    ReadEntry { user: mara(), path: FilePath::root() }.parse(&response(name))
}

#[test]
fn every_depth_is_written_out_and_every_property_is_named() {
    for (depth, written) in [(Depth::Zero, "0"), (Depth::One, "1"), (Depth::Infinity, "infinity")] {
        let path = FilePath::parse("Ward 3").expect("a path");
        let request = ListFolder { user: mara(), path, depth }.request().expect("a request");
        assert_eq!(request.headers[HeaderName::from_static("depth")], written);
        assert_eq!(request.headers[HeaderName::from_static("prefer")], "return=minimal");
        assert_eq!(request.target, "remote.php/dav/files/mara/Ward%203");
        let body = std::str::from_utf8(&request.body).expect("text");
        for property in ["<oc:fileid/>", "<oc:permissions/>", "<nc:upload_time/>", "<d:getetag/>"] {
            assert!(body.contains(property), "{property} in {body}");
        }
        assert!(!body.contains("data-fingerprint"));
    }
}

#[test]
fn the_root_is_asked_for_alone_with_its_fingerprint() {
    let request = ReadEntry { user: mara(), path: FilePath::root() }.request().expect("a request");
    assert_eq!(request.headers[HeaderName::from_static("depth")], "0");
    assert_eq!(request.target, "remote.php/dav/files/mara/");
    assert!(std::str::from_utf8(&request.body).expect("text").contains("<oc:data-fingerprint/>"));
    let root = root("root_depth_0").expect("a root");
    assert_eq!((root.file_id, root.etag.to_string()), (177, "\"6b038136aa555\"".to_owned()));
    assert_eq!(root.data_fingerprint.as_deref(), Some("9b0296b225beee33c303ed86518e0a3f"));
    assert_eq!(self::root("root_fingerprint_never_set").expect("a root").data_fingerprint, None);
}

#[test]
fn entries_carry_what_a_sync_needs() {
    let entries = entries("depth_1", Depth::One);
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    let expected = [
        ("", EntryKind::Folder),
        ("Protocols", EntryKind::Folder),
        ("Ward rota.txt", EntryKind::File),
        ("Consent.pdf", EntryKind::File),
    ];
    assert_eq!(kinds, expected);
    let (rota, consent) = (&entries[2], &entries[3]);
    assert_eq!((rota.file_id, rota.size, rota.mime.as_deref()), (237, 12, Some("text/plain")));
    assert_eq!(rota.upload_time.map(|time| time.timestamp()), Some(1_795_391_790));
    assert_eq!(rota.modified.map(|time| time.to_rfc3339()).as_deref(), Some("2026-11-22T23:56:38+00:00"));
    assert_eq!(
        (rota.owner_id.as_deref(), rota.mount_type.as_deref(), rota.is_mount_root),
        (Some("mara"), None, false)
    );
    assert_eq!((consent.upload_time, consent.checksums.as_deref()), (None, Some("SHA1:00ff MD5:11ee")));
    assert!(consent.permissions.contains(Permission::Writable));
    assert_eq!((entries[1].size, entries[1].mime.as_deref(), entries[1].upload_time), (24, None, None));
}

#[test]
fn a_deep_listing_holds_the_whole_tree() {
    let expected = ["", "Protocols", "Protocols/Sepsis", "Protocols/Sepsis/bundle.md"];
    assert_eq!(paths("depth_infinity", Depth::Infinity), expected);
}

#[test]
fn another_account_in_the_path_is_an_error_and_not_an_empty_tree() {
    for name in ["wrong_user_is_a_bare_collection", "wrong_user_without_prefer_minimal"] {
        for depth in [Depth::Zero, Depth::One, Depth::Infinity] {
            assert!(matches!(list(name, depth, 10), Err(DavError::NotOwnFiles)), "{name}");
        }
        assert!(matches!(root(name), Err(DavError::NotOwnFiles)), "{name}");
    }
}

#[test]
fn prefixes_mean_nothing_and_a_foreign_file_id_is_not_ours() {
    let entries = entries("prefixes_vary_by_response", Depth::Zero);
    assert_eq!((entries[0].file_id, entries[0].kind), (177, EntryKind::Folder));
    assert_eq!(entries[0].permissions.to_string(), "RGDNVCK");
}

#[test]
fn names_arrive_as_people_wrote_them() {
    let expected = [
        "", "a:b.txt", "amp&ersand.txt", "br[a]cket.txt", "emoji\u{1F600}.txt", " lead.txt", "hash#?%.txt",
        "Case.txt", "case.txt", "\u{202e}rtl.txt",
    ];
    assert_eq!(paths("names_with_lower_case_hex", Depth::One), expected);
    assert_eq!(paths("name_in_nfd", Depth::One), ["", "\u{fc}bersicht.txt"]);
}

#[test]
fn hrefs_behind_a_rewriting_proxy_are_understood() {
    assert_eq!(paths("subfolder_install_and_absolute_hrefs", Depth::One), ["", "fine.txt"]);
}

#[test]
fn a_received_share_is_a_mount_of_its_owners_folder() {
    let entries = entries("received_share_in_parent", Depth::One);
    let share = &entries[1];
    assert_eq!(
        (share.owner_id.as_deref(), share.mount_type.as_deref(), share.is_mount_root),
        (Some("noor"), Some("shared"), true)
    );
    assert!(
        share.permissions.contains(Permission::Shared)
            && !share.permissions.contains(Permission::CreatesFiles)
    );
}

#[track_caller]
fn check_skipped(name: &str, expected: &[Defect]) {
    let listed = list(name, Depth::One, 100).expect(name);
    let skipped: Vec<_> = listed
        .iter()
        .filter_map(|listed| match listed {
            Listed::Skipped(defect) => Some(*defect),
            Listed::Entry(_) => None,
        })
        .collect();
    assert_eq!(skipped, expected, "{name}");
    let last = listed.last().expect("lines");
    assert!(matches!(last, Listed::Entry(entry) if entry.path.as_str() == "fine.txt"), "{name} goes on");
}

#[test]
fn an_entry_that_cannot_be_read_is_told_and_the_listing_goes_on() {
    check_skipped("one_entry_with_latin1_escapes", &[Defect::Href(InvalidHref::NotUtf8)]);
    check_skipped("one_entry_with_broken_escape", &[Defect::Href(InvalidHref::BadEscape)]);
    let slash = Defect::Href(InvalidHref::Segment(SegmentDefect::Slash));
    let dot = Defect::Href(InvalidHref::Segment(SegmentDefect::Dot));
    check_skipped("one_entry_with_encoded_slash", &[slash, dot]);
    check_skipped("one_entry_without_file_id", &[Defect::Incomplete]);
    check_skipped("one_entry_of_another_tree", &[Defect::Outside, Defect::Outside]);
    check_skipped("one_entry_with_its_own_status", &[Defect::Refused { status: 500 }]);
    check_skipped("one_entry_not_utf8", &[Defect::NotUtf8]);
}

#[test]
fn a_listing_that_ends_early_is_truncated() {
    for name in ["truncated_inside_an_entry", "truncated_between_entries"] {
        assert!(matches!(list(name, Depth::One, 64), Err(DavError::Truncated { .. })), "{name}");
    }
}

#[test]
fn hostile_and_empty_listings_are_malformed() {
    for name in ["doctype_is_refused", "unknown_entity", "empty_multistatus"] {
        assert!(matches!(list(name, Depth::One, 64), Err(DavError::Malformed { .. })), "{name}");
    }
}

#[test]
fn a_listing_must_begin_with_its_folder() {
    let path = FilePath::parse("Protocols").expect("a path");
    let mut parser: ListingParser = ListFolder { user: mara(), path, depth: Depth::One }.parser();
    parser.push(&response("depth_1").body);
    assert!(matches!(parser.next_listed(), Err(DavError::Malformed { .. })));
}

#[test]
fn a_page_is_not_a_listing() {
    assert!(matches!(root("login_page_instead_of_listing"), Err(DavError::NotNextcloud { status: 200 })));
}
