//! Of every column that could hold words somebody has said whether it is sealed, and why not.
//!
//! The schema is the committed one, the decisions are the table of the page on sealing. Ids, numbers, times and truth
//! values need no decision. Refused: a column the page does not name, and one it names that is not there.

use std::collections::BTreeSet;

/// Types that can hold words.
const WORDY: [&str; 6] = ["text", "bytea", "jsonb", "json", "text[]", "bytea[]"];

/// `table.column` of every column that can hold words.
pub(super) fn wordy(schema: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut table = "";
    for line in schema.lines() {
        if let Some(name) = line.strip_prefix("create table ") {
            table = name.trim_end_matches(" (");
        } else if line.starts_with("create ") {
            table = "";
        } else if let Some((name, rest)) = line.strip_prefix("    ").and_then(|line| line.split_once(' ')) {
            let kind = rest.split([' ', ',']).next().unwrap_or_default();
            if !table.is_empty() && name != "constraint" && WORDY.contains(&kind) {
                found.insert(format!("{table}.{name}"));
            }
        }
    }
    found
}

/// `table.column` of every column in the page's table, sealed or not.
pub(super) fn decided(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Some([table, sealed, clear, reason]) = cells.get(1..5).and_then(|cells| cells.first_chunk())
        else {
            continue;
        };
        let table = table.trim_matches('`');
        let named = |cell: &str| quoted(cell).map(|column| format!("{table}.{column}")).collect::<Vec<_>>();
        found.extend(named(sealed));
        // What is in the clear counts only with a reason.
        if !reason.is_empty() {
            found.extend(named(clear));
        }
    }
    found
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Complains about columns without a decision and decisions without a column.
pub(super) fn undecided(schema: &str, page: &str) -> Vec<String> {
    let (kept, said) = (wordy(schema), decided(page));
    let missing = kept.difference(&said).map(|column| format!("{column} has no decision"));
    missing.chain(said.difference(&kept).map(|column| format!("{column} is no column of words"))).collect()
}

#[test]
fn a_column_without_a_decision_or_a_reason_is_named() {
    let schema = "create table notes (\n    id uuid not null,\n    body bytea not null,\n    title text,\n    mood text\n);";
    let page = "| `notes` | `body` | `title` | for sorting |\n| `notes` | | `mood` | |\n";
    assert_eq!(undecided(schema, page), ["notes.mood has no decision"]);
    let page = "| `notes` | `body`, `mood` | `title`, `smell` | for sorting |\n";
    assert_eq!(undecided(schema, page), ["notes.smell is no column of words"]);
}
