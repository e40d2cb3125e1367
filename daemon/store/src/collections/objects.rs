//! The objects of a collection: sealed, found again by a keyed hash of where they are, and what cannot be read put aside.
//!
//! An object in quarantine keeps its place, its version and its text, so that nothing is lost and nothing is fetched
//! again before the server has another version. It has no occurrences and is in no answer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, CollectionId, CollectionObjectId};

use super::Collections;
use crate::Transaction;
use crate::calendars::NewOccurrence;
use crate::error::{During as _, Result};
use crate::jobs::Lane;
use crate::seal::Place;

/// An object that is held, read or not.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownObject {
    /// Where it is, as a request target.
    pub location: String,
    /// Its version; `None` where the server gave none that can be read.
    pub etag: Option<String>,
}

voiceassist_model::debug_without_text!(KnownObject { etag; location });

/// What was read of an object.
#[derive(Clone, Default)]
pub struct ReadObject {
    /// What is said in it, in the form of [`crate::calendars`] or [`crate::contacts`].
    pub note: String,
    /// When it takes place.
    pub occurrences: Vec<NewOccurrence>,
    /// Until when these are complete; `None` where there are no others.
    pub expanded_until: Option<DateTime<Utc>>,
}

/// An object as the server gave it.
#[derive(Clone)]
pub struct NewObject {
    /// Where it is, as a request target.
    pub location: String,
    /// What two spellings of that have in common.
    pub key: String,
    /// Its version.
    pub etag: Option<String>,
    /// Its text, if there is one.
    pub text: Option<String>,
    /// What was read of it, or a code that says why nothing was.
    pub outcome: std::result::Result<ReadObject, &'static str>,
}

/// How objects are taken.
pub struct Taking {
    /// In which lane they are indexed.
    pub lane: Lane,
    /// Objects of the same person that were somewhere else and are gone from there, by what two spellings of their new
    /// place have in common. They stay the objects they were, and with them what was made from them.
    pub moved: HashMap<String, CollectionObjectId>,
}

impl Default for Taking {
    fn default() -> Self {
        Self { lane: Lane::Bulk, moved: HashMap::new() }
    }
}

/// An object with more occurrences than are kept.
pub struct Unexpanded {
    /// Which.
    pub id: CollectionObjectId,
    /// In which collection.
    pub collection: CollectionId,
    /// Its text.
    pub text: String,
}

#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    keys: Vec<Vec<u8>>,
    etags: Vec<Option<String>>,
    reasons: Vec<Option<String>>,
    locations: Vec<Vec<u8>>,
    bodies: Vec<Option<Vec<u8>>>,
    notes: Vec<Option<Vec<u8>>>,
    expanded: Vec<Option<DateTime<Utc>>>,
}

impl Collections<'_> {
    /// Every object held of a collection.
    pub async fn objects(self, collection: CollectionId) -> Result<Vec<KnownObject>> {
        let rows = sqlx::query!(
            "select id, etag, location from collection_objects where collection_id = $1",
            collection.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing the objects of a collection")?;
        let mut objects = Vec::with_capacity(rows.len());
        for row in rows {
            let location = self.store.open_text(place(row.id, "location"), &row.location).await?;
            objects.push(KnownObject { location, etag: row.etag });
        }
        Ok(objects)
    }

    /// Takes objects in the place of what was held of them, to be indexed with everything else that is new. The same place
    /// twice: the last one stands.
    pub async fn apply_objects(
        self,
        tx: &mut Transaction,
        account: AccountId,
        collection: CollectionId,
        objects: &[NewObject],
    ) -> Result<()> {
        self.apply_objects_in(tx, account, collection, objects, &Taking::default()).await
    }

    /// The same, as it is said.
    pub async fn apply_objects_in(
        self,
        tx: &mut Transaction,
        account: AccountId,
        collection: CollectionId,
        objects: &[NewObject],
        taking: &Taking,
    ) -> Result<()> {
        let mut latest: HashMap<Vec<u8>, &NewObject> = HashMap::new();
        for object in objects {
            latest.insert(self.key(&object.key).await?, object);
        }
        let mut known = self.ids(tx, collection, latest.keys().cloned().collect()).await?;
        let mut columns = Columns::default();
        let mut occurrences: Vec<(Uuid, &NewOccurrence)> = Vec::new();
        for (key, object) in latest {
            let moved = taking.moved.get(&object.key).map(|object| object.as_uuid());
            let id = known.remove(&key).or(moved).unwrap_or_else(|| self.store.new_uuid());
            let read = object.outcome.as_ref();
            columns.ids.push(id);
            columns.keys.push(key);
            columns.etags.push(object.etag.clone());
            columns.reasons.push(read.err().map(|reason| (*reason).to_owned()));
            columns.locations.push(self.seal(id, "location", &object.location).await?);
            columns.bodies.push(match &object.text {
                Some(text) => Some(self.seal(id, "body", text).await?),
                None => None,
            });
            columns.notes.push(match read {
                Ok(read) => Some(self.seal(id, "note", &read.note).await?),
                Err(_) => None,
            });
            columns.expanded.push(read.ok().and_then(|read| read.expanded_until));
            occurrences.extend(read.iter().flat_map(|read| &read.occurrences).map(|one| (id, one)));
        }
        self.write(tx, account, collection, &columns).await?;
        self.store
            .calendars()
            .replace_occurrences(tx, account, collection, &columns.ids, &occurrences)
            .await?;
        self.store.items().renew_objects(tx, account, &columns.ids, taking.lane).await?;
        if columns.reasons.iter().any(Option::is_some) {
            self.store.items().drop_unread(tx, account, &columns.ids).await?;
        }
        Ok(())
    }

    /// The texts of objects at these places.
    pub async fn texts(
        self,
        collection: CollectionId,
        keys: &[&str],
    ) -> Result<Vec<(CollectionObjectId, String)>> {
        let mut hashes = Vec::with_capacity(keys.len());
        for key in keys {
            hashes.push(self.key(key).await?);
        }
        let rows = sqlx::query!(
            r#"
            select id, body as "body!" from collection_objects
             where collection_id = $1 and key = any($2) and body is not null
            "#,
            collection.as_uuid(),
            &hashes
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading objects of a collection")?;
        let mut texts = Vec::with_capacity(rows.len());
        for row in rows {
            let text = self.store.open_text(place(row.id, "body"), &row.body).await?;
            texts.push((CollectionObjectId::from_uuid(row.id), text));
        }
        Ok(texts)
    }

    async fn seal(self, id: Uuid, column: &'static str, text: &str) -> Result<Vec<u8>> {
        self.store.seal_bytes(place(id, column), text.as_bytes()).await
    }

    async fn ids(
        self,
        tx: &mut Transaction,
        collection: CollectionId,
        keys: Vec<Vec<u8>>,
    ) -> Result<HashMap<Vec<u8>, Uuid>> {
        let rows = sqlx::query!(
            "select id, key from collection_objects where collection_id = $1 and key = any($2)",
            collection.as_uuid(),
            &keys
        )
        .fetch_all(tx.connection())
        .await
        .during("finding objects again")?;
        Ok(rows.into_iter().map(|row| (row.key, row.id)).collect())
    }

    async fn write(
        self,
        tx: &mut Transaction,
        account: AccountId,
        collection: CollectionId,
        columns: &Columns,
    ) -> Result<()> {
        sqlx::query!(
            r#"
            insert into collection_objects
                   (collection_id, account_id, updated_at, id, key, etag, state, reason, location, body, note,
                    expanded_until)
            select $1, $2, $3, input.id, input.key, input.etag,
                   case when input.reason is null then 'read' else 'quarantined' end, input.reason, input.location,
                   input.body, input.note, input.expanded_until
              from unnest($4::uuid[], $5::bytea[], $6::text[], $7::text[], $8::bytea[], $9::bytea[], $10::bytea[],
                          $11::timestamptz[])
                   as input (id, key, etag, reason, location, body, note, expanded_until)
            on conflict (id) do update
               set collection_id = excluded.collection_id, key = excluded.key, etag = excluded.etag, state = excluded.state, reason = excluded.reason,
                   location = excluded.location, body = excluded.body, note = excluded.note,
                   expanded_until = excluded.expanded_until, updated_at = excluded.updated_at
            "#,
            collection.as_uuid(),
            account.as_uuid(),
            self.store.now(),
            &columns.ids,
            &columns.keys,
            &columns.etags as &[Option<String>],
            &columns.reasons as &[Option<String>],
            &columns.locations,
            &columns.bodies as &[Option<Vec<u8>>],
            &columns.notes as &[Option<Vec<u8>>],
            &columns.expanded as &[Option<DateTime<Utc>>]
        )
        .execute(tx.connection())
        .await
        .during("taking objects of a collection")?;
        Ok(())
    }

    /// Forgets objects at these places. How many.
    pub async fn forget_objects(
        self,
        tx: &mut Transaction,
        collection: CollectionId,
        keys: &[&str],
    ) -> Result<u64> {
        let mut hashes = Vec::with_capacity(keys.len());
        for key in keys {
            hashes.push(self.key(key).await?);
        }
        let owners = sqlx::query_scalar!(
            "delete from collection_objects where collection_id = $1 and key = any($2) returning account_id",
            collection.as_uuid(),
            &hashes
        )
        .fetch_all(tx.connection())
        .await
        .during("forgetting objects of a collection")?;
        if let Some(owner) = owners.first() {
            self.store.items().purge(tx, AccountId::from_uuid(*owner), None).await?;
        }
        Ok(owners.len() as u64)
    }

    /// Objects of an account whose occurrences are kept until before `before`, those that end first at the front.
    pub async fn unexpanded(
        self,
        account: AccountId,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Unexpanded>> {
        let rows = sqlx::query!(
            r#"
            select id, collection_id, body as "body!" from collection_objects
             where account_id = $1 and expanded_until < $2 and state = 'read' order by expanded_until, id limit $3
            "#,
            account.as_uuid(),
            before,
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for series to go on with")?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(Unexpanded {
                id: CollectionObjectId::from_uuid(row.id),
                collection: CollectionId::from_uuid(row.collection_id),
                text: self.store.open_text(place(row.id, "body"), &row.body).await?,
            });
        }
        Ok(found)
    }

    /// Puts other occurrences in the place of an object's, unless it is gone.
    pub async fn expand(
        self,
        tx: &mut Transaction,
        account: AccountId,
        object: &Unexpanded,
        read: &ReadObject,
    ) -> Result<()> {
        let id = object.id.as_uuid();
        let note = self.seal(id, "note", &read.note).await?;
        let done = sqlx::query!(
            "update collection_objects set expanded_until = $2, note = $3 where id = $1",
            id,
            read.expanded_until,
            note
        )
        .execute(tx.connection())
        .await
        .during("going on with a series")?;
        if done.rows_affected() == 0 {
            return Ok(());
        }
        let occurrences: Vec<(Uuid, &NewOccurrence)> = read.occurrences.iter().map(|one| (id, one)).collect();
        self.store.calendars().replace_occurrences(tx, account, object.collection, &[id], &occurrences).await
    }

    /// Codes of objects in quarantine and how many of each, over all of an account's collections.
    pub async fn quarantined(self, account: AccountId) -> Result<Vec<(String, u64)>> {
        let rows = sqlx::query!(
            r#"
            select reason as "reason!", count(*) as "count!" from collection_objects
             where account_id = $1 and state = 'quarantined' group by reason order by reason
            "#,
            account.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting objects in quarantine")?;
        Ok(rows.into_iter().map(|row| (row.reason, row.count.unsigned_abs())).collect())
    }
}

pub(crate) fn place(row: Uuid, column: &'static str) -> Place {
    Place { table: "collection_objects", row, column }
}
