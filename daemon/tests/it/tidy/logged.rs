//! What reaches a log line is an id, a code, a count or an error of ours: each expression that a line prints by itself is
//! in a list, and printing whole values as programmers see them is refused.

use super::tree::Tree;

const MACROS: [&str; 8] =
    ["trace!(", "debug!(", "info!(", "warn!(", "error!(", "info_span!(", "debug_span!(", "warn_span!("];
/// What may be printed with `%`: it has a `Display` of ours that is an id, a place of a test or an error without content.
const SHOWN: [&str; 17] = [
    "account", "address", "connected.id", "document.id", "error", "flow.id", "id", "look.account", "mailbox",
    "peer", "plan", "principal.account", "receipt.id", "report", "self.account", "self.look.account",
    "self.mailbox",
];
/// What may be printed with `?`: an enum without content.
const PRINTED: [&str; 1] = ["defect"];

/// Complains about expressions in log macros that are in neither list.
pub(super) fn open_ended(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.product().filter(|file| !file.path.starts_with("daemon/fakes/")) {
        for call in MACROS.iter().flat_map(|name| calls(&file.text, &format!("tracing::{name}"))) {
            for (sigil, expression) in sigils(call) {
                let known = if sigil == '%' { SHOWN.as_slice() } else { PRINTED.as_slice() };
                if !known.contains(&expression) {
                    complaints.push(format!("{}: {sigil}{expression} in a log line", file.path));
                }
            }
        }
    }
    complaints
}

/// The arguments of each call, up to the bracket that closes it or the text that ends them.
fn calls<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.match_indices(name)
        .map(|(at, _)| {
            let rest = &text[at + name.len()..];
            let mut depth = 1;
            let end = rest.find(|c: char| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            });
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

/// `%expression` and `?expression` at the start of an argument or after `=`.
fn sigils(call: &str) -> Vec<(char, &str)> {
    let mut found = Vec::new();
    for part in call.split(',') {
        let value = part.split_once(" = ").map_or(part, |(_, value)| value).trim();
        for sigil in ['%', '?'] {
            if let Some(expression) = value.strip_prefix(sigil) {
                found.push((sigil, expression.trim()));
            }
        }
    }
    found
}

#[test]
fn a_value_printed_as_programmers_see_it_is_named() {
    let code = "fn f() { tracing::info!(account.id = %account, ?passage, title = %name, \"done\"); }";
    let found = open_ended(&Tree::of(&[("a/src/b.rs", code)]));
    assert_eq!(found, ["a/src/b.rs: ?passage in a log line", "a/src/b.rs: %name in a log line"]);
}
