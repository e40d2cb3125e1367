//! The documentation hangs together: every page is in the table of contents, every relative link leads somewhere, and a
//! test that is named as a guard exists.

use std::collections::BTreeSet;

use super::tree::{Tree, has_extension, root};

/// A name with so many blanks is a claim, not an identifier.
const CLAIM_BLANKS: usize = 3;
/// The table of contents.
const SUMMARY: &str = "docs/SUMMARY.md";

/// Complains about pages under docs/ that the table of contents does not link.
pub(super) fn unlisted(tree: &Tree) -> Vec<String> {
    let listed: BTreeSet<String> =
        links(&tree.text_of(SUMMARY)).iter().map(|link| resolve(SUMMARY, link)).collect();
    let pages =
        tree.files.iter().filter(|file| file.path.starts_with("docs/") && has_extension(&file.path, "md"));
    let lost = pages.filter(|page| page.path != SUMMARY && !listed.contains(&page.path));
    lost.map(|page| format!("{} is not in {SUMMARY}", page.path)).collect()
}

/// Complains about relative links to files that are not there and to headings they do not have.
pub(super) fn broken_links(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for page in tree.files.iter().filter(|file| has_extension(&file.path, "md")) {
        for link in links(&page.text) {
            let (target, heading) = link.split_once('#').unwrap_or((&link, ""));
            let path = if target.is_empty() { page.path.clone() } else { resolve(&page.path, target) };
            match tree.find(&path) {
                None if !root().join(&path).exists() => {
                    complaints.push(format!("{}: {link} does not exist", page.path));
                }
                Some(file) if !heading.is_empty() && !headings(&file.text).contains(heading) => {
                    complaints.push(format!("{}: {path} has no heading #{heading}", page.path));
                }
                _ => {}
            }
        }
    }
    complaints
}

/// Complains about tests that a text names in backticks and that no file of tests has.
pub(super) fn missing_guards(text: &str, tree: &Tree) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_claim = |word: &&str| {
        let mut characters = word.chars();
        word.matches('_').count() >= CLAIM_BLANKS && characters.all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let missing = quoted.filter(is_claim).filter(|claim| {
        let declaration = format!("fn {claim}(");
        !tree.rust().any(|file| file.text.contains(&declaration))
    });
    missing.map(|claim| format!("no test is called {claim}")).collect()
}

/// The relative targets of inline links outside code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        for part in line.split("](").skip(1) {
            let Some((target, _)) = part.split_once(')') else { continue };
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !outside && !target.is_empty() {
                links.push(target.to_owned());
            }
        }
    }
    links
}

/// Lines outside fenced code, with inline code blanked.
fn prose(text: &str) -> impl Iterator<Item = String> {
    let mut fenced = false;
    text.lines().filter_map(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fence && !fenced).then(|| line.split('`').step_by(2).collect::<Vec<_>>().join("`"))
    })
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let lines = text.lines().filter(move |line| {
        fenced ^= line.trim_start().starts_with("```");
        !fenced && line.starts_with('#')
    });
    lines.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A link's target as a path from the root.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('#').next().unwrap_or_default().split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

mod tests {
    use super::{broken_links, links, missing_guards, unlisted};
    use crate::tidy::tree::Tree;

    #[test]
    fn a_page_nobody_links_is_named() {
        let tree =
            Tree::of(&[("docs/SUMMARY.md", "- [A](a.md)\n"), ("docs/a.md", "# A"), ("docs/b/c.md", "# C")]);
        assert_eq!(unlisted(&tree), ["docs/b/c.md is not in docs/SUMMARY.md"]);
    }

    #[test]
    fn a_link_to_nothing_is_named() {
        let tree = Tree::of(&[
            ("docs/a.md", "[b](b.md#the-end) [c](../no-such-folder/c.md) [own](#top)\n# Top\n"),
            ("docs/b.md", "# The end\n## `code`, and more\n"),
            ("docs/d.md", "[b](b.md#no-end) [b](b.md#code-and-more) [web](https://example.test/x)\n"),
        ]);
        let expected = [
            "docs/a.md: ../no-such-folder/c.md does not exist",
            "docs/d.md: docs/b.md has no heading #no-end",
        ];
        assert_eq!(broken_links(&tree), expected);
    }

    #[test]
    fn a_guard_that_does_not_exist_is_named() {
        let tree = Tree::of(&[("dav/tests/it/a.rs", "#[test]\nfn water_is_always_wet() {}\n")]);
        let text =
            "Guard: `water_is_always_wet`, `fire_is_always_hot`; see `deny.toml` and `store::passages`.";
        assert_eq!(missing_guards(text, &tree), ["no test is called fire_is_always_hot"]);
    }

    #[test]
    fn code_is_not_a_link() {
        assert!(links("```\n[a](b.md)\n```\nand `[a](b.md)` too\n").is_empty());
    }
}
