//! One client per account, made from the sealed credentials when first needed.
//!
//! A client holds the account's own cookies and remembers a refused password, so it lives as long as the account's
//! credentials do: it is dropped when the account reconnects or is found revoked. Clients of one server share its
//! manners: how many requests at once and in a second, one pause for all when the server asks for it, and a budget of
//! refused passwords. Nothing here ever sees a login password; the store keeps app passwords only.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use voiceassist_dav::egress::Destinations;
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, DavError, LockRetry, Politeness, Transport,
    TransportSettings, UserId,
};
use voiceassist_model::AccountId;
use voiceassist_store::{Store, StoreError};

/// A rest of so many seconds gives the whole burst back.
const BURST_SECONDS: u32 = 2;

/// Limits of the way to Nextcloud.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// Requests to a server at the same time, over all its accounts.
    pub concurrency: usize,
    /// Requests to a server that may start within a second, over all its accounts.
    pub requests_per_second: u32,
    /// Until a request is given up.
    pub timeout: Duration,
}

/// The clients of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    store: Store,
    transport: Transport,
    settings: ConnectionSettings,
    clients: Arc<Mutex<HashMap<AccountId, Connected>>>,
}

/// A client and whose files it reads.
#[derive(Clone)]
pub struct Connected {
    /// Speaks as the user.
    pub client: Client,
    /// Nextcloud's user id.
    pub user: UserId,
    login: String,
}

/// Why there is no client for an account.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The account has no usable credentials.
    #[error("the account is not connected")]
    NotConnected,
    /// What is stored about the account cannot be used.
    #[error("the account's {0} cannot be used")]
    Unusable(&'static str),
    /// The store failed.
    #[error("reading the account's credentials")]
    Store(#[from] StoreError),
}

impl Connections {
    /// A way to the server that `settings` keeps polite.
    pub fn new(store: Store, settings: ConnectionSettings) -> Result<Self, DavError> {
        Self::reaching(store, settings, Destinations::named_by_clients())
    }

    /// The same, to these servers and no others.
    pub fn reaching(
        store: Store,
        settings: ConnectionSettings,
        destinations: Destinations,
    ) -> Result<Self, DavError> {
        let politeness = Politeness {
            concurrency: settings.concurrency,
            requests_per_second: settings.requests_per_second,
            burst: settings.requests_per_second.saturating_mul(BURST_SECONDS),
            jitter: jitter(&store),
        };
        let transport =
            Transport::new(&TransportSettings { politeness, destinations, ..TransportSettings::default() })?;
        Ok(Self { store, transport, settings, clients: Arc::default() })
    }

    /// The account's client.
    pub async fn of(&self, account: AccountId) -> Result<Connected, ConnectError> {
        let credentials =
            self.store.accounts().credentials(account).await?.ok_or(ConnectError::NotConnected)?;
        let mut clients = self.clients.lock().await;
        // A reconnected account has a new app password; its old client would only repeat the old refusal.
        let fingerprint = login_of(&credentials);
        if let Some(known) = clients.get(&account)
            && known.login == fingerprint
        {
            return Ok(known.clone());
        }
        let base =
            BaseUrl::parse(&credentials.base_url).map_err(|_| ConnectError::Unusable("server address"))?;
        let user = UserId::new(credentials.user_id).map_err(|_| ConnectError::Unusable("user id"))?;
        let password = AppPassword::restored(credentials.login_name, credentials.app_password);
        let spread = jitter(&self.store);
        let half_to_whole = move |delay: Duration| delay / 2 + spread(delay / 2);
        let lock_retry = LockRetry { jitter: Arc::new(half_to_whole), ..LockRetry::default() };
        let timeout = self.settings.timeout;
        let settings = ClientSettings {
            request_timeout: timeout,
            idle_timeout: timeout,
            lock_retry,
            ..ClientSettings::default()
        };
        let client = Client::new(&self.transport, base, &Credentials::AppPassword(password), settings)
            .map_err(|_| ConnectError::Unusable("app password"))?;
        let connected = Connected { client, user, login: fingerprint };
        clients.insert(account, connected.clone());
        Ok(connected)
    }

    /// The server's transport, for clients without an account.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }
}

/// Up to the given time, by the program's source of randomness.
fn jitter(store: &Store) -> Arc<dyn Fn(Duration) -> Duration + Send + Sync> {
    let store = store.clone();
    Arc::new(move |longest| {
        let mut bytes = [0; 4];
        store.randomness().fill(&mut bytes);
        longest.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    })
}

/// Tells one set of credentials from another without keeping them.
fn login_of(credentials: &voiceassist_store::accounts::Credentials) -> String {
    use secrecy::ExposeSecret as _;
    let mut hasher = blake3::Hasher::new();
    for part in [&credentials.base_url, &credentials.login_name, credentials.app_password.expose_secret()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex().to_string()
}
