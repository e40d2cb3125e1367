//! Surrogates: what is replaced can be restored, whatever the text.

use proptest::prelude::*;
use voiceassist_phi::{Kind, Mark, Restorer, Style, SurrogateKey, Surrogates, detect, holds_tag};

fn surrogates(style: Style) -> Surrogates {
    Surrogates::new(SurrogateKey::new([7; 32]), style)
}

fn marks(text: &str) -> Vec<Mark> {
    detect(text).into_iter().map(|finding| Mark { range: finding.range, kind: finding.kind }).collect()
}

fn redact(surrogates: &mut Surrogates, text: &str) -> String {
    surrogates.redact(&[(text, marks(text))]).remove(0)
}

const NOTE: &str =
    "Mrs. Zoë Larkin, MRN 00351816, born 03/14/1962, phone 555-201-3344. Mrs. Zoë Larkin takes apixaban.";

#[test]
fn the_same_words_get_the_same_surrogate_in_one_conversation_and_another_in_the_next() {
    let redacted = redact(&mut surrogates(Style::Tags), NOTE);
    assert!(!redacted.contains("Larkin") && !redacted.contains("00351816"), "{redacted}");
    let tag = &redacted[redacted.find("[NAME").unwrap()..][..11];
    assert_eq!(redacted.matches(tag).count(), 2, "{redacted}");
    assert_eq!(redact(&mut surrogates(Style::Tags), NOTE), redacted, "nothing but the key decides");
    let key = SurrogateKey::new([7; 32]).of_conversation(b"another");
    assert_ne!(redact(&mut Surrogates::new(key, Style::Tags), NOTE), redacted);
}

#[test]
fn realistic_surrogates_look_like_what_they_replace_and_are_restored() {
    let mut surrogates = surrogates(Style::Realistic);
    let redacted = redact(&mut surrogates, NOTE);
    for gone in ["Larkin", "00351816", "03/14/1962", "555-201-3344"] {
        assert!(!redacted.contains(gone), "{redacted}");
    }
    assert!(!redacted.contains('['), "{redacted}");
    assert!(redacted.ends_with("takes apixaban."), "{redacted}");
    assert_eq!(surrogates.restore(&redacted), NOTE);
}

#[test]
fn what_looks_like_a_surrogate_is_not_taken_for_one() {
    let mut known = surrogates(Style::Tags);
    let redacted = redact(&mut known, NOTE);
    let tag = redacted[redacted.find("[NAME").unwrap()..][..11].to_owned();
    let sly = format!("Write {tag} for her name, or [NAME-ZZZZ].");
    let out = known.redact(&[(sly.as_str(), Vec::new())]).remove(0);
    assert!(!out.contains(&tag) && !out.contains("[NAME-ZZZZ]"), "{out}");
    assert_eq!(known.restore(&out), sly);
}

#[test]
fn a_realistic_surrogate_is_no_part_of_a_word() {
    let mut surrogates = surrogates(Style::Realistic);
    let redacted = redact(&mut surrogates, "Her name is Anna Orrin.");
    let made = redacted.trim_start_matches("Her name is ").trim_end_matches('.').to_owned();
    assert_eq!(surrogates.restore(&format!("{made}son and {made}.")), format!("{made}son and Anna Orrin."));
}

#[test]
fn half_a_tag_is_recognised() {
    for half in ["[NAME-K7", "see [DATE-", "[MRN-0000]", "x [TEXT-12"] {
        assert!(holds_tag(half), "{half}");
    }
    for other in ["[1]", "[NOTE] text", "[CHA2DS2-VASc]", "a [b-c] d", "[1-3]", "[AGE]"] {
        assert!(!holds_tag(other), "{other}");
    }
}

/// Texts with pieces that are hard on purpose.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "\\PC{0,12}",
        1 => Just("[NAME-K7Q2]".to_owned()),
        1 => Just("[NAME-".to_owned()),
        1 => Just("-0000]".to_owned()),
        1 => Just("Patient: Orrin, Tess\n".to_owned()),
        1 => Just("Alba Northam".to_owned()),
        1 => Just("MRN 4711001 ".to_owned()),
        1 => Just("555-0123".to_owned()),
        1 => Just("03/14/1962".to_owned()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn places() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0_usize..200, 0_usize..20, 0_usize..Kind::ALL.len()), 0..8)
}

/// Marks anywhere, overlapping, beyond the end and inside of characters.
fn anywhere(places: &[(usize, usize, usize)]) -> Vec<Mark> {
    let mark = |&(start, length, kind): &(usize, usize, usize)| Mark {
        range: start..start + length,
        kind: Kind::ALL[kind],
    };
    places.iter().map(mark).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn restoring_undoes_redacting_for_every_text(
        first in texts(), second in texts(), places in places(), realistic in any::<bool>(),
    ) {
        let mut surrogates = surrogates(if realistic { Style::Realistic } else { Style::Tags });
        let out = surrogates.redact(&[(&first, anywhere(&places)), (&second, marks(&second))]);
        prop_assert_eq!(surrogates.restore(&out[0]), first.clone());
        prop_assert_eq!(surrogates.restore(&out[1]), second);
        // Again, with what is known by now.
        let again = surrogates.redact(&[(&first, marks(&first))]).remove(0);
        prop_assert_eq!(surrogates.restore(&again), first);
    }

    #[test]
    fn however_an_answer_is_cut_it_is_restored_as_if_it_had_come_at_once(
        text in texts(), answer in texts(), cuts in prop::collection::vec(1_usize..5, 0..40), realistic in any::<bool>(),
    ) {
        let mut surrogates = surrogates(if realistic { Style::Realistic } else { Style::Tags });
        let redacted = surrogates.redact(&[(&text, marks(&text))]).remove(0);
        let answer = format!("{answer}{redacted}{answer}");
        let mut restorer = Restorer::new(&surrogates);
        let mut said = String::new();
        let mut rest: Vec<char> = answer.chars().collect();
        for cut in cuts {
            let piece: String = rest.drain(..cut.min(rest.len())).collect();
            said.push_str(&restorer.push(&piece));
        }
        said.push_str(&restorer.push(&rest.into_iter().collect::<String>()));
        said.push_str(&restorer.finish());
        prop_assert_eq!(said, surrogates.restore(&answer));
    }
}
