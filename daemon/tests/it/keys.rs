//! Keys are changed while the program runs: data keys under a daemon that answers, the master key between two starts.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use voiceassist_fakes::nextcloud::NextcloudScript;

use crate::program::World;

const QUESTION: &str = "apixaban ablation";

async fn clinic() -> World {
    let world = World::build(NextcloudScript::default()).await;
    for number in 0..12 {
        let text = format!("Case {number}. Apixaban is restarted six hours after the ablation.\n");
        world.cloud.put("alice", &format!("case-{number}.txt"), text.repeat(40)).expect("placed");
    }
    world.connect("alice");
    world
}

fn status(world: &World) -> Value {
    let output = world.run(&["keys", "status", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The versions of the keys there are.
fn versions(world: &World) -> Vec<u64> {
    let status = status(world);
    status["keys"].as_array().expect("keys").iter().filter_map(|key| key["version"].as_u64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_killed_at_any_time_is_finished_under_a_running_daemon_and_nothing_is_lost() {
    let world = clinic().await;
    let daemon = world.serve();
    world.settle();
    let found = world.search("alice", QUESTION);
    assert!(!found.is_empty());
    // From before the first statement to after the last row, in the midst of it too.
    for instant in [40, 90, 140, 190, 260, 400] {
        let mut rotation = world
            .command(&["keys", "rotate"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        tokio::time::sleep(Duration::from_millis(instant)).await;
        rotation.kill().expect("killed");
        rotation.wait().expect("reaped");
        assert_eq!(world.search("alice", QUESTION), found, "after {instant} ms");
    }
    let output = world.run(&["keys", "rotate", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"done\""));
    let newest = versions(&world);
    assert_eq!(newest.len(), 1, "{newest:?}");
    let used = status(&world);
    assert!(used["rows"].as_array().expect("rows").iter().all(|row| row["key"] == newest[0]), "{used}");
    assert_eq!(world.search("alice", QUESTION), found);

    let again = world.run(&["keys", "rotate", "--finish"]);
    assert!(again.status.success());
    assert_eq!(status(&world), used, "there was nothing to finish");
    daemon.terminate();
    let _daemon = world.serve();
    assert_eq!(world.search("alice", QUESTION), found, "a fresh daemon has only the new key");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_master_key_opens_everything_and_finds_everything_and_the_old_one_nothing() {
    let mut world = clinic().await;
    let daemon = world.serve();
    world.settle();
    let found = world.search("alice", QUESTION);
    let sealed = world.database.psql("select id, encode(body, 'hex') from chunks order by id");
    let new = world.state_directory().join("master-2.key").display().to_string();
    for _ in 0..2 {
        let output = world.run(&["keys", "rewrap", "--new-master", &new]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let refused = world.run(&["account", "list"]);
    assert!(!refused.status.success(), "the old key opens nothing");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the master key is not the one"));
    world.extra.push(("VOICEASSIST_SECRETS__MASTER_KEY_FILE".to_owned(), new));
    assert_eq!(world.search("alice", QUESTION), found, "the daemon that runs goes on");
    daemon.terminate();

    let points = |world: &World| -> Value {
        let output = world.run(&["index", "status", "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let status = points(&world);
    assert_eq!(status["points"], status["chunks"], "the index is still the one that was filled: {status}");
    let _daemon = world.serve();
    assert_eq!(world.search("alice", QUESTION), found);
    assert_eq!(world.database.psql("select id, encode(body, 'hex') from chunks order by id"), sealed);
}
