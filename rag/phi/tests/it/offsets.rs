//! Where detect stand.

use proptest::prelude::*;
use voiceassist_phi::{Kind, detect};

#[test]
fn offsets_count_code_points() {
    let text = "Größe µ – Patient: Zoë Orrin, MRN: 8837421";
    let chars: Vec<char> = text.chars().collect();
    let found: Vec<(Kind, String)> =
        detect(text).into_iter().map(|one| (one.kind, chars[one.chars].iter().collect())).collect();
    assert_eq!(found, [(Kind::Name, "Zoë Orrin".to_owned()), (Kind::Mrn, "8837421".to_owned())]);
}

#[test]
fn payment_cards_need_their_check_digit() {
    let kinds = |text: &str| detect(text).iter().map(|one| one.kind).collect::<Vec<_>>();
    assert!(kinds("pay with 4111 1111 1111 1111 now").contains(&Kind::AccountNumber));
    assert!(!kinds("the value 4111 1111 1111 1112 now").contains(&Kind::AccountNumber));
}

proptest! {
    #[test]
    fn findings_are_in_order_within_the_text_and_apart(text in "\\PC{0,200}") {
        let length = text.chars().count();
        let mut end = 0;
        for one in detect(&text) {
            prop_assert!(one.chars.start >= end && one.chars.end > one.chars.start && one.chars.end <= length);
            end = one.chars.end;
        }
    }
}
