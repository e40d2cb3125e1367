//! Mailboxes on a real IMAP server, with an independent client as the other side; and whole collections of odd files.
//!
//! Runs where `VOICEASSIST_TEST_IMAP` names servers on loopback, as docs/development/testing.md says. `VOICEASSIST_CORPUS`
//! names a directory with `ical`, `vcard` and `mail` in it, whose files and mutations of them go through the mirror of
//! the loopback servers, which keep whatever they are given, and messages through that of the real ones as well.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta};
use futures::TryStreamExt as _;
use secrecy::SecretString;
use tokio::net::TcpStream;
use voiceassist_dav::imap::{FolderName, MailConnection, MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_model::{AccountId, MailAccountId};
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::mail::ContentState;
use voiceassist_workers::sync::collections::sync_collections;
use voiceassist_workers::sync::mail::sync_mail;

use crate::clinic::Clinic;

/// Minutes of the daemon's time.
const ROUNDS: u32 = 60;
/// Mutations of each file.
const MUTATIONS: u32 = 8;
const FOLDERS: [&str; 3] = ["INBOX", "Sent", "Archive"];

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

fn servers() -> Vec<u16> {
    let named = variable("VOICEASSIST_TEST_IMAP").unwrap_or_default();
    named.split(',').filter_map(|server| server.rsplit_once(':')?.1.parse().ok()).collect()
}

/// Chance that comes out the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % bound.max(1)
    }

    /// The same with some octets changed, lost, doubled or put in.
    fn mutate(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut changed = octets.to_vec();
        for _ in 0..=self.below(12) {
            if changed.is_empty() {
                break;
            }
            let at = self.below(changed.len());
            match self.below(5) {
                0 => changed[at] = u8::try_from(self.below(256)).unwrap_or(0),
                1 => _ = changed.remove(at),
                2 => changed.insert(at, b"\r\n;:,=\"\\ 0Z9T-"[self.below(14)]),
                3 => {
                    let part = changed[at..(at + self.below(60)).min(changed.len())].to_vec();
                    let to = self.below(changed.len());
                    changed.splice(to..to, part);
                }
                _ => _ = changed.drain(at..(at + self.below(30)).min(changed.len())),
            }
        }
        changed
    }
}

/// The files of one kind, each followed by its mutations.
fn corpus(kind: &str) -> Vec<Vec<u8>> {
    let Some(directory) = variable("VOICEASSIST_CORPUS") else { return Vec::new() };
    let mut files: Vec<_> = fs::read_dir(Path::new(&directory).join(kind))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut all = Vec::new();
    for file in files {
        let octets = fs::read(file).expect("readable");
        all.extend((0..MUTATIONS).map(|_| dice.mutate(&octets)));
        all.push(octets);
    }
    all
}

struct Post {
    clinic: Clinic,
    mailbox: MailAccountId,
    trust: TlsTrust,
}

impl Post {
    async fn open(port: u16, user: &str) -> Self {
        let clinic = Clinic::open().await;
        let account = clinic.connect("alice").await;
        let connection = MailConnection {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::PlainOnLoopback,
            credentials: MailCredentials::Password {
                login_name: user.to_owned(),
                secret: SecretString::from("mara-password"),
            },
        };
        let mail = clinic.context.store.mail();
        let mailbox = mail.add(account, &connection.write()).await.expect("kept").expect("room");
        Self { clinic, mailbox, trust: TlsTrust::new(&[]).expect("certificates") }
    }

    /// Looks until nothing is left to look at.
    async fn sync(&self) {
        while sync_mail(&self.clinic.context, &self.trust, self.mailbox).await.expect("a look").more {}
    }

    /// How many messages came how far.
    async fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = self.clinic.context.store.mail().count_contents(self.mailbox).await.expect("counts");
        counts.into_iter().map(|(state, count)| (state.as_str(), count)).collect()
    }

    async fn mirrored(&self) -> BTreeMap<(String, u32), Vec<String>> {
        let mail = self.clinic.context.store.mail();
        let mut mirrored = BTreeMap::new();
        for folder in mail.folders(self.mailbox).await.expect("folders") {
            let name = FolderName::from_wire(&folder.name).expect("a name").text();
            for (uid, mut flags) in mail.known(folder.id, 1, 10_000).await.expect("messages") {
                // Who saw a message first is no business of a mirror that looks without taking note.
                flags.retain(|flag| flag != "\\Recent");
                flags.sort();
                mirrored.insert((name.clone(), uid), flags);
            }
        }
        mirrored
    }

    /// Everything was read or has a reason, and another look finds nothing to do.
    async fn check(&self, lying: usize) -> BTreeMap<&'static str, u64> {
        let counts = self.counts().await;
        assert_eq!(counts.get(ContentState::Pending.as_str()), None, "{counts:?}");
        assert!(counts.values().sum::<u64>() <= lying as u64);
        assert_eq!(self.mirrored().await.len(), lying);
        let again = sync_mail(&self.clinic.context, &self.trust, self.mailbox).await.expect("a look");
        assert_eq!((again.fresh, again.read, again.quarantined), (0, 0, 0));
        counts
    }
}

type Writer = async_imap::Session<TcpStream>;

async fn writer(port: u16, user: &str) -> Writer {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a server");
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.expect("a line").expect("a greeting");
    let mut writer =
        client.login(user, "mara-password").await.map_err(|(error, _)| error).expect("a session");
    for folder in FOLDERS {
        writer.select(folder).await.expect("a folder");
        let marked = writer.store("1:*", "+FLAGS (\\Deleted)").await.expect("flags");
        _ = marked.try_collect::<Vec<_>>().await;
        writer.expunge().await.expect("an expunge").try_collect::<Vec<_>>().await.expect("the end");
    }
    writer
}

/// UIDs and flags as the server shows them to somebody else.
async fn shown(writer: &mut Writer) -> BTreeMap<(String, u32), Vec<String>> {
    let mut shown = BTreeMap::new();
    for folder in FOLDERS {
        let opened = writer.select(folder).await.expect("a folder");
        if opened.exists == 0 {
            continue;
        }
        let fetched = writer.fetch("1:*", "(UID FLAGS)").await.expect("asked");
        for message in fetched.try_collect::<Vec<_>>().await.expect("messages") {
            let mut flags: Vec<String> = message.flags().map(|flag| format!("\\{flag:?}")).collect();
            flags.retain(|flag| flag != "\\Recent");
            flags.sort();
            shown.insert((folder.to_owned(), message.uid.expect("a UID")), flags);
        }
    }
    shown
}

fn letter(number: u32) -> String {
    format!(
        "From: mara@example.test\r\nSubject: Echo {number}\r\nMessage-ID: <{number}@example.test>\r\n\r\n\
         The ejection fraction of patient {number} is 55 per cent.\r\n"
    )
}

#[tokio::test]
async fn an_hour_of_edits_on_a_real_server_leaves_no_difference() {
    for port in servers() {
        let user = variable("VOICEASSIST_LIVE_MARK").unwrap_or_else(|| "hour".to_owned());
        let (mut writer, mut dice, mut number) = (writer(port, &user).await, Dice(0x9e37_79b9_7f4a_7c15), 0);
        let post = Post::open(port, &user).await;
        let mut deeds = [0_u32; 4];
        for minute in 0..ROUNDS {
            for _ in 0..=dice.below(4) {
                let folder = FOLDERS[dice.below(3)];
                let there: Vec<u32> = shown(&mut writer)
                    .await
                    .into_keys()
                    .filter(|(name, _)| name == folder)
                    .map(|(_, uid)| uid)
                    .collect();
                writer.select(folder).await.expect("a folder");
                let uid = there.get(dice.below(there.len())).map(u32::to_string);
                match (dice.below(6), uid) {
                    (0, Some(uid)) => {
                        let said = writer.uid_store(&uid, "+FLAGS (\\Deleted)").await.expect("flags");
                        said.try_collect::<Vec<_>>().await.expect("the end");
                        let gone = writer.expunge().await.expect("an expunge");
                        gone.try_collect::<Vec<_>>().await.expect("the end");
                        deeds[1] += 1;
                    }
                    (1, Some(uid)) => {
                        let flags =
                            ["+FLAGS (\\Flagged \\Seen)", "-FLAGS (\\Flagged)", "FLAGS ()"][dice.below(3)];
                        let said = writer.uid_store(&uid, flags).await.expect("flags");
                        said.try_collect::<Vec<_>>().await.expect("the end");
                        deeds[2] += 1;
                    }
                    (2 | 3, Some(uid)) => {
                        let to = FOLDERS[dice.below(3)];
                        if to != folder {
                            writer.uid_mv(&uid, to).await.expect("a move");
                            deeds[3] += 1;
                        }
                    }
                    _ => {
                        number += 1;
                        writer.append(folder, None, None, letter(number)).await.expect("an append");
                        deeds[0] += 1;
                    }
                }
            }
            post.clinic.clock.advance(TimeDelta::minutes(1));
            post.sync().await;
            assert_eq!(post.mirrored().await, shown(&mut writer).await, "minute {minute} on port {port}");
        }
        let [appended, removed, flagged, moved] = deeds;
        println!("port {port}: {appended} appended, {removed} removed, {flagged} flagged, {moved} moved");
        assert!(appended > 20 && removed > 5 && flagged > 5 && moved > 5);
        let lying = shown(&mut writer).await.len();
        assert_eq!(post.check(lying).await.get("read").copied(), Some(lying as u64));
    }
}

#[tokio::test]
async fn every_message_of_a_corpus_is_mirrored_or_put_aside_with_a_reason() {
    let messages = corpus("mail");
    if messages.is_empty() {
        return;
    }
    let server = Imap::start(ImapScript::default()).await.expect("a server");
    for message in &messages {
        server.append("INBOX", message.clone(), &[], DateTime::UNIX_EPOCH);
    }
    let post = Post::open(server.address().port(), "mara").await;
    post.sync().await;
    println!("loopback: {} messages, {:?}", messages.len(), post.check(messages.len()).await);
    for port in servers() {
        let mut writer = writer(port, "corpus").await;
        let mut taken = 0;
        for message in &messages {
            // A real server takes no octet of zero, and no message without any.
            let message: Vec<u8> = message.iter().copied().filter(|octet| *octet != 0).collect();
            if !message.is_empty() {
                writer.append("INBOX", None, None, message).await.expect("an append");
                taken += 1;
            }
        }
        let post = Post::open(port, "corpus").await;
        post.sync().await;
        println!("port {port}: {taken} messages, {:?}", post.check(taken).await);
    }
}

#[tokio::test]
async fn every_event_and_contact_of_a_corpus_is_mirrored_or_put_aside_with_a_reason() {
    for (kind, class, collection, ending) in [
        ("ical", CollectionClass::Calendar, "personal", "ics"),
        ("vcard", CollectionClass::AddressBook, "contacts", "vcf"),
    ] {
        let files = corpus(kind);
        if files.is_empty() {
            return;
        }
        let clinic = Clinic::open().await;
        let account: AccountId = clinic.connect("alice").await;
        for (number, octets) in files.iter().enumerate() {
            // What is no UTF-8 cannot be in an answer of XML.
            let text: String = String::from_utf8_lossy(octets).chars().filter(|one| is_xml(*one)).collect();
            let name = format!("corpus-{number}.{ending}");
            clinic.cloud.put_object("alice", collection, &name, &text).expect("stored");
        }
        let report = sync_collections(&clinic.context, account, class).await.expect("a look");
        println!("{kind}: {} files, {} read, {} put aside", files.len(), report.read, report.quarantined);
        println!("  {:?}", clinic.context.store.collections().quarantined(account).await.expect("reasons"));
        assert_eq!(report.read + report.quarantined, files.len() as u64);
        let again = sync_collections(&clinic.context, account, class).await.expect("a look");
        assert_eq!((again.read, again.quarantined, again.failed), (0, 0, 0));
    }
}

/// Characters that XML 1.0 knows (section 2.2).
const fn is_xml(one: char) -> bool {
    matches!(one, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
