//! One sentence that holds several questions, taken apart.

use super::MOST_STRANDS;
use crate::intent;

/// Where the second side of a comparison ends and what both have in common begins.
const COMMON: &[&str] = &[
    "in", "for", "after", "before", "during", "with", "regarding", "when", "bei", "nach", "vor", "während",
    "für", "as", "to", "on", "under", "unter",
];
const COMPARING: &[&str] = &["compare ", "please compare ", "vergleiche ", "bitte vergleiche "];
const DIFFERING: &[&str] = &[
    "difference between ", "differences between ", "unterschied zwischen ", "unterschiede zwischen ",
    "comparison of ", "vergleich von ", "vergleich zwischen ",
];
const BETWEEN: &[&str] = &[" and ", " with ", " versus ", " vs ", " vs. ", " und ", " mit ", " to "];
const VERSUS: &[&str] = &[" versus ", " vs. ", " vs "];
/// What a further question begins with.
const FURTHER: &[&str] = &[
    "what", "how", "when", "which", "who", "where", "why", "is", "are", "should", "can", "does", "do",
    "must", "was", "wie", "wann", "welche", "welcher", "welches", "wer", "wo", "warum", "ist", "sind",
    "soll", "kann", "muss", "darf", "in", "bei", "if", "wenn", "after", "nach",
];
const JOINTS: &[&str] = &[", and ", " and ", "; ", ", und ", " und ", "? "];
/// Longest side of a comparison, in words.
const SIDE_WORDS: usize = 5;

/// One question of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) question: String,
    /// The side of a comparison that it is about.
    pub(crate) side: Option<String>,
}

impl Part {
    /// A question that stays whole.
    pub(crate) fn whole(question: &str) -> Self {
        Self { question: question.to_owned(), side: None }
    }
}

/// The questions in a sentence; one if it holds one.
pub(crate) fn split(question: &str) -> Vec<Part> {
    let question = question.trim();
    let further = || Some(conjunction(question)?.iter().map(|part| Part::whole(part)).collect());
    let parts: Vec<Part> = comparison(question).or_else(further).unwrap_or_default();
    if parts.len() < 2 { vec![Part::whole(question)] } else { parts.into_iter().take(MOST_STRANDS).collect() }
}

fn comparison(question: &str) -> Option<Vec<Part>> {
    let bare = question.trim_end_matches(['?', '.', '!', ' ']);
    // Only what has the same length in lower case can be cut by it.
    let lower = bare.to_lowercase();
    if lower.len() != bare.len() {
        return None;
    }
    let start = COMPARING
        .iter()
        .find_map(|opening| lower.starts_with(opening).then_some(opening.len()))
        .or_else(|| DIFFERING.iter().find_map(|opening| lower.find(opening).map(|at| at + opening.len())));
    let (begin, joints) = match start {
        Some(start) => (start, BETWEEN),
        None => (0, VERSUS),
    };
    let (at, joint) =
        joints.iter().filter_map(|joint| lower[begin..].find(joint).map(|at| (begin + at, *joint))).min()?;
    let first = bare[begin..at].trim();
    let rest: Vec<&str> = bare[at + joint.len()..].split_whitespace().collect();
    let end =
        rest.iter().position(|word| COMMON.contains(&word.to_lowercase().as_str())).unwrap_or(rest.len());
    let second = rest[..end].join(" ");
    let common = rest[end..].join(" ");
    let is_short = |side: &str| (1..=SIDE_WORDS).contains(&side.split_whitespace().count());
    (is_short(first) && is_short(&second)).then(|| {
        let part = |side: &str| Part {
            question: format!("{side} {common}").trim().to_owned(),
            side: Some(side.to_owned()),
        };
        vec![part(first), part(&second)]
    })
}

fn conjunction(question: &str) -> Option<Vec<String>> {
    let lower = question.to_lowercase();
    if lower.len() != question.len() {
        return None;
    }
    for joint in JOINTS {
        for (at, _) in lower.match_indices(joint) {
            let (left, right) = (question[..at].trim(), question[at + joint.len()..].trim());
            let begins = right.split_whitespace().next().map(str::to_lowercase).unwrap_or_default();
            if !FURTHER.contains(&begins.as_str()) || right.split_whitespace().count() < 2 {
                continue;
            }
            if intent::read::<&str>(left, &[]).is_ambiguous() {
                continue;
            }
            let leaning = if matches!(begins.as_str(), "in" | "bei" | "if" | "wenn" | "after" | "nach") {
                format!("and {right}")
            } else {
                right.to_owned()
            };
            let reading = intent::read(&leaning, &[left]);
            if reading.is_ambiguous() {
                continue;
            }
            let mut parts = vec![left.to_owned()];
            let further = reading.completed.unwrap_or_else(|| right.to_owned());
            // What follows may hold yet another question, once.
            match conjunction(right) {
                Some(more) if further == right => parts.extend(more),
                _ => parts.push(further),
            }
            return Some(parts);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    fn split(question: &str) -> Vec<String> {
        super::split(question).into_iter().map(|part| part.question).collect()
    }

    #[test]
    fn a_comparison_is_looked_for_once_for_each_side() {
        for (question, expected) in [
            (
                "Compare apixaban and rivaroxaban in atrial fibrillation",
                ["apixaban in atrial fibrillation", "rivaroxaban in atrial fibrillation"],
            ),
            ("What is the difference between delirium and dementia?", ["delirium", "dementia"]),
            (
                "rivaroxaban vs warfarin after valve replacement?",
                ["rivaroxaban after valve replacement", "warfarin after valve replacement"],
            ),
            (
                "Unterschied zwischen Demenz und Delir bei Älteren",
                ["Demenz bei Älteren", "Delir bei Älteren"],
            ),
        ] {
            assert_eq!(split(question), expected, "{question}");
        }
    }

    #[test]
    fn two_questions_in_a_sentence_are_two_and_the_second_takes_its_topic_along() {
        let parts = split("How is apixaban dosed in atrial fibrillation and how is it monitored?");
        assert_eq!(parts.len(), 2);
        assert!(parts[1].contains("apixaban") && parts[1].contains("monitored"), "{parts:?}");
        let parts = split("How is apixaban dosed in atrial fibrillation and in renal failure?");
        assert!(
            parts.len() == 2 && parts[1].contains("apixaban") && parts[1].contains("renal failure"),
            "{parts:?}"
        );
        let parts =
            split("When is heparin stopped before surgery, and when is warfarin restarted afterwards?");
        assert_eq!(parts.len(), 2, "{parts:?}");
    }

    #[test]
    fn what_holds_one_question_stays_whole() {
        for question in [
            "When is apixaban restarted after the ablation?",
            "Can ibuprofen and apixaban be combined?",
            "What are the signs and symptoms of sepsis?",
            "nausea and vomiting after surgery",
            "",
            "and",
            "İs ﬁ vs ß?",
        ] {
            assert_eq!(split(question), [question.trim()], "{question}");
        }
    }
}
