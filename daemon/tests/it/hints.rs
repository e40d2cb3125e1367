//! Hints from Nextcloud, from the server's own delivery to the mirror: nothing they do or fail to do keeps the mirror
//! from becoming equal to what each person sees.

#![expect(clippy::expect_used, reason = "what cannot be set up or asked stops the test")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use futures::StreamExt as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::SecretString;
use serde_json::{Value, json};
use voiceassist_assistant::Settings;
use voiceassist_dav::files::{EntryKind, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_fakes::nextcloud::{Delivered, Nextcloud, NextcloudScript, Recipient, Rights, Weather};
use voiceassist_model::{AccountId, Clock, DocumentId, ManualClock};
use voiceassist_store::Page;
use voiceassist_store::documents::DocumentFilter;
use voiceassist_store::rhythm::Pace;
use voiceassist_store::verified::{Claim, Witness};
use voiceassist_workers::{Runner, RunnerSettings};

use crate::endpoint::Endpoint;
use crate::program::{World, get};
use crate::stage::Stage;

/// Believes what the database says, so that what that is can be compared.
struct Mirror;

impl Witness for Mirror {
    async fn confirm(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        claim.documents().keys().copied().collect()
    }
}

const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
/// A mirror that is not equal by then never will be.
const ROUNDS: usize = 20;
/// A queue that is not empty after so many minutes never will be.
const PASSES: usize = 120;

/// A Nextcloud that tells a daemon's endpoint, and that daemon's mirror of three people.
struct Clinic {
    cloud: Nextcloud,
    stage: Stage,
    accounts: Vec<AccountId>,
    clock: Arc<ManualClock>,
    endpoint: Endpoint,
}

impl Clinic {
    async fn open(seed: u64) -> Self {
        _ = rustls::crypto::ring::default_provider().install_default();
        let cloud = Nextcloud::start(NextcloudScript::default().seed(seed)).await.expect("it starts");
        let start = DateTime::from_timestamp(1_795_400_000, 0).expect("a time");
        let clock = Arc::new(ManualClock::at(start));
        let as_clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let stage = Stage::build_with(as_clock).await;
        let mut accounts = Vec::new();
        for user in PEOPLE {
            let password = cloud.app_password(user).expect("an app password");
            accounts.push(stage.account(&cloud.base_url(), user, password).await);
        }
        let endpoint = Endpoint::open(&stage, Settings::default()).await;
        let instance = stage.context.store.instances().ensure(&cloud.base_url()).await.expect("known");
        let (_, token) = stage.context.store.hook_keys().issue_listener(instance).await.expect("a token");
        register(&cloud, &endpoint.url, token).await;
        Self { cloud, stage, accounts, clock, endpoint }
    }

    /// Runs everything that is queued, whatever the hour it is queued for.
    async fn work(&self) {
        for _ in 0..PASSES {
            self.run_due().await;
            if self.stage.context.store.jobs().stats().await.expect("counted").unfinished() == 0 {
                return;
            }
            self.clock.advance(TimeDelta::minutes(1));
        }
        panic!("the queue never empties");
    }

    /// Runs everything that is due.
    async fn run_due(&self) {
        let settings = RunnerSettings { replica: "test".to_owned(), workers: 2 };
        let runner = Runner::start(&self.stage.context, &settings);
        let settled = async {
            while self.stage.context.store.jobs().stats().await.expect("counted").due() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(2), settled).await.expect("the queue empties");
        runner.stop(Duration::from_secs(5)).await;
    }

    /// One round of the timer alone.
    async fn tick(&self) {
        self.clock.advance(TimeDelta::minutes(1));
        let pace = Pace { active: TimeDelta::zero(), idle: TimeDelta::zero() };
        self.stage.context.store.rhythm().schedule(pace, 100).await.expect("scheduled");
        self.work().await;
    }

    /// What Nextcloud shows this person.
    async fn remote(&self, account: AccountId) -> BTreeSet<(i64, String)> {
        let connected = self.stage.context.connections.of(account).await.expect("connected");
        let request = ListFolder { user: connected.user, path: FilePath::root(), depth: Depth::Infinity };
        let mut listing = std::pin::pin!(connected.client.list(request));
        let mut files = BTreeSet::new();
        while let Some(listed) = listing.next().await {
            let Listed::Entry(entry) = listed.expect("listed") else { panic!("unreadable entry") };
            if entry.kind == EntryKind::File {
                files.insert((entry.file_id, format!("/{}", entry.path.as_str())));
            }
        }
        files
    }

    /// What the mirror lets this person read.
    async fn local(&self, account: AccountId) -> BTreeSet<(i64, String)> {
        let documents = self.stage.context.store.documents();
        let listed = documents.list_for(account, DocumentFilter::default(), &Page::first(200)).await;
        let shown = listed.expect("listed").0.verified_by(&Mirror).await;
        shown.iter().map(|found| (found.file_id, found.path.clone())).collect()
    }

    /// Ticks until every mirror equals its original.
    async fn converge(&self, what: &str) {
        for _ in 0..ROUNDS {
            self.tick().await;
            let mut equal = true;
            for account in &self.accounts {
                equal &= equals(&self.local(*account).await, &self.remote(*account).await);
            }
            if equal {
                return;
            }
        }
        for account in &self.accounts {
            let (local, remote) = (self.local(*account).await, self.remote(*account).await);
            assert!(equals(&local, &remote), "{what}: {local:?} is not {remote:?}");
        }
    }
}

/// The same files, each under a path it really has: a file that was shared by itself and within a folder has two, and
/// the mirror keeps one.
fn equals(local: &BTreeSet<(i64, String)>, remote: &BTreeSet<(i64, String)>) -> bool {
    let ids = |files: &BTreeSet<(i64, String)>| files.iter().map(|(id, _)| *id).collect::<BTreeSet<i64>>();
    local.is_subset(remote) && ids(local) == ids(remote)
}

/// What `voiceassist hooks register` asks the server for.
async fn register(cloud: &Nextcloud, url: &str, token: SecretString) {
    use voiceassist_dav::webhooks::{FileEvent, Listened, RegisterWebhook};
    use voiceassist_dav::{
        AppPassword, BaseUrl, Client, ClientSettings, Credentials, Transport, TransportSettings,
    };
    let password = cloud.app_password("admin").expect("an app password");
    let credentials = Credentials::AppPassword(AppPassword::restored("admin".to_owned(), password.into()));
    let transport = Transport::new(&TransportSettings::default()).expect("a transport");
    let base = BaseUrl::parse(&cloud.base_url()).expect("an address");
    let admin = Client::new(&transport, base, &credentials, ClientSettings::default()).expect("a client");
    for event in FileEvent::REGISTERED {
        let hook =
            RegisterWebhook { event: Listened::File(event), uri: url.to_owned(), token: token.clone() };
        admin.send(&hook).await.expect("registered");
    }
}

/// Somebody does something.
struct Hand {
    random: StdRng,
    shares: Vec<u64>,
    made: u32,
}

impl Hand {
    fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), shares: Vec::new(), made: 0 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.random_range(0..bound)
    }

    fn path(&mut self) -> String {
        let folder = ["", "/Ward", "/Ward/Plans", "/Own"][self.below(4)];
        format!("{folder}/note-{}.md", self.below(8))
    }

    /// What cannot be done is not done: a file that is not there, a name that is taken.
    fn act(&mut self, cloud: &Nextcloud) {
        let user = PEOPLE[self.below(3)];
        let (path, other) = (self.path(), self.path());
        self.made += 1;
        match self.below(8) {
            0..=2 => _ = cloud.put(user, &path, format!("Note {} about potassium.", self.made)),
            3 => _ = cloud.rename(user, &path, &other),
            4 => _ = cloud.remove(user, &path),
            5 => _ = cloud.copy(user, &path, &other),
            6 => {
                let with = Recipient::user(PEOPLE[self.below(3)]);
                let what = ["/Ward", "/Own", path.as_str()][self.below(3)];
                self.shares.extend(cloud.share(user, what, with, Rights::ALL));
            }
            _ => {
                if !self.shares.is_empty() {
                    let chosen = self.below(self.shares.len());
                    let share = self.shares.swap_remove(chosen);
                    _ = cloud.unshare(share);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_doubled_late_shuffled_and_forged_hints_leave_no_trace_once_the_timer_has_run() {
    for seed in 1..=3 {
        let clinic = Clinic::open(seed).await;
        let mut hand = Hand::new(seed);
        let mut sent = Delivered::default();
        for step in 0..40 {
            hand.act(&clinic.cloud);
            if step % 4 == 3 {
                let delivered = clinic.cloud.deliver_webhooks(Weather::FOUL).await;
                sent.taken += delivered.taken;
                sent.refused += delivered.refused;
                sent.forged_taken += delivered.forged_taken;
                sent.forged_refused += delivered.forged_refused;
            }
            if step % 10 == 9 {
                clinic.work().await;
            }
        }
        clinic.converge(&format!("seed {seed}")).await;
        assert!(sent.taken > 0 && sent.forged_refused > 0, "{sent:?}");
        assert_eq!((sent.refused, sent.forged_taken), (0, 0), "{sent:?}");
        // What comes after everything else changes nothing any more.
        clinic.cloud.deliver_webhooks(Weather { late: 0, ..Weather::FOUL }).await;
        clinic.work().await;
        clinic.converge(&format!("seed {seed}, afterwards")).await;
        clinic.endpoint.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_hint_the_timer_alone_makes_the_mirrors_equal() {
    let clinic = Clinic::open(9).await;
    let mut hand = Hand::new(9);
    for _ in 0..3 {
        for _ in 0..20 {
            hand.act(&clinic.cloud);
        }
        clinic.cloud.lose_webhooks();
        clinic.converge("without hints").await;
    }
    clinic.endpoint.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_server_has_new_files_and_events_found_long_before_the_timer() {
    let mut world = World::build(NextcloudScript::default()).await;
    world.extra.push(("VOICEASSIST_SYNC__INTERVAL_SECONDS".to_owned(), "86400".to_owned()));
    world.extra.push(("VOICEASSIST_SYNC__IDLE_INTERVAL_SECONDS".to_owned(), "86400".to_owned()));
    world.cloud.put("alice", "/first.md", "Warfarin is bridged.").expect("placed");
    world.connect("alice");
    let password = world.state_directory().join("admin");
    std::fs::write(&password, "admin-password\n").expect("written");
    let (file, url) = (password.display().to_string(), format!("http://{}", world.address));
    let register = [
        "hooks", "register", "--json", "--url", &url, "--admin-user", "admin", "--admin-password-file", &file,
    ];
    for (made, removed) in [(11, 0), (0, 0)] {
        let output = world.run(&register);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((said["made"].as_u64(), said["removed"].as_u64()), (Some(made), Some(removed)));
        assert_eq!(said["not_offered"], json!(["contacts"]));
        assert_eq!(world.cloud.webhook_listeners(), 11);
    }
    let renewed = world.run(&[register.as_slice(), &["--renew"]].concat());
    let said: Value = serde_json::from_slice(&renewed.stdout).expect("JSON");
    assert_eq!((said["made"].as_u64(), said["removed"].as_u64()), (Some(11), Some(11)));

    let daemon = world.serve();
    world.settle();
    world.cloud.lose_webhooks();
    world.cloud.put("alice", "/second.md", "Heparin is held for six hours.").expect("placed");
    assert_eq!(
        world.cloud.deliver_webhooks(Weather::FAIR).await,
        Delivered { taken: 1, ..Delivered::default() }
    );
    world.settle();
    let found = world.search("alice", "heparin");
    assert_eq!(found.iter().map(|(path, _, _)| path.as_str()).collect::<Vec<_>>(), ["/second.md"]);
    // The next look of the timer at a calendar is minutes away.
    let event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:e-1\r\nSUMMARY:Echo conference\r\n\
                 DTSTART:20261124T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    world.cloud.put_object("alice", "personal", "e-1.ics", event).expect("stored");
    assert_eq!(world.events("alice"), [""; 0]);
    for (shown, change) in [(vec!["Echo conference"], false), (vec![], true)] {
        if change {
            world.cloud.delete_object("alice", "personal", "e-1.ics").expect("deleted");
        }
        let told = world.cloud.deliver_webhooks(Weather::FAIR).await;
        assert_eq!(told, Delivered { taken: 1, ..Delivered::default() });
        world.settle();
        assert_eq!(world.events("alice"), shown);
    }
    let (_, metrics) = get(&world.address, "/metrics", None).expect("metrics");
    assert!(
        metrics.contains("voiceassist_hooks_received_total{via=\"listener\",outcome=\"taken\"} 3"),
        "{metrics}"
    );
    daemon.terminate();

    let mut remove = register.to_vec();
    remove[1] = "remove";
    assert!(world.run(&remove).status.success());
    assert_eq!(world.cloud.webhook_listeners(), 0);
    let unprotected = world.run(&[
        "hooks",
        "remove",
        "--url",
        "http://assistant.clinic.example",
        "--admin-user",
        "admin",
        "--admin-password-file",
        &file,
    ]);
    assert!(String::from_utf8_lossy(&unprotected.stderr).contains("unprotected"), "{unprotected:?}");
}
