//! The checkout as a list of texts.
//!
//! Reads what a person would review: no build output, no version-control data, nothing that is not UTF-8. Paths are
//! relative to the root of the repository and use `/`.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing written by people.
const SKIPPED: [&str; 8] =
    ["target", ".git", "node_modules", "book", ".sqlx", "dist-standalone", "js", "css"];
/// A checkout with more files than this is not this repository.
const MOST_FILES: usize = 20_000;

/// One text file.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// All text files of the checkout, sorted by path.
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

/// The root of the repository: the folder above this package.
pub(super) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package is a folder of the repository").to_path_buf()
}

impl Tree {
    /// Reads the checkout this test was built from.
    pub(super) fn read() -> Self {
        let root = root();
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        assert!(
            files.iter().any(|file| file.path == "Cargo.toml"),
            "{} is not the repository",
            root.display()
        );
        Self { files }
    }

    /// A tree made up for a test of a rule.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    /// Every Rust file.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| has_extension(&file.path, "rs"))
    }

    /// The Rust files that end up in the product: not tests, not benchmarks, not examples.
    pub(super) fn product(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| !is_test(&file.path))
    }

    /// The other Rust files.
    pub(super) fn tests(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| is_test(&file.path))
    }

    /// The text of one file; empty when it is missing, so that the rule that needs it fails by its own words.
    pub(super) fn text_of(&self, path: &str) -> String {
        self.find(path).map(|file| file.text.clone()).unwrap_or_default()
    }

    /// One file by its path.
    pub(super) fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// Whether a path ends in `.extension`.
pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.any(|part| matches!(part, "tests" | "benches" | "examples" | "tests.rs"))
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).expect("a folder of the checkout can be listed");
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let kind = entry.file_type().expect("a file of the checkout has a type");
        if kind.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
            collect(root, &path, files);
        } else if kind.is_file() {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let relative = path.strip_prefix(root).expect("it was found below the root");
            files.push(File { path: relative.to_string_lossy().into_owned(), text });
            assert!(files.len() <= MOST_FILES, "more than {MOST_FILES} files: is this the repository?");
        }
    }
}

#[test]
fn tests_are_told_from_product() {
    assert!(is_test("dav/tests/it/main.rs"));
    assert!(is_test("daemon/src/config/tests.rs"));
    assert!(!is_test("dav/src/href.rs"));
}
