//! One turn: a question becomes a streamed, cited answer that the conversation keeps.
//!
//! The turn runs as a task of its own and hands its parts over a channel of one. Dropping the stream closes the
//! channel: the task stops where it is, keeps what was handed over and marks it as stopped, so a reader who comes back
//! finds what they saw. The answer is kept before its last part is handed over; whoever sees `Done` will find it again.
//! Indexed text is data here: it is quoted, never followed. Where a model is configured it writes the answer
//! ([`crate::write`]), and each of its sentences is handed over when it holds; where none does, the answer is quoted as
//! without a model. A part that waited for its reader longer than the mirror is
//! believed is checked once more before it goes out.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tracing::Instrument as _;
use voiceassist_model::{
    AnswerPart, Calculation, Confidence, ConversationId, DocumentId, MessageId, Outcome, Passage, Principal,
    Sensitivity,
};
use voiceassist_rag::answer::written::Tally;
use voiceassist_rag::answer::{AnswerSettings, Draft};
use voiceassist_store::conversations::{NewMessage, Role, Sentence};
use voiceassist_store::{StoreError, Verified};

use crate::search::{SearchError, SearchResults, checked_query};
use crate::tools;
use crate::turns::TurnPermit;
use crate::write::HandOver;
use crate::{Assistant, TURN_SECONDS};

/// How many parts wait for the reader. One: a part handed over is as good as read.
const PARTS_IN_FLIGHT: usize = 1;

/// What is kept beside an answer's text. Holds no content of documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// How it ended; absent when it did not.
    pub outcome: Option<Outcome>,
    /// Whether the reader went away, or the time was over, before the end.
    pub stopped: bool,
    /// How far it can be trusted; absent when it was stopped.
    pub confidence: Option<Confidence>,
    /// The highest class of the passages used; the highest of all when unknown.
    pub sensitivity: Sensitivity,
    /// What made it.
    pub model: Option<String>,
    /// The steps taken.
    pub steps: Vec<String>,
    /// The calculation, if the turn was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<Calculation>,
}

/// A turn that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No such conversation, or another person's.
    #[error("there is no such conversation")]
    UnknownConversation,
    /// The question to be replaced is not one of this conversation.
    #[error("there is no such question in the conversation")]
    UnknownQuestion,
    /// Too many at once.
    #[error("too many turns are running")]
    TooManyTurns,
    /// Finding and choosing took too long.
    #[error("answering took too long")]
    TimedOut,
    /// The question, or the search for it.
    #[error("searching for an answer")]
    Search(#[source] SearchError),
    /// The database failed.
    #[error("keeping the conversation")]
    Store(#[source] StoreError),
}

/// What is asked, and where.
#[derive(Clone, Debug)]
pub struct Wish {
    /// In which conversation.
    pub conversation: ConversationId,
    /// In the person's words.
    pub question: String,
    /// An earlier question of this conversation that is taken back first, with everything that was said after it.
    pub replaces: Option<MessageId>,
}

/// The parts of one answer, in the order of [`AnswerPart`]. Dropping it stops the turn.
#[derive(Debug)]
pub struct AnswerStream(mpsc::Receiver<Result<Verified<AnswerPart>, AskError>>);

impl Stream for AnswerStream {
    type Item = Result<Verified<AnswerPart>, AskError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

impl Assistant {
    /// Asks within a conversation. The question is kept when this returns; the answer as it is streamed.
    pub async fn ask(
        &self,
        principal: &Principal,
        conversation: ConversationId,
        question: String,
    ) -> Result<AnswerStream, AskError> {
        self.ask_for(principal, Wish { conversation, question, replaces: None }).await
    }

    /// The same, perhaps in the place of an earlier question.
    pub async fn ask_for(&self, principal: &Principal, wish: Wish) -> Result<AnswerStream, AskError> {
        let Wish { conversation, question, replaces } = wish;
        let question = checked_query(&question).map_err(AskError::Search)?.to_owned();
        let permit = self.0.turns.enter(principal.account).ok_or(AskError::TooManyTurns)?;
        let message = NewMessage::question(question.clone());
        let conversations = self.0.parts.store.conversations();
        if let Some(earlier) = replaces {
            let taken = conversations.take_back(principal.account, conversation, earlier).await;
            if !taken.map_err(AskError::Store)? {
                return Err(AskError::UnknownQuestion);
            }
        }
        conversations
            .append(principal.account, conversation, message)
            .await
            .map_err(AskError::Store)?
            .ok_or(AskError::UnknownConversation)?;
        let (sender, receiver) = mpsc::channel(PARTS_IN_FLIGHT);
        let turn = Turn {
            assistant: self.clone(),
            principal: principal.clone(),
            conversation,
            question,
            parts: sender,
            kept: Kept::default(),
            _permit: permit,
        };
        let span = tracing::info_span!("assistant.turn.run", account.id = %principal.account);
        self.0.tasks.spawn(turn.run().instrument(span));
        Ok(AnswerStream(receiver))
    }
}

/// What has been handed over so far.
#[derive(Default)]
struct Kept {
    sentences: Vec<Sentence>,
    record: TurnRecord,
}

/// An answer's parts, and when its passages were verified.
struct Composed {
    parts: Vec<Verified<AnswerPart>>,
    verified_at: DateTime<Utc>,
}

/// Passages that were found, and when they were verified.
struct Found {
    results: SearchResults,
    verified_at: DateTime<Utc>,
}

/// What an answer is made from.
enum Ground {
    /// A tool made it already.
    Computed(Composed),
    /// Passages.
    Found(Found),
}

/// Takes a model's sentences on behalf of a turn.
struct Hand<'t> {
    turn: &'t mut Turn,
    passages: &'t [Verified<Passage>],
    verified_at: DateTime<Utc>,
    /// How the turn ended meanwhile, if it did.
    end: Option<End>,
}

#[async_trait]
impl HandOver for Hand<'_> {
    async fn take(&mut self, part: AnswerPart) -> bool {
        let parts = Verified::standing_on(self.passages, vec![part]);
        // Each sentence is in the log before it is shown.
        if let Err(error) = self.turn.assistant.record_answer(&self.turn.principal, &parts).await {
            self.end = Some(self.turn.fail(AskError::Store(error)).await);
            return false;
        }
        for part in parts {
            self.end = self.turn.hand_over(part, &mut self.verified_at).await;
            if self.end.is_some() {
                return false;
            }
        }
        true
    }
}

struct Turn {
    assistant: Assistant,
    principal: Principal,
    conversation: ConversationId,
    question: String,
    parts: mpsc::Sender<Result<Verified<AnswerPart>, AskError>>,
    kept: Kept,
    _permit: TurnPermit,
}

/// How a turn ended, for the metric.
#[derive(Clone, Copy)]
enum End {
    Answered,
    NotFound,
    Stopped,
    Failed,
}

impl End {
    const fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NotFound => "not_found",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

// === impl Turn ===

impl Turn {
    async fn run(mut self) {
        let started = Instant::now();
        let end = self.answer().await;
        metrics::histogram!(TURN_SECONDS, "end" => end.label()).record(started.elapsed().as_secs_f64());
        tracing::info!(end = end.label(), "turn ended");
    }

    async fn answer(&mut self) -> End {
        let limit = self.assistant.0.settings.answer_time;
        // The reader going away is looked for at every wait: while searching here, while handing over below.
        let ground = tokio::select! {
            ground = tokio::time::timeout(limit, self.ground()) => ground,
            () = self.parts.closed() => return self.stop().await,
        };
        let found = match ground {
            Ok(Ok(Ground::Computed(composed))) => return self.hand_over_all(composed).await,
            Ok(Ok(Ground::Found(found))) => found,
            Ok(Err(error)) => return self.fail(AskError::Search(error)).await,
            Err(_) => return self.fail(AskError::TimedOut).await,
        };
        if self.assistant.0.writer.is_some() && !found.results.passages.is_empty() {
            return self.written(found).await;
        }
        self.quoted(found, Vec::new(), false).await
    }

    /// The extractive answer: sentences as the documents have them. `before` are steps that were taken already.
    async fn quoted(&mut self, found: Found, before: Vec<String>, begun: bool) -> End {
        let Found { results: SearchResults { passages, confidence, mut steps }, verified_at } = found;
        steps.extend(before);
        let limit = self.assistant.0.settings.answer_time;
        let parts = tokio::select! {
            parts = tokio::time::timeout(limit, self.draft(&passages)) => parts,
            () = self.parts.closed() => return self.stop().await,
        };
        let Ok(parts) = parts else { return self.fail(AskError::TimedOut).await };
        let parts = parts
            .into_iter()
            .filter(|part| !(begun && matches!(part, AnswerPart::Sources { .. })))
            .map(|part| with_search(part, confidence, &steps))
            .collect();
        let parts = Verified::standing_on(&passages, parts);
        self.hand_over_all(Composed { parts, verified_at }).await
    }

    /// The answer that a model writes, and the extractive one where none of its sentences holds.
    async fn written(&mut self, found: Found) -> End {
        let considered = u32::try_from(found.results.passages.len()).unwrap_or(u32::MAX);
        let mut verified_at = found.verified_at;
        for part in Verified::standing_on(&[], vec![AnswerPart::Sources { considered }]) {
            if let Some(end) = self.hand_over(part, &mut verified_at).await {
                return end;
            }
        }
        let (assistant, principal, question) =
            (self.assistant.clone(), self.principal.clone(), self.question.clone());
        let (reader, conversation) = (self.parts.clone(), self.conversation);
        let passages = found.results.passages.clone();
        let mut hand = Hand { turn: self, passages: &passages, verified_at, end: None };
        // Dropping the writing drops the request: the provider stops when the reader goes or the time is over.
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(
                assistant.0.settings.writing_time,
                assistant.write(&principal, conversation, &question, &passages, &mut hand),
            ) => outcome,
            () = reader.closed() => return hand.turn.stop().await,
        };
        let Hand { end, verified_at, .. } = hand;
        if let Some(end) = end {
            return end;
        }
        let (tally, wrote) = match outcome {
            Ok(Ok(Some(outcome))) => (outcome.tally, outcome.steps),
            Ok(Ok(None)) => (Tally::default(), Vec::new()),
            Ok(Err(error)) => return self.fail(AskError::Store(error)).await,
            Err(_) => (self.shown_so_far(&passages), vec!["the model took too long".to_owned()]),
        };
        if tally.shown == 0 {
            return self.quoted(Found { verified_at, ..found }, wrote, true).await;
        }
        let done = AnswerPart::Done {
            outcome: Outcome::Answered,
            confidence: Confidence {
                retrieval: found.results.confidence,
                selection: tally.mean_support().clamp(0.0, 1.0),
            },
            sensitivity: tally.sensitivity.unwrap_or_default(),
            model: self
                .assistant
                .0
                .writer
                .as_ref()
                .map(|writer| writer.model().to_owned())
                .unwrap_or_default(),
            steps: found.results.steps.into_iter().chain(wrote).collect(),
        };
        self.hand_over_all(Composed { parts: Verified::standing_on(&passages, vec![done]), verified_at })
            .await
    }

    /// What was shown of an answer whose writing was broken off.
    fn shown_so_far(&self, passages: &[Verified<Passage>]) -> Tally {
        let citations = self.kept.sentences.iter().flat_map(|sentence| &sentence.citations);
        let classes = citations.filter_map(|citation| {
            passages.iter().find(|passage| passage.chunk == citation.chunk).map(|passage| passage.sensitivity)
        });
        Tally {
            shown: u32::try_from(self.kept.sentences.len()).unwrap_or(u32::MAX),
            sensitivity: classes.reduce(Sensitivity::join),
            ..Tally::default()
        }
    }

    async fn hand_over_all(&mut self, composed: Composed) -> End {
        let Composed { parts, mut verified_at } = composed;
        // Whoever sees any of it is in the log as having seen it.
        if let Err(error) = self.assistant.record_answer(&self.principal, &parts).await {
            return self.fail(AskError::Store(error)).await;
        }
        for part in parts {
            if matches!(*part, AnswerPart::Done { .. }) {
                return self.finish(part).await;
            }
            if let Some(end) = self.hand_over(part, &mut verified_at).await {
                return end;
            }
        }
        // The composer always ends with `Done`; without it the answer is what was handed over.
        self.stop().await
    }

    /// Hands one part over once the reader has taken what came before. Something only if the turn is over.
    async fn hand_over(
        &mut self,
        part: Verified<AnswerPart>,
        verified_at: &mut DateTime<Utc>,
    ) -> Option<End> {
        let Ok(room) = self.parts.clone().reserve_owned().await else { return Some(self.stop().await) };
        match self.still_holds(&part, verified_at).await {
            Ok(true) => {}
            Ok(false) => {
                drop(room);
                return Some(self.stop().await);
            }
            Err(error) => {
                drop(room);
                return Some(self.fail(AskError::Store(error)).await);
            }
        }
        room.send(Ok(part.clone()));
        self.kept.add(part.into_inner());
        None
    }

    /// Whether a part may still be shown. The reader takes their time; beyond the bound it is asked again.
    async fn still_holds(
        &self,
        part: &AnswerPart,
        verified_at: &mut DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let AnswerPart::Sentence { citations, .. } = part else { return Ok(true) };
        let now = self.assistant.0.parts.clock.now();
        if now - *verified_at <= self.assistant.0.settings.freshness_bound {
            return Ok(true);
        }
        *verified_at = now;
        let documents: BTreeSet<DocumentId> = citations.iter().map(|citation| citation.document).collect();
        self.assistant.still_readable(&self.principal, &documents).await
    }

    /// Lets a tool answer, or finds passages.
    async fn ground(&self) -> Result<Ground, SearchError> {
        if let Some(parts) = self.by_tool().await? {
            let verified_at = self.assistant.0.parts.clock.now();
            return Ok(Ground::Computed(Composed { parts: Verified::calculated(parts), verified_at }));
        }
        let limit = self.assistant.0.settings.answer_passages;
        let verified_at = self.assistant.0.parts.clock.now();
        let results = self.assistant.find(&self.principal, &self.question, limit).await?;
        Ok(Ground::Found(Found { results, verified_at }))
    }

    /// What a tool answers; `None` leaves the question to the documents.
    async fn by_tool(&self) -> Result<Option<Vec<AnswerPart>>, SearchError> {
        let conversations = self.assistant.0.parts.store.conversations();
        let latest = conversations
            .latest_details(self.principal.account, self.conversation)
            .await
            .map_err(SearchError::Store)?;
        // What was stopped was not shown whole, so nothing of it can be confirmed.
        let pending = latest
            .and_then(|details| serde_json::from_value::<TurnRecord>(details).ok())
            .filter(|record| !record.stopped)
            .and_then(|record| record.calculation);
        Ok(tools::answer(&tools::Ask { text: &self.question, pending: pending.as_ref() }))
    }

    /// Chooses sentences by words, and by meaning when a model is there.
    async fn draft(&self, passages: &[Verified<Passage>]) -> Vec<AnswerPart> {
        let draft = Draft::new(&self.question, passages, &AnswerSettings::default());
        let cosines = match &self.assistant.0.parts.embedder {
            Some(embedder) if !passages.is_empty() => {
                let sentences = draft.sentences().into_iter().map(str::to_owned).collect();
                let compared = cosines(embedder.as_ref(), &self.question, sentences);
                tokio::time::timeout(self.assistant.0.settings.meaning_time, compared).await.ok().flatten()
            }
            _ => None,
        };
        draft.finish(cosines.as_deref())
    }

    /// Keeps the whole answer, then says that it is done.
    async fn finish(&mut self, done: Verified<AnswerPart>) -> End {
        self.kept.add(done.clone().into_inner());
        let end = match self.kept.record.outcome {
            Some(Outcome::Answered) => End::Answered,
            _ => End::NotFound,
        };
        match self.keep().await {
            Ok(()) => {
                // The reader may have gone after the last sentence; the answer is whole all the same.
                let _ = self.parts.send(Ok(done)).await;
                end
            }
            Err(error) => self.fail(error).await,
        }
    }

    /// Keeps what was handed over, marked.
    async fn stop(&mut self) -> End {
        self.kept.record.stopped = true;
        if let Err(error) = self.keep().await {
            tracing::warn!(error = %error, "a stopped answer was not kept");
        }
        End::Stopped
    }

    async fn fail(&mut self, error: AskError) -> End {
        let _ = self.parts.send(Err(error)).await;
        End::Failed
    }

    async fn keep(&mut self) -> Result<(), AskError> {
        let kept = std::mem::take(&mut self.kept);
        let message = NewMessage {
            role: Role::Assistant,
            sentences: kept.sentences,
            // A record of numbers and short strings always has a JSON form.
            details: serde_json::to_value(&kept.record).ok(),
        };
        let conversations = self.assistant.0.parts.store.conversations();
        conversations
            .append(self.principal.account, self.conversation, message)
            .await
            .map_err(AskError::Store)?
            // Deleted while it was being answered: there is nothing left to keep it in.
            .ok_or(AskError::UnknownConversation)?;
        Ok(())
    }
}

impl Kept {
    fn add(&mut self, part: AnswerPart) {
        match part {
            AnswerPart::Sources { .. } => {}
            AnswerPart::Calculation { calculation } => self.record.calculation = Some(*calculation),
            AnswerPart::Sentence { text, citations } => self.sentences.push(Sentence { text, citations }),
            AnswerPart::Done { outcome, confidence, sensitivity, model, steps } => {
                self.record = TurnRecord {
                    outcome: Some(outcome),
                    stopped: false,
                    confidence: Some(confidence),
                    sensitivity,
                    model: Some(model),
                    steps,
                    calculation: self.record.calculation.take(),
                };
            }
        }
    }
}

/// The last part with what the search knows: how sure it is, and what it did.
fn with_search(part: AnswerPart, retrieval: f32, searched: &[String]) -> AnswerPart {
    match part {
        AnswerPart::Done { outcome, confidence, sensitivity, model, steps } => AnswerPart::Done {
            outcome,
            confidence: Confidence { retrieval, ..confidence },
            sensitivity,
            model,
            steps: searched.iter().cloned().chain(steps).collect(),
        },
        part => part,
    }
}

/// How close each sentence is in meaning to the question. `None`: the model is not there or failed, words must do.
async fn cosines(
    embedder: &dyn voiceassist_rag::embed::Embedder,
    question: &str,
    sentences: Vec<String>,
) -> Option<Vec<f32>> {
    if sentences.is_empty() {
        return None;
    }
    let question = embedder.embed_question(question.to_owned()).await;
    let sentences = embedder.embed(sentences).await;
    match (question, sentences) {
        // Both are normalised, so the product is the cosine.
        (Ok(question), Ok(sentences)) => Some(
            sentences
                .iter()
                .map(|sentence| sentence.iter().zip(&question).map(|(a, b)| a * b).sum())
                .collect(),
        ),
        (Err(error), _) | (_, Err(error)) => {
            tracing::warn!(error = %error, "sentences are chosen by words alone");
            None
        }
    }
}
