//! What documents are is in the index as it is in the mirror, also of what was indexed before, and without reading again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use voiceassist_model::{AccountId, Source};
use voiceassist_rag::chunk::embedding_text;
use voiceassist_rag::index::narrow::Narrow;
use voiceassist_rag::index::{HybridQuery, Point};
use voiceassist_store::collections::CollectionClass;
use voiceassist_workers::sync::collections::sync_collections;
use voiceassist_workers::{Context, facts};

use crate::clinic::Clinic;

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:e-1\r\n\
    DTSTAMP:20261101T000000Z\r\nSUMMARY:Echo conference\r\nDTSTART:20261124T090000Z\r\nDURATION:PT1H\r\n\
    ORGANIZER;CN=Dr. Anna Weber:mailto:a.weber@vennhollow.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Titles and names of what a person's search for echoes finds under a condition.
async fn found(clinic: &Clinic, account: AccountId, narrow: Narrow) -> BTreeSet<String> {
    let context = &clinic.context;
    let access = context.store.access().sets_of(account).await.expect("access answers");
    let query = HybridQuery {
        sparse: context.terms.question("echo"),
        access,
        narrow,
        limit_per_leg: 100,
        ..HybridQuery::default()
    };
    let hits = context.index.search(query).await.expect("the index answers").sparse;
    let mut titles = BTreeSet::new();
    for hit in hits {
        let told = context.store.facts().of(&[hit.document]).await.expect("facts").pop().expect("a document");
        titles.insert(format!("{} {}", told.source.as_str(), told.mime.unwrap_or_default()));
    }
    titles
}

/// Writes every point as a release without facts did.
async fn forget_facts(clinic: &Clinic) {
    let Context { index, store, terms, .. } = &clinic.context;
    let placed = index.scan(None, 1_000).await.expect("a scan").points;
    let documents: BTreeSet<_> = placed.iter().map(|point| (point.document, point.access_set)).collect();
    for (document, access_set) in documents {
        let version = store.documents().find(document).await.expect("documents").expect("a document").version;
        let chunks = store.chunks().for_indexing(document, version, None, 100).await.expect("chunks");
        let points = chunks.iter().map(|chunk| Point {
            chunk: chunk.id,
            document,
            access_set,
            subject: terms.subject(&chunk.heading),
            lead: chunk.ordinal == 0,
            facts: None,
            sparse: terms.document(&embedding_text(&chunk.heading, &chunk.text)),
            dense: None,
        });
        index.upsert(points.collect()).await.expect("written");
    }
}

/// A file that names Dr. Weber, one that does not, and an event of hers.
async fn practice() -> (Clinic, AccountId) {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/letter.md", "Dr. Anna Weber: the echo is to be repeated.").expect("placed");
    clinic.cloud.put("alice", "/table.csv", "echo,value\nejection fraction,45\n").expect("placed");
    clinic.cloud.put_object("alice", "personal", "1.ics", EVENT).expect("stored");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.clock.advance(TimeDelta::seconds(60));
    sync_collections(&clinic.context, alice, CollectionClass::Calendar).await.expect("a look");
    clinic.settle().await;
    (clinic, alice)
}

async fn assert_narrowed(clinic: &Clinic, account: AccountId) {
    let terms = &clinic.context.terms;
    let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<_>>();
    let weber = || vec![vec![terms.person("Weber")]];
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").timestamp();
    let cases = [
        (Narrow::default(), texts(&["file text/markdown", "file text/csv", "event text/calendar"])),
        (Narrow { sources: vec![Source::Event], ..Narrow::default() }, texts(&["event text/calendar"])),
        (
            Narrow { types: vec![terms.media_type("text/csv")], ..Narrow::default() },
            texts(&["file text/csv"]),
        ),
        (
            Narrow { people: weber(), ..Narrow::default() },
            texts(&["file text/markdown", "event text/calendar"]),
        ),
        (
            Narrow {
                from: Some(at("2026-11-24T09:30:00Z")),
                before: Some(at("2026-11-24T09:45:00Z")),
                ..Narrow::default()
            },
            texts(&["event text/calendar"]),
        ),
        (
            Narrow { people: vec![vec![terms.person("a.weber@vennhollow.example")]], ..Narrow::default() },
            texts(&["event text/calendar"]),
        ),
    ];
    for (narrow, expected) in cases {
        assert_eq!(found(clinic, account, narrow.clone()).await, expected, "{narrow:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_document_is_and_who_is_in_it_goes_into_the_index_with_its_words() {
    let (clinic, alice) = practice().await;
    assert!(clinic.context.store.facts().are_whole(facts::form()).await.expect("facts"));
    assert_narrowed(&clinic, alice).await;
    assert_eq!(facts::renew(&clinic.context).await.expect("renewed"), 0, "nothing is left to be written");
}

/// Points of a release before there were facts, and the database of that release.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_before_is_told_what_documents_are_without_reading_or_embedding_again() {
    let (clinic, alice) = practice().await;
    forget_facts(&clinic).await;
    clinic.count("update documents set index_facts = 0");
    let csv = || vec![clinic.context.terms.media_type("text/csv")];
    let strict = Narrow { types: csv(), ..Narrow::default() };
    assert!(found(&clinic, alice, strict.clone()).await.is_empty(), "the points know nothing");
    // Until it is told, what is not known is let through and compared afterwards: nothing is missed.
    let lenient = Narrow { or_unknown: true, ..strict };
    assert_eq!(found(&clinic, alice, lenient).await.len(), 3);
    let before =
        clinic.count("select string_agg(id::text || version || state, ',' order by id) from documents");
    let points = clinic.context.index.count().await.expect("the index answers");
    assert_eq!(facts::renew(&clinic.context).await.expect("renewed"), 3);
    assert_narrowed(&clinic, alice).await;
    let after =
        clinic.count("select string_agg(id::text || version || state, ',' order by id) from documents");
    assert_eq!(before, after, "no document was read again");
    assert_eq!(points, clinic.context.index.count().await.expect("the index answers"));
    assert_eq!(facts::renew(&clinic.context).await.expect("renewed"), 0, "twice is once");
}

/// A renewal that was killed before the database knew of it is done again, and what changed meanwhile is not forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_while_it_is_written_stays_to_be_written() {
    let (clinic, _alice) = practice().await;
    let store = &clinic.context.store;
    clinic.count("update documents set index_facts = 0");
    let ids = store.facts().unwritten(facts::form(), 10).await.expect("facts");
    let told = store.facts().of(&ids).await.expect("facts");
    clinic.count(
        "update documents set modified_at = modified_at + interval '1 day', mime = 'text/plain' where source = 'file'",
    );
    store.facts().written(&told, facts::form()).await.expect("noted");
    let left = store.facts().unwritten(facts::form(), 10).await.expect("facts");
    assert_eq!(left.len(), 2, "both files changed since they were looked at");
    assert_eq!(facts::renew(&clinic.context).await.expect("renewed"), 2);
}
