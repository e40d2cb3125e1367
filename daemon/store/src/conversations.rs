//! What people asked and were told.
//!
//! A conversation belongs to one account; for everybody else it does not exist. Titles, texts and citations are sealed,
//! because questions name patients. An answer is kept sentence by sentence with what each stands on, because its reader
//! may lose a document later: then what quoted it is withheld, and the rest stays.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use voiceassist_model::{
    AccountId, Citation, ConversationId, DocumentId, ItemCitation, MessageId, debug_without_text,
};

use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::page::{Cursor, Key, Listed, MAX_PAGE, Page};
use crate::seal::Place;
use crate::verified::{Quoting, Unverified};

mod marks;

pub use marks::{MAX_SEARCHED, Rating};

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

/// A sentence, and what it stands on.
#[derive(Clone, PartialEq)]
pub struct Sentence {
    /// What was said.
    pub text: String,
    /// What it was taken from; nothing for the person's own words.
    pub citations: Vec<Citation>,
    /// The events, tasks, contacts and messages it was read from.
    pub items: Vec<ItemCitation>,
}

impl Sentence {
    /// A sentence that stands on nothing: the person's own words, or a remark.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), citations: Vec::new(), items: Vec::new() }
    }
}

debug_without_text!(Sentence { citations; text });

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

/// What a text stands on, as it is sealed beside it.
#[derive(Serialize, Deserialize)]
struct Grounds {
    sentences: Vec<Grounded>,
}

/// One sentence of the text beside it.
#[derive(Serialize, Deserialize)]
struct Grounded {
    /// Its length in code points; a space follows it.
    chars: usize,
    citations: Vec<Citation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemCitation>,
}

/// Either form that was ever written: by sentence, or all citations of a text together.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeptGrounds {
    Sentences(Grounds),
    Together(Vec<Citation>),
}

fn joined(sentences: &[Sentence]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn grounds(sentences: &[Sentence]) -> Option<Grounds> {
    if sentences.iter().all(|sentence| sentence.citations.is_empty() && sentence.items.is_empty()) {
        return None;
    }
    let grounded = |sentence: &Sentence| Grounded {
        chars: sentence.text.chars().count(),
        citations: sentence.citations.clone(),
        items: sentence.items.clone(),
    };
    Some(Grounds { sentences: sentences.iter().map(grounded).collect() })
}

/// The text in its sentences. Where their lengths do not fit the text, every sentence stands on everything.
fn split(text: String, kept: Option<KeptGrounds>) -> Vec<Sentence> {
    let grounds = match kept {
        None => return vec![Sentence::plain(text)],
        Some(KeptGrounds::Together(citations)) => {
            return vec![Sentence { citations, ..Sentence::plain(text) }];
        }
        Some(KeptGrounds::Sentences(grounds)) => grounds.sentences,
    };
    let mut rest = text.chars();
    let mut sentences = Vec::with_capacity(grounds.len());
    for (place, grounded) in grounds.iter().enumerate() {
        if place > 0 {
            rest.next();
        }
        let sentence: String = rest.by_ref().take(grounded.chars).collect();
        sentences.push(Sentence {
            text: sentence,
            citations: grounded.citations.clone(),
            items: grounded.items.clone(),
        });
    }
    if joined(&sentences) == text {
        return sentences;
    }
    let (citations, items): (Vec<Vec<Citation>>, Vec<Vec<ItemCitation>>) =
        grounds.into_iter().map(|grounded| (grounded.citations, grounded.items)).unzip();
    vec![Sentence { text, citations: citations.concat(), items: items.concat() }]
}

struct Row {
    id: Uuid,
    title: Vec<u8>,
    message_count: i32,
    pinned: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
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

fn title_place(id: ConversationId) -> Place {
    Place { table: "conversations", row: id.as_uuid(), column: "title" }
}

fn message_place(id: MessageId, column: &'static str) -> Place {
    Place { table: "messages", row: id.as_uuid(), column }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, Citation, DocumentId, TextSpan};

    use super::{KeptGrounds, Sentence, grounds, joined, split};

    fn sentence(text: &str, document: u128) -> Sentence {
        let citation = Citation {
            number: 1,
            document: DocumentId::from_uuid(Uuid::from_u128(document)),
            chunk: ChunkId::from_uuid(Uuid::from_u128(document)),
            file_id: 10,
            origin: voiceassist_model::Origin::default(),
            title: "AF.pdf".to_owned(),
            path: "/AF.pdf".to_owned(),
            page: 3,
            span: TextSpan { start: 5, end: 9 },
            quote: text.to_owned(),
            boxes: Vec::new(),
            recognised: None,
            score: 0.5,
        };
        Sentence { citations: vec![citation], ..Sentence::plain(text) }
    }

    #[test]
    fn sentences_read_back_whatever_is_in_them() {
        let said =
            [sentence("Start at 25 mg. Or less.", 1), sentence("", 2), sentence("Größe ≥ 2 cm 🫀.", 3)];
        let kept = serde_json::to_value(grounds(&said).unwrap()).unwrap();
        let kept: KeptGrounds = serde_json::from_value(kept).unwrap();
        assert_eq!(split(joined(&said), Some(kept)), said);
        assert!(grounds(&[Sentence::plain("How much?")]).is_none());
    }

    #[test]
    fn what_cannot_be_told_apart_stands_on_everything() {
        let said = [sentence("Start at 25 mg.", 1), sentence("Then 50 mg.", 2)];
        let kept = KeptGrounds::Sentences(grounds(&said).unwrap());
        let whole = split("Another text altogether, and longer.".to_owned(), Some(kept));
        assert_eq!((whole.len(), whole[0].citations.len()), (1, 2));
        let citations: Vec<Citation> = said.iter().flat_map(|one| one.citations.clone()).collect();
        let older: KeptGrounds = serde_json::from_value(serde_json::to_value(citations).unwrap()).unwrap();
        let whole = split(joined(&said), Some(older));
        assert_eq!((whole.len(), whole[0].citations.len()), (1, 2));
    }
}
