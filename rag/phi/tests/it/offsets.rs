//! Where findings stand.

use proptest::prelude::*;
use voiceassist_phi::{Kind, findings};

#[test]
fn offsets_count_code_points() {
    let text = "Größe µ – Patient: Zoë Orrin, MRN: 8837421";
    let chars: Vec<char> = text.chars().collect();
    let found: Vec<(Kind, String)> = findings(text)
        .into_iter()
        .map(|one| (one.kind, chars[one.span.start as usize..one.span.end as usize].iter().collect()))
        .collect();
    assert_eq!(found, [(Kind::Name, "Zoë Orrin".to_owned()), (Kind::RecordNumber, "8837421".to_owned())]);
}

#[test]
fn payment_cards_need_their_check_digit() {
    let kinds = |text: &str| findings(text).iter().map(|one| one.kind).collect::<Vec<_>>();
    assert!(kinds("pay with 4111 1111 1111 1111 now").contains(&Kind::Account));
    assert!(!kinds("the value 4111 1111 1111 1112 now").contains(&Kind::Account));
}

proptest! {
    #[test]
    fn findings_are_in_order_within_the_text_and_apart(text in "\\PC{0,200}") {
        let length = u32::try_from(text.chars().count()).unwrap();
        let mut end = 0;
        for one in findings(&text) {
            prop_assert!(one.span.start >= end && one.span.end > one.span.start && one.span.end <= length);
            end = one.span.end;
        }
    }
}
