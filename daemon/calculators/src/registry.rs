//! All calculators in one place, and the search for one.
//!
//! Each field of medicine lists its own; this file only joins the lists. Search is by id, title, synonym and specialty,
//! without case, and every word must be found.

use crate::definition::Calculator;
use crate::{
    acute_coronary, atrial_fibrillation, body, cardiovascular_prevention, circulation, critical_illness,
    electrolytes, emergency, fluids, infection, kidney, liver, mental_health, metabolism, neurology, nursing,
    obstetrics, oncology, paediatrics, pancreas_and_gut, perioperative, pharmacology, respiratory,
    rheumatology, venous_thromboembolism,
};

/// Longest search that is read.
pub const LONGEST_SEARCH: usize = 200;

static FIELDS: &[&[&Calculator]] = &[
    venous_thromboembolism::ALL,
    acute_coronary::ALL,
    atrial_fibrillation::ALL,
    perioperative::ALL,
    cardiovascular_prevention::ALL,
    circulation::ALL,
    respiratory::ALL,
    metabolism::ALL,
    infection::ALL,
    critical_illness::ALL,
    liver::ALL,
    pancreas_and_gut::ALL,
    kidney::ALL,
    electrolytes::ALL,
    body::ALL,
    fluids::ALL,
    obstetrics::ALL,
    paediatrics::ALL,
    neurology::ALL,
    mental_health::ALL,
    oncology::ALL,
    pharmacology::ALL,
    emergency::ALL,
    rheumatology::ALL,
    nursing::ALL,
];

/// Every calculator, by field of medicine.
pub fn all() -> impl Iterator<Item = &'static Calculator> {
    FIELDS.iter().flat_map(|field| field.iter().copied())
}

/// The calculator with this id.
pub fn find(id: &str) -> Option<&'static Calculator> {
    all().find(|calculator| calculator.id == id)
}

/// Calculators in which every word of `text` occurs, the best match first; all of them for an empty text.
pub fn search(text: &str) -> Vec<&'static Calculator> {
    let text: String = text.chars().take(LONGEST_SEARCH).collect();
    let words = words(&text);
    let mut found: Vec<(u32, &'static Calculator)> =
        all().filter_map(|calculator| rank(calculator, &words).map(|rank| (rank, calculator))).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.title.cmp(b.1.title)));
    found.into_iter().map(|(_, calculator)| calculator).collect()
}

/// Lower is better: the whole name, then the start of a word of a name, then inside a specialty or the purpose.
fn rank(calculator: &Calculator, wanted: &[String]) -> Option<u32> {
    let names: Vec<Vec<String>> =
        [calculator.id, calculator.title].iter().chain(calculator.synonyms).map(|name| words(name)).collect();
    if names.iter().any(|name| name == wanted || name.concat() == wanted.concat()) {
        return Some(0);
    }
    let about = words(&format!("{} {}", calculator.specialties.join(" "), calculator.purpose));
    let mut rank = 1;
    for word in wanted {
        let in_name = names.iter().any(|name| {
            name.iter().any(|part| part.starts_with(word)) || name.concat().starts_with(word.as_str())
        });
        if in_name {
            rank += 1;
        } else if about.iter().any(|part| part.starts_with(word)) {
            rank += 10;
        } else {
            return None;
        }
    }
    Some(rank)
}

/// Words in lower case, without marks; subscripts count as digits.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '₂' => '2',
            other => other,
        })
        .collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
