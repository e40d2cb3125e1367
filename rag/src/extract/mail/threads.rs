//! Which messages belong together.
//!
//! A message names the ones it continues; where it names none, the subject without its prefixes says the same for
//! those who share it (RFC 5256). Identifiers are bounded and compared as they are.

use mail_parser::{HeaderValue, Message};

use crate::extract::mail::MailNote;
use crate::extract::normalise;

/// Ancestors kept of one message: the first, which names the conversation, and the last.
const MAX_REFERENCES: usize = 100;
/// The longest identifier (RFC 5322 section 2.1.1).
const MAX_ID_BYTES: usize = 998;

/// An identifier without brackets and blanks.
pub(super) fn id(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let id: String = text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect();
    (!id.is_empty() && id.len() <= MAX_ID_BYTES).then_some(id)
}

/// What a message names in `References` and `In-Reply-To`, oldest first.
pub(super) fn references(message: &Message<'_>) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for value in [message.references(), message.in_reply_to()] {
        let words: Vec<&str> = match value {
            HeaderValue::Text(text) => vec![text],
            HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        for word in words.iter().flat_map(|text| text.split_whitespace()) {
            // Some programs write a sentence into In-Reply-To.
            if let Some(id) = id(word).filter(|id| id.contains('@')) {
                named.retain(|known| *known != id);
                named.push(id);
            }
        }
    }
    if named.len() > MAX_REFERENCES {
        named.drain(1..=named.len() - MAX_REFERENCES);
    }
    named
}

/// The identifiers by which a message finds its conversation: its own and those it names.
pub fn parents(note: &MailNote) -> Vec<&str> {
    note.references.iter().map(String::as_str).chain(note.message_id.as_deref()).collect()
}

/// The subject without the marks of answers, forwards and lists, in lower case. Empty when nothing else was there.
pub fn base_subject(subject: &str) -> String {
    const PREFIXES: [&str; 18] = [
        "re", "fw", "fwd", "aw", "wg", "antw", "sv", "vs", "vb", "rv", "enc", "tr", "ref", "rif", "i", "r",
        "odp", "doorst",
    ];
    let text = normalise::inline(subject).to_lowercase();
    let mut rest = text.trim();
    loop {
        let before = rest;
        if let Some(inside) = rest.strip_suffix("(fwd)") {
            rest = inside.trim_end();
        }
        if let Some((prefix, after)) = rest.split_once(':') {
            let word = prefix
                .trim()
                .trim_end_matches(|letter: char| letter.is_ascii_digit() || "[]()^*".contains(letter));
            if PREFIXES.contains(&word) {
                rest = after.trim_start();
            }
        }
        // The mark of a list, unless it is all there is.
        if let Some((_, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'))
            && !after.trim().is_empty()
        {
            rest = after.trim_start();
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{base_subject, id};

    #[test]
    fn a_subject_is_the_same_under_its_prefixes() {
        for subject in [
            "Echo of Ms Example",
            "RE: echo of Ms Example",
            "AW: Re[2]: [cardio] WG: Echo  of Ms\tExample",
            "Fwd: Echo of Ms Example (fwd)",
            "[cardio] Echo of Ms Example",
        ] {
            assert_eq!(base_subject(subject), "echo of ms example", "{subject}");
        }
        for (subject, base) in
            [("Re:", ""), ("[cardio]", "[cardio]"), ("Report: final", "report: final"), ("", "")]
        {
            assert_eq!(base_subject(subject), base, "{subject}");
        }
    }

    #[test]
    fn identifiers_lose_brackets_and_folds() {
        assert_eq!(id("<a@b>").as_deref(), Some("a@b"));
        assert_eq!(id(" <a\r\n @b> ").as_deref(), Some("a@b"));
        assert_eq!(id("<>"), None);
        assert_eq!(id(&"a".repeat(2_000)), None);
    }
}
