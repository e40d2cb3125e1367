//! Does the model that writes answers answer, and what may be sent to it?

use std::time::Duration;

use voiceassist_store::Store;

use super::Finding;
use crate::config::Config;
use crate::wiring;

const STEP: &str = "chat model";
/// Long enough for a model that has to be loaded first.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks the model to say one word, through the gate like everything else.
pub(super) async fn examine(config: &Config, store: Option<&Store>) -> Finding {
    let chat = &config.models.chat;
    if !chat.is_configured() {
        return Finding::ok(STEP, "none configured; answers are quoted from the documents");
    }
    let Some(store) = store else { return Finding::skipped(STEP, "the database") };
    let writer = match wiring::writer(config, store).await {
        Ok(Some(writer)) => writer,
        Ok(None) => return Finding::skipped(STEP, "models.chat"),
        Err(error) => return Finding::failed(STEP, format!("{error:#}")),
    };
    let policy = format!("{}, {}", chat.protection.as_str(), chat.mode.as_str());
    match tokio::time::timeout(PATIENCE, writer.probe()).await {
        Ok(Ok(())) => Finding::ok(STEP, format!("{} answers ({policy})", writer.model())),
        Ok(Err(error)) => Finding::failed(STEP, advice(&error)),
        Err(_) => Finding::failed(STEP, "no answer in time; is the model too large for its machine?"),
    }
}

/// What went wrong, down to its cause, and what to look at.
fn advice(error: &(dyn std::error::Error + 'static)) -> String {
    let chain: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    format!(
        "{}; check models.chat.base_url, the model's name and the key. Answers are quoted meanwhile",
        chain.join(": ")
    )
}
