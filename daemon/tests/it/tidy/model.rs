//! Keeps the crate of shared nouns from becoming a drawer: each public item is used by at least two other crates.
//!
//! Uses are counted by name in the text of product and tests, which errs on the side of the item. An item that waits
//! for its second user is listed here with the reason, and the list is checked for entries that are no longer needed.
//! Ids made by the `uuid_ids!` list are not counted: they stay together, so that none can convert into another.

use std::collections::BTreeSet;

use super::tree::Tree;

/// Where the shared nouns are.
const HOME: &str = "daemon/model/src/";
/// Users that make a noun shared.
const FEWEST_USERS: usize = 2;

/// Items that may have fewer users, and why.
pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    ("SystemClock", "it stands beside the trait it implements; only the program may make one"),
    ("Withheld", "others say it through the macro that prints types without their texts"),
];

/// Complains about items with too few users and about exceptions that are not needed.
pub(super) fn used_too_little(tree: &Tree, exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let items: BTreeSet<String> = tree
        .product()
        .filter(|file| file.path.starts_with(HOME))
        .flat_map(|file| public_items(&file.text))
        .collect();
    for item in &items {
        let users = users_of(tree, item);
        let excepted = exceptions.iter().any(|(name, _)| name == item);
        if users.len() < FEWEST_USERS && !excepted {
            complaints.push(format!("{item} is used by {} other crates: {users:?}", users.len()));
        } else if users.len() >= FEWEST_USERS && excepted {
            complaints.push(format!("{item} has its users now: remove the exception"));
        }
    }
    let gone = exceptions.iter().filter(|(name, _)| !items.contains(*name));
    complaints.extend(gone.map(|(name, _)| format!("{name} is excepted, but is no item")));
    complaints
}

/// The names of public items at the first column.
fn public_items(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(public_item)
}

fn public_item(line: &str) -> Option<String> {
    let declaration = line.strip_prefix("pub ")?;
    let declaration =
        declaration.strip_prefix("const fn ").map_or(declaration, |_| &declaration["const ".len()..]);
    let (kind, rest) = declaration.split_once(' ')?;
    matches!(kind, "struct" | "enum" | "trait" | "fn" | "const" | "type" | "union")
        .then(|| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// The crates other than the nouns' own that say a name, by the folder of their manifest.
fn users_of<'t>(tree: &'t Tree, item: &str) -> BTreeSet<&'t str> {
    let others = tree.rust().filter(|file| !file.path.starts_with("daemon/model/"));
    others.filter(|file| says(&file.text, item)).filter_map(|file| crate_of(&file.path)).collect()
}

/// The folder of the package a source file belongs to.
fn crate_of(path: &str) -> Option<&str> {
    ["/src/", "/tests/", "/build.rs"].iter().filter_map(|part| path.find(part)).min().map(|end| &path[..end])
}

fn says(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|found| found == word)
}

mod tests {
    use super::{public_items, used_too_little};
    use crate::tidy::tree::Tree;

    const NOUNS: (&str, &str) = ("daemon/model/src/a.rs", "pub struct Noun;\npub(crate) struct Own;\n");

    #[test]
    fn items_are_found() {
        let text = "pub enum A {\n    B,\n}\npub const fn c() {}\nuuid_ids! {\n    /// An id.\n    ThisId,\n}\npub trait D: Send {}\n";
        assert!(public_items(text).eq(["A", "c", "D"]));
    }

    #[test]
    fn a_noun_with_one_user_is_named() {
        let tree = Tree::of(&[
            NOUNS,
            ("dav/src/lib.rs", "use Noun;"),
            ("dav/src/b.rs", "Noun"),
            ("rag/src/c.rs", "Nouns"),
        ]);
        assert_eq!(used_too_little(&tree, &[]), [r#"Noun is used by 1 other crates: {"dav"}"#]);
        assert_eq!(used_too_little(&tree, &[("Noun", "rag will")]), Vec::<String>::new());
    }

    #[test]
    fn an_exception_that_is_not_needed_is_named() {
        let tree = Tree::of(&[NOUNS, ("dav/src/lib.rs", "Noun"), ("rag/phi/src/lib.rs", "Noun")]);
        assert_eq!(used_too_little(&tree, &[("Noun", "")]), ["Noun has its users now: remove the exception"]);
        assert_eq!(used_too_little(&tree, &[("Verb", "")]), ["Verb is excepted, but is no item"]);
    }
}
