//! Every dependency is a decision: the line that names it says what it is for, and it goes when nobody needs it.

use std::collections::BTreeSet;

use serde_json::Value;

/// Characters below which a comment is no reason.
const SHORTEST_REASON: usize = 4;

/// Complains about lines of `[workspace.dependencies]` without a reason. Crates of our own need none.
pub(super) fn without_reason(manifest: &str) -> Vec<String> {
    let foreign = entries(manifest).filter(|(_, rest)| !rest.contains("path ="));
    foreign
        .filter(|(_, rest)| !has_reason(rest))
        .map(|(name, _)| format!("{name}: what is it for?"))
        .collect()
}

/// Complains about lines of `[workspace.dependencies]` that no crate of the workspace uses.
pub(super) fn unused(manifest: &str, metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let dependencies = packages.flat_map(|package| package["dependencies"].as_array().into_iter().flatten());
    let used: BTreeSet<&str> = dependencies.filter_map(|dependency| dependency["name"].as_str()).collect();
    let names = entries(manifest).map(|(name, _)| name).filter(|name| !used.contains(name));
    names.map(|name| format!("{name}: nobody uses it")).collect()
}

/// The lines of `[workspace.dependencies]`: a name and the rest.
fn entries(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let section = manifest.lines().skip_while(|line| line.trim() != "[workspace.dependencies]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    let entries = lines.filter_map(|line| line.split_once('=').map(|(name, rest)| (name.trim(), rest)));
    entries.filter(|(name, _)| !name.starts_with('#'))
}

fn has_reason(entry: &str) -> bool {
    entry.rsplit_once('#').is_some_and(|(_, reason)| reason.trim().chars().count() >= SHORTEST_REASON)
}

#[test]
fn a_dependency_without_a_reason_is_named() {
    let manifest = "[workspace.dependencies]\n\
        # Ours.\n\
        own = { path = \"own\" }\n\
        a = \"1\" # counts sheep\n\
        b = { version = \"2\", features = [\"x\"] }\n\
        c = \"3\" #\n\
        [profile.dev]\n\
        debug = true\n";
    assert_eq!(without_reason(manifest), ["b: what is it for?", "c: what is it for?"]);
}

#[test]
fn a_manifest_without_dependencies_has_no_complaints() {
    assert!(without_reason("[package]\nname = \"a\"\n").is_empty());
}

#[test]
fn a_dependency_nobody_uses_is_named() {
    let manifest = "[workspace.dependencies]\na = \"1\" # counts sheep\nb = \"2\" # counts goats\n";
    let metadata = serde_json::json!({ "packages": [{ "dependencies": [{ "name": "a" }] }] });
    assert_eq!(unused(manifest, &metadata), ["b: nobody uses it"]);
}
