//! A model on this machine writes, held to the rules of the conversation.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use futures::StreamExt as _;
use url::{Host, Url};
use uuid::Uuid;
use voiceassist_assistant::chat::openai_compatible::{OpenAiCompatible, OpenAiCompatibleSettings};
use voiceassist_assistant::chat::{ChatModel, ChatPiece};
use voiceassist_dav::egress::{Destinations, HttpSettings, Reach};
use voiceassist_model::{AccountId, AnswerPart, Passage, Sensitivity};
use voiceassist_phi::clearance::{Decision, NotRecorded};
use voiceassist_phi::{
    Ask, Destination, Detector, Gate, GateKeys, Mode, Prompt, Protection, Purpose, RecordsDecisions,
    Restorer, Source,
};
use voiceassist_rag::answer::written::{INSTRUCTIONS, Written};

/// Passages that go with a question, as in a conversation.
const SOURCES: usize = 12;

/// The model and the gate in front of it.
pub(super) struct Writer {
    model: OpenAiCompatible,
    gate: Gate,
}

/// An evaluation has no log: its documents are the caller's own file and go to the caller's own machine.
struct Unlogged;

#[async_trait]
impl RecordsDecisions for Unlogged {
    async fn record(&self, _: &Decision) -> Result<(), NotRecorded> {
        Ok(())
    }
}

impl Writer {
    /// A model behind an endpoint on loopback; any other address is refused.
    pub(super) fn on_loopback(url: &Url, model: &str) -> anyhow::Result<Self> {
        let is_here = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            _ => false,
        };
        if !is_here {
            bail!("the endpoint is not on this machine; give an address like http://127.0.0.1:11434/v1");
        }
        let http = Destinations::only([(url, Reach::House)])
            .and_then(|only| only.client(&HttpSettings::default()))
            .context("preparing connections")?;
        let destination = Destination::new("evaluation", Protection::Local, Mode::Allow)?;
        let settings = OpenAiCompatibleSettings::new(url.clone(), model.to_owned(), destination);
        let gate = Gate::new(Detector::new(), Arc::new(Unlogged), GateKeys::new([0; 32], [1; 32]));
        Ok(Self { model: OpenAiCompatible::new(http, settings), gate })
    }

    /// The sentences that hold, and how many do not.
    pub(super) async fn write(
        &self,
        question: &str,
        passages: &[Passage],
    ) -> anyhow::Result<(Vec<AnswerPart>, u32)> {
        let passages = &passages[..passages.len().min(SOURCES)];
        let source = |(number, passage): (u32, &Passage)| Source {
            number,
            heading: passage.heading.clone(),
            text: passage.text.clone(),
        };
        let prompt = Prompt {
            instructions: INSTRUCTIONS,
            history: Vec::new(),
            sources: (1..).zip(passages).map(source).collect(),
            question: question.to_owned(),
        };
        let ask = Ask {
            destination: self.model.destination(),
            purpose: Purpose::Answer,
            class: Some(Sensitivity::Public),
            account: AccountId::from_uuid(Uuid::nil()),
            conversation: None,
        };
        let cleared = self
            .gate
            .clear(prompt, &ask)
            .await
            .map_err(|_| anyhow::anyhow!("the gate refused a question"))?;
        let mut written = Written::new(passages);
        let mut restorer = Restorer::new(cleared.surrogates());
        let mut stream = self.model.write(&cleared).await.context("asking the model")?;
        let (mut parts, mut whole) = (Vec::new(), false);
        while let Some(piece) = stream.next().await {
            match piece.context("listening to the model")? {
                ChatPiece::Text(text) => parts.extend(written.push(&restorer.push(&text))),
                ChatPiece::End { whole: ended } => whole = ended,
                ChatPiece::Report(_) => {}
            }
        }
        parts.extend(written.push(&restorer.finish()));
        parts.extend(written.finish(whole));
        Ok((parts, written.tally().withheld()))
    }
}
