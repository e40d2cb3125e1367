//! Words that must not be in the tree: where a package was fetched from, and paths of the machine it was written on.
//!
//! Addresses of registries belong into the configuration of the tools that use them; a mirror then works without a
//! change here. The words are put together at run time, so that this file does not contain them itself.

/// Files that other programs or other people wrote.
const NOT_OURS: [&str; 3] = ["Cargo.lock", "LICENSE", "nextcloud-app/package-lock.json"];

/// The words.
pub(super) fn needles() -> Vec<String> {
    let parts: [&[&str]; 9] = [
        &["crates", ".io"],
        &["pypi", ".org"],
        &["python", "hosted", ".org"],
        &["registry.", "npmjs"],
        &["deb.", "debian.org"],
        &["archive.", "ubuntu.com"],
        &["/wo", "rk/"],
        &["/opt", "/va"],
        &["hel", "per-"],
    ];
    parts.iter().map(|word| word.concat()).collect()
}

/// Complains about each line of a file that has one of the words.
pub(super) fn found(path: &str, text: &str, needles: &[String]) -> Vec<String> {
    if NOT_OURS.contains(&path) {
        return Vec::new();
    }
    let lines = text.lines().enumerate();
    let hits = lines.filter_map(|(number, line)| {
        let needle = needles.iter().find(|needle| line.contains(needle.as_str()))?;
        Some(format!("{path}:{}: {needle:?}", number + 1))
    });
    hits.collect()
}

#[test]
fn a_forbidden_word_is_named_with_its_line() {
    let line = ["see ", "/wo", "rk/", "notes"].concat();
    assert_eq!(found("a.md", &format!("fine\n{line}\n"), &needles()).len(), 1);
    assert!(found("Cargo.lock", &line, &needles()).is_empty());
    assert!(found("a.md", "the work/life balance of a network\n", &needles()).is_empty());
}
