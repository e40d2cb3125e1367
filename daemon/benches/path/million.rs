//! A tree of a million files: listed, stopped in the middle, gone on with, and looked at again.
//!
//! The loopback Nextcloud computes the tree while it is listed and runs in a process of its own, so that the memory
//! measured here is the daemon's side alone. `VOICEASSIST_BENCH_AREAS` makes the tree smaller, by 10,000 files an area.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, Synthetic};
use voiceassist_workers::sync::files::sync_files;

use crate::following::bare_listing;
use crate::row;
use crate::stage::Stage;

/// The word on the command line that makes this program the server.
pub(crate) const SERVE: &str = "serve-million";
/// Folders of 100 folders of 100 files.
const AREAS: u64 = 100;
/// The share of the tree after which the first look is stopped, in percent.
const STOPPED_AT: u64 = 40;

fn areas() -> u64 {
    let wanted = std::env::var_os("VOICEASSIST_BENCH_AREAS").and_then(|text| text.into_string().ok());
    wanted.and_then(|text| text.parse().ok()).unwrap_or(AREAS)
}

/// Serves the tree and does what standard input says: `log` tells what was asked since, `touch` changes one file.
pub(crate) async fn serve() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    cloud.pretend("alice", Synthetic::new(areas(), 100, 100)).unwrap();
    println!("{} {}", cloud.base_url(), cloud.app_password("alice").unwrap());
    tokio::task::block_in_place(|| {
        for line in std::io::stdin().lines() {
            if line.unwrap().as_str() == "touch" {
                cloud.touch_pretended("alice", areas() - 1, 50, 50).unwrap();
                println!("touched");
            } else {
                let asked = cloud.request_log().take();
                let bytes: u64 = asked.iter().map(|request| request.body_bytes).sum();
                println!("{} requests, {:.1} MB", asked.len(), bytes as f64 / 1e6);
            }
        }
    });
}

struct Server {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    base_url: String,
    password: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        let (base_url, password) = line.trim().split_once(' ').unwrap();
        let (base_url, password) = (base_url.to_owned(), password.to_owned());
        Self { child, orders, answers, base_url, password }
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

pub(crate) async fn measure() {
    let mut server = Server::start();
    let files = areas() * 10_000;
    let bare = bare_listing(&server.base_url, &server.password, 1).await;
    row(
        &format!("bare Depth-infinity PROPFIND of {files} files by curl, server in its own process"),
        format!("{:.1} s", bare.as_secs_f64()),
    );
    server.order("log");
    let stage = Stage::build().await;
    let account = stage.account(&server.base_url, "alice", server.password.clone()).await;
    let before = memory("VmRSS");
    let begun = Instant::now();
    let context = stage.context.clone();
    let first = tokio::spawn(async move { sync_files(&context, account).await });
    let arrived = loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let arrived = stage.context.store.entries().count(account).await.unwrap().files;
        if arrived * 100 >= files * STOPPED_AT || first.is_finished() {
            break arrived;
        }
    };
    first.abort();
    _ = first.await;
    let took = begun.elapsed();
    row(
        "first look, stopped in the middle",
        format!(
            "{arrived} files in {:.1} s, {:.0}/s, {}",
            took.as_secs_f64(),
            arrived as f64 / took.as_secs_f64(),
            server.order("log")
        ),
    );
    let begun = Instant::now();
    let report = sync_files(&stage.context, account).await.unwrap();
    let took = begun.elapsed();
    let count = stage.context.store.entries().count(account).await.unwrap().files;
    assert!(report.finished && count == files, "{report}: {count} of {files}");
    let rest = files - arrived;
    row(
        "the look that goes on from there",
        format!(
            "{rest} files in {:.1} s, {:.0}/s, {}",
            took.as_secs_f64(),
            rest as f64 / took.as_secs_f64(),
            server.order("log")
        ),
    );
    look(&stage, &mut server, account, "the next look, nothing changed").await;
    server.order("touch");
    look(&stage, &mut server, account, "the look after one file three folders down changed").await;
    row("memory of the daemon's side", format!("{before} MB before, {} MB at most", memory("VmHWM")));
}

async fn look(stage: &Stage, server: &mut Server, account: voiceassist_model::AccountId, what: &str) {
    let begun = Instant::now();
    sync_files(&stage.context, account).await.unwrap();
    row(what, format!("{:.3} s, {}", begun.elapsed().as_secs_f64(), server.order("log")));
}

/// A figure of this process in megabytes, as the kernel counts it.
pub(crate) fn memory(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(which)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
