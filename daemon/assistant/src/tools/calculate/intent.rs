//! Whether words ask for a calculation, and what a reply to one means.
//!
//! A question about a score is a question for the documents; a calculation needs the name of a calculator and either
//! the wish to calculate or values of a patient. A reply is a confirmation only if it says nothing else.

use voiceassist_calculators::fill::{self, Named};
use voiceassist_model::CalculatorName;

/// Most words of a reply that only confirms or cancels.
const SHORT: usize = 7;

const CONFIRM: &[&str] =
    &["yes", "confirm", "confirmed", "ok", "okay", "correct", "calculate", "compute", "yep", "y"];
const CONFIRM_ALSO: &[&str] = &[
    "go", "ahead", "please", "it", "that", "is", "that's", "right", "all", "sure", "do", "looks", "good",
    "i", "this", "the", "values",
];
const CANCEL: &[&str] = &["cancel", "cancelled", "abort", "stop", "forget", "nevermind", "never"];
const CANCEL_ALSO: &[&str] =
    &["please", "it", "that", "this", "the", "calculation", "mind", "no", "score", "yes"];
const NONE: &[&[&str]] = &[
    &["none"],
    &["none", "of", "these"],
    &["none", "of", "those"],
    &["none", "of", "them"],
    &["none", "of", "the", "above"],
    &["no", "to", "all"],
    &["no", "to", "all", "of", "them"],
    &["all", "no"],
];
const ASKING: &[&str] = &[
    "what", "what's", "how", "when", "why", "which", "who", "where", "does", "do", "is", "are", "should",
    "show", "tell", "find", "search", "explain", "did", "was", "were",
];
const DOCUMENTS: &[&str] = &[
    "protocol", "protocols", "guideline", "guidelines", "policy", "policies", "document", "documents",
    "handbook", "sop", "say", "says", "file", "files", "leaflet", "recommend", "recommends", "according",
];

/// What a reply means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Yes, and nothing else.
    Confirm,
    /// Give it up.
    Cancel,
    /// No to every finding that was asked for.
    NoneOfThem,
    /// A question about something.
    Question,
    /// Values, or anything else.
    Other,
}

/// Whether these words ask to calculate with one of the calculators they name.
pub(super) fn asks(text: &str, named: &Named) -> bool {
    if named.calculators.is_empty() {
        return false;
    }
    if requests(text) {
        return true;
    }
    if !named.by_name || words(text).iter().any(|word| DOCUMENTS.contains(&word.as_str())) {
        return false;
    }
    named.calculators.iter().any(|calculator| {
        let filled = fill::fill(calculator, text);
        filled.has_number() || named.first && !filled.values.is_empty()
    })
}

/// Whether these words wish something calculated, not explained.
pub(super) fn requests(text: &str) -> bool {
    let words = words(text);
    let asking = words.first().is_some_and(|first| ASKING.contains(&first.as_str()));
    let verb = |word: &String| matches!(word.as_str(), "calculate" | "compute" | "calc");
    let scores = words.iter().find(|word| *word != "please").is_some_and(|word| word == "score");
    !asking && (words.iter().any(verb) || scores)
}

/// What a reply to a calculation means.
pub(super) fn reply(text: &str) -> Reply {
    let words = words(text);
    let only = |core: &[&str], also: &[&str]| {
        let known = |word: &String| core.contains(&word.as_str()) || also.contains(&word.as_str());
        words.len() <= SHORT
            && words.iter().all(known)
            && words.iter().any(|word| core.contains(&word.as_str()))
    };
    let asking = words.first().is_some_and(|first| ASKING.contains(&first.as_str()));
    if only(CANCEL, CANCEL_ALSO) {
        Reply::Cancel
    } else if only(CONFIRM, CONFIRM_ALSO) && !text.contains('?') {
        Reply::Confirm
    } else if NONE.iter().any(|none| words == **none) {
        Reply::NoneOfThem
    } else if asking || text.contains('?') {
        Reply::Question
    } else {
        Reply::Other
    }
}

/// The one candidate that a reply tells from the others.
pub(super) fn choice<'a>(candidates: &'a [CalculatorName], text: &str) -> Option<&'a str> {
    let said = words(text);
    let fits = |candidate: &&CalculatorName| {
        let own = words(&format!("{} {}", candidate.id.replace('_', " "), candidate.title));
        let telling = |word: &String| {
            own.contains(word)
                && candidates
                    .iter()
                    .filter(|other| {
                        words(&format!("{} {}", other.id.replace('_', " "), other.title)).contains(word)
                    })
                    .count()
                    == 1
        };
        said.iter().any(telling)
    };
    let mut found = candidates.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(&one.id),
        _ => None,
    }
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace('’', "'")
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use voiceassist_calculators::fill;

    use super::{Reply, asks, reply};

    #[test]
    fn only_a_wish_to_calculate_or_values_of_a_patient_ask_for_a_calculation() {
        for (text, expected) in [
            ("CHA2DS2-VASc for a 76 year old woman with hypertension", true),
            ("Calculate CHA2DS2-VASc", true),
            ("please score CURB-65", true),
            ("Wells PE: haemoptysis, no leg swelling", true),
            ("What is the CHA2DS2-VASc of a 76 year old man?", true),
            ("What does our protocol say about CHA2DS2-VASc?", false),
            ("What does our protocol say about CHA2DS2-VASc at 76 years old?", false),
            ("What is CHA2DS2-VASc?", false),
            ("How do I calculate CHA2DS2-VASc?", false),
            ("Is CHA2DS2-VASc used in women with hypertension?", false),
            ("How is pneumonia severity judged in a 76 year old?", false),
            ("Calculate the dose of apixaban", false),
            ("When is apixaban restarted after the ablation?", false),
        ] {
            assert_eq!(asks(text, &fill::named(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_reply_confirms_only_if_it_says_nothing_else() {
        for (text, expected) in [
            ("yes", Reply::Confirm),
            ("Yes, that is correct.", Reply::Confirm),
            ("confirm", Reply::Confirm),
            ("yes but no diabetes", Reply::Other),
            ("not correct", Reply::Other),
            ("is that correct?", Reply::Question),
            ("Cancel that, please", Reply::Cancel),
            ("never mind", Reply::Cancel),
            ("none of these", Reply::NoneOfThem),
            ("no diabetes, creatinine 1.4", Reply::Other),
            ("What does the protocol say?", Reply::Question),
        ] {
            assert_eq!(reply(text), expected, "{text}");
        }
    }
}
