//! Calculations that do not say what is computed, or from what.
//!
//! The registry of calculators knows the names; where a wish fits several or none, they are the choices.

use voiceassist_calculators::{fill, registry};

use super::vocabulary::Class;
use super::words::Words;
use super::{Doubt, Slot};

/// Choices offered.
const MOST: usize = 4;
/// Scores that are asked for most, offered when nothing tells which.
const USUAL: [&str; 4] = ["cha2ds2_vasc", "wells_pe", "curb65", "ckd_epi_2021"];
/// Numbers that make a wish computable although no calculator is named.
const ENOUGH_NUMBERS: usize = 2;

pub(super) fn doubt(text: &str, words: &Words) -> Option<Doubt> {
    let named = fill::named(text);
    match named.calculators.as_slice() {
        [] => unnamed(words),
        [one] => {
            let filled = fill::fill(one, text);
            let numbers =
                words.all.iter().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())).count();
            // The digits of a name like CURB-65 are none of the patient's.
            let says = !filled.values.is_empty() || numbers > 0 || words.topics().count() >= 4;
            (!says).then(|| Doubt::of(&[Slot::ScoreInputs]).about(one.title))
        }
        several => {
            let titles = several.iter().take(MOST).map(|one| one.title.to_owned());
            Some(Doubt::of(&[Slot::Score]).with_options(titles))
        }
    }
}

fn unnamed(words: &Words) -> Option<Doubt> {
    let numbers = words.all.iter().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())).count();
    if numbers >= ENOUGH_NUMBERS {
        return None;
    }
    if words.any(Class::DOSE) && words.any(Class::DRUG) {
        return Some(Doubt::of(&[Slot::PatientParameter]));
    }
    let topics: Vec<&str> = words
        .all
        .iter()
        .filter(|word| word.is_topic() || word.class.has(Class::WEAK))
        .map(|word| word.text.as_str())
        .collect();
    let fitting = registry::search(&topics.join(" "));
    let titles: Vec<String> = if topics.is_empty() || fitting.is_empty() {
        USUAL.iter().filter_map(|id| registry::find(id)).map(|one| one.title.to_owned()).collect()
    } else {
        fitting.iter().take(MOST).map(|one| one.title.to_owned()).collect()
    };
    Some(Doubt::by_reference(&[Slot::Score]).with_options(titles))
}
