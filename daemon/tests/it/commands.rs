//! Commands as their user meets them: what is printed, and how they end.

use serde_json::Value;
use voiceassist_fakes::corpus::Corpus;
use voiceassist_fakes::nextcloud::NextcloudScript;

use crate::program::{World, get, request};

fn lines(output: &std::process::Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect()
}

/// The detail of a failed step, empty when it did not fail.
fn failure(findings: &[Value], step: &str) -> String {
    let found = findings.iter().find(|finding| finding["step"] == step && finding["verdict"] == "failed");
    found.map(|finding| finding["detail"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_finds_nothing_wrong_with_a_sound_installation() {
    let world = World::build(NextcloudScript::default()).await;
    world.connect("alice");
    let output = world.run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_the_failing_step_and_what_to_do() {
    let mut world = World::build(NextcloudScript::default()).await;
    world.connect("alice");
    world.cloud.revoke("alice");
    let findings = lines(&world.run(&["doctor", "--json"]));
    assert!(failure(&findings, "account alice").contains("connect again"), "{findings:?}");

    world.cloud.stop().await;
    let output = world.run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(6));
    assert!(failure(&lines(&output), "nextcloud").contains("nothing listens there"), "{output:?}");

    world.extra.push(("NEXTCLOUD_BASE_URL".to_owned(), "https://no-such-host.invalid".to_owned()));
    let findings = lines(&world.run(&["doctor", "--json"]));
    assert!(failure(&findings, "nextcloud").contains("host name does not exist"), "{findings:?}");

    world.extra.push(("DATABASE_URL".to_owned(), "postgres://nobody@127.0.0.1:1/none".to_owned()));
    let findings = lines(&world.run(&["doctor", "--json"]));
    assert!(failure(&findings, "database").contains("is it running"), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_configuration_is_refused_with_every_reason() {
    let mut world = World::build(NextcloudScript::default()).await;
    world.extra.push(("NEXTCLOUD_BASE_URL".to_owned(), "http://cloud.clinic.example".to_owned()));
    world.extra.push(("VOICEASSIST_SERVER__LISTEN".to_owned(), "0.0.0.0:0".to_owned()));
    let output = world.run(&["serve"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3));
    assert!(said.contains("nextcloud.base_url") && said.contains("server.listen"), "{said}");
    assert!(said.contains("--insecure-dev"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_master_key_is_noticed_at_start() {
    let world = World::build(NextcloudScript::default()).await;
    world.connect("alice");
    std::fs::remove_file(world.state_directory().join("master.key")).expect("removed");
    assert!(world.run(&["keys", "init"]).status.success());
    let output = world.run(&["serve"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("master key"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn extract_prints_every_page_as_json() {
    let world = World::build(NextcloudScript::default()).await;
    let corpus = Corpus::clinic(1);
    let file = corpus
        .files
        .iter()
        .find(|file| file.pages > 1 && !file.scanned)
        .expect("a document of several pages");
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("document.pdf");
    std::fs::write(&path, &file.bytes).expect("written");
    let output = world.run(&["extract", "--json", path.to_str().expect("a plain path")]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut fields: Vec<_> = document.as_object().expect("an object").keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["error", "mime", "pages", "truncated"]);
    assert_eq!(document["pages"].as_array().expect("pages").len(), file.pages as usize);
    for fact in &file.facts {
        let page = &document["pages"][fact.page as usize - 1];
        let text = page["text"].as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains(&fact.answer_contains),
            "page {} lacks {:?}: {text}",
            fact.page,
            fact.answer_contains
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_sees_no_more_than_the_person_it_asks_for() {
    let world = World::build(NextcloudScript::default()).await;
    world.cloud.put("bob", "/private.md", "The locker code of the night shift is 4711.").expect("placed");
    world.connect("alice");
    world.connect("bob");
    let daemon = world.serve();
    world.settle();
    let bob = world.run(&["ask", "What is the locker code of the night shift?", "--as", "bob"]);
    let said = String::from_utf8_lossy(&bob.stdout).into_owned();
    assert!(bob.status.success() && said.contains("4711") && said.contains("[1]"), "{said}");
    let alice = world.run(&["ask", "What is the locker code of the night shift?", "--as", "alice"]);
    assert_eq!(alice.status.code(), Some(5), "nothing found");
    assert!(!String::from_utf8_lossy(&alice.stdout).contains("4711"));
    assert_eq!(world.run(&["search", "locker code", "--as", "alice"]).status.code(), Some(5));
    daemon.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_daemon_tells_how_it_is() {
    let world = World::build(NextcloudScript::default()).await;
    let daemon = world.serve();
    let (status, ready) = get(&world.address, "/health/ready", None).expect("an answer");
    assert_eq!(status, 200, "{ready}");
    assert!(ready.contains("models"), "{ready}");
    let (status, _) = get(&world.address, "/metrics", None).expect("an answer");
    assert_eq!(status, 200);
    let (status, _) = request(&world.address, "POST", "/api/v1/search", None, Some("{}")).expect("an answer");
    assert_eq!(status, 401);
    daemon.terminate();
}

#[test]
fn the_demo_ends_with_cited_answers() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .args(["demo", "--once"])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("[1] "), "{said}");
    assert!(said.contains(", page "), "{said}");
}
