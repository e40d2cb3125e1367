//! What administrators see of this configuration over HTTP, and the test of a model they may run.
//!
//! No address and no secret leaves here. A test goes the way answers go: through the gate, to the configured endpoint,
//! with a word of our own.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;
use voiceassist_assistant::Assistant;
use voiceassist_model::Setting;
use voiceassist_rag::embed::Embedder;
use voiceassist_server::administration::{Administration, ModelProvider, Retention, Tested};
use voiceassist_store::model_spending::DAYS_KEPT;
use voiceassist_workers::leader::WRITES_KEPT_DAYS;

use crate::config::{Chat, Config};
use crate::wiring::Parts;

/// Below the time a request may take, so that the answer says what happened.
const PATIENCE: Duration = Duration::from_secs(15);

/// The configuration, as administrators may see it.
pub struct Configured {
    config: Config,
    assistant: Assistant,
    embedder: Option<Arc<dyn Embedder>>,
}

impl Configured {
    /// Shows this configuration and tests what runs on it.
    pub fn new(config: &Config, parts: &Parts) -> Self {
        let (assistant, embedder) = (parts.assistant.clone(), parts.context.embedder.clone());
        Self { config: config.clone(), assistant, embedder }
    }

    /// Asks each model that writes for a word.
    async fn test_chat(&self) -> Option<Tested> {
        let writer = self.assistant.writer()?;
        let (mut works, mut sentences) = (true, Vec::new());
        for (place, standing) in writer.standing().into_iter().enumerate() {
            let name = standing.facts.name;
            let sentence = match tokio::time::timeout(PATIENCE, writer.probe(place)).await {
                Ok(Ok(())) => format!("{name} ({}) answers.", standing.facts.model),
                Ok(Err(error)) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a model that writes failed a test"
                    );
                    works = false;
                    format!("{name} does not answer as it should; check its address, model and key.")
                }
                Err(_) => {
                    works = false;
                    format!("{name} gave no answer in time; it may be too large for its machine.")
                }
            };
            sentences.push(sentence);
        }
        Some(Tested { works, sentence: sentences.join(" ") })
    }
}

#[async_trait]
impl Administration for Configured {
    fn providers(&self) -> Vec<ModelProvider> {
        let embedding = self.config.models.embedder();
        let embedding = ModelProvider {
            kind: "embedding",
            name: self.embedder.as_ref().map(|embedder| embedder.id().to_owned()).unwrap_or_default(),
            configured: self.embedder.is_some(),
            protection: embedding.as_ref().map_or("local", |embedding| embedding.protection.as_str()),
            mode: "allow",
            agreement: embedding.map(|embedding| embedding.agreement).unwrap_or_default(),
        };
        let chat = |chat: Chat| ModelProvider {
            kind: "chat",
            name: chat.model,
            configured: true,
            protection: chat.protection.as_str(),
            mode: chat.mode.as_str(),
            agreement: chat.agreement,
        };
        let mut providers: Vec<ModelProvider> = self.config.models.writers().into_iter().map(chat).collect();
        if providers.is_empty() {
            providers.push(ModelProvider { configured: false, ..chat(Chat::default()) });
        }
        providers.push(embedding);
        providers
    }

    fn has_own_policy(&self) -> bool {
        !self.config.policy.directory.as_os_str().is_empty()
    }

    fn retention(&self) -> Vec<Retention> {
        [
            ("conversations", None),
            ("data_of_people_gone", Some(self.config.sync.gone_grace_days)),
            ("finished_writes", Some(WRITES_KEPT_DAYS)),
            ("spending_on_models", Some(DAYS_KEPT)),
            ("audit_log", None),
        ]
        .map(|(what, days)| Retention { what, days })
        .to_vec()
    }

    fn configured(&self, setting: Setting) -> Option<u32> {
        Some(configured(&self.config, setting))
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

/// What the file, or the program where the file does not say it, has of what administrators may change.
pub fn configured(config: &Config, setting: Setting) -> u32 {
    match setting {
        Setting::RequestsOfAPerson => config.limits.requests_per_minute,
        Setting::QuestionsOfAPerson => config.limits.questions_per_minute,
        Setting::FailuresOfAnAddress => config.limits.failures_per_minute,
        Setting::SessionIdle => config.auth.idle_minutes,
        Setting::SessionAbsolute => config.auth.absolute_hours.saturating_mul(60),
        Setting::DataOfPeopleGone => config.sync.gone_grace_days,
        Setting::FinishedWrites => WRITES_KEPT_DAYS,
    }
}

fn failed(sentence: &str) -> Tested {
    Tested { works: false, sentence: sentence.to_owned() }
}

/// Origins of pages of the daemon's own: the one people come back to after signing in, and the one `demo` serves. Those of
/// a Nextcloud are what its pairing recorded.
pub fn origins(config: &Config) -> Vec<String> {
    let own = config.nextcloud.redirect_uri.clone();
    let listen = Url::parse(&format!("http://{}", config.server.listen)).ok();
    [own, listen].into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect()
}
