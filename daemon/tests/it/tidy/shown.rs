//! What a person sees of a document has been verified, and nothing else can be shown.
//!
//! The compiler holds most of it: the store hands out `Unverified`, which opens only for a witness, and what the API
//! shows is made from `Verified`. What the compiler cannot know is who may be a witness, who may believe a mirror without
//! asking, and that nobody makes a second way: a conversion of bare content, or a handler that asks the store for
//! content in a form that is meant for the index. That is looked for here.

/// A piece of source that may stand in these places only, and why.
pub(super) struct Only {
    pub(super) text: &'static str,
    pub(super) below: &'static str,
    pub(super) but: &'static [&'static str],
    pub(super) why: &'static str,
}

const fn server(text: &'static str, why: &'static str) -> Only {
    Only { text, below: "daemon/server/src/", but: &[], why }
}

/// The rule.
pub(super) const ONLY: &[Only] = &[
    Only {
        text: "impl Witness for",
        below: "",
        but: &["daemon/assistant/src/verify.rs"],
        why: "one witness says what a person may read now",
    },
    Only {
        text: "map(Verified)",
        below: "",
        but: &["daemon/store/src/verified.rs"],
        why: "content becomes verified in one place",
    },
    Only {
        text: "SyncIsEnough",
        below: "",
        but: &["daemon/assistant/src/freshness.rs", "daemon/assistant/src/lib.rs"],
        why: "the program asks Nextcloud; only trials believe a mirror of any age",
    },
    server(".passages()", "passages come from the assistant, verified"),
    server(".chunks()", "text for the index is not for people"),
    server(".entries()", "names and paths come from the assistant, verified"),
    server(".list_for(", "documents come from the assistant, verified"),
    server(".find_for(", "documents come from the assistant, verified"),
    server(".documents().find(", "a document's name comes from the assistant, verified"),
    server(".documents().routes(", "paths of other people's trees are nobody's business"),
    server("conversations().messages(", "old answers come from the assistant, verified"),
    server("From<model::Passage>", "a passage is shown from a verified one"),
    server("From<model::Citation>", "a citation is shown from a verified answer"),
    server("From<model::AnswerPart>", "a part of an answer is shown from a verified one"),
    server("From<DocumentSummary>", "a document is shown from a verified one"),
    server("From<kept::Message>", "an old answer is shown from a verified one"),
];

/// Complains about each line of product source that breaks a rule.
pub(super) fn misplaced(path: &str, text: &str, rules: &[Only]) -> Vec<String> {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut complaints = Vec::new();
    for rule in rules.iter().filter(|rule| path.starts_with(rule.below) && !rule.but.contains(&path)) {
        for (number, line) in product.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains(rule.text) {
                complaints.push(format!("{path}:{}: `{}`: {}", number + 1, rule.text, rule.why));
            }
        }
    }
    complaints
}

#[test]
fn a_second_way_to_show_content_is_named() {
    let handler = "//! Shows.\nlet found = reader.store().passages().readable(account, &ids).await?;\n";
    let complaints = misplaced("daemon/server/src/api/x.rs", handler, ONLY);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].starts_with("daemon/server/src/api/x.rs:2: `.passages()`"));
    assert!(misplaced("daemon/assistant/src/x.rs", handler, ONLY).is_empty());
    assert_eq!(misplaced("daemon/src/x.rs", "impl Witness for Yes {}", ONLY).len(), 1);
    assert!(misplaced("daemon/assistant/src/verify.rs", "impl Witness for Check<'_> {", ONLY).is_empty());
    assert!(misplaced("daemon/src/x.rs", "// `Verified(x)` is a comment", ONLY).is_empty());
}
