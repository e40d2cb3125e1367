//! A sign-in provider on loopback: `OpenID` Connect with the code flow and PKCE, signing as the well-known ones do (RS256).
//!
//! It checks what a real one checks: the client's proof, the address to return to, the code's single use and its verifier.
//! Whoever is set as the person at the keyboard signs in without a page. A test can bend the claims of the next ID token,
//! put a token of its own in its place, change keys under running sign-ins, take the provider down, and count what was
//! asked. Its keys lie beside it in the tree and are nobody's secret. It must never be given real data.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// What it calls us.
pub const CLIENT_ID: &str = "voiceassist";
/// How we prove that. The sign has to be escaped in a head, which clients forget.
pub const CLIENT_SECRET: &str = "a secret:of +this client";

const MAX_REQUEST_BYTES: usize = 64 * 1024;
const KEYS: [(&str, &str); 2] =
    [("first", include_str!("provider/first.pem")), ("second", include_str!("provider/second.pem"))];
/// A key that is published nowhere.
const STRANGER: &str = include_str!("provider/stranger.pem");

type Bend = Box<dyn Fn(&mut Map<String, Value>) + Send>;

/// A running provider; it stops when it is dropped.
pub struct Provider {
    site: Arc<Site>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

struct Site {
    issuer: String,
    state: Mutex<State>,
}

struct State {
    now: i64,
    /// The claims about the person at the keyboard.
    person: Map<String, Value>,
    codes: HashMap<String, Asked>,
    bend: Option<Bend>,
    instead: Option<String>,
    metadata: Map<String, Value>,
    signs_with: usize,
    publishes: Vec<usize>,
    is_down: bool,
    counts: HashMap<String, usize>,
    next: u64,
}

/// What a code was asked for with.
struct Asked {
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    must_be_fresh: bool,
}

impl Provider {
    /// Starts a provider at this instant, in Unix seconds.
    pub async fn start(now: i64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let issuer = format!("http://{address}/realms/clinic");
        let state = State {
            now,
            person: Map::new(),
            codes: HashMap::new(),
            bend: None,
            instead: None,
            metadata: Map::new(),
            signs_with: 0,
            publishes: vec![0],
            is_down: false,
            counts: HashMap::new(),
            next: 1,
        };
        let site = Arc::new(Site { issuer, state: Mutex::new(state) });
        let server = tokio::spawn(serve(listener, Arc::clone(&site)));
        Ok(Self { site, address, server })
    }

    /// As it calls itself.
    pub fn issuer(&self) -> String {
        self.site.issuer.clone()
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Somebody sits down at the keyboard; `claims` are what the provider says of them.
    pub fn person(&self, claims: Value) {
        self.site.lock().person = object(claims);
    }

    /// Changes the claims of every ID token from now on.
    pub fn bend(&self, bend: impl Fn(&mut Map<String, Value>) + Send + 'static) {
        self.site.lock().bend = Some(Box::new(bend));
    }

    /// Gives this instead of the next ID token.
    pub fn give_instead(&self, token: impl Into<String>) {
        self.site.lock().instead = Some(token.into());
    }

    /// Says this of itself beside what it says anyway.
    pub fn says_of_itself(&self, more: Value) {
        self.site.lock().metadata = object(more);
    }

    /// Signs with another key from now on. The one before is still published if `overlap`.
    pub fn rotate(&self, overlap: bool) {
        let mut state = self.site.lock();
        let (old, new) = (state.signs_with, (state.signs_with + 1) % KEYS.len());
        state.signs_with = new;
        state.publishes = if overlap { vec![old, new] } else { vec![new] };
    }

    /// Answers everything with 503 from now on, or no longer.
    pub fn down(&self, is_down: bool) {
        self.site.lock().is_down = is_down;
    }

    /// What its clock says.
    pub fn set_now(&self, now: i64) {
        self.site.lock().now = now;
    }

    /// How often this path was asked for, for instance `/keys`.
    pub fn count(&self, path: &str) -> usize {
        self.site.lock().counts.get(path).copied().unwrap_or_default()
    }

    /// A token with this head and these claims, signed with the key in use. `alg` and `kid` are added where the head says
    /// nothing of them.
    pub fn sign(&self, head: Value, claims: &Value) -> String {
        let signs_with = self.site.lock().signs_with;
        let (name, pem) = KEYS[signs_with];
        signed(name, pem, head, claims)
    }

    /// The same, signed by a stranger under the name of the key in use.
    pub fn sign_as_stranger(&self, claims: &Value) -> String {
        let signs_with = self.site.lock().signs_with;
        signed(KEYS[signs_with].0, STRANGER, json!({}), claims)
    }

    /// The public half of the key in use, as it is published.
    pub fn public_key(&self) -> Value {
        published(self.site.lock().signs_with)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Site {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, method: &Method, uri: &http::Uri, authorization: Option<&str>, body: &[u8]) -> Reply {
        let path = uri.path().strip_prefix("/realms/clinic").unwrap_or(uri.path());
        let mut state = self.lock();
        *state.counts.entry(path.to_owned()).or_default() += 1;
        if state.is_down {
            return Reply::json(503, json!({ "error": "temporarily_unavailable" }));
        }
        match (method, path) {
            (&Method::GET, "/.well-known/openid-configuration") => Reply::json(200, self.metadata(&state)),
            (&Method::GET, "/keys") => {
                // As the well-known providers do: keys for other purposes, and of kinds their clients need not know.
                let mut keys = vec![
                    json!({ "kty": "OKP", "crv": "X25519", "use": "enc", "kid": "agreement", "x": "AA" }),
                    json!({ "kty": "PQ", "alg": "ML-DSA-65", "use": "sig", "kid": "tomorrow", "pub": "AA" }),
                ];
                keys.extend(state.publishes.iter().map(|index| published(*index)));
                Reply::json(200, json!({ "keys": keys }))
            }
            (&Method::GET, "/authorize") => self.authorize(&mut state, uri.query().unwrap_or_default()),
            (&Method::POST, "/token") => self.token(&mut state, authorization, body),
            _ => Reply::json(404, json!({ "error": "not_found" })),
        }
    }

    fn metadata(&self, state: &State) -> Value {
        let issuer = &self.issuer;
        let mut said = object(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
        }));
        said.extend(state.metadata.clone());
        Value::Object(said)
    }

    fn authorize(&self, state: &mut State, query: &str) -> Reply {
        let asked: HashMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let right = of("response_type") == "code"
            && of("client_id") == CLIENT_ID
            && of("code_challenge_method") == "S256"
            && of("code_challenge").len() == 43
            && of("scope").split(' ').any(|scope| scope == "openid")
            && !of("state").is_empty();
        let (true, Ok(mut back)) = (right, Url::parse(&of("redirect_uri"))) else {
            return Reply::json(400, json!({ "error": "invalid_request" }));
        };
        let code = format!("code-{}", state.next);
        state.next += 1;
        let must_be_fresh = of("max_age") == "0" || of("prompt") == "login";
        let nonce = asked.get("nonce").cloned();
        let (redirect_uri, challenge) = (of("redirect_uri"), of("code_challenge"));
        state.codes.insert(code.clone(), Asked { redirect_uri, challenge, nonce, must_be_fresh });
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &of("state"))
            .append_pair("iss", &self.issuer);
        Reply { status: 303, location: Some(back.into()), body: Value::Null }
    }

    fn token(&self, state: &mut State, authorization: Option<&str>, body: &[u8]) -> Reply {
        let spelled = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let proof = STANDARD.encode(format!("{}:{}", spelled(CLIENT_ID), spelled(CLIENT_SECRET)));
        if authorization != Some(&format!("Basic {proof}")) {
            return Reply::json(401, json!({ "error": "invalid_client" }));
        }
        let asked: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
        let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
        let known = state.codes.remove(of("code")).filter(|known| {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
            of("grant_type") == "authorization_code"
                && of("redirect_uri") == known.redirect_uri
                && challenge == known.challenge
        });
        let Some(known) = known else { return Reply::json(400, json!({ "error": "invalid_grant" })) };
        let mut claims = object(json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": state.now,
            "exp": state.now + 300,
            "auth_time": if known.must_be_fresh { state.now } else { state.now - 3_600 },
            "sid": "session-1",
        }));
        if let Some(nonce) = known.nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        claims.extend(state.person.clone());
        if let Some(bend) = &state.bend {
            bend(&mut claims);
        }
        let (name, pem) = KEYS[state.signs_with];
        let token = signed(name, pem, json!({ "typ": "JWT" }), &Value::Object(claims));
        let id_token = state.instead.take().unwrap_or(token);
        let answer = json!({
            "access_token": "of no use to anybody", "token_type": "Bearer", "expires_in": 60, "id_token": id_token
        });
        Reply::json(200, answer)
    }
}

struct Reply {
    status: u16,
    location: Option<String>,
    body: Value,
}

impl Reply {
    const fn json(status: u16, body: Value) -> Self {
        Self { status, location: None, body }
    }

    fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body.to_string())));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(location) = self.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

async fn serve(listener: TcpListener, site: Arc<Site>) {
    while let Ok((stream, _)) = listener.accept().await {
        let site = Arc::clone(&site);
        tokio::spawn(async move {
            let service = service_fn(move |request| handle(Arc::clone(&site), request));
            // A client that goes away in the middle is its own affair.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn handle(site: Arc<Site>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await.map_err(io::Error::other)?.to_bytes();
    let authorization = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    Ok(site.answer(&head.method, &head.uri, authorization, &body).response())
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value { map } else { Map::new() }
}

/// The keys beside this file are read in every test that uses them, so a broken one is seen at once.
fn key(pem: &str) -> EncodingKey {
    EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap_or_else(|_| EncodingKey::from_secret(&[]))
}

fn signed(name: &str, pem: &str, head: Value, claims: &Value) -> String {
    let mut full = object(json!({ "alg": "RS256", "kid": name }));
    full.extend(object(head));
    full.retain(|_, value| !value.is_null());
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", encode(Value::Object(full).to_string()), encode(claims.to_string()));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key(pem), Algorithm::RS256);
    format!("{message}.{}", signature.unwrap_or_default())
}

fn published(index: usize) -> Value {
    let (name, pem) = KEYS[index];
    let mut jwk = Jwk::from_encoding_key(&key(pem), Algorithm::RS256)
        .ok()
        .and_then(|jwk| serde_json::to_value(jwk).ok())
        .map(object)
        .unwrap_or_default();
    jwk.insert("kid".to_owned(), name.into());
    jwk.insert("use".to_owned(), "sig".into());
    Value::Object(jwk)
}
