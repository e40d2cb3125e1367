//! Servers that break off, mix up and go on for ever.

use std::time::Duration;

use voiceassist_dav::TransportKind;
use voiceassist_dav::imap::{Connection, ImapError, ImapSettings, Security};
use voiceassist_fakes::mail::imap::{Abilities, Fault, Imap};

use crate::mail::{all_pages, date, endpoint, inbox, message, password, server, session, trust};

async fn filled() -> Imap {
    let server = server(Abilities::default()).await;
    for number in 0..30 {
        server.append("INBOX", message(number), &["\\Seen"], date());
    }
    server
}

#[tokio::test]
async fn a_line_that_dies_inside_a_message_gives_no_message() {
    let server = filled().await;
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    server.fault(Fault::CutInLiteral(40));
    let mut written = Vec::new();
    let died = opened.body(3, 10_000, &mut written).await.expect_err("the line died");
    assert!(matches!(died, ImapError::Closed) && died.is_transient());
    assert!(written.is_empty());
    // Nothing more is said over a line that died.
    assert!(matches!(opened.page(None, 5).await, Err(ImapError::OutOfStep)));
}

#[tokio::test]
async fn order_and_number_of_responses_do_not_matter() {
    let server = filled().await;
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    let expected = opened.page(None, 20).await.expect("a page");
    for fault in [Fault::Shuffled, Fault::Split] {
        server.fault(fault);
        assert_eq!(opened.page(None, 20).await.expect("a page"), expected, "{fault:?}");
    }
    assert_eq!(server.faults_left(), 0);
}

#[tokio::test]
async fn one_response_that_makes_no_sense_costs_one_message_and_proves_no_absence() {
    let server = filled().await;
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    server.fault(Fault::Garbled);
    let page = opened.page(None, 10).await.expect("a page");
    assert_eq!((page.messages.len(), page.skipped, opened.unreadable()), (9, 1, 1));
    // The lowest of the page was the one, and still nothing below it is missed.
    let rest: Vec<u32> = {
        let mut below = page.next;
        let mut rest = Vec::new();
        while let Some(at) = below {
            let page = opened.page(Some(at), 10).await.expect("a page");
            rest.extend(page.messages.iter().map(|message| message.uid));
            below = page.next;
        }
        rest
    };
    assert_eq!(rest, (1..=20).rev().collect::<Vec<_>>());
    server.fault(Fault::Garbled);
    assert!(matches!(opened.flags(1, 30).await, Err(ImapError::Malformed(_))));
    assert_eq!(opened.flags(1, 30).await.expect("asked again").len(), 30);
}

#[tokio::test]
async fn a_long_line_is_read_and_an_endless_one_is_not() {
    let server = filled().await;
    let mut first = session(&server).await;
    server.fault(Fault::LongLine(1_000_000));
    let mut opened = first.open(&inbox()).await.expect("a line of a million octets is read past");
    assert_eq!(all_pages(&mut opened, 50).await.len(), 30);
    server.fault(Fault::LongLine(20_000_000));
    assert!(matches!(opened.look().await, Err(ImapError::TooLarge { .. })));
    assert!(matches!(opened.look().await, Err(ImapError::OutOfStep)));
}

#[tokio::test]
async fn a_server_that_knows_no_pieces_is_told_apart_from_a_large_message() {
    let server = filled().await;
    let large: Vec<u8> = message(31).into_iter().chain(std::iter::repeat_n(b'x', 300_000)).collect();
    let uid = server.append("INBOX", large.clone(), &[], date());
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    server.fault(Fault::IgnoresPieces);
    let mut answers = opened.bodies(&crate::mail::uids(&format!("30:{uid}")), 150_000).await.expect("asked");
    let small = answers.next_body().await.expect("a body").expect("small");
    assert!(!small.more && small.bytes == message(29));
    let large_one = answers.next_body().await.expect("a body").expect("large");
    assert!(large_one.more && large_one.bytes.is_empty());
    assert_eq!(answers.next_body().await.expect("the end"), None);
}

#[tokio::test]
async fn goodbyes_refusals_and_hangups_are_told_apart() {
    let server = filled().await;
    for (fault, expected, lives) in [
        (Fault::Bye, "closed", false),
        (Fault::Hangup, "closed", false),
        (Fault::Unavailable, "unavailable", true),
        (Fault::WrongTag, "malformed", false),
    ] {
        let mut session = session(&server).await;
        let mut opened = session.open(&inbox()).await.expect("opens");
        server.fault(fault);
        let error = opened.page(None, 5).await.expect_err("a fault");
        assert_eq!(error.code(), expected, "{fault:?}");
        assert_eq!(opened.page(None, 5).await.is_ok(), lives, "{fault:?}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = filled().await;
    let settings = ImapSettings { patience: Duration::from_millis(300), ..crate::mail::settings() };
    let at = endpoint(server.address().port(), Security::PlainOnLoopback);
    let line = Connection::open(&at, &trust(), &settings).await.expect("a line");
    let mut session = line.sign_in(&password()).await.expect("a session");
    let mut opened = session.open(&inbox()).await.expect("opens");
    server.fault(Fault::Silence);
    let error = opened.look().await.expect_err("silence");
    assert!(matches!(error, ImapError::Transport { kind: TransportKind::Timeout, .. }), "{error:?}");
}

#[tokio::test]
async fn an_exchange_that_was_dropped_does_not_answer_the_next() {
    let server = filled().await;
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    {
        let mut answers = opened.bodies(&crate::mail::uids("1:30"), 4_096).await.expect("asked");
        answers.next_body().await.expect("a body");
    }
    assert!(matches!(opened.present(1, 30).await, Err(ImapError::OutOfStep)));
}
