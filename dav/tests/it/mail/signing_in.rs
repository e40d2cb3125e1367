//! Encryption first, then one attempt in the best way that fits.

use secrecy::SecretString;
use voiceassist_dav::TransportKind;
use voiceassist_dav::imap::{Connection, Endpoint, ImapError, MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::Encryption;
use voiceassist_fakes::mail::imap::{Abilities, Imap, ImapScript};

use crate::mail::{connect, endpoint, password, settings};

async fn start(encryption: Encryption, abilities: Abilities) -> Imap {
    Imap::start(ImapScript { encryption, abilities, ..ImapScript::default() }).await.expect("a server")
}

fn token(token: &str) -> MailCredentials {
    MailCredentials::OAuth { login_name: "mara".to_owned(), token: SecretString::from(token) }
}

#[tokio::test]
async fn both_kinds_of_encryption_lead_to_a_session() {
    for (encryption, security) in
        [(Encryption::Implicit, Security::ImplicitTls), (Encryption::StartTls, Security::StartTls)]
    {
        let server = start(encryption, Abilities::default()).await;
        let connection = connect(server.address().port(), security).await.expect("a connection");
        let session = connection.sign_in(&password()).await.expect("a session");
        assert!(session.capabilities().condstore());
        session.sign_out().await.expect("goodbye");
    }
}

#[tokio::test]
async fn without_encryption_nothing_is_said_to_anybody() {
    let server = start(Encryption::None, Abilities::default()).await;
    let port = server.address().port();
    assert!(matches!(connect(port, Security::StartTls).await, Err(ImapError::NoEncryption)));
    let elsewhere = async |host: &str| {
        let endpoint = Endpoint { host: host.to_owned(), port, security: Security::PlainOnLoopback };
        Connection::open(&endpoint, &crate::mail::trust(), &settings()).await
    };
    assert!(matches!(elsewhere("10.9.8.7").await, Err(ImapError::Settings { .. })));
    assert!(matches!(elsewhere("169.254.169.254").await, Err(ImapError::NotReached(_))));
    assert!(server.commands().iter().all(|command| command == "CAPABILITY"));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_ends_the_attempt() {
    let server = start(Encryption::Implicit, Abilities::default()).await;
    let trust = TlsTrust::new(&[]).expect("the machine's authorities");
    let at = endpoint(server.address().port(), Security::ImplicitTls);
    let refused = Connection::open(&at, &trust, &settings()).await.expect_err("an unknown authority");
    assert!(matches!(refused, ImapError::Transport { kind: TransportKind::Tls, .. }), "{refused:?}");
    assert!(!refused.is_transient());
}

#[tokio::test]
async fn words_ahead_of_the_handshake_are_not_taken_for_encrypted_ones() {
    let script = ImapScript {
        encryption: Encryption::StartTls,
        ahead_of_tls: Some("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"),
        ..ImapScript::default()
    };
    let server = Imap::start(script).await.expect("a server");
    let refused = connect(server.address().port(), Security::StartTls).await;
    assert!(matches!(refused, Err(ImapError::Malformed(_))), "{refused:?}");
}

#[tokio::test]
async fn every_way_to_sign_in_works_and_none_is_tried_after_another() {
    let ways = [
        Abilities::default(),
        Abilities { sasl_ir: false, ..Abilities::default() },
        Abilities { plain: false, ..Abilities::default() },
        Abilities::bare(),
    ];
    for abilities in ways {
        let server = start(Encryption::None, abilities).await;
        let wrong = MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: SecretString::from("grün\"\\ \r\na2 LOGOUT"),
        };
        let port = server.address().port();
        let connection = connect(port, Security::PlainOnLoopback).await.expect("a connection");
        let refused = connection.sign_in(&wrong).await.expect_err("a wrong password");
        assert!(matches!(refused, ImapError::Unauthorized) && refused.stops_account());
        assert_eq!(server.sign_ins_refused(), 1);
        let connection = connect(port, Security::PlainOnLoopback).await.expect("a connection");
        connection.sign_in(&password()).await.expect("a session");
    }
}

#[tokio::test]
async fn a_password_with_any_letters_arrives_as_it_is() {
    let script = ImapScript {
        password: "grün \"x\\ 密".to_owned(),
        abilities: Abilities { plain: false, ..Abilities::bare() },
        ..ImapScript::default()
    };
    for literal_plus in [false, true] {
        let mut script = script.clone();
        script.abilities.literal_plus = literal_plus;
        let server = Imap::start(script).await.expect("a server");
        let credentials = MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: SecretString::from("grün \"x\\ 密"),
        };
        let connection = connect(server.address().port(), Security::PlainOnLoopback).await.expect("a line");
        connection.sign_in(&credentials).await.expect("a session");
    }
}

#[tokio::test]
async fn a_token_signs_in_and_a_stale_one_is_refused_at_once() {
    for (sasl_ir, oauth_bearer) in [(true, true), (false, true), (true, false), (false, false)] {
        let script = ImapScript {
            token: Some("fresh-token".to_owned()),
            abilities: Abilities { sasl_ir, oauth_bearer, ..Abilities::default() },
            ..ImapScript::default()
        };
        let server = Imap::start(script).await.expect("a server");
        let line =
            async || connect(server.address().port(), Security::PlainOnLoopback).await.expect("a line");
        line().await.sign_in(&token("fresh-token")).await.expect("a session");
        let refused = line().await.sign_in(&token("stale-token")).await.expect_err("a stale token");
        assert!(matches!(refused, ImapError::Unauthorized), "{refused:?}");
        let mechanism = if oauth_bearer { "OAUTHBEARER" } else { "XOAUTH2" };
        let asked = server.commands();
        let tried: Vec<&String> =
            asked.iter().filter(|command| command.starts_with("AUTHENTICATE")).collect();
        assert!(tried.len() == 2 && tried.iter().all(|command| command.contains(mechanism)), "{asked:?}");
    }
    let server = start(Encryption::None, Abilities::default()).await;
    let line = connect(server.address().port(), Security::PlainOnLoopback).await.expect("a line");
    assert!(matches!(line.sign_in(&token("t")).await, Err(ImapError::NoMethod)));
}

#[test]
fn credentials_and_names_do_not_print() {
    let printed = format!(
        "{:?} {:?} {:?} {:?}",
        password(),
        token("fresh-token"),
        endpoint(993, Security::ImplicitTls),
        crate::mail::inbox()
    );
    for secret in ["mara", "fresh", "localhost", "INBOX"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
