//! The wrapped data keys, and their unlocked form in memory.
//!
//! Keys are read at first use and again when a row names one that another replica has made since. The first key is made
//! by whoever comes first; the table's primary key decides between replicas that start together. Rotation adds a key
//! for new rows and leaves old rows readable; rewrapping puts every key under another master key in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::RwLock;
use zeroize::Zeroizing;

use crate::error::{During as _, Result};
use crate::seal::{DataKey, Place, Seal};
use crate::{MasterKey, Store, Transaction};

/// The seal, unlocked when first needed.
pub(crate) struct LazySeal {
    master: RwLock<MasterKey>,
    unlocked: RwLock<Option<Arc<Seal>>>,
}

impl LazySeal {
    pub(crate) fn locked(master: MasterKey) -> Self {
        Self { master: RwLock::new(master), unlocked: RwLock::new(None) }
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

    pub(crate) async fn seal(&self) -> Result<Arc<Seal>> {
        if let Some(seal) = self.inner.seal.unlocked.read().await.as_ref() {
            return Ok(Arc::clone(seal));
        }
        let mut seal = self.read_keys().await?;
        if seal.is_empty() {
            self.data_keys().add(1).await?;
            seal = self.read_keys().await?;
        }
        self.remember(seal).await
    }

    /// The seal that opens these bytes: if they name a key made since the keys were read, they are read again.
    pub(crate) async fn seal_for(&self, sealed: &[u8]) -> Result<Arc<Seal>> {
        let seal = self.seal().await?;
        if seal.knows(sealed) {
            return Ok(seal);
        }
        let fresh = self.read_keys().await?;
        self.remember(fresh).await
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

    async fn remember(&self, seal: Seal) -> Result<Arc<Seal>> {
        let seal = Arc::new(seal);
        *self.inner.seal.unlocked.write().await = Some(Arc::clone(&seal));
        Ok(seal)
    }

    async fn read_keys(&self) -> Result<Seal> {
        let rows = sqlx::query!("select version, wrapped from data_keys")
            .fetch_all(self.pool())
            .await
            .during("reading the data keys")?;
        let master = self.inner.seal.master.read().await;
        let mut keys = BTreeMap::new();
        for row in rows {
            keys.insert(row.version, master.unwrap_key(row.version, &row.wrapped)?);
        }
        Ok(Seal::new(keys))
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

    /// Makes a new key for everything sealed from now on and returns its version.
    pub async fn rotate(self) -> Result<i32> {
        self.store.unlock().await?;
        let newest = self.list().await?.last().map_or(0, |key| key.version);
        self.add(newest + 1).await?;
        let seal = self.store.read_keys().await?;
        self.store.remember(seal).await?;
        Ok(newest + 1)
    }

    /// Puts every data key under another master key. No sealed row changes; returns how many keys were rewrapped.
    /// From here on this store uses the new master key; other replicas keep working until they restart with it.
    pub async fn rewrap(self, new: &MasterKey) -> Result<usize> {
        let mut tx = self.store.begin().await?;
        let rewrapped = self.rewrap_in(&mut tx, new).await?;
        tx.commit().await?;
        *self.store.inner.seal.master.write().await = new.clone();
        Ok(rewrapped)
    }

    async fn rewrap_in(self, tx: &mut Transaction, new: &MasterKey) -> Result<usize> {
        let rows = sqlx::query!("select version, wrapped from data_keys order by version for update")
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
