//! Copies of one text do not fill a result.
//!
//! Clinics keep a guideline in five folders and three versions. Of passages that read nearly the same, one stays where it
//! was found and the others go behind everything else; where the names of their documents tell versions apart, the one
//! that stays is of the newest. Nothing is left out: what many documents say may still be cited from each of them. Two
//! passages read the same by the runs of words they share; what they mean is not asked here.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use voiceassist_model::Passage;

use crate::answer::versions::Name;

/// Words in a run.
const RUN: usize = 3;
/// The share of runs from which two passages read nearly the same.
const THE_SAME: f32 = 0.75;

/// The passages in another order, each with its score in it. They come best first.
pub fn arrange<P: Borrow<Passage>>(passages: Vec<P>) -> Vec<(P, f32)> {
    let runs: Vec<HashSet<u64>> = passages.iter().map(|passage| runs(&passage.borrow().text)).collect();
    let names: Vec<Name> = passages.iter().map(|passage| Name::of(&passage.borrow().title)).collect();
    // What stays, by its place, with the score of the best copy of it; and what goes behind.
    let (mut kept, mut behind): (Vec<(usize, f32)>, Vec<usize>) = (Vec::new(), Vec::new());
    for (at, passage) in passages.iter().enumerate() {
        let copy = kept.iter_mut().find(|(other, _)| read_the_same(&runs[*other], &runs[at]));
        match copy {
            None => kept.push((at, passage.borrow().score)),
            Some((other, _)) if names[*other].compared(&names[at]) == Some(Ordering::Less) => {
                behind.push(*other);
                *other = at;
            }
            Some(_) => behind.push(at),
        }
    }
    behind.sort_unstable();
    let least = kept.last().map_or(0.0, |(_, score)| *score);
    let behind = behind.into_iter().map(|at| (at, passages[at].borrow().score.min(least)));
    let order: Vec<(usize, f32)> = kept.into_iter().chain(behind).collect();
    let mut passages: Vec<Option<P>> = passages.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(at, score)| Some((passages.get_mut(at)?.take()?, score))).collect()
}

fn read_the_same(one: &HashSet<u64>, other: &HashSet<u64>) -> bool {
    let common = one.intersection(other).count() as f32;
    let all = one.union(other).count() as f32;
    all > 0.0 && common / all >= THE_SAME
}

/// The runs of words of a text; a short text is one run.
fn runs(text: &str) -> HashSet<u64> {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.windows(RUN.min(words.len()).max(1)).map(number).collect()
}

fn number(words: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId, Origin, PageSpan, Passage, Sensitivity, TextSpan};

    use super::arrange;

    const TEXT: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding. The first dose is \
                        given by the ward, and the patient is told whom to call when the groin swells.";

    fn passage(number: u128, title: &str, text: &str, score: f32) -> Passage {
        Passage {
            chunk: ChunkId::from_uuid(Uuid::from_u128(number)),
            document: DocumentId::from_uuid(Uuid::from_u128(number)),
            file_id: 1,
            origin: Origin::default(),
            title: title.to_owned(),
            path: format!("/{title}"),
            heading: String::new(),
            pages: PageSpan { first: 1, last: 1 },
            span: TextSpan { start: 0, end: u32::try_from(text.chars().count()).unwrap() },
            text: text.to_owned(),
            printed: voiceassist_model::Printed::default(),
            sensitivity: Sensitivity::Internal,
            score,
        }
    }

    fn check(passages: Vec<Passage>, expected: &[(&str, f32)]) {
        let arranged = arrange(passages);
        let found: Vec<(&str, f32)> =
            arranged.iter().map(|(passage, score)| (passage.title.as_str(), *score)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn copies_go_behind_what_reads_otherwise() {
        check(
            vec![
                passage(1, "A.txt", TEXT, 0.9),
                passage(2, "Copy of A.txt", TEXT, 0.9),
                passage(3, "B.txt", "Gout is treated with colchicine and rest.", 0.5),
                passage(4, "Third.txt", &TEXT.replace("six hours", "6 hours"), 0.4),
            ],
            &[("A.txt", 0.9), ("B.txt", 0.5), ("Copy of A.txt", 0.5), ("Third.txt", 0.4)],
        );
    }

    #[test]
    fn of_versions_the_newest_stays_and_has_the_place_of_the_best() {
        let newer = TEXT.replace("six hours", "eight hours");
        check(
            vec![
                passage(1, "Ablation 2021.txt", TEXT, 0.9),
                passage(2, "Other.txt", "Gout is treated with colchicine and rest.", 0.8),
                passage(3, "Ablation 2024.txt", &newer, 0.7),
                passage(4, "Ablation 2023.txt", TEXT, 0.6),
            ],
            &[
                ("Ablation 2024.txt", 0.9),
                ("Other.txt", 0.8),
                ("Ablation 2021.txt", 0.8),
                ("Ablation 2023.txt", 0.6),
            ],
        );
    }

    #[test]
    fn what_reads_otherwise_keeps_its_order_and_nothing_is_lost() {
        let other = "Sepsis is treated within the hour.";
        check(
            vec![passage(1, "A.txt", TEXT, 0.9), passage(2, "B.txt", other, 0.8)],
            &[("A.txt", 0.9), ("B.txt", 0.8)],
        );
        check(
            vec![passage(1, "A.txt", "", 0.9), passage(2, "B.txt", "", 0.8)],
            &[("A.txt", 0.9), ("B.txt", 0.8)],
        );
        check(vec![], &[]);
    }
}
