//! A server of one's own, and callers with and without a name.

use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::TimeDelta;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use voiceassist_assistant::Assistant;
use voiceassist_dav::egress::Destinations;
use voiceassist_dav::imap::TlsTrust;
use voiceassist_model::{ManualClock, Principal, Role, Roles, SeededRandomness, Setting};
use voiceassist_server::administration::{Administration, ModelProvider, Retention, Tested};
use voiceassist_server::auth::oidc::Provider;
use voiceassist_server::auth::policy::Policies;
use voiceassist_server::auth::roles::RoleGroups;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_server::health::{Component, Readiness};
use voiceassist_server::{
    AppState, Limits, MailServers, Parts, ServeSettings, SessionSettings, router, serve,
};
use voiceassist_store::shared_rates::SharedRates;

use crate::account::Door;
use crate::clinic::Clinic;

pub(crate) const ISSUER: &str = "https://assistant.clinic.example";

/// A running server.
pub(crate) struct Stage {
    pub(crate) assistant: Assistant,
    pub(crate) tokens: Arc<TokenKeys>,
    pub(crate) components: Arc<Components>,
    pub(crate) door: Arc<Door>,
    pub(crate) stop: CancellationToken,
    pub(crate) server: JoinHandle<std::io::Result<()>>,
    pub(crate) address: std::net::SocketAddr,
    client: reqwest::Client,
    /// The last to go: the assistant's index lies in the clinic's directory.
    pub(crate) clinic: Arc<Clinic>,
}

/// How people sign in, and what they are.
#[derive(Default)]
pub(crate) struct SignIn {
    pub(crate) sessions: SessionSettings,
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) role_groups: RoleGroups,
}

/// What one replica has that the others have not.
#[derive(Default)]
pub(crate) struct Replica {
    pub(crate) limits: Limits,
    pub(crate) settings: ServeSettings,
    pub(crate) shared_rates: Option<Arc<SharedRates>>,
}

/// What an administrator sees configured.
pub(crate) struct Models;

#[async_trait]
impl Administration for Models {
    fn providers(&self) -> Vec<ModelProvider> {
        let (name, agreement) = ("scribe-1".to_owned(), "DPA 7".to_owned());
        let chat = ModelProvider {
            kind: "chat",
            name,
            configured: true,
            protection: "agreement",
            mode: "redact",
            agreement,
        };
        vec![chat]
    }

    fn has_own_policy(&self) -> bool {
        false
    }

    fn retention(&self) -> Vec<Retention> {
        let grace = Retention { what: "data_of_people_gone", days: Some(30) };
        vec![Retention { what: "conversations", days: None }, grace]
    }

    fn configured(&self, setting: Setting) -> Option<u32> {
        match setting {
            Setting::RequestsOfAPerson => Some(1_200),
            Setting::QuestionsOfAPerson => Some(60),
            Setting::SessionAbsolute => Some(720),
            Setting::SessionIdle | Setting::DataOfPeopleGone => Some(30),
            Setting::FailuresOfAnAddress | Setting::FinishedWrites => None,
        }
    }

    async fn test(&self, kind: &str) -> Option<Tested> {
        (kind == "chat").then(|| Tested { works: true, sentence: "scribe-1 answers.".to_owned() })
    }
}

/// Parts whose condition a test sets.
pub(crate) struct Components(pub(crate) Mutex<Vec<Component>>);

#[async_trait]
impl Readiness for Components {
    async fn components(&self) -> Vec<Component> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) fn keys(clock: &Arc<ManualClock>) -> TokenKeys {
    let pem = TokenKeys::generate_pem(&SeededRandomness::new(5));
    TokenKeys::from_pkcs8_pem(pem.as_bytes(), ISSUER, Arc::<ManualClock>::clone(clock)).unwrap()
}

/// What most people of a clinic are.
pub(crate) fn everyday() -> Roles {
    Roles::from([Role::User, Role::MedicalStaff])
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let clinic = Clinic::open().await;
        let assistant = clinic.assistant();
        Self::over(clinic, assistant, Limits::default(), ServeSettings::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let clinic = Clinic::open().await;
        let assistant = clinic.assistant();
        Self::over(clinic, assistant, limits, ServeSettings::default()).await
    }

    pub(crate) async fn over(
        clinic: Clinic,
        assistant: Assistant,
        limits: Limits,
        settings: ServeSettings,
    ) -> Self {
        let replica = Replica { limits, settings, shared_rates: None };
        Self::signing_in(clinic, assistant, replica, SignIn::default()).await
    }

    /// Replicas over one database.
    pub(crate) async fn replicas<const COUNT: usize>(each: [Replica; COUNT]) -> [Self; COUNT] {
        let clinic = Arc::new(Clinic::open().await);
        let mut stages = Vec::new();
        for replica in each {
            let (clinic, assistant) = (Arc::clone(&clinic), clinic.assistant());
            stages.push(Self::signing_in(clinic, assistant, replica, SignIn::default()).await);
        }
        stages.try_into().unwrap_or_else(|_| panic!("as many as were asked for"))
    }

    /// A stage whose people sign in like this.
    pub(crate) async fn with_sign_in(make: impl FnOnce(&Clinic) -> SignIn) -> Self {
        let clinic = Clinic::open().await;
        let (assistant, sign_in) = (clinic.assistant(), make(&clinic));
        Self::signing_in(clinic, assistant, Replica::default(), sign_in).await
    }

    async fn signing_in(
        clinic: impl Into<Arc<Clinic>>,
        assistant: Assistant,
        replica: Replica,
        sign_in: SignIn,
    ) -> Self {
        let (clinic, Replica { limits, settings, shared_rates }) = (clinic.into(), replica);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tokens = Arc::new(keys(&clinic.clock));
        let ready = vec![Component::ready("index"), Component::ready("models")];
        let components = Arc::new(Components(Mutex::new(ready)));
        let door = Arc::new(Door::new(clinic.store.clone()));
        let state = AppState::new(Parts {
            store: clinic.store.clone(),
            assistant: assistant.clone(),
            tokens: Arc::clone(&tokens),
            policy: Arc::new(Policies::load(None).unwrap()),
            role_groups: sign_in.role_groups,
            clock: Arc::<ManualClock>::clone(&clinic.clock),
            randomness: Arc::<SeededRandomness>::clone(&clinic.randomness),
            connector: Arc::<Door>::clone(&door),
            mail_servers: MailServers {
                destinations: Destinations::only([]).unwrap().with_mail_servers(["localhost"]),
                trust: TlsTrust::only(&[voiceassist_fakes::mail::AUTHORITY_PEM.to_vec()]).unwrap(),
            },
            readiness: Arc::<Components>::clone(&components),
            metrics: Arc::new(|| "voiceassist_http_requests_total 1\n".to_owned()),
            limits,
            shared_rates,
            sessions: sign_in.sessions,
            provider: sign_in.provider,
            administration: Arc::new(Models),
            origins: vec!["https://assistant.clinic.example".to_owned()],
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, router(state), stop.clone(), settings));
        let client = reqwest::Client::builder().build().unwrap();
        Self { assistant, tokens, components, door, stop, server, address, client, clinic }
    }

    pub(crate) fn token(&self, principal: &Principal) -> String {
        self.tokens.issue(principal, &everyday(), TimeDelta::minutes(10), Uuid::from_u128(1)).unwrap()
    }

    /// A request of nobody in particular.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// A request with a token.
    pub(crate) fn by(&self, principal: &Principal, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(self.token(principal))
    }

    pub(crate) async fn get(&self, principal: &Principal, path: &str) -> (StatusCode, Value) {
        answer(self.by(principal, Method::GET, path)).await
    }

    pub(crate) async fn post(&self, principal: &Principal, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.by(principal, Method::POST, path).json(&body)).await
    }

    /// A new conversation of this person.
    pub(crate) async fn conversation(&self, principal: &Principal) -> String {
        let body = serde_json::json!({ "title": "Anticoagulation" });
        let (status, created) = self.post(principal, "/api/v1/conversations", body).await;
        assert_eq!(status, StatusCode::CREATED);
        created["id"].as_str().unwrap().to_owned()
    }
}

/// Status and JSON body; `Null` without a body.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body = response.text().await.unwrap();
    let value = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    };
    (status, value)
}

/// The code of a problem, after checking that it is one.
#[track_caller]
pub(crate) fn code(status: StatusCode, problem: &Value) -> String {
    assert_eq!(problem["status"], status.as_u16(), "{problem}");
    let code = problem["code"].as_str().unwrap_or_else(|| panic!("no problem: {problem}"));
    assert_eq!(problem["type"], format!("urn:voiceassist:problem:{code}"));
    assert!(
        problem["title"].is_string() && problem["detail"].is_string() && problem["request_id"].is_string()
    );
    code.to_owned()
}
