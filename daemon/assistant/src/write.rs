//! An answer written by a model from verified passages.
//!
//! What goes out, and only if the gate lets it: the program's instructions, the last of the conversation, the passages
//! without the names of their files, and the question. What comes back is restored as it arrives and held against the
//! passages sentence by sentence; only a sentence that names a given passage which says so is handed on. When the
//! gate refuses, the endpoint fails or nothing holds, the caller is told in a step, and answers as it does without a
//! model. Dropping the future ends the request, so a reader who goes away stops the provider too.

use std::borrow::Borrow as _;
use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt as _;
use uuid::Uuid;
use voiceassist_model::{AccountId, AnswerPart, ConversationId, Passage, Principal, Sensitivity};
use voiceassist_phi::clearance::{Decision, NotRecorded};
use voiceassist_phi::{
    Ask, Cleared, Destination, Gate, Mode, Prompt, Purpose, RecordsDecisions, Refusal, Restorer, Said,
    Source, Speaker,
};
use voiceassist_rag::answer::Depth;
use voiceassist_rag::answer::written::{Tally, Written};
use voiceassist_rag::chat::{ChatError, ChatModel, ChatPiece};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::conversations::{Message, Role};
use voiceassist_store::egress_decisions::NewEgressDecision;
use voiceassist_store::{Store, StoreError, Verified};

use crate::{Assistant, MODEL_SENTENCES};

/// Messages of the conversation that go with a question.
const HISTORY: u32 = 6;
/// Code points of one of them.
const HISTORY_CHARS: usize = 2_000;
/// Passages that go with a question.
const SOURCES: usize = 12;

/// A model and the gate in front of it.
#[derive(Clone)]
pub struct Writer {
    model: Arc<dyn ChatModel>,
    gate: Gate,
}

/// Keeps the gate's decisions in the store.
#[derive(Clone, Debug)]
pub struct KeptDecisions(Store);

/// What is to be written.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) conversation: ConversationId,
    /// The person's words, which the conversation holds already.
    pub(crate) said: &'a str,
    /// The question as it stands alone.
    pub(crate) question: &'a str,
    pub(crate) depth: Depth,
}

/// How writing went.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What became of the sentences.
    pub(crate) tally: Tally,
    /// The steps taken, without content.
    pub(crate) steps: Vec<String>,
}

/// Why a model could not be probed.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The gate refused.
    #[error("asking for clearance")]
    Refused(#[source] Refusal),
    /// The endpoint failed.
    #[error("asking the model")]
    Chat(#[source] ChatError),
    /// It answered without a word.
    #[error("the model said nothing")]
    Silent,
}

impl Writer {
    /// A writer over these.
    pub fn new(model: Arc<dyn ChatModel>, gate: Gate) -> Self {
        Self { model, gate }
    }

    /// What stands between the program and the model.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Names the model.
    pub fn model(&self) -> &str {
        self.model.model()
    }

    /// Where it is.
    pub fn destination(&self) -> &Destination {
        self.model.destination()
    }

    /// Has the model say one word, through the gate like everything else. Nothing of anybody's is sent.
    pub async fn probe(&self) -> Result<(), ProbeError> {
        let prompt = Prompt {
            instructions: "Reply with the word OK.",
            history: Vec::new(),
            sources: Vec::new(),
            question: "Are you there?".to_owned(),
        };
        let ask = Ask {
            destination: self.destination(),
            purpose: Purpose::Probe,
            class: Some(Sensitivity::Public),
            account: AccountId::from_uuid(Uuid::nil()),
            conversation: None,
        };
        let cleared = self.gate.clear(prompt, &ask).await.map_err(ProbeError::Refused)?;
        let mut stream = self.model.write(&cleared).await.map_err(ProbeError::Chat)?;
        while let Some(piece) = stream.next().await {
            if let ChatPiece::Text(_) = piece.map_err(ProbeError::Chat)? {
                return Ok(());
            }
        }
        Err(ProbeError::Silent)
    }

    /// Asks for clearance and, with it, for an answer. Sentences that hold are handed to `hand_over` as they come; it
    /// says whether anybody still reads.
    async fn write(
        &self,
        store: &Store,
        prompt: Prompt,
        ask: &Ask<'_>,
        passages: &[Verified<Passage>],
        hand_over: &mut (dyn HandOver + Send),
    ) -> Outcome {
        let mut written = Written::new(passages);
        let mut steps = Vec::new();
        match self.gate.clear(prompt, ask).await {
            Ok(cleared) => {
                steps.push(self.asked(&cleared));
                let mut restoring = Restoring { store, ask, recorded: false };
                match self.stream(&cleared, &mut written, &mut restoring, hand_over).await {
                    Ok(()) => {}
                    Err(BrokenOff::Chat(error)) => {
                        tracing::warn!(error = %error, code = error.code(), "a model's answer broke off");
                        steps.push(format!("the model failed: {}", error.code()));
                    }
                    Err(BrokenOff::NotRecorded(error)) => {
                        tracing::error!(error = %error, "nothing was restored, because it could not be recorded");
                        steps.push(
                            "the model's answer was dropped: restoring it could not be recorded".to_owned(),
                        );
                    }
                }
            }
            Err(refusal) => steps.push(refused(&refusal)),
        }
        let tally = *written.tally();
        if tally.shown + tally.withheld() > 0 {
            steps.push(format!("wrote {} sentences, withheld {}", tally.shown, tally.withheld()));
        }
        count(&tally);
        Outcome { tally, steps }
    }

    async fn stream(
        &self,
        cleared: &Cleared<Prompt>,
        written: &mut Written<'_, Verified<Passage>>,
        restoring: &mut Restoring<'_>,
        hand_over: &mut (dyn HandOver + Send),
    ) -> Result<(), BrokenOff> {
        let mut stream = self.model.write(cleared).await?;
        let mut restorer = Restorer::new(cleared.surrogates());
        let mut whole = false;
        while let Some(piece) = stream.next().await {
            match piece? {
                ChatPiece::Text(text) => {
                    let text = restorer.push(&text);
                    restoring.record(&restorer).await?;
                    for part in written.push(&text) {
                        if !hand_over.take(part).await {
                            return Ok(());
                        }
                    }
                }
                ChatPiece::End { whole: ended } => whole = ended,
            }
        }
        let text = restorer.finish();
        restoring.record(&restorer).await?;
        let mut rest = written.push(&text);
        rest.extend(written.finish(whole));
        for part in rest {
            if !hand_over.take(part).await {
                return Ok(());
            }
        }
        Ok(())
    }

    fn asked(&self, cleared: &Cleared<Prompt>) -> String {
        let destination = cleared.destination();
        let how = match destination.mode() {
            Mode::Allow => String::new(),
            Mode::Redact | Mode::Forbid => {
                format!(", {} surrogates", cleared.surrogates().len())
            }
        };
        format!("asked {} ({}{how})", self.model(), destination.protection().as_str())
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("model", &self.model()).finish_non_exhaustive()
    }
}

/// Why an answer ended before its end.
#[derive(Debug)]
enum BrokenOff {
    /// The endpoint failed.
    Chat(ChatError),
    /// That identifiers are given back could not be recorded, so they are not.
    NotRecorded(StoreError),
}

impl From<ChatError> for BrokenOff {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

/// Records, before the first identifier of an answer is given back in clear, to whom and in which conversation.
struct Restoring<'a> {
    store: &'a Store,
    ask: &'a Ask<'a>,
    recorded: bool,
}

impl Restoring<'_> {
    async fn record(&mut self, restorer: &Restorer<'_>) -> Result<(), BrokenOff> {
        if self.recorded || restorer.restored() == 0 {
            return Ok(());
        }
        let entry = Entry::new(Actor::Person(self.ask.account), Action::RedactionRestore);
        let entry = match self.ask.conversation {
            Some(conversation) => entry.about(Subject::Conversation(conversation)),
            None => entry,
        };
        self.store.audit().append(entry).await.map_err(BrokenOff::NotRecorded)?;
        self.recorded = true;
        Ok(())
    }
}

/// Takes sentences as they come.
#[async_trait]
pub(crate) trait HandOver {
    /// Takes one; false when nobody reads any more.
    async fn take(&mut self, part: AnswerPart) -> bool;
}

impl Assistant {
    /// Has the model write an answer from these passages, if there is one.
    pub(crate) async fn write(
        &self,
        request: &Request<'_>,
        passages: &[Verified<Passage>],
        hand_over: &mut (dyn HandOver + Send),
    ) -> Result<Option<Outcome>, StoreError> {
        let Request { principal, conversation, said, question, depth } = *request;
        let Some(writer) = &self.0.writer else { return Ok(None) };
        let passages = &passages[..passages.len().min(SOURCES)];
        if passages.is_empty() {
            return Ok(None);
        }
        let (history, quoted) = self.history(principal, conversation, said).await?;
        let class = passages.iter().map(|passage| passage.sensitivity).fold(quoted, Sensitivity::join);
        let prompt = Prompt {
            instructions: depth.instructions(),
            history,
            sources: (1..).zip(passages).map(|(number, passage)| source(number, passage.borrow())).collect(),
            question: question.to_owned(),
        };
        let ask = Ask {
            destination: writer.destination(),
            purpose: Purpose::Answer,
            class: Some(class),
            account: principal.account,
            conversation: Some(conversation),
        };
        Ok(Some(writer.write(&self.0.parts.store, prompt, &ask, passages, hand_over).await))
    }

    /// What was said before, as far as the person may still see it, and the class of what it quotes.
    async fn history(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        question: &str,
    ) -> Result<(Vec<Said>, Sensitivity), StoreError> {
        let conversations = self.0.parts.store.conversations();
        let Some(found) = conversations.latest(principal.account, conversation, HISTORY + 1).await? else {
            return Ok((Vec::new(), Sensitivity::Public));
        };
        let (mut messages, _) = self.verified(found).await;
        // The question itself was kept before the turn began.
        if messages.last().is_some_and(|last| last.role == Role::User && last.text() == question) {
            messages.pop();
        }
        let class = messages
            .iter()
            .filter_map(|message| quoted_class(message))
            .fold(Sensitivity::Public, Sensitivity::join);
        let said = messages.iter().map(|message| said(message)).filter(|said| !said.text.trim().is_empty());
        Ok((said.collect(), class))
    }
}

/// The class of the documents that an answer quotes; the highest when it quotes some and its record does not say.
fn quoted_class(message: &Message) -> Option<Sensitivity> {
    message.citations().next()?;
    let record =
        message.details.clone().and_then(|details| serde_json::from_value::<crate::TurnRecord>(details).ok());
    Some(record.map(|record| record.sensitivity).unwrap_or_default())
}

fn said(message: &Message) -> Said {
    let by = match message.role {
        Role::User => Speaker::Person,
        Role::Assistant => Speaker::Assistant,
    };
    Said { by, text: message.text().chars().take(HISTORY_CHARS).collect() }
}

fn source(number: u32, passage: &Passage) -> Source {
    Source { number, heading: passage.heading.clone(), text: passage.text.clone() }
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Forbidden(rule) => format!("the model was not asked: {rule}"),
        Refusal::NotRecorded(error) => {
            tracing::error!(error = %error, "nothing was sent, because the decision could not be kept");
            "the model was not asked: the decision could not be kept".to_owned()
        }
    }
}

fn count(tally: &Tally) {
    for (end, count) in [
        ("shown", tally.shown),
        ("uncited", tally.uncited),
        ("unsupported", tally.unsupported),
        ("unreadable", tally.unreadable),
    ] {
        metrics::counter!(MODEL_SENTENCES, "end" => end).increment(u64::from(count));
    }
}

// === impl KeptDecisions ===

impl KeptDecisions {
    /// Keeps them there.
    pub const fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl RecordsDecisions for KeptDecisions {
    async fn record(&self, decision: &Decision) -> Result<(), NotRecorded> {
        let row = NewEgressDecision {
            destination: &decision.destination,
            protection: decision.protection,
            purpose: decision.purpose.as_str(),
            class: decision.class.as_str(),
            mode: decision.mode.as_str(),
            rule: decision.rule.as_str(),
            passed: decision.rule.passes(),
            counts: &decision.counts,
            chars: decision.chars,
            account_digest: decision.account,
            conversation_digest: decision.conversation,
        };
        match self.0.egress_decisions().keep(&row).await {
            Ok(_) => Ok(()),
            Err(error) => Err(NotRecorded(Box::new(error))),
        }
    }
}
