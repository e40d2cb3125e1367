//! What the writer of the index needs: text, truth about access, and a way back when the index is lost.

use uuid::Uuid;
use voiceassist_model::DocumentState;
use voiceassist_store::documents::{Fetched, Marked};
use voiceassist_store::{ContentHash, Job};

use crate::clinic::{Clinic, file, new_text};

#[tokio::test]
async fn chunks_are_handed_out_in_order_and_in_parts() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let texts: Vec<String> = (0..1_203).map(|number| format!("text {number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let id = clinic.ingest(10, &texts).await;
    let (mut after, mut read) = (None, Vec::new());
    loop {
        let part = clinic.store.chunks().for_indexing(id, 1, after, 500).await.unwrap();
        let Some(last) = part.last() else { break };
        after = Some(last.ordinal);
        read.extend(part.into_iter().map(|chunk| chunk.text));
    }
    assert_eq!(read, texts);
    let first = clinic.store.chunks().for_indexing(id, 1, None, 2).await.unwrap();
    assert_eq!((first[0].heading.as_str(), first[1].heading.as_str()), ("", "Dosing › Adults"));
    assert!(!format!("{first:?}").contains("text 0"), "text does not slip into logs");
}

#[tokio::test]
async fn readers_that_moved_while_the_index_was_written_are_corrected() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    let documents = clinic.store.documents();
    let id = clinic.document(10).await.id;
    assert_eq!(documents.mark_fetched(id, 1, &ContentHash::of(b"1")).await.unwrap(), Fetched::New);
    documents.replace_chunks(id, 1, new_text(id, &["words"])).await.unwrap().unwrap();
    let written = clinic.set_of(10).await;
    clinic.observe(bob, &[file(10, 2, "/a.pdf", "x")]).await;
    clinic.drain_jobs().await;
    assert_eq!(documents.mark_searchable(id, 1, written).await.unwrap(), Marked::Done);
    assert_eq!(clinic.drain_jobs().await, [Job::SetAccess { document: id }]);
}

#[tokio::test]
async fn a_lost_index_sends_everything_back_to_its_chunks_once() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic
        .observe(alice, &[file(10, 1, "/a.pdf", "x"), file(11, 1, "/b.pdf", "x"), file(12, 1, "/c.pdf", "x")])
        .await;
    let indexed = clinic.ingest(10, &["one"]).await;
    let edited = clinic.ingest(11, &["two"]).await;
    clinic.observe(alice, &[file(11, 1, "/b.pdf", "y")]).await;
    clinic.drain_jobs().await;
    let (old, new) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut tx = clinic.store.begin().await.unwrap();
    clinic.store.index_epochs().record(&mut tx, "documents", old).await.unwrap();
    tx.commit().await.unwrap();

    let documents = clinic.store.documents();
    assert_eq!(documents.reset_for_reindex("documents", new).await.unwrap(), 2);
    assert_eq!(clinic.store.index_epochs().current("documents").await.unwrap(), Some(new));
    let document = clinic.document(10).await;
    assert_eq!((document.state, document.index_access_set), (DocumentState::Chunked, None));
    let fetched = documents.mark_fetched(edited, 2, &ContentHash::of(b"two")).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged(DocumentState::Chunked), "its points are gone as well");
    let mut jobs = clinic.drain_jobs().await;
    jobs.sort_by_key(|job| format!("{job:?}"));
    let mut expected = [Job::IngestDocument { document: indexed }, Job::IngestDocument { document: edited }];
    expected.sort_by_key(|job| format!("{job:?}"));
    assert_eq!(jobs, expected);
    assert_eq!(
        documents.reset_for_reindex("documents", new).await.unwrap(),
        0,
        "a second time finds nothing to do"
    );
}
