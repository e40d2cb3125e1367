//! What people asked and were told.
//!
//! A conversation belongs to one account; for everybody else it does not exist. Titles, texts and citations are sealed,
//! because questions name patients. An answer is kept sentence by sentence with what each stands on, because its reader
//! may lose a document later: then what quoted it is withheld, and the rest stays.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, ConversationId, debug_without_text};

use crate::Store;
use crate::error::{During as _, Result};
use crate::page::{Key, Listed, Page};
use crate::seal::Place;

mod marks;
mod messages;
mod sentences;

pub use marks::{MAX_SEARCHED, Rating};
pub use messages::{Message, NewMessage, Role};
pub use sentences::Sentence;

/// Conversations.
#[derive(Clone, Copy)]
pub struct Conversations<'a> {
    pub(crate) store: &'a Store,
}

/// A conversation, without its messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// For people.
    pub title: String,
    /// How many messages it has.
    pub message_count: u32,
    /// Whether its owner keeps it at the top.
    pub pinned: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something was last said.
    pub updated_at: DateTime<Utc>,
}

debug_without_text!(Conversation { id, message_count, created_at, updated_at; title });

struct Row {
    id: Uuid,
    title: Vec<u8>,
    message_count: i32,
    pinned: bool,
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

    /// A person's conversations, the most recently used first; only those kept at the top, or only the others, if asked.
    pub async fn list(
        self,
        account: AccountId,
        pinned: Option<bool>,
        page: &Page,
    ) -> Result<Listed<Conversation>> {
        let key = page.key()?;
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, title, message_count, pinned_at is not null as "pinned!", created_at, updated_at
              from conversations
             where account_id = $1 and ($2::timestamptz is null or (updated_at, id) < ($2, $3))
               and ($5::bool is null or (pinned_at is not null) = $5)
             order by updated_at desc, id desc limit $4
            "#,
            account.as_uuid(),
            key.map(|key| key.at),
            key.map(|key| key.id),
            page.fetch(),
            pinned
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
            select id, title, message_count, pinned_at is not null as "pinned!", created_at, updated_at
              from conversations
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

    /// Deletes some of a person's conversations with their messages, at most `limit`; how many.
    pub async fn delete_some(self, account: AccountId, limit: u32) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            delete from conversations
             where id in (select id from conversations where account_id = $1 order by id limit $2)
            "#,
            account.as_uuid(),
            i64::from(limit)
        )
        .execute(self.store.pool())
        .await
        .during("deleting a person's conversations")?;
        Ok(done.rows_affected())
    }

    async fn open(self, row: Row) -> Result<Conversation> {
        let id = ConversationId::from_uuid(row.id);
        Ok(Conversation {
            id,
            title: self.store.open_text(title_place(id), &row.title).await?,
            message_count: row.message_count.unsigned_abs(),
            pinned: row.pinned,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn title_place(id: ConversationId) -> Place {
    Place { table: "conversations", row: id.as_uuid(), column: "title" }
}
