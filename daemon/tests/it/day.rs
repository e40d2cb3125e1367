//! A clinician's week, asked about in their own words: sixty questions with their exact answers, in two zones and over a clock change.
//!
//! Everything is real but the servers: events, cards and letters are put into the loopback Nextcloud and the loopback mail server as text,
//! mirrored by the program's own workers into PostgreSQL, and asked about in one conversation. The expected answers are written by
//! hand from the fixture (`week.rs`).

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what cannot be set up or asked stops the test")]

mod mixed;
mod questions;
mod week;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use secrecy::SecretString;
use voiceassist_assistant::diary::Zone;
use voiceassist_assistant::{Assistant, Wish};
use voiceassist_dav::imap::{MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::AUTHORITY_PEM;
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_fakes::nextcloud::{CollectionKind, Fault, Nextcloud, NextcloudScript};
use voiceassist_model::{
    AnswerPart, Clock as _, ConversationId, ItemCitation, ManualClock, Outcome, Principal,
};
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::{Job, Page, Store};
use voiceassist_workers::sync::collections::sync_collections;
use voiceassist_workers::sync::mail::{MailConnection, sync_mail};

use crate::stage::Stage;
use week::Place;

/// A clinic whose week is mirrored.
pub(crate) struct Day {
    pub(crate) cloud: Nextcloud,
    // Before the stage, so that the index is closed before its directory goes.
    assistant: Assistant,
    stage: Stage,
    clock: Arc<ManualClock>,
    principal: Principal,
    conversation: ConversationId,
    mailbox: voiceassist_model::MailAccountId,
    _server: Imap,
}

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Its sentences in a row.
    pub(crate) text: String,
    pub(crate) items: Vec<ItemCitation>,
    pub(crate) options: Vec<String>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) model: String,
}

impl Day {
    pub(crate) async fn open(place: &Place) -> Self {
        _ = rustls::crypto::ring::default_provider().install_default();
        let cloud = Nextcloud::start(NextcloudScript::default()).await.expect("a Nextcloud");
        let clock = Arc::new(ManualClock::at(place.now() - TimeDelta::minutes(5)));
        let stage = Stage::build_with(Arc::clone(&clock) as Arc<dyn voiceassist_model::Clock>).await;
        let password = cloud.app_password("alice").expect("a password");
        let account = stage.account(&cloud.base_url(), "alice", password).await;
        week::fill(&cloud, place);
        let server = Imap::start(ImapScript::default()).await.expect("a mail server");
        week::deliver(&server, place);
        let connection = MailConnection {
            host: "127.0.0.1".to_owned(),
            port: server.address().port(),
            security: Security::PlainOnLoopback,
            credentials: MailCredentials::Password {
                login_name: "mara".to_owned(),
                secret: SecretString::from("mara-password"),
            },
        };
        let store = &stage.context.store;
        let mailbox = store.mail().add(account, &connection.write()).await.expect("kept").expect("room");
        let assistant = stage.assistant();
        let instance = store.accounts().find(account).await.unwrap().unwrap().instance;
        let principal = Principal { account, instance, user_id: "alice".to_owned() };
        let conversation = store.conversations().create(account, "My day").await.expect("a conversation");
        let day = Self { cloud, clock, assistant, principal, conversation, mailbox, stage, _server: server };
        day.look().await;
        day.clock.advance(place.now() - day.clock.now());
        day
    }

    /// The mirror is made equal.
    pub(crate) async fn look(&self) {
        let account = self.principal.account;
        for class in CollectionClass::ALL {
            sync_collections(&self.stage.context, account, class).await.expect("collections are mirrored");
        }
        let trust = TlsTrust::only(&[AUTHORITY_PEM.to_vec()]).expect("an authority");
        sync_mail(&self.stage.context, &trust, self.mailbox).await.expect("mail is mirrored");
    }

    pub(crate) fn store(&self) -> &Store {
        &self.stage.context.store
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Begins another conversation.
    pub(crate) async fn anew(&mut self) {
        let conversations = self.store().conversations();
        self.conversation =
            conversations.create(self.principal.account, "My day").await.expect("a conversation");
    }

    /// The program starts again: nothing but the database is left of what was said.
    pub(crate) fn restart(&mut self) {
        self.assistant = self.stage.assistant();
    }

    pub(crate) async fn ask(&self, question: &str) -> Told {
        self.ask_by(question, None).await
    }

    /// The same by the clock of this zone.
    pub(crate) async fn ask_by(&self, question: &str, zone: Option<&str>) -> Told {
        let zone = zone.map(|name| Zone::named(name).expect("a zone"));
        let wish = Wish { zone, ..Wish::new(self.conversation, question) };
        let asked = self.assistant.ask_for(&self.principal, wish).await;
        let mut stream = asked.expect("a turn");
        let mut told = Told::default();
        let mut sentences = Vec::new();
        while let Some(part) = stream.next().await {
            match part.expect("a part").into_inner() {
                AnswerPart::Note { text } | AnswerPart::Sentence { text, .. } => sentences.push(text),
                AnswerPart::Fact { text, items } => {
                    sentences.push(text);
                    told.items.extend(items);
                }
                AnswerPart::Clarification { clarification } => told.options = clarification.options,
                AnswerPart::Done { outcome, model, .. } => {
                    (told.outcome, told.model) = (Some(outcome), model);
                }
                _ => {}
            }
        }
        told.text = sentences.join(" ");
        told
    }

    /// What an old conversation shows, and how many of its sentences it leaves out.
    pub(crate) async fn history(&self) -> (String, u32) {
        let shown = self.assistant.messages(&self.principal, self.conversation, &Page::first(100)).await;
        let messages = shown.expect("messages").expect("a conversation").items;
        let withheld = messages.iter().map(|message| message.withheld).sum();
        (messages.iter().map(|message| message.text()).collect::<Vec<_>>().join("\n"), withheld)
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Every question alone, in a conversation of its own.
async fn all_right(place: &Place) {
    let mut day = Day::open(place).await;
    let mut wrong = Vec::new();
    let table = questions::table(place);
    assert!(table.len() >= 60, "{} questions", table.len());
    for (question, expected) in &table {
        day.anew().await;
        let told = day.ask(question).await;
        if told.text != *expected {
            wrong.push(format!("{question}\n  expected: {expected}\n  told:     {}", told.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_questions_about_a_week_with_a_clock_change_are_right_in_berlin() {
    all_right(&week::BERLIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_questions_about_a_week_with_a_clock_change_are_right_in_new_york() {
    all_right(&week::NEW_YORK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_from_what_was_said_also_after_a_restart() {
    let mut day = Day::open(&week::BERLIN).await;
    assert!(day.ask("What do I have tomorrow?").await.text.contains("Echo conference"));
    day.restart();
    let friday = day.ask("and on Friday?").await;
    assert!(friday.text.starts_with("On Friday, 23 October 2026"), "{}", friday.text);
    assert!(friday.text.contains("Day off"), "{}", friday.text);
    // Two people match: one question, and the choice completes it.
    let asked = day.ask("What is the phone number of Dr. Smith?").await;
    assert_eq!(asked.outcome, Some(Outcome::Clarify));
    assert_eq!(asked.options.len(), 2, "{asked:?}");
    assert_eq!(asked.text.matches('?').count(), 1, "exactly one question: {}", asked.text);
    day.restart();
    let chosen = day.ask("the cardiologist").await;
    assert_eq!(chosen.text, "Anna Smith: phone +49 30 5550142 (work), +49 170 5550199 (mobile).");
    // And she is meant from then on.
    day.restart();
    assert_eq!(
        day.ask("What is her email address?").await.text,
        "Anna Smith: E-Mail a.smith@stmarys.example (work)."
    );
    let wrote = day.ask("What did she write about the echo?").await;
    assert!(
        wrote.text.contains("“The ejection fraction is 45 percent.”")
            || wrote.text.contains("Please repeat the echo"),
        "{}",
        wrote.text
    );
    let met = day.ask("When do I see her next?").await;
    assert!(met.text.contains("Echo conference"), "{}", met.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_not_shown_by_an_old_answer_and_a_stale_mirror_says_so() {
    let day = Day::open(&week::BERLIN).await;
    let told = day.ask("What do I have tomorrow?").await;
    assert!(told.items.iter().all(|item| item.link.is_some()), "every item opens in Nextcloud: {told:?}");
    assert_eq!(told.model, "mirror");
    day.ask("What did Bob write?").await;
    let (before, withheld) = day.history().await;
    assert!(before.contains("Echo conference") && withheld == 0);
    assert!(day.cloud.delete_object("alice", "personal", "echo.ics").expect("deleted"));
    day.pass(TimeDelta::minutes(1));
    day.look().await;
    let (after, withheld) = day.history().await;
    assert!(!after.contains("Echo conference") && after.contains("Ward round"), "{after}");
    assert_eq!(withheld, 1);
    day.pass(TimeDelta::hours(3));
    let stale = day.ask("What do I have on Friday?").await;
    assert!(stale.text.contains("last compared with the server long ago (as of 10:31)"), "{}", stale.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_by_the_clock_it_is_asked_by_and_says_which() {
    let day = Day::open(&week::BERLIN).await;
    let question = "What do I have tomorrow?";
    let here = day.ask(question).await.text;
    assert!(here.contains("Europe/Berlin") && here.contains("Echo conference"), "{here}");
    assert_eq!(day.ask_by(question, Some("Europe/Berlin")).await.text, here);
    let there = day.ask_by(question, Some("America/New_York")).await.text;
    assert!(there.contains("America/New_York") && there.contains("Echo conference"), "{there}");
    assert_ne!(there, here);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_is_shared_no_more_is_not_shown_even_before_the_next_look() {
    let mut day = Day::open(&week::BERLIN).await;
    day.assistant = day.stage.assistant_that_asks(voiceassist_assistant::Settings::default());
    day.cloud.add_collection("alice", "rota_shared_by_bob", CollectionKind::Calendar).expect("known");
    day.cloud.share_collection("alice", "rota_shared_by_bob", "bob", false).expect("known");
    let rota = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:rota-1\r\n\
                DTSTAMP:20261001T000000Z\r\nSUMMARY:Bob on call\r\nDTSTART:20261022T170000Z\r\nDURATION:PT1H\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    day.cloud.put_object("alice", "rota_shared_by_bob", "1.ics", rota).expect("stored");
    day.look().await;
    let question = "What do I have tomorrow?";
    assert!(day.ask(question).await.text.contains("Bob on call"));
    // Too long ago to be believed: Nextcloud is asked, and says that it is still so.
    day.pass(TimeDelta::minutes(3));
    assert!(day.ask(question).await.text.contains("Bob on call"));
    assert!(day.history().await.0.contains("Bob on call"));

    assert!(day.cloud.remove_collection("alice", "rota_shared_by_bob"));
    day.pass(TimeDelta::seconds(31));
    let told = day.ask(question).await;
    assert!(!told.text.contains("Bob on call") && told.text.contains("Echo conference"), "{}", told.text);
    assert!(!day.history().await.0.contains("Bob on call"), "nor by what was answered before");
    let next = day.store().jobs().is_unfinished(&Job::SyncCalendars { account: day.principal.account }).await;
    assert!(next.unwrap(), "a look is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_share_is_not_shown_while_nextcloud_does_not_answer_and_the_answer_says_since_when() {
    let mut day = Day::open(&week::BERLIN).await;
    day.assistant = day.stage.assistant_that_asks(voiceassist_assistant::Settings::default());
    day.cloud.add_collection("alice", "rota_shared_by_bob", CollectionKind::Calendar).expect("known");
    day.cloud.share_collection("alice", "rota_shared_by_bob", "bob", false).expect("known");
    day.look().await;
    let shared = |calendar: &&voiceassist_store::collections::Collection| calendar.kind == "shared";
    let calendars = day.store().collections().list(day.principal.account, CollectionClass::Calendar).await;
    assert_eq!(calendars.unwrap().iter().filter(shared).count(), 1);
    day.cloud.fault(Fault::on("PROPFIND").times(u32::MAX).status(502));
    day.pass(TimeDelta::minutes(2));
    let account = day.principal.account;
    sync_collections(&day.stage.context, account, CollectionClass::Calendar).await.expect_err("no answer");
    let told = day.ask("What do I have tomorrow?").await;
    assert!(told.text.contains("Echo conference"), "one's own is shown: {}", told.text);
    assert!(told.text.ends_with("As of 10:30; Nextcloud did not answer since."), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_anybody_elses_day() {
    let day = Day::open(&week::BERLIN).await;
    let password = day.cloud.app_password("bob").expect("a password");
    let account = day.stage.account(&day.cloud.base_url(), "bob", password).await;
    let conversation = day.store().conversations().create(account, "x").await.expect("a conversation");
    let instance = day.principal.instance;
    let bob = Principal { account, instance, user_id: "bob".to_owned() };
    for question in [
        "What do I have tomorrow?",
        "Any unread mail?",
        "What is the phone number of Anna Smith?",
        "What tasks are due today?",
    ] {
        let mut stream = day.assistant.ask(&bob, conversation, question.to_owned()).await.expect("a turn");
        let mut said = String::new();
        while let Some(part) = stream.next().await {
            match part.expect("a part").into_inner() {
                AnswerPart::Note { text }
                | AnswerPart::Sentence { text, .. }
                | AnswerPart::Fact { text, .. } => said.push_str(&text),
                _ => {}
            }
        }
        assert!(
            !said.contains("Echo")
                && !said.contains("555")
                && !said.contains("Roster")
                && !said.contains("syringes"),
            "{question}: {said}"
        );
    }
    assert_eq!(at("2026-10-21T08:30:00Z"), week::BERLIN.now());
}
