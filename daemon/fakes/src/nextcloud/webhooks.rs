//! The app `webhook_listeners`: registration over OCS, and deliveries that a test sends off in fair or foul weather.
//!
//! As measured: only administrators register; each event of a class is one delivery, a JSON body with escaped slashes
//! and without a content type, the path in the actor's view, no id for a deletion that is done. The real server sends
//! them from background jobs, in order and at most once; here nothing is sent until told, because when hints
//! arrive is what tests are about. A listener's header is kept as it was given; nothing here signs anything.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::Nextcloud;
use super::collections::CollectionKey;
use super::ocs::Answer;
use super::state::State;

/// Deliveries that wait at most; the oldest go.
const MAX_WAITING: usize = 100_000;
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the server calls itself when it delivers.
const CRAWLER: &str = "Nextcloud Server Crawler";
const FILES: &str = "OCP\\Files\\Events\\Node\\";
const CALENDARS: &str = "OCP\\Calendar\\Events\\CalendarObject";
/// The events of calendar objects that listeners can ask for.
const OF_OBJECTS: [&str; 6] = ["Created", "Updated", "Deleted", "Moved", "MovedToTrash", "Restored"];

/// A registered listener.
#[derive(Debug, Clone)]
struct Listener {
    uri: String,
    event: String,
    /// Headers that prove who sends.
    auth: Vec<(String, String)>,
    registered_by: String,
}

/// What waits to be sent.
#[derive(Debug, Clone)]
struct Waiting {
    uri: String,
    auth: Vec<(String, String)>,
    body: String,
}

/// Listeners and what they have not been told yet.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    listeners: BTreeMap<u64, Listener>,
    last: u64,
    waiting: VecDeque<Waiting>,
}

/// What somebody did to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed<'a> {
    /// Made or overwrote it.
    Wrote { new: bool },
    /// Moved it here from there.
    Renamed { from: &'a [String] },
    /// Copied that one.
    Copied { source: u64, from: &'a [String] },
    /// Deletes it.
    Deleted,
}

/// How deliveries fare. Percentages are of single deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Never sent.
    pub lost: u32,
    /// Sent twice.
    pub twice: u32,
    /// Kept back until the next time.
    pub late: u32,
    /// In another order.
    pub shuffled: bool,
    /// Forged ones sent in between: a wrong or no token, a cut body, foreign ids.
    pub forged: usize,
}

impl Weather {
    /// Everything once and in order.
    pub const FAIR: Self = Self { lost: 0, twice: 0, late: 0, shuffled: false, forged: 0 };
    /// As bad as it gets short of nothing at all.
    pub const FOUL: Self = Self { lost: 40, twice: 30, late: 30, shuffled: true, forged: 3 };
}

/// What became of deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Genuine ones the receiver took with a 2xx.
    pub taken: usize,
    /// Genuine ones it refused, or that never reached it; they are not sent again.
    pub refused: usize,
    /// Forged ones it took.
    pub forged_taken: usize,
    /// Forged ones it refused.
    pub forged_refused: usize,
}

impl State {
    /// Tells listeners and push sockets what a person did. A deletion is told before it is done.
    pub(crate) fn happened(&mut self, actor: &str, deed: &Deed<'_>, node: u64, path: &[String]) {
        self.push_files(node);
        if self.webhooks.listeners.is_empty() {
            return;
        }
        let at = |path: &[String]| format!("/{actor}/files/{}", path.join("/"));
        let here = json!({ "id": node, "path": at(path) });
        match deed {
            Deed::Wrote { new } => {
                if *new {
                    self.tell(actor, "NodeCreatedEvent", json!({ "node": here.clone() }));
                }
                self.tell(actor, "NodeWrittenEvent", json!({ "node": here }));
            }
            Deed::Renamed { from } => {
                let event = json!({ "source": { "path": at(from) }, "target": here });
                self.tell(actor, "NodeRenamedEvent", event);
            }
            Deed::Copied { source, from } => {
                let event = json!({ "source": { "id": source, "path": at(from) }, "target": here });
                self.tell(actor, "NodeCopiedEvent", event);
            }
            Deed::Deleted => {
                self.tell(actor, "BeforeNodeDeletedEvent", json!({ "node": here }));
                self.tell(actor, "NodeDeletedEvent", json!({ "node": { "path": at(path) } }));
            }
        }
    }

    /// Tells listeners what a person did to an object of a calendar: `Created`, `Updated` or `MovedToTrash`. Listeners are
    /// told nothing of contacts. Somebody else's calendar is a share of its owner's.
    pub(crate) fn happened_in(&mut self, actor: &str, name: &str, key: &CollectionKey, object: &str) {
        let Some(collection) = self.collections.get(key).filter(|_| !key.1) else { return };
        let principal = |user: &str| format!("principals/users/{user}");
        let shares = if collection.owner == key.0 {
            json!([])
        } else {
            json!([{ "href": format!("principal:{}", principal(&key.0)), "readOnly": collection.read_only }])
        };
        let text = collection.objects.get(object).map(|object| object.text.clone()).unwrap_or_default();
        let event = json!({
            "calendarId": 1,
            "calendarData": { "id": 1, "uri": key.2, "principaluri": principal(&collection.owner) },
            "shares": shares,
            "objectData": { "uri": object, "size": text.len(), "calendardata": text, "component": "vevent" },
        });
        self.tell_of(actor, &format!("{CALENDARS}{name}Event"), event);
    }

    fn tell(&mut self, actor: &str, name: &str, event: Value) {
        self.tell_of(actor, &format!("{FILES}{name}"), event);
    }

    fn tell_of(&mut self, actor: &str, class: &str, mut event: Value) {
        event["class"] = json!(class);
        let shown = self.user(actor).map_or_else(|| actor.to_owned(), |user| user.display_name.clone());
        let body = json!({
            "event": event, "user": { "uid": actor, "displayName": shown }, "time": self.clock.now(),
        });
        let body = body.to_string().replace('/', "\\/");
        for listener in self.webhooks.listeners.values().filter(|listener| listener.event == class) {
            if self.webhooks.waiting.len() == MAX_WAITING {
                self.webhooks.waiting.pop_front();
            }
            let (uri, auth) = (listener.uri.clone(), listener.auth.clone());
            self.webhooks.waiting.push_back(Waiting { uri, auth, body: body.clone() });
        }
    }

    /// The API below `apps/webhook_listeners/api/v1/webhooks`.
    pub(crate) fn webhook_api(&mut self, method: &Method, who: &str, rest: &[&str], body: &Bytes) -> Answer {
        let admin = self.user(who).is_some_and(|user| user.groups.iter().any(|group| group == "admin"));
        if !admin {
            let message = "Logged in account must be an admin, a sub admin or gotten special right to access this setting";
            return Answer::failure(403, message);
        }
        let id = rest.first().and_then(|text| text.parse::<u64>().ok());
        match (method.as_str(), id) {
            ("GET", None) => {
                let all = self.webhooks.listeners.iter().map(|(id, listener)| record(*id, listener));
                Answer::ok(Value::Array(all.collect()))
            }
            ("POST", None) => self.register(who, body),
            ("DELETE", Some(id)) => {
                let removed = self.webhooks.listeners.remove(&id).is_some();
                if removed { Answer::ok(json!(true)) } else { Answer::failure(404, "Webhook not found") }
            }
            _ => Answer::failure(404, "Webhook not found"),
        }
    }

    fn register(&mut self, who: &str, body: &Bytes) -> Answer {
        let Ok(asked) = serde_json::from_slice::<Value>(body) else {
            return Answer::failure(400, "Missing parameters");
        };
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
        let (uri, event) = (text("uri"), text("event"));
        let of_objects = event.strip_prefix(CALENDARS).and_then(|name| name.strip_suffix("Event"));
        if !event.starts_with(FILES) && !of_objects.is_some_and(|name| OF_OBJECTS.contains(&name)) {
            let message = format!("{event} is not an event class compatible with webhooks");
            return Answer::failure(400, &message);
        }
        if uri.is_empty() || text("httpMethod") != "POST" {
            return Answer::failure(400, "Missing parameters");
        }
        let auth = asked["authData"].as_object().into_iter().flatten().filter_map(|(name, value)| {
            let wanted = text("authMethod") == "header";
            wanted.then(|| Some((name.clone(), value.as_str()?.to_owned()))).flatten()
        });
        let listener = Listener { uri, event, auth: auth.collect(), registered_by: who.to_owned() };
        self.webhooks.last += 1;
        let id = self.webhooks.last;
        let answer = Answer::ok(record(id, &listener));
        self.webhooks.listeners.insert(id, listener);
        answer
    }
}

fn record(id: u64, listener: &Listener) -> Value {
    json!({
        "id": id, "appId": null, "userId": listener.registered_by, "httpMethod": "POST", "uri": listener.uri,
        "event": listener.event, "eventFilter": [], "userIdFilter": "", "headers": [],
        "authMethod": if listener.auth.is_empty() { "none" } else { "header" },
        // What it holds is encrypted on the real server.
        "authData": if listener.auth.is_empty() { Value::Null } else { json!("00|00|00|3") },
    })
}

// === sending ===

impl Nextcloud {
    /// Listeners that are registered.
    pub fn webhook_listeners(&self) -> usize {
        self.state().webhooks.listeners.len()
    }

    /// Deliveries that wait.
    pub fn webhooks_waiting(&self) -> usize {
        self.state().webhooks.waiting.len()
    }

    /// Drops what waits, as a server without a background worker does in effect.
    pub fn lose_webhooks(&self) {
        self.state().webhooks.waiting.clear();
    }

    /// Sends what waits. A refused delivery is dropped, as measured.
    pub async fn deliver_webhooks(&self, weather: Weather) -> Delivered {
        let (letters, forged) = self.state().sort_mail(weather);
        let mut done = Delivered::default();
        for letter in &forged {
            let count = if post(letter).await { &mut done.forged_taken } else { &mut done.forged_refused };
            *count += 1;
        }
        for letter in &letters {
            let count = if post(letter).await { &mut done.taken } else { &mut done.refused };
            *count += 1;
        }
        done
    }

    /// Delivers every so often, as a background worker does, until the guard is dropped.
    pub fn run_webhook_worker(&self, every: Duration) -> WebhookWorker {
        let cloud = self.clone();
        WebhookWorker(tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                cloud.deliver_webhooks(Weather::FAIR).await;
            }
        }))
    }
}

/// Delivers while it lives.
#[derive(Debug)]
pub struct WebhookWorker(JoinHandle<()>);

impl Drop for WebhookWorker {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl State {
    /// Takes what waits and decides how each letter fares; forged ones apart.
    fn sort_mail(&mut self, weather: Weather) -> (Vec<Waiting>, Vec<Waiting>) {
        let waiting = std::mem::take(&mut self.webhooks.waiting);
        let mut forged = Vec::new();
        if let Some(model) = waiting.front() {
            forged.extend((0..weather.forged).map(|number| forge(model, number)));
        }
        let mut letters = Vec::new();
        for letter in waiting {
            let fate = self.random.random_range(0..100_u32);
            if fate < weather.lost {
                continue;
            }
            if self.random.random_range(0..100_u32) < weather.late {
                self.webhooks.waiting.push_back(letter);
                continue;
            }
            if self.random.random_range(0..100_u32) < weather.twice {
                letters.push(letter.clone());
            }
            letters.push(letter);
        }
        if weather.shuffled {
            letters.shuffle(&mut self.random);
        }
        (letters, forged)
    }
}

/// Something that looks like the letter and must not be believed.
fn forge(model: &Waiting, number: usize) -> Waiting {
    let mut letter = model.clone();
    match number % 3 {
        0 => letter.auth.clear(),
        1 => letter.auth.iter_mut().for_each(|(_, value)| value.push('A')),
        _ => {
            letter.auth.iter_mut().for_each(|(_, value)| {
                value.pop();
            });
            letter.body = letter.body.replace("\"id\":", "\"id\":9");
        }
    }
    letter
}

/// Whether the receiver answered with a 2xx.
async fn post(letter: &Waiting) -> bool {
    tokio::time::timeout(PATIENCE, sent(letter)).await.is_ok_and(|status| matches!(status, Some(200..=299)))
}

/// The status of the answer.
async fn sent(letter: &Waiting) -> Option<u16> {
    let url = url::Url::parse(&letter.uri).ok()?;
    let address: SocketAddr = *url.socket_addrs(|| None).ok()?.first()?;
    let mut head = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {CRAWLER}\r\nAccept-Encoding: gzip\r\n\
         Connection: close\r\nContent-Length: {}\r\n",
        url.path(),
        letter.body.len()
    );
    for (name, value) in &letter.auth {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(letter.body.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await.ok()?;
    let line = answer.get(..12).and_then(|line| std::str::from_utf8(line).ok())?;
    line.split(' ').nth(1)?.parse().ok()
}
