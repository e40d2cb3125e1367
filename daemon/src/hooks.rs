//! Webhook listeners on the Nextcloud server: asking for hints, and taking the request back.
//!
//! An administrator's credentials are used for one run and kept nowhere. There is one listener per event, because every
//! delivery is a job of the server; registering again changes nothing unless something is missing or a new token
//! is wanted; events that an earlier version of the server did not offer are asked for again. The new listeners are made before the old ones go, and the old token ends later, so that no hint is
//! refused in between. Listeners of others are not touched.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chrono::TimeDelta;
use secrecy::SecretString;
use voiceassist_dav::webhooks::{
    ListWebhooks, Listened, RegisterWebhook, RemoveWebhook, Webhook, is_not_offered,
};
use voiceassist_dav::{AppPassword, BaseUrl, Client, ClientSettings, Credentials, Transport};
use voiceassist_model::InstanceId;
use voiceassist_store::Store;
use voiceassist_store::hook_keys::HookKeyKind;

/// Where the daemon takes hints, below its public address.
const PATH: &str = "api/v1/hooks/nextcloud";
/// The server goes on using what it had for five minutes.
const OLD_TOKEN_KEPT: TimeDelta = TimeDelta::minutes(15);

/// What registering did; nothing made when every listener was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// New listeners.
    pub made: usize,
    /// Old ones of ours that went.
    pub removed: usize,
    /// What the server tells no listener of: `calendars`, `contacts`.
    pub not_offered: BTreeSet<&'static str>,
}

/// Speaks as the administrator, for one run.
pub fn administrator(
    transport: &Transport,
    base_url: &str,
    user: &str,
    password: SecretString,
) -> anyhow::Result<Client> {
    let base = BaseUrl::parse(base_url).context("reading nextcloud.base_url")?;
    let credentials = Credentials::AppPassword(AppPassword::restored(user.to_owned(), password));
    Client::new(transport, base, &credentials, ClientSettings::default()).context("preparing a connection")
}

/// The address deliveries go to, for a daemon that people reach at `public_url`.
pub fn delivery_url(public_url: &str, insecure_dev: bool) -> anyhow::Result<String> {
    let base = BaseUrl::parse(public_url).context("reading the public address of the daemon")?;
    let url = format!("{}{PATH}", base.as_str());
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let on_this_machine = loopback.iter().any(|start| url.starts_with(start));
    anyhow::ensure!(
        base.is_encrypted() || on_this_machine || insecure_dev,
        "the token would travel unprotected; use https (--insecure-dev allows it)"
    );
    Ok(url)
}

/// Makes sure that there is one listener per event with a token we know.
pub async fn register(
    admin: &Client,
    store: &Store,
    instance: InstanceId,
    url: &str,
    renew: bool,
) -> anyhow::Result<Registered> {
    let old = ours(admin, url).await?;
    let keys = store.hook_keys().list(instance).await?;
    let has_token = keys.iter().any(|key| key.kind == HookKeyKind::Listener && key.expires_at.is_none());
    let mut done = Registered::default();
    if !renew && has_token && is_sound(&old) {
        let mut offered_now = false;
        for event in missing(&old) {
            if is_offered(admin, url, event).await? {
                offered_now = true;
            } else {
                done.not_offered.insert(event.about());
            }
        }
        if !offered_now {
            return Ok(done);
        }
        done.not_offered.clear();
    }
    let (key, token) = store.hook_keys().issue_listener(instance).await?;
    let mut made = Vec::new();
    for event in Listened::wanted() {
        let register = RegisterWebhook { event, uri: url.to_owned(), token: token.clone() };
        match admin.send(&register).await {
            Ok(hook) => made.push(hook),
            Err(error) if !event.is_everywhere() && is_not_offered(&error) => {
                done.not_offered.insert(event.about());
            }
            Err(error) => {
                remove_all(admin, &made).await?;
                return Err(error).context("registering a listener");
            }
        }
    }
    remove_all(admin, &old).await?;
    store.hook_keys().retire_others(instance, HookKeyKind::Listener, Some(key), OLD_TOKEN_KEPT).await?;
    Ok(Registered { made: made.len(), removed: old.len(), ..done })
}

/// Removes our listeners and ends their tokens; how many.
pub async fn remove(admin: &Client, store: &Store, instance: InstanceId, url: &str) -> anyhow::Result<usize> {
    let ours = ours(admin, url).await?;
    remove_all(admin, &ours).await?;
    store.hook_keys().retire_others(instance, HookKeyKind::Listener, None, TimeDelta::zero()).await?;
    Ok(ours.len())
}

/// The listeners that deliver to this address.
pub async fn ours(admin: &Client, url: &str) -> anyhow::Result<Vec<Webhook>> {
    let all = admin.send(&ListWebhooks).await.context("listing the server's listeners")?;
    Ok(all.into_iter().filter(|hook| hook.uri == url).collect())
}

async fn remove_all(admin: &Client, hooks: &[Webhook]) -> anyhow::Result<()> {
    for hook in hooks {
        admin.send(&RemoveWebhook { id: hook.id }).await.context("removing a listener")?;
    }
    Ok(())
}

/// Whether the server offers an event: a listener that proves nothing is made and removed.
async fn is_offered(admin: &Client, url: &str, event: Listened) -> anyhow::Result<bool> {
    let register = RegisterWebhook { event, uri: url.to_owned(), token: SecretString::from("none") };
    match admin.send(&register).await {
        Ok(made) => remove_all(admin, &[made]).await.map(|()| true),
        Err(error) if is_not_offered(&error) => Ok(false),
        Err(error) => Err(error).context("asking for an event"),
    }
}

/// One per event, nothing else, and everything that every server offers.
fn is_sound(hooks: &[Webhook]) -> bool {
    let classes: BTreeSet<&str> = hooks.iter().map(|hook| hook.event.as_str()).collect();
    classes.len() == hooks.len()
        && classes.iter().all(|class| Listened::wanted().any(|event| event.class() == **class))
        && !missing(hooks).into_iter().any(Listened::is_everywhere)
}

/// Events without a listener.
fn missing(hooks: &[Webhook]) -> Vec<Listened> {
    Listened::wanted().filter(|event| !hooks.iter().any(|hook| hook.event == event.class())).collect()
}
