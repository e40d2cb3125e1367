//! One model is asked: whether it may be, what goes to it, and what comes back.
//!
//! Each attempt stands for itself. The breaker must admit it, the prompt is cut to what this model reads, the gate decides
//! about this destination and keeps its decision, and what it can cost is set aside. Whatever of this fails passes the
//! model over, and the next may be asked; from the first word on there is no next. The steps say what happened, by names
//! and codes and without content.

use futures::StreamExt as _;
use tokio_util::task::TaskTracker;
use voiceassist_model::{Passage, Provenance};
use voiceassist_phi::{Ask, Cleared, Mode, Prompt, Refusal, Restorer};
use voiceassist_rag::answer::written::{Tally, Written};
use voiceassist_rag::chat::fit::{self, Fitted};
use voiceassist_rag::chat::{ChatError, ChatModel, ChatPiece, ChatStream};
use voiceassist_store::{Store, StoreError, Verified};

use super::spending::{Broke, Spending};
use super::{HandOver, Restoring, Writer};

/// Everything about a request that does not depend on the model.
pub(super) struct Wanted<'a> {
    pub(super) store: &'a Store,
    pub(super) tasks: &'a TaskTracker,
    pub(super) prompt: Prompt,
    /// For whom; its destination is replaced by each model's own.
    pub(super) ask: AskFor,
    pub(super) passages: &'a [Verified<Passage>],
}

/// What the gate is asked, but for the destination.
pub(super) struct AskFor {
    pub(super) class: voiceassist_model::Sensitivity,
    pub(super) account: voiceassist_model::AccountId,
    pub(super) conversation: voiceassist_model::ConversationId,
}

/// How an attempt ended.
pub(super) enum Tried {
    /// The model did not begin to answer. A code.
    PassedOver(&'static str),
    /// It answered, perhaps not to its end.
    Wrote(Tally, Box<Provenance>),
}

/// Why an answer ended before its end.
#[derive(Debug)]
pub(super) enum BrokenOff {
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

impl Writer {
    /// Asks the model at a place of the registry.
    pub(super) async fn attempt(
        &self,
        place: usize,
        wanted: &Wanted<'_>,
        steps: &mut Vec<String>,
        hand_over: &mut (dyn HandOver + Send),
    ) -> Tried {
        let Some(model) = self.registry.model(place).cloned() else { return Tried::PassedOver("not_there") };
        let Some(attempt) = self.registry.attempt(place) else {
            steps.push(format!("left {} alone: it failed lately", model.facts().name));
            return Tried::PassedOver("resting");
        };
        let (cleared, given, spending) = match self.prepare(&*model, wanted, steps).await {
            Ok(prepared) => prepared,
            Err(reason) => return Tried::PassedOver(reason),
        };
        steps.push(asked(&*model, &cleared));
        let stream = match model.write(&cleared).await {
            Ok(stream) => {
                attempt.succeeded();
                stream
            }
            Err(error) => {
                tracing::warn!(error = %error, code = error.code(), adapter = model.facts().name, "a model did not answer");
                steps.push(format!("the model failed: {}", error.code()));
                let reason = error.code();
                attempt.failed(&error);
                // Whoever took too long may have worked all the same.
                if !matches!(error, ChatError::TimedOut) {
                    spending.nothing().await;
                }
                return Tried::PassedOver(reason);
            }
        };
        let facts = model.facts();
        let mut provenance =
            Provenance { adapter: facts.name.clone(), model: facts.model.clone(), ..Provenance::default() };
        hand_over.begins(&provenance);
        let mut reading = Reading {
            written: Written::new(&wanted.passages[..given]),
            spending,
            restoring: Restoring::new(wanted, model.destination()),
        };
        match reading.read(stream, &cleared, hand_over).await {
            Ok(()) => {}
            Err(BrokenOff::Chat(error)) => {
                tracing::warn!(error = %error, code = error.code(), "a model's answer broke off");
                steps.push(format!("the model failed: {}", error.code()));
            }
            Err(BrokenOff::NotRecorded(error)) => {
                tracing::error!(error = %error, "nothing was restored, because it could not be recorded");
                steps.push("the model's answer was dropped: restoring it could not be recorded".to_owned());
            }
        }
        let tally = *reading.written.tally();
        provenance.reported_model = reading.spending.model();
        let spent = reading.spending.end().await;
        provenance.tokens_in = spent.usage.input;
        provenance.tokens_out = spent.usage.output;
        provenance.is_estimate = spent.is_estimate;
        provenance.cost_micros = spent.cost;
        Tried::Wrote(tally, Box::new(provenance))
    }

    /// Cuts, clears and sets aside; or says why this model is not asked.
    async fn prepare(
        &self,
        model: &dyn ChatModel,
        wanted: &Wanted<'_>,
        steps: &mut Vec<String>,
    ) -> Result<(Cleared<Prompt>, usize, Spending), &'static str> {
        let facts = model.facts();
        let fitted = fit::fit(wanted.prompt.clone(), facts).map_err(|error| {
            steps.push(format!("{} was not asked: {error}", facts.name));
            "too_small"
        })?;
        steps.extend(left_out(&fitted, wanted.prompt.sources.len(), facts.context_tokens));
        let given = fitted.prompt.sources.len();
        let ask = wanted.ask.of(model.destination());
        let cleared = self.gate.clear(fitted.prompt, &ask).await.map_err(|refusal| {
            steps.push(refused(&refusal));
            "refused"
        })?;
        let sent = fit::tokens_of(cleared.content());
        let account = wanted.ask.account;
        let spending =
            Spending::begin(wanted.store, wanted.tasks, account, facts, sent, &self.allowance).await;
        let spending = spending.map_err(|broke| not_paid(broke, steps))?;
        Ok((cleared, given, spending))
    }
}

impl AskFor {
    /// The question to the gate about one destination.
    pub(super) const fn of<'d>(&self, destination: &'d voiceassist_phi::Destination) -> Ask<'d> {
        Ask {
            destination,
            purpose: voiceassist_phi::Purpose::Answer,
            class: Some(self.class),
            account: self.account,
            conversation: Some(self.conversation),
        }
    }
}

/// An answer as it comes.
struct Reading<'a> {
    written: Written<'a, Verified<Passage>>,
    spending: Spending,
    restoring: Restoring<'a>,
}

impl Reading<'_> {
    async fn read(
        &mut self,
        mut stream: ChatStream,
        cleared: &Cleared<Prompt>,
        hand_over: &mut (dyn HandOver + Send),
    ) -> Result<(), BrokenOff> {
        let mut restorer = Restorer::new(cleared.surrogates());
        let mut whole = false;
        while let Some(piece) = stream.next().await {
            match piece? {
                ChatPiece::Text(text) => {
                    self.spending.wrote(&text);
                    let text = restorer.push(&text);
                    self.restoring.record(&restorer).await?;
                    for part in self.written.push(&text) {
                        if !hand_over.take(part).await {
                            return Ok(());
                        }
                    }
                }
                ChatPiece::Report(report) => self.spending.reported(report),
                ChatPiece::End { whole: ended } => whole = ended,
            }
        }
        let text = restorer.finish();
        self.restoring.record(&restorer).await?;
        let mut rest = self.written.push(&text);
        rest.extend(self.written.finish(whole));
        for part in rest {
            if !hand_over.take(part).await {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn asked(model: &dyn ChatModel, cleared: &Cleared<Prompt>) -> String {
    let destination = cleared.destination();
    let how = match destination.mode() {
        Mode::Allow => String::new(),
        Mode::Redact | Mode::Forbid => format!(", {} surrogates", cleared.surrogates().len()),
    };
    format!("asked {} ({}{how})", model.model(), destination.protection().as_str())
}

fn left_out(fitted: &Fitted, given: usize, context_tokens: Option<u32>) -> Option<String> {
    let Fitted { sources_left_out, history_left_out, is_shortened, .. } = *fitted;
    if (sources_left_out, history_left_out, is_shortened) == (0, 0, false) {
        return None;
    }
    let history = if history_left_out > 0 {
        format!(" and {history_left_out} earlier messages")
    } else {
        String::new()
    };
    let end = if is_shortened { " and the end of the one left" } else { "" };
    let reads = context_tokens.unwrap_or_default();
    Some(format!(
        "left out {sources_left_out} of {given} passages{history}{end}: the model reads {reads} tokens"
    ))
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

/// The code of a refusal for want of money or tokens.
pub(super) const OVER_BUDGET: &str = "over_budget";

fn not_paid(broke: Broke, steps: &mut Vec<String>) -> &'static str {
    let (step, code) = match broke {
        Broke::Person => ("the model was not asked: your budget for today is used up", OVER_BUDGET),
        Broke::Whole => ("the model was not asked: the budget for this month is used up", OVER_BUDGET),
        Broke::NotCounted(error) => {
            tracing::error!(error = %error, "nothing was sent, because its cost could not be counted");
            ("the model was not asked: its cost could not be counted", "not_counted")
        }
    };
    steps.push(step.to_owned());
    code
}
