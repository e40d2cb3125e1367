//! What is handed over, what is refused, and what nobody knows.

use secrecy::SecretString;
use voiceassist_dav::egress::Destinations;
use voiceassist_dav::imap::{MailCredentials, Security};
use voiceassist_dav::smtp::{
    Address, HeaderText, InvalidHeader, Invitation, Letter, MessageId, Method, SmtpError, Submission,
};
use voiceassist_fakes::mail::smtp::{Sink, SinkScript, Trouble};
use voiceassist_fakes::mail::{AUTHORITY_PEM, Encryption};

use crate::mail::{PATIENCE, date, endpoint, password};

fn address(text: &str, name: &str) -> Address {
    Address::new(text, Some(HeaderText::new(name).expect(name))).expect(text)
}

fn letter() -> Letter {
    let from = address("mara@example.test", "Mara Keller-Grün");
    Letter {
        id: MessageId::unique([7; 16], &from).expect("an id"),
        date: date(),
        to: vec![address("paul@example.test", "Paul")],
        cc: vec![],
        bcc: vec![address("secretary@example.test", "")],
        subject: HeaderText::new("Echo vom 2. März: EF 55 %").expect("a subject"),
        in_reply_to: Some(MessageId::new("1.echo@example.test").expect("an id")),
        references: vec![MessageId::new("0.echo@example.test").expect("an id")],
        text: ".\nA line with a dot before it.\nGrüße\n".to_owned(),
        invitation: None,
        boundary: [9; 16],
        from,
    }
}

async fn submission(sink: &Sink, security: Security, credentials: &MailCredentials) -> Submission {
    let at = endpoint(sink.address().port(), security);
    let anywhere = Destinations::named_by_clients();
    Submission::new(&at, credentials, &[AUTHORITY_PEM.to_vec()], &anywhere, PATIENCE)
        .await
        .expect("a submission")
}

#[tokio::test]
async fn a_letter_is_handed_over_encrypted_and_whole() {
    for (encryption, security) in [
        (Encryption::StartTls, Security::StartTls),
        (Encryption::Implicit, Security::ImplicitTls),
        (Encryption::None, Security::PlainOnLoopback),
    ] {
        let sink = Sink::start(SinkScript { encryption, ..SinkScript::default() }).await.expect("a sink");
        let submission = submission(&sink, security, &password()).await;
        submission.test().await.expect("a test");
        submission.send(&letter()).await.expect("handed over");
        let handed = sink.handed();
        assert_eq!(handed.len(), 1);
        assert_eq!(handed[0].from, "mara@example.test");
        assert_eq!(handed[0].to, ["paul@example.test", "secretary@example.test"]);
        let text = String::from_utf8(handed[0].message.clone()).expect("text");
        let (headers, _) = text.split_once("\r\n\r\n").expect("headers");
        assert!(headers.contains("Message-ID: <07070707070707070707070707070707@example.test>"), "{headers}");
        assert!(headers.contains("In-Reply-To: <1.echo@example.test>"), "{headers}");
        assert!(headers.contains("Date: Mon, 02 Mar 2026 08:15:00 +0000"), "{headers}");
        assert!(!text.contains("secretary"), "nobody sees who was sent a copy in silence");
        assert_eq!(sink.in_the_clear(), 0);
        assert!(sink.greeted_as().iter().all(|name| name == "[127.0.0.1]"), "the machine is not named");
    }
}

#[tokio::test]
async fn without_encryption_no_name_no_secret_and_no_letter_leaves() {
    let sink = Sink::start(SinkScript { encryption: Encryption::None, ..SinkScript::default() })
        .await
        .expect("a sink");
    let refused = submission(&sink, Security::StartTls, &password()).await.send(&letter()).await;
    assert!(matches!(refused, Err(SmtpError::NoSafeWay)), "{refused:?}");
    let stranger = Sink::start(SinkScript::default()).await.expect("a sink");
    let at = endpoint(stranger.address().port(), Security::StartTls);
    let anywhere = Destinations::named_by_clients();
    let submission = Submission::new(&at, &password(), &[], &anywhere, PATIENCE).await.expect("a submission");
    let refused = submission.send(&letter()).await.expect_err("an unknown authority");
    assert!(!refused.is_transient() || matches!(refused, SmtpError::Transport { .. }));
    assert!(sink.handed().is_empty() && stranger.handed().is_empty());
    assert_eq!(stranger.in_the_clear(), 0);
}

#[tokio::test]
async fn refusals_say_whether_anybody_can_do_something_and_whether_it_may_have_gone_out() {
    let sink = Sink::start(SinkScript::default()).await.expect("a sink");
    let submission = submission(&sink, Security::StartTls, &password()).await;
    for (trouble, code, transient, open) in [
        (Trouble::Recipient(550), "refused", false, false),
        (Trouble::Recipient(450), "unavailable", true, false),
        (Trouble::Message(552), "refused", false, false),
        (Trouble::Message(451), "unavailable", true, false),
    ] {
        sink.trouble(trouble);
        let error = submission.send(&letter()).await.expect_err("trouble");
        assert_eq!(
            (error.code(), error.is_transient(), error.leaves_outcome_open()),
            (code, transient, open),
            "{trouble:?}"
        );
    }
    assert!(sink.handed().is_empty());
    sink.trouble(Trouble::HangupAfterMessage);
    let error = submission.send(&letter()).await.expect_err("a hangup");
    assert!(error.leaves_outcome_open(), "{error:?}");
    assert_eq!(sink.handed().len(), 1);
}

#[tokio::test]
async fn a_wrong_password_stops_the_account_and_a_token_signs_in() {
    let script = SinkScript { token: Some("fresh".to_owned()), ..SinkScript::default() };
    let sink = Sink::start(script).await.expect("a sink");
    let wrong = MailCredentials::Password { login_name: "mara".to_owned(), secret: SecretString::from("no") };
    let error =
        submission(&sink, Security::StartTls, &wrong).await.send(&letter()).await.expect_err("refused");
    assert!(error.stops_account() && !error.is_transient(), "{error:?}");
    let token = MailCredentials::OAuth { login_name: "mara".to_owned(), token: SecretString::from("fresh") };
    submission(&sink, Security::StartTls, &token).await.send(&letter()).await.expect("handed over");
}

#[test]
fn nothing_that_was_said_becomes_a_header() {
    for text in ["a\r\nBcc: eve@example.test", "a\nb", "a\rb", "a\0b", "a\u{2028}b", "a\u{202e}b", "\u{85}"] {
        assert_eq!(HeaderText::new(text), Err(InvalidHeader::Control), "{text:?}");
        assert!(Address::new(text, None).is_err(), "{text:?}");
        assert!(MessageId::new(text).is_err(), "{text:?}");
    }
    for id in ["", "a", "a@", "@b", "a@b>", "a b@c", "a@b\r\nX: y"] {
        assert_eq!(MessageId::new(id), Err(InvalidHeader::MessageId), "{id:?}");
    }
    let name = "\"Eve\" <eve@example.test>, Paul: ;".to_owned();
    let mut letter = letter();
    letter.to = vec![address("paul@example.test", &name)];
    letter.subject = HeaderText::new("Subject: x =?utf-8?q?=0D=0ABcc:_eve?=").expect("a subject");
    let text = String::from_utf8(letter.to_bytes().expect("rendered")).expect("text");
    let headers = text.split("\r\n\r\n").next().expect("headers");
    let names: Vec<&str> = headers
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap_or_default())
        .collect();
    let expected = [
        "Message-ID",
        "Date",
        "From",
        "Subject",
        "To",
        "In-Reply-To",
        "References",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ];
    for name in &names {
        assert!(expected.contains(name), "{name} in {headers}");
    }
}

#[test]
fn an_invitation_travels_as_an_alternative_and_as_a_file() {
    let mut letter = letter();
    let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n\
                    ORGANIZER:mailto:mara@example.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let invitation = Invitation::new(Method::Request, calendar.to_owned(), &letter.from).expect("fits");
    letter.invitation = Some(invitation);
    let text = String::from_utf8(letter.to_bytes().expect("rendered")).expect("text");
    assert!(text.contains("multipart/alternative"), "{text}");
    let part = text.lines().find(|line| line.starts_with("Content-Type: text/calendar")).expect("a part");
    assert!(part.contains("method=REQUEST") && part.to_lowercase().contains("charset"), "{part}");
    assert!(text.contains("invite.ics") && text.contains("application/ics"), "{text}");
    assert_eq!(text, String::from_utf8(letter.to_bytes().expect("again")).expect("text"), "it renders alike");
}

#[test]
fn letters_do_not_print() {
    let printed = format!("{:?}", letter());
    assert!(!printed.contains("mara") && !printed.contains("Echo") && !printed.contains("dot"), "{printed}");
}
