//! How long news takes: from a message's arrival on the mail server until it is found, and from Nextcloud's word about a
//! changed calendar until the mirror shows it.
//!
//! The line to the mail server waits (IDLE), the daemon's own queue and its schedule run, and messages are read in confined
//! children. Nextcloud's word is a delivery of its listeners; how long it takes until it sends one is not in the figure.
//! `VOICEASSIST_BENCH_TRIALS` says how often (100).

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use voiceassist_assistant::Settings;
use voiceassist_assistant::diary::{AgendaRequest, Diary, Zone};
use voiceassist_assistant::mailbox::{MailRequest, Mailbox};
use voiceassist_dav::webhooks::{Listened, RegisterWebhook};
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, Transport, TransportSettings,
};
use voiceassist_fakes::mail::imap::{Imap, ImapScript};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, Weather};
use voiceassist_model::AccountId;
use voiceassist_store::Page;
use voiceassist_workers::push::PushMode;
use voiceassist_workers::{Runner, RunnerSettings, leader};

use crate::endpoint::Endpoint;
use crate::mailbox::kept;
use crate::stage::Stage;
use crate::{percentile, row};

/// The time between two questions.
const POLL: Duration = Duration::from_millis(20);
/// What is not there by then never comes.
const PATIENCE: Duration = Duration::from_mins(2);

fn trials() -> usize {
    let wanted = std::env::var_os("VOICEASSIST_BENCH_TRIALS").and_then(|text| text.into_string().ok());
    wanted.and_then(|text| text.parse().ok()).unwrap_or(100)
}

pub(crate) async fn measure() {
    let stage = Stage::build().await;
    let server = Imap::start(ImapScript::default()).await.unwrap();
    let mailbox = kept(&stage, "bob", server.address().port()).await;
    let owner = stage.context.store.mail().find(mailbox).await.unwrap().unwrap().account;
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    let alice = stage.account(&cloud.base_url(), "alice", cloud.app_password("alice").unwrap()).await;
    let endpoint = Endpoint::open(&stage, Settings::default()).await;
    listen(&stage, &cloud, &endpoint.url).await;
    let stop = CancellationToken::new();
    let runner = Runner::start(&stage.context, &RunnerSettings { replica: "bench".to_owned(), workers: 2 });
    let leading = leader::lead(stage.context.clone(), "bench".to_owned(), PushMode::Off, stop.child_token());
    let leading = tokio::spawn(leading);
    mail(&stage, &server, owner).await;
    calendar(&stage, &cloud, alice).await;
    stop.cancel();
    leading.await.unwrap();
    runner.stop(Duration::from_secs(10)).await;
    endpoint.close().await;
}

async fn mail(stage: &Stage, server: &Imap, owner: AccountId) {
    until(async || server.commands().iter().any(|command| command == "IDLE")).await;
    let mailbox = Mailbox::of(&stage.context.store, owner);
    let mut times = Vec::new();
    for trial in 0..trials() {
        let word = format!("arrival{trial}x");
        let message = format!(
            "From: mara@example.test\r\nSubject: News\r\nMessage-ID: <{word}@example.test>\r\n\r\nSee {word}.\r\n"
        );
        let begun = Instant::now();
        server.append("INBOX", message, &[], stage.context.clock.now());
        let request = MailRequest { words: Some(word), ..MailRequest::default() };
        until(async || {
            let found = mailbox.letters(&request, &Page::first(1)).await.unwrap();
            !found.letters.items.is_empty()
        })
        .await;
        times.push(begun.elapsed());
    }
    tell("from a message's arrival (IDLE) until it is found by a word of its text", times);
}

async fn calendar(stage: &Stage, cloud: &Nextcloud, alice: AccountId) {
    let diary = Diary::of(&stage.context.store, alice);
    let from = stage.context.clock.now();
    let request =
        AgendaRequest { from, to: from + TimeDelta::days(2), zone: Zone::Utc, calendar: None, query: None };
    let start = (from + TimeDelta::days(1)).format("%Y%m%dT%H%M%SZ");
    let mut times = Vec::new();
    for trial in 0..trials() {
        let summary = format!("Change {trial}");
        let event = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:arrival\r\nSUMMARY:{summary}\r\nDTSTART:{start}\r\n\
             DURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        cloud.put_object("alice", "personal", "arrival.ics", &event).unwrap();
        let begun = Instant::now();
        assert_eq!(cloud.deliver_webhooks(Weather::FAIR).await.taken, 1);
        until(async || {
            let agenda = diary.agenda(&request, &Page::first(10)).await.unwrap();
            agenda.appointments.items.iter().any(|one| one.summary == summary)
        })
        .await;
        times.push(begun.elapsed());
    }
    tell("from Nextcloud's word about a changed event until the agenda shows it", times);
}

/// Has the server tell this endpoint of calendars.
async fn listen(stage: &Stage, cloud: &Nextcloud, url: &str) {
    let instance = stage.context.store.instances().ensure(&cloud.base_url()).await.unwrap();
    let (_, token) = stage.context.store.hook_keys().issue_listener(instance).await.unwrap();
    let password = AppPassword::restored("admin".to_owned(), cloud.app_password("admin").unwrap().into());
    let transport = Transport::new(&TransportSettings::default()).unwrap();
    let (base, credentials) =
        (BaseUrl::parse(&cloud.base_url()).unwrap(), Credentials::AppPassword(password));
    let admin = Client::new(&transport, base, &credentials, ClientSettings::default()).unwrap();
    for event in Listened::wanted().filter(|event| event.about() == "calendars") {
        admin.send(&RegisterWebhook { event, uri: url.to_owned(), token: token.clone() }).await.unwrap();
    }
}

async fn until(mut happened: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !happened().await {
        assert!(begun.elapsed() < PATIENCE, "waited too long");
        tokio::time::sleep(POLL).await;
    }
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent| percentile(&times, percent).as_secs_f64();
    row(
        &format!("{what}, {} trials", times.len()),
        format!("p50 {:.2} s, p95 {:.2} s, most {:.2} s", at(50), at(95), at(100)),
    );
}
