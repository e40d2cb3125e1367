//! Plates of vehicles told by what stands around them.
//!
//! Every country builds plates from one to four digits and short groups of letters, and so do laboratories and catalogues.
//! So a plate needs a word of vehicles near it: the car, the taxi that brings somebody, what is parked across a gate. Only the
//! British form of 2001 (two letters, two digits, three letters) is taken for one by itself.

use crate::detect::{Candidate, add, pattern};
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

// Area, age (02 to 79 without those never used) and three letters without I and Q, as the United Kingdom has issued them
// since September 2001.
pattern!(BRITISH, r"\b[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[1-7][0-9]) ?[A-HJ-PR-Z]{3}\b");

/// Words of vehicles, folded.
const VEHICLES: &[&str] = &[
    "ambulance", "araba", "audi", "auto", "automobile", "bmw", "cab", "camion", "camper", "car", "citroen",
    "coche", "convertible", "dacia", "driver", "estate", "fahrzeug", "fiat", "furgone", "furgoneta",
    "hatchback", "honda", "hyundai", "jeep", "kennzeichen", "kenteken", "kia", "lexus", "lkw", "lorry",
    "macchina", "matricula", "mazda", "mercedes", "minibus", "minicab", "minivan", "moped", "moto",
    "motorbike", "motorcycle", "motorrad", "nissan", "opel", "parked", "parking", "peugeot", "pickup", "pkw",
    "plaka", "plaque", "plate", "plates", "reg", "registration", "renault", "saloon", "samochod", "scooter",
    "sedan", "skoda", "subaru", "suv", "suzuki", "tablica", "targa", "taxi", "tesla", "towed", "toyota",
    "trailer", "truck", "van", "vauxhall", "vehicle", "voiture", "volvo", "wagen",
];
/// How many words before a plate, and behind it, a vehicle is looked for.
const BEFORE: usize = 8;
const BEHIND: usize = 5;
/// Words, numbers and hyphens of a plate at most.
const PARTS: usize = 5;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if !text.has_digits {
        return;
    }
    if text.longest_number >= 2 {
        add(found, text.text, &BRITISH, Kind::VehicleId, 0.6, "plate.british");
    }
    let words = &text.words;
    let is_vehicle =
        |word: &Word<'_>| word.is_word() && VEHICLES.binary_search(&word.folded.as_ref()).is_ok();
    let mut done = 0;
    for vehicle in 0..words.len() {
        if !is_vehicle(&words[vehicle]) {
            continue;
        }
        let until = (vehicle + 1 + BEFORE).min(words.len());
        for at in vehicle.saturating_sub(BEHIND).max(done)..until {
            if let Some(end) = plate_end(words, at) {
                let range = words[at].start..words[end - 1].end;
                found.push(Candidate {
                    range,
                    kind: Kind::VehicleId,
                    confidence: 0.55,
                    rule: "plate.vehicle",
                });
                done = end;
            }
        }
    }
}

/// Behind the longest plate that begins at a word.
fn plate_end(words: &[Word<'_>], at: usize) -> Option<usize> {
    let free = words[at].gap != Gap::Glued || matches!(words[at - 1].text, "(" | "," | ":" | "\"");
    if !free || words[at].shape == Shape::Sign {
        return None;
    }
    let (mut letters, mut digits, mut turns, mut best) = (0, 0, 0, None);
    for (offset, word) in words[at..].iter().take(PARTS).enumerate() {
        if offset > 0 && word.gap > Gap::Blank {
            break;
        }
        match word.shape {
            Shape::Number if word.text.len() <= 4 => digits += word.text.len(),
            Shape::Sign if word.is("-") && word.gap == Gap::Glued && offset > 0 => continue,
            Shape::Number | Shape::Sign => break,
            _ if word.letters() <= 3 && !says_something(word) => letters += word.letters(),
            _ => break,
        }
        turns += 1;
        let closed = words.get(at + offset + 1).is_none_or(|next| {
            next.gap != Gap::Glued || matches!(next.text, "." | "," | ")" | "?" | "!" | ":" | ";" | "\"")
        });
        let is_plate =
            (2..=5).contains(&letters) && (2..=4).contains(&digits) && (5..=8).contains(&(letters + digits));
        if closed && is_plate && turns >= 2 {
            best = Some(at + offset + 1);
        }
    }
    best
}

/// Units, small words and what clinics shorten to two or three letters are no part of a plate.
fn says_something(word: &Word<'_>) -> bool {
    word.any(Marks::UNIT.or(Marks::SMALL).or(Marks::TERM).or(Marks::CODE_CUE).or(Marks::MONTH))
        || word.shape == Shape::Lower && word.any(Marks::COMMON)
        || matches!(word.folded.as_ref(), "am" | "pm" | "bay" | "km" | "mph" | "kmh" | "yo" | "kg")
}

#[cfg(test)]
mod tests {
    use super::VEHICLES;
    use crate::detect::detect;
    use crate::span::Kind;

    #[test]
    fn words_of_vehicles_are_in_order() {
        assert!(VEHICLES.is_sorted());
    }

    #[test]
    fn what_a_vehicle_carries_is_its_plate() {
        for (text, plate) in [
            ("someone left a rusty jeep, 4182 KTN, by the oxygen store", "4182 KTN"),
            ("taxi with plate (kx19 wte) brought him", "kx19 wte"),
            ("The lorry 733-BNT backed into her", "733-BNT"),
            ("Das Auto S-LK 4417 steht im Weg", "S-LK 4417"),
            ("GV57 OTR has its lights on", "GV57 OTR"),
        ] {
            let found = detect(text);
            assert!(
                found.iter().any(|one| one.kind == Kind::VehicleId && &text[one.range.clone()] == plate),
                "{text:?} {found:?}"
            );
        }
    }

    #[test]
    fn quantities_beside_a_vehicle_are_none() {
        for text in [
            "came by car at 10 am after 20 km",
            "the driver took 500 mg and 20 ml",
            "parked in bay 12 for 45 min",
            "MRI of T12 and L1 after the car crash",
        ] {
            assert!(
                !detect(text).iter().any(|one| one.kind == Kind::VehicleId),
                "{text:?} {:?}",
                detect(text)
            );
        }
    }
}
