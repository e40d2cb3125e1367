//! Who is known by name.

use voiceassist_assistant::known_people;
use voiceassist_phi::Detector;

use crate::clinic::Clinic;

#[tokio::test]
async fn everybody_with_an_account_is_known_by_their_whole_name_and_by_no_single_word() {
    let clinic = Clinic::open().await;
    for user in ["rivers mcall", "chase"] {
        clinic.person(user).await;
    }
    for number in 0..250 {
        clinic.person(&format!("bed nurse{number}")).await;
    }
    let people = known_people(&clinic.store).await.unwrap();
    assert_eq!(people.len(), 251, "more than one page of accounts");
    let detector = Detector::new().with_known(people);
    let found = |text: &str| detector.detect(text).iter().any(|finding| finding.rule == "known.name");
    assert!(found("did McAll, Rivers reply about the rota"));
    assert!(!found("chase the result"));
}
