//! Connecting a person's account: Login Flow v2, from the link to the sealed app password, and back again.
//!
//! The person signs in to Nextcloud in their own browser; the daemon never sees the login password. What it gets is an
//! app password, which the person can revoke in Nextcloud's security settings. A login that was begun for one user and
//! completed by another is given back at once: nobody may lend their files to somebody else's account by a link.

mod flows;

use chrono::TimeDelta;
use voiceassist_dav::login_flow::{RevokeAppPassword, StartLogin};
use voiceassist_dav::ocs::{ReadOwnUser, ReadStatus};
use voiceassist_dav::{AppPassword, BaseUrl, Client, ClientSettings, Credentials, DavError};
use voiceassist_model::{AccountId, InstanceId};
use voiceassist_server::connector::{Begun, Connector, ConnectorError, Ended};
use voiceassist_store::Store;
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::audit::{Action, Actor, Entry, Outcome, Subject};
use voiceassist_store::connect_flows::Grant;
use voiceassist_workers::Connections;

pub use flows::watch;

/// The name the app password gets in the person's security settings.
const DEVICE_NAME: &str = "VoiceAssist";
/// Nextcloud forgets a login that nobody completes after this long.
pub const LOGIN_LIFETIME: TimeDelta = TimeDelta::minutes(20);

/// An administrator waits for the answer.
const REACH_TIME: std::time::Duration = std::time::Duration::from_secs(3);

/// Begins and ends connections to one Nextcloud.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    connections: Connections,
    base_url: String,
}

/// A connected account.
#[derive(Debug)]
pub struct ConnectedAccount {
    /// Its id here.
    pub id: AccountId,
    /// Nextcloud's user id.
    pub user_id: String,
    /// How Nextcloud shows the person.
    pub display_name: String,
}

/// What a grant led to.
pub enum Taken {
    /// An account.
    Connected(ConnectedAccount),
    /// Another user than the login was begun for; the app password was given back.
    WrongUser,
}

impl Accounts {
    /// Accounts of the Nextcloud at this address.
    pub fn new(store: Store, connections: Connections, base_url: &str) -> Self {
        Self { store, connections, base_url: base_url.to_owned() }
    }

    /// A client at the server, as nobody or with an app password.
    fn client(&self, base_url: &str, credentials: &Credentials) -> Result<Client, DavError> {
        let base = BaseUrl::parse(base_url)
            .map_err(|_| DavError::Settings { what: "the server's address cannot be used" })?;
        Client::new(self.connections.transport(), base, credentials, ClientSettings::default())
    }

    /// Begins a login; its link and what to poll with.
    async fn start(&self) -> Result<voiceassist_dav::login_flow::StartedLogin, DavError> {
        let anonymous = self.client(&self.base_url, &Credentials::Anonymous)?;
        anonymous.send(&StartLogin { device_name: DEVICE_NAME.to_owned() }).await
    }

    /// Uses what was granted, or gives it back. `expected` is the only user who may have granted it; `None` takes
    /// whoever did, as the administrator's command line does.
    async fn take(
        &self,
        instance: InstanceId,
        base_url: &str,
        grant: &Grant,
        expected: Option<&str>,
    ) -> anyhow::Result<Taken> {
        let password = AppPassword::restored(grant.login_name.clone(), grant.app_password.clone());
        let client = self.client(base_url, &Credentials::AppPassword(password))?;
        // The login name may be an e-mail address; paths and persons go by the user id.
        let user = client.send(&ReadOwnUser).await?;
        let actor = if expected.is_some() { Actor::Unknown } else { Actor::Operator };
        let entry = Entry::new(actor, Action::AccountConnect).about(Subject::Instance(instance));
        if expected.is_some_and(|expected| expected != user.id.as_str()) {
            client.send(&RevokeAppPassword).await?;
            let refused = entry.with_outcome(Outcome::Refused).code("reason", "wrong_user");
            self.store.audit().append(refused).await?;
            return Ok(Taken::WrongUser);
        }
        self.store.audit().append(entry.clone().with_outcome(Outcome::Begun)).await?;
        let id = self
            .store
            .accounts()
            .connect(NewAccount {
                instance,
                user_id: user.id.as_str().to_owned(),
                login_name: grant.login_name.clone(),
                display_name: user.display_name.clone(),
                app_password: grant.app_password.clone(),
            })
            .await?;
        let actor = if expected.is_some() { Actor::Person(id) } else { Actor::Operator };
        let connected = Entry::new(actor, Action::AccountConnect).about(Subject::Account(id));
        self.store.audit().append(connected).await?;
        let (user_id, display_name) = (user.id.as_str().to_owned(), user.display_name);
        Ok(Taken::Connected(ConnectedAccount { id, user_id, display_name }))
    }

    /// Takes the app password back in Nextcloud; whether that is certain. An account Nextcloud no longer knows, or
    /// whose password is forgotten because Nextcloud refused it, counts as revoked.
    async fn revoke(&self, account: AccountId) -> bool {
        let connected = match self.connections.of(account).await {
            Ok(connected) => connected,
            Err(voiceassist_workers::connections::ConnectError::NotConnected) => return true,
            Err(error) => {
                tracing::warn!(account.id = %account, %error, "an app password could not be given back");
                return false;
            }
        };
        match connected.client.send(&RevokeAppPassword).await {
            Ok(()) | Err(DavError::Unauthorized) => true,
            Err(error) => {
                tracing::warn!(account.id = %account, code = error.code(), "an app password could not be given back");
                false
            }
        }
    }
}

#[async_trait::async_trait]
impl Connector for Accounts {
    async fn begin(&self, instance: InstanceId, user_id: &str) -> Result<Begun, ConnectorError> {
        let served = self.store.instances().ensure(&self.base_url).await?;
        if served != instance {
            return Err(ConnectorError::OtherServer);
        }
        let started = self.start().await.map_err(|error| ConnectorError::Nextcloud(Box::new(error)))?;
        let token = started.token.secret();
        let flow = self.store.connect_flows().begin(instance, user_id, token, LOGIN_LIFETIME).await?;
        let flow = flow.ok_or(ConnectorError::TooMany)?;
        Ok(Begun { id: flow.id, login_url: started.login_url.to_string(), expires_at: flow.expires_at })
    }

    async fn reach(&self) -> Result<(), ConnectorError> {
        let asked = async { self.client(&self.base_url, &Credentials::Anonymous)?.send(&ReadStatus).await };
        let answered = tokio::time::timeout(REACH_TIME, asked).await;
        let answered = answered.map_err(|error| ConnectorError::Nextcloud(Box::new(error)))?;
        answered.map(|_| ()).map_err(|error| ConnectorError::Nextcloud(Box::new(error)))
    }

    async fn end(&self, account: AccountId) -> Result<Ended, ConnectorError> {
        if self.store.accounts().find(account).await?.is_none() {
            return Err(ConnectorError::NoAccount);
        }
        let revoked = self.revoke(account).await;
        let receipt = self.store.accounts().remove(account).await?.ok_or(ConnectorError::NoAccount)?;
        Ok(Ended { revoked, receipt })
    }
}
