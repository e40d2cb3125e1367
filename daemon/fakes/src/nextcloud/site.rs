//! The HTTP side: accepts connections on loopback, records each request, lets scripted faults strike, and hands
//! what is left to the endpoint that answers for the path. Nothing is decided here about files or people.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::access::{Identity, Refusal, refused_on_dav, same_site_cookies};
use super::fault::Effect;
use super::login_flow::page;
use super::metered::metered;
use super::property::http_date;
use super::reply::{Body, Reply, add, dav_error, empty, html, json as json_reply, with_body};
use super::state::State;
use super::{collections, files, ocs, push};
use crate::recorder::{Outcome, Recorded, Recorder};

/// Bodies of everything but uploads.
const MAX_REQUEST_BODY: usize = 1024 * 1024;

/// One server: its knowledge and its log.
#[derive(Debug)]
pub(crate) struct Site {
    state: Mutex<State>,
    pub(crate) recorder: Recorder,
}

impl Site {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Mutex::new(state), recorder: Recorder::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request without its body.
pub(crate) struct Call {
    pub(crate) site: Arc<Site>,
    pub(crate) method: Method,
    /// Still percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    outcome: Arc<Outcome>,
    /// Entries after which a listing ends early, when a fault says so.
    pub(crate) truncate_listing: Option<usize>,
    /// Whether a listing tells every entry twice.
    pub(crate) repeat_entries: bool,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Who asks; noted in the log.
    pub(crate) fn authenticate(&self) -> Result<Identity, Refusal> {
        let identity = self.site.state().authenticate(&self.headers)?;
        self.outcome.signed_in(&identity.user);
        Ok(identity)
    }
}

/// Serves until the task is aborted; connections die with it.
pub(crate) async fn serve(listener: TcpListener, site: Arc<Site>) {
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
    // Small answers must not wait for an acknowledgement; without the option they are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(Arc::clone(&site), request));
    // A broken connection is the client's affair, or a scripted one.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

async fn answer(site: Arc<Site>, request: Request<Incoming>) -> Result<http::Response<Body>, Infallible> {
    if request.uri().path() == push::PATH {
        return Ok(push::upgrade(&site, request));
    }
    let (head, body) = request.into_parts();
    let outcome = site.recorder.push(recorded(&site, &head));
    let mut call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(ToOwned::to_owned),
        headers: head.headers,
        outcome: Arc::clone(&outcome),
        truncate_listing: None,
        repeat_entries: false,
        site,
    };
    let (mut cut_after, mut silent) = (None, false);
    let struck = {
        let mut state = call.site.state();
        let user = state.claimed_user(&call.headers);
        state.strike(call.method.as_str(), &decoded(&call.path), user.as_deref(), call.header("depth"))
    };
    let reply = match struck {
        Some(Effect::Hang) => pending().await,
        Some(Effect::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            html(status, page(status.canonical_reason().unwrap_or("Error"), ""))
        }
        Some(Effect::Redirect(location)) => {
            let mut reply = empty(StatusCode::FOUND);
            add(&mut reply, "location", &location);
            reply
        }
        other => {
            match other {
                Some(Effect::Delay(delay)) => tokio::time::sleep(delay).await,
                Some(Effect::CutAfter(bytes)) => cut_after = Some(bytes),
                Some(Effect::TruncateListing(entries)) => call.truncate_listing = Some(entries),
                Some(Effect::RepeatEntries) => call.repeat_entries = true,
                Some(Effect::Silence) => silent = true,
                _ => {}
            }
            let reply = finished(&call, route(&call, body).await);
            if silent {
                outcome.answered(reply.status().as_u16());
                pending::<()>().await;
            }
            reply
        }
    };
    outcome.answered(reply.status().as_u16());
    Ok(reply.map(|body| metered(body, outcome, cut_after)))
}

fn recorded(site: &Site, head: &http::request::Parts) -> Recorded {
    let text =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    Recorded {
        method: head.method.to_string(),
        path: decoded(head.uri.path()),
        query: head.uri.query().map(ToOwned::to_owned),
        depth: text("depth"),
        if_match: text("if-match"),
        if_none_match: text("if-none-match"),
        range: text("range"),
        user_agent: text("user-agent"),
        user: None,
        session: site.state().knows_session(&head.headers),
        status: 0,
        body_bytes: 0,
    }
}

async fn route(call: &Call, body: Incoming) -> Reply {
    let path = call.path.clone();
    if !call.site.state().trusts(&call.headers) {
        return untrusted(&path);
    }
    let maintenance = call.site.state().maintenance;
    if path == "/status.php" {
        return status(maintenance);
    }
    if let Some(below) = path.strip_prefix("/remote.php/dav") {
        if maintenance {
            let exception = "OCA\\DAV\\Exception\\ServerMaintenanceMode";
            let message = "System is in maintenance mode.";
            return dav_error(StatusCode::SERVICE_UNAVAILABLE, exception, message);
        }
        return match call.authenticate() {
            Ok(identity) => match collections::answer(call, &identity, below, body).await {
                Ok(reply) => reply,
                Err(body) => files::answer(call, &identity, below, body).await,
            },
            Err(refusal) => refused_on_dav(refusal, &call.headers),
        };
    }
    let Ok(body) = collected(body).await else {
        return html(StatusCode::PAYLOAD_TOO_LARGE, page("Request too large", ""));
    };
    for (prefix, version) in [("/ocs/v1.php", 1), ("/ocs/v2.php", 2)] {
        if let Some(below) = path.strip_prefix(prefix) {
            return ocs::answer(call, version, below, &body);
        }
    }
    if maintenance {
        let mut reply =
            html(StatusCode::SERVICE_UNAVAILABLE, page("Maintenance mode", "Please come back later."));
        add(&mut reply, "x-nextcloud-maintenance-mode", "1");
        add(&mut reply, "retry-after", "120");
        return reply;
    }
    pages(call, &path, &body)
}

fn pages(call: &Call, path: &str, body: &Bytes) -> Reply {
    let path = path.strip_prefix("/index.php").unwrap_or(path);
    if let Some(below) = path.strip_prefix("/login/v2") {
        return call.site.state().login_flow(&call.method, below, &call.headers, body);
    }
    match path {
        "/.well-known/caldav" | "/.well-known/carddav" => {
            let mut reply = empty(StatusCode::MOVED_PERMANENTLY);
            let target = call.site.state().public_url(&call.headers) + "/remote.php/dav/";
            add(&mut reply, "location", &target);
            reply
        }
        "" | "/" | "/login" => html(StatusCode::OK, page("Nextcloud (loopback)", "Synthetic people only.")),
        _ => html(StatusCode::NOT_FOUND, page("Page not found", "")),
    }
}

fn status(maintenance: bool) -> Reply {
    let value = json!({
        "installed": true, "maintenance": maintenance, "needsDbUpgrade": false, "version": "32.0.1.2",
        "versionstring": "32.0.1", "edition": "", "productname": "Nextcloud", "extendedSupport": false,
    });
    let mut reply = with_body(StatusCode::OK, "application/json", value.to_string());
    add(&mut reply, "access-control-allow-origin", "*");
    reply
}

fn untrusted(path: &str) -> Reply {
    if path == "/status.php" {
        let text = "{\"error\": \"Trusted domain error.\", \"code\": 15}\n";
        return with_body(StatusCode::BAD_REQUEST, "application/json", text);
    }
    if path.starts_with("/ocs/") {
        return json_reply(StatusCode::BAD_REQUEST, &json!({ "error": "Trusted domain error.", "code": 15 }));
    }
    html(StatusCode::BAD_REQUEST, page("Access through untrusted domain", ""))
}

/// Headers and cookies that every answer has.
fn finished(call: &Call, mut reply: Reply) -> Reply {
    add(&mut reply, "server", "Apache/2.4.71 (Debian)");
    add(&mut reply, "x-content-type-options", "nosniff");
    add(&mut reply, "x-robots-tag", "noindex, nofollow");
    add(&mut reply, "referrer-policy", "no-referrer");
    let mut state = call.site.state();
    // Without it the HTTP library would tell the machine's time, which is not the time of this server.
    add(&mut reply, "date", &http_date(state.clock.told()));
    if call.path == "/status.php" {
        same_site_cookies(&mut reply);
    } else if !state.knows_session(&call.headers) {
        state.start_session(&mut reply);
    }
    reply
}

/// The whole body of a request that is not an upload.
pub(crate) async fn collected(body: Incoming) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Limited::new(body, MAX_REQUEST_BODY).collect().await?.to_bytes())
}

/// A percent-encoded path for people to read.
pub(crate) fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
