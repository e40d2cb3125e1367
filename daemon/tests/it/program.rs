//! The program as a process, with a world of its own around it.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_fakes::postgres::TestDatabase;
use voiceassist_store::{make_schema, schema_name};

/// Nothing a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// A passage that was found: path, page, text.
pub(crate) type Found = (String, u64, String);

/// A Nextcloud, a database, a state directory, and a configuration that points at them.
pub(crate) struct World {
    pub(crate) cloud: Nextcloud,
    pub(crate) database: TestDatabase,
    pub(crate) address: String,
    pub(crate) extra: Vec<(String, String)>,
    state: TempDir,
}

impl World {
    /// Everything but a running daemon: keys made, schema current.
    pub(crate) async fn build(script: NextcloudScript) -> Self {
        let migrated = |url: String| async move { make_schema(&url).await.expect("the schema is made") };
        Self::build_on(script, TestDatabase::like(&schema_name(), migrated).await).await
    }

    /// The same on a database of the caller's.
    pub(crate) async fn build_on(script: NextcloudScript, database: TestDatabase) -> Self {
        let cloud = Nextcloud::start(script).await.expect("the loopback Nextcloud starts");
        let state = tempfile::tempdir().expect("a directory");
        let address = free_address();
        let world = Self { cloud, database, address, extra: Vec::new(), state };
        for command in [["keys", "init"].as_slice(), &["migrate"]] {
            let output = world.run(command);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        world
    }

    fn environment(&self) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = [
            ("NEXTCLOUD_BASE_URL", self.cloud.base_url()),
            ("DATABASE_URL", self.database.url().to_owned()),
            ("VOICEASSIST_SERVER__LISTEN", self.address.clone()),
            ("VOICEASSIST_STATE__DIRECTORY", self.state.path().display().to_string()),
            ("VOICEASSIST_SYNC__INTERVAL_SECONDS", "1".to_owned()),
            // Tests look as often as it takes.
            ("VOICEASSIST_LIMITS__REQUESTS_PER_MINUTE", "1000000".to_owned()),
            ("VOICEASSIST_LIMITS__QUESTIONS_PER_MINUTE", "1000000".to_owned()),
            ("PATH", search_path()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        environment.extend(self.extra.iter().cloned());
        environment
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_voiceassist"));
        command.args(arguments).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// Starts the daemon and waits until it answers.
    pub(crate) fn serve(&self) -> Daemon {
        self.serve_into(Stdio::null(), Stdio::null())
    }

    /// The same, with what it prints going somewhere.
    pub(crate) fn serve_into(&self, stdout: Stdio, stderr: Stdio) -> Daemon {
        let child =
            self.command(&["serve"]).stdout(stdout).stderr(stderr).spawn().expect("the daemon starts");
        let daemon = Daemon(child);
        wait(
            || get(&self.address, "/health/live", None).is_some_and(|(status, _)| status == 200),
            "the daemon answers",
        );
        daemon
    }

    /// Starts the daemon without waiting for anything.
    pub(crate) fn serve_unattended(&self) -> Daemon {
        Daemon(
            self.command(&["serve"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the daemon starts"),
        )
    }

    /// Connects a person through the command line and the login page.
    pub(crate) fn connect(&self, user: &str) {
        let mut child = self
            .command(&["account", "connect", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let first: Value =
            serde_json::from_str(&lines.next().expect("a line").expect("readable")).expect("JSON");
        self.cloud.grant(first["login_url"].as_str().expect("a link"), user).expect("granted");
        assert!(child.wait().expect("it ends").success());
    }

    pub(crate) fn token(&self, user: &str) -> String {
        let output = self.run(&["account", "token", user]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// Waits until no job is left that is due.
    pub(crate) fn settle(&self) {
        wait(
            || {
                self.database
                    .psql("select count(*) from jobs where run_at <= now() + interval '1 minute'")
                    .trim()
                    == "0"
            },
            "the queue is empty",
        );
    }

    /// What the person finds, as (path, page, text).
    pub(crate) fn search(&self, user: &str, query: &str) -> Vec<Found> {
        let token = self.token(user);
        let body = json!({ "query": query, "limit": 20 }).to_string();
        let (status, answer) =
            request(&self.address, "POST", "/api/v1/search", Some(&token), Some(&body)).expect("an answer");
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        answer["passages"]
            .as_array()
            .expect("passages")
            .iter()
            .map(|passage| {
                let text = |field: &str| passage[field].as_str().unwrap_or_default().to_owned();
                (text("path"), passage["pages"]["first"].as_u64().unwrap_or(0), text("text"))
            })
            .collect()
    }

    /// What the events of November 2026 are called, as their person reads them.
    pub(crate) fn events(&self, user: &str) -> Vec<String> {
        let path = "/api/v1/events?from=2026-11-01&to=2026-12-01";
        let (status, answer) = get(&self.address, path, Some(&self.token(user))).expect("an answer");
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let events = answer["events"].as_array().expect("events");
        events.iter().map(|event| event["summary"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub(crate) fn state_directory(&self) -> PathBuf {
        self.state.path().to_path_buf()
    }
}

/// A daemon process, killed when dropped.
pub(crate) struct Daemon(pub(crate) Child);

impl Daemon {
    /// Kill -9.
    pub(crate) fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("reaped");
    }

    /// A polite end; the exit code must be 0.
    pub(crate) fn terminate(mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
        assert!(self.0.wait().expect("reaped").success(), "a stopped daemon exits with 0");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "the program finds PostgreSQL and pip where the test does")]
fn search_path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

pub(crate) fn wait(done: impl Fn() -> bool, what: &str) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// A GET.
pub(crate) fn get(address: &str, path: &str, token: Option<&str>) -> Option<(u16, String)> {
    request(address, "GET", path, token, None)
}

/// One request over a plain socket; `None` when nothing answers.
pub(crate) fn request(
    address: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&str>,
) -> Option<(u16, String)> {
    use std::io::{Read as _, Write as _};
    let mut socket = std::net::TcpStream::connect(address).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    let body = body.unwrap_or_default();
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let length = body.len();
    write!(socket, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{token}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}
