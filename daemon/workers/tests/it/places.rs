//! What was read before places were kept gets them without anything else being made anew.

use voiceassist_fakes::corpus::Corpus;
use voiceassist_model::{AccountId, DocumentState};
use voiceassist_workers::ingest::ask_for_places;

use crate::clinic::Clinic;

/// Everything of documents and chunks but the places: ids, versions, states, sealed texts.
const REST: &str = "select md5((select string_agg(id::text || version || state || updated_at, ',' order by id) from documents)
                   || (select string_agg(id::text || ordinal || body::text, ',' order by id) from chunks))";
/// The places.
const PLACES: &str =
    "select count(*) || ' ' || md5(string_agg(id::text || printed::text, ',' order by id)) from chunks
                       where printed is not null";

/// Printed files and one that has no pages, as a release without places left them, and what their places are.
async fn read_before() -> (Clinic, AccountId, u64, String) {
    let clinic = Clinic::open().await;
    let printed =
        Corpus::bulk(11, 20, 30).files.into_iter().filter(|file| file.media_type == "application/pdf");
    let mut files = 0;
    for file in printed.take(3) {
        clinic.cloud.put("alice", &file.path, file.bytes).expect("placed");
        files += 1;
    }
    clinic.cloud.put("alice", "/plain.md", "Lactate is repeated after two hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let places = clinic.count(PLACES);
    assert!(!places.starts_with("0 "), "{places}");
    clinic.count("update chunks set printed = null, recognised = null");
    clinic.count("update documents set places_asked = false");
    (clinic, alice, files, places)
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_read_before_get_their_places_and_nothing_else_changes() {
    let (clinic, _, files, places) = read_before().await;
    let store = &clinic.context.store;
    let (rest, points) = (clinic.count(REST), clinic.context.index.count().await.expect("counted"));
    assert_eq!(ask_for_places(&clinic.context, u64::MAX).await.expect("asked"), 0, "not while much waits");
    assert_eq!(store.documents().without_places().await.expect("counted"), files);
    assert_eq!(
        ask_for_places(&clinic.context, 0).await.expect("asked"),
        files,
        "what has no pages is left alone"
    );
    assert_eq!(ask_for_places(&clinic.context, 0).await.expect("asked"), 0, "each is queued once");
    assert_eq!(store.documents().without_places().await.expect("counted"), files, "queued is not done");
    assert_eq!(clinic.count("select distinct lane from jobs where kind = 'read_places'"), "3");
    clinic.settle().await;
    assert_eq!(clinic.count(PLACES), places);
    assert_eq!(clinic.count(REST), rest, "no text, no id, no state");
    assert_eq!(clinic.context.index.count().await.expect("counted"), points);
    assert_eq!(store.documents().without_places().await.expect("counted"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_newer_than_the_text_give_it_no_places() {
    let (clinic, alice, files, _) = read_before().await;
    let path = clinic.count("select path from entries where name like '%.pdf' order by path limit 1");
    clinic.cloud.put("alice", &path, "%PDF-1.7 something else").expect("changed");
    assert_eq!(ask_for_places(&clinic.context, 0).await.expect("asked"), files);
    clinic.settle().await;
    let of_it = format!(
        "select count(*) from chunks join entries using (document_id) where path = '{path}' and printed is not null"
    );
    assert_eq!(clinic.count(&of_it), "0");
    assert_eq!(
        clinic.document(alice, &path).await.state,
        DocumentState::Indexed,
        "it stays findable as it was"
    );
    assert!(!clinic.count(PLACES).starts_with("0 "), "the others have theirs");
}
