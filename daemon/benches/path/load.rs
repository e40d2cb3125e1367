//! Many people at once: what they wait, what goes wrong, and what one of them who never stops does to the others.
//!
//! The program runs as a process of its own with its usual limits. Everybody is vouched for as the app does it, is connected,
//! and reads one shared folder. When each question comes is settled before the first is asked (one of each person every 3 to
//! 10 s), and its time counts from then: an answer that is late delays no other question and hides none. `VOICEASSIST_BENCH_USERS`
//! (500) and `VOICEASSIST_BENCH_SECONDS` (60) make it smaller. The loopback Nextcloud, PostgreSQL and this driver share the
//! machine; the daemon's processor time and memory are its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures::StreamExt as _;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use voiceassist_fakes::corpus::{Corpus, Owner};
use voiceassist_fakes::nextcloud::{NextcloudScript, Recipient, Rights, User};
use voiceassist_model::{Clock as _, OsRandomness, Randomness as _, SeededRandomness, SystemClock};
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::paired_apps::key_id;
use voiceassist_store::{MasterKey, Store, StoreSettings};

use crate::program::{Daemon, World};
use crate::stage::models_directory;
use crate::{milliseconds, percentile, row};

/// Everybody is in it, and reads what is shared with it.
const GROUP: &str = "clinicians";
/// What is shared.
const FOLDER: &str = "Clinic";
/// Whose it is.
const OWNER: &str = "owner";
/// The time between two questions of one person, in seconds.
const PAUSE: (f64, f64) = (3.0, 10.0);
/// Questions in a second of somebody who never stops.
const ABUSE: f64 = 50.0;
/// How long the first look at everybody's files may take.
const SETTLING: Duration = Duration::from_mins(30);
/// What is not answered by then is counted as no answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many are signed in at the same time while the scene is set.
const AT_ONCE: usize = 8;

/// What is asked for.
#[derive(Clone, Copy)]
enum Way {
    Search,
    Ask,
}

/// Somebody who is signed in.
struct Person {
    token: String,
    conversation: String,
}

/// One question: when it comes, and whose it is.
#[derive(Clone, Copy)]
struct Arrival {
    at: Duration,
    person: usize,
}

/// What became of the questions of some people.
#[derive(Default)]
struct Tally {
    /// Until all was there.
    whole: Vec<Duration>,
    /// Until the first sentence.
    first: Vec<Duration>,
    failures: BTreeMap<String, usize>,
}

struct Clinic {
    http: reqwest::Client,
    base: String,
    people: Vec<Person>,
    questions: Vec<String>,
    chance: SeededRandomness,
}

/// What the daemon has used so far.
struct Used {
    at: Instant,
    ticks: u64,
}

pub(crate) async fn measure() {
    let people = from_environment("VOICEASSIST_BENCH_USERS", 500);
    let seconds = from_environment("VOICEASSIST_BENCH_SECONDS", 60);
    let corpus = Corpus::clinic(5);
    let mut world = World::build(script(people + 1)).await;
    for (name, value) in [
        ("SYNC__INTERVAL_SECONDS", "60"),
        ("LIMITS__REQUESTS_PER_MINUTE", "1200"),
        ("LIMITS__QUESTIONS_PER_MINUTE", "60"),
    ] {
        world.extra.push((format!("VOICEASSIST_{name}"), value.to_owned()));
    }
    if let Some(models) = models_directory() {
        world.extra.push(("VOICEASSIST_MODELS_DIR".to_owned(), models.display().to_string()));
    }
    let questions = fill(&world, &corpus);
    connect(&world, people + 1).await;
    let daemon = world.serve();
    settle(&world).await;
    let clinic = Clinic::open(&world, people + 1, questions).await;
    let many = format!("{people} signed-in people, one question each every 3 to 10 s, for {seconds} s");
    let time = Duration::from_secs(u64::try_from(seconds).unwrap());
    // What is read or made once, and by whoever comes first.
    let warming = clinic.arrivals(people, Duration::from_secs(10).min(time));
    Arc::new(clinic).run(&daemon, &many, people, time, warming).await;
    daemon.terminate();
}

impl Clinic {
    /// Signs everybody in, the way the app does it.
    async fn open(world: &World, people: usize, questions: Vec<String>) -> Self {
        let app = App::new();
        let nextcloud = world.cloud.base_url();
        let paired =
            world.run(&["pair", "add", "--nextcloud", &nextcloud, "--public-key", &app.public_key()]);
        assert!(paired.status.success(), "{}", String::from_utf8_lossy(&paired.stderr));
        let http = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        let base = format!("http://{}/api/v1", world.address);
        let (issuer, begun) = (format!("{}/", nextcloud.trim_end_matches('/')), Instant::now());
        let vouches: Vec<String> = (0..people).map(|number| app.vouch(&issuer, &name(number))).collect();
        let signing_in = vouches.into_iter().map(|vouch| sign_in(&http, &base, vouch));
        let signed_in: Vec<Person> = futures::stream::iter(signing_in).buffered(AT_ONCE).collect().await;
        row(
            &format!("{people} people vouched for and signed in, {AT_ONCE} at the same time"),
            format!("{:.1} s", begun.elapsed().as_secs_f64()),
        );
        Self { http, base, people: signed_in, questions, chance: SeededRandomness::new(11) }
    }

    /// Searches, then questions in conversations, then both once more beside somebody who never stops.
    async fn run(
        self: Arc<Self>,
        daemon: &Daemon,
        many: &str,
        people: usize,
        time: Duration,
        warming: Vec<Arrival>,
    ) {
        _ = self.clone().load(Way::Search, warming.clone()).await;
        _ = self.clone().load(Way::Ask, warming).await;
        for (way, what) in
            [(Way::Search, "search"), (Way::Ask, "ask in a conversation, without a model that writes")]
        {
            let used = Used::until_now(daemon);
            let (tally, _) = self.clone().load(way, self.arrivals(people, time)).await;
            tally.print(&format!("{many}: {what}"), time);
            row("… the daemon meanwhile", used.since(daemon));
            let mut arrivals = self.arrivals(people, time);
            let abuse =
                (0..).map(|number| f64::from(number) / ABUSE).take_while(|at| *at < time.as_secs_f64());
            arrivals.extend(abuse.map(|at| Arrival { at: Duration::from_secs_f64(at), person: people }));
            arrivals.sort_by_key(|arrival| arrival.at);
            let used = Used::until_now(daemon);
            let (others, abuser) = self.clone().load(way, arrivals).await;
            others.print(
                &format!("… beside one who sends {ABUSE:.0} requests in each second: the others"),
                time,
            );
            abuser.print("… that one", time);
            row("… the daemon meanwhile", used.since(daemon));
        }
    }

    /// When each question of `people` comes.
    fn arrivals(&self, people: usize, time: Duration) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        for person in 0..people {
            let mut at = self.number() * PAUSE.1;
            while at < time.as_secs_f64() {
                arrivals.push(Arrival { at: Duration::from_secs_f64(at), person });
                at += PAUSE.0 + self.number() * (PAUSE.1 - PAUSE.0);
            }
        }
        arrivals.sort_by_key(|arrival| arrival.at);
        arrivals
    }

    fn number(&self) -> f64 {
        let mut bytes = [0; 4];
        self.chance.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }

    /// Asks everything at its time and waits for the last answer. What became of it: of everybody, and of the one beyond them.
    async fn load(self: Arc<Self>, way: Way, arrivals: Vec<Arrival>) -> (Tally, Tally) {
        let begun = tokio::time::Instant::now() + Duration::from_millis(100);
        let mut asked = JoinSet::new();
        for (number, arrival) in arrivals.into_iter().enumerate() {
            tokio::time::sleep_until(begun + arrival.at).await;
            let (clinic, due) = (self.clone(), begun + arrival.at);
            asked.spawn(async move { (arrival.person, clinic.one(way, arrival.person, number, due).await) });
        }
        let (mut others, mut last) = (Tally::default(), Tally::default());
        while let Some(done) = asked.join_next().await {
            let (person, outcome) = done.unwrap();
            let tally = if person + 1 == self.people.len() { &mut last } else { &mut others };
            match outcome {
                Ok((first, whole)) => {
                    tally.first.extend(first);
                    tally.whole.push(whole);
                }
                Err(kind) => *tally.failures.entry(kind).or_default() += 1,
            }
        }
        (others, last)
    }

    /// One question; how long its first sentence and all of it took since it was due, or what went wrong.
    async fn one(
        &self,
        way: Way,
        person: usize,
        number: usize,
        due: tokio::time::Instant,
    ) -> Result<(Option<Duration>, Duration), String> {
        let (who, question) = (&self.people[person], &self.questions[number % self.questions.len()]);
        let (path, body) = match way {
            Way::Search => ("search".to_owned(), json!({ "query": question })),
            Way::Ask => (format!("conversations/{}/ask", who.conversation), json!({ "question": question })),
        };
        let request = self.http.post(format!("{}/{path}", self.base)).bearer_auth(&who.token).json(&body);
        let response = request.send().await.map_err(|error| kind_of(&error))?;
        let status = response.status();
        if !status.is_success() {
            let problem: Value = response.json().await.unwrap_or_default();
            return Err(format!(
                "{} {}",
                status.as_u16(),
                problem["code"].as_str().unwrap_or("without a code")
            ));
        }
        let (mut first, mut tail, mut stream) = (None, String::new(), response.bytes_stream());
        while let Some(piece) = stream.next().await {
            tail.push_str(&String::from_utf8_lossy(&piece.map_err(|error| kind_of(&error))?));
            if first.is_none() && matches!(way, Way::Ask) && tail.contains("event: sentence") {
                first = Some(due.elapsed());
            }
        }
        match way {
            Way::Ask if !tail.contains("event: done") => Err("an answer without an end".to_owned()),
            Way::Ask | Way::Search => Ok((first, due.elapsed())),
        }
    }
}

impl Tally {
    fn print(mut self, what: &str, time: Duration) {
        let failed: usize = self.failures.values().sum();
        let asked = self.whole.len() + failed;
        let mut told = vec![format!("{asked} requests, {:.1}/s", asked as f64 / time.as_secs_f64())];
        for (words, times) in [("first sentence ", &mut self.first), ("", &mut self.whole)] {
            if !times.is_empty() {
                times.sort();
                let at = |percent| milliseconds(percentile(times, percent));
                told.push(format!("{words}p50 {}, p95 {}, p99 {}", at(50), at(95), at(99)));
            }
        }
        let failures = self.failures.iter().map(|(kind, count)| format!("{count} × {kind}"));
        told.push(if failed == 0 { "no errors".to_owned() } else { failures.collect::<Vec<_>>().join(", ") });
        row(what, told.join("; "));
    }
}

impl Used {
    fn until_now(daemon: &Daemon) -> Self {
        Self { at: Instant::now(), ticks: ticks(daemon.0.id()) }
    }

    /// Processor time as a number of cores, and memory.
    fn since(&self, daemon: &Daemon) -> String {
        // The kernel counts hundredths of a second.
        let seconds = (ticks(daemon.0.id()) - self.ticks) as f64 / 100.0;
        let cores = seconds / self.at.elapsed().as_secs_f64();
        let memory = |field| crate::footprint::memory(daemon.0.id(), field);
        format!("{cores:.2} cores; {} now, {} at most", memory("VmRSS"), memory("VmHWM"))
    }
}

/// User and system time of a process, in the kernel's hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name may hold blanks; it ends with the last bracket.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Why there is no answer, in a few words.
fn kind_of(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        format!("no answer within {} s", PATIENCE.as_secs())
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "a connection that broke".to_owned()
    }
}

fn name(number: usize) -> String {
    format!("clinician-{number:04}")
}

fn from_environment(name: &str, usual: usize) -> usize {
    let wanted = std::env::var_os(name).and_then(|text| text.into_string().ok());
    wanted.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn script(people: usize) -> NextcloudScript {
    let script = NextcloudScript::empty().user(User::new(OWNER).group(GROUP));
    (0..people).fold(script, |script, number| script.user(User::new(&name(number)).group(GROUP)))
}

/// Puts the shared documents where everybody reads them; what can be asked of them.
fn fill(world: &World, corpus: &Corpus) -> Vec<String> {
    let mut questions = Vec::new();
    let shared = format!("{FOLDER}/");
    for file in corpus.files.iter().filter(|file| file.owner != Owner::Bob && !file.scanned) {
        world.cloud.put(OWNER, &file.path, file.bytes.clone()).unwrap();
        if file.path.starts_with(&shared) {
            questions.extend(file.facts.iter().map(|fact| fact.question.clone()));
        }
    }
    world.cloud.share(OWNER, FOLDER, Recipient::Group(GROUP.to_owned()), Rights::READ).unwrap();
    assert!(!questions.is_empty(), "something can be asked of what is shared");
    questions
}

/// Keeps an account of everybody with an app password of their own.
async fn connect(world: &World, people: usize) {
    let key = std::fs::read_to_string(world.state_directory().join("master.key")).unwrap();
    let key = MasterKey::from_base64(&key).unwrap();
    let settings = StoreSettings::new(world.database.url());
    let store = Store::connect(settings, key, Arc::new(SystemClock), Arc::new(OsRandomness)).await.unwrap();
    store.unlock().await.unwrap();
    let instance = store.instances().ensure(&world.cloud.base_url()).await.unwrap();
    for user in (0..people).map(name).chain([OWNER.to_owned()]) {
        let app_password = world.cloud.app_password(&user).unwrap().into();
        let account = NewAccount {
            instance,
            login_name: user.clone(),
            display_name: user.clone(),
            user_id: user,
            app_password,
        };
        store.accounts().connect(account).await.unwrap();
    }
    store.close().await;
}

/// Waits until everybody's files were looked at and all documents can be found.
async fn settle(world: &World) {
    let begun = Instant::now();
    let due = "select count(*) from jobs where run_at <= now() + interval '1 second'";
    while world.database.psql(due).trim() != "0" {
        assert!(begun.elapsed() < SETTLING, "the first look at everybody's files takes too long");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    row("first look at everybody's files, documents read", format!("{:.0} s", begun.elapsed().as_secs_f64()));
}

async fn sign_in(http: &reqwest::Client, base: &str, vouch: String) -> Person {
    let opened = http.post(format!("{base}/sessions/vouched")).json(&json!({ "vouch": vouch }));
    let opened: Value = opened.send().await.unwrap().json().await.unwrap();
    assert_eq!(opened["connected"], true, "{opened}");
    let token = opened["token"].as_str().unwrap().to_owned();
    let begun =
        http.post(format!("{base}/conversations")).bearer_auth(&token).json(&json!({ "title": "Round" }));
    let begun: Value = begun.send().await.unwrap().json().await.unwrap();
    Person { token, conversation: begun["id"].as_str().unwrap().to_owned() }
}

/// The app's key.
struct App {
    signing: EncodingKey,
    public: [u8; 32],
}

impl App {
    fn new() -> Self {
        let pem = TokenKeys::generate_pem(&SeededRandomness::new(7));
        let signing = EncodingKey::from_ed_pem(pem.as_bytes()).unwrap();
        let key = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).unwrap();
        let AlgorithmParameters::OctetKeyPair(pair) = key.algorithm else {
            panic!("an Ed25519 key is an octet key pair")
        };
        Self { signing, public: URL_SAFE_NO_PAD.decode(pair.x).unwrap().try_into().unwrap() }
    }

    fn public_key(&self) -> String {
        STANDARD.encode(self.public)
    }

    /// What the app says of somebody now.
    fn vouch(&self, issuer: &str, user: &str) -> String {
        let now = SystemClock.now().timestamp();
        let kind = Some("voiceassist-vouch+jwt".to_owned());
        let header = Header { typ: kind, kid: Some(key_id(&self.public)), ..Header::new(Algorithm::EdDSA) };
        let unique = OsRandomness.uuid(&SystemClock).simple().to_string();
        let claims = json!({
            "iss": issuer, "aud": "voiceassist", "sub": user, "name": user, "groups": [GROUP],
            "iat": now, "exp": now + 60, "jti": unique
        });
        jsonwebtoken::encode(&header, &claims, &self.signing).unwrap()
    }
}
