//! The models that write, put together from their configuration: a client each, one gate before all, one allowance.
//!
//! Each adapter reaches the configured servers and no other. The last of the list waits for a busy endpoint, because
//! nobody stands behind it; those before it hand over at once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use voiceassist_assistant::Writer;
use voiceassist_assistant::chat::openai_compatible::{OpenAiCompatible, OpenAiCompatibleSettings};
use voiceassist_assistant::chat::{ChatModel, Registry};
use voiceassist_dav::egress::HttpSettings;
use voiceassist_phi::Gate;

use super::World;
use crate::config::{Chat, Config};
use crate::egress;

/// Longest wait for an endpoint that says it is busy, where another could be asked instead.
const HAND_OVER: Duration = Duration::from_millis(1_500);

/// The models that write, if any is configured, behind their gate.
pub fn writer(config: &Config, world: &World, gate: &Gate) -> anyhow::Result<Option<Writer>> {
    let chats = config.models.writers();
    if chats.is_empty() {
        return Ok(None);
    }
    let http = egress::destinations(config)?
        .client(&HttpSettings::default())
        .context("preparing connections to the models that write")?;
    let mut models: Vec<Arc<dyn ChatModel>> = Vec::with_capacity(chats.len());
    for (place, chat) in chats.iter().enumerate() {
        let mut settings = settings(chat).with_context(|| format!("preparing the model {}", chat.name))?;
        if place + 1 < chats.len() {
            settings.attempts = 2;
            settings.longest_wait = HAND_OVER;
        }
        let model = OpenAiCompatible::new(http.clone(), settings);
        models.push(Arc::new(model.with_randomness(Arc::clone(&world.randomness))));
    }
    let registry = Registry::new(models, Arc::clone(&world.clock));
    Ok(Some(Writer::of(registry, gate.clone(), config.models.budget.allowance())))
}

fn settings(chat: &Chat) -> anyhow::Result<OpenAiCompatibleSettings> {
    let base = url::Url::parse(&chat.base_url).context("reading its address")?;
    let destination = chat.destination().context("reading its policy")?;
    let total = Duration::from_secs(chat.timeout_seconds);
    Ok(OpenAiCompatibleSettings {
        api_key: chat.key()?,
        dialect: chat.dialect.into(),
        capabilities: chat.capabilities(),
        context_tokens: (chat.context_tokens > 0).then_some(chat.context_tokens),
        price: chat.price(),
        total,
        first_byte: total.min(Duration::from_secs(chat.first_byte_seconds)),
        idle: Duration::from_secs(chat.idle_seconds),
        max_tokens: chat.max_tokens,
        ..OpenAiCompatibleSettings::new(base, chat.model.clone(), destination)
    })
}
