//! Whether a question names its subject or describes it through something else.
//!
//! "How common is the disease that DHODH mutations lead to?" names no disease: one document says which it is, another how
//! common it is, and no text holds both. Such a question describes a kind of thing and says after it how it is related to
//! what it does name. It is searched twice. A question that names its subject is left alone.

/// Kinds of things that are described instead of named.
const KINDS: [&str; 30] = [
    "condition", "conditions", "disease", "diseases", "disorder", "disorders", "drug", "drugs", "enzyme",
    "gene", "genes", "germ", "illness", "infection", "medication", "medications", "medicine", "medicines",
    "organism", "parasite", "pathogen", "procedure", "protein", "syndrome", "syndromes", "test", "treatment",
    "vaccine", "virus", "vitamin",
];
/// What makes a kind a certain one.
const DEFINITE: [&str; 5] = ["that", "the", "these", "this", "those"];
/// What begins the description.
const RELATED: [&str; 24] = [
    "associated", "attributed", "brought", "by", "causing", "caused", "due", "for", "from", "involving",
    "linked", "named", "produced", "related", "resulting", "seen", "that", "to", "traced", "transmitted",
    "used", "which", "whose", "with",
];
/// Words between the article and the kind: "the rare inherited disease".
const BETWEEN: usize = 2;

/// Whether the question describes its subject.
pub(super) fn is_described(question: &str) -> bool {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric() && character != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let is_kind = |at: usize| words.get(at).is_some_and(|word| KINDS.contains(word));
    let is_related = |at: usize| words.get(at).is_some_and(|word| RELATED.contains(word));
    words.iter().enumerate().any(|(at, word)| {
        DEFINITE.contains(word)
            && (1..=BETWEEN + 1).any(|ahead| is_kind(at + ahead) && is_related(at + ahead + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::{DEFINITE, KINDS, RELATED, is_described};

    #[test]
    fn a_subject_described_through_something_else_is_noticed() {
        for question in [
            "How many people are affected by the disease that DHODH mutations lead to?",
            "Which features does the disorder linked to the CRX gene have?",
            "What is the inheritance of the rare condition caused by mutations in TCOF1?",
            "Which side effects has the drug used for the fungus of the lung?",
        ] {
            assert!(is_described(question), "{question}");
        }
    }

    #[test]
    fn a_subject_that_is_named_is_left_alone() {
        for question in [
            "What are the symptoms of Crohn's disease?",
            "Who is at risk for Lyme disease?",
            "Is the disease contagious?",
            "How is high blood pressure treated?",
            "",
        ] {
            assert!(!is_described(question), "{question}");
        }
    }

    #[test]
    fn the_lists_hold_each_word_once() {
        for list in [&KINDS[..], &DEFINITE[..], &RELATED[..]] {
            let mut once = list.to_vec();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), list.len());
        }
    }
}
