//! The same against a real IMAP server, with an independent client as the other side.
//!
//! Runs where `VOICEASSIST_TEST_IMAP` names servers on loopback that take any user with the password `mara-password`
//! in the clear, separated by commas: `127.0.0.1:26143,127.0.0.1:26144`. One with CONDSTORE and QRESYNC and one
//! without are worth having; docs/development/testing.md says how.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::TryStreamExt as _;
use secrecy::SecretString;
use tokio::net::TcpStream;
use voiceassist_dav::imap::{
    Body, Change, Connection, Flag, MailCredentials, Opened, Security, UidSet, Woken,
};

use crate::mail::{all_pages, endpoint, inbox, message, settings, trust};

type Writer = async_imap::Session<TcpStream>;

fn servers() -> Vec<u16> {
    let named = std::env::var_os("VOICEASSIST_TEST_IMAP").and_then(|named| named.into_string().ok());
    let named = named.unwrap_or_default();
    named.split(',').filter_map(|server| server.rsplit_once(':')?.1.parse().ok()).collect()
}

async fn writer(port: u16, user: &str) -> Writer {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a server");
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.expect("a line").expect("a greeting");
    let mut writer =
        client.login(user, "mara-password").await.map_err(|(error, _)| error).expect("a session");
    writer.select("INBOX").await.expect("an inbox");
    let all: Vec<_> = writer
        .store("1:*", "+FLAGS (\\Deleted)")
        .await
        .expect("flags")
        .try_collect()
        .await
        .unwrap_or_default();
    drop(all);
    let gone: Vec<u32> = writer.expunge().await.expect("an expunge").try_collect().await.expect("the end");
    drop(gone);
    writer
}

async fn reader(port: u16, user: &str) -> voiceassist_dav::imap::Session {
    let credentials = MailCredentials::Password {
        login_name: user.to_owned(),
        secret: SecretString::from("mara-password"),
    };
    let at = endpoint(port, Security::PlainOnLoopback);
    let connection = Connection::open(&at, &trust(), &settings()).await.expect("a connection");
    connection.sign_in(&credentials).await.expect("a session")
}

async fn mark(writer: &mut Writer, uid: u32, flags: &str) {
    let said = writer.uid_store(uid.to_string(), flags).await.expect("flags");
    said.try_collect::<Vec<_>>().await.expect("the end");
}

async fn remove(writer: &mut Writer, uid: u32) {
    mark(writer, uid, "+FLAGS (\\Deleted)").await;
    let gone = writer.expunge().await.expect("an expunge");
    gone.try_collect::<Vec<_>>().await.expect("the end");
}

async fn append(writer: &mut Writer, number: u32) {
    writer.append("INBOX", None, None, message(number)).await.expect("an append");
}

/// What a mirror knows after it was told everything that changed since `mod_seq`, or looked at everything.
async fn follow(opened: &mut Opened<'_>, known: &mut BTreeMap<u32, Vec<Flag>>, mod_seq: Option<u64>) {
    if let (Some(mod_seq), Some(_)) = (mod_seq, opened.highest_mod_seq()) {
        let tells = opened.tells_vanished();
        let mut changes = opened.changed_since(mod_seq, u32::MAX).await.expect("asked");
        while let Some(change) = changes.next_change().await.expect("a change") {
            match change {
                Change::Flags { uid, flags, .. } => drop(known.insert(uid, flags)),
                Change::Vanished(uids) => known.retain(|uid, _| !uids.contains(*uid)),
            }
        }
        if !tells {
            let left = opened.present(1, u32::MAX).await.expect("a search");
            known.retain(|uid, _| left.contains(*uid));
        }
    } else {
        *known = opened.flags(1, u32::MAX).await.expect("flags").into_iter().collect();
    }
}

#[tokio::test]
async fn a_real_server_is_followed_through_random_edits_without_drift() {
    for port in servers() {
        let mut writer = writer(port, "drift").await;
        let (mut known, mut mod_seq) = (BTreeMap::new(), None);
        let mut dice = 0x2545_f491_4f6c_dd1d_u64;
        for round in 0..60_u32 {
            for _ in 0..3 {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let uids: Vec<u32> = known.keys().copied().collect();
                let index = usize::try_from(dice >> 32).expect("fits");
                match (dice % 4, uids.get(index.checked_rem(uids.len()).unwrap_or(0))) {
                    (0, Some(uid)) => remove(&mut writer, *uid).await,
                    (1, Some(uid)) => mark(&mut writer, *uid, "+FLAGS (\\Flagged)").await,
                    (2, Some(uid)) => mark(&mut writer, *uid, "-FLAGS (\\Flagged)").await,
                    _ => append(&mut writer, round).await,
                }
            }
            let mut reader = reader(port, "drift").await;
            reader.enable_qresync().await.expect("asked");
            let mut opened = reader.open(&inbox()).await.expect("opens");
            follow(&mut opened, &mut known, mod_seq).await;
            mod_seq = opened.highest_mod_seq();
            let truth: BTreeMap<u32, Vec<Flag>> =
                opened.flags(1, u32::MAX).await.expect("flags").into_iter().collect();
            assert_eq!(known, truth, "round {round} on port {port}");
        }
        assert!(!known.is_empty());
    }
}

#[tokio::test]
async fn a_real_server_pages_searches_and_gives_bodies() {
    for port in servers() {
        let mut writer = writer(port, "pages").await;
        for number in 0..45 {
            append(&mut writer, number).await;
        }
        let mut reader = reader(port, "pages").await;
        let listed = reader.folders().await.expect("a listing");
        let roles = listed.folders.iter().filter(|folder| !folder.role.by_default()).count();
        assert_eq!((roles, listed.skipped), (3, 0));
        let mut opened = reader.open(&inbox()).await.expect("opens");
        let all = all_pages(&mut opened, 10).await;
        assert_eq!(all.len(), 45);
        assert!(all.is_sorted_by(|above, below| above > below));
        let newest = all[0];
        let page = opened.page(None, 1).await.expect("a page");
        assert_eq!(page.messages[0].message_id.as_deref(), Some("44.echo@example.test"));
        let mut body = Vec::new();
        let whole = opened.body(newest, 1 << 20, &mut body).await.expect("a body");
        assert_eq!((whole, body), (Body::Whole(message(44).len() as u64), message(44)));
        let set: UidSet = all.iter().copied().collect();
        let mut answers = opened.bodies(&set, 40).await.expect("asked");
        let mut count = 0;
        while let Some(fetched) = answers.next_body().await.expect("a body") {
            assert!(fetched.more && fetched.bytes.len() == 40);
            count += 1;
        }
        assert_eq!(count, 45);
        remove(&mut writer, all[10]).await;
        // A server may answer from what it last told: first hear the news.
        opened.look().await.expect("a look");
        assert!(!opened.present(1, newest).await.expect("a search").contains(all[10]));
    }
}

#[tokio::test]
async fn a_real_server_wakes_who_waits() {
    for port in servers() {
        let mut writer = writer(port, "idle").await;
        let mut reader = reader(port, "idle").await;
        let mut opened = reader.open(&inbox()).await.expect("opens");
        if !opened.can_idle() {
            continue;
        }
        let (woken, ()) = tokio::join!(opened.idle(Duration::from_secs(30)), append(&mut writer, 1));
        assert_eq!(woken.expect("a wait"), Woken::News);
        assert_eq!(opened.exists(), 1);
        assert_eq!(opened.idle(Duration::from_millis(50)).await.expect("a wait"), Woken::Nothing);
    }
}
