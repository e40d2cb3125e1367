//! What was said before completes a question that leans on it.
//!
//! Only the person's own earlier questions are used. The words of the last one that named a topic are joined with the
//! new ones, so that the result stands alone for searching and for the rules; where the new words name another patient,
//! drug or disease of the same kind, the earlier one gives way. An answer to the question that was asked back completes
//! the original in the same manner.

use super::vocabulary::Class;
use super::words::{Word, Words};
use super::{Doubt, MAX_CHARS};

/// Longest completed question, in code points.
const MAX_COMPLETED: usize = 1_000;
/// Words with which a follow-up begins, left out of the whole.
const OPENERS: &[&str] = &[
    "and what about", "and how about", "what about", "how about", "was ist mit", "wie ist es mit",
    "wie sieht es aus bei", "wie sieht es", "and", "but", "or", "und", "aber", "oder", "same for",
    "same question for", "also for", "even",
];

/// The question as it stands alone, if anything before completes it.
pub(super) fn completed<H: AsRef<str>>(
    text: &str,
    words: &Words,
    doubt: &Doubt,
    history: &[H],
) -> Option<String> {
    if !doubt.is_open_reference {
        return None;
    }
    let earlier = history.iter().rev().map(AsRef::as_ref).find(|earlier| {
        let earlier = Words::of(earlier, MAX_CHARS);
        earlier.topic_points() >= 2 || earlier.names_person()
    })?;
    Some(joined(earlier, text, words))
}

/// An original question with the answer to what was asked back about it.
pub fn join(original: &str, answer: &str) -> String {
    let answer = answer.trim().trim_end_matches(['.', '!']);
    let whole = format!("{} ({answer})?", original.trim().trim_end_matches(['?', '.', '!', ' ']));
    whole.chars().take(MAX_COMPLETED).collect()
}

/// Whether words answer a question that was asked back, rather than begin something new: they are short, or a choice.
pub fn resumed(answer: &str, options: &[String]) -> bool {
    const SHORT: usize = 9;
    const NEW: &[&str] = &[
        "what is", "what are", "how do", "how is", "when is", "when should", "find", "calculate", "search",
        "show me", "was ist", "wie wird", "forget it", "never mind", "cancel", "egal", "vergiss es",
    ];
    let words = Words::of(answer, MAX_CHARS);
    let chosen = options.iter().any(|option| option.eq_ignore_ascii_case(answer.trim()));
    chosen || words.all.len() <= SHORT && !words.begins_any(NEW)
}

fn joined(earlier: &str, text: &str, words: &Words) -> String {
    let before = Words::of(earlier, MAX_CHARS);
    let replaced = |word: &Word| {
        let same = |class: Class| word.class.has(class) && words.any(class);
        same(Class::POPULATION) || same(Class::DRUG) && !mentions_both(words)
    };
    // With a drug to go on from, what it was asked for before gives way to what is asked now.
    let from_drug = before.any(Class::DRUG) && !words.any(Class::DRUG) && leans(text);
    let goes_on = |word: &Word| word.class.has(Class::DRUG.or(Class::ASPECT).or(Class::DOSE));
    let kept: Vec<&str> = earlier
        .split_whitespace()
        .filter(|token| {
            let bare = token.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            !before
                .all
                .iter()
                .any(|word| word.text == bare && (replaced(word) || from_drug && !goes_on(word)))
        })
        .collect();
    let mut rest = text.trim();
    let lower = rest.to_lowercase();
    for opener in OPENERS {
        if lower.starts_with(opener) && lower[opener.len()..].starts_with(|c: char| !c.is_alphanumeric()) {
            rest = rest.get(opener.len()..).unwrap_or(rest).trim_start_matches([' ', ',']);
            break;
        }
    }
    let kept = kept.join(" ");
    let whole = format!("{} {}", kept.trim_end_matches(['?', '.', '!', ' ']), rest);
    whole.chars().take(MAX_COMPLETED).collect()
}

/// Whether a text begins in the middle.
fn leans(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    OPENERS.iter().any(|opener| lower.starts_with(opener))
}

/// A second drug beside the first ("can it be given with warfarin?") replaces nothing.
fn mentions_both(words: &Words) -> bool {
    words.all.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "it" | "with" | "and" | "mit" | "both" | "or" | "than" | "damit" | "zusammen" | "instead"
        )
    })
}
