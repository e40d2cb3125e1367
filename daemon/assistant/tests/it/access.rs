//! Who finds what.

use voiceassist_assistant::{SearchError, SearchRequest};
use voiceassist_store::accounts::AccountState;

use crate::clinic::Clinic;

const SHARED: &str = "Apixaban is restarted six hours after the ablation if there is no bleeding.";
const PRIVATE: &str = "Apixaban was paused for the patient in room twelve because of a haematoma.";

#[tokio::test]
async fn a_person_finds_what_they_may_read_and_nothing_else() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let bob = clinic.person("bob").await;
    let shared = clinic.document(10, "/Clinic/Ablation.txt", &[SHARED], &[&alice, &bob]).await;
    let private = clinic.document(11, "/Notes/Room 12.txt", &[PRIVATE], &[&bob]).await;
    let assistant = clinic.assistant();

    let found = assistant.search(&alice, SearchRequest::new("apixaban haematoma ablation")).await.unwrap();
    let documents: Vec<_> = found.passages.iter().map(|passage| passage.document).collect();
    assert_eq!(documents, [shared], "alice finds only what is shared");
    assert_eq!(found.passages[0].text, SHARED);
    assert!(found.confidence > 0.0);

    let found = assistant.search(&bob, SearchRequest::new("apixaban haematoma ablation")).await.unwrap();
    assert!(found.passages.iter().any(|passage| passage.document == private), "bob finds his own");
    assert!(found.passages.is_sorted_by(|a, b| a.score >= b.score), "best first");
}

#[tokio::test]
async fn what_the_index_still_holds_is_not_shown_once_the_reader_is_gone() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let bob = clinic.person("bob").await;
    clinic.document(10, "/Clinic/Ablation.txt", &[SHARED], &[&alice, &bob]).await;
    let assistant = clinic.assistant();
    assert_eq!(assistant.search(&alice, SearchRequest::new("ablation")).await.unwrap().passages.len(), 1);

    // The store knows at once; the points in the index still carry the set with alice in it.
    clinic.unshare(10, &alice).await;
    let found = assistant.search(&alice, SearchRequest::new("ablation")).await.unwrap();
    assert!(found.passages.is_empty());
    assert!(found.confidence.abs() < f32::EPSILON, "nothing readable is no confidence");
}

#[tokio::test]
async fn a_revoked_account_finds_nothing() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Ablation.txt", &[SHARED], &[&alice]).await;
    let accounts = clinic.store.accounts();
    accounts.set_state(alice.account, AccountState::Revoked, Some("unauthorized"), None).await.unwrap();
    let found = clinic.assistant().search(&alice, SearchRequest::new("ablation")).await.unwrap();
    assert!(found.passages.is_empty());
}

#[tokio::test]
async fn a_search_has_limits() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let texts: Vec<String> = (0..8).map(|n| format!("Ablation protocol, part {n}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    clinic.document(10, "/Ablation.txt", &texts, &[&alice]).await;
    let assistant = clinic.assistant();
    let few = SearchRequest { limit: 3, ..SearchRequest::new("ablation protocol") };
    assert_eq!(assistant.search(&alice, few).await.unwrap().passages.len(), 3);
    for limit in [0, 51, usize::MAX] {
        let request = SearchRequest { limit, ..SearchRequest::new("ablation") };
        assert!(matches!(assistant.search(&alice, request).await, Err(SearchError::Limit { .. })), "{limit}");
    }
}
