//! Does the model that makes vectors answer with vectors of the configured length?

use voiceassist_store::Store;

use super::Finding;
use crate::config::Config;
use crate::wiring::{World, served};

const STEP: &str = "embedding model";

/// Has the configured endpoint embed a few words that are nobody's.
pub(super) async fn examine(config: &Config, store: Option<&Store>) -> Finding {
    let Some(embedding) = config.models.embedder() else {
        return Finding::ok(STEP, "none configured; the one in the program makes vectors");
    };
    let Some(store) = store else { return Finding::skipped(STEP, "the database") };
    match probe(config, store).await {
        Ok(()) => Finding::ok(
            STEP,
            format!(
                "{} gives vectors of {} numbers ({})",
                embedding.model,
                embedding.dimension,
                embedding.protection.as_str()
            ),
        ),
        Err(error) => Finding::failed(
            STEP,
            format!(
                "{error:#}; check models.embedding (or models.pubmedbert). Documents are found by words meanwhile"
            ),
        ),
    }
}

async fn probe(config: &Config, store: &Store) -> anyhow::Result<()> {
    let gate = served::gate(config, store).await?;
    match served::embedder(config, &World::real(), &gate)? {
        Some(embedder) => Ok(embedder.probe().await?),
        None => Ok(()),
    }
}
