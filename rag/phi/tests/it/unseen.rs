//! Texts of the sorts that people and programs write without care: chats without capitals, all capitals, tables, messages.
//!
//! As in the other scores nobody in them can be memorised: who stands in a text is drawn from a seed and half of the
//! surnames are put together from parts. A floor that breaks means that such texts would leak.

use voiceassist_model::Sensitivity;
use voiceassist_phi::{classify_turn, detect};

use crate::scores::{Dice, is_covered};

const CHATS: &[&str] = &[
    "can you pull up {name}'s chart",
    "what meds is {name} on right now?",
    "any allergies for {name}?",
    "pls tell {name} her biopsy is benign",
    "compare the creatinine of {name} and {name}",
    "my husband {given} has chest pain, what should i do",
    "is {name} still inpatient at st vincent's?",
    "{name} was transferred from klinikum {surname}",
    "nurse {given} asks if {name} may eat",
    "{listed}: inr 5.6 no bleeding. hold warfarin?",
];
const PROGRAMS: &[&str] = &[
    "name,dob,mrn,phone,zip\n{name},{date},{mrn},{phone},{zip}\n\"{surname}, {given}\",{date},{mrn},{phone},{zip}\n",
    "| Bed | Patient | Dx | Attending |\n|---|---|---|---|\n| 3 | {name} | CHF | {surname} |\n",
    "{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"{mrn}\"}],\"name\":[{\"family\":\"{surname}\",\"given\":[\"{given}\"]}],\"birthDate\":\"1961-03-04\",\"address\":[{\"line\":[\"{street}\"],\"postalCode\":\"{zip}\"}]}",
    "MSH|^~\\&|A|B\nPID|1||{mrn}^^^H^MR||{surname}^{given}||19610304|F|||{street}^^Duluth^MN^{zip}||{phone}|||M||{plan}|{ssn}\n",
    "<patient><given>{given}</given><family>{surname}</family><postalCode>{zip}</postalCode><id extension=\"{mrn}\"/></patient>",
];
const SHOUTED: &[&str] = &[
    "PATIENT: {listed}   MRN {mrn}\nSEEN BY DR. {surname} ON {date}. WIFE {given} AT BEDSIDE.",
    "IS {name} STILL ON APIXABAN? CALL {phone}",
];
/// Nobody's, in languages whose nouns or words look like names.
const HARMLESS: &[&str] = &[
    "Wie behandelt man Vorhofflimmern bei Niereninsuffizienz?",
    "Die Behandlung der Lungenembolie umfasst Heparin und direkte orale Antikoagulanzien.",
    "Is empagliflozin indicated in HFpEF or only in HFrEF?",
    "¿Cuáles son los efectos secundarios de la metformina?",
    "Quelle est la dose maximale de paracétamol chez l'adulte ?",
    "lab,unit,result\nsodium,mmol/l,139\npotassium,mmol/l,4.4\n",
    "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"Hemoglobin\"},\"valueQuantity\":{\"value\":13.2,\"unit\":\"g/dl\"}}",
];

/// How many slots of texts are covered, and how many there are.
fn covered(
    seed: u64,
    templates: &[&'static str],
    turns: usize,
    write: fn(&str) -> String,
) -> (u32, u32, u32) {
    let mut dice = Dice(seed);
    let (mut hit, mut all, mut unrouted) = (0, 0, 0);
    for turn in 0..turns {
        let (plain, slots) = dice.text(templates[turn % templates.len()]);
        let text = write(&plain);
        if text.len() != plain.len() {
            continue;
        }
        let found = detect(&text);
        for (_, range) in slots {
            hit += u32::from(is_covered(&text, range, &found));
            all += 1;
        }
        unrouted += u32::from(classify_turn(&text) < Sensitivity::Personal);
    }
    (hit, all, unrouted)
}

#[test]
fn people_in_chats_without_capitals_are_found() {
    let (hit, all, unrouted) = covered(71, CHATS, 500, str::to_lowercase);
    assert!(f64::from(hit) >= 0.93 * f64::from(all), "{hit} of {all}");
    assert!(unrouted <= 5, "{unrouted} chats about people would leave");
}

#[test]
fn what_a_program_wrote_is_told_by_its_heads_and_places() {
    let (hit, all, unrouted) = covered(72, PROGRAMS, 250, str::to_owned);
    assert!(f64::from(hit) >= 0.98 * f64::from(all), "{hit} of {all}");
    assert_eq!(unrouted, 0);
}

#[test]
fn a_text_in_capitals_hides_nobody() {
    let (hit, all, unrouted) = covered(73, SHOUTED, 200, str::to_uppercase);
    assert!(f64::from(hit) >= 0.93 * f64::from(all), "{hit} of {all}");
    assert_eq!(unrouted, 0);
}

#[test]
fn a_row_of_a_hundred_thousand_cells_is_no_row_of_the_table() {
    let text = format!("name,dob,mrn\n{}", "a, ".repeat(100_000));
    assert_eq!(detect(&text).len(), 0);
}

#[test]
fn nouns_of_other_languages_and_measurements_are_nobody() {
    for text in HARMLESS {
        let rules: Vec<_> = detect(text).into_iter().map(|one| (one.rule, &text[one.range])).collect();
        assert_eq!(rules, [], "{text}");
    }
}
