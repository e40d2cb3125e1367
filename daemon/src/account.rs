//! Connecting a person's account: Login Flow v2, from the link to the sealed app password.
//!
//! The person signs in to Nextcloud in their own browser; the daemon never sees the login password. What it gets is an
//! app password, which the person can revoke in Nextcloud's security settings.

use std::time::Duration;

use anyhow::Context as _;
use tokio::time::Instant;
use url::Url;
use voiceassist_dav::login_flow::{LoginPoll, PollLogin, StartLogin};
use voiceassist_dav::ocs::ReadOwnUser;
use voiceassist_dav::{BaseUrl, Client, ClientSettings, Credentials, DavError};
use voiceassist_model::AccountId;
use voiceassist_store::Store;
use voiceassist_store::accounts::NewAccount;
use voiceassist_workers::Connections;

/// The name the app password gets in the person's security settings.
const DEVICE_NAME: &str = "VoiceAssist";
/// Nextcloud forgets a login that nobody completes after this long.
const LOGIN_LIFETIME: Duration = Duration::from_mins(20);
/// The time between two questions whether the person is done.
const POLL: Duration = Duration::from_secs(1);

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

/// Connects one person. `show` is given the link the person must open.
pub async fn connect(
    store: &Store,
    connections: &Connections,
    base_url: &str,
    show: impl FnOnce(&Url) -> anyhow::Result<()>,
) -> anyhow::Result<ConnectedAccount> {
    let base = BaseUrl::parse(base_url).context("reading nextcloud.base_url")?;
    let settings = ClientSettings::default();
    let anonymous =
        Client::new(connections.transport(), base.clone(), &Credentials::Anonymous, settings.clone())?;
    let started = anonymous
        .send(&StartLogin { device_name: DEVICE_NAME.to_owned() })
        .await
        .context("starting the login in Nextcloud")?;
    show(&started.login_url)?;
    let deadline = Instant::now() + LOGIN_LIFETIME;
    let granted = loop {
        match anonymous.send(&PollLogin { token: started.token.clone() }).await {
            Ok(LoginPoll::Granted(granted)) => break granted,
            Ok(LoginPoll::Pending) => {}
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, "asking again whether the login is done");
            }
            Err(error) => return Err(error).context("waiting for the login in Nextcloud"),
        }
        anyhow::ensure!(
            Instant::now() < deadline,
            "nobody completed the login within 20 minutes; start again"
        );
        tokio::time::sleep(POLL).await;
    };
    let password = granted.app_password;
    let client =
        Client::new(connections.transport(), base, &Credentials::AppPassword(password.clone()), settings)?;
    // The login name may be an e-mail address; paths take the user id.
    let user = client.send(&ReadOwnUser).await.context("asking Nextcloud who signed in")?;
    let instance = store.instances().ensure(base_url).await?;
    let id = store
        .accounts()
        .connect(NewAccount {
            instance,
            user_id: user.id.as_str().to_owned(),
            login_name: password.login_name().to_owned(),
            display_name: user.display_name.clone(),
            app_password: password.secret().clone(),
        })
        .await
        .context("keeping the account")?;
    Ok(ConnectedAccount { id, user_id: user.id.as_str().to_owned(), display_name: user.display_name })
}

/// Takes the app password back in Nextcloud. An account Nextcloud no longer knows counts as revoked.
pub async fn revoke(connections: &Connections, account: AccountId) -> anyhow::Result<()> {
    let connected = connections.of(account).await?;
    match connected.client.send(&voiceassist_dav::login_flow::RevokeAppPassword).await {
        Ok(()) | Err(DavError::Unauthorized) => Ok(()),
        Err(error) => Err(error).context("taking the app password back in Nextcloud"),
    }
}
