//! Logins that wait for their person, polled until they end.
//!
//! Any replica may poll any login; the store hands each one to one replica at a time and says when it is due again. What
//! was granted is kept, sealed, before anything is done with it, and used or given back by whoever finds it: a daemon
//! that is killed in between leaves no app password behind that nobody knows of. A login lives 20 minutes; what was
//! granted in that time is used or given back as soon as Nextcloud answers.

use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use url::Url;
use voiceassist_dav::login_flow::{LoginPoll, PollLogin, PollToken};
use voiceassist_dav::{Credentials, DavError};
use voiceassist_store::connect_flows::{FlowState, Grant, OpenFlow};

use super::{Accounts, ConnectedAccount, LOGIN_LIFETIME, Taken};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(1);
/// Between two questions about one login.
const POLL: TimeDelta = TimeDelta::seconds(2);
/// Ended logins are remembered this long, for whoever still asks.
const REMEMBERED: TimeDelta = TimeDelta::days(1);
/// Rounds between two sweeps of ended logins.
const SWEEP_EVERY: u32 = 600;

/// Polls until told to stop.
pub async fn watch(accounts: Accounts, stop: CancellationToken) {
    let mut round: u32 = 0;
    loop {
        if let Err(error) = accounts.poll_round(round.is_multiple_of(SWEEP_EVERY)).await {
            tracing::warn!(%error, "logins could not be looked at");
        }
        round = round.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

impl Accounts {
    /// Looks once at every login that is due.
    pub async fn poll_round(&self, sweep: bool) -> Result<(), voiceassist_store::StoreError> {
        if sweep {
            let before = self.store.clock().now() - REMEMBERED;
            self.store.connect_flows().sweep(before).await?;
        }
        for flow in self.store.connect_flows().due(POLL).await? {
            let id = flow.id;
            if let Err(error) = self.look_at(flow).await {
                // Nextcloud's trouble, most likely; the login is looked at again until its time is over.
                tracing::debug!(login.id = %id, %error, "a login could not be looked at");
            }
        }
        Ok(())
    }

    async fn look_at(&self, flow: OpenFlow) -> anyhow::Result<()> {
        let flows = self.store.connect_flows();
        if let Some(grant) = &flow.granted {
            return self.settle(&flow, grant).await;
        }
        let Some(token) = flow.poll_token.clone() else {
            flows.end(flow.id, FlowState::Failed, None).await?;
            return Ok(());
        };
        match self.poll(&flow.base_url, PollToken::restored(token)).await {
            Ok(Some(grant)) => {
                flows.keep_grant(flow.id, &grant).await?;
                self.settle(&flow, &grant).await
            }
            Ok(None) if flow.is_over => {
                flows.end(flow.id, FlowState::Expired, None).await?;
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) if error.is_transient() && !flow.is_over => Err(error.into()),
            Err(error) => {
                let state = if flow.is_over { FlowState::Expired } else { FlowState::Failed };
                flows.end(flow.id, state, None).await?;
                Err(error.into())
            }
        }
    }

    async fn settle(&self, flow: &OpenFlow, grant: &Grant) -> anyhow::Result<()> {
        let flows = self.store.connect_flows();
        match self.take(flow.instance, &flow.base_url, grant, Some(&flow.user_id)).await {
            Ok(Taken::Connected(connected)) => {
                flows.end(flow.id, FlowState::Connected, Some(connected.id)).await?;
                tracing::info!(account.id = %connected.id, "an account was connected");
                Ok(())
            }
            Ok(Taken::WrongUser) => {
                flows.end(flow.id, FlowState::WrongUser, None).await?;
                tracing::warn!(login.id = %flow.id, "a login was completed by another user; it was given back");
                Ok(())
            }
            Err(error) => {
                let refused = error.downcast_ref::<DavError>().is_some_and(DavError::stops_account);
                if refused {
                    flows.end(flow.id, FlowState::Failed, None).await?;
                }
                Err(error)
            }
        }
    }

    async fn poll(&self, base_url: &str, token: PollToken) -> Result<Option<Grant>, DavError> {
        let anonymous = self.client(base_url, &Credentials::Anonymous)?;
        Ok(match anonymous.send(&PollLogin { token }).await? {
            LoginPoll::Pending => None,
            LoginPoll::Granted(granted) => Some(Grant {
                login_name: granted.app_password.login_name().to_owned(),
                app_password: granted.app_password.secret().clone(),
            }),
        })
    }

    /// Connects one person from the command line. `show` is given the link the person must open.
    pub async fn connect(
        &self,
        show: impl FnOnce(&Url) -> anyhow::Result<()>,
    ) -> anyhow::Result<ConnectedAccount> {
        let instance = self.store.instances().ensure(&self.base_url).await?;
        let started = self.start().await.context("starting the login in Nextcloud")?;
        show(&started.login_url)?;
        let lifetime = LOGIN_LIFETIME.to_std().unwrap_or_default();
        let granted = tokio::time::timeout(lifetime, async {
            loop {
                match self.poll(&self.base_url, started.token.clone()).await {
                    Ok(Some(grant)) => break Ok(grant),
                    Ok(None) => {}
                    Err(error) if error.is_transient() => {
                        tracing::debug!(%error, "asking again whether the login is done");
                    }
                    Err(error) => break Err(error),
                }
                tokio::time::sleep(ROUND).await;
            }
        });
        let grant = granted
            .await
            .map_err(|_| anyhow::anyhow!("nobody completed the login within 20 minutes; start again"))?
            .context("waiting for the login in Nextcloud")?;
        match self.take(instance, &self.base_url, &grant, None).await.context("keeping the account")? {
            Taken::Connected(connected) => Ok(connected),
            Taken::WrongUser => anyhow::bail!("another user completed the login"),
        }
    }
}
