//! People's calendars and address books as last observed, and how far each is mirrored.
//!
//! A collection belongs to one account and goes with it; one that several people see is kept once for each, because what
//! a person may see of it is the server's to say. Where it is and what it is called is sealed and found again by a keyed
//! hash; so are its objects ([`objects`]). The sync token is written in the transaction that applies the last of what it
//! stands for, so a crash at any point means doing the rest again. Somebody else's collection is shown only while a
//! recent listing named it ([`TRUSTED_FOR`]): a share that was withdrawn must not outlive a server that is not asked.

mod lent;
pub mod objects;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::{AccountId, CollectionId};

use crate::documents::ContentHash;
use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Collections of one person and class at most; what a home lists beyond is left out.
pub const MAX_PER_ACCOUNT: usize = 1_000;
/// How long somebody else's collection is shown after a listing last named it. Whoever asks on behalf of a person has the
/// server asked before, so this is what is left when it does not answer.
pub const TRUSTED_FOR: TimeDelta = TimeDelta::seconds(60);

/// What a collection holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CollectionClass {
    /// Events and tasks.
    Calendar,
    /// Contacts.
    AddressBook,
}

impl CollectionClass {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Calendar, Self::AddressBook];

    pub(crate) fn from_name(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|class| class.as_str() == name);
        found.ok_or(StoreError::Corrupt { what: "class of a collection" })
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::AddressBook => "address_book",
        }
    }
}

/// What a collection says of itself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Where it is, as a request target.
    pub location: String,
    /// What it is called.
    pub name: String,
    /// Its colour, as the server writes it.
    pub color: Option<String>,
    /// Whose it is, as a name of a user.
    pub owner: Option<String>,
    /// The zone of its times without one, by name.
    pub time_zone: Option<String>,
}

voiceassist_model::debug_without_text!(About { ; location, name });

/// A collection as its home lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObservedCollection {
    /// What two spellings of where it is have in common.
    pub key: String,
    /// What it is to the person, as a stable word.
    pub kind: &'static str,
    /// What it says of itself.
    pub about: About,
    /// Whether the person may write in it.
    pub writable: bool,
    /// Whether the person shows it.
    pub enabled: bool,
    /// Whether what is in it leaves its time free.
    pub transparent: bool,
}

/// A collection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// What it is to the person: `own`, `shared`, `subscribed`, `birthdays`, `generated` or `system`.
    pub kind: String,
    /// What it says of itself.
    pub about: About,
    /// Whether the person may write in it.
    pub writable: bool,
    /// Whether the person shows it.
    pub enabled: bool,
    /// Whether what is in it leaves its time free.
    pub transparent: bool,
    /// After the last difference that was applied whole.
    pub sync_token: Option<String>,
    /// Why it could not be mirrored, as a code.
    pub reason: Option<String>,
    /// Since when a second look must confirm that so much of it is gone.
    pub held_since: Option<DateTime<Utc>>,
    /// When it was last found or made equal to the server's.
    pub synced_at: Option<DateTime<Utc>>,
    /// When everything in it was last compared.
    pub reconciled_at: Option<DateTime<Utc>>,
}

/// How much of a collection is mirrored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Objects that were read.
    pub objects: u64,
    /// Objects that cannot be.
    pub quarantined: u64,
}

/// How a look at one class of a person's collections ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// When, well or not.
    pub looked_at: DateTime<Utc>,
    /// When well.
    pub synced_at: Option<DateTime<Utc>>,
    /// Why not, as a code.
    pub reason: Option<String>,
}

/// Calendars and address books.
#[derive(Clone, Copy)]
pub struct Collections<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    kind: String,
    about: Vec<u8>,
    writable: bool,
    enabled: bool,
    transparent: bool,
    sync_token: Option<String>,
    reason: Option<String>,
    held_since: Option<DateTime<Utc>>,
    synced_at: Option<DateTime<Utc>>,
    reconciled_at: Option<DateTime<Utc>>,
}

impl Collections<'_> {
    /// Takes a home's list. What it no longer names goes with everything in it; how many went.
    pub async fn apply(
        self,
        account: AccountId,
        class: CollectionClass,
        observed: &[ObservedCollection],
    ) -> Result<u64> {
        let now = self.store.now();
        let mut tx = self.store.begin().await?;
        let mut known = self.known(&mut tx, account, class).await?;
        for collection in observed.iter().take(MAX_PER_ACCOUNT) {
            let key = self.key(&collection.key).await?;
            let id = known.remove(&key).unwrap_or_else(|| self.store.new_uuid());
            // A flat record of strings always serialises.
            let about = serde_json::to_vec(&collection.about).unwrap_or_default();
            let about = self.store.seal_bytes(place(id), &about).await?;
            sqlx::query!(
                r#"
                insert into collections
                       (id, account_id, class, kind, key, about, writable, enabled, transparent, seen_at, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
                on conflict (id) do update
                   set kind = excluded.kind, about = excluded.about, writable = excluded.writable,
                       enabled = excluded.enabled, transparent = excluded.transparent, seen_at = excluded.seen_at
                "#,
                id,
                account.as_uuid(),
                class.as_str(),
                collection.kind,
                key,
                about,
                collection.writable,
                collection.enabled,
                collection.transparent,
                now
            )
            .execute(tx.connection())
            .await
            .during("taking a list of collections")?;
        }
        let gone: Vec<Uuid> = known.into_values().collect();
        let done = sqlx::query!("delete from collections where id = any($1)", &gone)
            .execute(tx.connection())
            .await
            .during("forgetting collections")?;
        if done.rows_affected() > 0 {
            self.store.items().purge(&mut tx, account, None).await?;
        }
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    async fn known(
        self,
        tx: &mut Transaction,
        account: AccountId,
        class: CollectionClass,
    ) -> Result<HashMap<Vec<u8>, Uuid>> {
        let rows = sqlx::query!(
            "select id, key from collections where account_id = $1 and class = $2",
            account.as_uuid(),
            class.as_str()
        )
        .fetch_all(tx.connection())
        .await
        .during("reading a list of collections")?;
        Ok(rows.into_iter().map(|row| (row.key, row.id)).collect())
    }

    /// A person's collections of a class, oldest first; none while the person reads nothing.
    pub async fn list(self, account: AccountId, class: CollectionClass) -> Result<Vec<Collection>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select c.id, c.kind, c.about, c.writable, c.enabled, c.transparent, c.sync_token, c.reason, c.held_since,
                   c.synced_at, c.reconciled_at
              from collections c join accounts a on a.id = c.account_id
             where c.account_id = $1 and c.class = $2 and account_works(a.state)
             order by c.created_at, c.id
            "#,
            account.as_uuid(),
            class.as_str()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing collections")?;
        let mut collections = Vec::with_capacity(rows.len());
        for row in rows {
            let about = self.store.open_bytes(place(row.id), &row.about).await?;
            collections.push(Collection {
                id: CollectionId::from_uuid(row.id),
                kind: row.kind,
                about: read_about(&about)?,
                writable: row.writable,
                enabled: row.enabled,
                transparent: row.transparent,
                sync_token: row.sync_token,
                reason: row.reason,
                held_since: row.held_since,
                synced_at: row.synced_at,
                reconciled_at: row.reconciled_at,
            });
        }
        Ok(collections)
    }

    /// How much of each collection of an account is mirrored; one in which there is nothing is left out. Counts what is
    /// there, so it is for whoever looks at collections and not for a question about what is in them.
    pub async fn held(self, account: AccountId) -> Result<HashMap<CollectionId, Held>> {
        let rows = sqlx::query!(
            r#"
            select collection_id, count(*) filter (where state = 'read') as "objects!",
                   count(*) filter (where state <> 'read') as "quarantined!"
              from collection_objects
             where account_id = $1
             group by collection_id
            "#,
            account.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting what collections hold")?;
        let held = |objects: i64, quarantined: i64| Held {
            objects: objects.unsigned_abs(),
            quarantined: quarantined.unsigned_abs(),
        };
        Ok(rows
            .into_iter()
            .map(|row| (CollectionId::from_uuid(row.collection_id), held(row.objects, row.quarantined)))
            .collect())
    }

    /// Notes that a collection equals the server's as of this token. `compared` says that everything was compared.
    pub async fn advance(
        self,
        tx: &mut Transaction,
        collection: CollectionId,
        token: Option<&str>,
        compared: bool,
    ) -> Result<()> {
        sqlx::query!(
            r#"
            update collections
               set sync_token = $2, reason = null, held_since = null, synced_at = $4,
                   reconciled_at = case when $3 then $4 else reconciled_at end
             where id = $1
            "#,
            collection.as_uuid(),
            token,
            compared,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("noting how far a collection is mirrored")?;
        Ok(())
    }

    /// Notes that these collections still equal the server's, as their tokens tell.
    pub async fn confirm(self, collections: &[CollectionId]) -> Result<()> {
        let ids: Vec<Uuid> = collections.iter().map(|collection| collection.as_uuid()).collect();
        sqlx::query!(
            "update collections set synced_at = $2 where id = any($1) and reason is null",
            &ids,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("noting that collections are unchanged")?;
        Ok(())
    }

    /// Notes why a collection could not be mirrored.
    pub async fn note(self, collection: CollectionId, reason: &'static str) -> Result<()> {
        sqlx::query!("update collections set reason = $2 where id = $1", collection.as_uuid(), reason)
            .execute(self.store.pool())
            .await
            .during("noting why a collection is not mirrored")?;
        Ok(())
    }

    /// Notes that much of a collection is suddenly missing, which the next look has to confirm.
    pub async fn hold(self, collection: CollectionId) -> Result<()> {
        sqlx::query!(
            "update collections set held_since = coalesce(held_since, $2), reason = 'suddenly_missing' where id = $1",
            collection.as_uuid(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("holding deletions back")?;
        Ok(())
    }

    /// Notes how a look ended.
    pub async fn looked(
        self,
        account: AccountId,
        class: CollectionClass,
        reason: Option<&'static str>,
    ) -> Result<()> {
        sqlx::query!(
            r#"
            insert into collection_looks (account_id, class, looked_at, synced_at, reason)
            select id, $2, $4, case when $3::text is null then $4::timestamptz end, $3 from accounts where id = $1
            on conflict (account_id, class) do update
               set looked_at = excluded.looked_at, reason = excluded.reason,
                   synced_at = coalesce(excluded.synced_at, collection_looks.synced_at)
            "#,
            account.as_uuid(),
            class.as_str(),
            reason,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("noting a look at collections")?;
        Ok(())
    }

    /// How the last look ended; `None` before the first.
    pub async fn last_look(self, account: AccountId, class: CollectionClass) -> Result<Option<Look>> {
        sqlx::query_as!(
            Look,
            "select looked_at, synced_at, reason from collection_looks where account_id = $1 and class = $2",
            account.as_uuid(),
            class.as_str()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading a look at collections")
    }

    /// Accounts whose collections were not looked at since an instant and that may be, longest first.
    pub async fn due(
        self,
        class: CollectionClass,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<AccountId>> {
        let rows = sqlx::query_scalar!(
            r#"
            select a.id from accounts a left join collection_looks l on l.account_id = a.id and l.class = $1
             where account_works(a.state) and (a.suspended_until is null or a.suspended_until <= $3)
               and (l.looked_at is null or l.looked_at < $2)
             order by l.looked_at nulls first, a.id limit $4
            "#,
            class.as_str(),
            before,
            self.store.now(),
            i64::from(limit)
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for collections to look at")?;
        Ok(rows.into_iter().map(AccountId::from_uuid).collect())
    }

    /// Takes some of an account's objects out, with their documents; how many.
    pub(crate) async fn take_some(self, tx: &mut Transaction, account: AccountId, limit: i64) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            delete from collection_objects
             where id in (select id from collection_objects where account_id = $1 order by id limit $2)
            "#,
            account.as_uuid(),
            limit
        )
        .execute(tx.connection())
        .await
        .during("deleting an account's calendars and contacts")?;
        Ok(done.rows_affected())
    }

    /// The keyed hash by which a place is found again.
    pub(crate) async fn key(self, place: &str) -> Result<Vec<u8>> {
        let digest = ContentHash(*blake3::hash(place.as_bytes()).as_bytes());
        Ok(self.store.fingerprint(&digest).await?.0.to_vec())
    }
}

fn place(row: Uuid) -> Place {
    Place { table: "collections", row, column: "about" }
}

fn read_about(json: &[u8]) -> Result<About> {
    serde_json::from_slice(json).map_err(|_| StoreError::Corrupt { what: "description of a collection" })
}
