//! Which rules can be written down, and which are refused with what reason.

use super::{Effect, Kind, MAX_PATTERN_CHARS, NewRule, RuleError};

fn read(kind: Kind, pattern: &str) -> Result<String, RuleError> {
    NewRule::parse(Effect::Exclude, kind, pattern).map(|rule| rule.pattern().to_owned())
}

#[test]
fn a_rule_written_two_ways_is_one_rule() {
    let cases = [
        (Kind::Folder, "Personnel/", "/Personnel"),
        (Kind::Folder, "//Personnel//2026/ ", "/Personnel/2026"),
        (Kind::Folder, "/", "/"),
        (Kind::Glob, " ~$* ", "~$*"),
        (Kind::Mount, "group:Cardiology", "group:Cardiology"),
        (Kind::Type, "PDF", "pdf"),
        (Kind::Type, ".DCM", ".dcm"),
        (Kind::Type, "Image/*", "image/*"),
        (Kind::Size, "> 50 MB", ">50000000"),
        (Kind::Size, "<1KiB", "<1024"),
        (Kind::Size, ">0", ">0"),
        (Kind::Tag, "No AI", "No AI"),
        (Kind::Marker, ".noindex", ".noindex"),
        // The two spellings of an accent are one name.
        (Kind::Folder, "/A\u{308}rzte", "/\u{c4}rzte"),
    ];
    for (kind, written, canonical) in cases {
        assert_eq!(read(kind, written).as_deref(), Ok(canonical));
        assert_eq!(read(kind, canonical).as_deref(), Ok(canonical), "canonical forms read back");
    }
}

#[test]
fn a_rule_reads_back_from_one_line() {
    let written = "exclude   folder  /My Files/Old ";
    let rule: NewRule = written.parse().expect("a rule");
    assert_eq!(rule.to_string(), "exclude folder /My Files/Old");
    assert_eq!(rule.to_string().parse(), Ok(rule));
    for text in ["", "exclude", "exclude folder", "deny folder /a", "exclude path /a"] {
        assert_eq!(text.parse::<NewRule>(), Err(RuleError::Form), "{text}");
    }
}

#[test]
fn what_cannot_mean_anything_is_refused() {
    let too_long = "x".repeat(MAX_PATTERN_CHARS + 1);
    let cases = [
        (Kind::Folder, "", RuleError::Length),
        (Kind::Folder, "/a/../b", RuleError::Folder),
        (Kind::Tag, "a\nb", RuleError::Length),
        (Kind::Tag, too_long.as_str(), RuleError::Length),
        (Kind::Glob, "!keep.pdf", RuleError::Negation),
        (Kind::Glob, "a[", RuleError::Glob),
        (Kind::Glob, "//", RuleError::Glob),
        (Kind::Mount, "usb", RuleError::Mount),
        (Kind::Mount, "group:", RuleError::Mount),
        (Kind::Type, "documents", RuleError::Type),
        (Kind::Type, "image/", RuleError::Type),
        (Kind::Type, ".", RuleError::Type),
        (Kind::Size, "50MB", RuleError::Size),
        (Kind::Size, ">50 miles", RuleError::Size),
        (Kind::Size, ">99999999999GB", RuleError::Size),
        (Kind::Size, ">-1", RuleError::Size),
        (Kind::Marker, "noindex", RuleError::Marker),
        (Kind::Marker, ".a/b", RuleError::Marker),
        (Kind::Marker, "..", RuleError::Marker),
    ];
    for (kind, pattern, error) in cases {
        assert_eq!(read(kind, pattern), Err(error), "{kind:?} {pattern:?}");
    }
}
