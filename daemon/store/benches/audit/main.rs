//! What the audit log costs, and whether it holds.
//!
//! `append` counts how many actions sixty-four writers have acknowledged in ten seconds, on a server that writes to disk
//! before it says so and on one that does not; `one` does the same for one writer, who waits for the disk each time.
//! `kills N` ends a child with sixty-four writers N times (500 unless given) by `kill -9` and proves after each that
//! every acknowledged action has its record and the chain has no gap. `verify` measures going over the chain. Each
//! section starts a PostgreSQL of its own; figures are of this run on this machine.

#![expect(clippy::print_stdout, reason = "a benchmark talks to its user")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop and say where")]
#![expect(clippy::panic, reason = "a benchmark that cannot run should stop and say where")]
#![expect(clippy::disallowed_methods, reason = "a child process is told what to do by its environment")]

#[path = "../../tests/it/audit_kills.rs"]
mod audit_kills;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;
use voiceassist_fakes::postgres::{Durability, PrivateCluster};
use voiceassist_model::{AccountId, ChunkId, DocumentId, OsRandomness, SystemClock};
use voiceassist_store::audit::{Action, Entry};
use voiceassist_store::{MasterKey, Store, StoreSettings};

const CHILD: &str = "child";
const URL: &str = "VOICEASSIST_AUDIT_CRASH_URL";
const DATABASE: &str = "audit";
const SECONDS: u64 = 10;
const USUAL_ROUNDS: u64 = 500;

#[tokio::main]
async fn main() {
    // Cargo adds `--bench`; what is left names sections.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if words.first().is_some_and(|word| word == CHILD) {
        let round = words[1].parse().unwrap();
        audit_kills::write_until_killed(open(&std::env::var(URL).unwrap()).await, round).await;
        return;
    }
    let asked = |section: &str| words.is_empty() || words.iter().any(|word| word == section);
    println!("| what | measured |\n|---|---|");
    for (durability, named) in [(Durability::Safe, "fsync on"), (Durability::Fast, "fsync off")] {
        if asked("append") {
            append(durability, named, audit_kills::WRITERS).await;
        }
        if asked("one") {
            append(durability, named, 1).await;
        }
    }
    if asked("kills") {
        let rounds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(USUAL_ROUNDS);
        kills(rounds).await;
    }
}

async fn open(url: &str) -> Store {
    let mut settings = StoreSettings::new(url);
    settings.max_connections = 4;
    let key = MasterKey::from_bytes([7; 32]);
    Store::connect(settings, key, Arc::new(SystemClock), Arc::new(OsRandomness)).await.unwrap()
}

/// A server of its own with an empty log.
async fn server(durability: Durability) -> (tempfile::TempDir, PrivateCluster, Store) {
    let directory = tempfile::tempdir_in("/var/tmp").unwrap();
    let cluster = PrivateCluster::start(&directory.path().join("cluster"), durability).unwrap();
    cluster.ensure_database(DATABASE).unwrap();
    let store = open(&cluster.url(DATABASE)).await;
    store.migrate().await.unwrap();
    (directory, cluster, store)
}

async fn append(durability: Durability, named: &str, writers: u64) {
    let (_directory, _cluster, store) = server(durability).await;
    let begun = Instant::now();
    let end = begun + Duration::from_secs(SECONDS);
    let tasks: Vec<_> =
        (0..writers).map(|writer| tokio::spawn(show_until(store.clone(), writer, end))).collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.unwrap());
    }
    let seconds = begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "| {writers} writers, {named}: searches of ten passages recorded | {:.0}/s; p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms |",
        waits.len() as f64 / seconds,
        at(50),
        at(95),
        at(99)
    );
    let begun = Instant::now();
    let finding = store.audit().verify(&[]).await.unwrap().unwrap();
    assert_eq!(finding.records, waits.len() as u64, "every acknowledged action has its record");
    println!("| … going over these {} records | {:.1} s |", finding.records, begun.elapsed().as_secs_f64());
}

async fn show_until(store: Store, writer: u64, end: Instant) -> Vec<Duration> {
    let reader = AccountId::from_uuid(Uuid::from_u128(u128::from(writer)));
    let mut waits = Vec::new();
    for number in 0_u128.. {
        let begun = Instant::now();
        if begun >= end {
            break;
        }
        let documents = (0..4).map(|at| DocumentId::from_uuid(Uuid::from_u128(number * 3 + at)));
        let passages = (0..10).map(|at| ChunkId::from_uuid(Uuid::from_u128(number * 5 + at)));
        let entries = Entry::showing(reader, Action::SearchShow, documents, passages);
        store.audit().append_all(entries).await.unwrap();
        waits.push(begun.elapsed());
    }
    waits
}

async fn kills(rounds: u64) {
    let (_directory, cluster, store) = server(Durability::Safe).await;
    let program = std::env::current_exe().unwrap();
    let begun = Instant::now();
    let tally = audit_kills::run(&store, rounds, |round| {
        let mut child = Command::new(&program);
        child.args([CHILD, &round.to_string()]).env(URL, cluster.url(DATABASE));
        child
    })
    .await;
    let finding = store.audit().verify(&[]).await.unwrap().unwrap();
    println!(
        "| {rounds} × kill -9 of {} writers, fsync on | {} acknowledged actions, every one recorded; {} records without \
         a gap; {:.0} s |",
        audit_kills::WRITERS,
        tally.acknowledged,
        finding.records,
        begun.elapsed().as_secs_f64()
    );
}
