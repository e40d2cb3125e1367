//! The models that are served elsewhere and do not write: those that make vectors and those that order what was found.
//!
//! Both get what the gate lets out and nothing else, through a client that reaches the configured servers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::SecretString;
use url::Url;
use voiceassist_assistant::{KeptDecisions, Ranking, known_people};
use voiceassist_dav::egress::HttpSettings;
use voiceassist_phi::{Detector, Gate};
use voiceassist_rag::embed::remote::{Remote, RemoteSettings};
use voiceassist_rag::endpoint::{Endpoint, EndpointSettings, below};
use voiceassist_rag::rerank::http::HttpReranker;
use voiceassist_store::Store;

use super::World;
use crate::config::Config;
use crate::{egress, keys};

/// What stands between the program and every model that is not inside it.
pub async fn gate(config: &Config, store: &Store) -> anyhow::Result<Gate> {
    let keys = keys::gate_keys(store, &keys::MasterKey::read(&config.master_key_file())?).await?;
    let gate = Gate::new(Detector::new(), Arc::new(KeptDecisions::new(store.clone())), keys);
    gate.know(known_people(store).await.context("reading who is known by name")?);
    Ok(gate)
}

/// The model behind an endpoint that makes vectors, if one is configured.
pub fn embedder(config: &Config, world: &World, gate: &Gate) -> anyhow::Result<Option<Remote>> {
    let Some(embedding) = config.models.embedder() else { return Ok(None) };
    let address = Url::parse(&embedding.base_url).context("reading models.embedding.base_url")?;
    let settings = EndpointSettings {
        api_key: embedding.key()?,
        timeout: Duration::from_secs(embedding.timeout_seconds),
        ..EndpointSettings::new(below(&address, "embeddings"))
    };
    let endpoint = endpoint(config, world, settings)?;
    let destination = embedding.destination().context("reading the policy of models.embedding")?;
    let settings = RemoteSettings {
        model: embedding.model,
        dimension: embedding.dimension,
        max_tokens: embedding.max_tokens,
        batch: embedding.batch,
        question_prefix: embedding.question_prefix,
        document_prefix: embedding.document_prefix,
        destination,
    };
    Ok(Some(Remote::new(endpoint, gate.clone(), settings)))
}

/// The model that orders what was found, if one is configured.
pub fn ranking(config: &Config, world: &World, gate: &Gate) -> anyhow::Result<Option<Ranking>> {
    let Some(rerank) = config.models.reranker() else { return Ok(None) };
    let address = Url::parse(&rerank.base_url).context("reading models.rerank.base_url")?;
    let time = Duration::from_millis(rerank.timeout_milliseconds);
    let api_key: Option<SecretString> = rerank.key()?;
    // A person waits: nobody asks twice.
    let settings = EndpointSettings {
        api_key,
        timeout: time,
        attempts: 1,
        ..EndpointSettings::new(below(&address, "rerank"))
    };
    let endpoint = endpoint(config, world, settings)?;
    let destination = rerank.destination().context("reading the policy of models.rerank")?;
    let reranker = Arc::new(HttpReranker::new(endpoint, rerank.model.clone(), destination));
    Ok(Some(Ranking { reranker, gate: gate.clone(), passages: rerank.passages, time }))
}

fn endpoint(config: &Config, world: &World, settings: EndpointSettings) -> anyhow::Result<Endpoint> {
    let http = egress::destinations(config)?
        .client(&HttpSettings::default())
        .context("preparing connections to a model's endpoint")?;
    Ok(Endpoint::new(http, settings, Arc::clone(&world.randomness)))
}
