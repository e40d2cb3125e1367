//! The steps of a document, and the version that guards them.

use voiceassist_model::{DocumentState, Reason, Sensitivity};
use voiceassist_store::documents::{DocumentFilter, Fetched, Marked, NewText, Replaced};
use voiceassist_store::{ContentHash, Job, Lane, Page};

use crate::clinic::{Clinic, chunk_id, file, new_text, shown};

async fn clinic_with_a_file() -> (Clinic, voiceassist_model::AccountId) {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v1")]).await;
    clinic.drain_jobs().await;
    (clinic, alice)
}

#[tokio::test]
async fn a_document_goes_from_pending_to_indexed() {
    let (clinic, _) = clinic_with_a_file().await;
    let documents = clinic.store.documents();
    let id = clinic.document(10).await.id;
    let begun = documents.begin(id).await.unwrap().unwrap();
    assert_eq!((begun.version, begun.attempts, begun.state), (1, 1, DocumentState::Pending));
    assert_eq!(begun.sensitivity, Sensitivity::Health, "not yet classified");
    assert_eq!(documents.mark_fetched(id, 1, &ContentHash::of(b"bytes")).await.unwrap(), Fetched::New);
    assert_eq!(clinic.document(10).await.state, DocumentState::Fetched);
    let text = NewText { truncated: true, note: Some(Reason::Truncated), ..new_text(id, &["one", "two"]) };
    let replaced = documents.replace_chunks(id, 1, text).await.unwrap().unwrap();
    assert_eq!(replaced, Replaced { added: 2, kept: 0, gone: 0 });
    let chunked = clinic.document(10).await;
    assert_eq!(
        (chunked.state, chunked.chunk_count, chunked.page_count),
        (DocumentState::Chunked, 2, Some(2))
    );
    assert_eq!((chunked.reason, chunked.sensitivity), (Some(Reason::Truncated), Sensitivity::Internal));
    assert_eq!(
        documents.mark_indexed(id, 1).await.unwrap(),
        Marked::Superseded,
        "not before it is searchable"
    );
    let set = chunked.access_set.unwrap();
    assert_eq!(documents.mark_searchable(id, 1, set).await.unwrap(), Marked::Done);
    assert_eq!(clinic.document(10).await.state, DocumentState::Searchable);
    clinic.pass(5);
    assert_eq!(documents.mark_indexed(id, 1).await.unwrap(), Marked::Done);
    let indexed = clinic.document(10).await;
    assert_eq!((indexed.state, indexed.index_access_set), (DocumentState::Indexed, Some(set)));
    let kept = clinic.store.fingerprint(&ContentHash::of(b"bytes")).await.unwrap();
    assert_ne!(kept, ContentHash::of(b"bytes"), "a copy of the database does not tell which bytes they were");
    assert_eq!(indexed.content_hash, Some(kept));
    assert!(indexed.indexed_at.is_some());
}

#[tokio::test]
async fn every_step_can_be_done_twice() {
    let (clinic, _) = clinic_with_a_file().await;
    let documents = clinic.store.documents();
    let id = clinic.document(10).await.id;
    for _ in 0..2 {
        let _ = documents.mark_fetched(id, 1, &ContentHash::of(b"bytes")).await.unwrap();
        documents.replace_chunks(id, 1, new_text(id, &["one", "two"])).await.unwrap().unwrap();
        clinic.index(id, 1).await;
        clinic.index(id, 1).await;
    }
    assert_eq!(clinic.store.chunks().count().await.unwrap(), 2);
    assert!(clinic.store.chunks().gone(id).await.unwrap().is_empty());
    assert_eq!(clinic.document(10).await.state, DocumentState::Indexed);
}

#[tokio::test]
async fn work_for_an_older_version_is_refused_at_every_step() {
    let (clinic, alice) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["old words"]).await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    let documents = clinic.store.documents();
    let set = clinic.set_of(10).await;
    let before = clinic.document(10).await;
    assert_eq!(documents.mark_fetched(id, 1, &ContentHash::of(b"late")).await.unwrap(), Fetched::Superseded);
    assert_eq!(documents.replace_chunks(id, 1, new_text(id, &["late"])).await.unwrap(), None);
    assert_eq!(documents.mark_searchable(id, 1, set).await.unwrap(), Marked::Superseded);
    assert_eq!(documents.mark_indexed(id, 1).await.unwrap(), Marked::Superseded);
    assert_eq!(documents.mark_skipped(id, 1, Reason::Empty).await.unwrap(), Marked::Superseded);
    assert_eq!(documents.mark_failed(id, 1, Reason::Malformed).await.unwrap(), Marked::Superseded);
    assert_eq!(documents.mark_failed(id, 1, Reason::Unreachable).await.unwrap(), Marked::Superseded);
    assert_eq!(clinic.document(10).await, before);
    assert!(clinic.store.chunks().for_indexing(id, 1, None, 10).await.unwrap().is_empty());
    let passages = clinic.store.passages().readable(alice, &[chunk_id(id, "old words")]).await.unwrap();
    assert_eq!(passages.len(), 1, "the previous text stays until the new one is here");
}

#[tokio::test]
async fn unchanged_bytes_settle_a_new_version_at_once() {
    let (clinic, alice) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["words"]).await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    assert_eq!(clinic.document(10).await.state, DocumentState::Pending);
    let fetched = clinic.store.documents().mark_fetched(id, 2, &ContentHash::of(b"words")).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged(DocumentState::Indexed));
    assert_eq!(clinic.document(10).await.state, DocumentState::Indexed);
    assert_eq!(clinic.store.chunks().count().await.unwrap(), 1);
}

#[tokio::test]
async fn unchanged_bytes_go_on_from_where_their_chunks_had_come() {
    let (clinic, alice) = clinic_with_a_file().await;
    let documents = clinic.store.documents();
    let id = clinic.document(10).await.id;
    assert_eq!(documents.mark_fetched(id, 1, &ContentHash::of(b"words")).await.unwrap(), Fetched::New);
    documents.replace_chunks(id, 1, new_text(id, &["words"])).await.unwrap().unwrap();
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    let fetched = documents.mark_fetched(id, 2, &ContentHash::of(b"words")).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged(DocumentState::Chunked), "the index is still to be written");
    assert_eq!(clinic.store.chunks().for_indexing(id, 2, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn replaced_chunks_leave_their_ids_until_the_index_let_go() {
    let (clinic, alice) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["kept", "dropped"]).await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    let documents = clinic.store.documents();
    assert_eq!(documents.mark_fetched(id, 2, &ContentHash::of(b"2")).await.unwrap(), Fetched::New);
    let replaced = documents.replace_chunks(id, 2, new_text(id, &["new", "kept"])).await.unwrap().unwrap();
    assert_eq!(replaced, Replaced { added: 1, kept: 1, gone: 1 });
    assert_eq!(clinic.store.chunks().gone(id).await.unwrap(), [chunk_id(id, "dropped")]);

    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v3")]).await;
    assert_eq!(documents.mark_fetched(id, 3, &ContentHash::of(b"3")).await.unwrap(), Fetched::New);
    documents.replace_chunks(id, 3, new_text(id, &["dropped"])).await.unwrap().unwrap();
    let mut gone = clinic.store.chunks().gone(id).await.unwrap();
    let mut expected = vec![chunk_id(id, "new"), chunk_id(id, "kept")];
    gone.sort_unstable();
    expected.sort_unstable();
    assert_eq!(gone, expected, "what came back must not be removed");
}

#[tokio::test]
async fn a_final_verdict_withdraws_the_text_and_a_passing_trouble_does_not() {
    let (clinic, alice) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["words"]).await;
    let chunk = chunk_id(id, "words");
    let documents = clinic.store.documents();
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    clinic.drain_jobs().await;
    assert_eq!(documents.mark_failed(id, 2, Reason::Unreachable).await.unwrap(), Marked::Done);
    let failed = clinic.document(10).await;
    assert_eq!((failed.state, failed.reason), (DocumentState::Failed, Some(Reason::Unreachable)));
    assert_eq!(clinic.store.passages().readable(alice, &[chunk]).await.unwrap().len(), 1);
    assert!(clinic.drain_jobs().await.is_empty());

    assert_eq!(documents.mark_fetched(id, 2, &ContentHash::of(b"locked")).await.unwrap(), Fetched::New);
    assert_eq!(documents.mark_failed(id, 2, Reason::Encrypted).await.unwrap(), Marked::Done);
    assert!(clinic.store.passages().readable(alice, &[chunk]).await.unwrap().is_empty());
    assert_eq!(clinic.drain_jobs().await, [Job::RemoveDocument { document: id }]);
    assert_eq!(clinic.store.chunks().gone(id).await.unwrap(), [chunk]);

    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v3")]).await;
    let fetched = documents.mark_fetched(id, 3, &ContentHash::of(b"locked")).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged(DocumentState::Failed), "the same bytes are as locked as before");
    let failed = clinic.document(10).await;
    assert_eq!((failed.state, failed.reason), (DocumentState::Failed, Some(Reason::Encrypted)));
}

#[tokio::test]
async fn a_file_skipped_unread_is_looked_at_afresh_when_it_changes() {
    let (clinic, alice) = clinic_with_a_file().await;
    let documents = clinic.store.documents();
    let id = clinic.document(10).await.id;
    assert_eq!(documents.mark_skipped(id, 1, Reason::TooLarge).await.unwrap(), Marked::Done);
    assert_eq!(clinic.document(10).await.state, DocumentState::Skipped);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "v2")]).await;
    assert_eq!(documents.mark_fetched(id, 2, &ContentHash::of(b"small")).await.unwrap(), Fetched::New);
}

#[tokio::test]
async fn a_retry_reads_from_the_start_whatever_was_found_before() {
    let (clinic, _) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["words"]).await;
    clinic.drain_jobs().await;
    assert!(clinic.store.documents().retry(id).await.unwrap());
    let leased =
        clinic.store.jobs().claim("w", &Lane::ALL, chrono::TimeDelta::seconds(9)).await.unwrap().unwrap();
    assert_eq!((leased.job, leased.lane), (Job::IngestDocument { document: id }, Lane::Interactive));
    let document = clinic.document(10).await;
    assert_eq!((document.state, document.version), (DocumentState::Pending, 2));
    let fetched = clinic.store.documents().mark_fetched(id, 2, &ContentHash::of(b"words")).await.unwrap();
    assert_eq!(fetched, Fetched::New, "even the same bytes");
    let nobody = voiceassist_model::DocumentId::from_uuid(uuid::Uuid::from_u128(404));
    assert!(!clinic.store.documents().retry(nobody).await.unwrap());
}

#[tokio::test]
async fn a_recheck_fetches_again_and_trusts_the_hash() {
    let (clinic, _) = clinic_with_a_file().await;
    let id = clinic.ingest(10, &["words"]).await;
    clinic.drain_jobs().await;
    let mut tx = clinic.store.begin().await.unwrap();
    assert_eq!(clinic.store.documents().recheck(&mut tx, &[id, id]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(clinic.drain_jobs().await, [Job::IngestDocument { document: id }]);
    let fetched = clinic.store.documents().mark_fetched(id, 2, &ContentHash::of(b"words")).await.unwrap();
    assert_eq!(fetched, Fetched::Unchanged(DocumentState::Indexed));
}

#[tokio::test]
async fn a_person_lists_only_what_they_may_read_under_their_own_names() {
    let (clinic, alice) = clinic_with_a_file().await;
    let bob = clinic.person("bob").await;
    clinic.pass(1);
    clinic.observe(alice, &[file(11, 1, "/private.pdf", "x")]).await;
    clinic.observe(bob, &[file(10, 2, "/From Alice/a.pdf", "v1")]).await;
    clinic.ingest(10, &["words"]).await;
    let documents = clinic.store.documents();
    let bobs =
        shown(documents.list_for(bob, DocumentFilter::default(), &Page::first(10)).await.unwrap().0).await;
    assert_eq!(bobs.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["/From Alice/a.pdf"]);
    let private = clinic.document(11).await.id;
    assert!(documents.find_for(bob, private).await.unwrap().is_empty());
    assert_eq!(shown(documents.find_for(alice, private).await.unwrap()).await[0].path, "/private.pdf");
    assert_eq!(shown(documents.readable(alice, &[private]).await.unwrap()).await, [private]);
    assert!(documents.readable(bob, &[private]).await.unwrap().is_empty());
    let pending = DocumentFilter { state: Some(DocumentState::Pending), ..DocumentFilter::default() };
    let waiting = shown(documents.list_for(alice, pending, &Page::first(10)).await.unwrap().0).await;
    assert_eq!(waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [private]);

    let counts = documents.counts(Some(alice)).await.unwrap();
    assert_eq!((counts.get(DocumentState::Pending), counts.get(DocumentState::Indexed)), (1, 1));
    assert_eq!(counts.unfinished(), 1);
    assert_eq!(documents.counts(Some(bob)).await.unwrap().total(), 1);
    assert_eq!(documents.counts(None).await.unwrap().total(), 2);
}

#[tokio::test]
async fn a_persons_documents_come_in_pages() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let listing: Vec<_> = (10..17).map(|id| file(id, 1, &format!("/{id}.pdf"), "x")).collect();
    clinic.observe(alice, &listing).await;
    let mut page = Page::first(3);
    let mut seen = Vec::new();
    loop {
        let (part, next) =
            clinic.store.documents().list_for(alice, DocumentFilter::default(), &page).await.unwrap();
        seen.extend(shown(part).await.iter().map(|one| one.file_id));
        let Some(next) = next else { break };
        page = Page::after(next, 3);
    }
    seen.sort_unstable();
    assert_eq!(seen, (10..17).collect::<Vec<_>>());
}

#[tokio::test]
async fn bytes_are_fetched_as_somebody_whose_connection_works() {
    use voiceassist_store::accounts::AccountState;
    let (clinic, alice) = clinic_with_a_file().await;
    let (bob, cleo) = (clinic.person("bob").await, clinic.person("cleo").await);
    for (person, path) in [(bob, "/b.pdf"), (cleo, "/c.pdf")] {
        clinic.observe(person, &[file(10, 1, path, "v1")]).await;
    }
    let accounts = clinic.store.accounts();
    accounts.set_state(alice, AccountState::Throttled, None, None).await.unwrap();
    accounts.set_state(cleo, AccountState::Revoked, None, None).await.unwrap();
    let routes = clinic.store.documents().routes(clinic.document(10).await.id, 10).await.unwrap();
    let ways: Vec<_> = routes.iter().map(|route| (route.account, route.path.as_str())).collect();
    assert_eq!(ways, [(bob, "/b.pdf"), (alice, "/a.pdf")]);
}
