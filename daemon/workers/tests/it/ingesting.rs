//! From bytes to an index entry, again and again.

use voiceassist_model::DocumentState;

use crate::clinic::Clinic;

#[tokio::test(flavor = "multi_thread")]
async fn a_document_gets_words_and_vectors() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "# Sepsis\n\nLactate is repeated after two hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    assert_eq!(clinic.document(alice, "/a.md").await.state, DocumentState::Indexed);
    let found = clinic.find(alice, "lactate").await;
    assert_eq!(found[0].heading, "Sepsis");
    assert_eq!(found[0].pages.first, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_of_many_versions_wins() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Version 0 of the text.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    for version in 1..5 {
        clinic
            .cloud
            .put("alice", "/a.md", format!("Version {version} of the text.").as_str())
            .expect("changed");
        clinic.sync(alice).await;
    }
    clinic.settle().await;
    let found = clinic.find(alice, "version").await;
    assert_eq!(found.len(), 1);
    assert!(found[0].text.contains("Version 4"));
    assert_eq!(clinic.context.index.count().await.expect("counted"), 1, "old points are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_paragraph_keeps_its_chunk() {
    let clinic = Clinic::open().await;
    let section = |title: &str| {
        format!("# {title}\n\n{}\n\n", format!("{title} is checked by two nurses. ").repeat(12))
    };
    clinic
        .cloud
        .put("alice", "/a.md", format!("{}{}", section("Heparin"), section("Insulin")).as_str())
        .expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let before: Vec<_> = clinic.find(alice, "insulin").await.iter().map(|passage| passage.chunk).collect();
    let longer = format!("{}{}{}", section("Morphine"), section("Heparin"), section("Insulin"));
    clinic.cloud.put("alice", "/a.md", longer.as_str()).expect("changed");
    clinic.sync(alice).await;
    clinic.settle().await;
    let after: Vec<_> = clinic.find(alice, "insulin").await.iter().map(|passage| passage.chunk).collect();
    assert!(before.iter().any(|chunk| after.contains(chunk)), "{before:?} {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_documents_are_found_by_words() {
    let mut clinic = Clinic::open().await;
    clinic.context.embedder = None;
    clinic.cloud.put("alice", "/a.md", "Lactate is repeated after two hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    assert_eq!(clinic.document(alice, "/a.md").await.state, DocumentState::Searchable);
    assert_eq!(clinic.paths_found(alice, "lactate").await, ["/a.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_arrives_later_completes_what_waited() {
    let mut clinic = Clinic::open().await;
    let model = clinic.context.embedder.take();
    // The index is known from an earlier start, so that nothing is indexed anew because of that.
    voiceassist_workers::recovery::recover(&clinic.context).await.expect("recovered");
    clinic.cloud.put("alice", "/a.md", "Lactate is repeated after two hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.context.embedder = model;
    let recovered = voiceassist_workers::recovery::recover(&clinic.context).await.expect("recovered");
    assert_eq!((recovered.reindexed, recovered.resumed), (0, 1));
    clinic.settle().await;
    assert_eq!(clinic.document(alice, "/a.md").await.state, DocumentState::Indexed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spool_is_empty_when_all_is_read() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Lactate is repeated after two hours.").expect("placed");
    clinic.connect_and_settle("alice").await;
    let left = std::fs::read_dir(&clinic.context.settings.spool).expect("the spool").count();
    assert_eq!(left, 0);
}
