//! What people do with their conversations besides talking: keep one at the top, find one again, judge an answer, take
//! a question back.
//!
//! Titles are sealed, so finding one opens them one after the other; how many is bounded, the latest first. A question
//! that is taken back goes with everything that was said after it, because the answers stood on it.

use uuid::Uuid;
use voiceassist_model::{AccountId, ConversationId, MessageId};

use super::{Conversation, Conversations, Role, Row};
use crate::error::{During as _, Result, StoreError};

/// Titles looked through for one search, the latest conversations first.
pub const MAX_SEARCHED: i64 = 1_000;

/// What a reader thought of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rating {
    /// It helped.
    Helpful,
    /// It did not.
    NotHelpful,
}

impl Rating {
    /// The stable name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helpful => "helpful",
            Self::NotHelpful => "not_helpful",
        }
    }

    pub(super) fn from_name(name: &str) -> Result<Self> {
        [Self::Helpful, Self::NotHelpful]
            .into_iter()
            .find(|rating| rating.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "rating" })
    }
}

impl Conversations<'_> {
    /// Keeps a conversation at the top, or no longer. False when the person has no such conversation.
    pub async fn pin(self, account: AccountId, id: ConversationId, pinned: bool) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update conversations set pinned_at = case when $3 then coalesce(pinned_at, $4) end
             where account_id = $1 and id = $2
            "#,
            account.as_uuid(),
            id.as_uuid(),
            pinned,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("pinning a conversation")?;
        Ok(done.rows_affected() > 0)
    }

    /// A person's conversations whose title holds every one of these words, the most recently used first. Looks at the
    /// latest [`MAX_SEARCHED`] titles.
    pub async fn search(self, account: AccountId, words: &str, limit: usize) -> Result<Vec<Conversation>> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, title, message_count, pinned_at is not null as "pinned!", created_at, updated_at
              from conversations where account_id = $1 order by updated_at desc, id desc limit $2
            "#,
            account.as_uuid(),
            MAX_SEARCHED
        )
        .fetch_all(self.store.pool())
        .await
        .during("searching conversations")?;
        let mut found = Vec::new();
        for row in rows {
            let conversation = self.open(row).await?;
            let title = conversation.title.to_lowercase();
            if words.iter().all(|word| title.contains(word.as_str())) {
                found.push(conversation);
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// Keeps what a person thought of an answer; `None` forgets it. False when the person has no such answer.
    pub async fn rate(self, account: AccountId, message: MessageId, rating: Option<Rating>) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update messages m set rating = $3 from conversations c
             where m.id = $2 and m.role = $4 and c.id = m.conversation_id and c.account_id = $1
            "#,
            account.as_uuid(),
            message.as_uuid(),
            rating.map(Rating::as_str),
            Role::Assistant.as_str()
        )
        .execute(self.store.pool())
        .await
        .during("rating an answer")?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a question back, with everything that was said after it. False when the person asked no such thing here.
    pub async fn take_back(
        self,
        account: AccountId,
        conversation: ConversationId,
        question: MessageId,
    ) -> Result<bool> {
        let kept: Option<Uuid> = sqlx::query_scalar!(
            r#"
            with first as (
                select m.ordinal from messages m join conversations c on c.id = m.conversation_id
                 where c.account_id = $1 and c.id = $2 and m.id = $3 and m.role = $4
            ), gone as (
                delete from messages where conversation_id = $2 and ordinal >= (select ordinal from first)
            )
            update conversations set message_count = (select ordinal from first)
             where id = $2 and account_id = $1 and exists (select from first) returning id
            "#,
            account.as_uuid(),
            conversation.as_uuid(),
            question.as_uuid(),
            Role::User.as_str()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("taking a question back")?;
        Ok(kept.is_some())
    }
}
