//! One client per account, made from the sealed credentials when first needed.
//!
//! A client holds the account's own cookies and remembers a refused password, so it lives as long as the account's
//! credentials do: it is dropped when the account reconnects or is found revoked. Nothing here ever sees a login
//! password; the store keeps app passwords only.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, DavError, Transport, TransportSettings, UserId,
};
use voiceassist_model::AccountId;
use voiceassist_store::{Store, StoreError};

/// Limits of the way to Nextcloud.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// Requests to the server at the same time, over all accounts.
    pub concurrency: usize,
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
        let transport = Transport::new(&TransportSettings {
            max_concurrent_requests: settings.concurrency,
            ..TransportSettings::default()
        })?;
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
        let timeout = self.settings.timeout;
        let settings =
            ClientSettings { request_timeout: timeout, idle_timeout: timeout, ..ClientSettings::default() };
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
