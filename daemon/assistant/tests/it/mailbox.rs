//! A person's mail as it is listed and searched: newest first, by time, place, people and words, and nobody else's.

#![expect(clippy::unwrap_used, reason = "what cannot be set up or asked stops the test")]

use std::io::Cursor;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use voiceassist_assistant::mailbox::{Direction, MailRequest, Mailbox, MailboxError, Part, Who};
use voiceassist_model::{AccountId, MailAccountId, MailContentId};
use voiceassist_rag::extract::{self, ExtractSettings};
use voiceassist_store::mail::{MessageKey, NewContent, ObservedFolder, ObservedMessage};
use voiceassist_store::{Page, Store};

use crate::clinic::Clinic;

/// A mailbox that is filled by hand, with what the reader of messages makes of real ones.
pub(crate) struct Post<'a> {
    store: &'a Store,
    pub(crate) mailbox: MailAccountId,
    uid: u32,
}

impl<'a> Post<'a> {
    pub(crate) async fn open(store: &'a Store, account: AccountId) -> Self {
        let mailbox = store.mail().add(account, &SecretString::from("{}")).await.unwrap().unwrap();
        let folder = |name: &str, role| ObservedFolder { name: name.to_owned(), role, selectable: true };
        let folders = [folder("INBOX", "inbox"), folder("Sent", "sent"), folder("Bef&APw-nde", "other")];
        store.mail().apply_folders(mailbox, &folders, true).await.unwrap();
        Self { store, mailbox, uid: 0 }
    }

    /// A message arrives in a folder and is read.
    pub(crate) async fn deliver(&mut self, folder: &str, flags: &[&str], message: &str) -> MailContentId {
        let message = message.trim_start().replace('\n', "\r\n");
        self.uid += 1;
        let folders = self.store.mail().folders(self.mailbox).await.unwrap();
        let folder = folders.iter().find(|one| one.name == folder).unwrap().id;
        let seen = ObservedMessage {
            uid: self.uid,
            key: MessageKey {
                digest: *blake3::hash(message.as_bytes()).as_bytes(),
                size: message.len() as u64,
            },
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            internal_date: None,
        };
        let mut tx = self.store.begin().await.unwrap();
        self.store.mail().apply_messages(&mut tx, self.mailbox, folder, &[seen]).await.unwrap();
        tx.commit().await.unwrap();
        let mut source = Cursor::new(message.into_bytes());
        let read = extract::report(&mut source, "message.eml", &ExtractSettings::default());
        let note = read.mail.as_deref().unwrap();
        let thread = note.references.first().or(note.message_id.as_ref());
        let new = NewContent {
            note: serde_json::to_string(note).unwrap(),
            body: serde_json::to_string(&read.pages).unwrap(),
            sent_at: note.date.map(|date| date.with_timezone(&Utc)),
            thread_keys: thread.map(|id| *blake3::hash(id.as_bytes()).as_bytes()).into_iter().collect(),
        };
        let pending = self.store.mail().pending(folder, 3, 100).await.unwrap();
        let content = pending.iter().find(|one| one.uid == self.uid).unwrap().content;
        assert!(self.store.mail().keep_content(self.mailbox, content, &new).await.unwrap());
        content
    }
}

fn message(from: &str, to: &str, date: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: {to}\nDate: {date}\nSubject: {subject}\nMessage-ID: <{}@mail.example>\n\
         Content-Type: text/plain; charset=utf-8\n\n{text}\n",
        subject.replace(' ', "-")
    )
}

const SMITH: &str = "\"Dr. Anna Smith\" <a.smith@stmarys.example>";
const JONES: &str = "Bob Jones <b.jones@clinic.example>";
const ALICE: &str = "alice@clinic.example";

async fn filled(clinic: &Clinic, account: AccountId) -> Vec<MailContentId> {
    let mut post = Post::open(&clinic.store, account).await;
    let echo = message(
        SMITH,
        ALICE,
        "Thu, 19 Nov 2026 10:00:00 +0100",
        "Echo of room 4",
        "The ejection fraction is 45 %.\n> How was the potassium?",
    );
    let lunch = message(JONES, ALICE, "Fri, 20 Nov 2026 12:00:00 +0000", "Lunch", "Twelve?");
    let reply = message(ALICE, SMITH, "Fri, 20 Nov 2026 13:00:00 +0000", "Re: Echo of room 4", "Thank you.");
    let future = message(JONES, ALICE, "Mon, 1 Jan 2035 00:00:00 +0000", "Roster", "See the results.");
    vec![
        post.deliver("INBOX", &["\\Seen", "\\Flagged"], &echo).await,
        post.deliver("INBOX", &[], &lunch).await,
        post.deliver("Sent", &["\\Seen"], &reply).await,
        post.deliver("Bef&APw-nde", &[], &future).await,
    ]
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn by(words: &str, part: Part) -> Who {
    Who { part, words: Some(words.to_owned()), ..Who::default() }
}

#[tokio::test]
async fn letters_come_newest_first_by_time_place_people_and_words() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    filled(&clinic, alice.account).await;
    let mailbox = Mailbox::of(&clinic.store, alice.account);
    let all = MailRequest::default();
    let cases: [(MailRequest, &[&str]); 12] = [
        (all.clone(), &["Roster", "Re: Echo of room 4", "Lunch", "Echo of room 4"]),
        (MailRequest { unread: Some(true), ..all.clone() }, &["Roster", "Lunch"]),
        (MailRequest { flagged: Some(true), ..all.clone() }, &["Echo of room 4"]),
        (MailRequest { direction: Some(Direction::Sent), ..all.clone() }, &["Re: Echo of room 4"]),
        (
            MailRequest {
                from: Some(at("2026-11-20T12:00:00Z")),
                to: Some(at("2026-11-20T13:00:00Z")),
                ..all.clone()
            },
            &["Lunch"],
        ),
        (MailRequest { who: Some(by("smith", Part::From)), ..all.clone() }, &["Echo of room 4"]),
        (
            MailRequest { who: Some(by("Prof. Anna Smith", Part::Any)), ..all.clone() },
            &["Re: Echo of room 4", "Echo of room 4"],
        ),
        (
            MailRequest {
                who: Some(Who { addresses: vec!["A.Smith@stmarys.example".to_owned()], ..Who::default() }),
                ..all.clone()
            },
            &["Re: Echo of room 4", "Echo of room 4"],
        ),
        (MailRequest { words: Some("ejection fraction".to_owned()), ..all.clone() }, &["Echo of room 4"]),
        (MailRequest { words: Some("potassium".to_owned()), ..all.clone() }, &[]),
        (MailRequest { words: Some("result".to_owned()), ..all.clone() }, &["Roster"]),
        (MailRequest { attachments: Some(true), ..all }, &[]),
    ];
    for (request, expected) in cases {
        let found = mailbox.letters(&request, &Page::first(10)).await.unwrap();
        let subjects: Vec<&str> = found.letters.items.iter().map(|letter| letter.subject.as_str()).collect();
        assert_eq!(subjects, expected, "{request:?}");
        assert!(found.complete && found.letters.next.is_none());
    }
    let newest = mailbox.letters(&MailRequest::default(), &Page::first(1)).await.unwrap();
    let roster = &newest.letters.items[0];
    assert_eq!(roster.at, clinic.store.clock().now(), "a letter from the future counts from when it came");
    assert_eq!(roster.folders[0].name, "Befünde", "folders are told by the name people read");
    assert_eq!(roster.preview, "See the results.");
    assert_eq!(
        roster.link.as_deref(),
        Some("https://cloud.clinic.example/index.php/apps/mail/open/%3CRoster%40mail.example%3E")
    );
}

#[tokio::test]
async fn pages_of_letters_follow_each_other_whatever_is_asked_for() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    filled(&clinic, alice.account).await;
    let mailbox = Mailbox::of(&clinic.store, alice.account);
    for who in [None, Some(by("e", Part::Any))] {
        let request = MailRequest { who, ..MailRequest::default() };
        let (mut page, mut subjects) = (Page::first(1), Vec::new());
        loop {
            let found = mailbox.letters(&request, &page).await.unwrap();
            subjects.extend(found.letters.items.into_iter().map(|letter| letter.subject));
            match found.letters.next {
                Some(next) => page = Page::after(next, 1),
                None => break,
            }
        }
        let whole = mailbox.letters(&request, &Page::first(10)).await.unwrap().letters.items;
        let whole: Vec<String> = whole.into_iter().map(|letter| letter.subject).collect();
        assert!(whole.len() >= 3);
        assert_eq!(subjects, whole);
    }
}

#[tokio::test]
async fn one_letter_is_shown_whole_to_its_owner_and_to_nobody_else() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let ids = filled(&clinic, alice.account).await;
    let whole = Mailbox::of(&clinic.store, alice.account).letter(ids[0]).await.unwrap().unwrap();
    assert!(whole.text.starts_with("The ejection fraction is 45 %."), "{}", whole.text);
    assert_eq!(whole.quoted.len(), 1);
    let others = Mailbox::of(&clinic.store, bob.account);
    assert!(others.letter(ids[0]).await.unwrap().is_none());
    assert!(others.letters(&MailRequest::default(), &Page::first(5)).await.unwrap().letters.items.is_empty());
    assert_eq!(
        clinic.dump("audit_records").matches("mail.show").count(),
        1,
        "what was shown is in the log, once"
    );
    assert_eq!(Mailbox::of(&clinic.store, alice.account).boxes().await.unwrap()[0].folders.len(), 3);
}

#[tokio::test]
async fn looking_for_words_stops_at_its_limit_and_the_next_page_goes_on() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let mut post = Post::open(&clinic.store, alice.account).await;
    let one = message(SMITH, ALICE, "Thu, 19 Nov 2026 10:00:00 +0100", "Needle", "the oldest");
    post.deliver("INBOX", &[], &one).await;
    for number in 0..5 {
        let date = format!("Fri, 20 Nov 2026 12:0{number}:00 +0000");
        let straw = message(JONES, ALICE, &date, &format!("Straw {number}"), "nothing");
        post.deliver("INBOX", &[], &straw).await;
    }
    let mailbox = Mailbox::of(&clinic.store, alice.account).looking_at(4, 4);
    let request = MailRequest { words: Some("needle".to_owned()), ..MailRequest::default() };
    let found = mailbox.letters(&request, &Page::first(1)).await.unwrap();
    assert!(found.letters.items.is_empty() && !found.complete, "{found:?}");
    assert_eq!((found.looked, found.oldest_looked), (4, Some(at("2026-11-20T12:01:00Z"))));
    let rest = mailbox.letters(&request, &Page::after(found.letters.next.unwrap(), 1)).await.unwrap();
    assert_eq!(rest.letters.items[0].subject, "Needle");
    assert!(rest.complete);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let mailbox = Mailbox::of(&clinic.store, alice.account);
    let (from, to) = (Some(at("2026-11-20T12:00:00Z")), Some(at("2026-11-20T12:00:00Z")));
    let empty = MailRequest { from, to, ..MailRequest::default() };
    assert!(matches!(mailbox.letters(&empty, &Page::first(1)).await, Err(MailboxError::Span)));
    let long = MailRequest { words: Some("a".repeat(201)), ..MailRequest::default() };
    assert!(matches!(
        mailbox.letters(&long, &Page::first(1)).await,
        Err(MailboxError::QueryTooLong { limit: 200 })
    ));
}
