//! Can the index be opened, or does a running daemon hold it?

use voiceassist_store::Store;

use super::Finding;
use crate::config::Config;
use crate::wiring::{self, World};

const STEP: &str = "index";

/// The finding.
pub(super) async fn examine(config: &Config, world: &World, store: Option<&Store>) -> Finding {
    let embedded = config.index.qdrant_url.is_empty();
    if embedded && tokio::net::TcpStream::connect(config.server.listen).await.is_ok() {
        return Finding::ok(STEP, format!("held by the daemon that listens on {}", config.server.listen));
    }
    if embedded && !config.state.directory.join("index").exists() {
        return Finding::warning(STEP, "not there yet; the first start of the daemon makes it");
    }
    let Some(store) = store else { return Finding::skipped(STEP, "the database") };
    let terms = match wiring::terms(config, store).await {
        Ok(terms) => terms,
        Err(error) => return Finding::failed(STEP, format!("{error:#}")),
    };
    let opened = match wiring::index(config, world, store, &terms).await {
        Ok(index) => index,
        Err(error) => return Finding::failed(STEP, format!("{error:#}")),
    };
    match opened.count().await {
        Ok(points) => Finding::ok(STEP, format!("{points} chunks")),
        Err(error) => Finding::failed(STEP, error.to_string()),
    }
}
