//! A thing that is described and not named, and what is asked about it.
//!
//! "How common is the disease that DHODH mutations lead to?" cannot be found with one look: the page that says how common
//! it is does not name the gene. So the description is looked for first; the names in what is found there, together with
//! what is asked, make the second look.

use std::collections::HashSet;

use voiceassist_model::Passage;

/// Names taken over from the first look.
const MOST_NAMES: usize = 6;
/// Code points of the passage that names are taken from.
const READ: usize = 600;
/// Shortest name.
const LEAST_CHARS: usize = 4;
const THINGS: &[&str] = &[
    "disease", "disorder", "condition", "syndrome", "illness", "drug", "medication", "medicine",
    "antibiotic", "antidote", "gene", "protein", "enzyme", "hormone", "organism", "bacterium", "virus",
    "toxin", "vaccine", "test", "procedure", "protocol", "guideline", "policy", "department", "ward", "team",
    "person", "doctor", "device", "scale", "score", "operation", "treatment", "agent", "infection", "tumour",
    "tumor", "deficiency", "mutation", "krankheit", "erkrankung", "medikament", "wirkstoff", "gen",
    "erreger", "eingriff", "verfahren", "abteilung", "leitlinie", "inhibitor", "anticoagulant",
];
const DESCRIBES: &[&str] = &[
    "that", "which", "linked", "caused", "associated", "causing", "used", "related", "due", "whose", "where",
    "named", "called", "treated", "given", "recommended", "involving", "responsible", "transmitted",
    "resulting", "known", "die", "der", "das", "verursacht", "mit", "durch",
];

/// A question in two steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bridge {
    /// What describes the thing.
    pub(crate) description: String,
    /// What is asked about it.
    pub(crate) asked: String,
}

/// The two steps of a question, if it has two.
pub(crate) fn bridge(question: &str) -> Option<Bridge> {
    let words: Vec<&str> = question.split_whitespace().collect();
    let lower: Vec<String> =
        words.iter().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
    let at = (1..words.len().saturating_sub(2)).find(|at| {
        THINGS.contains(&lower[*at].as_str())
            && matches!(
                lower[*at - 1].as_str(),
                "the" | "a" | "an" | "die" | "der" | "das" | "den" | "dem" | "eine" | "einer"
            )
            && DESCRIBES.contains(&lower[*at + 1].as_str())
    })?;
    let asked = words[..at.saturating_sub(1)].join(" ");
    // A verb at the very end belongs to what is asked: "which features does the disorder linked to X have".
    let description = words[at..].join(" ");
    let says_much = words.len() - at >= 4;
    (asked.split_whitespace().count() >= 2 && says_much).then_some(Bridge { description, asked })
}

impl Bridge {
    /// The second look: what is asked, with the names that the first found. `None` if it found none.
    pub(crate) fn second(&self, first: &Passage) -> Option<String> {
        let said: HashSet<String> =
            words(&self.description).chain(words(&self.asked)).map(str::to_lowercase).collect();
        let stem = first.title.rsplit_once('.').map_or(first.title.as_str(), |(stem, _)| stem);
        let heading = first.heading.clone();
        let text: String = first.text.chars().take(READ).collect();
        let mut names: Vec<String> = Vec::new();
        let mut take = |word: &str, must_be_name: bool| {
            let fits = word.chars().count() >= LEAST_CHARS
                && !said.contains(&word.to_lowercase())
                && crate::intent::is_topic(word)
                && (!must_be_name || is_name(word));
            if fits && names.len() < MOST_NAMES && !names.iter().any(|known| known.eq_ignore_ascii_case(word))
            {
                names.push(word.to_owned());
            }
        };
        words(stem).for_each(|word| take(word, false));
        words(&heading).for_each(|word| take(word, false));
        words(&text).for_each(|word| take(word, true));
        (!names.is_empty()).then(|| format!("{} {}", self.asked, names.join(" ")))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|word| !word.is_empty())
}

/// Whether a word looks like the name of something: a capital, or an ending of medicine.
fn is_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase) || crate::intent::is_medical(word)
}

#[cfg(test)]
mod tests {
    use super::bridge;

    #[test]
    fn a_described_thing_is_told_from_what_is_asked_about_it() {
        for (question, asked, description) in [
            (
                "How many people are affected by the disease that DHODH mutations lead to?",
                "How many people are affected by",
                "disease that DHODH mutations lead to?",
            ),
            (
                "Which features does the disorder linked to the CRX gene have?",
                "Which features does",
                "disorder linked to the CRX gene have?",
            ),
            ("Who orders the antidote used for dabigatran?", "Who orders", "antidote used for dabigatran?"),
        ] {
            let found = bridge(question).unwrap();
            assert_eq!((found.asked.as_str(), found.description.as_str()), (asked, description));
        }
    }

    #[test]
    fn a_thing_that_is_named_needs_one_look() {
        for question in [
            "How common is Marfan syndrome?",
            "What is the treatment of gout?",
            "the disease that",
            "",
            "When is the drug stopped?",
        ] {
            assert!(bridge(question).is_none(), "{question}");
        }
    }
}
