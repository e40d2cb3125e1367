//! The wrapped data keys, and their unlocked form in memory.
//!
//! Keys are read at first use, again before sealing once they are [`KEY_FRESHNESS`] old, and again when a row names one
//! that is not known: so every replica seals with a new key seconds after it was made. The first key is made by whoever
//! comes first; the table's primary key decides between replicas that start together. Rewrapping puts every key under
//! another master key in one transaction; how rows move to a new key is [`rotation`]'s.
//!
//! Beside data keys there are named ones, for uses other than sealing rows: they were derived from the first master key
//! and must stay what they are when it changes.

pub mod rotation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{OnceCell, RwLock};
use zeroize::Zeroizing;

use crate::error::{During as _, Result, StoreError};
use crate::seal::{DataKey, Place, Seal};
use crate::{ContentHash, MasterKey, SealError, Store, Transaction};

/// A replica seals with the keys it knows for this long before it looks for newer ones.
pub const KEY_FRESHNESS: TimeDelta = TimeDelta::seconds(5);

/// The named key that hashes of content are made with.
const FINGERPRINTS: &str = "fingerprints";

/// The seal, unlocked when first needed.
pub(crate) struct LazySeal {
    master: RwLock<MasterKey>,
    unlocked: RwLock<Option<Unlocked>>,
    fingerprints: OnceCell<Zeroizing<[u8; blake3::KEY_LEN]>>,
}

struct Unlocked {
    seal: Arc<Seal>,
    read_at: DateTime<Utc>,
    /// Keys that the database no longer had at the last reading. They go at the next one, when nobody can still hold
    /// bytes that were read before.
    leaving: BTreeSet<i32>,
}

impl Unlocked {
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        (self.read_at..self.read_at + KEY_FRESHNESS).contains(&now)
    }
}

impl LazySeal {
    pub(crate) fn locked(master: MasterKey) -> Self {
        Self { master: RwLock::new(master), unlocked: RwLock::new(None), fingerprints: OnceCell::new() }
    }
}

/// A data key, without the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataKeyInfo {
    /// The number that sealed rows carry.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The wrapped data keys.
#[derive(Clone, Copy)]
pub struct DataKeys<'a> {
    pub(crate) store: &'a Store,
}

impl Store {
    /// Reads the data keys, or makes the first one. Fails with [`crate::SealError::WrongMasterKey`] when the master
    /// key is not the one that wrapped them.
    pub async fn unlock(&self) -> Result<()> {
        self.seal().await.map(|_| ())
    }

    /// The seal to seal with.
    pub(crate) async fn seal(&self) -> Result<Arc<Seal>> {
        if let Some(known) = self.inner.seal.unlocked.read().await.as_ref()
            && known.is_fresh(self.now())
        {
            return Ok(Arc::clone(&known.seal));
        }
        let seal = self.read_keys().await?;
        if !seal.is_empty() {
            return Ok(seal);
        }
        self.data_keys().add(1).await?;
        self.read_keys().await
    }

    /// The seal that opens these bytes: if they name a key made since the keys were read, they are read again.
    pub(crate) async fn seal_for(&self, sealed: &[u8]) -> Result<Arc<Seal>> {
        if let Some(known) = self.inner.seal.unlocked.read().await.as_ref()
            && known.seal.knows(sealed)
        {
            return Ok(Arc::clone(&known.seal));
        }
        self.read_keys().await
    }

    /// A hash of content as it is kept. It is keyed, so that nobody who has a copy of the database and a text can ask
    /// whether the text is in it.
    pub async fn fingerprint(&self, of: &ContentHash) -> Result<ContentHash> {
        let key = self.inner.seal.fingerprints.get_or_try_init(|| self.fingerprint_key()).await?;
        Ok(ContentHash(*blake3::keyed_hash(key, &of.0).as_bytes()))
    }

    async fn fingerprint_key(&self) -> Result<Zeroizing<[u8; blake3::KEY_LEN]>> {
        let mut first = Zeroizing::new([0; blake3::KEY_LEN]);
        self.randomness().fill(&mut *first);
        let kept = self.data_keys().named(FINGERPRINTS, &*first).await?;
        let key =
            kept.as_slice().try_into().map_err(|_| StoreError::Corrupt { what: "key of fingerprints" })?;
        Ok(Zeroizing::new(key))
    }

    pub(crate) async fn seal_bytes(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>> {
        Ok(self.seal().await?.seal(place, plain, self.randomness())?)
    }

    pub(crate) async fn open_bytes(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        Ok(self.seal_for(sealed).await?.open(place, sealed)?)
    }

    pub(crate) async fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String> {
        Ok(self.seal_for(sealed).await?.open_text(place, sealed)?)
    }

    /// Reads the keys and remembers them.
    async fn read_keys(&self) -> Result<Arc<Seal>> {
        let rows = sqlx::query!("select version, wrapped from data_keys")
            .fetch_all(self.pool())
            .await
            .during("reading the data keys")?;
        let master = self.inner.seal.master.read().await;
        let mut unlocked = self.inner.seal.unlocked.write().await;
        let mut keys = BTreeMap::new();
        for row in rows {
            let known = unlocked.as_ref().and_then(|known| known.seal.key(row.version));
            let key = known.cloned().map_or_else(|| master.unwrap_key(row.version, &row.wrapped), Ok);
            match key {
                Ok(key) => _ = keys.insert(row.version, key),
                // Somebody changed the master key and made a data key while this replica runs with the old one.
                Err(SealError::WrongMasterKey) if unlocked.is_some() => {
                    tracing::warn!("a data key is wrapped by another master key; restart with that one");
                }
                Err(error) => return Err(error.into()),
            }
        }
        let leaving = unlocked.as_ref().map(|known| known.retire_into(&mut keys)).unwrap_or_default();
        let seal = Arc::new(Seal::new(keys));
        *unlocked = Some(Unlocked { seal: Arc::clone(&seal), read_at: self.now(), leaving });
        Ok(seal)
    }
}

impl Unlocked {
    /// Keeps keys that have gone from the database once more; says which.
    fn retire_into(&self, keys: &mut BTreeMap<i32, DataKey>) -> BTreeSet<i32> {
        let gone = self.seal.versions().filter(|version| !keys.contains_key(version));
        let leaving: BTreeSet<i32> = gone.filter(|version| !self.leaving.contains(version)).collect();
        for version in &leaving {
            if let Some(key) = self.seal.key(*version) {
                keys.insert(*version, key.clone());
            }
        }
        leaving
    }
}

impl DataKeys<'_> {
    /// The keys there are, oldest first.
    pub async fn list(self) -> Result<Vec<DataKeyInfo>> {
        sqlx::query_as!(DataKeyInfo, "select version, created_at from data_keys order by version")
            .fetch_all(self.store.pool())
            .await
            .during("listing the data keys")
    }

    /// Makes a new key for everything sealed from now on and returns its version. Rows move to it by and by, see
    /// [`Self::reseal`].
    pub async fn rotate(self) -> Result<i32> {
        self.store.unlock().await?;
        let newest = self.list().await?.last().map_or(0, |key| key.version);
        self.add(newest + 1).await?;
        self.store.read_keys().await?;
        Ok(newest + 1)
    }

    /// A key for another use than sealing rows: the one kept under this name, or `first`, which is then kept. It stays
    /// the same whatever becomes of the master key.
    pub async fn named(self, name: &str, first: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let master = self.store.inner.seal.master.read().await.clone();
        sqlx::query!(
            "insert into named_keys (name, wrapped, created_at) values ($1, $2, $3) on conflict do nothing",
            name,
            master.wrap_named(name, first, self.store.randomness())?,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("keeping a named key")?;
        let wrapped = sqlx::query_scalar!("select wrapped from named_keys where name = $1", name)
            .fetch_one(self.store.pool())
            .await
            .during("reading a named key")?;
        Ok(master.unwrap_named(name, &wrapped)?)
    }

    /// Puts every data key and named key under another master key. No sealed row changes; returns how many keys were
    /// rewrapped. From here on this store uses the new master key; other replicas keep working with the keys they have
    /// until they restart with it.
    pub async fn rewrap(self, new: &MasterKey) -> Result<usize> {
        let mut tx = self.store.begin().await?;
        let rewrapped = self.rewrap_in(&mut tx, new).await?;
        tx.commit().await?;
        *self.store.inner.seal.master.write().await = new.clone();
        Ok(rewrapped)
    }

    async fn rewrap_in(self, tx: &mut Transaction, new: &MasterKey) -> Result<usize> {
        let rows = sqlx::query!("select version, wrapped from data_keys order by version for no key update")
            .fetch_all(tx.connection())
            .await
            .during("reading the data keys")?;
        let old = self.store.inner.seal.master.read().await.clone();
        for row in &rows {
            let key = old.unwrap_key(row.version, &row.wrapped)?;
            let wrapped = new.wrap(row.version, &key, self.store.randomness())?;
            sqlx::query!("update data_keys set wrapped = $2 where version = $1", row.version, wrapped)
                .execute(tx.connection())
                .await
                .during("rewrapping a data key")?;
        }
        let named = self.rewrap_named(tx, &old, new).await?;
        Ok(rows.len() + named)
    }

    async fn rewrap_named(self, tx: &mut Transaction, old: &MasterKey, new: &MasterKey) -> Result<usize> {
        let rows = sqlx::query!("select name, wrapped from named_keys order by name for no key update")
            .fetch_all(tx.connection())
            .await
            .during("reading the named keys")?;
        for row in &rows {
            let key = old.unwrap_named(&row.name, &row.wrapped)?;
            let wrapped = new.wrap_named(&row.name, &key, self.store.randomness())?;
            sqlx::query!("update named_keys set wrapped = $2 where name = $1", row.name, wrapped)
                .execute(tx.connection())
                .await
                .during("rewrapping a named key")?;
        }
        Ok(rows.len())
    }

    async fn add(self, version: i32) -> Result<()> {
        let wrapped = {
            let master = self.store.inner.seal.master.read().await;
            let randomness = self.store.randomness();
            master.wrap(version, &DataKey::generate(randomness), randomness)?
        };
        sqlx::query!(
            "insert into data_keys (version, wrapped, created_at) values ($1, $2, $3) on conflict do nothing",
            version,
            wrapped,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("adding a data key")?;
        Ok(())
    }
}
