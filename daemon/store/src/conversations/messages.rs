//! What was said in a conversation, in order.
//!
//! Messages are added by whoever has the conversation and read back only as far as their reader may still see what they
//! quote: sentences that were read from what is gone are left out here, and those that quote documents are handed out
//! unverified. Texts, grounds and details are sealed, each bound to its place.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use voiceassist_model::{AccountId, Citation, ConversationId, DocumentId, MessageId, debug_without_text};

use super::sentences::{grounds, joined, split};
use super::{Conversations, Rating, Sentence};
use crate::error::{During as _, Result, StoreError};
use crate::page::{Cursor, Key, Listed, MAX_PAGE, Page};
use crate::seal::Place;
use crate::verified::{Quoting, Unverified};

/// Who said it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The person.
    User,
    /// The assistant.
    Assistant,
}

impl Role {
    /// The stable name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        [Self::User, Self::Assistant]
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "role" })
    }
}

/// Something to be kept of a conversation.
#[derive(Clone, PartialEq)]
pub struct NewMessage {
    /// Who said it.
    pub role: Role,
    /// What.
    pub sentences: Vec<Sentence>,
    /// How it came about, for whoever looks closer.
    pub details: Option<Value>,
}

// Details are as free as texts and have no length to tell.
debug_without_text!(NewMessage { role, sentences; });

impl NewMessage {
    /// What a person asked.
    pub fn question(text: impl Into<String>) -> Self {
        Self { role: Role::User, sentences: vec![Sentence::plain(text)], details: None }
    }
}

/// Something that was said, as far as its reader may still see it.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub role: Role,
    /// What.
    pub sentences: Vec<Sentence>,
    /// How many sentences were left out: they quote documents that may not be read now, or were read from what is gone.
    pub withheld: u32,
    /// How it came about.
    pub details: Option<Value>,
    /// What its reader thought of it.
    pub rating: Option<Rating>,
    /// When.
    pub created_at: DateTime<Utc>,
}

debug_without_text!(Message { id, role, sentences, withheld, created_at; });

impl Message {
    /// Its sentences in a row.
    pub fn text(&self) -> String {
        joined(&self.sentences)
    }

    /// What it stands on, in the order of its sentences.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        self.sentences.iter().flat_map(|sentence| &sentence.citations)
    }
}

impl Quoting for Message {
    fn documents(&self) -> Vec<DocumentId> {
        self.citations().map(|citation| citation.document).collect()
    }

    fn only(mut self, readable: &BTreeSet<DocumentId>) -> Option<Self> {
        let before = self.sentences.len();
        self.sentences.retain(|sentence| {
            sentence.citations.iter().all(|citation| readable.contains(&citation.document))
        });
        let left_out = u32::try_from(before - self.sentences.len()).unwrap_or(u32::MAX);
        self.withheld = self.withheld.saturating_add(left_out);
        Some(self)
    }
}

struct MessageRow {
    id: Uuid,
    role: String,
    body: Vec<u8>,
    citations: Option<Vec<u8>>,
    details: Option<Vec<u8>>,
    rating: Option<String>,
    created_at: DateTime<Utc>,
}

impl Conversations<'_> {
    /// Adds what was said. `None` when the person has no such conversation.
    pub async fn append(
        self,
        account: AccountId,
        conversation: ConversationId,
        message: NewMessage,
    ) -> Result<Option<MessageId>> {
        let id = MessageId::from_uuid(self.store.new_uuid());
        let text = joined(&message.sentences);
        let body = self.store.seal_bytes(message_place(id, "body"), text.as_bytes()).await?;
        let citations = match grounds(&message.sentences) {
            None => None,
            Some(grounds) => Some(self.seal_json(message_place(id, "citations"), &grounds).await?),
        };
        let details = match &message.details {
            None => None,
            Some(details) => Some(self.seal_json(message_place(id, "details"), details).await?),
        };
        // The conversation's row is the counter, so two messages never claim the same place.
        let done = sqlx::query!(
            r#"
            with conversation as (
                update conversations set message_count = message_count + 1, updated_at = greatest(updated_at, $8)
                 where account_id = $1 and id = $2 returning id, message_count
            )
            insert into messages (id, conversation_id, ordinal, role, body, citations, details, created_at)
            select $3, id, message_count - 1, $4, $5, $6, $7, $8 from conversation
            "#,
            account.as_uuid(),
            conversation.as_uuid(),
            id.as_uuid(),
            message.role.as_str(),
            body,
            citations,
            details,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("adding a message")?;
        Ok((done.rows_affected() > 0).then_some(id))
    }

    /// What was said, in order, and where the next page begins. `None` when the person has no such conversation.
    pub async fn messages(
        self,
        account: AccountId,
        conversation: ConversationId,
        page: &Page,
    ) -> Result<Option<(Unverified<Message>, Option<Cursor>)>> {
        if self.find(account, conversation).await?.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query_as!(
            MessageRow,
            r#"
            select m.id, m.role, m.body, m.citations, m.details, m.rating, m.created_at
              from messages m join conversations c on c.id = m.conversation_id
             where c.account_id = $1 and c.id = $2
               and ($3::uuid is null
                    or m.ordinal > (select ordinal from messages where id = $3 and conversation_id = $2))
             order by m.ordinal limit $4
            "#,
            account.as_uuid(),
            conversation.as_uuid(),
            page.key()?.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading messages")?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows {
            messages.push(self.message(row).await?);
        }
        let Listed { items, next } = Listed::cut(messages, page, |message| Key::id(message.id.as_uuid()));
        Ok(Some((self.claimed(account, items).await?, next)))
    }

    /// The last things that were said, in order. `None` when the person has no such conversation.
    pub async fn latest(
        self,
        account: AccountId,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Option<Unverified<Message>>> {
        if self.find(account, conversation).await?.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query_as!(
            MessageRow,
            r#"
            select m.id, m.role, m.body, m.citations, m.details, m.rating, m.created_at
              from messages m join conversations c on c.id = m.conversation_id
             where c.account_id = $1 and c.id = $2 order by m.ordinal desc limit $3
            "#,
            account.as_uuid(),
            conversation.as_uuid(),
            i64::from(limit.min(MAX_PAGE))
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading the latest messages")?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in rows.into_iter().rev() {
            messages.push(self.message(row).await?);
        }
        Ok(Some(self.claimed(account, messages).await?))
    }

    async fn message(self, row: MessageRow) -> Result<Message> {
        let id = MessageId::from_uuid(row.id);
        let text = self.store.open_text(message_place(id, "body"), &row.body).await?;
        let grounds = self.open_json(message_place(id, "citations"), row.citations.as_deref()).await?;
        Ok(Message {
            id,
            role: Role::from_name(&row.role)?,
            sentences: split(text, grounds),
            withheld: 0,
            details: self.open_json(message_place(id, "details"), row.details.as_deref()).await?,
            rating: row.rating.as_deref().map(Rating::from_name).transpose()?,
            created_at: row.created_at,
        })
    }

    /// Messages with what the database says about the documents they quote.
    async fn claimed(self, account: AccountId, mut messages: Vec<Message>) -> Result<Unverified<Message>> {
        self.keep_standing(account, &mut messages).await?;
        let quoted: BTreeSet<DocumentId> = messages.iter().flat_map(Quoting::documents).collect();
        let quoted: Vec<DocumentId> = quoted.into_iter().collect();
        let claim = self.store.documents().claim(account, &quoted).await?;
        Ok(Unverified::new(claim, messages))
    }

    /// Leaves out the sentences that were read from what is no longer in the person's mirror.
    async fn keep_standing(self, account: AccountId, messages: &mut [Message]) -> Result<()> {
        let cited =
            messages.iter().flat_map(|message| &message.sentences).flat_map(|sentence| &sentence.items);
        let left = self.store.cited().left(account, cited.map(|item| item.id)).await?;
        for message in messages {
            let before = message.sentences.len();
            message.sentences.retain(|sentence| sentence.items.iter().all(|item| left.contains(&item.id)));
            message.withheld = u32::try_from(before - message.sentences.len()).unwrap_or(u32::MAX);
        }
        Ok(())
    }

    /// The details of the assistant's latest message. `None` when there is none, or no such conversation.
    pub async fn latest_details(
        self,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<Option<Value>> {
        let row = sqlx::query!(
            r#"
            select m.id, m.details
              from messages m join conversations c on c.id = m.conversation_id
             where c.account_id = $1 and c.id = $2 and m.role = $3
             order by m.ordinal desc limit 1
            "#,
            account.as_uuid(),
            conversation.as_uuid(),
            Role::Assistant.as_str()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading the latest answer")?;
        let Some(row) = row else { return Ok(None) };
        self.open_json(message_place(MessageId::from_uuid(row.id), "details"), row.details.as_deref()).await
    }

    async fn seal_json<T: Serialize + ?Sized>(self, place: Place, value: &T) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(value).map_err(|_| StoreError::Corrupt { what: "message" })?;
        self.store.seal_bytes(place, &json).await
    }

    async fn open_json<T: serde::de::DeserializeOwned>(
        self,
        place: Place,
        sealed: Option<&[u8]>,
    ) -> Result<Option<T>> {
        let Some(sealed) = sealed else { return Ok(None) };
        let json = self.store.open_bytes(place, sealed).await?;
        serde_json::from_slice(&json).map(Some).map_err(|_| StoreError::Corrupt { what: "message" })
    }
}

fn message_place(id: MessageId, column: &'static str) -> Place {
    Place { table: "messages", row: id.as_uuid(), column }
}
