//! Which rule decides about which file, case by case.

use std::sync::Arc;

use uuid::Uuid;
use voiceassist_model::ScopeRuleId;

use super::{Facts, Level, Reach, Scope, Surroundings};
use crate::scope::{Effect, Kind, NewRule};

fn level(rules: &[(Effect, Kind, &str)]) -> Arc<Level> {
    let rules: Vec<NewRule> = rules
        .iter()
        .map(|(effect, kind, pattern)| NewRule::parse(*effect, *kind, pattern).unwrap())
        .collect();
    let numbered = rules
        .iter()
        .zip(1_u128..)
        .map(|(rule, number)| (Some(ScopeRuleId::from_uuid(Uuid::from_u128(number))), rule));
    Arc::new(Level::compile(numbered).unwrap())
}

fn pdf(path: &str) -> Facts<'_> {
    Facts { path, size: 1_000, mime: Some("application/pdf"), mount_type: None, received: false, file_id: 1 }
}

fn excluded_by(kind: Kind, pattern: &str, facts: &Facts<'_>) -> bool {
    let scope = Scope { server: level(&[(Effect::Exclude, kind, pattern)]), ..Scope::default() };
    scope.verdict(facts, &Surroundings::default()).is_some()
}

#[test]
fn globs_are_read_as_gitignore_reads_them() {
    let cases = [
        ("~$*", "/Notes/~$report.docx", true),
        ("~$*", "/~$report.docx", true),
        ("~$*", "/Notes/report~$.docx", false),
        ("*.part", "/a/b/film.part", true),
        ("*.part", "/a/b.parts", false),
        ("*.PDF", "/a.pdf", true),
        ("/Archive", "/Archive/2020/a.pdf", true),
        ("/Archive", "/Old/Archive/a.pdf", false),
        ("Archive", "/Old/Archive/a.pdf", true),
        ("drafts/", "/x/drafts/a.pdf", true),
        ("drafts/", "/x/drafts", false),
        ("/Archive/*.pdf", "/Archive/a.pdf", true),
        ("/Archive/*.pdf", "/Archive/2020/a.pdf", false),
        ("/Archive/**/*.bak", "/Archive/2020/x/a.bak", true),
        ("/Archive/**/*.bak", "/Archive/a.bak", true),
        ("**/temp/*.pdf", "/a/temp/b.pdf", true),
        ("a?.pdf", "/ab.pdf", true),
        ("a?.pdf", "/a/b.pdf", false),
        (".*", "/x/.hidden/a.pdf", true),
        (".*", "/x/a.pdf", false),
    ];
    for (pattern, path, expected) in cases {
        assert_eq!(excluded_by(Kind::Glob, pattern, &pdf(path)), expected, "{pattern} on {path}");
    }
}

#[test]
fn each_kind_of_rule_looks_at_what_it_says() {
    let scan = Facts { mime: Some("image/png"), size: 60_000_000, ..pdf("/Scans/a.PNG") };
    let team = Facts { mount_type: Some("group"), ..pdf("/Cardiology/a.pdf") };
    let cases = [
        (Kind::Folder, "/Scans", scan, true),
        (Kind::Folder, "/Scan", scan, false),
        (Kind::Folder, "/", scan, true),
        (Kind::Type, "images", scan, true),
        (Kind::Type, "image/*", scan, true),
        (Kind::Type, "image/jpeg", scan, false),
        (Kind::Type, ".png", scan, true),
        (Kind::Type, "pdf", scan, false),
        (Kind::Size, ">50MB", scan, true),
        (Kind::Size, ">60MB", scan, false),
        (Kind::Size, "<60MB", scan, false),
        (Kind::Size, "<61MB", scan, true),
        (Kind::Mount, "group", team, true),
        (Kind::Mount, "group:Cardiology", team, true),
        (Kind::Mount, "group:Cardio", team, false),
        (Kind::Mount, "external", team, false),
        (Kind::Mount, "group", scan, false),
        (Kind::Mount, "shared", Facts { received: true, ..scan }, true),
        (Kind::Mount, "external", Facts { received: true, ..scan }, false),
    ];
    for (kind, pattern, facts, expected) in cases {
        assert_eq!(excluded_by(kind, pattern, &facts), expected, "{kind:?} {pattern} on {}", facts.path);
    }
}

#[test]
fn an_exclusion_wins_whatever_else_says_and_inclusions_of_one_facet_are_alternatives() {
    let server = level(&[
        (Effect::Include, Kind::Folder, "/Clinic"),
        (Effect::Include, Kind::Glob, "/Guidelines/**"),
        (Effect::Include, Kind::Type, "pdf"),
        (Effect::Exclude, Kind::Folder, "/Clinic/Personnel"),
    ]);
    let scope = Scope { server, ..Scope::default() };
    let why = |facts: &Facts<'_>| scope.verdict(facts, &Surroundings::default()).map(|out| out.why);
    assert_eq!(why(&pdf("/Clinic/a.pdf")), None);
    assert_eq!(why(&pdf("/Guidelines/x/a.pdf")), None);
    assert_eq!(why(&pdf("/Private/a.pdf")).as_deref(), Some("no_included_place"));
    assert_eq!(why(&pdf("/Clinic/Personnel/a.pdf")).as_deref(), Some("folder"));
    let text = Facts { mime: Some("text/plain"), ..pdf("/Clinic/a.txt") };
    assert_eq!(why(&text).as_deref(), Some("no_included_type"));
}

#[test]
fn a_person_can_narrow_and_never_widen() {
    let scope = Scope {
        server: level(&[(Effect::Exclude, Kind::Folder, "/Personnel")]),
        person: level(&[
            (Effect::Include, Kind::Folder, "/Personnel"),
            (Effect::Exclude, Kind::Glob, "diary*"),
        ]),
    };
    let reach = |path| scope.verdict(&pdf(path), &Surroundings::default()).map(|out| out.reach);
    assert_eq!(reach("/Personnel/a.pdf"), Some(Reach::Everyone));
    assert_eq!(reach("/Other/a.pdf"), Some(Reach::Person));
    assert_eq!(reach("/Personnel/diary.pdf"), Some(Reach::Everyone), "the widest reach is told");
}

#[test]
fn where_a_receiver_keeps_a_share_counts_for_them_alone() {
    let scope = Scope {
        server: level(&[(Effect::Exclude, Kind::Folder, "/Private"), (Effect::Exclude, Kind::Size, ">1MB")]),
        ..Scope::default()
    };
    let reach = |facts: Facts<'_>| scope.verdict(&facts, &Surroundings::default()).map(|out| out.reach);
    let mine = pdf("/Private/a.pdf");
    assert_eq!(reach(mine), Some(Reach::Everyone));
    assert_eq!(reach(Facts { received: true, ..mine }), Some(Reach::View));
    let large = Facts { received: true, size: 2_000_000, ..pdf("/a.pdf") };
    assert_eq!(reach(large), Some(Reach::Everyone), "its size is the same wherever it is");
}

#[test]
fn markers_and_tags_of_folders_speak_for_everything_below() {
    let server = level(&[(Effect::Exclude, Kind::Marker, ".noindex"), (Effect::Exclude, Kind::Tag, "No-AI")]);
    let scope = Scope { server, ..Scope::default() };
    let mut around = Surroundings::default();
    around.marked.insert("/a/b".to_owned(), vec![".noindex".to_owned()]);
    around.tagged_folders.insert("/t".to_owned(), vec!["no-ai".to_owned()]);
    around.tagged.insert(7, vec!["no-ai".to_owned()]);
    let why = |facts: Facts<'_>| scope.verdict(&facts, &around).map(|out| (out.why, out.reach));
    let marker = Some(("marker".to_owned(), Reach::Everyone));
    let tag = Some(("tag".to_owned(), Reach::Everyone));
    assert_eq!(why(pdf("/a/b/c/d.pdf")), marker);
    assert_eq!(why(pdf("/a/b/.noindex")), marker);
    assert_eq!(why(pdf("/a/bc.pdf")), None);
    assert_eq!(why(pdf("/a/b.pdf")), None);
    assert_eq!(why(pdf("/t/x.pdf")), tag);
    assert_eq!(why(Facts { file_id: 7, ..pdf("/x.pdf") }), tag);
    let shared = Facts { file_id: 7, received: true, ..pdf("/x.pdf") };
    assert_eq!(why(shared), tag, "a tag is on the file, whoever sees it");
    let placed = Facts { received: true, ..pdf("/a/b/share/x.pdf") };
    assert_eq!(why(placed), Some(("marker".to_owned(), Reach::View)), "a marker of the receiver's own");
    around.marked.insert("/".to_owned(), vec![".noindex".to_owned()]);
    let why = |facts: Facts<'_>| scope.verdict(&facts, &around).map(|out| out.why);
    assert_eq!(why(pdf("/x.pdf")).as_deref(), Some("marker"));
}
