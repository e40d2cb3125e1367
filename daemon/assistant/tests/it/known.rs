//! Who is known by name.

use voiceassist_assistant::known_people;
use voiceassist_model::AccountId;
use voiceassist_phi::{Detector, Kind};
use voiceassist_store::collections::objects::{NewObject, ReadObject};
use voiceassist_store::collections::{About, CollectionClass, ObservedCollection};
use voiceassist_store::contacts::{Note, Reach};

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

/// Puts contacts into a book of somebody's.
async fn book(clinic: &Clinic, owner: AccountId, kind: &'static str, notes: Vec<Note>) {
    let collections = clinic.store.collections();
    let about = About { name: kind.to_owned(), location: format!("{kind}/"), ..About::default() };
    let observed = ObservedCollection {
        key: kind.to_owned(),
        kind,
        about,
        writable: true,
        enabled: true,
        transparent: false,
    };
    collections.apply(owner, CollectionClass::AddressBook, &[observed]).await.unwrap();
    let book = collections.list(owner, CollectionClass::AddressBook).await.unwrap()[0].id;
    let object = |(place, note): (usize, Note)| NewObject {
        location: format!("{kind}/{place}.vcf"),
        key: format!("{kind}/{place}.vcf"),
        etag: None,
        text: Some("a card".to_owned()),
        outcome: Ok(ReadObject { note: serde_json::to_string(&note).unwrap(), ..ReadObject::default() }),
    };
    let objects: Vec<NewObject> = notes.into_iter().enumerate().map(object).collect();
    let mut tx = clinic.store.begin().await.unwrap();
    collections.apply_objects(&mut tx, owner, book, &objects).await.unwrap();
    tx.commit().await.unwrap();
}

fn note(kind: &str, name: &str, family: &str, given: &str, phone: &str) -> Note {
    Note {
        kind: kind.to_owned(),
        name: name.to_owned(),
        family: family.to_owned(),
        given: given.to_owned(),
        phones: vec![Reach { value: phone.to_owned(), ..Reach::default() }],
        ..Note::default()
    }
}

#[tokio::test]
async fn people_of_anybodys_address_book_are_known_with_their_numbers_and_houses_are_not() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let mine = vec![
        note("individual", "Auntie", "Plover", "Sedge", "0171 445 566"),
        note("organization", "Plain Bread", "", "", "0171 778 899"),
        note("individual", "Reed", "", "", "112"),
    ];
    book(&clinic, alice.account, "own", mine).await;
    book(&clinic, bob.account, "system", vec![note("individual", "Marsh Tern", "", "", "")]).await;
    let people = known_people(&clinic.store).await.unwrap();
    let detector = Detector::new().with_known(people);
    let found = |text: &str| -> Vec<Kind> {
        let known = |rule: &str| rule.starts_with("known.");
        detector.detect(text).into_iter().filter(|found| known(found.rule)).map(|found| found.kind).collect()
    };
    assert_eq!(found("has plover, sedge been told"), [Kind::Name]);
    assert_eq!(found("ring 0171-445-566 or (0171) 445 566"), [Kind::Phone, Kind::Phone]);
    for nobody in ["buy plain bread", "the reed by the water", "ring 112", "a marsh tern flew by"] {
        assert_eq!(found(nobody), [], "{nobody}");
    }
}
