//! A model behind an OpenAI-compatible endpoint, on loopback, which says what it is told to say.
//!
//! It keeps every byte that any client sends it, heads included and before anything is understood, so that a test can
//! claim that something never arrived. It streams server-sent events as the well-known servers do, and it can be slow,
//! busy, cut off in the middle or silent. It is told by a function from a request to a [`Reply`]; it thinks nothing by
//! itself. It must never be given real data.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The largest request that is read.
const MAX_REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// What a client asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `Authorization` as it was sent.
    pub authorization: Option<String>,
    /// The path.
    pub path: String,
    /// The body; `Null` when it was not JSON.
    pub body: Value,
}

impl Asked {
    /// All messages in a row, or the one text where there are none.
    pub fn text(&self) -> String {
        if let Some(prompt) = self.body["prompt"].as_str() {
            return prompt.to_owned();
        }
        let messages = self.body["messages"].as_array().cloned().unwrap_or_default();
        let said: Vec<String> =
            messages.iter().filter_map(|message| message["content"].as_str().map(str::to_owned)).collect();
        said.join("\n")
    }
}

/// What the server does.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Streams these pieces and ends well.
    Say(Vec<String>),
    /// Streams these pieces and ends because of a limit of length.
    SayUntilLimit(Vec<String>),
    /// Streams these pieces and breaks the connection.
    CutOff(Vec<String>),
    /// Streams these pieces, then stays open and says nothing more.
    FallSilent(Vec<String>),
    /// Answers in one JSON document, as servers do that do not stream.
    SayAtOnce(String),
    /// Refuses with a status, perhaps naming when to come back in seconds.
    Status(u16, Option<u64>),
    /// Sends the client elsewhere.
    Redirect(String),
    /// Never answers.
    Hang,
    /// Sends these bytes as an event stream.
    Raw(String),
    /// Answers with this document, for instance a list of vectors.
    Json(Value),
}

impl Reply {
    /// A text in pieces of a few letters, cut without regard to words.
    pub fn in_pieces(text: &str, letters: usize) -> Self {
        let chars: Vec<char> = text.chars().collect();
        Self::Say(chars.chunks(letters.max(1)).map(|piece| piece.iter().collect()).collect())
    }
}

type Script = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;
type ReplyBody = UnsyncBoxBody<Bytes, io::Error>;

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct ChatServer {
    site: Arc<Site>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

struct Site {
    script: Script,
    received: Mutex<Vec<u8>>,
    asked: Mutex<Vec<Asked>>,
    open: AtomicUsize,
    hung_up: watch::Sender<usize>,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}

impl ChatServer {
    /// Starts a server on 127.0.0.1 that answers by `script`.
    pub async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site {
            script: Arc::new(script),
            received: Mutex::default(),
            asked: Mutex::default(),
            open: AtomicUsize::new(0),
            hung_up: watch::channel(0).0,
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&site)));
        Ok(Self { site, address, server })
    }

    /// A server that says this and nothing else.
    pub async fn saying(text: &str) -> io::Result<Self> {
        let text = text.to_owned();
        Self::start(move |_| Reply::in_pieces(&text, 3)).await
    }

    /// The base address, as a configuration names it.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Every byte that arrived, over all connections.
    pub fn received(&self) -> Vec<u8> {
        lock(&self.site.received).clone()
    }

    /// How many bytes arrived.
    pub fn received_bytes(&self) -> usize {
        lock(&self.site.received).len()
    }

    /// Forgets what arrived.
    pub fn forget(&self) {
        lock(&self.site.received).clear();
        lock(&self.site.asked).clear();
    }

    /// Every request that was understood, in order.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.site.asked).clone()
    }

    /// Waits until so many clients have gone away before their answer had ended.
    pub async fn hung_up(&self, count: usize) {
        let mut watched = self.site.hung_up.subscribe();
        // The sender lives as long as the server.
        let _ = watched.wait_for(|now| *now >= count).await;
    }

    /// Answers under way.
    pub fn open_answers(&self) -> usize {
        self.site.open.load(Ordering::SeqCst)
    }
}

impl Drop for ChatServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&site)));
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, site: Arc<Site>) {
    // Small events must not wait for an acknowledgement; without the option they are only slower.
    let _ = stream.set_nodelay(true);
    let tapped = Tapped { stream, site: Arc::clone(&site) };
    let service = service_fn(move |request| answer(Arc::clone(&site), request));
    // A client that goes away is what some tests are about.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(tapped), service).await;
}

async fn answer(site: Arc<Site>, request: Request<Incoming>) -> Result<Response<ReplyBody>, Infallible> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let authorization =
        head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let asked = Asked {
        authorization,
        path: head.uri.path().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let reply = (site.script)(&asked);
    let telling = Telling::of(&asked);
    lock(&site.asked).push(asked);
    Ok(match reply {
        Reply::Say(pieces) => stream(&site, telling.events(&pieces, Some("stop")), After::Ends),
        Reply::SayUntilLimit(pieces) => stream(&site, telling.events(&pieces, Some("length")), After::Ends),
        Reply::CutOff(pieces) => stream(&site, telling.events(&pieces, None), After::Breaks),
        Reply::FallSilent(pieces) => stream(&site, telling.events(&pieces, None), After::StaysOpen),
        Reply::Raw(text) => stream(&site, vec![text], After::Ends),
        Reply::Json(answer) => full(StatusCode::OK, "application/json", answer.to_string()),
        Reply::SayAtOnce(text) => {
            let mut answer = json!({
                "object": "chat.completion",
                "model": telling.model,
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            });
            answer["usage"] = telling.usage(1);
            full(StatusCode::OK, "application/json", answer.to_string())
        }
        Reply::Status(status, retry_after) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response =
                full(status, "application/json", json!({"error": {"message": "no"}}).to_string());
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Reply::Redirect(target) => {
            let mut response = full(StatusCode::TEMPORARY_REDIRECT, "text/plain", String::new());
            if let Ok(target) = target.parse() {
                response.headers_mut().insert(header::LOCATION, target);
            }
            response
        }
        Reply::Hang => stream_hanging(&site).await,
    })
}

/// How an answer to one request is told.
struct Telling {
    /// The model's name as this server reports it: what was asked for, and a version.
    model: String,
    prompt_tokens: u64,
    counts_tokens: bool,
    is_one_text: bool,
}

impl Telling {
    fn of(asked: &Asked) -> Self {
        Self {
            model: format!("{}-2026-01", asked.body["model"].as_str().unwrap_or_default()),
            prompt_tokens: asked.text().split_whitespace().count() as u64,
            counts_tokens: asked.body["stream_options"]["include_usage"] == true,
            is_one_text: asked.path.ends_with("/completions") && !asked.path.ends_with("/chat/completions"),
        }
    }

    /// Words sent, and pieces written, count as tokens.
    fn usage(&self, written: usize) -> Value {
        json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": written,
            "total_tokens": self.prompt_tokens + written as u64,
        })
    }

    /// Events of a streamed answer, with its end where it has one.
    fn events(&self, pieces: &[String], finish: Option<&str>) -> Vec<String> {
        let kind = if self.is_one_text { "text_completion" } else { "chat.completion.chunk" };
        let send = |choices: Vec<Value>, usage: Value| {
            let event = json!({"object": kind, "model": self.model, "choices": choices, "usage": usage});
            format!("data: {event}\n\n")
        };
        let say = |text: &str, finish: Option<&str>| {
            if self.is_one_text {
                json!({"index": 0, "text": text, "finish_reason": finish})
            } else {
                json!({"index": 0, "delta": {"content": text}, "finish_reason": finish})
            }
        };
        let written = pieces.len();
        let opening =
            json!({"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null});
        let mut events = vec![send(vec![opening], Value::Null)];
        events.extend(pieces.iter().map(|piece| send(vec![say(piece, None)], Value::Null)));
        if let Some(reason) = finish {
            events.push(send(vec![say("", Some(reason))], Value::Null));
            if self.counts_tokens {
                events.push(send(Vec::new(), self.usage(written)));
            }
            events.push("data: [DONE]\n\n".to_owned());
        }
        events
    }
}

fn full(status: StatusCode, kind: &'static str, body: String) -> Response<ReplyBody> {
    let mut response =
        Response::new(Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

/// What a stream of events does behind its last one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Ends,
    Breaks,
    StaysOpen,
}

fn stream(site: &Arc<Site>, events: Vec<String>, after: After) -> Response<ReplyBody> {
    let mut guard = Guard::new(site);
    let said = futures::stream::iter(events).then(|event| async move {
        // Each event is a packet of its own, as with a model that thinks.
        tokio::task::yield_now().await;
        Ok(Frame::data(Bytes::from(event)))
    });
    let last = futures::stream::once(async move {
        if after == After::StaysOpen {
            std::future::pending::<()>().await;
        }
        // What was said before leaves first.
        tokio::task::yield_now().await;
        guard.ended();
        if after == After::Breaks { Err(io::Error::other("scripted")) } else { Ok(Frame::data(Bytes::new())) }
    });
    let mut response = Response::new(StreamBody::new(said.chain(last)).boxed_unsync());
    let kind = header::HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Nothing, until the client goes away.
async fn stream_hanging(site: &Arc<Site>) -> Response<ReplyBody> {
    let _guard = Guard::new(site);
    std::future::pending().await
}

/// An answer under way; dropped before its end, its client has gone.
struct Guard {
    site: Arc<Site>,
    whole: bool,
}

impl Guard {
    fn new(site: &Arc<Site>) -> Self {
        site.open.fetch_add(1, Ordering::SeqCst);
        Self { site: Arc::clone(site), whole: false }
    }

    const fn ended(&mut self) {
        self.whole = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.site.open.fetch_sub(1, Ordering::SeqCst);
        if !self.whole {
            self.site.hung_up.send_modify(|count| *count += 1);
        }
    }
}

/// A connection whose incoming bytes are kept.
struct Tapped {
    stream: TcpStream,
    site: Arc<Site>,
}

impl AsyncRead for Tapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let new = &buffer.filled()[before..];
        lock(&self.site.received).extend_from_slice(new);
        polled
    }
}

impl AsyncWrite for Tapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// How long a test that waits for a client to hang up should wait before it fails.
pub const PATIENCE: Duration = Duration::from_secs(10);
