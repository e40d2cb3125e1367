//! What every source file looks like: it says why it exists, it is one thing, and its name is not a drawer.

/// Characters of module documentation below which a file of the product has said nothing.
pub(super) const SHORTEST_DOC: usize = 40;
/// The same for a file of tests, whose names say most.
pub(super) const SHORTEST_TEST_DOC: usize = 5;
/// Product lines from which a file is listed.
pub(super) const WORTH_AN_ARGUMENT: usize = 500;
/// Product lines above which a file fails.
const LONGEST: usize = 800;
/// Names that say nothing about what is inside.
const DRAWERS: [&str; 9] = ["mod", "util", "utils", "common", "helper", "helpers", "misc", "shared", "types"];

/// Complains about a file that does not open with documentation of itself, at least `least` characters.
pub(super) fn module_doc(path: &str, text: &str, least: usize) -> Option<String> {
    let doc: usize = text
        .lines()
        .skip_while(|line| line.starts_with("#!"))
        .take_while(|line| line.starts_with("//!"))
        .map(|line| line.trim_start_matches("//!").trim().chars().count())
        .sum();
    (doc < least).then(|| format!("{path}: {doc} characters of `//!` at its top, {least} are the least"))
}

/// Complains about a file that is too long to be one thing.
pub(super) fn length(path: &str, text: &str) -> Option<String> {
    let lines = product_lines(text);
    (lines > LONGEST).then(|| format!("{path}: {lines} product lines, {LONGEST} are the most"))
}

/// Lines of a file without its test modules. Relies on rustfmt: such a module starts and ends at the first column.
pub(super) fn product_lines(text: &str) -> usize {
    let mut lines = text.lines().peekable();
    let mut count = 0;
    while let Some(line) = lines.next() {
        let tests_follow =
            line == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.starts_with("mod "));
        if !tests_follow {
            count += 1;
        } else if lines.next().is_some_and(|module| module.ends_with('{')) {
            lines.by_ref().find(|line| *line == "}");
        }
    }
    count
}

/// Complains about a module whose name is a drawer.
pub(super) fn module_name(path: &str) -> Option<String> {
    let stem = path.rsplit('/').next()?.strip_suffix(".rs")?;
    DRAWERS.contains(&stem).then(|| match stem {
        "mod" => format!("{path}: `foo.rs` stands beside `foo/`; there is no mod.rs"),
        _ => format!("{path}: `{stem}` says nothing about what is inside"),
    })
}

mod tests {
    use super::{SHORTEST_DOC, SHORTEST_TEST_DOC, length, module_doc, module_name, product_lines};

    #[test]
    fn a_file_without_documentation_is_named() {
        for nothing in
            ["use std::fs;\n", "//! Short.\n", "// A long comment, but not a documentation of the module.\n"]
        {
            assert!(module_doc("a.rs", nothing, SHORTEST_DOC).is_some(), "{nothing}");
        }
        assert!(
            module_doc("a.rs", "//! Says in one sentence why this file exists.\n", SHORTEST_DOC).is_none()
        );
        assert!(module_doc("tests/it/a.rs", "//! Short.\n", SHORTEST_TEST_DOC).is_none());
        assert!(module_doc("tests/it/a.rs", "use std::fs;\n", SHORTEST_TEST_DOC).is_some());
    }

    #[test]
    fn a_file_over_its_budget_is_named() {
        assert!(length("a.rs", &"let x = 1;\n".repeat(801)).is_some());
        assert!(length("a.rs", &"let x = 1;\n".repeat(800)).is_none());
    }

    #[test]
    fn test_modules_do_not_count_as_product() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n";
        assert_eq!(product_lines(text), 3);
        assert_eq!(product_lines("fn a() {}\n#[cfg(test)]\nmod tests;\n"), 1);
        assert_eq!(product_lines("#[cfg(test)]\nfn only_in_tests() {}\n"), 2);
    }

    #[test]
    fn a_drawer_is_named() {
        assert!(module_name("dav/src/utils.rs").is_some());
        assert!(module_name("dav/src/webdav/mod.rs").is_some());
        assert!(module_name("dav/src/href.rs").is_none());
    }
}
