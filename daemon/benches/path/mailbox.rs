//! A mailbox of 400,000 messages: mirrored, stopped in the middle, gone on with, and looked at again.
//!
//! The loopback IMAP server makes each message when it is asked for and runs in a process of its own, so that the memory
//! measured here is the daemon's side alone. Messages are read in confined children, as the daemon does.
//! `VOICEASSIST_BENCH_MESSAGES` makes the mailbox smaller.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use voiceassist_dav::imap::{MailConnection, MailCredentials, Security, TlsTrust};
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_model::MailAccountId;
use voiceassist_store::mail::ContentState;
use voiceassist_workers::sync::mail::sync_mail;

use crate::million::memory;
use crate::row;
use crate::stage::Stage;

/// The word on the command line that makes this program the server.
pub(crate) const SERVE: &str = "serve-mailbox";
const MESSAGES: u32 = 400_000;
/// The share of the mailbox after which the first look is stopped, in percent.
const STOPPED_AT: u64 = 40;
/// How often it is looked how many have arrived, which costs the database something.
const LOOKED_EVERY: Duration = Duration::from_secs(3);
/// The memory is told at every so many messages.
const TOLD_EVERY: u64 = 10_000;
const WORDS: [&str; 10] =
    ["gradient", "ejection", "fraction", "valve", "dose", "apixaban", "warfarin", "ward", "report", "letter"];

fn messages() -> u32 {
    let wanted = std::env::var_os("VOICEASSIST_BENCH_MESSAGES").and_then(|text| text.into_string().ok());
    wanted.and_then(|text| text.parse().ok()).unwrap_or(MESSAGES)
}

fn date() -> DateTime<Utc> {
    "2026-03-02T08:15:00Z".parse().unwrap()
}

/// Every fourth message answers the one before it.
pub(crate) fn letter(uid: u32) -> Vec<u8> {
    let text: Vec<&str> = (0..60).map(|at| WORDS[((uid * 7 + at * 3) % 10) as usize]).collect();
    let answers = if uid.is_multiple_of(4) {
        format!("In-Reply-To: <{}.large@example.test>\r\n", uid - 1)
    } else {
        String::new()
    };
    format!(
        "From: Mara <mara{}@example.test>\r\nTo: paul@example.test\r\nSubject: Echo {uid}\r\n\
         Message-ID: <{uid}.large@example.test>\r\n{answers}Date: Mon, 2 Mar 2026 09:15:00 +0100\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\nThe ejection fraction of patient {uid} is 55 per cent.\r\n",
        uid % 500,
        text.join(" ")
    )
    .into_bytes()
}

/// Serves the mailbox and does what standard input says: `log` tells what was asked since, `change` changes ten messages.
pub(crate) async fn serve() {
    let server = Imap::start(ImapScript::default()).await.unwrap();
    server.fill("INBOX", messages(), date(), letter);
    println!("{}", server.address().port());
    tokio::task::block_in_place(|| {
        let mut octets = 0;
        for line in std::io::stdin().lines() {
            if line.unwrap().as_str() == "change" {
                for uid in 1..=4 {
                    server.flag("INBOX", uid * 100, &["\\Seen"]);
                    server.expunge("INBOX", uid * 100 + 1);
                }
                for uid in 1..=2 {
                    server.append("INBOX", letter(messages() + uid), &[], date());
                }
                println!("changed");
            } else {
                let (asked, sent) = (server.commands().len(), server.body_octets());
                println!("{asked} commands, {:.1} MB of bodies", (sent - octets) as f64 / 1e6);
                octets = sent;
            }
        }
    });
}

struct Server {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Self { child, orders, answers, port }
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A mailbox of this stage at the scripted server on a port.
pub(crate) async fn kept(stage: &Stage, user: &str, port: u16) -> MailAccountId {
    let account = stage.account("http://127.0.0.1:9", user, "unused".to_owned()).await;
    let connection = MailConnection {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::PlainOnLoopback,
        credentials: MailCredentials::Password {
            login_name: "mara".to_owned(),
            secret: "mara-password".into(),
        },
    };
    stage.context.store.mail().add(account, &connection.write()).await.unwrap().unwrap()
}

pub(crate) async fn measure() {
    let mut server = Server::start();
    let all = u64::from(messages());
    let stage = Stage::build().await;
    let mailbox = kept(&stage, "alice", server.port).await;
    let trust = TlsTrust::new(&[]).unwrap();
    let before = memory("VmRSS");
    let begun = Instant::now();
    let (context, believed) = (stage.context.clone(), trust.clone());
    let first =
        tokio::spawn(async move { while sync_mail(&context, &believed, mailbox).await.unwrap().more {} });
    let mut told = Told::default();
    let arrived = loop {
        tokio::time::sleep(LOOKED_EVERY).await;
        let arrived = told.look(&stage, mailbox).await;
        if arrived * 100 >= all * STOPPED_AT || first.is_finished() {
            break arrived;
        }
    };
    first.abort();
    _ = first.await;
    let took = begun.elapsed();
    row(
        &format!("{all} messages served by IMAP, looks stopped in the middle"),
        format!(
            "{arrived} read in {:.0} s, {:.0}/s; {}",
            seconds(took),
            rate(arrived, took),
            server.order("log")
        ),
    );
    let (begun, before_rest) = (Instant::now(), read(&stage, mailbox).await);
    while sync_mail(&stage.context, &trust, mailbox).await.unwrap().more {
        if told.looked.is_none_or(|looked| looked.elapsed() >= LOOKED_EVERY) {
            told.look(&stage, mailbox).await;
        }
    }
    let (took, count) = (begun.elapsed(), read(&stage, mailbox).await);
    assert_eq!(count, all, "every message is mirrored");
    let rest = count - before_rest;
    row(
        "the looks that go on from there",
        format!("{rest} read in {:.0} s, {:.0}/s; {}", seconds(took), rate(rest, took), server.order("log")),
    );
    look(&stage, &mut server, &trust, mailbox, "the next look, nothing changed").await;
    server.order("change");
    look(&stage, &mut server, &trust, mailbox, "the look after ten messages changed, went or came").await;
    row("memory of the daemon's side", format!("{before} MB before, {} MB at most", memory("VmHWM")));
}

async fn look(stage: &Stage, server: &mut Server, trust: &TlsTrust, mailbox: MailAccountId, what: &str) {
    let begun = Instant::now();
    let report = sync_mail(&stage.context, trust, mailbox).await.unwrap();
    let told = format!("{} read, {} changed, {} gone", report.read, report.changed, report.vanished);
    row(what, format!("{:.3} s, {told}; {}", seconds(begun.elapsed()), server.order("log")));
}

/// Tells the memory at every so many messages.
#[derive(Default)]
struct Told {
    count: u64,
    looked: Option<Instant>,
}

impl Told {
    async fn look(&mut self, stage: &Stage, mailbox: MailAccountId) -> u64 {
        let arrived = read(stage, mailbox).await;
        self.looked = Some(Instant::now());
        if arrived >= self.count + TOLD_EVERY {
            self.count = arrived / TOLD_EVERY * TOLD_EVERY;
            row(&format!("memory at {arrived} messages"), format!("{} MB", memory("VmRSS")));
        }
        arrived
    }
}

/// Messages that were read.
async fn read(stage: &Stage, mailbox: MailAccountId) -> u64 {
    let counts = stage.context.store.mail().count_contents(mailbox).await.unwrap();
    counts.iter().find(|(state, _)| *state == ContentState::Read).map_or(0, |(_, count)| *count)
}

fn seconds(took: Duration) -> f64 {
    took.as_secs_f64()
}

fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
