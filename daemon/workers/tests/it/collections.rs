//! Calendars and address books against the loopback Nextcloud: what the mirror holds is what the server shows.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;
use voiceassist_fakes::nextcloud::{CollectionKind, Fault, ObjectTrouble};
use voiceassist_model::AccountId;
use voiceassist_store::Job;
use voiceassist_store::accounts::AccountState;
use voiceassist_store::calendars::{ItemKind, Span};
use voiceassist_store::collections::{Collection, CollectionClass, TRUSTED_FOR};
use voiceassist_workers::leader::lead;
use voiceassist_workers::push::PushMode;
use voiceassist_workers::sync::collections::{CollectionsReport, plan_collections, sync_collections};
use voiceassist_workers::{Context, JobError};

use crate::clinic::Clinic;

const CALENDARS: CollectionClass = CollectionClass::Calendar;
const BOOKS: CollectionClass = CollectionClass::AddressBook;

fn event(uid: &str, summary: &str, more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\nSUMMARY:{summary}\r\nDTSTART:20261124T090000Z\r\nDURATION:PT1H\r\n{more}\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn card(uid: &str, name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nTEL:+1 555 0100\r\nEND:VCARD\r\n")
}

struct Mirror {
    clinic: Clinic,
    alice: AccountId,
}

impl Mirror {
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let alice = clinic.connect("alice").await;
        Self { clinic, alice }
    }

    fn put(&self, collection: &str, name: &str, text: &str) {
        self.clinic.cloud.put_object("alice", collection, name, text).expect("stored");
    }

    async fn try_look(&self, class: CollectionClass) -> Result<CollectionsReport, JobError> {
        self.clinic.clock.advance(TimeDelta::seconds(60));
        sync_collections(&self.clinic.context, self.alice, class).await
    }

    async fn look(&self, class: CollectionClass) -> CollectionsReport {
        self.try_look(class).await.expect("the look succeeds")
    }

    async fn collections(&self, class: CollectionClass) -> Vec<Collection> {
        self.clinic.context.store.collections().list(self.alice, class).await.expect("a list")
    }

    async fn collection(&self, class: CollectionClass, name: &str) -> Collection {
        let found = self.collections(class).await.into_iter().find(|own| own.about.location.ends_with(name));
        found.unwrap_or_else(|| panic!("{name} is not mirrored"))
    }

    /// Summaries of what is on in these days, as the person reads them.
    async fn agenda(&self, from: &str, to: &str) -> Vec<String> {
        let at = |text: &str| -> DateTime<Utc> { text.parse().expect("an instant") };
        let span = Span {
            from: at(from),
            to: at(to),
            local_from: at(from).naive_utc(),
            local_to: at(to).naive_utc(),
        };
        let calendars = self.clinic.context.store.calendars();
        let found =
            calendars.occurrences(self.alice, ItemKind::Event, &span, 1_000).await.expect("an agenda");
        let ids: Vec<_> = found.iter().map(|one| one.object).collect();
        let said = calendars.describe(self.alice, &ids).await.expect("descriptions");
        found.iter().map(|one| said[&one.object].note.items[one.what.item as usize].summary.clone()).collect()
    }

    async fn november(&self) -> Vec<String> {
        self.agenda("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z").await
    }

    /// The mirror holds what the server holds, object by object.
    async fn assert_equal(&self, class: CollectionClass, name: &str) {
        let own = self.collection(class, &format!("{name}/")).await;
        let held = self.clinic.context.store.collections().objects(own.id).await.expect("objects");
        let held: BTreeSet<String> = held
            .iter()
            .map(|object| object.location.rsplit('/').next().expect("a name").to_owned())
            .collect();
        let there = self.clinic.cloud.objects("alice", name).expect("objects");
        assert_eq!(held, there.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>());
    }

    fn requests(&self) -> usize {
        self.clinic.cloud.request_log().take().len()
    }
}

#[tokio::test]
async fn an_unchanged_home_costs_one_request() {
    let mirror = Mirror::open().await;
    mirror.put("personal", "1.ics", &event("e-1", "Ward round", ""));
    assert_eq!(mirror.look(CALENDARS).await.read, 1);
    mirror.requests();
    let report = mirror.look(CALENDARS).await;
    assert_eq!((report.read, report.forgotten), (0, 0));
    assert_eq!(mirror.requests(), 1);
    mirror.look(BOOKS).await;
    mirror.requests();
    mirror.look(BOOKS).await;
    assert_eq!(mirror.requests(), 1);
}

#[tokio::test]
async fn a_look_that_finds_nothing_new_moves_the_time_of_every_calendar() {
    let mirror = Mirror::open().await;
    mirror.look(CALENDARS).await;
    let before = mirror.collection(CALENDARS, "personal/").await.synced_at.expect("looked at");
    mirror.look(CALENDARS).await;
    let after = mirror.collection(CALENDARS, "personal/").await.synced_at.expect("looked at");
    assert!(after >= before + TimeDelta::seconds(60), "{before} {after}");
    // One that could not be read keeps its time, and the others move on.
    mirror.put("personal", "1.ics", &event("e-1", "Visit", ""));
    mirror.clinic.cloud.fault(Fault::on("REPORT").path("personal").times(u32::MAX).status(500));
    let outcome = mirror.try_look(CALENDARS).await;
    let failed = mirror.collection(CALENDARS, "personal/").await;
    assert_eq!((failed.synced_at, failed.reason.is_some()), (Some(after), true), "{outcome:?}");
    let birthdays = mirror.collection(CALENDARS, "contact_birthdays/").await;
    assert!(birthdays.synced_at.expect("looked at") > after);
}

#[tokio::test]
async fn changes_and_deletions_arrive_by_the_delta() {
    let mirror = Mirror::open().await;
    for number in 0..120 {
        mirror.put("personal", &format!("{number}.ics"), &event(&format!("e-{number}"), "Visit", ""));
    }
    assert_eq!(mirror.look(CALENDARS).await.read, 120);
    mirror.put("personal", "7.ics", &event("e-7", "Moved visit", ""));
    assert!(mirror.clinic.cloud.delete_object("alice", "personal", "8.ics").expect("known"));
    mirror.put("personal", "new.ics", &event("e-new", "New visit", ""));
    let Context { store, connections, .. } = &mirror.clinic.context;
    let plans = plan_collections(store, connections, mirror.alice, CALENDARS).await.expect("a plan");
    let (_, plan) = plans.iter().find(|(name, _)| name == "Personal").expect("the calendar");
    assert_eq!(plan.to_string(), "fetch 2, forget 1 (by what the server tells: delta)");
    let report = mirror.look(CALENDARS).await;
    assert_eq!((report.read, report.forgotten), (2, 1));
    let november = mirror.november().await;
    assert_eq!(november.len(), 120);
    assert!(november.contains(&"Moved visit".to_owned()) && november.contains(&"New visit".to_owned()));
    mirror.assert_equal(CALENDARS, "personal").await;
}

#[tokio::test]
async fn what_moves_to_another_calendar_stays_the_document_it_was() {
    let mirror = Mirror::open().await;
    let cloud = &mirror.clinic.cloud;
    for name in ["a-rounds", "z-archive"] {
        cloud.add_collection("alice", name, CollectionKind::Calendar).expect("known");
    }
    mirror.put("personal", "1.ics", &event("e-1", "Visit", ""));
    mirror.put("personal", "2.ics", &event("e-2", "Talk", ""));
    mirror.put("personal", "3.ics", &event("e-3", "Lunch", ""));
    mirror.look(CALENDARS).await;
    let documents = || {
        let sql = "select d.id from documents d join collection_objects o on o.id = d.object_id order by 1";
        mirror.clinic.database.psql(sql)
    };
    let before = documents();
    // One to a calendar before it in the listing, one to one behind it, under other names; and one is only copied.
    for (name, to, other) in [("1.ics", "a-rounds", "x.ics"), ("2.ics", "z-archive", "2.ics")] {
        let uid = if name == "1.ics" { ("e-1", "Visit") } else { ("e-2", "Talk") };
        assert!(cloud.delete_object("alice", "personal", name).expect("known"));
        mirror.put(to, other, &event(uid.0, uid.1, ""));
    }
    let report = mirror.look(CALENDARS).await;
    assert_eq!((report.read, report.forgotten), (2, 0));
    assert_eq!(documents(), before, "the same documents");
    for name in ["personal", "a-rounds", "z-archive"] {
        mirror.assert_equal(CALENDARS, name).await;
    }
    assert_eq!(mirror.november().await.len(), 3);
    mirror.put("z-archive", "3.ics", &event("e-3", "Lunch", ""));
    mirror.look(CALENDARS).await;
    assert_eq!(documents().lines().count(), 4, "what is in two calendars is two");
    assert_eq!(mirror.november().await.iter().filter(|one| *one == "Lunch").count(), 2);
}

#[tokio::test]
async fn a_restored_or_forgetful_server_is_compared_whole() {
    let mirror = Mirror::open().await;
    for number in 0..10 {
        mirror.put("personal", &format!("{number}.ics"), &event(&format!("e-{number}"), "Visit", ""));
    }
    mirror.look(CALENDARS).await;
    // A backup: two objects of later are not there, and the number is lower than the one we know.
    mirror.clinic.cloud.delete_object("alice", "personal", "0.ics").expect("known");
    mirror.clinic.cloud.rewind_collection("alice", "personal", 5).expect("known");
    assert_eq!(mirror.look(CALENDARS).await.forgotten, 1);
    mirror.assert_equal(CALENDARS, "personal").await;
    // The server forgot what changed and says only that something did.
    mirror.clinic.cloud.delete_object("alice", "personal", "1.ics").expect("known");
    mirror.clinic.cloud.prune_collection("alice", "personal").expect("known");
    assert_eq!(mirror.look(CALENDARS).await.forgotten, 1);
    mirror.assert_equal(CALENDARS, "personal").await;
}

#[tokio::test]
async fn once_a_day_everything_is_compared_whatever_the_token_says() {
    let mirror = Mirror::open().await;
    mirror.put("personal", "1.ics", &event("e-1", "Visit", ""));
    mirror.look(CALENDARS).await;
    mirror.put("personal", "2.ics", &event("e-2", "Lost by a restore to the same number", ""));
    mirror.clinic.cloud.rewind_collection("alice", "personal", 1).expect("known");
    assert_eq!(mirror.look(CALENDARS).await.read, 0, "the token is the one we know");
    mirror.clinic.clock.advance(TimeDelta::hours(25));
    assert_eq!(mirror.look(CALENDARS).await.read, 1);
    mirror.assert_equal(CALENDARS, "personal").await;
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_a_reason_and_everything_else_is_mirrored() {
    let mirror = Mirror::open().await;
    mirror.put("personal", "sound.ics", &event("e-1", "Sound", ""));
    mirror.put("personal", "empty.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n");
    mirror.put("personal", "noise.ics", "\u{1}\u{2}not a calendar");
    mirror.put("personal", "long.ics", &event("e-2", &"x".repeat(1_000_000), ""));
    mirror.put("personal", "bomb.ics", &event("e-3", "Bomb", "RRULE:FREQ=SECONDLY\r\n"));
    mirror.put("personal", "broken.ics", &event("e-4", "Broken", ""));
    mirror
        .clinic
        .cloud
        .trouble_object("alice", "personal", "broken.ics", Some(ObjectTrouble::BrokenXml))
        .expect("known");
    mirror.put("personal", "fails.ics", &event("e-6", "Fails", ""));
    let fails = Some(ObjectTrouble::Fails);
    mirror.clinic.cloud.trouble_object("alice", "personal", "fails.ics", fails).expect("known");
    let report = mirror.look(CALENDARS).await;
    assert_eq!((report.read, report.quarantined), (3, 4));
    let reasons = mirror.clinic.context.store.collections().quarantined(mirror.alice).await.expect("counts");
    let reasons: Vec<&str> = reasons.iter().map(|(reason, _)| reason.as_str()).collect();
    assert_eq!(reasons, ["empty", "nothing_expected", "refused", "unreadable"], "every reason is a code");
    assert!(mirror.november().await.contains(&"Sound".to_owned()));
    assert_eq!(mirror.look(CALENDARS).await, mirror.look(CALENDARS).await, "and nothing is fetched again");

    mirror.put("personal", "empty.ics", &event("e-5", "Mended", ""));
    assert_eq!(mirror.look(CALENDARS).await.read, 1);
    assert!(mirror.november().await.contains(&"Mended".to_owned()));
}

#[tokio::test]
async fn a_server_that_fails_at_everything_makes_no_object_suspect() {
    let mirror = Mirror::open().await;
    for number in 0..60 {
        let name = format!("{number}.ics");
        mirror.put("personal", &name, &event(&format!("e-{number}"), "Round", ""));
        let fails = Some(ObjectTrouble::Fails);
        mirror.clinic.cloud.trouble_object("alice", "personal", &name, fails).expect("known");
    }
    mirror.try_look(CALENDARS).await.expect_err("the server has failed");
    let own = mirror.collection(CALENDARS, "personal/").await;
    let held = mirror.clinic.context.store.collections().held(mirror.alice).await.expect("counted");
    assert_eq!(held.get(&own.id), None);
    for number in 0..60 {
        mirror
            .clinic
            .cloud
            .trouble_object("alice", "personal", &format!("{number}.ics"), None)
            .expect("known");
    }
    assert_eq!(mirror.look(CALENDARS).await.read, 60);
}

#[tokio::test]
async fn somebody_elses_missing_object_forgets_nothing() {
    let mirror = Mirror::open().await;
    mirror.put("personal", "1.ics", &event("e-1", "Visit", ""));
    mirror.look(CALENDARS).await;
    mirror.clinic.cloud.stray_deletions("alice", "personal", true).expect("known");
    mirror.put("personal", "2.ics", &event("e-2", "Visit", ""));
    let report = mirror.look(CALENDARS).await;
    assert_eq!((report.read, report.forgotten), (1, 0));
    mirror.assert_equal(CALENDARS, "personal").await;
}

#[tokio::test]
async fn a_killed_run_goes_on_where_it_was() {
    let mirror = Mirror::open().await;
    for number in 0..180 {
        mirror.put("personal", &format!("{number:03}.ics"), &event(&format!("e-{number}"), "Visit", ""));
    }
    // The second batch of contents never comes, and the process is gone while it waits.
    mirror.clinic.cloud.fault(Fault::on("REPORT").path("personal").skip(2).hang());
    let (context, alice) = (mirror.clinic.context.clone(), mirror.alice);
    let run = tokio::spawn(async move { sync_collections(&context, alice, CALENDARS).await });
    let reached = async {
        while mirror.clinic.cloud.unconsumed_faults() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reached).await.expect("the second batch is asked for");
    run.abort();
    run.await.expect_err("killed");
    mirror.clinic.cloud.clear_faults();
    let own = mirror.collection(CALENDARS, "personal/").await;
    let held = mirror.clinic.context.store.collections().objects(own.id).await.expect("objects").len();
    assert!(own.sync_token.is_none(), "an unfinished collection has no token");
    let report = mirror.look(CALENDARS).await;
    assert_eq!(report.read + held as u64, 180, "what was applied is not fetched again");
    assert!(held > 0, "something had been applied");
    mirror.assert_equal(CALENDARS, "personal").await;
}

#[tokio::test]
async fn kinds_are_told_apart_and_a_withdrawn_share_is_gone_with_the_next_look() {
    let mirror = Mirror::open().await;
    let cloud = &mirror.clinic.cloud;
    cloud.add_collection("alice", "rota_shared_by_bob", CollectionKind::Calendar).expect("known");
    cloud.share_collection("alice", "rota_shared_by_bob", "bob", true).expect("known");
    cloud.add_collection("alice", "holidays", CollectionKind::Subscription).expect("known");
    mirror.put("rota_shared_by_bob", "1.ics", &event("e-1", "Bob on call", ""));
    mirror.put("contact_birthdays", "2.ics", &event("e-2", "Birthday", ""));
    mirror.look(CALENDARS).await;
    mirror.look(BOOKS).await;
    let mut kinds: Vec<String> =
        mirror.collections(CALENDARS).await.into_iter().map(|own| own.kind).collect();
    kinds.extend(mirror.collections(BOOKS).await.into_iter().map(|own| own.kind));
    kinds.sort();
    assert_eq!(kinds, ["birthdays", "own", "own", "shared", "subscribed", "system"]);
    assert!(mirror.november().await.contains(&"Bob on call".to_owned()));

    mirror.clinic.clock.advance(TRUSTED_FOR + TimeDelta::seconds(1));
    assert_eq!(mirror.november().await, ["Birthday"], "what nobody confirmed lately is not shown");
    assert!(mirror.clinic.cloud.remove_collection("alice", "rota_shared_by_bob"));
    let report = mirror.look(CALENDARS).await;
    assert_eq!(report.gone, 1);
    assert_eq!(mirror.november().await, ["Birthday"]);
}

#[tokio::test]
async fn much_that_is_suddenly_missing_is_looked_at_twice() {
    let mirror = Mirror::open().await;
    for number in 0..30 {
        mirror.put("contacts", &format!("{number}.vcf"), &card(&format!("k-{number}"), "Maren Holt"));
    }
    mirror.look(BOOKS).await;
    for number in 0..30 {
        mirror.clinic.cloud.delete_object("alice", "contacts", &format!("{number}.vcf")).expect("known");
    }
    mirror.clinic.cloud.rewind_collection("alice", "contacts", 20).expect("known");
    let first = mirror.look(BOOKS).await;
    assert_eq!((first.held, first.forgotten), (30, 0));
    assert_eq!(mirror.look(BOOKS).await.forgotten, 30);
    mirror.assert_equal(BOOKS, "contacts").await;
}

#[tokio::test]
async fn a_series_is_gone_on_with_as_the_days_pass() {
    let mirror = Mirror::open().await;
    mirror.put("personal", "1.ics", &event("e-1", "Round", "RRULE:FREQ=WEEKLY\r\n"));
    mirror.look(CALENDARS).await;
    let far = ("2028-12-01T00:00:00Z", "2029-01-01T00:00:00Z");
    assert_eq!(mirror.agenda(far.0, far.1).await.len(), 0);
    mirror.clinic.clock.advance(TimeDelta::days(60));
    assert_eq!(mirror.look(CALENDARS).await.expanded, 1);
    assert!(!mirror.agenda(far.0, far.1).await.is_empty());
    assert_eq!(mirror.look(CALENDARS).await.expanded, 0);
}

#[tokio::test]
async fn only_the_owner_reads_and_nobody_once_the_account_is_refused() {
    let mirror = Mirror::open().await;
    let bob = mirror.clinic.connect("bob").await;
    mirror.put("personal", "1.ics", &event("e-1", "Visit", ""));
    mirror.put("contacts", "1.vcf", &card("k-1", "Maren Holt"));
    mirror.look(CALENDARS).await;
    mirror.look(BOOKS).await;
    let store = &mirror.clinic.context.store;
    assert_eq!(store.contacts().list(mirror.alice, None, 10).await.expect("contacts").len(), 1);
    assert_eq!(store.contacts().list(bob, None, 10).await.expect("contacts").len(), 0);

    mirror.clinic.cloud.revoke("alice");
    mirror.put("personal", "2.ics", &event("e-2", "Visit", ""));
    mirror.try_look(CALENDARS).await.expect_err("refused");
    assert_eq!(mirror.clinic.account(mirror.alice).await.state, AccountState::Revoked);
    assert_eq!(mirror.november().await.len(), 0);
    assert_eq!(store.contacts().list(mirror.alice, None, 10).await.expect("contacts").len(), 0);
}

#[tokio::test]
async fn a_removed_person_leaves_nothing_behind_and_the_receipt_counts_it() {
    let mirror = Mirror::open().await;
    for number in 0..130 {
        mirror.put(
            "personal",
            &format!("{number}.ics"),
            &event(&format!("e-{number}"), "Visit", "RRULE:FREQ=DAILY;COUNT=3\r\n"),
        );
    }
    mirror.put("contacts", "1.vcf", &card("k-1", "Maren Holt"));
    mirror.look(CALENDARS).await;
    mirror.look(BOOKS).await;
    let store = &mirror.clinic.context.store;
    store.jobs().enqueue_now(Job::SyncCalendars { account: mirror.alice }).await.expect("queued");
    let receipt = store.accounts().remove(mirror.alice).await.expect("removed").expect("a receipt");
    assert!(receipt.collection_objects >= 131, "{receipt:?}");
    assert!(receipt.jobs_cancelled >= 1, "{receipt:?}");
    assert!(
        !store.jobs().is_unfinished(&Job::SyncCalendars { account: mirror.alice }).await.expect("answered")
    );
    assert_eq!(
        mirror.clinic.count("select (select count(*) from collections) + (select count(*) from occurrences)"),
        "0"
    );
}

#[tokio::test]
async fn a_change_nobody_told_of_is_seen_by_the_timer_within_its_period() {
    let mirror = Mirror::open().await;
    let clinic = &mirror.clinic;
    for class in [CALENDARS, BOOKS] {
        mirror.look(class).await;
    }
    mirror.put("personal", "1.ics", &event("e-1", "Ward round", ""));
    mirror.put("contacts", "1.vcf", &card("c-1", "Mara Example"));
    let account = mirror.alice;
    let queued = async || {
        let jobs = clinic.context.store.jobs();
        let mut all = true;
        for job in [Job::SyncCalendars { account }, Job::SyncContacts { account }] {
            all &= jobs.is_unfinished(&job).await.expect("the queue answers");
        }
        all
    };
    let stop = CancellationToken::new();
    let leading = lead(clinic.context.clone(), "test".to_owned(), PushMode::Off, stop.child_token());
    let leading = tokio::spawn(leading);
    assert!(!queued().await, "they were looked at just now");
    clinic.clock.advance(TimeDelta::minutes(5) + TimeDelta::seconds(1));
    tokio::time::timeout(Duration::from_mins(1), async {
        while !queued().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("their time has come");
    stop.cancel();
    leading.await.expect("the schedule ends");
    clinic.settle().await;
    assert_eq!(mirror.november().await, ["Ward round"]);
    mirror.assert_equal(BOOKS, "contacts").await;
}

#[tokio::test]
async fn a_server_in_maintenance_is_left_alone() {
    let mirror = Mirror::open().await;
    mirror.clinic.cloud.set_maintenance(true);
    mirror.try_look(CALENDARS).await.expect_err("maintenance");
    let account = mirror.clinic.account(mirror.alice).await;
    assert_eq!(account.state, AccountState::Maintenance);
    let due = mirror.clinic.context.store.collections().due(CALENDARS, mirror.clinic.clock_now(), 10).await;
    assert_eq!(due.expect("accounts"), [], "nobody asks before the rest is over");
}
