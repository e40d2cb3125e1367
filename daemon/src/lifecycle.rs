//! From start to stop: everything a running daemon consists of, and the order in which it ends.
//!
//! A first signal stops taking work: the listener closes, running requests finish within a grace period, and running jobs
//! are handed back to the queue. A second signal ends the process at once, which is safe by design: whatever was
//! acknowledged is durable, and the next start repairs the rest.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use voiceassist_server::auth::policy::Policies;
use voiceassist_server::auth::signing;
use voiceassist_server::health::{Component, Readiness};
use voiceassist_server::rates::Rate;
use voiceassist_server::standalone::Page;
use voiceassist_server::{AppState, Limits, ServeSettings};
use voiceassist_store::audit::{Action, Actor, Entry};
use voiceassist_workers::{Runner, RunnerSettings, leader, recovery, spool};

use crate::administration::{self, Configured};
use crate::audit::{self, Notary};
use crate::config::Config;
use crate::wiring::indexes::Opened;
use crate::wiring::{self, Parts, World};
use crate::{account, known, policy};

/// How long running work may take to end.
const GRACE: Duration = Duration::from_secs(20);

/// How long searches may go on in an index that was replaced.
const LAST_SEARCHES: Duration = Duration::from_secs(30);

/// A daemon that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it runs on.
    pub parts: Parts,
    runner: Runner,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    leader: JoinHandle<()>,
    logins: JoinHandle<()>,
    rules: JoinHandle<()>,
    signing: JoinHandle<()>,
    known: JoinHandle<()>,
    reembed: JoinHandle<()>,
    /// Ends after everything that is recorded.
    checkpoints: (CancellationToken, JoinHandle<()>),
}

impl Running {
    /// Starts everything; returns when requests are served.
    pub async fn start(config: &Config, world: &World, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        Self::start_with_page(config, world, metrics, None).await
    }

    /// The same, with the page that otherwise lives in Nextcloud.
    pub async fn start_with_page(
        config: &Config,
        world: &World,
        metrics: PrometheusHandle,
        page: Option<Page>,
    ) -> anyhow::Result<Self> {
        for setting in config.unused_settings() {
            tracing::warn!(setting, "this setting belongs to a capability that this release does not have");
        }
        let parts = Parts::assemble(config, world).await?;
        if let Some(shared) = &parts.shared_rates {
            // So that the first requests are counted together already; without an answer that was said.
            shared.is_counting(world.clock.now()).await;
        }
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("listening on {}; is another daemon running?", config.server.listen))?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let replica = world.randomness.uuid(&*world.clock).to_string();
        let notary = Notary::new(config, &parts.context.store)?;
        let started = Entry::new(Actor::Daemon, Action::DaemonStart);
        parts.context.store.audit().append(started).await.context("recording that the daemon starts")?;
        let runner = start_workers(&parts, config, replica.clone()).await?;
        let push = wiring::push_mode(config);
        let ended = CancellationToken::new();
        let checkpoints = (ended.clone(), tokio::spawn(audit::watch(notary, replica.clone(), ended)));
        let leader = tokio::spawn(leader::lead(parts.context.clone(), replica, push, stop.child_token()));
        let logins = tokio::spawn(account::watch(parts.accounts.clone(), stop.child_token()));
        let rules = tokio::spawn(policy::follow(Arc::clone(&parts.policies), stop.child_token()));
        let (keys, tokens) = (parts.context.store.clone(), Arc::clone(&parts.tokens));
        let signing = tokio::spawn(signing::follow(keys, tokens, stop.child_token()));
        let known = known::follow(parts.context.store.clone(), parts.gate.clone(), stop.child_token());
        let known = tokio::spawn(known);
        let reembed = tokio::spawn(reembed(parts.context.clone(), parts.opened.clone(), stop.child_token()));
        let router = voiceassist_server::router(state(&parts, config, world, metrics));
        let router = match page {
            Some(page) => router.merge(page.router()),
            None => router,
        };
        let serve =
            voiceassist_server::serve(listener, router, stop.child_token(), ServeSettings { grace: GRACE });
        let server = tokio::spawn(serve);
        tracing::info!(%address, "ready");
        Ok(Self {
            address,
            parts,
            runner,
            stop,
            server,
            leader,
            logins,
            rules,
            signing,
            known,
            reembed,
            checkpoints,
        })
    }

    /// Waits for a signal or for a part to die, then stops.
    pub async fn until_stopped(mut self) -> anyhow::Result<()> {
        notify(&[sd_notify::NotifyState::Ready]);
        let died = tokio::select! {
            signal = signal() => { signal?; None }
            end = &mut self.server => Some(match end { Ok(Ok(())) => "stopped".to_owned(), Ok(Err(error)) => error.to_string(), Err(error) => error.to_string() }),
            _ = &mut self.leader => Some("the schedule stopped".to_owned()),
            _ = &mut self.logins => Some("waiting for logins stopped".to_owned()),
            _ = &mut self.checkpoints.1 => Some("keeping checkpoints of the audit log stopped".to_owned()),
        };
        notify(&[sd_notify::NotifyState::Stopping]);
        if let Some(reason) = died {
            self.stop().await?;
            anyhow::bail!("a part of the daemon died: {reason}");
        }
        tokio::select! {
            stopped = self.stop() => stopped,
            again = signal() => { again?; anyhow::bail!("stopped at once by a second signal") }
        }
    }

    /// Stops in order: no new work, running work, what the work stands on.
    pub async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("stopping");
        self.stop.cancel();
        if !self.server.is_finished() {
            self.server.await??;
        }
        self.parts.assistant.finish().await;
        self.runner.stop(GRACE).await;
        if !self.leader.is_finished() {
            self.leader.await?;
        }
        if !self.logins.is_finished() {
            self.logins.await?;
        }
        self.rules.await?;
        self.signing.await?;
        self.known.await?;
        self.reembed.await?;
        self.parts.context.index.flush().await?;
        let stopped = Entry::new(Actor::Daemon, Action::DaemonStop);
        if let Err(error) = self.parts.context.store.audit().append(stopped).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the end was not recorded");
        }
        let (ended, checkpoints) = self.checkpoints;
        ended.cancel();
        if !checkpoints.is_finished() {
            checkpoints.await?;
        }
        self.parts.context.store.close().await;
        Ok(())
    }
}

/// Repairs what a killed run left behind, then starts the workers.
pub async fn start_workers(parts: &Parts, config: &Config, replica: String) -> anyhow::Result<Runner> {
    spool::clear(&parts.context.settings.spool).context("preparing the spool directory")?;
    follow_configured_scope(parts, config).await?;
    recovery::recover(&parts.context).await.context("comparing the index with the database")?;
    Ok(Runner::start(&parts.context, &RunnerSettings { replica, workers: config.ingest.workers }))
}

/// Makes the index for another model, if that is under way, and throws away the one that is not needed any more.
async fn reembed(context: voiceassist_workers::Context, opened: Opened, stop: CancellationToken) {
    let Opened { twin, serving } = opened;
    let Some(old) = voiceassist_workers::reembed::run(&context, &twin, &stop).await else { return };
    tokio::select! {
        // Searches that run, here and in other replicas, end first; a start finds what was left.
        () = tokio::time::sleep(LAST_SEARCHES) => {}
        () = stop.cancelled() => return,
    }
    drop(old);
    if let Err(error) = serving.discard().await {
        tracing::warn!(%error, "the index before is thrown away at the next start");
    }
}

/// Brings the kept rules about what is read in line with the configuration.
async fn follow_configured_scope(parts: &Parts, config: &Config) -> anyhow::Result<()> {
    let rules = config.scope.parsed().map_err(|(place, error)| {
        anyhow::anyhow!(error).context(format!("reading rule {place} of scope.rules"))
    })?;
    let store = &parts.context.store;
    let instance = store.instances().ensure(&config.nextcloud.base_url).await?;
    if store.scope().configure(instance, &rules).await? {
        tracing::info!(rules = rules.len(), "the configured rules about what is read have changed");
    }
    Ok(())
}

fn state(parts: &Parts, config: &Config, world: &World, metrics: PrometheusHandle) -> AppState {
    let quotas = config.limits;
    AppState::new(voiceassist_server::Parts {
        store: parts.context.store.clone(),
        assistant: parts.assistant.clone(),
        tokens: Arc::clone(&parts.tokens),
        policy: Arc::<Policies>::clone(&parts.policies),
        role_groups: parts.role_groups.clone(),
        clock: Arc::clone(&world.clock),
        randomness: Arc::clone(&world.randomness),
        connector: Arc::new(parts.accounts.clone()),
        mail_servers: parts.mail_servers.clone(),
        readiness: Arc::new(IndexAndModels(parts.context.clone())),
        metrics: Arc::new(move || metrics.render()),
        shared_rates: parts.shared_rates.clone(),
        limits: Limits {
            requests_of_a_person: Rate::per_minute(quotas.requests_per_minute),
            questions_of_a_person: Rate::per_minute(quotas.questions_per_minute),
            failures_of_an_address: Rate::per_minute(quotas.failures_per_minute),
            ..Limits::default()
        },
        sessions: config.auth.sessions(),
        provider: parts.provider.clone(),
        administration: Arc::new(Configured::new(config, parts)),
        origins: administration::origins(config),
        trusted_proxies: config.server.trusted_proxies.clone(),
    })
}

/// Says whether the index answers and whether the models are there.
struct IndexAndModels(voiceassist_workers::Context);

#[async_trait]
impl Readiness for IndexAndModels {
    async fn components(&self) -> Vec<Component> {
        let index = match self.0.index.count().await {
            Ok(_) => Component::ready("index"),
            Err(error) => {
                // Anybody may ask, so the answer names neither paths nor hosts; the log does.
                tracing::warn!(%error, "the index does not answer");
                Component::missing("index", "the search index does not answer; the daemon's log says why")
            }
        };
        let models = if self.0.embedder.is_some() {
            Component::ready("models")
        } else {
            let advice =
                "no embedding model; documents are found by words only. Run `voiceassist models pull`";
            Component::degraded("models", advice)
        };
        vec![index, models]
    }
}

/// Tells systemd, where there is one.
fn notify(state: &[sd_notify::NotifyState]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

/// Waits for SIGTERM or SIGINT.
pub async fn signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
