//! Do the models that write answers answer, and what may be sent to them?

use std::time::Duration;

use voiceassist_store::Store;

use super::Finding;
use crate::config::Config;
use crate::wiring::{World, served, writing};

const STEP: &str = "chat model";
/// Long enough for a model that has to be loaded first.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks each model to say one word, through the gate like everything else.
pub(super) async fn examine(config: &Config, store: Option<&Store>) -> Vec<Finding> {
    if config.models.writers().is_empty() {
        return vec![Finding::ok(STEP, "none configured; answers are quoted from the documents")];
    }
    let Some(store) = store else { return vec![Finding::skipped(STEP, "the database")] };
    let gate = match served::gate(config, store).await {
        Ok(gate) => gate,
        Err(error) => return vec![Finding::failed(STEP, format!("{error:#}"))],
    };
    let writer = match writing::writer(config, &World::real(), &gate) {
        Ok(Some(writer)) => writer,
        Ok(None) => return vec![Finding::skipped(STEP, "models.chat")],
        Err(error) => return vec![Finding::failed(STEP, format!("{error:#}"))],
    };
    let mut findings = Vec::new();
    for (place, standing) in writer.standing().into_iter().enumerate() {
        let facts = standing.facts;
        let policy = format!("{}, {}", facts.protection, facts.mode);
        findings.push(match tokio::time::timeout(PATIENCE, writer.probe(place)).await {
            Ok(Ok(())) => Finding::ok(STEP, format!("{}: {} answers ({policy})", facts.name, facts.model)),
            Ok(Err(error)) => Finding::failed(STEP, advice(&facts.name, &error)),
            Err(_) => {
                let slow =
                    format!("{}: no answer in time; is the model too large for its machine?", facts.name);
                Finding::failed(STEP, slow)
            }
        });
    }
    findings
}

/// What went wrong, down to its cause, and what to look at.
fn advice(name: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let chain: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    format!(
        "{name}: {}; check its base_url in models.chat, the model's name and the key. Others, or quotes, stand in meanwhile",
        chain.join(": ")
    )
}
