//! What administrators see of this configuration over HTTP, and the test of a model they may run.
//!
//! No address and no secret leaves here. A test goes the way answers go: through the gate, to the configured endpoint,
//! with a word of our own.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;
use voiceassist_rag::embed::Embedder;
use voiceassist_rag::embed::minilm;
use voiceassist_server::administration::{Administration, ModelProvider, Tested};
use voiceassist_store::Store;

use crate::config::Config;
use crate::wiring::{self, Parts};

/// Below the time a request may take, so that the answer says what happened.
const PATIENCE: Duration = Duration::from_secs(15);

/// The configuration, as administrators may see it.
pub struct Configured {
    config: Config,
    store: Store,
    embedder: Option<Arc<dyn Embedder>>,
}

impl Configured {
    /// Shows this configuration and tests what runs on it.
    pub fn new(config: &Config, parts: &Parts) -> Self {
        let (store, embedder) = (parts.context.store.clone(), parts.context.embedder.clone());
        Self { config: config.clone(), store, embedder }
    }

    async fn test_chat(&self) -> Option<Tested> {
        let writer = match wiring::writer(&self.config, &self.store).await {
            Ok(writer) => writer?,
            Err(error) => {
                tracing::warn!(error = %error, "the chat model could not be prepared for a test");
                return Some(failed("The model's settings cannot be used; the daemon's log says why."));
            }
        };
        Some(match tokio::time::timeout(PATIENCE, writer.probe()).await {
            Ok(Ok(())) => Tested { works: true, sentence: format!("{} answers.", writer.model()) },
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the chat model failed a test");
                failed("The model does not answer as it should; check its address, name and key.")
            }
            Err(_) => failed("The model gave no answer in time; it may be too large for its machine."),
        })
    }
}

#[async_trait]
impl Administration for Configured {
    fn providers(&self) -> Vec<ModelProvider> {
        let chat = &self.config.models.chat;
        let embedding = ModelProvider {
            kind: "embedding",
            name: if self.embedder.is_some() { minilm::INT8.to_owned() } else { String::new() },
            configured: self.embedder.is_some(),
            protection: "local",
            mode: "allow",
            agreement: String::new(),
        };
        let chat = ModelProvider {
            kind: "chat",
            name: chat.model.clone(),
            configured: chat.is_configured(),
            protection: chat.protection.as_str(),
            mode: chat.mode.as_str(),
            agreement: chat.agreement.clone(),
        };
        vec![chat, embedding]
    }

    fn has_own_policy(&self) -> bool {
        !self.config.policy.directory.as_os_str().is_empty()
    }

    async fn test(&self, kind: &str) -> Option<Tested> {
        match kind {
            "chat" => self.test_chat().await,
            "embedding" => {
                let model = self.embedder.clone()?;
                let embedded = tokio::time::timeout(PATIENCE, model.embed_question("word".to_owned())).await;
                Some(match embedded {
                    Ok(Ok(_)) => Tested { works: true, sentence: "The embedding model answers.".to_owned() },
                    _ => failed("The embedding model does not answer; `voiceassist doctor` says more."),
                })
            }
            _ => None,
        }
    }
}

fn failed(sentence: &str) -> Tested {
    Tested { works: false, sentence: sentence.to_owned() }
}

/// Origins of pages that may open streams: Nextcloud's, and the page that people come back to after signing in.
pub fn origins(config: &Config) -> Vec<String> {
    let nextcloud = Url::parse(&config.nextcloud.base_url).ok();
    let own = config.nextcloud.redirect_uri.clone();
    let listen = Url::parse(&format!("http://{}", config.server.listen)).ok();
    [nextcloud, own, listen].into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect()
}
