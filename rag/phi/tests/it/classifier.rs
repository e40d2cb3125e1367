//! The classifier: what it adds, that it is the same everywhere, and that nothing makes it stumble.

use std::sync::Arc;

use proptest::prelude::*;
use voiceassist_model::Sensitivity;
use voiceassist_phi::{Classifier, Detector, Kind, detect, learn};

use crate::write::Writer;

/// Checksum of the weights in the program. Who trains anew writes the new one here.
const WEIGHTS: &str = "bfd24a23e304ac91c507677d0f1db190b7c25a5af5a8454fa0a72ffd4c4bd9f3";

/// Texts in which the rules alone miss somebody, and what it is.
const WITHOUT_A_CUE: &[(&str, &str, Kind)] = &[
    ("did tollwick answer the portal message", "tollwick", Kind::Name),
    ("our boiler man, Ettrick Vane, fell off the ladder", "Vane", Kind::Name),
    ("bryndis and her aunt came in together", "bryndis", Kind::Name),
    ("Ist Wittkopp schon wach?", "Wittkopp", Kind::Name),
    ("he stacks shelves at brightwell foods", "brightwell foods", Kind::Employer),
    ("move quarmby by the window and swap with maddern", "quarmby", Kind::Name),
    ("my shift at brightwell joinery ends at six", "brightwell joinery", Kind::Employer),
];

#[test]
fn the_weights_in_the_program_are_those_that_were_trained() {
    let bytes = include_bytes!("../../src/classifier/weights.bin");
    assert_eq!(blake3::hash(bytes).to_string(), WEIGHTS);
}

#[test]
fn learning_from_the_same_texts_makes_the_same_weights_and_they_find_what_was_learnt() {
    let lesson = || {
        let mut writer = Writer::new(7);
        (0..400).map(|_| writer.example()).collect::<Vec<_>>()
    };
    let examples = lesson();
    let weights = learn(&examples, 3, 7);
    assert!(learn(&lesson(), 3, 7) == weights, "two lessons made two tables");

    let pupil = Classifier::with_weights(weights).unwrap();
    let detector = Detector::rules_alone().with_recogniser(Arc::new(pupil));
    let (mut hit, mut hit_by_rules, mut all) = (0, 0, 0);
    for example in &examples {
        for (detector, hit) in [(&detector, &mut hit), (&Detector::rules_alone(), &mut hit_by_rules)] {
            let found = detector.detect(&example.text);
            *hit += example
                .spans
                .iter()
                .filter(|(range, _)| crate::scores::is_covered(&example.text, range.clone(), &found))
                .count();
        }
        all += example.spans.len();
    }
    assert!(
        hit * 100 >= all * 93 && hit > hit_by_rules + all / 10,
        "{hit} of {all}, by rules {hit_by_rules}"
    );
}

/// Traces too weak for a finding, and whether a text with one is kept from leaving.
#[test]
fn a_text_is_suspected_before_somebody_in_it_can_be_told() {
    let told = |detector: &Detector, text: &str| !detector.detect(text).is_empty();
    let sent = |detector: &Detector, text: &str| detector.classify_turn(text) == Sensitivity::Internal;
    let weights = include_bytes!("../../src/classifier/weights.bin").to_vec();
    let with = |suspicion: i32| {
        let classifier = Classifier::with_weights(weights.clone()).unwrap().suspicious(suspicion);
        Detector::rules_alone().with_recogniser(Arc::new(classifier))
    };
    let (calm, strict) = (with(0), with(400));
    let mut writer = Writer::new(23);
    let (mut silent, mut kept, mut kept_calm) = (0, 0, 0);
    for _ in 0..600 {
        let example = writer.example();
        if told(&calm, &example.text) || !sent(&Detector::rules_alone(), &example.text) {
            continue;
        }
        silent += 1;
        kept += usize::from(!sent(&strict, &example.text));
        kept_calm += usize::from(!sent(&calm, &example.text));
        // What is suspected is no finding: nothing is covered that was not covered before.
        assert_eq!(strict.detect(&example.text), calm.detect(&example.text));
    }
    assert!(silent > 50 && kept * 3 > silent, "{kept} of {silent} are kept");
    assert_eq!(kept_calm, 0, "without suspicion only findings count");
}

#[test]
fn weights_of_another_size_are_refused() {
    assert!(Classifier::with_weights(vec![0; 1000]).is_err());
}

#[test]
fn who_stands_in_a_text_without_a_cue_is_found() {
    for (text, expected, kind) in WITHOUT_A_CUE {
        let missed = !Detector::rules_alone()
            .detect(text)
            .iter()
            .any(|one| text[one.range.clone()].contains(expected));
        assert!(missed, "the rules find it by themselves: {text}");
        let found: Vec<_> = detect(text).into_iter().map(|one| (one.kind, &text[one.range])).collect();
        assert!(found.iter().any(|(is, said)| is == kind && said.contains(expected)), "{text}: {found:?}");
    }
}

#[test]
fn offsets_of_the_classifier_count_code_points() {
    let mut writer = Writer::new(11);
    let mut told = 0;
    for _ in 0..300 {
        let text = format!("Größe µ – e\u{301}\u{200b}🫀 {}", writer.example().text);
        let chars: Vec<char> = text.chars().collect();
        for one in detect(&text) {
            assert_eq!(chars[one.chars].iter().collect::<String>(), text[one.range]);
            told += usize::from(one.rule.starts_with("model."));
        }
    }
    assert!(told > 50, "the classifier found only {told}");
}

#[test]
fn the_same_text_has_the_same_findings_on_every_thread() {
    let text: String = (0..40).map(|_| Writer::new(3).example().text + "\n").collect();
    let first = detect(&text);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(detect(&text), first));
        }
    });
}

#[test]
fn a_hostile_line_of_any_length_is_read_to_its_end() {
    for (piece, bytes) in [("a\u{301}\u{301}", 1_000_000), ("\u{200b}x", 300_000), ("é🫀1-", 200_000)] {
        let mut text = piece.repeat(bytes / piece.len());
        text.push_str("\nMRN: 8837421");
        let found = detect(&text);
        assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{piece:?}");
        assert!(found.last().is_some_and(|one| one.kind == Kind::Mrn), "{piece:?}");
    }
}

#[test]
fn a_text_may_end_anywhere() {
    let mut writer = Writer::new(5);
    for _ in 0..60 {
        let text = writer.example().text;
        for (at, _) in text.char_indices().step_by(3) {
            let end = detect(&text[..at]).last().map_or(0, |one| one.range.end);
            assert!(end <= at);
        }
    }
    // A name and an hour, and nothing behind it.
    assert!(detect("Clay 08").iter().all(|one| one.range.end <= 7));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_it_stumble(pieces in proptest::collection::vec(
        prop_oneof!["\\PC{0,12}", "[A-Z][a-z]{1,9} ?", "[0-9]{1,6}[-/:. ]?", "[\\s\\u{300}-\\u{36f}\\u{200b}-\\u{200f}]{0,4}", "\\n"], 0..40
    )) {
        let text = pieces.concat();
        let length = text.chars().count();
        let mut end = 0;
        for one in detect(&text) {
            prop_assert!(one.chars.start >= end && one.chars.end > one.chars.start && one.chars.end <= length);
            prop_assert!(text.get(one.range).is_some());
            end = one.chars.end;
        }
    }
}
