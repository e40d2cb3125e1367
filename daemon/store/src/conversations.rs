//! What people asked and were told.
//!
//! A conversation belongs to one account; for everybody else it does not exist. Titles, texts and citations are sealed,
//! because questions name patients.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;
use voiceassist_model::{AccountId, Citation, ConversationId, MessageId};

use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::page::{Key, Listed, Page};
use crate::seal::Place;

/// Conversations.
#[derive(Clone, Copy)]
pub struct Conversations<'a> {
    pub(crate) store: &'a Store,
}

/// A conversation, without its messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// For people.
    pub title: String,
    /// How many messages it has.
    pub message_count: u32,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something was last said.
    pub updated_at: DateTime<Utc>,
}

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
#[derive(Clone, PartialEq, Debug)]
pub struct NewMessage {
    /// Who said it.
    pub role: Role,
    /// What.
    pub text: String,
    /// On what grounds.
    pub citations: Vec<Citation>,
    /// How it came about, for whoever looks closer.
    pub details: Option<Value>,
}

/// Something that was said.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub role: Role,
    /// What.
    pub text: String,
    /// On what grounds.
    pub citations: Vec<Citation>,
    /// How it came about.
    pub details: Option<Value>,
    /// When.
    pub created_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    title: Vec<u8>,
    message_count: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Conversations<'_> {
    /// Begins a conversation.
    pub async fn create(self, account: AccountId, title: &str) -> Result<ConversationId> {
        let id = ConversationId::from_uuid(self.store.new_uuid());
        let sealed = self.store.seal_bytes(title_place(id), title.as_bytes()).await?;
        sqlx::query!(
            "insert into conversations (id, account_id, title, created_at, updated_at) values ($1, $2, $3, $4, $4)",
            id.as_uuid(),
            account.as_uuid(),
            sealed,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("beginning a conversation")?;
        Ok(id)
    }

    /// A person's conversations, the most recently used first.
    pub async fn list(self, account: AccountId, page: &Page) -> Result<Listed<Conversation>> {
        let key = page.key()?;
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, title, message_count, created_at, updated_at from conversations
             where account_id = $1 and ($2::timestamptz is null or (updated_at, id) < ($2, $3))
             order by updated_at desc, id desc limit $4
            "#,
            account.as_uuid(),
            key.map(|key| key.at),
            key.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing conversations")?;
        let mut conversations = Vec::with_capacity(rows.len());
        for row in rows {
            conversations.push(self.open(row).await?);
        }
        Ok(Listed::cut(conversations, page, |conversation| Key {
            at: conversation.updated_at,
            id: conversation.id.as_uuid(),
        }))
    }

    /// A person's conversation.
    pub async fn find(self, account: AccountId, id: ConversationId) -> Result<Option<Conversation>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, title, message_count, created_at, updated_at from conversations
             where account_id = $1 and id = $2
            "#,
            account.as_uuid(),
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a conversation")?;
        match row {
            Some(row) => self.open(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Gives a conversation another title. False when the person has no such conversation.
    pub async fn rename(self, account: AccountId, id: ConversationId, title: &str) -> Result<bool> {
        let sealed = self.store.seal_bytes(title_place(id), title.as_bytes()).await?;
        let done = sqlx::query!(
            "update conversations set title = $3 where account_id = $1 and id = $2",
            account.as_uuid(),
            id.as_uuid(),
            sealed
        )
        .execute(self.store.pool())
        .await
        .during("renaming a conversation")?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes a conversation with its messages. False when the person has no such conversation.
    pub async fn delete(self, account: AccountId, id: ConversationId) -> Result<bool> {
        let done = sqlx::query!(
            "delete from conversations where account_id = $1 and id = $2",
            account.as_uuid(),
            id.as_uuid()
        )
        .execute(self.store.pool())
        .await
        .during("deleting a conversation")?;
        Ok(done.rows_affected() > 0)
    }

    /// Adds what was said. `None` when the person has no such conversation.
    pub async fn append(
        self,
        account: AccountId,
        conversation: ConversationId,
        message: NewMessage,
    ) -> Result<Option<MessageId>> {
        let id = MessageId::from_uuid(self.store.new_uuid());
        let body = self.store.seal_bytes(message_place(id, "body"), message.text.as_bytes()).await?;
        let citations = match message.citations.as_slice() {
            [] => None,
            citations => Some(self.seal_json(message_place(id, "citations"), citations).await?),
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

    /// What was said, in order. `None` when the person has no such conversation.
    pub async fn messages(
        self,
        account: AccountId,
        conversation: ConversationId,
        page: &Page,
    ) -> Result<Option<Listed<Message>>> {
        if self.find(account, conversation).await?.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query!(
            r#"
            select m.id, m.role, m.body, m.citations, m.details, m.created_at
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
            let id = MessageId::from_uuid(row.id);
            messages.push(Message {
                id,
                role: Role::from_name(&row.role)?,
                text: self.store.open_text(message_place(id, "body"), &row.body).await?,
                citations: self
                    .open_json(message_place(id, "citations"), row.citations.as_deref())
                    .await?
                    .unwrap_or_default(),
                details: self.open_json(message_place(id, "details"), row.details.as_deref()).await?,
                created_at: row.created_at,
            });
        }
        Ok(Some(Listed::cut(messages, page, |message| Key::id(message.id.as_uuid()))))
    }

    async fn open(self, row: Row) -> Result<Conversation> {
        let id = ConversationId::from_uuid(row.id);
        Ok(Conversation {
            id,
            title: self.store.open_text(title_place(id), &row.title).await?,
            message_count: row.message_count.unsigned_abs(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    async fn seal_json<T: serde::Serialize + ?Sized>(self, place: Place, value: &T) -> Result<Vec<u8>> {
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

fn title_place(id: ConversationId) -> Place {
    Place { table: "conversations", row: id.as_uuid(), column: "title" }
}

fn message_place(id: MessageId, column: &'static str) -> Place {
    Place { table: "messages", row: id.as_uuid(), column }
}
