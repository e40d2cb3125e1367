//! Mailboxes against the scripted server: what the mirror holds is what the server shows, whatever happens in between.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use voiceassist_dav::imap::{MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::AUTHORITY_PEM;
use voiceassist_fakes::mail::imap::{Abilities, Fault, Imap, ImapScript};
use voiceassist_model::{AccountId, MailAccountId};
use voiceassist_store::Job;
use voiceassist_store::mail::{Content, ContentState, MailState};
use voiceassist_workers::JobError;
use voiceassist_workers::listening::Listeners;
use voiceassist_workers::sync::mail::{MailConnection, MailReport, plan_mail, sync_mail};

use crate::clinic::Clinic;

struct Post {
    clinic: Clinic,
    server: Imap,
    account: AccountId,
    mailbox: MailAccountId,
    trust: TlsTrust,
}

impl Post {
    async fn open(abilities: Abilities) -> Self {
        let clinic = Clinic::open().await;
        let account = clinic.connect("alice").await;
        let script = ImapScript { abilities, ..ImapScript::default() };
        let server = Imap::start(script).await.expect("a mail server");
        let sealed = connection(&server, "mara-password").write();
        let mailbox = clinic.context.store.mail().add(account, &sealed).await.expect("kept").expect("room");
        let trust = TlsTrust::only(&[AUTHORITY_PEM.to_vec()]).expect("an authority");
        Self { clinic, server, account, mailbox, trust }
    }

    async fn look(&self) -> Result<MailReport, JobError> {
        sync_mail(&self.clinic.context, &self.trust, self.mailbox).await
    }

    async fn sync(&self) -> MailReport {
        self.look().await.expect("the look succeeds")
    }

    /// Folder, UID and flags of everything mirrored.
    async fn mirrored(&self) -> BTreeMap<(String, u32), Vec<String>> {
        let mail = self.clinic.context.store.mail();
        let mut mirrored = BTreeMap::new();
        for folder in mail.folders(self.mailbox).await.expect("folders") {
            for (uid, mut flags) in mail.known(folder.id, 1, 10_000).await.expect("messages") {
                flags.sort();
                mirrored.insert((folder.name.clone(), uid), flags);
            }
        }
        mirrored
    }

    /// The same on the server.
    fn shown(&self, folders: &[&str]) -> BTreeMap<(String, u32), Vec<String>> {
        let mut shown = BTreeMap::new();
        for folder in folders {
            for (uid, mut flags) in self.server.contents(folder) {
                flags.sort();
                shown.insert(((*folder).to_owned(), uid), flags);
            }
        }
        shown
    }

    async fn contents(&self) -> Vec<Content> {
        self.clinic.context.store.mail().latest(self.account, 200).await.expect("messages")
    }
}

pub(crate) fn connection(server: &Imap, password: &str) -> MailConnection {
    MailConnection {
        host: "127.0.0.1".to_owned(),
        port: server.address().port(),
        security: Security::PlainOnLoopback,
        credentials: MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: SecretString::from(password),
        },
    }
}

pub(crate) fn date() -> DateTime<Utc> {
    "2026-03-02T08:15:00Z".parse().expect("a date")
}

fn letter(number: u32) -> Vec<u8> {
    format!(
        "From: Mara <mara@example.test>\r\nTo: paul@example.test\r\nSubject: Echo {number}\r\n\
         Message-ID: <{number}@example.test>\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n\r\n\
         The ejection fraction of patient {number} is 55 per cent.\r\n"
    )
    .into_bytes()
}

fn every_ability() -> [Abilities; 3] {
    [Abilities::default(), Abilities { qresync: false, ..Abilities::default() }, Abilities::bare()]
}

/// A line that has done nothing by then never will.
const PATIENCE: Duration = Duration::from_mins(1);

const CHOSEN: [&str; 3] = ["INBOX", "Sent", "Archive"];

#[tokio::test]
async fn a_first_look_reads_everything_and_a_second_finds_nothing_to_do() {
    for abilities in every_ability() {
        let condstore = abilities.condstore;
        let post = Post::open(abilities).await;
        for number in 0..30 {
            post.server.append("INBOX", letter(number), &["\\Seen"], date());
        }
        post.server.append("Junk", letter(99), &[], date());
        let first = post.sync().await;
        assert_eq!((first.fresh, first.read, first.folders, first.more), (30, 30, 3, false));
        assert_eq!(post.mirrored().await, post.shown(&CHOSEN));
        let contents = post.contents().await;
        assert_eq!(contents.len(), 30);
        assert!(contents.iter().all(|content| content.state == ContentState::Read));
        assert!(contents.iter().any(|content| {
            content.body.as_deref().is_some_and(|body| body.contains("patient 17"))
                && content.note.as_deref().is_some_and(|note| note.contains("Echo 17"))
        }));
        post.server.commands();
        let second = post.sync().await;
        assert_eq!(second, MailReport { folders: 3, ..MailReport::default() });
        let fetches: Vec<String> =
            post.server.commands().into_iter().filter(|command| command.contains("FETCH")).collect();
        // Where changes are numbered, nothing is even asked; elsewhere each folder for its flags.
        assert_eq!(fetches.len(), if condstore { 0 } else { CHOSEN.len() }, "{fetches:?}");
        let anywhere = voiceassist_dav::egress::Destinations::named_by_clients();
        let plans =
            plan_mail(&post.clinic.context.store, &post.trust, &anywhere, post.mailbox).await.expect("plans");
        assert!(!condstore || plans.iter().all(|(_, plan)| plan.is_empty()));
    }
}

#[tokio::test]
async fn random_edits_leave_no_difference_and_fetch_nothing_twice() {
    for abilities in every_ability() {
        let post = Post::open(abilities).await;
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        let (mut appended, mut octets) = (0_u32, 0);
        for _ in 0..25 {
            for _ in 0..5 {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let place = CHOSEN[usize::try_from(dice >> 20).unwrap_or(0) % 3];
                let other = CHOSEN[usize::try_from(dice >> 30).unwrap_or(0) % 3];
                let there = post.server.contents(place);
                let picked = there.get(usize::try_from(dice >> 40).unwrap_or(0) % there.len().max(1));
                match (dice % 6, picked) {
                    (0, Some((uid, _))) => post.server.expunge(place, *uid),
                    (1, Some((uid, _))) => post.server.flag(place, *uid, &["\\Flagged", "\\Seen"]),
                    (2, Some((uid, _))) => post.server.flag(place, *uid, &[]),
                    (3, Some((uid, _))) if place != other => drop(post.server.relocate(place, *uid, other)),
                    (4, Some(_)) if dice.is_multiple_of(7) => post.server.renumber(place),
                    _ => {
                        octets += letter(appended).len() as u64;
                        post.server.append(place, letter(appended), &[], date());
                        appended += 1;
                    }
                }
            }
            post.sync().await;
            assert_eq!(post.mirrored().await, post.shown(&CHOSEN));
        }
        assert!(appended > 20);
        assert!(post.server.body_octets() <= octets, "moves and new epochs are found again without a fetch");
        let lying: usize = CHOSEN.iter().map(|folder| post.server.contents(folder).len()).sum();
        assert_eq!(post.contents().await.len(), lying, "what lies nowhere is forgotten");
    }
}

#[tokio::test]
async fn a_run_that_breaks_anywhere_is_gone_on_with() {
    for fault in
        [Fault::Hangup, Fault::Bye, Fault::CutInLiteral(20), Fault::Garbled, Fault::LongLine(9_000_000)]
    {
        let post = Post::open(Abilities::default()).await;
        for number in 0..20 {
            post.server.append("INBOX", letter(number), &[], date());
            post.server.append("Sent", letter(100 + number), &[], date());
        }
        post.server.fault(fault);
        // Whatever it does, the next looks make good for it.
        let _ = post.look().await;
        post.sync().await;
        post.sync().await;
        assert_eq!(post.server.faults_left(), 0, "{fault:?}");
        assert_eq!(post.mirrored().await, post.shown(&CHOSEN), "{fault:?}");
        assert!(post.contents().await.iter().all(|content| content.state == ContentState::Read), "{fault:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_with_a_reason_and_stops_nothing() {
    let post = Post::open(Abilities::default()).await;
    let head = "From: a@example.test\r\nSubject: x\r\n";
    post.server.append("INBOX", letter(1), &[], date());
    let bomb = format!("{head}{}\r\n\r\nx", "Content-Type: message/rfc822\r\n\r\n".repeat(1_000));
    post.server.append("INBOX", bomb, &[], date());
    post.server.append("INBOX", "\0\0\0\0", &[], date());
    post.server.append("INBOX", [letter(2), vec![b'x'; 700_000]].concat(), &[], date());
    let report = post.sync().await;
    assert_eq!((report.fresh, report.read, report.quarantined), (4, 2, 2));
    let mut reasons: Vec<String> =
        post.contents().await.into_iter().filter_map(|content| content.reason).collect();
    reasons.sort();
    assert_eq!(reasons, ["expands_too_far", "malformed"]);
    assert_eq!(post.sync().await.quarantined, 0, "it is not tried again");
}

#[tokio::test]
async fn a_refused_password_is_not_shown_again_until_there_is_another() {
    let post = Post::open(Abilities::default()).await;
    let mail = post.clinic.context.store.mail();
    let wrong = connection(&post.server, "wrong").write();
    assert!(mail.replace_connection(post.account, post.mailbox, &wrong).await.expect("replaced"));
    for _ in 0..3 {
        post.look().await.expect("a refusal is an outcome");
    }
    assert_eq!((post.server.sign_ins_refused(), post.server.connections()), (1, 1));
    let state = mail.find(post.mailbox).await.expect("found").expect("there").state;
    assert_eq!(state, MailState::Refused);
    let right = connection(&post.server, "mara-password").write();
    mail.replace_connection(post.account, post.mailbox, &right).await.expect("replaced");
    post.sync().await;
    assert_eq!(mail.find(post.mailbox).await.expect("found").expect("there").state, MailState::Connected);
}

#[tokio::test]
async fn folders_are_taken_by_default_or_by_choice_and_forgotten_with_it() {
    let post = Post::open(Abilities::default()).await;
    let mail = post.clinic.context.store.mail();
    post.server.append("INBOX", letter(1), &[], date());
    post.server.append("Junk", letter(2), &[], date());
    post.server.append("Sent", letter(3), &[], date());
    post.sync().await;
    assert_eq!(post.mirrored().await, post.shown(&["INBOX", "Sent"]));
    let id = async |name: &str| {
        let folders = mail.folders(post.mailbox).await.expect("folders");
        folders.into_iter().find(|folder| folder.name == name).expect("listed").id
    };
    mail.choose_folder(post.mailbox, id("Junk").await, Some(true)).await.expect("chosen");
    mail.choose_folder(post.mailbox, id("Sent").await, Some(false)).await.expect("chosen");
    post.sync().await;
    assert_eq!(post.mirrored().await, post.shown(&["INBOX", "Junk"]));
    assert_eq!(post.contents().await.len(), 2, "what was said in a folder that is left is forgotten");
    post.server.remove("Junk");
    post.sync().await;
    assert_eq!(post.mirrored().await, post.shown(&["INBOX"]));
}

#[tokio::test]
async fn what_left_a_folder_is_kept_for_one_that_cannot_be_looked_at_and_for_a_day_at_most() {
    let post = Post::open(Abilities::default()).await;
    post.server.append("INBOX", letter(1), &[], date());
    post.server.append("INBOX", letter(2), &[], date());
    post.server.append("Sent", letter(3), &[], date());
    post.sync().await;
    let fetched = post.server.body_octets();
    post.server.shut("Sent", true);
    post.server.relocate("INBOX", 1, "Sent").expect("moved");
    post.server.expunge("INBOX", 2);
    let looked = post.sync().await;
    assert_eq!((looked.folders_failed, looked.vanished), (1, 2));
    assert_eq!(post.contents().await.len(), 3, "both may lie in the folder that is shut");

    post.server.shut("Sent", false);
    post.sync().await;
    assert_eq!(post.contents().await.len(), 2, "one did and the other is gone");
    assert_eq!(post.server.body_octets(), fetched, "nothing is fetched twice");

    post.server.shut("Sent", true);
    let last = post.server.append("INBOX", letter(4), &[], date());
    post.sync().await;
    post.server.expunge("INBOX", last);
    post.sync().await;
    assert_eq!(post.contents().await.len(), 3);
    post.clinic.clock.advance(TimeDelta::hours(25));
    post.sync().await;
    assert_eq!(post.contents().await.len(), 2, "a folder that stays shut does not keep it for ever");
}

#[tokio::test]
async fn messages_that_name_each_other_are_one_conversation_in_whatever_order_they_come() {
    let post = Post::open(Abilities::default()).await;
    let say = |id: &str, references: &str| {
        format!(
            "From: a@example.test\r\nSubject: Re: x\r\nMessage-ID: <{id}@example.test>\r\n\
             References: {references}\r\n\r\n{id}\r\n"
        )
    };
    post.server.append("INBOX", say("third", "<first@example.test> <second@example.test>"), &[], date());
    post.server.append("INBOX", say("other", "<elsewhere@example.test>"), &[], date());
    post.sync().await;
    post.server.append("INBOX", say("first", ""), &[], date());
    post.server.append("Sent", say("second", "<first@example.test>"), &[], date());
    post.server.append("Sent", say("joins", "<third@example.test> <other@example.test>"), &[], date());
    post.sync().await;
    let mut threads: Vec<_> = post.contents().await.into_iter().map(|content| content.thread).collect();
    threads.sort();
    threads.dedup();
    assert_eq!(threads.len(), 1);
    assert!(threads[0].is_some());
}

#[tokio::test]
async fn new_mail_is_heard_of_on_an_open_line_and_the_line_comes_back() {
    let post = Post::open(Abilities::default()).await;
    post.sync().await;
    let queued = async |post: &Post| {
        while !post
            .clinic
            .context
            .store
            .jobs()
            .is_unfinished(&Job::SyncMail { mailbox: post.mailbox })
            .await
            .expect("the queue answers")
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let idles = async |post: &Post| {
        while !post.server.commands().iter().any(|command| command == "IDLE") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let mut listeners = Listeners::default();
    listeners.settle_now(&post.clinic.context, &post.trust).await.expect("a line");
    tokio::time::timeout(PATIENCE, idles(&post)).await.expect("the line waits");
    assert!(
        !post
            .clinic
            .context
            .store
            .jobs()
            .is_unfinished(&Job::SyncMail { mailbox: post.mailbox })
            .await
            .expect("asked")
    );
    post.server.append("INBOX", letter(1), &[], date());
    tokio::time::timeout(PATIENCE, queued(&post)).await.expect("a look is queued");
    post.clinic.settle().await;
    assert_eq!(post.mirrored().await, post.shown(&CHOSEN));
    // What is said while the line is down is made up for by one look after it is back.
    post.server.commands();
    post.server.hang_up();
    tokio::time::timeout(PATIENCE, queued(&post)).await.expect("a look after the line is back");
    listeners.hang_up();
}

#[tokio::test]
async fn a_mailbox_goes_with_its_person_and_shows_nothing_while_they_read_nothing() {
    let post = Post::open(Abilities::default()).await;
    post.server.append("INBOX", letter(1), &[], date());
    post.sync().await;
    let store = &post.clinic.context.store;
    let bob = post.clinic.connect("bob").await;
    assert!(store.mail().latest(bob, 10).await.expect("messages").is_empty());
    assert!(
        !store.mail().remove(bob, post.mailbox).await.expect("asked"),
        "nobody removes another's mailbox"
    );
    let disabled = voiceassist_store::accounts::AccountState::Disabled;
    store.accounts().set_state(post.account, disabled, None, None).await.expect("disabled");
    assert!(post.contents().await.is_empty());
    assert_eq!(post.sync().await, MailReport::default());
    assert!(store.mail().remove(post.account, post.mailbox).await.expect("removed"));
    assert!(store.mail().list(post.account).await.expect("mailboxes").is_empty());
}
