//! Events, tasks, contacts and messages as documents of the index.
//!
//! Whoever writes what a calendar, an address book or a mailbox says makes its document pending in the same transaction;
//! one job reads the text that is kept here, and from then on it goes the way of every document. Its reader is the person
//! whose mirror holds it: the set of that one person is given when the document is made and never changes. What it is
//! called, where it opens and who is in it is sealed as a whole; in the clear is only when it is, by which it is looked
//! for. A document that has lost what it was made from is shown to nobody and is purged, with its points, by whoever took
//! that away; [`Items::sweep`] finds what nobody purged. The server's own address book has the same people for everybody
//! and makes no documents.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::{
    AccountId, CollectionObjectId, DocumentId, InstanceId, MailContentId, Origin, Source,
};

use crate::access::{self, Reconciled};
use crate::documents::{Marked, read_source};
use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job, Lane};
use crate::seal::Place;
use crate::verified::Basis;
use crate::{Store, Transaction};

/// Documents purged by one statement at most.
const PURGE_BATCH: i64 = 500;

/// How often the owner's set is looked for because it was swept between two statements.
const MAX_SET_TRIES: usize = 5;

/// Events, tasks, contacts and messages as documents.
#[derive(Clone, Copy)]
pub struct Items<'a> {
    pub(crate) store: &'a Store,
}

/// What is sealed of a document that is not a file.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// What it is called.
    pub title: String,
    /// The address that opens it in Nextcloud.
    pub link: Option<String>,
    /// Names and addresses of those who are in it.
    pub people: Vec<String>,
}

voiceassist_model::debug_without_text!(About { ; title });

/// What was read of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemFacts {
    /// What it turned out to be.
    pub source: Source,
    /// Its media type.
    pub mime: &'static str,
    /// What is sealed of it.
    pub about: About,
    /// When it begins, is due or was written.
    pub begins_at: Option<DateTime<Utc>>,
    /// When it has ended; `None` with a beginning is a series that goes on.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a document is made from, for whoever reads it.
pub struct Original {
    /// The address of the server it is on.
    pub server: String,
    /// What it says.
    pub said: Said,
}

/// What an event, a task, a contact or a message says, in the form in which the mirror keeps it.
pub enum Said {
    /// Something in a calendar.
    Calendar {
        /// Where it is, as a request target.
        location: String,
        /// Its text.
        text: String,
    },
    /// Somebody in an address book, as [`crate::contacts::Note`].
    Contact {
        /// Where it is, as a request target.
        location: String,
        /// What it says.
        note: String,
    },
    /// A message.
    Message {
        /// What it says about itself, in the form of whoever read it.
        note: String,
        /// Its text, likewise.
        body: String,
    },
}

impl Items<'_> {
    /// What a document is made from. `None` of files, and when it is gone.
    pub async fn original(self, document: DocumentId) -> Result<Option<Original>> {
        let row = sqlx::query!(
            r#"
            select i.base_url, c.class as "class?", o.id as "object?", o.location as "location?", o.body as "text?",
                   o.note as "note?", t.id as "content?", t.note as "mail_note?", t.body as "mail_body?"
              from documents d
              join instances i on i.id = d.instance_id
              left join collection_objects o on o.id = d.object_id and o.state = 'read'
              left join collections c on c.id = o.collection_id
              left join mail_contents t on t.id = d.content_id and t.state = 'read'
             where d.id = $1 and (o.id is not null or t.id is not null)
            "#,
            document.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading what a document is made from")?;
        let Some(row) = row else { return Ok(None) };
        let open = async |table, id, column, sealed: Option<Vec<u8>>| match sealed {
            Some(sealed) => self.store.open_text(Place { table, row: id, column }, &sealed).await,
            None => Err(StoreError::Corrupt { what: "text of an event, a task, a contact or a message" }),
        };
        let said = if let Some(id) = row.object {
            let location = open("collection_objects", id, "location", row.location).await?;
            if row.class.as_deref() == Some("address_book") {
                Said::Contact { location, note: open("collection_objects", id, "note", row.note).await? }
            } else {
                Said::Calendar { location, text: open("collection_objects", id, "body", row.text).await? }
            }
        } else if let Some(id) = row.content {
            let note = open("mail_contents", id, "note", row.mail_note).await?;
            Said::Message { note, body: open("mail_contents", id, "body", row.mail_body).await? }
        } else {
            return Ok(None);
        };
        Ok(Some(Original { server: row.base_url, said }))
    }

    /// Keeps what was read of a version.
    pub async fn describe(self, document: DocumentId, version: i32, facts: &ItemFacts) -> Result<Marked> {
        // A flat record of strings always serialises.
        let about = serde_json::to_vec(&facts.about).unwrap_or_default();
        let about = self.store.seal_bytes(place(document.as_uuid()), &about).await?;
        let done = sqlx::query!(
            r#"
            update documents set source = $3, mime = $4, about = $5, begins_at = $6, ends_at = $7, modified_at = $6,
                                 index_facts = 0
             where id = $1 and version = $2 and source <> 'file'
            "#,
            document.as_uuid(),
            version,
            facts.source.as_str(),
            facts.mime,
            about,
            facts.begins_at,
            facts.ends_at
        )
        .execute(self.store.pool())
        .await
        .during("keeping what a document is called")?;
        Ok(if done.rows_affected() > 0 { Marked::Done } else { Marked::Superseded })
    }

    /// Makes or renews the documents of these events, tasks and contacts of a person. Those in quarantine and those of
    /// the server's own address book have none.
    pub(crate) async fn renew_objects(
        self,
        tx: &mut Transaction,
        owner: AccountId,
        objects: &[Uuid],
        lane: Lane,
    ) -> Result<()> {
        let Some((instance, set)) = self.own_set(tx, owner).await? else { return Ok(()) };
        let ids: Vec<Uuid> = objects.iter().map(|_| self.store.new_uuid()).collect();
        let renewed = sqlx::query_scalar!(
            r#"
            insert into documents as known (id, instance_id, source, account_id, object_id, name, size, etag, raised_by,
                                            state, access_set_id, created_at, updated_at)
            select input.id, $3,
                   case when c.class = 'address_book' then 'contact'
                        when exists (select from occurrences p where p.object_id = o.id and p.kind = 'task') then 'task'
                        else 'event' end,
                   $4, o.id, '', 0, '', $5, 'pending', $6, $7, $7
              from unnest($1::uuid[], $2::uuid[]) as input (id, object_id)
              join collection_objects o on o.id = input.object_id
              join collections c on c.id = o.collection_id
             where o.state = 'read' and o.account_id = $4 and c.kind <> 'system'
             order by o.id
            on conflict (object_id) where object_id is not null do update
               set version = known.version + 1, raised_by = excluded.raised_by, state = 'pending', reason = null,
                   attempts = 0, fetched_hash = null, updated_at = excluded.updated_at
            returning id
            "#,
            &ids,
            objects,
            instance.as_uuid(),
            owner.as_uuid(),
            self.store.new_uuid(),
            set,
            self.store.now()
        )
        .fetch_all(tx.connection())
        .await
        .during("making documents of events, tasks and contacts")?;
        self.enqueue(tx, renewed, lane).await
    }

    /// Makes or renews the documents of these messages of a person. Those that were not read have none.
    pub(crate) async fn renew_contents(
        self,
        tx: &mut Transaction,
        owner: AccountId,
        contents: &[Uuid],
        lane: Lane,
    ) -> Result<()> {
        let Some((instance, set)) = self.own_set(tx, owner).await? else { return Ok(()) };
        let ids: Vec<Uuid> = contents.iter().map(|_| self.store.new_uuid()).collect();
        let renewed = sqlx::query_scalar!(
            r#"
            insert into documents as known (id, instance_id, source, account_id, content_id, name, size, etag, raised_by,
                                            state, access_set_id, begins_at, ends_at, created_at, updated_at)
            select input.id, $3, 'message', $4, t.id, '', t.size, '', $5, 'pending', $6, t.sent_at, t.sent_at, $7, $7
              from unnest($1::uuid[], $2::uuid[]) as input (id, content_id)
              join mail_contents t on t.id = input.content_id
              join mail_accounts m on m.id = t.mail_account_id
             where t.state = 'read' and m.account_id = $4
             order by t.id
            on conflict (content_id) where content_id is not null do update
               set version = known.version + 1, raised_by = excluded.raised_by, state = 'pending', reason = null,
                   attempts = 0, fetched_hash = null, updated_at = excluded.updated_at
            returning id
            "#,
            &ids,
            contents,
            instance.as_uuid(),
            owner.as_uuid(),
            self.store.new_uuid(),
            set,
            self.store.now()
        )
        .fetch_all(tx.connection())
        .await
        .during("making documents of messages")?;
        self.enqueue(tx, renewed, lane).await
    }

    async fn enqueue(self, tx: &mut Transaction, documents: Vec<Uuid>, lane: Lane) -> Result<()> {
        let ingest =
            |id| Enqueue::new(Job::IngestDocument { document: DocumentId::from_uuid(id) }).in_lane(lane);
        let jobs: Vec<Enqueue> = documents.into_iter().map(ingest).collect();
        self.store.jobs().enqueue_all(tx, &jobs).await?;
        Ok(())
    }

    /// The server of a person and the set that is this person alone, held against the sweep until the transaction ends.
    async fn own_set(self, tx: &mut Transaction, owner: AccountId) -> Result<Option<(InstanceId, i64)>> {
        for _ in 0..MAX_SET_TRIES {
            let found = sqlx::query!(
                r#"
                select s.id, s.instance_id from accounts a join access_sets s on s.instance_id = a.instance_id
                 where a.id = $1 and s.digest = members_digest(array[a.id]) for key share of s
                "#,
                owner.as_uuid()
            )
            .fetch_optional(tx.connection())
            .await
            .during("finding a person's own set")?;
            if let Some(found) = found {
                return Ok(Some((InstanceId::from_uuid(found.instance_id), found.id)));
            }
            let instance =
                sqlx::query_scalar!("select instance_id from accounts where id = $1", owner.as_uuid())
                    .fetch_optional(tx.connection())
                    .await
                    .during("finding a person's server")?;
            let Some(instance) = instance else { return Ok(None) };
            access::intern_single(self.store, tx, InstanceId::from_uuid(instance), owner).await?;
        }
        Err(StoreError::Corrupt { what: "access sets" })
    }

    /// Takes the documents of events, tasks and contacts away that cannot be read any more.
    pub(crate) async fn drop_unread(
        self,
        tx: &mut Transaction,
        owner: AccountId,
        objects: &[Uuid],
    ) -> Result<Reconciled> {
        sqlx::query!(
            r#"
            update documents set object_id = null
             where object_id in (select id from collection_objects where id = any($1) and state <> 'read')
            "#,
            objects
        )
        .execute(tx.connection())
        .await
        .during("letting go of what cannot be read any more")?;
        self.purge(tx, owner, None).await
    }

    /// Deletes the documents of a person that have lost what they were made from, with their text and their points.
    pub(crate) async fn purge(
        self,
        tx: &mut Transaction,
        owner: AccountId,
        receipt: Option<Uuid>,
    ) -> Result<Reconciled> {
        let mut all = Reconciled::default();
        loop {
            let lost = sqlx::query_scalar!(
                r#"
                select id from documents
                 where account_id = $1 and account_id is not null and object_id is null and content_id is null
                 order by id limit $2 for update
                "#,
                owner.as_uuid(),
                PURGE_BATCH
            )
            .fetch_all(tx.connection())
            .await
            .during("looking for documents that have lost what they were made from")?;
            if lost.is_empty() {
                return Ok(all);
            }
            all.chunks += access::withdraw_text(self.store, tx, &lost, receipt).await?;
            all.jobs_cancelled += self.store.jobs().cancel_ingest(tx, &lost).await?;
            sqlx::query!("delete from documents where id = any($1)", &lost)
                .execute(tx.connection())
                .await
                .during("deleting documents that have lost what they were made from")?;
            all.purged += lost.len() as u64;
        }
    }

    /// Purges what lost its origin and was not purged with it. Returns how many documents went.
    pub async fn sweep(self) -> Result<u64> {
        let owners = sqlx::query_scalar!(
            r#"
            select distinct account_id as "owner!" from documents
             where account_id is not null and object_id is null and content_id is null limit $1
            "#,
            PURGE_BATCH
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for documents nobody purged")?;
        let mut swept = 0;
        for owner in owners {
            let mut tx = self.store.begin().await?;
            swept += self.purge(&mut tx, AccountId::from_uuid(owner), None).await?.purged;
            tx.commit().await?;
        }
        Ok(swept)
    }

    /// Makes documents of events, tasks and contacts that were mirrored before there were any: of at most `limit`, behind
    /// one of them. Returns how many it were and the last, or `None` at the end.
    pub async fn backfill_objects(
        self,
        after: Option<CollectionObjectId>,
        limit: u32,
    ) -> Result<(u64, Option<CollectionObjectId>)> {
        let rows = sqlx::query!(
            r#"
            select o.id, o.account_id from collection_objects o join collections c on c.id = o.collection_id
             where o.id > $1 and o.state = 'read' and c.kind <> 'system'
               and not exists (select from documents d where d.object_id = o.id)
             order by o.id limit $2
            "#,
            after.map_or(Uuid::nil(), CollectionObjectId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for events, tasks and contacts without a document")?;
        let last = rows.last().map(|row| CollectionObjectId::from_uuid(row.id));
        let found = rows.len() as u64;
        for (owner, objects) in by_owner(rows.into_iter().map(|row| (row.account_id, row.id))) {
            let mut tx = self.store.begin().await?;
            self.renew_objects(&mut tx, AccountId::from_uuid(owner), &objects, Lane::Backlog).await?;
            tx.commit().await?;
        }
        Ok((found, last))
    }

    /// The same for messages.
    pub async fn backfill_contents(
        self,
        after: Option<MailContentId>,
        limit: u32,
    ) -> Result<(u64, Option<MailContentId>)> {
        let rows = sqlx::query!(
            r#"
            select t.id, m.account_id from mail_contents t join mail_accounts m on m.id = t.mail_account_id
             where t.id > $1 and t.state = 'read' and not exists (select from documents d where d.content_id = t.id)
             order by t.id limit $2
            "#,
            after.map_or(Uuid::nil(), MailContentId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for messages without a document")?;
        let last = rows.last().map(|row| MailContentId::from_uuid(row.id));
        let found = rows.len() as u64;
        for (owner, contents) in by_owner(rows.into_iter().map(|row| (row.account_id, row.id))) {
            let mut tx = self.store.begin().await?;
            self.renew_contents(&mut tx, AccountId::from_uuid(owner), &contents, Lane::Backlog).await?;
            tx.commit().await?;
        }
        Ok((found, last))
    }

    /// Gives these documents, as far as they are not files, back to their owner alone; purges those that have lost what
    /// they were made from. Returns how many changed.
    pub(crate) async fn own_again(self, tx: &mut Transaction, documents: &[Uuid]) -> Result<u64> {
        let owners = sqlx::query_scalar!(
            r#"select distinct account_id as "owner!" from documents where id = any($1) and account_id is not null"#,
            documents
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for owners")?;
        let mut changed = 0;
        for owner in owners.into_iter().map(AccountId::from_uuid) {
            changed += self.purge(tx, owner, None).await?.purged;
            let Some((_, set)) = self.own_set(tx, owner).await? else { continue };
            let moved = sqlx::query!(
                r#"
                update documents set access_set_id = $3
                 where id = any($1) and account_id = $2 and access_set_id is distinct from $3
                "#,
                documents,
                owner.as_uuid(),
                set
            )
            .execute(tx.connection())
            .await
            .during("giving documents back to their owner")?;
            changed += moved.rows_affected();
            access::step::follow(self.store, tx, std::iter::once(set)).await?;
        }
        Ok(changed)
    }
}

/// What a row shows of a document beside its text.
pub(crate) struct Face {
    pub(crate) source: String,
    /// Of a file.
    pub(crate) name: String,
    /// Of everything else.
    pub(crate) about: Option<Vec<u8>>,
    pub(crate) date: Option<DateTime<Utc>>,
}

impl Face {
    /// What the document is called, what it is, and who is in it.
    pub(crate) async fn open(self, store: &Store, document: Uuid) -> Result<(String, Origin, Vec<String>)> {
        let source = read_source(&self.source)?;
        let Some(about) = self.about else {
            return Ok((self.name, Origin { source, link: None, date: self.date }, Vec::new()));
        };
        let about = open_about(store, document, &about).await?;
        Ok((about.title, Origin { source, link: about.link, date: self.date }, about.people))
    }
}

/// Opens what is sealed of a document that is not a file.
pub(crate) async fn open_about(store: &Store, document: Uuid, sealed: &[u8]) -> Result<About> {
    let about = store.open_bytes(place(document), sealed).await?;
    serde_json::from_slice(&about).map_err(|_| StoreError::Corrupt { what: "what a document is called" })
}

/// What the database goes by, from the columns of `readable_documents`.
pub(crate) fn basis(source: &str, lent_seen_at: Option<DateTime<Utc>>) -> Basis {
    match lent_seen_at {
        _ if source == Source::File.as_str() => Basis::Tree,
        Some(seen_at) => Basis::Lent { seen_at },
        None => Basis::Own,
    }
}

/// Rows of several people, each person's together.
fn by_owner(rows: impl Iterator<Item = (Uuid, Uuid)>) -> BTreeMap<Uuid, Vec<Uuid>> {
    let mut of = BTreeMap::<Uuid, Vec<Uuid>>::new();
    for (owner, row) in rows {
        of.entry(owner).or_default().push(row);
    }
    of
}

fn place(row: Uuid) -> Place {
    Place { table: "documents", row, column: "about" }
}
