//! What the handlers share.
//!
//! One cheap clone of an [`Arc`]. Handlers do not reach into it: what needs an authorised person goes through
//! [`crate::extract::principal::Reader`], and the rest are the small methods here.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;
use uuid::Uuid;
use voiceassist_assistant::Assistant;
use voiceassist_model::{Clock, Policy, Question, Randomness, Roles};
use voiceassist_store::Store;
use voiceassist_store::sessions::SessionLimits;
use voiceassist_store::shared_rates::SharedRates;

use crate::activity::Activity;
use crate::administration::Administration;
use crate::auth::oidc::Provider;
use crate::auth::roles::RoleGroups;
use crate::auth::step_up::StepUp;
use crate::auth::tokens::TokenKeys;
use crate::connector::Connector;
use crate::edits::Edits;
use crate::health::Readiness;
use crate::limits::Limits;
use crate::mail_servers::MailServers;
use crate::open_streams::OpenStreams;
use crate::origins::Origins;
use crate::quotas::Quotas;
use crate::refusals::Refusals;

/// Between two looks at the keys of tokens that strangers can bring about.
const KEY_COOL_DOWN: TimeDelta = TimeDelta::seconds(5);

/// Renders the metrics of the whole program in the Prometheus text format.
pub type MetricsRenderer = Arc<dyn Fn() -> String + Send + Sync>;

/// What the program hands in.
pub struct Parts {
    /// Accounts, documents, conversations.
    pub store: Store,
    /// Searches and answers.
    pub assistant: Assistant,
    /// Signs and verifies access tokens.
    pub tokens: Arc<TokenKeys>,
    /// Says who may do what.
    pub policy: Arc<dyn Policy>,
    /// Which groups of Nextcloud make which role.
    pub role_groups: RoleGroups,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Makes request ids.
    pub randomness: Arc<dyn Randomness>,
    /// Begins and ends connections to Nextcloud.
    pub connector: Arc<dyn Connector>,
    /// The mail servers people may name.
    pub mail_servers: MailServers,
    /// Says whether index and models are there; the database is asked by the server itself.
    pub readiness: Arc<dyn Readiness>,
    /// Renders the metrics.
    pub metrics: MetricsRenderer,
    /// Limits of requests.
    pub limits: Limits,
    /// Where replicas count requests together, if they do.
    pub shared_rates: Option<Arc<SharedRates>>,
    /// How long sessions live, and what asks for a fresh sign-in.
    pub sessions: SessionSettings,
    /// Where people sign in, if anywhere but in Nextcloud.
    pub provider: Option<Arc<Provider>>,
    /// What administrators see of the configuration.
    pub administration: Arc<dyn Administration>,
    /// Origins of pages that may ask, besides those of paired Nextclouds: of the daemon's own pages.
    pub origins: Vec<String>,
    /// Reverse proxies whose word about a caller's address is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// How sessions are kept.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// How long they live.
    pub limits: SessionLimits,
    /// What asks for a fresh sign-in; `None`: nothing does.
    pub step_up: Option<StepUp>,
}

impl Default for SessionSettings {
    fn default() -> Self {
        let limits = SessionLimits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) };
        Self { limits, step_up: None }
    }
}

/// The state of the router.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    parts: Parts,
    request_slots: Semaphore,
    quotas: Quotas,
    edits: Edits,
    activity: Activity,
    refusals: Refusals,
    open_streams: Arc<OpenStreams>,
    origins: Origins,
    /// When the keys of tokens were last read because somebody came with an unknown one.
    keys_read: Mutex<Option<DateTime<Utc>>>,
}

impl AppState {
    /// The state over these parts.
    pub fn new(parts: Parts) -> Self {
        let request_slots = Semaphore::new(parts.limits.requests);
        let quotas = Quotas::new(parts.shared_rates.clone());
        let (activity, refusals) = (Activity::default(), Refusals::default());
        let (open_streams, keys_read) = (Arc::default(), Mutex::default());
        let origins = Origins::new(&parts.origins);
        let inner = Inner {
            parts,
            request_slots,
            quotas,
            edits: Edits::default(),
            activity,
            refusals,
            open_streams,
            origins,
            keys_read,
        };
        Self(Arc::new(inner))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.parts.store
    }

    pub(crate) fn assistant(&self) -> &Assistant {
        &self.0.parts.assistant
    }

    pub(crate) fn tokens(&self) -> &TokenKeys {
        &self.0.parts.tokens
    }

    /// Whether the keys may be read anew for somebody with an unknown one: not more often than every few seconds.
    pub(crate) fn may_read_keys(&self) -> bool {
        let now = self.now();
        let mut read = self.0.keys_read.lock().unwrap_or_else(PoisonError::into_inner);
        let due = read.is_none_or(|at| now - at >= KEY_COOL_DOWN);
        if due {
            *read = Some(now);
        }
        due
    }

    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.parts.provider.as_deref()
    }

    /// How long sessions live.
    pub(crate) fn session_limits(&self) -> SessionLimits {
        self.0.edits.sessions(self.0.parts.sessions.limits)
    }

    /// What asks for a fresh sign-in; `None`: nothing does.
    pub(crate) fn step_up(&self) -> Option<&StepUp> {
        self.0.parts.sessions.step_up.as_ref()
    }

    /// What somebody in these groups is.
    pub(crate) fn roles_of(&self, groups: &[String]) -> Roles {
        self.0.parts.role_groups.roles_of(groups)
    }

    /// Which groups make which role.
    pub(crate) fn role_groups(&self) -> &RoleGroups {
        &self.0.parts.role_groups
    }

    pub(crate) fn administration(&self) -> &dyn Administration {
        self.0.parts.administration.as_ref()
    }

    /// The origin as it is kept, if its pages may ask and open streams.
    pub(crate) async fn known_origin(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        self.0.origins.known(origin, self.store(), self.now()).await
    }

    pub(crate) fn allows(&self, question: &Question<'_>) -> bool {
        self.0.parts.policy.allows(question)
    }

    pub(crate) fn connector(&self) -> &dyn Connector {
        self.0.parts.connector.as_ref()
    }

    pub(crate) fn mail_servers(&self) -> &MailServers {
        &self.0.parts.mail_servers
    }

    pub(crate) fn readiness(&self) -> &dyn Readiness {
        self.0.parts.readiness.as_ref()
    }

    /// The limits in force.
    pub(crate) fn limits(&self) -> Limits {
        self.0.edits.limits(&self.0.parts.limits)
    }

    /// What administrators changed of them.
    pub(crate) fn edits(&self) -> &Edits {
        &self.0.edits
    }

    pub(crate) fn request_slots(&self) -> &Semaphore {
        &self.0.request_slots
    }

    pub(crate) fn quotas(&self) -> &Quotas {
        &self.0.quotas
    }

    /// Proxies whose word about addresses is believed.
    pub(crate) fn trusted_proxies(&self) -> &[IpAddr] {
        &self.0.parts.trusted_proxies
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.0.activity
    }

    pub(crate) fn open_streams(&self) -> &Arc<OpenStreams> {
        &self.0.open_streams
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.parts.clock.now()
    }

    pub(crate) fn render_metrics(&self) -> String {
        (self.0.parts.metrics)()
    }

    pub(crate) fn new_uuid(&self) -> Uuid {
        self.0.parts.randomness.uuid(self.0.parts.clock.as_ref())
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").field("limits", &self.limits()).finish_non_exhaustive()
    }
}
