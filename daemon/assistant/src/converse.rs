//! One turn: a question becomes a streamed, cited answer that the conversation keeps.
//!
//! The turn runs as a task of its own and hands its parts over a channel of one. Dropping the stream closes the
//! channel: the task stops where it is, keeps what was handed over and marks it as stopped, so a reader who comes back
//! finds what they saw. The answer is kept before its last part is handed over; whoever sees `Done` will find it again.
//! Indexed text is data here: it is quoted, never followed. What a question leaves open is asked back once, in
//! [`ground`]; what it is answered from is found there too. Where a model is configured it writes the answer
//! ([`written`]), and each of its sentences is handed over when it holds; where none does, the answer is quoted
//! ([`quoted`]). A part that waited for its reader longer than the mirror is believed is checked once more before it goes
//! out ([`hand_over`]).

mod finding;
mod ground;
mod hand_over;
mod quoted;
mod record;
mod turn;
mod written;

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use tokio::sync::mpsc;
use tracing::Instrument as _;
use voiceassist_model::{AnswerPart, ConversationId, MessageId, Principal};
use voiceassist_rag::answer::Depth;
use voiceassist_store::conversations::NewMessage;
use voiceassist_store::{StoreError, Verified};

use crate::Assistant;
use crate::diary::Zone;
use crate::filter::Filter;
use crate::search::{SearchError, checked_query};

pub use record::TurnRecord;
use turn::{Asked, Turn};

/// How many parts wait for the reader. One: a part handed over is as good as read.
const PARTS_IN_FLIGHT: usize = 1;

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
    /// How much is wanted.
    pub depth: Depth,
    /// What is looked at for this question and no other.
    pub filter: Filter,
    /// By whose clock it is asked; without it by the one of the person's calendars.
    pub zone: Option<Zone>,
}

impl Wish {
    /// A new question in a conversation, of everything, answered at the usual length.
    pub fn new(conversation: ConversationId, question: impl Into<String>) -> Self {
        let question = question.into();
        let filter = Filter::default();
        Self { conversation, question, replaces: None, depth: Depth::Standard, filter, zone: None }
    }
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
        self.ask_for(principal, Wish::new(conversation, question)).await
    }

    /// The same, perhaps in the place of an earlier question.
    pub async fn ask_for(&self, principal: &Principal, wish: Wish) -> Result<AnswerStream, AskError> {
        let Wish { conversation, question, replaces, depth, filter, zone } = wish;
        let filter = filter.checked().map_err(|error| AskError::Search(SearchError::Filter(error)))?;
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
        let asked = Asked { conversation, question, depth, filter, zone };
        let turn = Turn::new(self.clone(), principal.clone(), asked, sender, permit);
        let span = tracing::info_span!("assistant.turn.run", account.id = %principal.account);
        self.0.tasks.spawn(turn.run().instrument(span));
        Ok(AnswerStream(receiver))
    }
}
