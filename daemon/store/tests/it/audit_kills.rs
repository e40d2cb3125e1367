//! Rounds of `kill -9`: sixty-four writers in a child process, ended at any moment, and what they were told must be true.
//!
//! The child says on its standard output what was acknowledged, after it was; the pipe outlives it. After each round the
//! chain must go on without a gap and hold every acknowledged action at the place it was told. Used by the tests for a
//! few rounds and by the benchmark for many.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use voiceassist_model::{Randomness, SeededRandomness};
use voiceassist_store::Store;
use voiceassist_store::audit::record::Detail;
use voiceassist_store::audit::{Action, Actor, ChainCheck, Entry, MAX_RECORDS};

/// Writers of one child.
pub(crate) const WRITERS: u64 = 64;
/// The child lives at most this long after its first acknowledgement.
const LONGEST_LIFE: u64 = 120;

/// What an acknowledgement names: round, writer, number.
type Name = (u64, u64, u64);

/// What came of the rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Acknowledged actions, each of which has its record.
    pub(crate) acknowledged: u64,
    /// Records, among them those whose writer did not live to be told.
    pub(crate) records: u64,
}

/// The child: writes until it is ended, and says what was acknowledged.
pub(crate) async fn write_until_killed(store: Store, round: u64) {
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(store.clone(), round, writer))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn write(store: Store, round: u64, writer: u64) {
    for number in 0.. {
        let entry = Entry::new(Actor::Daemon, Action::DaemonStart);
        let entry = entry.count("round", round).count("writer", writer).count("number", number);
        let receipt = store.audit().append(entry).await.unwrap();
        let line = format!("acknowledged {round} {writer} {number} {}\n", receipt.sequence);
        if std::io::stdout().write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}

/// Runs rounds against the store's database. `child` makes the command of a child for a round.
pub(crate) async fn run(store: &Store, rounds: u64, child: impl Fn(u64) -> Command) -> Tally {
    let mut chain = ChainCheck::from_start(&[]);
    let mut tally = Tally::default();
    for round in 0..rounds {
        let told = live_and_die(child(round).stdout(Stdio::piped()).spawn().unwrap(), round);
        assert!(!told.is_empty(), "round {round}: the child acknowledged nothing before it was ended");
        let kept = follow(store, &mut chain).await;
        for (name, sequence) in &told {
            assert_eq!(kept.get(name), Some(sequence), "round {round}: {name:?} was acknowledged");
        }
        tally.acknowledged += told.len() as u64;
        tally.records += kept.len() as u64;
    }
    tally
}

/// Reads what the child says until it is gone; ends it at a moment of its own for each round.
fn live_and_die(mut child: Child, round: u64) -> BTreeMap<Name, u64> {
    let mut chance = [0; 8];
    SeededRandomness::new(round).fill(&mut chance);
    let life = Duration::from_millis(u64::from_le_bytes(chance) % LONGEST_LIFE);
    let output = child.stdout.take().unwrap();
    let mut told = BTreeMap::new();
    let mut executioner = None;
    let mut child = Some(child);
    for line in BufReader::new(output).split(b'\n') {
        // A line that was cut in its middle was not said.
        let Some((name, sequence)) = acknowledgement(&line.unwrap()) else { continue };
        told.insert(name, sequence);
        if let Some(mut child) = child.take() {
            executioner = Some(std::thread::spawn(move || {
                std::thread::sleep(life);
                child.kill().unwrap();
                child.wait().unwrap();
            }));
        }
    }
    if let Some(executioner) = executioner {
        executioner.join().unwrap();
    }
    told
}

fn acknowledgement(line: &[u8]) -> Option<(Name, u64)> {
    let text = std::str::from_utf8(line).ok()?;
    let fields: Vec<u64> =
        text.strip_prefix("acknowledged ")?.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [round, writer, number, sequence] = fields[..] else { return None };
    Some(((round, writer, number), sequence))
}

/// Goes over what is new in the chain.
async fn follow(store: &Store, chain: &mut ChainCheck) -> BTreeMap<Name, u64> {
    let mut kept = BTreeMap::new();
    loop {
        let rows = store.audit().after(chain.end().sequence, MAX_RECORDS).await.unwrap();
        if rows.is_empty() {
            return kept;
        }
        for row in rows {
            let record = row.record.unwrap();
            chain.take(&record).unwrap();
            let count = |name: &str| match record.details[name] {
                Detail::Count(number) => number,
                ref other => panic!("{name} is {other:?}"),
            };
            kept.insert((count("round"), count("writer"), count("number")), record.sequence);
        }
    }
}
