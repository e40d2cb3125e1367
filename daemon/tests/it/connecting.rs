//! Connecting over HTTP with the whole program: the daemon polls, another person's grant is given back, restarts lose
//! nothing, and leaving takes everything along.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::time::{Duration, Instant};

use serde_json::Value;
use voiceassist_fakes::nextcloud::{Fault, NextcloudScript};

use crate::program::{World, request};

/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A person at the API.
struct Caller<'a> {
    world: &'a World,
    token: String,
}

impl<'a> Caller<'a> {
    /// Somebody without an account.
    fn newcomer(world: &'a World, user: &str) -> Self {
        let output = world.run(&["account", "token", user, "--new"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let token = String::from_utf8(output.stdout).expect("text").trim().to_owned();
        Self { world, token }
    }

    fn ask(&self, method: &str, path: &str) -> (u16, Value) {
        let (status, body) =
            request(&self.world.address, method, path, Some(&self.token), None).expect("an answer");
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Begins a login; its id and link.
    fn begin(&self) -> (String, String) {
        let (status, begun) = self.ask("POST", "/api/v1/account/connect");
        assert_eq!(status, 201, "{begun}");
        let text = |field: &str| begun[field].as_str().expect("text").to_owned();
        (text("id"), text("login_url"))
    }

    /// Asks for news until the login is no longer pending.
    fn news(&self, id: &str) -> Value {
        let begun = Instant::now();
        loop {
            let (status, news) = self.ask("GET", &format!("/api/v1/account/connect/{id}"));
            assert_eq!(status, 200, "{news}");
            if news["state"] != "pending" {
                return news;
            }
            assert!(begun.elapsed() < PATIENCE, "still pending");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_connects_over_http_across_a_restart_and_leaves_again() {
    let world = World::build(NextcloudScript::default()).await;
    world.cloud.put("alice", "/note.md", "The spare key hangs in room 12.").expect("placed");
    let daemon = world.serve();
    let alice = Caller::newcomer(&world, "alice");
    assert_eq!(alice.ask("GET", "/api/v1/account").0, 404);
    let (id, link) = alice.begin();
    daemon.kill();
    let daemon = world.serve();
    world.cloud.grant(&link, "alice").expect("granted");
    let news = alice.news(&id);
    assert_eq!(news["state"], "connected", "{news}");
    world.settle();

    let (status, shown) = alice.ask("GET", "/api/v1/account");
    assert_eq!((status, &shown["state"], &shown["user_id"]), (200, &"connected".into(), &"alice".into()));
    assert!(shown["last_success_at"].is_string(), "{shown}");
    assert!(world.search("alice", "spare key").iter().any(|(path, ..)| path == "/note.md"));
    let dump = world
        .database
        .psql("select count(*) from connect_flows where poll_token is not null or granted is not null");
    assert_eq!(dump.trim(), "0", "no secret outlives its login");

    assert_eq!(world.cloud.clients("alice").len(), 1);
    let (status, receipt) = alice.ask("DELETE", "/api/v1/account");
    assert_eq!((status, &receipt["app_password_revoked"]), (200, &true.into()), "{receipt}");
    assert_eq!(receipt["documents_purged"], 1);
    assert!(world.cloud.clients("alice").is_empty(), "given back");
    assert_eq!(alice.ask("GET", "/api/v1/account").0, 404);
    daemon.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_grant_is_given_back_at_once_even_when_nextcloud_hesitates() {
    let world = World::build(NextcloudScript::default()).await;
    let daemon = world.serve();
    let alice = Caller::newcomer(&world, "alice");
    let (id, link) = alice.begin();
    world.cloud.fault(Fault::on("DELETE").path("core/apppassword").status(502));
    world.cloud.grant(&link, "bob").expect("granted");
    let news = alice.news(&id);
    assert_eq!(news["state"], "wrong_user", "{news}");
    assert!(world.cloud.clients("bob").is_empty(), "bob's app password was given back");
    assert_eq!(world.cloud.unconsumed_faults(), 0);
    assert_eq!(world.database.psql("select count(*) from accounts").trim(), "0", "nobody was connected");
    daemon.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_how_each_account_is() {
    let world = World::build(NextcloudScript::default()).await;
    world.connect("alice");
    world.connect("bob");
    world.cloud.revoke("bob");
    let daemon = world.serve();
    let begun = Instant::now();
    let bob = loop {
        let output = world.run(&["account", "list", "--json"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let bob = lines.into_iter().find(|line| line["user"] == "bob").expect("bob is listed");
        if bob["state"] == "revoked" {
            break bob;
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(bob["reason"], "unauthorized");
    let said = world.run(&["account", "list"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("revoked"), "{said}");
    let shown = world.run(&["account", "show", "alice", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(shown["state"], "connected");
    assert!(shown["documents"].is_object());
    daemon.terminate();
}
