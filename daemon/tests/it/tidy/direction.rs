//! Who may know whom: the table of crates, and what is said when an edge points the wrong way.
//!
//! The compiler guards an edge only until somebody adds a line to a Cargo.toml. ARCHITECTURE.md shows the same table
//! to people; both are compared. `fakes` may be a development dependency of anyone but itself, because the loopback
//! servers know none of our crates.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::tree::root;

/// One crate: its name without prefix (`daemon` is the program), whom it may know, and why no one else.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) knows: &'static [&'static str],
    pub(super) why: &'static str,
}

/// The table.
pub(super) const TABLE: &[Row] = &[
    Row { name: "model", knows: &[], why: "it stays cheap to rebuild and free of effects" },
    Row { name: "dav", knows: &[], why: "it is a protocol library that anyone could use" },
    Row { name: "fakes", knows: &[], why: "a bug of ours must not hide in its own mirror" },
    Row { name: "calculators", knows: &[], why: "a formula depends on nothing but its inputs" },
    Row { name: "phi", knows: &["model"], why: "it is audited alone" },
    Row { name: "store", knows: &["model"], why: "what is kept does not depend on what is done with it" },
    Row {
        name: "rag",
        knows: &["model", "phi"],
        why: "it is tested without a database, a server or Nextcloud",
    },
    Row {
        name: "workers",
        knows: &["model", "store", "dav", "rag", "phi"],
        why: "it runs without the web side",
    },
    Row {
        name: "assistant",
        knows: &["model", "calculators", "store", "dav", "rag", "phi"],
        why: "a turn is the same however it is asked for",
    },
    Row {
        name: "server",
        knows: &["model", "calculators", "store", "assistant", "phi", "dav"],
        why: "it enqueues and never runs a job",
    },
    Row {
        name: "daemon",
        knows: &[
            "model", "dav", "fakes", "calculators", "phi", "store", "rag", "workers", "assistant", "server",
        ],
        why: "it wires everything and nothing else does",
    },
];

/// One dependency between two crates of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) development: bool,
}

/// What cargo says about the workspace.
pub(super) fn metadata() -> Value {
    let output = Command::new(option_env!("CARGO").unwrap_or("cargo"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .expect("cargo runs: it runs this test");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// The package names of the workspace.
pub(super) fn members(metadata: &Value) -> BTreeSet<String> {
    packages(metadata).map(|package| text(&package["name"])).collect()
}

/// The dependencies between crates of the workspace, by short names.
pub(super) fn edges(metadata: &Value) -> Vec<Edge> {
    let mut edges = Vec::new();
    for package in packages(metadata) {
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let (from, to) = (text(&package["name"]), text(&dependency["name"]));
            if is_ours(&to) {
                let development = dependency["kind"] == "dev";
                edges.push(Edge { from: short(&from).to_owned(), to: short(&to).to_owned(), development });
            }
        }
    }
    edges
}

/// Complains about edges the table does not have.
pub(super) fn wrong_edges(edges: &[Edge], table: &[Row]) -> Vec<String> {
    let wrong = edges.iter().filter_map(|edge| {
        let row = table.iter().find(|row| row.name == edge.from)?;
        let fake = edge.development && edge.to == "fakes" && edge.from != "fakes";
        let how = if edge.development { "has a development dependency on" } else { "depends on" };
        (!fake && !row.knows.contains(&edge.to.as_str())).then(|| {
            let knows = if row.knows.is_empty() { "none of ours".to_owned() } else { row.knows.join(", ") };
            format!("{} {how} {}, but may know {knows}: {}", edge.from, edge.to, row.why)
        })
    });
    wrong.collect()
}

/// Complains about crates without a row and rows without a crate.
pub(super) fn unlisted(members: &BTreeSet<String>, table: &[Row]) -> Vec<String> {
    let names: BTreeSet<_> = members.iter().map(|name| short(name)).collect();
    let rows: BTreeSet<_> = table.iter().map(|row| row.name).collect();
    let missing = names.difference(&rows).map(|name| format!("{name} has no row: decide whom it may know"));
    let stale = rows.difference(&names).map(|name| format!("{name} has a row, but is no crate"));
    missing.chain(stale).collect()
}

/// Complains about crates that a text does not name and about names in it that are no crates.
pub(super) fn misnamed(text: &str, members: &BTreeSet<String>) -> Vec<String> {
    let named: BTreeSet<String> = text
        .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
        .filter(|word| word.starts_with("voiceassist-"))
        .map(str::to_owned)
        .collect();
    let libraries: BTreeSet<String> = members.iter().filter(|name| name.contains('-')).cloned().collect();
    let missing = libraries.difference(&named).map(|name| format!("{name} is not on the map"));
    let invented = named.difference(&libraries).map(|name| format!("{name} is on the map, but is no crate"));
    missing.chain(invented).collect()
}

/// Complains when the table shown to people (`| crate | may know | … |`, names in backticks) is not the one held.
pub(super) fn shown_wrongly(text: &str, table: &[Row]) -> Vec<String> {
    let shown: Vec<(String, BTreeSet<String>)> = text.lines().filter_map(shown_row).collect();
    let mut complaints = Vec::new();
    for row in table {
        let held: BTreeSet<String> = row.knows.iter().map(|&name| name.to_owned()).collect();
        match shown.iter().find(|(name, _)| name == row.name) {
            None => complaints.push(format!("no row for `{}`", row.name)),
            Some((_, knows)) if *knows != held => {
                complaints.push(format!("`{}` may know {held:?}, the page says {knows:?}", row.name));
            }
            Some(_) => {}
        }
    }
    complaints
}

fn shown_row(line: &str) -> Option<(String, BTreeSet<String>)> {
    let mut cells = line.strip_prefix("| `")?.split('|');
    let name = cells.next()?.trim().trim_matches('`').to_owned();
    let knows = cells
        .next()?
        .split([',', ' '])
        .map(|word| word.trim_matches(['`', ' ', '—']))
        .filter(|w| !w.is_empty());
    Some((name, knows.map(str::to_owned).collect()))
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn is_ours(package: &str) -> bool {
    package == "voiceassist" || package.starts_with("voiceassist-")
}

fn short(package: &str) -> &str {
    package.strip_prefix("voiceassist-").unwrap_or("daemon")
}

mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{Edge, TABLE, edges, members, misnamed, shown_wrongly, unlisted, wrong_edges};

    fn edge(from: &str, to: &str, development: bool) -> Edge {
        Edge { from: from.to_owned(), to: to.to_owned(), development }
    }

    #[test]
    fn edges_are_read_from_metadata() {
        let metadata = json!({ "packages": [{
            "name": "voiceassist-rag",
            "dependencies": [
                { "name": "voiceassist-model", "kind": null },
                { "name": "voiceassist-fakes", "kind": "dev" },
                { "name": "tokio", "kind": null },
            ],
        }]});
        assert_eq!(edges(&metadata), [edge("rag", "model", false), edge("rag", "fakes", true)]);
        assert_eq!(members(&metadata), BTreeSet::from(["voiceassist-rag".to_owned()]));
    }

    #[test]
    fn an_edge_against_the_direction_is_a_sentence() {
        let complaints = wrong_edges(&[edge("rag", "store", false), edge("rag", "phi", false)], TABLE);
        assert_eq!(
            complaints,
            [
                "rag depends on store, but may know model, phi: it is tested without a database, a server or Nextcloud"
            ]
        );
    }

    #[test]
    fn fakes_serve_tests_but_not_products() {
        assert!(wrong_edges(&[edge("dav", "fakes", true)], TABLE).is_empty());
        assert_eq!(wrong_edges(&[edge("dav", "fakes", false)], TABLE).len(), 1);
        assert_eq!(wrong_edges(&[edge("dav", "model", true)], TABLE).len(), 1);
    }

    #[test]
    fn the_server_does_not_run_jobs() {
        assert_eq!(
            wrong_edges(&[edge("server", "workers", false), edge("server", "rag", true)], TABLE).len(),
            2
        );
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_named() {
        let members = BTreeSet::from(["voiceassist-colour".to_owned()]);
        let complaints = unlisted(&members, TABLE);
        assert!(complaints.iter().any(|line| line.starts_with("colour has no row")));
        assert!(complaints.iter().any(|line| line.starts_with("model has a row")));
    }

    #[test]
    fn a_crate_missing_from_the_map_and_an_invented_one_are_named() {
        let members = BTreeSet::from(["voiceassist".to_owned(), "voiceassist-dav".to_owned()]);
        assert_eq!(misnamed("`voiceassist-dav` speaks WebDAV.", &members), Vec::<String>::new());
        assert_eq!(
            misnamed("`voiceassist-davs` speaks WebDAV.", &members),
            ["voiceassist-dav is not on the map", "voiceassist-davs is on the map, but is no crate"]
        );
    }

    #[test]
    fn a_table_shown_with_another_edge_is_named() {
        let row = "| `phi` | model, store | it is audited alone |\n";
        assert!(shown_wrongly(row, TABLE).iter().any(|line| line.starts_with("`phi` may know")));
        let row = "| `phi` | model | it is audited alone |\n";
        assert!(!shown_wrongly(row, TABLE).iter().any(|line| line.contains("phi")));
    }
}
