//! The audit log through the program: recorded, searched, exported, verified elsewhere, and tampering told.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use serde_json::Value;
use voiceassist_fakes::nextcloud::{NextcloudScript, User};

use crate::program::{World, get};

const TEXT: &str = "Apixaban is restarted six hours after the ablation.";
/// The exit code that says that the log is not what it was.
const CHANGED: i32 = 7;

async fn clinic() -> World {
    let script = NextcloudScript::empty().user(User::new("alice")).user(User::new("bob"));
    let world = World::build(script).await;
    world.cloud.put("alice", "/Ablation.txt", TEXT.as_bytes().to_vec()).expect("a document");
    world
}

fn lines(world: &World, arguments: &[&str]) -> Vec<Value> {
    let output = world.run(arguments);
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn code(world: &World, arguments: &[&str]) -> (i32, String) {
    let output = world.run(arguments);
    (output.status.code().expect("an exit code"), String::from_utf8(output.stdout).expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_a_document_is_told_on_the_command_line_and_an_export_proves_itself_elsewhere() {
    let world = clinic().await;
    let daemon = world.serve();
    world.connect("alice");
    world.settle();
    assert_eq!(world.search("alice", "apixaban after ablation").len(), 1);
    let document = world.database.psql("select id from documents").trim().to_owned();

    let seen = lines(&world, &["audit", "query", "--document", &document, "--json"]);
    assert_eq!(
        (seen.len(), &seen[0]["user"], &seen[0]["action"]),
        (1, &"alice".into(), &"search.show".into())
    );
    let minted = lines(&world, &["audit", "query", "--action", "token.mint", "--about", "alice", "--json"]);
    assert_eq!(minted[0]["actor_kind"], "operator");
    assert_eq!(lines(&world, &["audit", "query", "--action", "account.connect", "--json"]).len(), 2);
    assert_eq!(
        lines(&world, &["audit", "query", "--action", "audit.read", "--json"]).len(),
        3,
        "asking is recorded"
    );
    assert_eq!(code(&world, &["audit", "query", "--person", "alice", "--since", "2999-01-01"]).0, 5);

    let own: Value = {
        let (status, body) =
            get(&world.address, "/api/v1/audit", Some(&world.token("alice"))).expect("an answer");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("JSON")
    };
    let own = own["records"].as_array().expect("records");
    assert!(
        own.iter().any(|record| record["action"] == "search.show" && record["subjects"]["document"] == 1)
    );
    assert!(own.iter().all(|record| record["action"] != "token.mint"), "only what one did oneself");
    assert_eq!(
        get(&world.address, "/api/v1/audit?limit=0", Some(&world.token("alice"))).expect("an answer").0,
        400
    );

    daemon.terminate();
    let (whole, told) = code(&world, &["audit", "verify", "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(whole, 0, "{told}");
    assert_eq!(
        told["vouched_to"], told["records"],
        "a daemon that ends in order leaves a checkpoint of its end"
    );

    let file = world.state_directory().join("export.jsonl");
    let path = file.to_str().expect("a plain path");
    assert_eq!(code(&world, &["audit", "export", path]).0, 0);
    assert_eq!(code(&world, &["audit", "export", path]).0, 1, "an export is never written over");
    let key = code(&world, &["audit", "key"]).1.trim().to_owned();
    let elsewhere = |file: &str, key: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_voiceassist"));
        let output =
            command.env_clear().args(["audit", "verify", file, "--public-key", key, "--json"]).output();
        let output = output.expect("the program starts");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    assert_eq!(elsewhere(path, &key).0, Some(0), "without database and configuration");
    assert_eq!(elsewhere(path, &"ab".repeat(32)).0, Some(CHANGED), "under another key");
    let changed = std::fs::read_to_string(&file).expect("read").replace("search.show", "answer.show");
    std::fs::write(&file, changed).expect("written");
    let (status, told) = elsewhere(path, &key);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (status, &told["fault"], &told["first_bad"]),
        (Some(CHANGED), &"changed".into(), &seen[0]["sequence"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_log_is_told_by_the_checkpoints_and_by_doctor() {
    let world = clinic().await;
    let daemon = world.serve();
    world.connect("alice");
    world.settle();
    daemon.terminate();
    assert_eq!(code(&world, &["audit", "verify"]).0, 0);
    let doctor = |world: &World| {
        let findings = lines(world, &["doctor", "--json"]);
        findings.into_iter().filter(|finding| finding["step"] == "audit").collect::<Vec<_>>()
    };
    let sound = doctor(&world);
    assert_eq!(sound[0]["verdict"], "warning", "tests run as the superuser: {sound:?}");
    assert_eq!(sound[1]["verdict"], "ok", "{sound:?}");
    // The last record is what the daemon's end left, and a checkpoint vouches for it.
    world.database.psql(
        "alter table audit_records disable trigger user;
         delete from audit_records where sequence = (select max(sequence) from audit_records)",
    );
    let (status, told) = code(&world, &["audit", "verify", "--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((status, &told["fault"]), (CHANGED, &"cut_off".into()), "{told}");
    let broken = doctor(&world);
    assert!(broken.iter().all(|finding| finding["verdict"] == "failed"), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_two_roles_the_daemon_works_and_doctor_is_content() {
    let mut world = clinic().await;
    let role = format!("daemon_{}", world.database.name());
    world.database.psql(&format!("create role \"{role}\" login"));
    let owner = world.database.url().to_owned();
    let runtime = owner.replace("//postgres@", &format!("//{role}@"));
    world.extra = vec![("DATABASE_OWNER_URL".to_owned(), owner), ("DATABASE_URL".to_owned(), runtime)];
    let (status, told) = code(&world, &["migrate"]);
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("no right to change the audit log"), "{told}");
    let daemon = world.serve();
    world.connect("alice");
    world.settle();
    assert_eq!(world.search("alice", "apixaban after ablation").len(), 1);
    daemon.terminate();
    let findings = lines(&world, &["doctor", "--json"]);
    let audit: Vec<_> = findings.iter().filter(|finding| finding["step"] == "audit").collect();
    assert!(
        audit.iter().all(|finding| finding["verdict"] == "ok"
            || finding["detail"].as_str().is_some_and(|detail| detail.contains("fsync"))),
        "{audit:?}"
    );
    assert_eq!(code(&world, &["audit", "verify"]).0, 0);
    world.database.psql(&format!("drop owned by \"{role}\"; drop role \"{role}\""));
}
