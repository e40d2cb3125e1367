//! Events, tasks, contacts and messages as documents: found by whose they are, by nobody else, and no longer than they are.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use voiceassist_dav::imap::TlsTrust;
use voiceassist_fakes::mail::AUTHORITY_PEM;
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_model::{AccountId, MailAccountId, Passage, Source};
use voiceassist_store::Page;
use voiceassist_store::checks::CheckState;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::documents::DocumentFilter;
use voiceassist_workers::backfill::Backfill;
use voiceassist_workers::recovery;
use voiceassist_workers::sync::collections::sync_collections;
use voiceassist_workers::sync::mail::sync_mail;
use voiceassist_workers::truth::Report;

use crate::clinic::Clinic;
use crate::mail::{connection, date};

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:e-1\r\n\
    DTSTAMP:20261101T000000Z\r\nSUMMARY:Tumour board\r\nDTSTART;TZID=Europe/Berlin:20261124T100000\r\n\
    DURATION:PT1H\r\nLOCATION:Seminar room\r\nDESCRIPTION:Discuss the cholangiocarcinoma cases.\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";
const TASK: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VTODO\r\nUID:t-1\r\n\
    DTSTAMP:20261101T000000Z\r\nSUMMARY:Calibrate the spirometer\r\nDUE;VALUE=DATE:20261127\r\nEND:VTODO\r\n\
    END:VCALENDAR\r\n";
const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:k-1\r\nFN:Dr. Maren Holt\r\nN:Holt;Maren;;Dr.;\r\n\
    ORG:Vennhollow Hospital;Electrophysiology\r\nTEL;TYPE=WORK:+1 555 0100\r\nEND:VCARD\r\n";

/// What each is found by.
const WORDS: [(&str, Source); 4] = [
    ("cholangiocarcinoma", Source::Event),
    ("spirometer", Source::Task),
    ("Vennhollow", Source::Contact),
    ("holmium", Source::Message),
];

struct Practice {
    clinic: Clinic,
    server: Imap,
    trust: TlsTrust,
    alice: AccountId,
    bob: AccountId,
    mailbox: MailAccountId,
}

fn letter() -> Vec<u8> {
    b"From: Dr. Paul Brandt <paul@example.test>\r\nTo: alice@example.test\r\nSubject: Laser for the stones\r\n\
      Message-ID: <stones-1@example.test>\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n\r\n\
      The holmium laser arrives on Friday.\r\n\r\nOn 1 Mar 2026 Alice wrote:\r\n> When does the lithotripter come?\r\n"
        .to_vec()
}

impl Practice {
    /// Alice has one of each, Bob has nothing; nothing was looked at yet.
    async fn open() -> Self {
        let clinic = Clinic::open().await;
        let (alice, bob) = (clinic.connect("alice").await, clinic.connect("bob").await);
        let server = Imap::start(ImapScript::default()).await.expect("a mail server");
        server.append("INBOX", letter(), &[], date());
        let sealed = connection(&server, "mara-password").write();
        let mailbox = clinic.context.store.mail().add(alice, &sealed).await.expect("kept").expect("room");
        let trust = TlsTrust::only(&[AUTHORITY_PEM.to_vec()]).expect("an authority");
        let practice = Self { clinic, server, trust, alice, bob, mailbox };
        practice.put("personal", "1.ics", EVENT);
        practice.put("personal", "2.ics", TASK);
        practice.put("contacts", "1.vcf", CARD);
        practice
    }

    async fn filled() -> Self {
        let practice = Self::open().await;
        practice.look().await;
        practice
    }

    fn put(&self, collection: &str, name: &str, text: &str) {
        self.clinic.cloud.put_object("alice", collection, name, text).expect("stored");
    }

    /// Looks at everything of both people and works the queue.
    async fn look(&self) {
        self.mirror().await;
        self.clinic.settle().await;
    }

    async fn mirror(&self) {
        self.clinic.clock.advance(TimeDelta::seconds(60));
        for account in [self.alice, self.bob] {
            for class in CollectionClass::ALL {
                sync_collections(&self.clinic.context, account, class).await.expect("a look");
            }
        }
        sync_mail(&self.clinic.context, &self.trust, self.mailbox).await.expect("a look");
    }

    async fn found(&self, account: AccountId, words: &str) -> Vec<Passage> {
        self.clinic.find(account, words).await
    }

    async fn sources(&self, account: AccountId, words: &str) -> BTreeSet<Source> {
        self.found(account, words).await.into_iter().map(|passage| passage.origin.source).collect()
    }

    async fn assert_nothing_of(&self, account: AccountId) {
        for (words, _) in WORDS {
            assert!(self.found(account, words).await.is_empty(), "{words}");
        }
    }

    async fn assert_all_found(&self) {
        for (words, source) in WORDS {
            assert_eq!(self.sources(self.alice, words).await, BTreeSet::from([source]), "{words}");
        }
    }

    async fn points(&self) -> u64 {
        self.clinic.context.index.count().await.expect("the index answers")
    }

    async fn examine(&self, repair: bool) -> Report {
        let checks = self.clinic.context.store.checks();
        let id = checks.request(repair).await.expect("a check can be asked for");
        self.clinic.settle().await;
        let check = checks.find(id).await.expect("checks answer").expect("the check is kept");
        assert_eq!(check.state, CheckState::Done);
        serde_json::from_value(check.report.expect("a report")).expect("a report that reads back")
    }
}

#[tokio::test]
async fn each_is_found_by_its_owner_with_a_title_and_a_link_and_never_by_anybody_else() {
    let practice = Practice::filled().await;
    practice.assert_all_found().await;
    practice.assert_nothing_of(practice.bob).await;
    let event = &practice.found(practice.alice, "cholangiocarcinoma").await[0];
    assert_eq!((event.title.as_str(), event.path.as_str(), event.file_id), ("Tumour board", "", 0));
    assert!(event.text.contains("Tue, 24 Nov 2026, 10:00 to 11:00 (Europe/Berlin)"), "{}", event.text);
    assert_eq!(event.origin.date.map(|at| at.to_rfc3339()).as_deref(), Some("2026-11-24T09:00:00+00:00"));
    let links = [
        ("cholangiocarcinoma", "/index.php/apps/calendar/edit/"),
        ("spirometer", "/index.php/apps/tasks/calendars/personal/tasks/2.ics"),
        ("Vennhollow", "/index.php/apps/contacts/direct/contact/k-1~contacts"),
        ("holmium", "/index.php/apps/mail/open/%3Cstones-1%40example.test%3E"),
    ];
    for (words, part) in links {
        let link = practice.found(practice.alice, words).await[0].origin.link.clone();
        assert!(link.as_ref().is_some_and(|link| link.contains(part)), "{words}: {link:?}");
    }
    // What a message only quotes is found where it was written.
    assert!(practice.found(practice.alice, "lithotripter").await.is_empty());
}

#[tokio::test]
async fn each_kind_is_listed_by_itself_and_files_stay_files() {
    let practice = Practice::filled().await;
    let documents = practice.clinic.context.store.documents();
    for (_, source) in WORDS {
        let filter = DocumentFilter { source, ..DocumentFilter::default() };
        let listed =
            documents.list_for(practice.alice, filter.clone(), &Page::first(10)).await.expect("a list").0;
        assert_eq!(listed.len(), 1, "{source:?}");
        let of_bob = documents.list_for(practice.bob, filter, &Page::first(10)).await.expect("a list").0;
        assert!(of_bob.is_empty(), "{source:?}");
    }
    let files = practice.clinic.documents(practice.alice).await;
    assert!(files.iter().all(|document| document.origin.source == Source::File));
}

#[tokio::test]
async fn changes_and_deletions_reach_the_index() {
    let practice = Practice::filled().await;
    practice.put("personal", "1.ics", &EVENT.replace("cholangiocarcinoma", "glioblastoma"));
    practice.look().await;
    assert!(practice.found(practice.alice, "cholangiocarcinoma").await.is_empty());
    assert_eq!(practice.sources(practice.alice, "glioblastoma").await, BTreeSet::from([Source::Event]));
    // One that cannot be read any more is not found by what it said before.
    practice.put("personal", "2.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert!(practice.clinic.cloud.delete_object("alice", "personal", "1.ics").expect("asked"));
    assert!(practice.clinic.cloud.delete_object("alice", "contacts", "1.vcf").expect("asked"));
    practice.server.expunge("INBOX", 1);
    practice.look().await;
    practice.assert_nothing_of(practice.alice).await;
    assert!(practice.found(practice.alice, "glioblastoma").await.is_empty());
    assert_eq!(practice.points().await, 0, "no point is left");
    assert_eq!(practice.clinic.count("select count(*) from documents where source <> 'file'"), "0");
}

#[tokio::test]
async fn an_object_that_was_only_touched_is_not_read_into_the_index_again() {
    let practice = Practice::filled().await;
    let versions = "select string_agg(id::text || content_hash::text, ' ' order by id) from chunks";
    let before = practice.clinic.count(versions);
    practice.put("personal", "1.ics", &EVENT.replace("DTSTAMP:20261101", "DTSTAMP:20261102"));
    practice.look().await;
    assert_eq!(practice.clinic.count(versions), before);
    practice.assert_all_found().await;
}

#[tokio::test]
async fn an_account_or_a_mailbox_that_is_removed_leaves_nothing() {
    let practice = Practice::filled().await;
    let store = &practice.clinic.context.store;
    assert!(store.mail().remove(practice.alice, practice.mailbox).await.expect("removed"));
    assert!(practice.found(practice.alice, "holmium").await.is_empty());
    practice.clinic.settle().await;
    let receipt = store.accounts().remove(practice.alice).await.expect("removed").expect("a receipt");
    assert!(receipt.documents_purged >= 3, "{receipt:?}");
    practice.clinic.settle().await;
    assert_eq!(practice.points().await, 0);
    assert_eq!(practice.clinic.count("select count(*) from documents where source <> 'file'"), "0");
    assert_eq!(practice.clinic.count("select count(*) from chunks"), "0");
    let receipt = store.receipts().find(receipt.id).await.expect("receipts answer").expect("kept");
    assert!(receipt.is_complete(), "{receipt:?}");
}

#[tokio::test]
async fn a_disabled_account_reads_nothing_and_a_withdrawn_calendar_is_not_shown() {
    let practice = Practice::filled().await;
    let store = &practice.clinic.context.store;
    let disabled = voiceassist_store::accounts::AccountState::Disabled;
    store.accounts().set_state(practice.alice, disabled, None, None).await.expect("set");
    practice.assert_nothing_of(practice.alice).await;
    let connected = voiceassist_store::accounts::AccountState::Connected;
    store.accounts().set_state(practice.alice, connected, None, None).await.expect("set");
    practice.assert_all_found().await;
    assert!(practice.clinic.cloud.remove_collection("alice", "personal"));
    practice.look().await;
    assert!(practice.found(practice.alice, "cholangiocarcinoma").await.is_empty());
    assert_eq!(practice.sources(practice.alice, "Vennhollow").await, BTreeSet::from([Source::Contact]));
}

#[tokio::test]
async fn what_was_mirrored_before_gets_its_documents_in_bounded_batches() {
    let practice = Practice::open().await;
    practice.mirror().await;
    // As a release left it that knew no such documents.
    practice.clinic.count("delete from jobs; delete from documents where source <> 'file'");
    practice.clinic.settle().await;
    practice.assert_nothing_of(practice.alice).await;
    let store = &practice.clinic.context.store;
    let mut backfill = Backfill::default();
    assert_eq!(backfill.go_on(store, 1_000_000).await.expect("waits"), 0, "the queue is long");
    let mut made = 0;
    while !backfill.is_done() {
        made += backfill.go_on(store, 0).await.expect("goes on");
    }
    assert_eq!(made, 4);
    practice.clinic.settle().await;
    practice.assert_all_found().await;
    let mut again = Backfill::default();
    assert_eq!(again.go_on(store, 0).await.expect("goes on"), 0, "twice is once");
}

#[tokio::test]
async fn a_run_that_was_killed_between_mirror_and_index_is_gone_on_with() {
    let practice = Practice::open().await;
    practice.mirror().await;
    // The jobs went with the machine; the documents say themselves how far they are.
    practice.clinic.count("delete from jobs");
    let recovered = recovery::recover(&practice.clinic.context).await.expect("recovers");
    assert!(recovered.resumed + recovered.reindexed >= 4, "{recovered:?}");
    practice.clinic.settle().await;
    practice.assert_all_found().await;
}

#[tokio::test]
async fn a_deep_check_knows_them_and_mends_what_is_wrong() {
    let practice = Practice::filled().await;
    let report = practice.examine(false).await;
    assert!(report.is_clean(), "{report:?}");
    // One with another reader's set, and one that lost what it was made from.
    practice.clinic.count(
        "update documents set access_set_id = (select id from access_sets where members =
             array[(select id from accounts where user_id = 'bob')] limit 1) where source = 'event';
         update documents set object_id = null where source = 'contact'",
    );
    practice.assert_nothing_of(practice.bob).await;
    assert!(!practice.examine(true).await.is_clean());
    let after = practice.examine(true).await;
    assert!(after.is_clean(), "{after:?}");
    assert_eq!(practice.sources(practice.alice, "cholangiocarcinoma").await, BTreeSet::from([Source::Event]));
    assert!(practice.found(practice.alice, "Vennhollow").await.is_empty());
    practice.assert_nothing_of(practice.bob).await;
}

#[tokio::test]
async fn titles_people_and_links_are_sealed() {
    let practice = Practice::filled().await;
    let plain = practice.clinic.count("select string_agg(documents::text, ' ') from documents");
    for word in ["Tumour", "spirometer", "Holt", "Laser", "stones", "paul@example.test"] {
        assert!(!plain.contains(word), "{word} is in the clear");
    }
}
