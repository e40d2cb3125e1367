//! How long a reader still finds a document after its share was taken back.
//!
//! Twice: with the app's signed hint sent after each unsharing, and with no hint at all, where only the freshness bound and the
//! timer work. The reader searches every few milliseconds throughout, which is the worst case, because each search
//! that may believe the mirror does. Runs against the loopback Nextcloud, or against a real one:
//! `VOICEASSIST_BENCH_NEXTCLOUD` (address), `_OWNER` and `_READERS` (`user:password`, comma between readers), `_TRIALS`
//! (per kind, 200), `_DELAY_MS` (from the unsharing to the hint, 0), `_BOUND_SECONDS` (the freshness
//! bound, the program's own), `_HINTED` (`yes` or `no`: one of the two only). Passwords are best app passwords.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;
use voiceassist_assistant::{SearchRequest, Settings};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, User};
use voiceassist_model::{HookKeyId, Principal};
use voiceassist_workers::push::PushMode;
use voiceassist_workers::{Runner, RunnerSettings, leader};

use crate::endpoint::Endpoint;
use crate::stage::Stage;
use crate::{percentile, row};

/// Readers of the loopback server, whose trials run side by side.
const READERS: usize = 20;
/// The time between two searches of one reader.
const POLL: Duration = Duration::from_millis(50);
/// A share that is not seen, or an unsharing that is not noticed, so long after the bound is a fault.
const PATIENCE: Duration = Duration::from_mins(2);
/// A real server that is busy turns requests away.
const MOST_REFUSALS: u32 = 240;
/// Unsharings come at any moment of this span, so that no phase of a timer is favoured.
const PHASE_MS: u64 = 45_000;

pub(crate) async fn measure() {
    let world = Arc::new(World::open().await);
    let stop = CancellationToken::new();
    let context = world.stage.context.clone();
    let runner = Runner::start(&context, &RunnerSettings { replica: "bench".to_owned(), workers: 2 });
    let leading = tokio::spawn(leader::lead(context, "bench".to_owned(), PushMode::Off, stop.child_token()));
    for hinted in [true, false] {
        if variable("HINTED").is_some_and(|only| (only == "yes") != hinted) {
            continue;
        }
        let times = trials(&world, hinted).await;
        let seconds = |percent| percentile(&times, percent).as_secs_f64();
        let bound = world.bound.num_seconds();
        let how = if hinted {
            "with hints".to_owned()
        } else {
            format!("by a bound of {bound} s and the timer alone")
        };
        row(
            &format!("revocation to invisible, {how}, {} trials", times.len()),
            format!(
                "p50 {:.2} s, p95 {:.2} s, most {:.2} s",
                seconds(50),
                seconds(95),
                times[times.len() - 1].as_secs_f64()
            ),
        );
    }
    stop.cancel();
    leading.await.unwrap();
    runner.stop(Duration::from_secs(10)).await;
    let world = Arc::into_inner(world).unwrap();
    world.endpoint.close().await;
}

/// All readers work through their share of the trials at the same time.
async fn trials(world: &Arc<World>, hinted: bool) -> Vec<Duration> {
    let each = world.trials.div_ceil(world.readers.len());
    let mut running = tokio::task::JoinSet::new();
    for reader in 0..world.readers.len() {
        let world = Arc::clone(world);
        running.spawn(async move {
            let mut times = Vec::new();
            for _ in 0..each {
                times.push(world.trial(reader, hinted).await);
            }
            times
        });
    }
    let mut times: Vec<Duration> = running.join_all().await.into_iter().flatten().collect();
    times.sort_unstable();
    times
}

struct World {
    stage: Stage,
    endpoint: Endpoint,
    /// How long a mirror is believed.
    bound: TimeDelta,
    http: reqwest::Client,
    base: String,
    owner: (String, String),
    readers: Vec<Principal>,
    key: (HookKeyId, Vec<u8>),
    trials: usize,
    delay: Duration,
    _cloud: Option<Nextcloud>,
}

impl World {
    async fn open() -> Self {
        let (cloud, base, owner, people) = people().await;
        let stage = Stage::build().await;
        let mut readers = Vec::new();
        stage.account(&base, &owner.0, owner.1.clone()).await;
        let instance = stage.context.store.instances().ensure(&base).await.unwrap();
        for (user, password) in people {
            let account = stage.account(&base, &user, password).await;
            readers.push(Principal { account, instance, user_id: user });
        }
        let mut settings = Settings::default();
        if let Some(bound) = variable("BOUND_SECONDS").and_then(|text| text.parse().ok()) {
            settings.freshness_bound = TimeDelta::seconds(bound);
        }
        let bound = settings.freshness_bound;
        let endpoint = Endpoint::open(&stage, settings).await;
        let (id, key) = stage.context.store.hook_keys().issue_app(instance).await.unwrap();
        let key = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(key.expose_secret()).unwrap();
        let number =
            |name, default: u64| variable(name).and_then(|text| text.parse().ok()).unwrap_or(default);
        let world = Self {
            stage,
            endpoint,
            bound,
            http: reqwest::Client::builder().build().unwrap(),
            base,
            owner,
            readers,
            key: (id, key),
            trials: usize::try_from(number("TRIALS", 200)).unwrap(),
            delay: Duration::from_millis(number("DELAY_MS", 0)),
            _cloud: cloud,
        };
        for reader in 0..world.readers.len() {
            world.prepare(reader).await;
        }
        world
    }

    fn dav(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/remote.php/dav/files/{}/{path}", self.base, self.owner.0);
        self.http.request(method.parse().unwrap(), url).basic_auth(&self.owner.0, Some(&self.owner.1))
    }

    fn shares(&self, method: &str, rest: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/ocs/v2.php/apps/files_sharing/api/v1/shares{rest}", self.base);
        self.http
            .request(method.parse().unwrap(), url)
            .basic_auth(&self.owner.0, Some(&self.owner.1))
            .header("OCS-APIRequest", "true")
            .header("Accept", "application/json")
    }

    /// A folder with one note for each reader.
    async fn prepare(&self, reader: usize) {
        // The folder may be there from an earlier run.
        let _ = self.dav("MKCOL", &folder(reader)).send().await.unwrap();
        let note = format!("{}/note.md", folder(reader));
        let text = format!("{} is given before cardioversion.", word(reader));
        admitted(|| self.dav("PUT", &note).body(text.clone())).await;
    }

    /// Shares, waits until the reader finds it, takes it back at some moment, and waits until they do not.
    async fn trial(&self, reader: usize, hinted: bool) -> Duration {
        let who = &self.readers[reader];
        let form = format!("path=/{}&shareType=0&shareWith={}&permissions=1", folder(reader), who.user_id);
        let share = || {
            let request = self.shares("POST", "").header("Content-Type", "application/x-www-form-urlencoded");
            request.body(form.clone())
        };
        let made: Value = serde_json::from_slice(&admitted(share).await.bytes().await.unwrap()).unwrap();
        let data = &made["ocs"]["data"];
        let (share, file) = (data["id"].as_str().unwrap().to_owned(), data["file_source"].as_i64().unwrap());
        self.hint("share.created", file, &who.user_id).await;
        self.until(reader, true).await;
        let mut phase = [0; 8];
        self.stage.context.randomness.fill(&mut phase);
        let unsharing = Instant::now() + Duration::from_millis(u64::from_le_bytes(phase) % PHASE_MS);
        while Instant::now() < unsharing {
            self.finds(reader).await;
            tokio::time::sleep(POLL).await;
        }
        admitted(|| self.shares("DELETE", &format!("/{share}"))).await;
        let begun = Instant::now();
        let hint = async {
            if hinted {
                tokio::time::sleep(self.delay).await;
                self.hint("share.deleted", file, &who.user_id).await;
            }
        };
        tokio::join!(hint, self.until(reader, false));
        begun.elapsed()
    }

    async fn finds(&self, reader: usize) -> bool {
        let request = SearchRequest::new(word(reader));
        let found = self.endpoint.assistant.search(&self.readers[reader], request).await.unwrap();
        found.passages.iter().any(|passage| passage.path.contains(&folder(reader)))
    }

    async fn until(&self, reader: usize, found: bool) {
        let begun = Instant::now();
        while self.finds(reader).await != found {
            let patience = PATIENCE + self.bound.to_std().unwrap();
            assert!(begun.elapsed() < patience, "reader {reader} waited too long for {found}");
            tokio::time::sleep(POLL).await;
        }
    }

    /// What the app in Nextcloud sends.
    async fn hint(&self, kind: &str, file: i64, user: &str) {
        let body =
            json!({ "events": [{ "type": kind, "file_id": file, "users": [user], "actor": self.owner.0 }] });
        let body = body.to_string();
        let context = &self.stage.context;
        let timestamp = context.clock.now().timestamp();
        let nonce = context.randomness.uuid(&*context.clock).simple().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key.1).unwrap();
        let digest = hex(&Sha256::digest(&body));
        mac.update(format!("voiceassist-hook-v1\n{timestamp}\n{nonce}\n{digest}").as_bytes());
        let sent = self
            .http
            .post(&self.endpoint.url)
            .header("x-voiceassist-key", self.key.0.to_string())
            .header("x-voiceassist-timestamp", timestamp.to_string())
            .header("x-voiceassist-nonce", nonce)
            .header("x-voiceassist-signature", format!("v1={}", hex(&mac.finalize().into_bytes())))
            .body(body)
            .send()
            .await
            .unwrap();
        sent.error_for_status().unwrap();
    }
}

/// The answer to a request, sent again while a busy server turns it away.
async fn admitted(request: impl Fn() -> reqwest::RequestBuilder) -> reqwest::Response {
    for _ in 0..MOST_REFUSALS {
        let answer = request().send().await.unwrap();
        if !matches!(answer.status().as_u16(), 423 | 429 | 503) {
            return answer.error_for_status().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the server turned a request away {MOST_REFUSALS} times");
}

fn folder(reader: usize) -> String {
    format!("revocation-{reader}")
}

/// A word that only this reader's note holds.
fn word(reader: usize) -> String {
    format!("magnesiol{}", char::from(b'a' + u8::try_from(reader % 26).unwrap()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(format!("VOICEASSIST_BENCH_{name}"))?.into_string().ok()
}

type Person = (String, String);

/// The server and the people on it.
async fn people() -> (Option<Nextcloud>, String, Person, Vec<Person>) {
    let person = |text: &str| {
        let (user, password) = text.split_once(':').unwrap();
        (user.to_owned(), password.to_owned())
    };
    if let Some(base) = variable("NEXTCLOUD") {
        let readers = variable("READERS").unwrap();
        let readers = readers.split(',').map(person).collect();
        return (None, base.trim_end_matches('/').to_owned(), person(&variable("OWNER").unwrap()), readers);
    }
    let names: Vec<String> = (0..READERS).map(|number| format!("reader-{number}")).collect();
    let script = names.iter().fold(NextcloudScript::default(), |script, name| script.user(User::new(name)));
    let cloud = Nextcloud::start(script).await.unwrap();
    let signed = |name: &str| (name.to_owned(), cloud.app_password(name).unwrap());
    let (owner, readers) = (signed("alice"), names.iter().map(|name| signed(name)).collect());
    let base = cloud.base_url();
    (Some(cloud), base, owner, readers)
}
