//! Another model makes the vectors: the daemon goes on answering, a kill costs nothing, and in the end the new index is there
//! alone.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use voiceassist_fakes::chat::{Asked, ChatServer, Reply};
use voiceassist_fakes::nextcloud::NextcloudScript;

use crate::program::World;

/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

fn status(world: &World) -> Value {
    let output = world.run(&["index", "status", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn until(world: &World, done: impl Fn(&Value) -> bool, what: &str) -> Value {
    let begun = Instant::now();
    loop {
        let now = status(world);
        if done(&now) {
            return now;
        }
        assert!(begun.elapsed() < PATIENCE, "waited too long until {what}: {now}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A vector of the right length for each text, once the model is loaded.
fn vectors(asked: &Asked, is_loaded: &AtomicBool) -> Reply {
    if !is_loaded.load(Ordering::SeqCst) {
        return Reply::Status(503, Some(3_600));
    }
    let count = asked.body["input"].as_array().map_or(0, Vec::len);
    let vector = |index| json!({"index": index, "embedding": vec![0.5; 768]});
    Reply::Json(json!({"data": (0..count).map(vector).collect::<Vec<_>>()}))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_of_model_the_index_before_answers_until_the_new_one_takes_over() {
    let mut world = World::build(NextcloudScript::default()).await;
    for number in 0..40 {
        let text = format!("Lactate is repeated on ward {number}.");
        world.cloud.put("alice", &format!("/{number}.txt"), text.as_str()).expect("placed");
    }
    world.connect("alice");
    let daemon = world.serve();
    world.settle();
    assert_eq!(world.search("alice", "lactate").len(), 20);
    daemon.terminate();
    let before = status(&world);
    assert_eq!(before["being_made"], Value::Null);

    let is_loaded = Arc::new(AtomicBool::new(false));
    let loaded = Arc::clone(&is_loaded);
    let server = ChatServer::start(move |asked: &Asked| vectors(asked, &loaded)).await.expect("a model");
    world.extra.push(("ENABLE_PUBMEDBERT_ADAPTER".to_owned(), "true".to_owned()));
    world.extra.push(("VOICEASSIST_MODELS__PUBMEDBERT__BASE_URL".to_owned(), server.base_url()));
    // The model does not answer yet, and the daemon is killed twice: everything is found all along.
    for _ in 0..2 {
        let daemon = world.serve();
        assert_eq!(world.search("alice", "lactate").len(), 20, "found while another index is made");
        let now = status(&world);
        assert_eq!(now["being_made"]["of"], 40, "{now}");
        daemon.kill();
    }
    let looked_at = status(&world);
    assert_eq!(looked_at["identity"], before["identity"], "looking changes nothing");
    is_loaded.store(true, Ordering::SeqCst);
    let daemon = world.serve();
    until(&world, |now| now["being_made"].is_null(), "the new index takes over");
    assert_eq!(world.search("alice", "lactate").len(), 20);
    daemon.terminate();
    // The one before is thrown away a while later, or at the next start.
    world.serve().terminate();
    let after = status(&world);
    assert_eq!(after["identity"]["embedder"], "NeuML/pubmedbert-base-embeddings/remote-768", "{after}");
    assert_eq!((&after["points"], &after["chunks"]), (&before["points"], &before["chunks"]));
    assert!(!world.state_directory().join("index/identity.json").exists(), "the old index is gone");
    assert!(server.asked().iter().any(|asked| asked.path == "/v1/embeddings"));

    let doctor = world.run(&["doctor", "--json"]);
    let findings = String::from_utf8(doctor.stdout).expect("text");
    assert!(findings.contains("gives vectors of 768 numbers"), "{findings}");
}
