//! The app `notify_push` with its service, at `/push/ws` of the same origin as a reverse proxy would put it.
//!
//! The words are those of the project's own notes; a real service was not measured. A client sends login and password
//! as two text frames, hears `authenticated` or `err: Invalid credentials`, and after `listen notify_file_id` is told
//! ids. Wrong passwords feed the same brute-force guard as requests do. A removed share says nothing, as far as is
//! known. Nothing is kept for a client that is away.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::Nextcloud;
use super::login_flow::page;
use super::reply::{Body, add, empty, html};
use super::site::Site;
use super::state::State;

/// Where the service answers.
pub(crate) const PATH: &str = "/push/ws";
/// Messages that wait for a slow client; more are lost.
const BACKLOG: usize = 256;

/// What goes to a socket.
#[derive(Debug, Clone)]
enum Push {
    /// Files changed; any, without ids.
    Files(Vec<u64>),
    /// Sent as it is.
    Text(String),
}

/// The open sockets.
#[derive(Debug, Default)]
pub(crate) struct PushService {
    sockets: BTreeMap<u64, (String, mpsc::Sender<Push>)>,
    last: u64,
    sign_ins: usize,
    refusals: usize,
}

impl PushService {
    /// Ends every line.
    pub(crate) fn hang_up(&mut self) {
        self.sockets.clear();
    }

    fn send(&self, user: &str, push: &Push) {
        for (_, sender) in self.sockets.values().filter(|(owner, _)| owner == user) {
            // A client that reads too slowly loses messages, as everywhere in this protocol.
            let _ = sender.try_send(push.clone());
        }
    }
}

impl State {
    /// Tells everybody who sees a node that it changed.
    pub(crate) fn push_files(&mut self, node: u64) {
        if self.push.sockets.is_empty() {
            return;
        }
        let push = Push::Files(vec![node]);
        for (user, person) in &self.people {
            let mounted = person.mounts.iter().any(|mount| self.tree.is_within(node, mount.node));
            if mounted || self.tree.is_within(node, person.root) {
                self.push.send(user, &push);
            }
        }
    }

    /// Tells people that something was shared with them; without an id, as far as is known.
    pub(crate) fn push_shared(&mut self, users: &[String]) {
        for user in users {
            self.push.send(user, &Push::Files(Vec::new()));
        }
    }
}

/// Turns the request into a socket.
pub(crate) fn upgrade(site: &Arc<Site>, mut request: Request<Incoming>) -> http::Response<Body> {
    if !site.state().script.notify_push {
        return html(StatusCode::NOT_FOUND, page("Page not found", ""));
    }
    let Some(key) = request.headers().get("sec-websocket-key").cloned() else {
        return html(StatusCode::BAD_REQUEST, page("WebSocket expected", ""));
    };
    let upgrading = hyper::upgrade::on(&mut request);
    let site = Arc::clone(site);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrading.await {
            let io = TokioIo::new(upgraded);
            serve(&site, WebSocketStream::from_raw_socket(io, Role::Server, None).await).await;
        }
    });
    let mut reply = empty(StatusCode::SWITCHING_PROTOCOLS);
    reply.headers_mut().clear();
    add(&mut reply, "connection", "Upgrade");
    add(&mut reply, "upgrade", "websocket");
    add(&mut reply, "sec-websocket-accept", &derive_accept_key(key.as_bytes()));
    reply
}

type Socket = WebSocketStream<TokioIo<Upgraded>>;

async fn serve(site: &Arc<Site>, mut socket: Socket) {
    let (Some(login), Some(password)) = (text(&mut socket).await, text(&mut socket).await) else { return };
    let believed = site.state().check(&login, &password);
    let Ok(identity) = believed else {
        site.state().push.refusals += 1;
        // The client may be gone already.
        let _ = socket.send(Message::text("err: Invalid credentials")).await;
        let _ = socket.close(None).await;
        return;
    };
    let (sender, mut messages) = mpsc::channel(BACKLOG);
    let number = {
        let mut state = site.state();
        state.push.last += 1;
        state.push.sign_ins += 1;
        let number = state.push.last;
        state.push.sockets.insert(number, (identity.user, sender));
        number
    };
    if socket.send(Message::text("authenticated")).await.is_ok() {
        talk(&mut socket, &mut messages).await;
    }
    site.state().push.sockets.remove(&number);
}

/// Passes messages on until either side hangs up.
async fn talk(socket: &mut Socket, messages: &mut mpsc::Receiver<Push>) {
    let mut ids_wanted = false;
    loop {
        tokio::select! {
            message = messages.recv() => {
                let text = match message {
                    None => break,
                    Some(Push::Text(text)) => text,
                    Some(Push::Files(ids)) if ids_wanted && !ids.is_empty() => format!("notify_file_id {ids:?}"),
                    Some(Push::Files(_)) => "notify_file".to_owned(),
                };
                if socket.send(Message::text(text)).await.is_err() {
                    break;
                }
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(text))) => ids_wanted |= text.as_str() == "listen notify_file_id",
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                _ => break,
            },
        }
    }
    // Whoever is still there should not wait for a time-out.
    let _ = socket.send(Message::Ping(Bytes::new())).await;
    let _ = socket.close(None).await;
}

async fn text(socket: &mut Socket) -> Option<String> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

impl Nextcloud {
    /// Open and signed-in sockets of a person.
    pub fn push_sockets(&self, user: &str) -> usize {
        self.state().push.sockets.values().filter(|(owner, _)| owner == user).count()
    }

    /// How often a password was believed and how often it was not, over all sockets.
    pub fn push_sign_ins(&self) -> (usize, usize) {
        let state = self.state();
        (state.push.sign_ins, state.push.refusals)
    }

    /// Says something to every socket of a person, in these very words.
    pub fn push_text(&self, user: &str, text: &str) {
        self.state().push.send(user, &Push::Text(text.to_owned()));
    }

    /// Hangs up on everybody, as a restart of the service does.
    pub fn hang_up_push(&self) {
        self.state().push.hang_up();
    }
}
