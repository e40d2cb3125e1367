//! Labels of metrics come from closed lists: their names from the one here, their values from names that a type or a
//! match gives out. A value put together where the metric is counted could hold anything, so it is refused.

use super::tree::Tree;

/// Every label there is.
const NAMES: [&str; 14] = [
    "check", "code", "end", "kind", "lane", "method", "outcome", "quantile", "reason", "route", "state",
    "status", "via", "way",
];
/// What makes a value out of anything.
const MADE_UP: [&str; 6] = ["to_string", "to_owned", "format!", "into(", "String", "name()"];
const MACROS: [&str; 3] = ["counter!(", "gauge!(", "histogram!("];

/// Complains about labels outside the list and values that are put together on the spot.
pub(super) fn open_ended(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.product() {
        for arguments in MACROS.iter().flat_map(|name| arguments_of(&file.text, name)) {
            for (label, value) in labels(arguments) {
                if !NAMES.contains(&label) {
                    complaints.push(format!("{}: the label {label} is not in the list", file.path));
                }
                if MADE_UP.iter().any(|made| value.contains(made)) {
                    complaints.push(format!("{}: the label {label} takes any value: {value}", file.path));
                }
            }
        }
    }
    complaints
}

/// The arguments of each use of a macro, up to the bracket that closes it.
fn arguments_of<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(name) {
        let rest = &text[at + name.len()..];
        let mut depth = 1;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        found.extend(end.map(|end| &rest[..end]));
    }
    found
}

/// `"label" => value` pairs.
fn labels(arguments: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    for part in arguments.split(", \"").skip(1) {
        if let Some((label, value)) = part.split_once("\" => ") {
            pairs.push((label, value.trim()));
        }
    }
    pairs
}

#[test]
fn a_label_that_takes_any_value_is_named() {
    let code = "fn f() { metrics::counter!(X, \"kind\" => job.kind()).increment(1); }";
    assert!(open_ended(&Tree::of(&[("a/src/b.rs", code)])).is_empty());
    let code = "fn f() { metrics::counter!(X, \"user\" => user.to_string(), \"kind\" => k).increment(1); }";
    assert_eq!(open_ended(&Tree::of(&[("a/src/b.rs", code)])).len(), 2);
}
