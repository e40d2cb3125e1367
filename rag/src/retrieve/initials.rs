//! Names that a question spells out and a text abbreviates.
//!
//! "Double balloon enteroscopy" stands as DBE in most of a paper, "electrocardiogram" as ECG. The initials of every short
//! run of words of a question are looked for beside its words. Long words of Greek and Latin parts have an initial for
//! each part. Initials that nobody wrote match nothing, because an abbreviation is indexed as such; so no list of
//! abbreviations is needed, and one that was never seen before is found.

use std::collections::BTreeSet;

use crate::index::sparse::terms::is_stop_word;

/// Words of a spelt-out name.
const WORDS: std::ops::RangeInclusive<usize> = 2..=5;
/// Letters of an abbreviation.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=6;
/// A single word is abbreviated to no fewer letters.
const LETTERS_OF_ONE: usize = 3;
/// Shorter words are not part of a name, stop words excepted.
const WORD_LETTERS: usize = 3;
/// Only words longer than this are of parts.
const LONG_WORD: usize = 9;
/// What must be left of a word after a part was taken off.
const REST_LETTERS: usize = 4;
/// Words of a question that are read; what follows is not a name any more.
const MAX_WORDS: usize = 64;
/// Most abbreviations of one question.
const MOST: usize = 128;

/// Greek and Latin parts at the beginning of medical words.
const PARTS: [&str; 77] = [
    "adeno", "angio", "arterio", "arthro", "brady", "broncho", "cardio", "cerebro", "chemo", "chole",
    "colono", "cysto", "cyto", "derma", "duodeno", "dys", "echo", "electro", "encephalo", "endo", "entero",
    "esophago", "extra", "fibro", "gastro", "glyco", "haemo", "hemo", "hepato", "hydro", "hyper", "hypo",
    "hystero", "immuno", "inter", "intra", "laryngo", "leuko", "litho", "lympho", "mammo", "mega", "meningo",
    "micro", "mono", "mycobacterium", "myo", "nephro", "neuro", "onco", "opto", "ortho", "osteo", "oto",
    "para", "patho", "peri", "phono", "photo", "pneumo", "poly", "procto", "psycho", "pyelo", "radio",
    "retino", "rhino", "sclero", "sono", "spondylo", "sub", "supra", "tachy", "thoraco", "thrombo", "trans",
    "vaso",
];

/// The abbreviations a question may stand for, in upper case.
pub(super) fn of(question: &str) -> Vec<String> {
    let words: Vec<&str> = question
        .split(|character: char| !character.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .collect();
    let mut found = BTreeSet::new();
    for start in 0..words.len() {
        for count in WORDS {
            if let Some(run) = words.get(start..start + count) {
                of_run(run, &mut found);
            }
        }
    }
    for word in words.iter().filter(|word| word.len() > LONG_WORD) {
        let initials = of_parts(word);
        if initials.len() >= LETTERS_OF_ONE {
            found.insert(initials);
        }
    }
    found.into_iter().take(MOST).collect()
}

/// The initials of a run of words: with and without its stop words, of words and of their parts.
fn of_run(run: &[&str], found: &mut BTreeSet<String>) {
    let stops: Vec<bool> = run.iter().map(|word| is_stop_word(&word.to_lowercase())).collect();
    let is_name = stops.first() == Some(&false)
        && stops.last() == Some(&false)
        && run.iter().zip(&stops).all(|(word, stop)| *stop || word.len() >= WORD_LETTERS);
    if !is_name {
        return;
    }
    let first = |word: &str| word.chars().take(1).collect::<String>().to_uppercase();
    let content = || run.iter().zip(&stops).filter(|(_, stop)| !**stop).map(|(word, _)| *word);
    let spelt: [String; 3] = [
        run.iter().map(|word| first(word)).collect(),
        content().map(first).collect(),
        content().map(of_parts).collect(),
    ];
    found.extend(spelt.into_iter().filter(|initials| LETTERS.contains(&initials.len())));
}

/// The initials of a word's parts; of a plain word its first letter.
fn of_parts(word: &str) -> String {
    let lower = word.to_lowercase();
    let mut rest = lower.as_str();
    let mut initials = String::new();
    while let Some(after) = without_part(rest) {
        initials.extend(rest.chars().take(1));
        rest = after;
    }
    initials.extend(rest.chars().take(1));
    initials.to_uppercase()
}

/// What is left after the longest part the word begins with.
fn without_part(word: &str) -> Option<&str> {
    let rests = PARTS.iter().filter_map(|part| word.strip_prefix(part));
    rests.filter(|rest| rest.len() >= REST_LETTERS).min_by_key(|rest| rest.len())
}

#[cfg(test)]
mod tests {
    use super::{PARTS, of};

    fn check(question: &str, abbreviation: &str) {
        let found = of(question);
        assert!(found.iter().any(|one| one == abbreviation), "{question}: {found:?}");
    }

    #[test]
    fn names_that_are_spelt_out_have_their_initials() {
        check("Is double balloon enteroscopy safe?", "DBE");
        check("chronic obstructive pulmonary disease", "COPD");
        check("What is shortness of breath?", "SOB");
        check("Is it evidence-based?", "EB");
    }

    #[test]
    fn words_of_parts_have_an_initial_for_each() {
        check("the prognosis of polymyalgia rheumatica", "PMR");
        check("an electrocardiogram before surgery", "ECG");
        check("the electroencephalogram", "EEG");
    }

    #[test]
    fn a_question_of_any_length_gives_few_and_short_ones() {
        let long = "one two three four five six seven eight nine ten ".repeat(200);
        let found = of(&long);
        assert!(found.len() <= super::MOST && found.iter().all(|one| one.len() <= 6));
        assert!(of("").is_empty() && of("gout").is_empty() && of("it is the").is_empty());
    }

    #[test]
    fn parts_are_sorted_and_each_is_there_once() {
        assert!(PARTS.is_sorted_by(|one, next| one < next));
    }
}
