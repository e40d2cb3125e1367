//! Known people and other recognisers beside the rules.

use std::sync::Arc;

use voiceassist_phi::{Candidate, Detector, Kind, Known, KnownPeople, Reading, Recogniser};

fn found(detector: &Detector, text: &str) -> Vec<(Kind, String, &'static str)> {
    let findings = detector.detect(text);
    findings.into_iter().map(|one| (one.kind, text[one.range].to_owned(), one.rule)).collect()
}

fn detector() -> Detector {
    let people = KnownPeople::new([Known {
        names: vec!["Tessa Will Grün".to_owned(), "Xy".to_owned(), "Sunny".to_owned()],
        identifiers: vec![(Kind::Mrn, "QZ-41 7".to_owned())],
    }]);
    Detector::new().with_known(people)
}

#[test]
fn known_names_are_found_in_any_order_case_and_spacing() {
    for name in ["tessa will grun", "GRÜN, TESSA WILL", "Grün,\nTessa Will", "Will Grün, Tessa"] {
        let text = format!("the rash of {name} is sunless xy");
        assert_eq!(found(&detector(), &text), [(Kind::Name, name.to_owned(), "known.name")], "{name}");
    }
}

#[test]
fn known_identifiers_are_found_and_parts_of_words_are_not() {
    assert_eq!(
        found(&detector(), "asked about qz 41-7 again"),
        [(Kind::Mrn, "qz 41-7".to_owned(), "known.identifier")]
    );
    assert_eq!(found(&detector(), "asked about aqz 41-78 again"), []);
    assert_eq!(found(&detector(), "sunny's sputum"), [(Kind::Name, "sunny".to_owned(), "known.name")]);
}

/// Marks every "zebra", and ranges that no text has.
struct Zebras;

impl Recogniser for Zebras {
    fn recognise(&self, reading: &Reading<'_>) -> Vec<Candidate> {
        let candidate = |range| Candidate { range, kind: Kind::OtherId, confidence: 0.7, rule: "zebra" };
        let mut zebras: Vec<_> = reading
            .text()
            .match_indices("zebra")
            .map(|(at, zebra)| candidate(at..at + zebra.len()))
            .collect();
        zebras.extend([candidate(0..0), candidate(7..1_000_000)]);
        zebras
    }
}

#[test]
fn a_recogniser_adds_to_the_rules_and_cannot_break_offsets() {
    let detector = detector().with_recogniser(Arc::new(Zebras));
    let text = "ä zebra for tessa will grün";
    assert_eq!(
        found(&detector, text),
        [
            (Kind::OtherId, "zebra".to_owned(), "zebra"),
            (Kind::Name, "tessa will grün".to_owned(), "known.name"),
        ]
    );
}
