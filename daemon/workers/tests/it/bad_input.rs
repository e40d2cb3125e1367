//! Documents that should not be read: each ends in a clear state, and the others are read all the same.

use voiceassist_fakes::corpus;
use voiceassist_fakes::nextcloud::Content;
use voiceassist_model::{DocumentState, Reason};

use crate::clinic::Clinic;

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_document_ends_with_its_reason() {
    let clinic = Clinic::open().await;
    let hostile = corpus::hostile();
    let mut placed = Vec::new();
    for file in &hostile {
        if let Ok(file_id) = clinic.cloud.put("alice", &file.path, file.bytes.clone()) {
            placed.push((i64::try_from(file_id).expect("an id"), file));
        }
    }
    clinic.cloud.put("alice", "/good.md", "Digoxin levels are taken on day five.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let documents = clinic.documents(alice).await;
    for (file_id, file) in placed {
        let document = documents.iter().find(|document| document.file_id == file_id).expect("listed");
        // A document that was cut at a limit, or in part is a picture, says so and is read all the same.
        let notes = [Reason::Truncated, Reason::PartlyScanned, Reason::PartlyRead];
        let refused = document.reason.filter(|reason| !notes.contains(reason));
        assert_eq!(refused.map(Reason::code), file.reason, "{}: {}", file.path, file.why);
    }
    assert_eq!(clinic.paths_found(alice, "digoxin").await, ["/good.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_is_refused_without_fetching_it() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/huge.pdf", Content::generated(1_000_000_000, |_| 0)).expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    let document = clinic.document(alice, "/huge.pdf").await;
    assert_eq!((document.state, document.reason), (DocumentState::Skipped, Some(Reason::TooLarge)));
    assert!(!clinic.requests().iter().any(|request| request.starts_with("GET")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repaired_file_is_read_after_all() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/report.pdf", "this is not a PDF at all").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    assert!(clinic.document(alice, "/report.pdf").await.reason.is_some());
    clinic.cloud.remove("alice", "/report.pdf").expect("deleted");
    clinic.cloud.put("alice", "/report.md", "Lactate is repeated after two hours.").expect("placed");
    clinic.sync(alice).await;
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "lactate").await, ["/report.md"]);
}
