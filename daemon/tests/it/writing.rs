//! `voiceassist files` as its user meets it: done once, repeated without harm, taken back by the command it prints.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::process::Output;

use serde_json::Value;
use voiceassist_fakes::nextcloud::NextcloudScript;

use crate::program::World;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn files(world: &World, arguments: &[&str]) -> Output {
    let mut all = vec!["files"];
    all.extend(arguments);
    all.extend(["--user", "alice"]);
    world.run(&all)
}

/// Runs the command that a receipt says takes it back, as a shell would.
fn take_back(world: &World, output: &Output) {
    let text = said(output);
    let line =
        text.lines().find_map(|line| line.strip_prefix("Take it back: voiceassist ")).expect("a way back");
    let words: Vec<String> = line.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let back = world.run(&words);
    assert!(back.status.success(), "{line}: {}", said(&back));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_writes_from_the_terminal_and_takes_it_back() {
    let world = World::build(NextcloudScript::default()).await;
    world.connect("alice");
    let directory = tempfile::tempdir().expect("a directory");
    let here = directory.path().join("plan.txt");
    std::fs::write(&here, "restart after six hours").expect("written");
    let here = here.to_str().expect("a plain path");

    let made = files(&world, &["mkdir", "Reports/2026", "--parents"]);
    assert!(made.status.success(), "{}", said(&made));
    let put = files(&world, &["put", here, "Reports/2026/plan.txt", "--idempotency-key", "plan-1"]);
    assert!(put.status.success(), "{}", said(&put));
    assert_eq!(
        world.cloud.read("alice", "/Reports/2026/plan.txt").expect("a file"),
        "restart after six hours"
    );
    let again = files(&world, &["put", here, "Reports/2026/plan.txt", "--idempotency-key", "plan-1"]);
    assert_eq!((again.status.code(), &again.stdout), (Some(0), &put.stdout), "the same receipt");
    assert_eq!(world.cloud.request_log().count("PUT"), 1);
    std::fs::write(here, "another text").expect("written");
    let other = files(&world, &["put", here, "Reports/2026/plan.txt", "--idempotency-key", "plan-1"]);
    assert!(!other.status.success() && said(&other).contains("another request"), "{}", said(&other));
    let blind = files(&world, &["put", here, "Reports/2026/plan.txt"]);
    assert!(!blind.status.success() && said(&blind).contains("already something"), "{}", said(&blind));
    let stale = files(&world, &["put", here, "Reports/2026/plan.txt", "--if-match", "\"0\""]);
    assert!(!stale.status.success() && said(&stale).contains("changed since"), "{}", said(&stale));

    let tagged = files(&world, &["tag", "Reports/2026/plan.txt", "Reviewed"]);
    assert_eq!(world.cloud.tags_of("alice", "/Reports/2026/plan.txt").expect("tags"), ["Reviewed"]);
    take_back(&world, &tagged);
    assert!(world.cloud.tags_of("alice", "/Reports/2026/plan.txt").expect("tags").is_empty());
    let moved = files(&world, &["mv", "Reports/2026/plan.txt", "Reports/plan.txt"]);
    assert!(world.cloud.stat("alice", "/Reports/plan.txt").is_some(), "{}", said(&moved));
    take_back(&world, &moved);
    let removed = files(&world, &["rm", "Reports/2026/plan.txt"]);
    assert!(world.cloud.stat("alice", "/Reports/2026/plan.txt").is_none(), "{}", said(&removed));
    take_back(&world, &removed);
    assert_eq!(
        world.cloud.read("alice", "/Reports/2026/plan.txt").expect("a file"),
        "restart after six hours"
    );
    take_back(&world, &put);
    take_back(&world, &made);
    assert!(world.cloud.stat("alice", "/Reports").is_none());
    let listed = files(&world, &["rm", "Reports/2026/plan.txt", "--json"]);
    assert!(!listed.status.success(), "nothing is there");
    let made: Value = serde_json::from_slice(&files(&world, &["mkdir", "A", "--json"]).stdout).expect("JSON");
    assert!(made["receipt"]["undo"]["only_empty"].as_bool().expect("a flag"));
}
