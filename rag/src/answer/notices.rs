//! Lines that stand on many documents and say nothing about their subject: running headers, footers, disclaimers.
//!
//! Two signs tell them. They are worded as such ("confidential", "page 3 of 10"). Or the same line stands in several
//! documents that are otherwise different, or on many pages of one. A sentence that covers a good part of the question
//! is kept however often it is there, and copies of one document, which share most of their sentences, do not make their
//! sentences running lines.

use std::collections::{HashMap, HashSet};

use voiceassist_model::DocumentId;

/// Longer sentences are never running lines.
const MOST_WORDS: usize = 25;
/// Different documents, or pages of one, that make a line a running one.
const MANY: usize = 3;
/// The share of its sentences that a document has in common with others from which it is a copy of them.
const COPY: f32 = 0.5;
/// The share of a question's words from which a sentence is kept.
const ANSWERS: f32 = 0.34;
/// How such lines are worded, in lower case.
const WORDINGS: [&str; 15] = [
    "all rights reserved",
    "not medical advice",
    "no medical advice",
    "for internal use only",
    "internal use only",
    "strictly confidential",
    "uncontrolled when printed",
    "uncontrolled copy",
    "do not distribute",
    "do not copy",
    "this document is confidential",
    "nur für den internen gebrauch",
    "alle rechte vorbehalten",
    "vertraulich",
    "ausdruck unterliegt nicht",
];
/// Words of a page number and nothing else.
const PAGE_WORDS: [&str; 6] = ["page", "of", "seite", "von", "p", "pg"];

/// Where a line stands and how much of the question it covers.
pub(super) struct Line<'l> {
    pub(super) document: DocumentId,
    pub(super) page: u32,
    pub(super) text: &'l str,
    /// The share of the question's words that it has itself.
    pub(super) covers: f32,
}

/// The pages on which each line stands.
type Places<'l> = HashMap<&'l str, HashSet<(DocumentId, u32)>>;

/// For each line whether it is a running one.
pub(super) fn running(lines: &[Line<'_>]) -> Vec<bool> {
    let keys: Vec<String> = lines.iter().map(|line| key(line.text)).collect();
    let mut places = Places::new();
    for (line, key) in lines.iter().zip(&keys) {
        places.entry(key).or_default().insert((line.document, line.page));
    }
    let copies = copies(lines, &keys, &places);
    lines
        .iter()
        .zip(&keys)
        .map(|(line, key)| {
            let places = || places.get(key.as_str()).into_iter().flatten().map(|(document, _)| *document);
            let documents: HashSet<DocumentId> = places().filter(|one| !copies.contains(one)).collect();
            let here = places().filter(|document| *document == line.document).count();
            let repeated = documents.len() >= MANY || here >= MANY;
            is_short(line.text) && line.covers < ANSWERS && (repeated || is_worded_so(key))
        })
        .collect()
}

/// Documents that share most of their sentences with others.
fn copies(lines: &[Line<'_>], keys: &[String], places: &Places<'_>) -> HashSet<DocumentId> {
    let mut counts: HashMap<DocumentId, (usize, usize)> = HashMap::new();
    for (line, key) in lines.iter().zip(keys) {
        let shared =
            places.get(key.as_str()).is_some_and(|all| all.iter().any(|(one, _)| *one != line.document));
        let (all, common) = counts.entry(line.document).or_default();
        *all += 1;
        *common += usize::from(shared && !is_worded_so(key));
    }
    counts
        .into_iter()
        .filter(|(_, (all, common))| *common > 1 && *common as f32 >= COPY * *all as f32)
        .map(|(document, _)| document)
        .collect()
}

fn is_short(text: &str) -> bool {
    text.split_whitespace().count() <= MOST_WORDS
}

fn is_worded_so(key: &str) -> bool {
    let is_page = !key.is_empty()
        && key.split_whitespace().all(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            bare.is_empty()
                || PAGE_WORDS.contains(&bare)
                || bare.chars().all(|c| c.is_ascii_digit() || c == '/')
        });
    is_page || WORDINGS.iter().any(|wording| key.contains(wording))
}

/// Words without case and with one blank between them.
fn key(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::DocumentId;

    use super::{Line, running};

    fn line(document: u128, text: &str, covers: f32) -> Line<'_> {
        Line { document: DocumentId::from_uuid(Uuid::from_u128(document)), page: 1, text, covers }
    }

    fn check(lines: &[Line<'_>], expected: &[&str]) {
        let found: Vec<&str> = running(lines)
            .iter()
            .zip(lines)
            .filter(|(running, _)| **running)
            .map(|(_, line)| line.text)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_of_several_documents_and_of_many_pages_runs() {
        let lines = [
            line(1, "St. Agnes Clinic, Department of Cardiology", 0.1),
            line(2, "St. Agnes Clinic, Department of Cardiology", 0.1),
            line(3, "ST. AGNES  CLINIC, Department of Cardiology", 0.1),
            line(1, "Apixaban is restarted six hours after the ablation.", 0.2),
            line(2, "Gout is treated with colchicine.", 0.0),
            line(3, "Sepsis is treated at once.", 0.0),
            line(4, "SOP 17", 0.0),
            Line { page: 2, ..line(4, "SOP 17", 0.0) },
            Line { page: 3, ..line(4, "SOP 17", 0.0) },
            line(5, "Once daily", 0.0),
            line(5, "Once daily", 0.0),
            line(5, "Once daily", 0.0),
        ];
        check(
            &lines,
            &[lines[0].text, lines[1].text, lines[2].text, lines[6].text, lines[7].text, lines[8].text],
        );
    }

    #[test]
    fn what_is_worded_as_a_notice_is_one_wherever_it_stands() {
        check(
            &[
                line(1, "Synthetic demonstration material, not medical advice.", 0.0),
                line(1, "Page 3 of 10", 0.0),
                line(1, "The maximum is 10 mg.", 0.0),
            ],
            &["Synthetic demonstration material, not medical advice.", "Page 3 of 10"],
        );
    }

    #[test]
    fn an_answer_that_many_documents_give_and_the_sentences_of_copies_stay() {
        let says = "Apixaban is restarted six hours after the ablation.";
        check(&[line(1, says, 0.8), line(2, says, 0.8), line(3, says, 0.8)], &[]);
        let rows = ["5 mg twice daily", "Take it with food.", "Ask for bleeding."];
        let copies: Vec<Line<'_>> =
            (1..=3).flat_map(|document| rows.map(|row| line(document, row, 0.0))).collect();
        check(&copies, &[]);
    }
}
