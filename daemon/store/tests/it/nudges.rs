//! Hints: who is looked at, who is doubted, and how little a storm of them costs.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_model::{AccountId, Clock as _, HookKeyId};
use voiceassist_store::accounts::AccountState;
use voiceassist_store::nudges::{Effect, Nudge, Received, Sender, Urgency};
use voiceassist_store::rhythm::Pace;
use voiceassist_store::{Job, Lane};

use crate::clinic::{Clinic, file, folder, sorted};

/// The shared folder, and a file in it.
const WARD: i64 = 10;
const NOTE: i64 = 11;

/// A clinic where the first person shares a folder with the second, and the third sees nothing of it.
struct Ward {
    clinic: Clinic,
    sender: Sender,
    alice: AccountId,
    bob: AccountId,
    carol: AccountId,
}

impl Ward {
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let (key, _) = clinic.store.hook_keys().issue_listener(clinic.instance).await.unwrap();
        let sender = Sender { key, instance: clinic.instance, nonce: None };
        let mut people = Vec::new();
        for (number, user) in ["alice", "bob", "carol"].into_iter().enumerate() {
            let account = clinic.person(user).await;
            let root = 1 + i64::try_from(number).unwrap();
            let mut entries = vec![folder(root, None, "/", "r")];
            if user != "carol" {
                entries.push(folder(WARD, Some(root), "/Ward", "w"));
                entries.push(file(NOTE, WARD, "/Ward/note.md", "n"));
            }
            clinic.observe(account, &entries).await;
            people.push(account);
        }
        clinic.drain_jobs().await;
        let ward = Self { sender, alice: people[0], bob: people[1], carol: people[2], clinic };
        for account in people {
            ward.look(account).await;
        }
        ward.clinic.pass(60);
        ward
    }

    fn now(&self) -> DateTime<Utc> {
        self.clinic.clock.now()
    }

    /// What a worker does at the end of a look that found the tree as it is.
    async fn look(&self, account: AccountId) {
        let store = &self.clinic.store;
        let began = self.now();
        let run = self.clinic.run();
        store.cursors().start_run(account, run).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(store.cursors().finish_run(&mut tx, account, run, "root", None).await.unwrap());
        tx.commit().await.unwrap();
        store.accounts().mark_synced(account).await.unwrap();
        store.rhythm().looked(account, began, false, Pace::default()).await.unwrap();
        store.nudges().spread(account, began).await.unwrap();
    }

    async fn receive(&self, nudge: Nudge) -> Received {
        self.clinic.store.nudges().receive(&self.sender, &[nudge]).await.unwrap()
    }

    /// Accounts that are looked at within so many seconds, and the lanes they wait in.
    async fn looks_within(&self, seconds: i64) -> Vec<(AccountId, Lane)> {
        self.clinic.pass(seconds);
        let mut looks = Vec::new();
        let jobs = self.clinic.store.jobs();
        while let Some(leased) = jobs.claim("test", &Lane::ALL, TimeDelta::seconds(60)).await.unwrap() {
            if let Job::SyncFiles { account } = leased.job {
                looks.push((account, leased.lane));
            }
            jobs.finish(&leased).await.unwrap();
        }
        looks.sort_unstable();
        looks
    }

    async fn is_believed(&self, account: AccountId) -> bool {
        self.clinic.store.cursors().files(account).await.unwrap().confirmed_at.is_some()
    }
}

fn only(looks: &[(AccountId, Lane)]) -> Vec<AccountId> {
    looks.iter().map(|(account, _)| *account).collect()
}

#[tokio::test]
async fn new_content_is_looked_at_by_its_writer_first_and_by_the_other_readers_later() {
    let ward = Ward::open().await;
    let taken = ward.receive(Nudge::new(Effect::Content, Some(NOTE)).by("alice")).await;
    assert_eq!(taken, Received::Taken { looks: 2, doubts: 0 });
    assert_eq!(ward.looks_within(1).await, [(ward.alice, Lane::Interactive)]);
    assert_eq!(only(&ward.looks_within(20).await), [ward.bob]);
    assert!(ward.is_believed(ward.bob).await, "other content takes nothing away");
}

#[tokio::test]
async fn an_unshared_folder_is_doubted_in_the_same_moment_and_looked_at_first_of_all() {
    let ward = Ward::open().await;
    let nudge = Nudge::new(Effect::Withdrawn, Some(WARD)).by("alice").concerning(vec!["bob".to_owned()]);
    assert_eq!(ward.receive(nudge).await, Received::Taken { looks: 2, doubts: 1 });
    assert!(!ward.is_believed(ward.bob).await);
    assert!(ward.is_believed(ward.alice).await && ward.is_believed(ward.carol).await);
    assert_eq!(ward.looks_within(0).await, [(ward.bob, Lane::Access)]);
}

#[tokio::test]
async fn a_look_that_began_before_the_doubt_does_not_end_it() {
    let ward = Ward::open().await;
    let cursors = ward.clinic.store.cursors();
    let before = cursors.files(ward.bob).await.unwrap();
    ward.clinic.store.nudges().nudge_account(ward.bob, Urgency::Doubt).await.unwrap();
    assert!(cursors.confirm(ward.bob, &before, ward.now()).await.unwrap());
    assert!(!ward.is_believed(ward.bob).await);
    let after = cursors.files(ward.bob).await.unwrap();
    assert!(cursors.confirm(ward.bob, &after, ward.now()).await.unwrap());
    assert!(ward.is_believed(ward.bob).await);
}

#[tokio::test]
async fn a_share_nobody_is_named_for_concerns_whoever_holds_it() {
    let ward = Ward::open().await;
    ward.receive(Nudge::new(Effect::Withdrawn, Some(WARD))).await;
    assert!(!ward.is_believed(ward.alice).await && !ward.is_believed(ward.bob).await);
    assert!(ward.is_believed(ward.carol).await);
    let granted = Nudge { everyone: true, ..Nudge::new(Effect::Granted, Some(WARD)) };
    ward.receive(granted).await;
    let looks = only(&ward.looks_within(60).await);
    assert_eq!(looks, sorted(vec![ward.alice, ward.bob, ward.carol]));
}

#[tokio::test]
async fn a_new_file_concerns_the_holders_of_its_folder_once_its_writers_look_knows_it() {
    let ward = Ward::open().await;
    ward.receive(Nudge::new(Effect::Content, Some(12)).by("alice")).await;
    assert_eq!(only(&ward.looks_within(1).await), [ward.alice], "nobody else is known to see it");
    ward.clinic.observe(ward.alice, &[file(12, WARD, "/Ward/new.md", "n")]).await;
    ward.clinic.drain_jobs().await;
    ward.look(ward.alice).await;
    assert_eq!(only(&ward.looks_within(60).await), [ward.bob]);
    ward.look(ward.alice).await;
    assert!(ward.looks_within(60).await.is_empty(), "answered once");
}

#[tokio::test]
async fn who_was_looked_at_since_is_not_looked_at_again() {
    let ward = Ward::open().await;
    ward.receive(Nudge::new(Effect::Content, Some(12)).by("alice")).await;
    ward.looks_within(2).await;
    ward.clinic.observe(ward.alice, &[file(12, WARD, "/Ward/new.md", "n")]).await;
    ward.clinic.drain_jobs().await;
    ward.look(ward.bob).await;
    ward.clinic.pass(1);
    ward.look(ward.alice).await;
    assert!(ward.looks_within(60).await.is_empty());
}

#[tokio::test]
async fn an_announced_deletion_is_answered_only_when_the_file_is_gone() {
    let ward = Ward::open().await;
    ward.receive(Nudge::new(Effect::Gone, Some(NOTE)).by("alice")).await;
    assert!(!ward.is_believed(ward.bob).await);
    assert_eq!(only(&ward.looks_within(3).await), sorted(vec![ward.alice, ward.bob]));
    ward.look(ward.alice).await;
    ward.look(ward.bob).await;
    assert!(ward.is_believed(ward.bob).await, "it was still there");
    ward.clinic.pass(1);
    ward.receive(Nudge::new(Effect::Gone, None).by("alice")).await;
    ward.clinic.vanish(ward.alice, &[NOTE]).await;
    ward.clinic.pass(4);
    ward.clinic.drain_jobs().await;
    ward.look(ward.alice).await;
    assert!(!ward.is_believed(ward.bob).await, "now it is gone, and bob's mirror still has it");
    assert_eq!(only(&ward.looks_within(1).await), [ward.bob]);
}

#[tokio::test]
async fn five_hundred_hints_of_one_upload_cost_a_handful_of_looks() {
    let ward = Ward::open().await;
    let mut looks = 0;
    for number in 0..500_i64 {
        ward.receive(Nudge::new(Effect::Content, Some(1_000 + number)).by("alice")).await;
        ward.clinic.clock.advance(TimeDelta::milliseconds(120));
        for (account, _) in ward.looks_within(0).await {
            ward.look(account).await;
            looks += 1;
        }
    }
    assert!((1..=10).contains(&looks), "{looks} looks in a minute");
    assert_eq!(only(&ward.looks_within(30).await), [ward.alice], "the last hints are followed as well");
}

#[tokio::test]
async fn who_rests_is_doubted_and_not_asked() {
    let ward = Ward::open().await;
    let until = ward.now() + TimeDelta::minutes(10);
    ward.clinic
        .store
        .accounts()
        .set_state(ward.bob, AccountState::Throttled, Some("throttled"), Some(until))
        .await
        .unwrap();
    let nudge = Nudge::new(Effect::Withdrawn, Some(WARD)).concerning(vec!["bob".to_owned()]);
    assert_eq!(ward.receive(nudge).await, Received::Taken { looks: 0, doubts: 1 });
    assert!(!ward.is_believed(ward.bob).await);
    assert!(ward.looks_within(60).await.is_empty());
}

#[tokio::test]
async fn unknown_people_and_files_are_no_error_and_concern_nobody() {
    let ward = Ward::open().await;
    for nudge in [
        Nudge::new(Effect::Content, Some(i64::MAX)).by("mallory"),
        Nudge::new(Effect::Withdrawn, Some(-1)).concerning(vec![String::new(), "mallory".to_owned()]),
        Nudge::new(Effect::Gone, None),
    ] {
        assert_eq!(ward.receive(nudge).await, Received::Taken { looks: 0, doubts: 0 });
    }
    let elsewhere = ward.clinic.store.instances().ensure("https://other.clinic.example").await.unwrap();
    let (key, _) = ward.clinic.store.hook_keys().issue_listener(elsewhere).await.unwrap();
    let foreign = Sender { key, instance: elsewhere, nonce: None };
    let nudge = Nudge::new(Effect::Withdrawn, Some(WARD)).by("alice");
    let taken = ward.clinic.store.nudges().receive(&foreign, &[nudge]).await.unwrap();
    assert_eq!(taken, Received::Taken { looks: 0, doubts: 0 }, "a server speaks for its own people only");
}

#[tokio::test]
async fn a_signed_delivery_counts_once() {
    let ward = Ward::open().await;
    let (key, _) = ward.clinic.store.hook_keys().issue_app(ward.clinic.instance).await.unwrap();
    let until = ward.now() + TimeDelta::minutes(10);
    let signed =
        |nonce: &str| Sender { key, instance: ward.clinic.instance, nonce: Some((nonce.to_owned(), until)) };
    let nudge = [Nudge::new(Effect::Content, Some(NOTE)).by("alice")];
    let nudges = ward.clinic.store.nudges();
    assert!(matches!(nudges.receive(&signed("one"), &nudge).await.unwrap(), Received::Taken { .. }));
    assert_eq!(nudges.receive(&signed("one"), &nudge).await.unwrap(), Received::Replayed);
    assert!(matches!(nudges.receive(&signed("two"), &nudge).await.unwrap(), Received::Taken { .. }));
    assert_eq!(ward.clinic.store.hook_keys().sweep().await.unwrap(), 0, "still worth remembering");
    ward.clinic.pass(601);
    assert_eq!(ward.clinic.store.hook_keys().sweep().await.unwrap(), 2);
}

#[tokio::test]
async fn tokens_are_kept_as_hashes_and_a_replaced_one_ends_later() {
    let clinic = Clinic::open().await;
    let keys = clinic.store.hook_keys();
    let (old, token) = keys.issue_listener(clinic.instance).await.unwrap();
    let token = secrecy_text(&token);
    assert_eq!(keys.verify_listener(&token).await.unwrap(), Some((old, clinic.instance)));
    let forged = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
    for wrong in [forged.as_str(), "", "vah_", "vah_x_y", &token[1..], &token[..token.len() - 1]] {
        assert_eq!(keys.verify_listener(wrong).await.unwrap(), None, "{wrong}");
    }
    let (new, _) = keys.issue_listener(clinic.instance).await.unwrap();
    let kind = voiceassist_store::hook_keys::HookKeyKind::Listener;
    keys.retire_others(clinic.instance, kind, Some(new), TimeDelta::minutes(10)).await.unwrap();
    clinic.pass(599);
    assert!(keys.verify_listener(&token).await.unwrap().is_some(), "the other side changes over later");
    clinic.pass(2);
    assert!(keys.verify_listener(&token).await.unwrap().is_none());
    let listed: Vec<HookKeyId> =
        keys.list(clinic.instance).await.unwrap().into_iter().map(|key| key.id).collect();
    assert_eq!(listed, [new]);
}

fn secrecy_text(secret: &secrecy::SecretString) -> String {
    secrecy::ExposeSecret::expose_secret(secret).to_owned()
}

#[tokio::test]
async fn lag_is_the_age_of_the_oldest_unanswered_hint() {
    let ward = Ward::open().await;
    let nudges = ward.clinic.store.nudges();
    nudges.nudge_account(ward.bob, Urgency::Look).await.unwrap();
    ward.clinic.pass(20);
    nudges.nudge_account(ward.bob, Urgency::Doubt).await.unwrap();
    ward.clinic.pass(10);
    let following = nudges.follow(ward.bob).await.unwrap().unwrap();
    assert_eq!((following.lag_seconds, following.doubted), (30, true));
    let overview = nudges.overview().await.unwrap();
    assert_eq!((overview.lag_seconds[2], overview.doubted), (30.0, 1));
    assert_eq!(
        overview.age_seconds.map(|age| age.to_string()),
        ["90", "90", "90"],
        "nobody was looked at since"
    );
    ward.look(ward.bob).await;
    let following = nudges.follow(ward.bob).await.unwrap().unwrap();
    assert_eq!((following.lag_seconds, following.behind_since, following.doubted), (0, None, false));
    assert_eq!(following.last_reconciled_at, Some(ward.now()));
    assert_eq!(overview.states.iter().map(|(_, count)| count).sum::<u64>(), 3);
    assert!(nudges.follow(AccountId::from_uuid(uuid::Uuid::nil())).await.unwrap().is_none());
}

#[tokio::test]
async fn the_timer_looks_often_at_who_is_there_and_rarely_at_who_sleeps() {
    let ward = Ward::open().await;
    let rhythm = ward.clinic.store.rhythm();
    let pace = Pace { active: TimeDelta::seconds(30), idle: TimeDelta::minutes(15) };
    // A day of sleep, looked at every minute by the clock of this test.
    let (mut looks, mut last) = (0, 0);
    for minute in 0..24 * 60 {
        ward.clinic.pass(60);
        rhythm.schedule(pace, 500).await.unwrap();
        for (account, lane) in ward.looks_within(0).await {
            assert_eq!(lane, Lane::Interactive);
            rhythm.looked(account, ward.now(), false, pace).await.unwrap();
            looks += 1;
            last = minute;
        }
    }
    assert!((3 * 90..=3 * 121).contains(&looks), "{looks} looks at three sleepers in a day");
    assert!(last > 24 * 60 - 20);
    rhythm.mark_active(ward.carol).await.unwrap();
    rhythm.schedule(pace, 500).await.unwrap();
    assert!(only(&ward.looks_within(0).await).contains(&ward.carol), "who comes back is looked at");
}

#[tokio::test]
async fn the_timer_does_not_overtake_a_look_that_waits_after_a_failure() {
    let ward = Ward::open().await;
    let rhythm = ward.clinic.store.rhythm();
    rhythm.schedule(Pace { active: TimeDelta::seconds(1), idle: TimeDelta::seconds(1) }, 500).await.unwrap();
    ward.looks_within(0).await;
    let jobs = ward.clinic.store.jobs();
    let later = voiceassist_store::Enqueue::new(Job::SyncFiles { account: ward.bob })
        .at(ward.now() + TimeDelta::minutes(30));
    jobs.enqueue_now(later).await.unwrap();
    ward.clinic.pass(300);
    rhythm.schedule(Pace::default(), 500).await.unwrap();
    assert!(!only(&ward.looks_within(60).await).contains(&ward.bob));
}
