//! An answer written by a model from verified passages.
//!
//! The models of the registry are asked in their order until one answers ([`attempt`]). What goes out, and only if the gate lets it: the program's instructions, the last of the conversation, the passages
//! without the names of their files, and the question. What comes back is restored as it arrives and held against the
//! passages sentence by sentence; only a sentence that names a given passage which says so is handed on. When the
//! gate refuses, the endpoint fails or nothing holds, the caller is told in a step, and answers as it does without a
//! model. Dropping the future ends the request, so a reader who goes away stops the provider too.

mod attempt;
mod spending;

use std::borrow::Borrow as _;
use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt as _;
use uuid::Uuid;
use voiceassist_model::{
    AccountId, AnswerPart, Clock, ConversationId, Passage, PassedOver, Principal, Provenance, Sensitivity,
};
use voiceassist_phi::clearance::{Decision, NotRecorded};
use voiceassist_phi::{
    Ask, Destination, Gate, Prompt, Purpose, RecordsDecisions, Refusal, Restorer, Said, Source, Speaker,
};
use voiceassist_rag::answer::Depth;
use voiceassist_rag::answer::written::Tally;
use voiceassist_rag::chat::{ChatError, ChatModel, ChatPiece, Registry, Standing};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::conversations::{Message, Role};
use voiceassist_store::egress_decisions::NewEgressDecision;
use voiceassist_store::model_spending::Allowance;
use voiceassist_store::{Store, StoreError, Verified};

use self::attempt::{AskFor, BrokenOff, OVER_BUDGET, Tried, Wanted};
use crate::{Assistant, MODEL_ATTEMPTS, MODEL_SENTENCES};

/// Messages of the conversation that go with a question.
const HISTORY: u32 = 6;
/// Code points of one of them.
const HISTORY_CHARS: usize = 2_000;
/// Passages that go with a question.
const SOURCES: usize = 12;

/// The models that may write, the gate in front of them, and what they may cost.
#[derive(Clone)]
pub struct Writer {
    registry: Registry,
    gate: Gate,
    allowance: Allowance,
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
    /// Who wrote; nothing when nobody did.
    pub(crate) provenance: Option<Box<Provenance>>,
    /// Whether nobody wrote because a budget is used up.
    pub(crate) is_over_budget: bool,
}

impl Outcome {
    /// Nobody was there to write.
    pub(crate) fn nothing() -> Self {
        Self { tally: Tally::default(), steps: Vec::new(), provenance: None, is_over_budget: false }
    }
}

/// Why a model could not be probed.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There is none at this place.
    #[error("there is no such model")]
    NoSuchModel,
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
    /// A writer over one model, which may cost anything.
    pub fn new(model: Arc<dyn ChatModel>, gate: Gate, clock: Arc<dyn Clock>) -> Self {
        Self::of(Registry::new(vec![model], clock), gate, Allowance::default())
    }

    /// A writer over models that stand in for each other, within an allowance.
    pub fn of(registry: Registry, gate: Gate, allowance: Allowance) -> Self {
        Self { registry, gate, allowance }
    }

    /// What stands between the program and the models.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Every model and how it stands, the first choice first.
    pub fn standing(&self) -> Vec<Standing> {
        self.registry.standing()
    }

    /// What the models may cost.
    pub const fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// Has the model at a place of the registry say one word, through the gate like everything else. Nothing of anybody's
    /// is sent.
    pub async fn probe(&self, place: usize) -> Result<(), ProbeError> {
        let model = self.registry.model(place).ok_or(ProbeError::NoSuchModel)?;
        let prompt = Prompt {
            instructions: "Reply with the word OK.",
            history: Vec::new(),
            sources: Vec::new(),
            question: "Are you there?".to_owned(),
        };
        let ask = Ask {
            destination: model.destination(),
            purpose: Purpose::Probe,
            class: Some(Sensitivity::Public),
            account: AccountId::from_uuid(Uuid::nil()),
            conversation: None,
        };
        let cleared = self.gate.clear(prompt, &ask).await.map_err(ProbeError::Refused)?;
        let mut stream = model.write(&cleared).await.map_err(ProbeError::Chat)?;
        while let Some(piece) = stream.next().await {
            if let ChatPiece::Text(_) = piece.map_err(ProbeError::Chat)? {
                return Ok(());
            }
        }
        Err(ProbeError::Silent)
    }

    /// Asks one model after the other until one answers. Sentences that hold are handed to `hand_over` as they come; it
    /// says whether anybody still reads.
    async fn write(&self, wanted: &Wanted<'_>, hand_over: &mut (dyn HandOver + Send)) -> Outcome {
        let mut steps = Vec::new();
        let mut passed_over: Vec<PassedOver> = Vec::new();
        for place in 0..self.registry.len() {
            match self.attempt(place, wanted, &mut steps, hand_over).await {
                Tried::PassedOver(reason) => {
                    metrics::counter!(MODEL_ATTEMPTS, "end" => reason).increment(1);
                    let adapter = self
                        .registry
                        .model(place)
                        .map(|model| model.facts().name.clone())
                        .unwrap_or_default();
                    passed_over.push(PassedOver { adapter, reason: reason.to_owned() });
                }
                Tried::Wrote(tally, mut provenance) => {
                    metrics::counter!(MODEL_ATTEMPTS, "end" => "answered").increment(1);
                    provenance.passed_over = passed_over;
                    steps.extend(chosen(&provenance));
                    if tally.shown + tally.withheld() > 0 {
                        steps.push(format!("wrote {} sentences, withheld {}", tally.shown, tally.withheld()));
                    }
                    count(&tally);
                    return Outcome { tally, steps, provenance: Some(provenance), is_over_budget: false };
                }
            }
        }
        let is_over_budget = passed_over.iter().any(|passed| passed.reason == OVER_BUDGET);
        Outcome { steps, is_over_budget, ..Outcome::nothing() }
    }
}

/// Says that another than the first choice wrote, and what it took.
fn chosen(provenance: &Provenance) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(first) = provenance.passed_over.first() {
        steps.push(format!("{} stood in for {}: {}", provenance.adapter, first.adapter, first.reason));
    }
    let counted = if provenance.is_estimate { "about " } else { "" };
    steps.push(format!("{counted}{} tokens in, {} out", provenance.tokens_in, provenance.tokens_out));
    steps
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("registry", &self.registry).finish_non_exhaustive()
    }
}

/// Records, before the first identifier of an answer is given back in clear, to whom and in which conversation.
struct Restoring<'a> {
    store: &'a Store,
    ask: Ask<'a>,
    recorded: bool,
}

impl<'a> Restoring<'a> {
    const fn new(wanted: &Wanted<'a>, destination: &'a Destination) -> Self {
        Self { store: wanted.store, ask: wanted.ask.of(destination), recorded: false }
    }

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
    /// A model began to write. What it took is not known yet.
    fn begins(&mut self, provenance: &Provenance);

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
        let ask = AskFor { class, account: principal.account, conversation };
        let wanted = Wanted { store: &self.0.parts.store, tasks: &self.0.tasks, prompt, ask, passages };
        Ok(Some(writer.write(&wanted, hand_over).await))
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
