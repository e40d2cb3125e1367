//! Where documents disagree, and where an answer stands on a version that another has replaced.
//!
//! Two sentences of different documents disagree when they are about the same and either name amounts in the same unit
//! of which none is common, or say the contrary in words ([`opposites`](super::opposites)). That is said beside the
//! answer with both sources; which is right is not decided here. The rules are narrow: what is less plain stays unseen,
//! and no contradiction is made up from different subjects.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use voiceassist_model::{AnswerPart, Citation, Passage};

use super::candidates::{self, Candidate};
use super::opposites::Stance;
use super::question::Question;
use super::versions::Name;

/// Sentences that are compared.
const LOOKED_AT: usize = 24;
/// The share of content words from which two sentences are about the same.
const ABOUT_THE_SAME: f32 = 0.5;
/// How much of the question a sentence must cover, compared with the best.
const CLOSE_TO_BEST: f32 = 0.6;
/// Disagreements that are told.
const MOST: usize = 2;
/// Characters of a sentence that are told.
const MOST_TOLD: usize = 200;
/// Units in which amounts are compared, in one spelling.
const UNITS: &[(&str, &str)] = &[
    ("mg", "mg"),
    ("g", "g"),
    ("mcg", "mcg"),
    ("µg", "mcg"),
    ("ml", "ml"),
    ("l", "l"),
    ("kg", "kg"),
    ("mmol", "mmol"),
    ("iu", "iu"),
    ("units", "units"),
    ("hour", "hours"),
    ("hours", "hours"),
    ("h", "hours"),
    ("stunden", "hours"),
    ("day", "days"),
    ("days", "days"),
    ("tage", "days"),
    ("tagen", "days"),
    ("week", "weeks"),
    ("weeks", "weeks"),
    ("wochen", "weeks"),
    ("month", "months"),
    ("months", "months"),
    ("monate", "months"),
    ("minutes", "minutes"),
    ("min", "minutes"),
    ("minuten", "minutes"),
    ("years", "years"),
    ("jahre", "years"),
    ("%", "%"),
    ("percent", "%"),
    ("mmhg", "mmHg"),
    ("times", "times"),
    ("mmol/l", "mmol/l"),
    ("mg/dl", "mg/dl"),
    ("mg/kg", "mg/kg"),
];

/// What is to be said about disagreement and age, as sentences that cite both sides.
pub fn remarks<P: Borrow<Passage>>(question: &str, passages: &[P], cited: &[Citation]) -> Vec<AnswerPart> {
    let question = Question::read(question);
    among(&candidates::of(&question, passages, LOOKED_AT), cited)
}

/// The same of candidates, best first.
pub(super) fn among(candidates: &[Candidate], cited: &[Citation]) -> Vec<AnswerPart> {
    let candidates = &candidates[..candidates.len().min(LOOKED_AT)];
    let best = candidates.iter().map(|candidate| candidate.coverage).fold(0.0, f32::max);
    let close: Vec<Side> = candidates
        .iter()
        .filter(|candidate| candidate.coverage >= best * CLOSE_TO_BEST && !candidate.title_like)
        .map(Side::of)
        .collect();
    let mut remarks = Vec::new();
    let mut pairs = HashSet::new();
    for (place, one) in close.iter().enumerate() {
        for other in &close[place + 1..] {
            let documents = (one.candidate.source.document, other.candidate.source.document);
            if remarks.len() < MOST
                && documents.0 != documents.1
                && !pairs.contains(&documents)
                && let Some(disagreement) = one.disagreement(other)
            {
                pairs.insert(documents);
                pairs.insert((documents.1, documents.0));
                remarks.push(one.told_beside(other, disagreement));
            }
        }
    }
    if remarks.is_empty() {
        remarks.extend(replaced(candidates, cited));
    }
    remarks
}

/// In what two sentences disagree.
#[derive(Clone, Copy)]
enum Disagreement {
    Amounts,
    Words,
}

/// A sentence that may stand against another: its amounts by unit, and what it holds.
struct Side<'c> {
    candidate: &'c Candidate,
    amounts: BTreeMap<&'static str, BTreeSet<String>>,
    words: HashSet<&'c str>,
    stance: Stance,
}

impl<'c> Side<'c> {
    fn of(candidate: &'c Candidate) -> Self {
        let is_unit = |stem: &&str| UNITS.iter().any(|(written, unit)| stem == written || stem == unit);
        let words = candidate
            .stems
            .iter()
            .map(String::as_str)
            .filter(|stem| stem.chars().all(char::is_alphabetic) && !is_unit(stem))
            .collect();
        Self { candidate, amounts: amounts(&candidate.text), words, stance: Stance::of(&candidate.text) }
    }

    fn disagreement(&self, other: &Self) -> Option<Disagreement> {
        if self.names_other_amounts(other) {
            Some(Disagreement::Amounts)
        } else {
            self.stance.opposes(&other.stance).then_some(Disagreement::Words)
        }
    }

    /// Whether both speak of the same, in amounts of one unit that have nothing in common.
    fn names_other_amounts(&self, other: &Self) -> bool {
        let common = self.words.intersection(&other.words).count() as f32;
        let all = self.words.union(&other.words).count() as f32;
        let same = all > 0.0 && common >= 2.0 && common / all >= ABOUT_THE_SAME;
        same && self
            .amounts
            .iter()
            .any(|(unit, amounts)| other.amounts.get(unit).is_some_and(|others| amounts.is_disjoint(others)))
    }

    fn told_beside(&self, other: &Self, disagreement: Disagreement) -> AnswerPart {
        let (one, two) = (&self.candidate.source, &other.candidate.source);
        let names = (Name::of(one.title()), Name::of(two.title()));
        let newer = match names.0.compared(&names.1) {
            Some(Ordering::Less) => Some(two.title()),
            Some(_) => Some(one.title()),
            None => None,
        };
        let told = |side: &Self| {
            format!("{} says {}", shown_name(side.candidate.source.title()), side.told(disagreement))
        };
        let age = match (newer, names.0.year(), names.1.year()) {
            (Some(newer), ..) => format!("; {} is the newer version", shown_name(newer)),
            (None, Some(first), Some(second)) if first != second => {
                format!("; their names say {first} and {second}")
            }
            _ => String::new(),
        };
        AnswerPart::Sentence {
            text: format!("The documents differ: {}, {}{age}.", told(self), told(other)),
            citations: vec![one.citation(1), two.citation(2)],
        }
    }

    fn told(&self, disagreement: Disagreement) -> String {
        if let Disagreement::Words = disagreement {
            return format!("“{}”", shortened(&self.candidate.text));
        }
        let of = |(unit, amounts): (&&str, &BTreeSet<String>)| {
            format!("{} {unit}", amounts.iter().map(String::as_str).collect::<Vec<_>>().join(" and "))
        };
        self.amounts.iter().map(of).collect::<Vec<_>>().join(", ")
    }
}

/// An answer that cites an old version while a newer one is among what was found.
fn replaced(candidates: &[Candidate], cited: &[Citation]) -> Option<AnswerPart> {
    cited.iter().find_map(|old| {
        let name = Name::of(&old.title);
        let newer = candidates.iter().find(|candidate| {
            candidate.source.document != old.document
                && name.compared(&Name::of(candidate.source.title())) == Some(Ordering::Less)
                && !cited.iter().any(|cited| cited.document == candidate.source.document)
        })?;
        let text = format!(
            "{} may have been replaced: {} is a newer version.",
            shown_name(&old.title),
            shown_name(newer.source.title())
        );
        Some(AnswerPart::Sentence { text, citations: vec![old.clone(), newer.source.citation(2)] })
    })
}

/// The name of a document in a sentence, without what could act.
fn shown_name(title: &str) -> String {
    format!("“{}”", super::display::plain(title))
}

/// The beginning of a sentence, without its stop.
fn shortened(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    match text.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Amounts by their unit.
fn amounts(text: &str) -> BTreeMap<&'static str, BTreeSet<String>> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let mut found = BTreeMap::<&str, BTreeSet<String>>::new();
    let spaced = text.replace('–', " – ");
    let tokens: Vec<&str> = spaced
        .split_whitespace()
        .map(|token| token.trim_matches(|c: char| !c.is_alphanumeric() && c != '%'))
        .collect();
    for (at, token) in tokens.iter().enumerate() {
        let lower = token.to_lowercase();
        let written = lower.trim_end_matches(|c: char| c.is_alphabetic() || c == '%' || c == '/');
        let glued = &lower[written.len()..];
        let number = if written.starts_with(|c: char| c.is_ascii_digit()) {
            written.replace(',', ".")
        } else if let Some(place) = WORDS.iter().position(|word| *word == lower) {
            (place + 1).to_string()
        } else {
            continue;
        };
        let unit = if glued.is_empty() || WORDS.contains(&lower.as_str()) {
            tokens.get(at + 1).map(|next| next.to_lowercase()).unwrap_or_default()
        } else {
            glued.to_owned()
        };
        if let Some((_, unit)) = UNITS.iter().find(|(written, _)| *written == unit) {
            found.entry(unit).or_default().insert(number);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{AnswerPart, ChunkId, DocumentId, PageSpan, Passage, Sensitivity, TextSpan};

    use super::{amounts, remarks};

    fn passage(number: u128, title: &str, text: &str) -> Passage {
        Passage {
            chunk: ChunkId::from_uuid(Uuid::from_u128(number)),
            document: DocumentId::from_uuid(Uuid::from_u128(number)),
            file_id: 1,
            origin: voiceassist_model::Origin::default(),
            title: title.to_owned(),
            path: format!("/{title}"),
            heading: String::new(),
            pages: PageSpan { first: 1, last: 1 },
            span: TextSpan { start: 0, end: u32::try_from(text.chars().count()).unwrap() },
            text: text.to_owned(),
            printed: voiceassist_model::Printed::default(),
            sensitivity: Sensitivity::Internal,
            score: 1.0,
        }
    }

    const QUESTION: &str = "When is apixaban restarted after the ablation?";

    fn said(passages: &[Passage]) -> Vec<String> {
        remarks(QUESTION, passages, &[])
            .into_iter()
            .map(|part| match part {
                AnswerPart::Sentence { text, citations } => {
                    assert_eq!(citations.len(), 2, "both sides are cited");
                    text
                }
                _ => panic!("remarks are sentences"),
            })
            .collect()
    }

    #[test]
    fn another_amount_for_the_same_in_another_document_is_told_with_the_newer_version() {
        let said = said(&[
            passage(1, "Ablation 2021.txt", "Apixaban is restarted 12 hours after the ablation."),
            passage(2, "Ablation 2024.txt", "Apixaban is restarted six hours after the ablation."),
        ]);
        assert_eq!(
            said,
            ["The documents differ: “Ablation 2021.txt” says 12 hours, “Ablation 2024.txt” says 6 hours; \
              “Ablation 2024.txt” is the newer version."]
        );
    }

    #[test]
    fn the_contrary_in_words_is_told_with_both_sentences() {
        let said = said(&[
            passage(1, "Ablation 2021.txt", "Apixaban is contraindicated after the ablation."),
            passage(2, "Ablation 2024.txt", "Apixaban is recommended after the ablation."),
        ]);
        assert_eq!(
            said,
            [
                "The documents differ: “Ablation 2021.txt” says “Apixaban is contraindicated after the ablation”, \
              “Ablation 2024.txt” says “Apixaban is recommended after the ablation”; “Ablation 2024.txt” is the \
              newer version."
            ]
        );
    }

    #[test]
    fn agreement_another_unit_and_another_subject_are_no_disagreement() {
        for other in [
            "After the ablation apixaban is restarted 6 hours later.",
            "Apixaban is restarted with 5 mg after the ablation.",
            "Dabigatran is stopped 48 hours before bypass surgery.",
        ] {
            let first = passage(1, "A.txt", "Apixaban is restarted six hours after the ablation.");
            assert!(said(&[first, passage(2, "B.txt", other)]).is_empty(), "{other}");
        }
    }

    #[test]
    fn two_places_of_one_document_are_not_held_against_each_other() {
        let first = passage(1, "A.txt", "Apixaban is restarted six hours after the ablation.");
        let second = Passage {
            chunk: ChunkId::from_uuid(Uuid::from_u128(9)),
            ..passage(1, "A.txt", "Apixaban is restarted 8 hours after the ablation.")
        };
        assert!(said(&[first, second]).is_empty());
    }

    #[test]
    fn amounts_have_one_spelling() {
        assert_eq!(amounts("give 2,5mg or 5 mg for six hours"), amounts("for 6 h: 5mg, 2.5 mg"));
        assert!(amounts("ward 3 and room twelve").is_empty());
    }
}
