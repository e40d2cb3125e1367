//! Text for people, and only for those who may read it.

use voiceassist_model::{Area, ChunkId, Printed, PrintedLine, Sensitivity, TextSpan};
use voiceassist_store::StoreError;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::documents::ContentHash;
use voiceassist_store::passages::MAX_IDS;

use crate::clinic::{Clinic, chunk_id, file, new_text, shown};

#[tokio::test]
async fn a_reader_gets_the_text_under_the_names_of_their_own_tree() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/Ward 3/AF.pdf", "x")]).await;
    clinic.observe(bob, &[file(10, 2, "/Shared/AF of Alice.pdf", "x")]).await;
    let id = clinic.ingest(10, &["Start at 25 mg.", "Then 50 mg."]).await;
    let wanted = [chunk_id(id, "Then 50 mg."), chunk_id(id, "Start at 25 mg.")];
    let passages = shown(clinic.store.passages().readable(bob, &wanted).await.unwrap()).await;
    assert_eq!(
        passages.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(),
        ["Then 50 mg.", "Start at 25 mg."]
    );
    let first = &passages[0];
    assert_eq!((first.title.as_str(), first.path.as_str()), ("AF of Alice.pdf", "/Shared/AF of Alice.pdf"));
    assert_eq!((first.heading.as_str(), first.file_id, first.document), ("Dosing › Adults", 10, id));
    assert_eq!((first.pages.first, first.span.start, first.span.end), (2, 100, 150));
    assert_eq!(first.sensitivity, Sensitivity::Internal);
    let alices = shown(clinic.store.passages().readable(alice, &wanted).await.unwrap()).await;
    assert_eq!(alices[0].path, "/Ward 3/AF.pdf");
}

#[tokio::test]
async fn a_passage_says_where_it_is_printed_and_how_surely_it_was_read() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/scan.pdf", "x")]).await;
    let id = clinic.document(10).await.id;
    let area = Area { left: 1_000, top: 400, right: 9_000, bottom: 600 };
    let line = |start, end, page| PrintedLine { span: TextSpan { start, end }, page, area };
    let mut text = new_text(id, &["one", "two"]);
    // The second piece begins at 100 and on page 2; a line that cannot be of it is not kept.
    text.chunks[1].printed = Printed {
        lines: vec![line(100, 130, 2), line(131, 150, 3), line(131, 150, 1)],
        recognised: Some(61),
    };
    text.recognised = vec![(2, 61), (3, 98)];
    let documents = clinic.store.documents();
    _ = documents.mark_fetched(id, 1, &ContentHash::of(b"bytes")).await.unwrap();
    documents.replace_chunks(id, 1, text).await.unwrap().unwrap();
    let wanted = [chunk_id(id, "one"), chunk_id(id, "two")];
    let passages = shown(clinic.store.passages().readable(alice, &wanted).await.unwrap()).await;
    assert_eq!(passages[0].printed, Printed::default());
    let kept = Printed { lines: vec![line(100, 130, 2), line(131, 150, 3)], recognised: Some(61) };
    assert_eq!(passages[1].printed, kept);
    let document = shown(documents.find_for(alice, id).await.unwrap()).await;
    assert_eq!(document[0].recognised, [(2, 61), (3, 98)]);
    // What is read anew from text has nothing of it.
    documents.replace_chunks(id, 1, new_text(id, &["one", "two"])).await.unwrap().unwrap();
    let passages = shown(clinic.store.passages().readable(alice, &wanted).await.unwrap()).await;
    assert_eq!(passages[1].printed, Printed::default());
    assert!(shown(documents.find_for(alice, id).await.unwrap()).await[0].recognised.is_empty());
}

#[tokio::test]
async fn what_a_person_may_not_read_is_absent_like_what_does_not_exist() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    clinic.observe(mallory, &[file(11, 2, "/m.pdf", "x")]).await;
    let secret = chunk_id(clinic.ingest(10, &["secret"]).await, "secret");
    let own = chunk_id(clinic.ingest(11, &["own"]).await, "own");
    let nothing = ChunkId::from_uuid(uuid::Uuid::from_u128(404));
    let passages =
        shown(clinic.store.passages().readable(mallory, &[secret, nothing, own]).await.unwrap()).await;
    assert_eq!(passages.iter().map(|one| one.chunk).collect::<Vec<_>>(), [own]);
    assert!(clinic.store.passages().neighbours(mallory, secret, 5, 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_condition_alone_never_opens_a_passage() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["words"]).await;
    let chunk = [chunk_id(id, "words")];
    let set = clinic.set_of(10).await;
    // A member of the set without the file in the tree.
    clinic
        .database
        .psql(&format!("insert into access_set_members (access_set_id, account_id) values ({set}, '{bob}')"));
    assert!(clinic.store.passages().readable(bob, &chunk).await.unwrap().is_empty());
    // The file in the tree without being a member of the set.
    clinic.database.psql(&format!("delete from access_set_members where account_id = '{alice}'"));
    assert!(clinic.store.passages().readable(alice, &chunk).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lost_share_closes_the_text_in_the_same_moment() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    for person in [alice, bob] {
        clinic.observe(person, &[file(10, 1, "/a.pdf", "x")]).await;
    }
    let chunk = [chunk_id(clinic.ingest(10, &["words"]).await, "words")];
    assert_eq!(clinic.store.passages().readable(bob, &chunk).await.unwrap().len(), 1);
    clinic.vanish(bob, &[10]).await;
    assert!(clinic.store.passages().readable(bob, &chunk).await.unwrap().is_empty());
    assert_eq!(clinic.store.passages().readable(alice, &chunk).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_account_that_is_revoked_or_disabled_reads_nothing_until_it_is_back() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let chunk = [chunk_id(clinic.ingest(10, &["words"]).await, "words")];
    for (state, readable) in [
        (AccountState::Throttled, 1),
        (AccountState::Maintenance, 1),
        (AccountState::Failing, 1),
        (AccountState::Disabled, 0),
        (AccountState::Revoked, 0),
        (AccountState::Gone, 0),
    ] {
        clinic.store.accounts().set_state(alice, state, None, None).await.unwrap();
        assert_eq!(
            clinic.store.passages().readable(alice, &chunk).await.unwrap().len(),
            readable,
            "{state:?}"
        );
        assert_eq!(clinic.store.access().sets_of(alice).await.unwrap().len(), readable, "{state:?}");
        assert_eq!(
            clinic.store.documents().counts(Some(alice)).await.unwrap().total(),
            readable as u64,
            "{state:?}"
        );
    }
    clinic.person("alice").await;
    assert_eq!(clinic.store.passages().readable(alice, &chunk).await.unwrap().len(), 1);
}

#[tokio::test]
async fn neighbours_are_what_stands_around_a_chunk() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["a", "b", "c", "d", "e"]).await;
    let around =
        shown(clinic.store.passages().neighbours(alice, chunk_id(id, "c"), 1, 5).await.unwrap()).await;
    assert_eq!(around.iter().map(|one| one.text.as_str()).collect::<String>(), "bde");
}

#[tokio::test]
async fn too_many_at_once_are_refused() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let ids = vec![ChunkId::from_uuid(uuid::Uuid::nil()); MAX_IDS + 1];
    let error = clinic.store.passages().readable(alice, &ids).await.unwrap_err();
    assert!(matches!(error, StoreError::TooMany { limit: MAX_IDS, .. }));
}
