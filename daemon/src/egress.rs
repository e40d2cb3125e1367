//! The servers this configuration lets the daemon speak to. There are no others.

use anyhow::Context as _;
use url::Url;
use voiceassist_dav::egress::{Destinations, Reach};

use crate::config::{Config, ProtectionClass};

/// Every configured server. Nextcloud and a model of the clinic's own may stand in the clinic's network; a model of
/// somebody else may not, whatever its name is made to stand for.
pub fn destinations(config: &Config) -> anyhow::Result<Destinations> {
    let mut servers: Vec<(Url, Reach)> = Vec::new();
    let mut add = |text: &str, setting: &str, reach| {
        Url::parse(text).map(|url| servers.push((url, reach))).with_context(|| format!("reading {setting}"))
    };
    if !config.nextcloud.base_url.is_empty() {
        add(&config.nextcloud.base_url, "nextcloud.base_url", Reach::House)?;
        add(&config.webdav_url(), "nextcloud.webdav_url", Reach::House)?;
    }
    for url in [&config.nextcloud.caldav_url, &config.nextcloud.carddav_url].into_iter().flatten() {
        add(url.as_str(), "nextcloud.caldav_url", Reach::House)?;
    }
    if !config.index.qdrant_url.is_empty() {
        add(&config.index.qdrant_url, "index.qdrant_url", Reach::House)?;
    }
    if let Some(issuer) = &config.nextcloud.oidc_issuer {
        add(issuer, "nextcloud.oidc_issuer", Reach::House)?;
    }
    let reach = |protection| match protection {
        ProtectionClass::Local => Reach::House,
        ProtectionClass::Agreement | ProtectionClass::Cloud => Reach::Public,
    };
    for chat in config.models.writers() {
        add(&chat.base_url, "models.chat.base_url", reach(chat.protection))?;
    }
    if let Some(embedding) = config.models.embedder() {
        add(&embedding.base_url, "models.embedding.base_url", reach(embedding.protection))?;
    }
    if let Some(rerank) = config.models.reranker() {
        add(&rerank.base_url, "models.rerank.base_url", reach(rerank.protection))?;
    }
    let listed = Destinations::only(servers.iter().map(|(url, reach)| (url, *reach)))
        .context("listing the servers that may be reached")?;
    Ok(listed.with_mail_servers(config.mail.servers.iter().map(String::as_str)))
}
