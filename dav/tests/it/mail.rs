//! Mail over real sockets: the scripted server with every ability switched, and a real one where one is named.

mod faults;
mod live;
mod reading;
mod signing_in;
mod submission;

use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use voiceassist_dav::egress::Destinations;
use voiceassist_dav::imap::{
    Connection, Endpoint, FolderName, ImapError, ImapSettings, MailCredentials, Opened, Security, Session,
    TlsTrust, UidSet,
};
use voiceassist_fakes::mail::imap::{Abilities, Imap, ImapScript};
use voiceassist_fakes::mail::{AUTHORITY_PEM, Encryption};

/// Long enough that only a server that says nothing meets it.
const PATIENCE: Duration = Duration::from_secs(20);

fn password() -> MailCredentials {
    MailCredentials::Password { login_name: "mara".to_owned(), secret: SecretString::from("mara-password") }
}

fn trust() -> TlsTrust {
    TlsTrust::only(&[AUTHORITY_PEM.to_vec()]).expect("the authority of the tests")
}

fn settings() -> ImapSettings {
    let anywhere = Destinations::named_by_clients();
    ImapSettings { connect_timeout: PATIENCE, patience: PATIENCE, destinations: anywhere }
}

fn endpoint(port: u16, security: Security) -> Endpoint {
    let host = if security == Security::PlainOnLoopback { "127.0.0.1" } else { "localhost" };
    Endpoint { host: host.to_owned(), port, security }
}

async fn connect(port: u16, security: Security) -> Result<Connection, ImapError> {
    Connection::open(&endpoint(port, security), &trust(), &settings()).await
}

async fn session(server: &Imap) -> Session {
    let connection = connect(server.address().port(), Security::PlainOnLoopback).await.expect("a connection");
    connection.sign_in(&password()).await.expect("a session")
}

async fn server(abilities: Abilities) -> Imap {
    let script = ImapScript { abilities, encryption: Encryption::None, ..ImapScript::default() };
    Imap::start(script).await.expect("a server")
}

fn inbox() -> FolderName {
    FolderName::from_wire("INBOX").expect("a name")
}

fn date() -> DateTime<Utc> {
    "2026-03-02T08:15:00Z".parse().expect("a date")
}

fn message(number: u32) -> Vec<u8> {
    format!(
        "From: Mara Keller <mara@example.test>\r\nTo: paul@example.test\r\nSubject: Echo {number}\r\n\
         Message-ID: <{number}.echo@example.test>\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n\r\n\
         Ejection fraction {number} per cent.\r\n"
    )
    .into_bytes()
}

/// Every UID of the folder, page by page.
async fn all_pages(opened: &mut Opened<'_>, size: u32) -> Vec<u32> {
    let (mut uids, mut below) = (Vec::new(), None);
    loop {
        let page = opened.page(below, size).await.expect("a page");
        assert!(page.messages.len() <= size as usize);
        uids.extend(page.messages.iter().map(|message| message.uid));
        match page.next {
            Some(next) => below = Some(next),
            None => return uids,
        }
    }
}

fn uids(text: &str) -> UidSet {
    UidSet::parse(text).expect(text)
}
