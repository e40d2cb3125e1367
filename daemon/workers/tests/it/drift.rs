//! Several people working at random, and a mirror of each that must not drift.
//!
//! The work is made from a seed: uploads, edits (also such that keep the etag), moves, renames, copies, deletions, trash
//! and back, shares, their end, and people who join and leave a group. Now and then everybody's mirror is brought up to
//! date and compared with a full listing as that person. `VOICEASSIST_DRIFT_ROUNDS` and `VOICEASSIST_DRIFT_SEED` make
//! it longer or another one.

use voiceassist_fakes::nextcloud::{Recipient, Rights};
use voiceassist_model::AccountId;

use crate::clinic::Clinic;

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
/// Comparisons in one run of the suite.
const ROUNDS: u64 = 8;
/// Changes between two comparisons.
const CHANGES: u64 = 12;
/// Comparisons after which what was read is compared as well.
const READ_EVERY: u64 = 4;

/// A stream of numbers that depends on its seed alone (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    fn person(&mut self) -> &'static str {
        PEOPLE[usize::try_from(self.roll(3)).expect("small")]
    }

    fn folder(&mut self) -> String {
        match self.roll(4) {
            0 => format!("/d{}", self.roll(3)),
            1 | 2 => format!("/d{}/e{}", self.roll(3), self.roll(3)),
            _ => format!("/d{}/e{}/g{}", self.roll(3), self.roll(3), self.roll(2)),
        }
    }

    fn file(&mut self) -> String {
        match self.roll(6) {
            0 => format!("/n{}.md", self.roll(4)),
            // The same letters in other cases, and an umlaut in its decomposed form.
            1 => format!(
                "{}/{}.md",
                self.folder(),
                ["Note", "note", "Befund u\u{308}ber"][usize::try_from(self.roll(3)).expect("small")]
            ),
            _ => format!("{}/n{}.md", self.folder(), self.roll(4)),
        }
    }
}

struct Workload {
    dice: Dice,
    shares: Vec<u64>,
    trash: Vec<(&'static str, u64)>,
    written: u64,
}

impl Workload {
    /// One change. What is impossible (nothing there, name taken) is passed over, as people pass over it.
    fn change(&mut self, clinic: &Clinic) {
        let (cloud, dice) = (&clinic.cloud, &mut self.dice);
        let person = dice.person();
        self.written += 1;
        // All of one length, so that an edit can keep length and etag.
        let text = format!("Note {:06} says what to do.", self.written);
        match dice.roll(16) {
            0..=3 => _ = cloud.put(person, &dice.file(), text),
            4 => _ = cloud.touch_same_etag(person, &dice.file(), text),
            5 => _ = cloud.put_at(person, &dice.file(), text, 1_700_000_000),
            6 | 7 => _ = cloud.rename(person, &dice.file(), &dice.file()),
            8 => {
                let (from, to) = (dice.folder(), dice.folder());
                if !format!("{to}/").starts_with(&format!("{from}/")) {
                    _ = cloud.rename(person, &from, &to);
                }
            }
            9 => _ = cloud.copy(person, &dice.folder(), &format!("/copy-{}", self.written)),
            10 => _ = cloud.remove(person, &dice.file()),
            11 => {
                let path = if dice.roll(2) == 0 { dice.folder() } else { dice.file() };
                if let Ok(id) = cloud.trash(person, &path) {
                    self.trash.push((person, id));
                }
            }
            12 => {
                if let Some((owner, id)) = self.trash.pop() {
                    _ = cloud.restore(owner, id);
                }
            }
            13 => {
                let with = match dice.roll(3) {
                    0 => Recipient::group("clinicians"),
                    _ => Recipient::user(dice.person()),
                };
                let path = if dice.roll(3) == 0 { dice.file() } else { dice.folder() };
                let rights = if dice.roll(2) == 0 { Rights::READ } else { Rights::ALL };
                self.shares.extend(cloud.share(person, &path, with, rights));
            }
            14 => {
                if let Some(share) = self.shares.pop() {
                    _ = cloud.unshare(share);
                }
            }
            _ => {
                let groups: &[&str] = if dice.roll(2) == 0 { &["clinicians"] } else { &[] };
                cloud.set_groups(person, groups).expect("a person");
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long to work at random is said where the test is started")]
fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

async fn drift(seed: u64, rounds: u64) {
    let clinic = Clinic::open().await;
    let mut people: Vec<(&str, AccountId)> = Vec::new();
    let mut work = Workload { dice: Dice(seed), shares: Vec::new(), trash: Vec::new(), written: 0 };
    for _ in 0..30 {
        work.change(&clinic);
    }
    for person in PEOPLE {
        people.push((person, clinic.connect(person).await));
    }
    for round in 1..=rounds {
        for _ in 0..CHANGES {
            work.change(&clinic);
            // Somebody is looked at in the middle of it all.
            if work.dice.roll(6) == 0 {
                let at = usize::try_from(work.dice.roll(3)).expect("small");
                clinic.sync(people[at].1).await;
            }
        }
        for (_, account) in &people {
            clinic.converge(*account).await;
        }
        for (_, account) in &people {
            clinic.assert_no_drift(*account).await;
        }
        let read = round % READ_EVERY == 0 || round == rounds;
        if read {
            clinic.settle().await;
        }
        clinic.assert_readers(&people, read).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mirrors_of_people_working_at_random_do_not_drift() {
    let seed = from_environment("VOICEASSIST_DRIFT_SEED", 20_261_123);
    drift(seed, from_environment("VOICEASSIST_DRIFT_ROUNDS", ROUNDS)).await;
}
