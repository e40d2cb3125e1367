//! What a person sees of their documents: those they may read and those that rules leave out, files by the name and path
//! of their own tree and events, tasks, contacts and messages by what they are called. Which these are is said by the view `listed_documents` alone; nothing of a document's text or class is
//! in it for those that are left out.
//!
//! A name is content. What comes out is [`Unverified`] and shows nothing before somebody asked how old the mirror is;
//! numbers of documents are not content.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{
    AccountId, DocumentId, DocumentState, Origin, Reason, ScopeRuleId, Sensitivity, Source,
};

use super::{Documents, Fit, read_reason, read_state, recognised};
use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::items::{Face, basis};
use crate::page::{Cursor, Key, Listed, Page};
use crate::scope::Reach;
use crate::verified::{Claim, Ground, Held, Unverified};

/// Which documents are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DocumentFilter {
    /// Only those in this state.
    pub state: Option<DocumentState>,
    /// Files, or one kind of what is not a file.
    pub source: Source,
    /// What else they must be; its sources are no condition here.
    pub fit: Fit,
}

/// A document as one of its readers sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSummary {
    /// Its id.
    pub id: DocumentId,
    /// What it is, and where it opens if it is not a file.
    pub origin: Origin,
    /// Nextcloud's id of the file; 0 of what is not a file.
    pub file_id: i64,
    /// Its name in the reader's tree, or what the event, task, contact or message is called; empty before it was read.
    pub name: String,
    /// Its path in the reader's tree; empty of what is not a file.
    pub path: String,
    /// Names and addresses of those who take part in it, wrote it or received it; empty of a file.
    pub people: Vec<String>,
    /// The server's idea of its kind.
    pub mime: Option<String>,
    /// In bytes.
    pub size: i64,
    /// How far it has come.
    pub state: DocumentState,
    /// Why it is not further, or not whole.
    pub reason: Option<Reason>,
    /// The class of its text.
    pub sensitivity: Sensitivity,
    /// How many pages it has.
    pub page_count: Option<u32>,
    /// The pages whose text was recognised in pictures, and how sure the recogniser was of each, in per cent.
    pub recognised: Vec<(u32, u8)>,
    /// Whether only its first part was taken.
    pub truncated: bool,
    /// When the file was changed, the event begins, the task is due or the message was written.
    pub modified_at: Option<DateTime<Utc>>,
    /// When the state last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was last fully indexed.
    pub indexed_at: Option<DateTime<Utc>>,
    /// Which rule leaves it out; only with the reason "out of scope".
    pub left_out: Option<LeftOut>,
}

/// What leaves a document out for one person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// For whom it is out.
    pub reach: Reach,
    /// The kind of the rule, or `no_included_place` and its like; `None` when another person's view of the file decides.
    pub why: Option<String>,
    /// The rule, where a single one did it.
    pub rule: Option<ScopeRuleId>,
}

/// How many documents are in each state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StateCounts(BTreeMap<DocumentState, u64>);

impl StateCounts {
    /// How many are in this state.
    pub fn get(&self, state: DocumentState) -> u64 {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many still have a step to go without anybody's help.
    pub fn unfinished(&self) -> u64 {
        use DocumentState::{Chunked, Fetched, Pending, Searchable};
        [Pending, Fetched, Chunked, Searchable].map(|state| self.get(state)).iter().sum()
    }

    /// Every state with its number, in the order of a document's life.
    pub fn iter(&self) -> impl Iterator<Item = (DocumentState, u64)> {
        DocumentState::ALL.into_iter().map(|state| (state, self.get(state)))
    }
}

struct CountRow {
    state: String,
    count: i64,
}

struct Row {
    id: Uuid,
    file_id: i64,
    name: String,
    path: String,
    mime: Option<String>,
    size: i64,
    state: String,
    reason: Option<String>,
    sensitivity: String,
    page_count: Option<i32>,
    recognised: Option<Vec<i16>>,
    truncated: bool,
    modified_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    indexed_at: Option<DateTime<Utc>>,
    scope_out: Option<String>,
    scope_why: Option<String>,
    scope_rule: Option<Uuid>,
    tree_confirmed_at: Option<DateTime<Utc>>,
    tree_doubts: i64,
    etags_tell: bool,
    source: String,
    about: Option<Vec<u8>>,
    lent_seen_at: Option<DateTime<Utc>>,
}

impl Row {
    fn ground(&self) -> Ground {
        Ground {
            document: DocumentId::from_uuid(self.id),
            held: Held {
                file_id: self.file_id,
                etags_tell: self.etags_tell,
                basis: basis(&self.source, self.lent_seen_at),
            },
            confirmed_at: self.tree_confirmed_at,
            doubts: self.tree_doubts,
        }
    }

    async fn open(mut self, store: &Store) -> Result<DocumentSummary> {
        let face = Face {
            source: std::mem::take(&mut self.source),
            name: std::mem::take(&mut self.name),
            about: self.about.take(),
            date: self.modified_at,
        };
        let (name, origin, people) = face.open(store, self.id).await?;
        self.named(name, origin, people)
    }

    fn named(self, name: String, origin: Origin, people: Vec<String>) -> Result<DocumentSummary> {
        let row = self;
        Ok(DocumentSummary {
            id: DocumentId::from_uuid(row.id),
            origin,
            file_id: row.file_id,
            name,
            path: row.path,
            people,
            mime: row.mime,
            size: row.size,
            state: read_state(&row.state)?,
            reason: read_reason(row.reason.as_deref()),
            sensitivity: Sensitivity::from_name(&row.sensitivity),
            page_count: row.page_count.map(i32::unsigned_abs),
            recognised: recognised::read(row.recognised.as_deref()),
            truncated: row.truncated,
            modified_at: row.modified_at,
            updated_at: row.updated_at,
            indexed_at: row.indexed_at,
            left_out: row
                .scope_out
                .as_deref()
                .map(|reach| read_left_out(reach, row.scope_why, row.scope_rule))
                .transpose()?,
        })
    }
}

fn read_left_out(reach: &str, why: Option<String>, rule: Option<Uuid>) -> Result<LeftOut> {
    let reach = Reach::from_name(reach).ok_or(StoreError::Corrupt { what: "reach of a scope rule" })?;
    Ok(LeftOut { reach, why, rule: rule.map(ScopeRuleId::from_uuid) })
}

impl Documents<'_> {
    /// The documents of one kind that a person may read, the latest known first, and where the next page begins.
    pub async fn list_for(
        self,
        account: AccountId,
        filter: DocumentFilter,
        page: &Page,
    ) -> Result<(Unverified<DocumentSummary>, Option<Cursor>)> {
        if filter.source != Source::File {
            if filter.fit.folder.is_some() {
                // Only files lie in folders.
                return Ok((self.unverified(account, Vec::new()).await?, None));
            }
            return self.list_items(account, filter, page).await;
        }
        let rows = sqlx::query_as!(
            Row,
            r#"
            select document_id as "id!", file_id as "file_id!", name as "name!", path as "path!", mime, size as "size!",
                   state as "state!", reason, sensitivity as "sensitivity!", page_count, truncated as "truncated!",
                   (select d.recognised from documents d where d.id = listed_documents.document_id) as recognised,
                   modified_at, updated_at as "updated_at!", indexed_at, scope_out, scope_why, scope_rule,
                   tree_confirmed_at, tree_doubts as "tree_doubts!", etags_tell as "etags_tell!",
                   'file' as "source!", null::bytea as about, null::timestamptz as lent_seen_at
              from listed_documents
             where account_id = $1
               and ($2::text is null or state = $2) and ($3::uuid is null or document_id < $3)
               and (cardinality($5::text[]) = 0 or lower(mime) = any($5)
                    or lower(split_part(mime, '/', 1)) || '/*' = any($5))
               and ($6::text is null or starts_with(path, $6))
               and ($7::timestamptz is null or modified_at >= $7) and ($8::timestamptz is null or modified_at < $8)
             order by document_id desc limit $4
            "#,
            account.as_uuid(),
            filter.state.map(DocumentState::as_str),
            page.key()?.map(|key| key.id),
            page.fetch(),
            &filter.fit.types,
            filter.fit.prefix(),
            filter.fit.from,
            filter.fit.before
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing a person's documents")?;
        let Listed { items, next } = Listed::cut(rows, page, |row| Key::id(row.id));
        Ok((self.unverified(account, items).await?, next))
    }

    /// Begins at the person's own documents and asks of each whether it may be read, whatever the planner believes.
    async fn list_items(
        self,
        account: AccountId,
        filter: DocumentFilter,
        page: &Page,
    ) -> Result<(Unverified<DocumentSummary>, Option<Cursor>)> {
        let ids = sqlx::query_scalar!(
            r#"
            select id from documents
             where account_id = $1 and account_id is not null and source = $2 and ($3::text is null or state = $3)
               and ($4::uuid is null or id < $4) and (object_id is not null or content_id is not null)
               and (cardinality($6::text[]) = 0 or lower(mime) = any($6)
                    or lower(split_part(mime, '/', 1)) || '/*' = any($6))
               and ($7::timestamptz is null
                    or coalesce(ends_at, case when begins_at is not null then 'infinity'::timestamptz end) >= $7)
               and ($8::timestamptz is null or begins_at < $8)
             order by id desc limit $5
            "#,
            account.as_uuid(),
            filter.source.as_str(),
            filter.state.map(DocumentState::as_str),
            page.key()?.map(|key| key.id),
            page.fetch(),
            &filter.fit.types,
            filter.fit.from,
            filter.fit.before
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing a person's events, tasks, contacts or messages")?;
        let Listed { items, next } = Listed::cut(ids, page, |id| Key::id(*id));
        let rows = self.owned(account, &items).await?;
        Ok((self.unverified(account, rows).await?, next))
    }

    /// Those of these documents that are a person's own, not a file and readable; in the same order.
    async fn owned(self, account: AccountId, ids: &[Uuid]) -> Result<Vec<Row>> {
        sqlx::query_as!(
            Row,
            r#"
            select wanted.id as "id!", may.file_id as "file_id!", may.name as "name!", may.path as "path!", may.mime,
                   may.size as "size!", may.state as "state!", may.reason, may.sensitivity as "sensitivity!",
                   (select d.recognised from documents d where d.id = wanted.id) as recognised,
                   may.page_count, may.truncated as "truncated!", may.modified_at, may.updated_at as "updated_at!",
                   may.indexed_at, null::text as scope_out, null::text as scope_why, null::uuid as scope_rule,
                   may.tree_confirmed_at, may.tree_doubts as "tree_doubts!", may.etags_tell as "etags_tell!",
                   may.source as "source!", may.about, may.lent_seen_at
              from unnest($2::uuid[]) with ordinality as wanted (id, place)
              join readable_among($1, $2) as may on may.document_id = wanted.id and may.source <> 'file'
             order by wanted.place
            "#,
            account.as_uuid(),
            ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading a person's events, tasks, contacts or messages")
    }

    async fn unverified(self, account: AccountId, rows: Vec<Row>) -> Result<Unverified<DocumentSummary>> {
        let claim = Claim::new(account, rows.iter().map(Row::ground));
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            summaries.push(row.open(self.store).await?);
        }
        Ok(Unverified::new(claim, summaries))
    }

    /// One document, or none if this person may not read it.
    pub async fn find_for(self, account: AccountId, id: DocumentId) -> Result<Unverified<DocumentSummary>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select document_id as "id!", file_id as "file_id!", name as "name!", path as "path!", mime, size as "size!",
                   state as "state!", reason, sensitivity as "sensitivity!", page_count, truncated as "truncated!",
                   (select d.recognised from documents d where d.id = listed_documents.document_id) as recognised,
                   modified_at, updated_at as "updated_at!", indexed_at, scope_out, scope_why, scope_rule,
                   tree_confirmed_at, tree_doubts as "tree_doubts!", etags_tell as "etags_tell!",
                   'file' as "source!", null::bytea as about, null::timestamptz as lent_seen_at
              from listed_documents
             where account_id = $1 and document_id = $2
            "#,
            account.as_uuid(),
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a person's document")?;
        let rows = match row {
            Some(row) => vec![row],
            None => self.owned(account, &[id.as_uuid()]).await?,
        };
        self.unverified(account, rows).await
    }

    /// Which of these documents this person may read, without anything of them.
    pub async fn readable(
        self,
        account: AccountId,
        documents: &[DocumentId],
    ) -> Result<Unverified<DocumentId>> {
        let claim = self.claim(account, documents).await?;
        let readable = claim.documents().keys().copied().collect();
        Ok(Unverified::new(claim, readable))
    }

    /// What the database says about a person and these documents.
    pub(crate) async fn claim(self, account: AccountId, documents: &[DocumentId]) -> Result<Claim> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.as_uuid()).collect();
        if ids.is_empty() {
            return Ok(Claim::new(account, []));
        }
        let rows = sqlx::query!(
            r#"
            select may.document_id as "id!", may.file_id as "file_id!", may.tree_confirmed_at,
                   may.tree_doubts as "tree_doubts!", may.etags_tell as "etags_tell!", may.source as "source!",
                   may.lent_seen_at
              from readable_among($1, $2) as may
            "#,
            account.as_uuid(),
            &ids
        )
        .fetch_all(self.store.pool())
        .await
        .during("asking which documents a person may read")?;
        Ok(Claim::new(
            account,
            rows.into_iter().map(|row| Ground {
                document: DocumentId::from_uuid(row.id),
                held: Held {
                    file_id: row.file_id,
                    etags_tell: row.etags_tell,
                    basis: basis(&row.source, row.lent_seen_at),
                },
                confirmed_at: row.tree_confirmed_at,
                doubts: row.tree_doubts,
            }),
        ))
    }

    /// How many documents are in each state: those one person may read, or all.
    pub async fn counts(self, account: Option<AccountId>) -> Result<StateCounts> {
        let rows = match account {
            None => sqlx::query_as!(
                CountRow,
                r#"select state, count(*) as "count!" from documents group by state"#
            )
            .fetch_all(self.store.pool())
            .await
            .during("counting documents")?,
            Some(account) => self.count_rows_for(account).await?,
        };
        let counted = rows.into_iter().map(|row| Ok((read_state(&row.state)?, row.count.unsigned_abs())));
        counted.collect::<Result<_>>().map(StateCounts)
    }

    /// How many documents could not be read, by reason; the most frequent first.
    pub async fn failures(self) -> Result<Vec<(Reason, u64)>> {
        let rows = sqlx::query!(
            r#"
            select reason as "reason!", count(*) as "count!" from documents
             where state = $1 and reason is not null group by reason order by count(*) desc, reason
            "#,
            DocumentState::Failed.as_str()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting documents that could not be read")?;
        let counted = rows.into_iter().filter_map(|row| {
            read_reason(Some(row.reason.as_str())).map(|reason| (reason, row.count.unsigned_abs()))
        });
        Ok(counted.collect())
    }

    /// Documents that could not be read for one of these reasons, at most `limit`.
    pub async fn failed_for(self, reasons: &[Reason], limit: u32) -> Result<Vec<DocumentId>> {
        let codes: Vec<String> = reasons.iter().map(|reason| reason.code().to_owned()).collect();
        let ids = sqlx::query_scalar!(
            r#"
            select id from documents
             where state = $1 and reason = any($2) and access_set_id is not null order by id limit $3
            "#,
            DocumentState::Failed.as_str(),
            &codes,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for documents that could not be read")?;
        Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
    }

    async fn count_rows_for(self, account: AccountId) -> Result<Vec<CountRow>> {
        sqlx::query_as!(
            CountRow,
            r#"
            select state as "state!", count(*) as "count!"
              from listed_documents where account_id = $1 group by state
            "#,
            account.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting a person's documents")
    }
}
