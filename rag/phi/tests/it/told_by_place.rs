//! People, houses and places that nothing but their place in a text tells: in answers, conversations, signatures, rows.
//!
//! Each case names what must be covered; the harmless ones beside them are what the same rules could mistake.

use voiceassist_phi::detect;

use crate::scores::is_covered;

/// Texts, each with a part that must be covered whole.
const TOLD: &[(&str, &str)] = &[
    // Who writes, and when.
    ("Tirza 08:01\nmorning all, night was ok\nEustaca 08:03\nthanks", "Eustaca"),
    // Who is asked, told and spoken of.
    ("Mehrud shouted at Todd: be quiet", "Todd"),
    ("Please tell Einar the results are back", "Einar"),
    ("\"It is better now,\" says Haukaho.", "Haukaho"),
    // Two people and three partners in a row.
    ("Rupa Palosin and Margaret Kowalski will both attend", "Rupa Palosin"),
    ("our founders are Gerste, Barrett and Jones.", "Gerste"),
    // A letter's end without a comma, a form's label without a colon.
    ("See you on Friday.\n\nKind regards\nDatoka Carwelton\nTel. 555-010-4477", "Datoka Carwelton"),
    ("Policyholder  Datoka Carwelton\nMembership no  753678919", "Datoka Carwelton"),
    ("S/o : Ilgonis Mokhan\nUHID : 4471209", "Ilgonis Mokhan"),
    // Answers of a questionnaire.
    ("Where were you born?  Krujavik\nAny allergies?  none", "Krujavik"),
    ("Who is your employer?  Albright Steelworks\nAny allergies?  none", "Albright Steelworks"),
    // Insured people, whatever field a sender puts them in.
    ("MSH|^~\\&|A|B\nIN1|1|PPO|77|ACME|||||||||||Fisero^Brenda|01\n", "Brenda"),
    // Houses that their sentence calls one.
    ("Opencounter is a design agency based in the north", "Opencounter"),
    ("The Legistorm office is closed on Monday", "Legistorm"),
    // Codes of places abroad, people's codes for logging in.
    ("ZIP: 7412 SL", "7412 SL"),
    ("CEP: 75534-030", "75534-030"),
    ("my username is heathe77 and I cannot log in", "heathe77"),
];

const HARMLESS: &[&str] = &[
    "Is a Baker cyst dangerous?",
    "Kernig, Brudzinski and Babinski signs were negative.",
    "Where were you born by caesarean section?",
    "The admissions office is closed on Monday.",
    "Please tell the patient to fast.",
    "She stood up and shouted at night.",
    "user=admin action=view result=ok",
];

#[test]
fn what_only_its_place_tells_is_covered() {
    for (text, part) in TOLD {
        let start = text.find(part).unwrap();
        let found = detect(text);
        assert!(is_covered(text, start..start + part.len(), &found), "{text:?} {found:?}");
    }
}

#[test]
fn what_stands_in_such_places_and_is_nobody_is_left() {
    for text in HARMLESS {
        let rules: Vec<_> = detect(text).into_iter().map(|one| (one.rule, &text[one.range])).collect();
        assert_eq!(rules, [], "{text}");
    }
}
