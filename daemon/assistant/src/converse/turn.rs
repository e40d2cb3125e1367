//! A turn from its beginning to its end: what it is answered from, how, and that it is kept.

use std::time::Instant;

use tokio::sync::mpsc;
use voiceassist_model::{AnswerPart, ConversationId, Outcome, Principal};
use voiceassist_rag::answer::Depth;
use voiceassist_store::Verified;
use voiceassist_store::conversations::{NewMessage, Role};

use super::AskError;
use super::ground::Ground;
use super::record::Kept;
use crate::diary::{Diary, Zone};
use crate::filter::Filter;
use crate::turns::TurnPermit;
use crate::{Assistant, TURN_SECONDS};

/// One question being answered.
pub(super) struct Turn {
    pub(super) assistant: Assistant,
    pub(super) principal: Principal,
    pub(super) conversation: ConversationId,
    /// In the person's words.
    pub(super) question: String,
    pub(super) depth: Depth,
    /// What is looked at.
    pub(super) filter: Filter,
    /// By whose clock, if it was said.
    pub(super) zone: Option<Zone>,
    pub(super) parts: mpsc::Sender<Result<Verified<AnswerPart>, AskError>>,
    pub(super) kept: Kept,
    _permit: TurnPermit,
}

/// What a turn is about.
pub(super) struct Asked {
    pub(super) conversation: ConversationId,
    pub(super) question: String,
    pub(super) depth: Depth,
    pub(super) filter: Filter,
    pub(super) zone: Option<Zone>,
}

/// How a turn ended, for the metric.
#[derive(Clone, Copy)]
pub(super) enum End {
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
    pub(super) fn new(
        assistant: Assistant,
        principal: Principal,
        asked: Asked,
        parts: mpsc::Sender<Result<Verified<AnswerPart>, AskError>>,
        permit: TurnPermit,
    ) -> Self {
        let Asked { conversation, question, depth, filter, zone } = asked;
        let kept = Kept::default();
        Self {
            assistant,
            principal,
            conversation,
            question,
            depth,
            filter,
            zone,
            parts,
            kept,
            _permit: permit,
        }
    }

    /// By whose clock days are read and told: the question's, or the person's. Where neither can be had, by UTC, because
    /// only words depend on it.
    pub(super) async fn told_in(&self) -> Zone {
        let diary = Diary::of(&self.assistant.0.parts.store, self.principal.account);
        diary.zone_of(self.zone.as_ref()).await.unwrap_or(Zone::Utc)
    }

    pub(super) async fn run(mut self) {
        let started = Instant::now();
        let end = self.answer().await;
        metrics::histogram!(TURN_SECONDS, "end" => end.label()).record(started.elapsed().as_secs_f64());
        tracing::info!(end = end.label(), "turn ended");
    }

    async fn answer(&mut self) -> End {
        let limit = self.assistant.0.settings.answer_time;
        let reader = self.parts.clone();
        // The reader going away is looked for at every wait: while searching here, while handing over below.
        let ground = tokio::select! {
            ground = tokio::time::timeout(limit, self.ground()) => ground,
            () = reader.closed() => return self.stop().await,
        };
        let found = match ground {
            Ok(Ok(Ground::Ready(composed))) => return self.hand_over_all(composed).await,
            Ok(Ok(Ground::Found(found))) => found,
            Ok(Err(error)) => return self.fail(AskError::Search(error)).await,
            Err(_) => return self.fail(AskError::TimedOut).await,
        };
        if self.assistant.0.writer.is_some() && !found.results.passages.is_empty() {
            return self.written(found).await;
        }
        self.quoted(found, Vec::new(), false).await
    }

    /// Keeps the whole answer, then says that it is done.
    pub(super) async fn finish(&mut self, done: Verified<AnswerPart>) -> End {
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
    pub(super) async fn stop(&mut self) -> End {
        self.kept.record.stopped = true;
        if let Err(error) = self.keep().await {
            tracing::warn!(error = %error, "a stopped answer was not kept");
        }
        End::Stopped
    }

    pub(super) async fn fail(&mut self, error: AskError) -> End {
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
