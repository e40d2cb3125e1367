//! Keys that sign access tokens: one that signs, and those before it for as long as their tokens live.
//!
//! All replicas sign with the same key and believe the same keys, because both are here. Private keys are sealed. Making
//! a new key retires the one before it in the same transaction, so that there is never none and never two; a retired key
//! is believed until the last token it may have signed is over, and then its row goes. The module knows nothing of
//! tokens: what a key is called and what it signs is its caller's.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{During as _, Result};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Keys read at most; a rotation each hour for a day stays below.
const MAX_KEYS: i64 = 32;

/// A key pair to be kept.
#[derive(Clone, Copy)]
pub struct NewSigningKey<'a> {
    /// What tokens name it by.
    pub key_id: &'a str,
    /// Its public half.
    pub public_key: &'a [u8; 32],
    /// Its private half, PKCS#8 PEM.
    pub private_key: &'a [u8],
}

/// A key pair that is believed.
pub struct SigningKey {
    /// What tokens name it by.
    pub key_id: String,
    /// Its private half, PKCS#8 PEM.
    pub private_key: Zeroizing<Vec<u8>>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// No token of its is believed from then on; `None` for the key that signs.
    pub ends_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Keys that sign access tokens.
#[derive(Clone, Copy)]
pub struct SigningKeys<'a> {
    pub(crate) store: &'a Store,
}

impl SigningKeys<'_> {
    /// Keeps the first key. False when there is one that signs already, which then stays.
    pub async fn begin(self, key: NewSigningKey<'_>) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        let added = self.insert(&mut tx, key).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Makes another key the one that signs. Those before it are believed for `overlap` more at most. False when somebody else
    /// did the same at the same moment; then their key signs.
    pub async fn rotate(self, key: NewSigningKey<'_>, overlap: TimeDelta) -> Result<bool> {
        let now = self.store.now();
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            "update signing_keys set retired_at = coalesce(retired_at, $1), ends_at = least(ends_at, $2)",
            now,
            now + overlap
        )
        .execute(tx.connection())
        .await
        .during("retiring the key that signs tokens")?;
        sqlx::query!("delete from signing_keys where ends_at <= $1", now)
            .execute(tx.connection())
            .await
            .during("forgetting keys that signed tokens")?;
        let added = self.insert(&mut tx, key).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Every key that is believed, the one that signs first.
    pub async fn believed(self) -> Result<Vec<SigningKey>> {
        let rows = sqlx::query!(
            r#"
            select id, key_id, private_key, created_at, ends_at from signing_keys
             where ends_at is null or ends_at > $1 order by ends_at desc nulls first limit $2
            "#,
            self.store.now(),
            MAX_KEYS
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading the keys that sign tokens")?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let private_key = self.store.open_bytes(place(row.id), &row.private_key).await?;
            let (key_id, created_at, ends_at) = (row.key_id, row.created_at, row.ends_at);
            keys.push(SigningKey { key_id, private_key, created_at, ends_at });
        }
        Ok(keys)
    }

    async fn insert(self, tx: &mut Transaction, key: NewSigningKey<'_>) -> Result<bool> {
        let id = self.store.new_uuid();
        let sealed = self.store.seal_bytes(place(id), key.private_key).await?;
        let done = sqlx::query!(
            r#"
            insert into signing_keys (id, key_id, public_key, private_key, created_at) values ($1, $2, $3, $4, $5)
            on conflict do nothing
            "#,
            id,
            key.key_id,
            &key.public_key[..],
            sealed,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("keeping a key that signs tokens")?;
        Ok(done.rows_affected() > 0)
    }
}

fn place(id: Uuid) -> Place {
    Place { table: "signing_keys", row: id, column: "private_key" }
}
