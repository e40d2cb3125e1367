//! The HTTP side over a stage, for what arrives by hooks.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use voiceassist_assistant::{Assistant, Settings};
use voiceassist_dav::egress::Destinations;
use voiceassist_dav::imap::TlsTrust;
use voiceassist_server::auth::policy::Policies;
use voiceassist_server::auth::roles::RoleGroups;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_server::health::{Component, Readiness};
use voiceassist_server::{AppState, Limits, ServeSettings};

use crate::stage::Stage;

/// A listening server; close it before the stage goes.
pub(crate) struct Endpoint {
    /// Where hints go.
    pub(crate) url: String,
    /// Searches as the server does.
    pub(crate) assistant: Assistant,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

struct Ready;

#[async_trait]
impl Readiness for Ready {
    async fn components(&self) -> Vec<Component> {
        Vec::new()
    }
}

impl Endpoint {
    pub(crate) async fn open(stage: &Stage, settings: Settings) -> Self {
        let context = &stage.context;
        let assistant = stage.assistant_that_asks(settings);
        let pem = TokenKeys::generate_pem(&*context.randomness);
        let keys = TokenKeys::from_pkcs8_pem(pem.as_bytes(), "bench", Arc::clone(&context.clock)).unwrap();
        let app = AppState::new(voiceassist_server::Parts {
            store: context.store.clone(),
            assistant: assistant.clone(),
            tokens: Arc::new(keys),
            policy: Arc::new(Policies::load(None).unwrap()),
            role_groups: RoleGroups::default(),
            clock: Arc::clone(&context.clock),
            randomness: Arc::clone(&context.randomness),
            connector: Arc::new(voiceassist_server::connector::NoWay),
            mail_servers: voiceassist_server::MailServers {
                destinations: Destinations::named_by_clients(),
                trust: TlsTrust::new(&[]).unwrap(),
            },
            readiness: Arc::new(Ready),
            metrics: Arc::new(String::new),
            limits: Limits::default(),
            shared_rates: None,
            sessions: voiceassist_server::SessionSettings::default(),
            provider: None,
            administration: Arc::new(voiceassist_server::administration::Unconfigured),
            origins: vec!["https://cloud.clinic.example".to_owned()],
            trusted_proxies: Vec::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1/hooks/nextcloud", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let router = voiceassist_server::router(app);
        let serving = voiceassist_server::serve(listener, router, stop.clone(), ServeSettings::default());
        Self { url, assistant, stop, serving: tokio::spawn(serving) }
    }

    /// Ends it, and with it what holds the stage's index open.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }
}
