//! The push service of Nextcloud (the app `notify_push`): one WebSocket per account that says "look".
//!
//! The client sends its login name and its app password as two text frames and waits for `authenticated`; after `listen
//! notify_file_id` it hears of changed files with their ids, or without ids when anything may have changed. What is
//! missed while no socket is open is lost, so this only runs ahead of the timer. A refusal is final: the service asks
//! Nextcloud, whose brute-force guard counts, so nothing is sent again with the same password. Credentials go to
//! the origin they belong to and nowhere else. [`hear`] is the protocol without I/O; [`PushSocket`] is the wire.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use url::Url;

use crate::credentials::AppPassword;
use crate::error::{DavError, TransportKind};
use crate::operation::BaseUrl;
use crate::transport::{Transport, timed_out, transport_error};

/// The largest message that is read: a few thousand ids.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// More ids than that mean "anything may have changed".
const MAX_IDS: usize = 1_000;
/// A socket on which nothing was heard for this long is asked whether it lives; after as long again it is given up.
const SILENCE: Duration = Duration::from_mins(1);
/// Asks to be told ids.
const LISTEN: &str = "listen notify_file_id";

/// What the service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The app password is believed.
    Authenticated,
    /// Files changed: these, or any when no id is known.
    Files(Vec<i64>),
    /// The app password is not believed.
    Refused,
    /// The service has trouble of its own.
    Trouble,
    /// Something about other things than files.
    Other,
}

/// Reads a message.
pub fn hear(text: &str) -> Heard {
    let (word, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    match word {
        "authenticated" => Heard::Authenticated,
        "notify_file" => Heard::Files(Vec::new()),
        "notify_file_id" => {
            let ids: Option<Vec<i64>> = serde_json::from_str(rest).ok();
            Heard::Files(ids.filter(|ids| ids.len() <= MAX_IDS).unwrap_or_default())
        }
        "err:" if rest.eq_ignore_ascii_case("invalid credentials") => Heard::Refused,
        "err:" => Heard::Trouble,
        _ => Heard::Other,
    }
}

/// Where the service listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushEndpoint(Url);

impl PushEndpoint {
    /// The endpoint that the server advertises, if it is at the server's own origin: a password is sent there.
    pub fn new(advertised: &str, base: &BaseUrl) -> Result<Self, DavError> {
        let foreign = DavError::Settings { what: "the push service is not at the server's own address" };
        let Ok(mut url) = Url::parse(advertised) else {
            return Err(DavError::protocol("the address of the push service is not a URL"));
        };
        let scheme = match url.scheme() {
            "wss" => "https",
            "ws" => "http",
            _ => return Err(DavError::protocol("the push service is not a WebSocket")),
        };
        if url.set_scheme(scheme).is_err() || !base.same_origin(&url) {
            return Err(foreign);
        }
        Ok(Self(url))
    }
}

/// One account's open line to the service.
pub struct PushSocket {
    stream: WebSocketStream<reqwest::Upgraded>,
}

impl PushSocket {
    /// Connects, proves who it is and asks for ids. `key` is random; `patience` bounds every step.
    /// [`DavError::Unauthorized`] is final for this password.
    pub async fn open(
        transport: &Transport,
        endpoint: &PushEndpoint,
        password: &AppPassword,
        key: [u8; 16],
        patience: Duration,
    ) -> Result<Self, DavError> {
        let stream =
            timeout(patience, upgrade(transport, endpoint, key)).await.map_err(|_| timed_out())??;
        let mut socket = Self { stream };
        timeout(patience, socket.sign_in(password)).await.map_err(|_| timed_out())??;
        Ok(socket)
    }

    async fn sign_in(&mut self, password: &AppPassword) -> Result<(), DavError> {
        self.say(password.login_name()).await?;
        self.say(password.secret().expose_secret()).await?;
        loop {
            match self.listen().await? {
                Heard::Authenticated => break,
                Heard::Refused => return Err(DavError::Unauthorized),
                Heard::Trouble => return Err(broken()),
                Heard::Files(_) | Heard::Other => {}
            }
        }
        self.say(LISTEN).await
    }

    /// Waits for what the service says next. An error ends the line.
    pub async fn next(&mut self) -> Result<Heard, DavError> {
        self.listen().await
    }

    async fn say(&mut self, text: &str) -> Result<(), DavError> {
        self.stream.send(Message::text(text)).await.map_err(|error| socket_error(&error))
    }

    async fn listen(&mut self) -> Result<Heard, DavError> {
        let mut asked = false;
        loop {
            match timeout(SILENCE, self.stream.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => return Ok(hear(&text)),
                Ok(Some(Ok(Message::Close(_))) | None) => return Err(broken()),
                Ok(Some(Ok(_))) => asked = false,
                Ok(Some(Err(error))) => return Err(socket_error(&error)),
                Err(_) if asked => return Err(timed_out()),
                Err(_) => {
                    asked = true;
                    let ping = Message::Ping(bytes::Bytes::new());
                    self.stream.send(ping).await.map_err(|error| socket_error(&error))?;
                }
            }
        }
    }
}

/// Turns an HTTP/1.1 request into a WebSocket (RFC 6455 section 4.1).
async fn upgrade(
    transport: &Transport,
    endpoint: &PushEndpoint,
    key: [u8; 16],
) -> Result<WebSocketStream<reqwest::Upgraded>, DavError> {
    transport.may_reach(&endpoint.0)?;
    let key = STANDARD.encode(key);
    let response = transport
        .upgrading
        .get(endpoint.0.clone())
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .send()
        .await
        .map_err(transport_error)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(DavError::Status { status: response.status().as_u16(), exception: None });
    }
    let expected = derive_accept_key(key.as_bytes());
    if response.headers().get(SEC_WEBSOCKET_ACCEPT).is_none_or(|accept| accept != expected.as_str()) {
        return Err(DavError::protocol("the push service does not prove that it read the request"));
    }
    let upgraded = response.upgrade().await.map_err(transport_error)?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(limits)).await)
}

fn broken() -> DavError {
    DavError::Transport { kind: TransportKind::Other, source: None }
}

/// The library's own message may quote a frame, so only its kind is kept.
fn socket_error(error: &Error) -> DavError {
    match error {
        Error::Capacity(_) => DavError::TooLarge { limit: MAX_MESSAGE_BYTES as u64 },
        Error::Protocol(_) | Error::Utf8(_) => {
            DavError::protocol("the push service sent an unreadable frame")
        }
        _ => broken(),
    }
}

impl std::fmt::Debug for PushSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushSocket").finish_non_exhaustive()
    }
}
