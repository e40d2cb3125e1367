//! Random people, shares and questions: what is found is what the database says, and that is what the server says.

use std::collections::BTreeSet;

use voiceassist_fakes::nextcloud::{Recipient, Rights};
use voiceassist_model::{AccountId, Randomness, SeededRandomness};

use crate::clinic::Clinic;

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
const WORDS: [&str; 4] = ["apixaban", "warfarin", "heparin", "metoprolol"];
const FOLDERS: usize = 4;

struct Dice(SeededRandomness);

impl Dice {
    fn roll(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides as u64).expect("small")
    }

    fn of<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.roll(choices.len())]
    }
}

/// One thing that people do. What cannot be done now is simply not done.
fn happen(clinic: &Clinic, dice: &Dice, shares: &mut Vec<u64>, number: usize) {
    let cloud = &clinic.cloud;
    let person = dice.of(&PEOPLE);
    let folder = format!("/{person}-{}", dice.roll(FOLDERS));
    match dice.roll(7) {
        0..=2 => {
            let text = format!("Note {number}: {} and {}.", dice.of(&WORDS), dice.of(&WORDS));
            _ = cloud.put(person, &format!("{folder}/note-{number}.txt"), text);
        }
        3 | 4 => {
            let other = dice.of(&PEOPLE);
            let recipient =
                if dice.roll(3) == 0 { Recipient::group("clinicians") } else { Recipient::user(other) };
            if other != person {
                shares.extend(cloud.share(person, &folder, recipient, Rights::READ).ok());
            }
        }
        5 if !shares.is_empty() => {
            _ = cloud.unshare(shares.swap_remove(dice.roll(shares.len())));
        }
        _ => {
            _ = cloud.remove(person, &folder);
        }
    }
}

/// Paths by what is found with each word.
async fn found(clinic: &Clinic, account: AccountId) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in WORDS {
        found.extend(clinic.paths_found(account, word).await);
    }
    found
}

#[tokio::test]
async fn nobody_finds_what_the_database_or_the_server_would_not_show_them() {
    for seed in [3, 17] {
        let clinic = Clinic::open().await;
        let dice = Dice(SeededRandomness::new(seed));
        let mut accounts = Vec::new();
        for person in PEOPLE {
            accounts.push((person, clinic.connect(person).await));
        }
        let mut shares = Vec::new();
        for round in 0..5 {
            for step in 0..8 {
                happen(&clinic, &dice, &mut shares, round * 8 + step);
            }
            for (_, account) in &accounts {
                clinic.sync(*account).await;
            }
            // The mirror has followed, the index has not: nothing more than the database says is found.
            for (person, account) in &accounts {
                let listed: BTreeSet<String> =
                    clinic.documents(*account).await.into_iter().map(|document| document.path).collect();
                let early = found(&clinic, *account).await;
                assert!(early.is_subset(&listed), "seed {seed}, round {round}, {person}: {early:?}");
                for path in &listed {
                    assert!(clinic.cloud.stat(person, path).is_some(), "seed {seed}, {person}: {path}");
                }
            }
            clinic.settle().await;
            for (person, account) in &accounts {
                let documents = clinic.documents(*account).await;
                let listed: BTreeSet<String> =
                    documents.iter().map(|document| document.path.clone()).collect();
                assert_eq!(found(&clinic, *account).await, listed, "seed {seed}, round {round}, {person}");
            }
        }
    }
}
