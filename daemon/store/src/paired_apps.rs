//! Nextcloud apps that are paired with this daemon: the keys that may vouch for people.
//!
//! Only public keys are kept, so whoever reads the database can speak for nobody. A vouch is spent in the same step
//! that accepts it, by all replicas together, and remembered until it would be too old anyway. Whether the signature
//! is right is judged by the caller; this module says which key a name stands for.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use voiceassist_model::{InstanceId, PairedAppId};

use crate::Store;
use crate::error::{During as _, Result, StoreError};

/// Bytes of an Ed25519 public key (RFC 8032).
pub const PUBLIC_KEY_BYTES: usize = 32;

/// Apps listed at most; a clinic has one.
const MAX_APPS: i64 = 1_000;

/// A paired app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedApp {
    /// Its id.
    pub id: PairedAppId,
    /// The server it runs in.
    pub instance: InstanceId,
    /// That server's address.
    pub base_url: String,
    /// What a vouch names the key by.
    pub key_id: String,
    /// The key.
    pub public_key: [u8; PUBLIC_KEY_BYTES],
    /// When it was paired.
    pub created_at: DateTime<Utc>,
    /// When it last vouched for somebody.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Paired apps.
#[derive(Clone, Copy)]
pub struct PairedApps<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    instance_id: Uuid,
    base_url: String,
    key_id: String,
    public_key: Vec<u8>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for PairedApp {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let public_key = row
            .public_key
            .try_into()
            .map_err(|_| StoreError::Corrupt { what: "public key of a paired app" })?;
        Ok(Self {
            id: PairedAppId::from_uuid(row.id),
            instance: InstanceId::from_uuid(row.instance_id),
            base_url: row.base_url,
            key_id: row.key_id,
            public_key,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// The name of a key: the first sixteen digits of its SHA-256.
pub fn key_id(public_key: &[u8; PUBLIC_KEY_BYTES]) -> String {
    use std::fmt::Write as _;
    let mut name = String::with_capacity(16);
    for byte in Sha256::digest(public_key).iter().take(8) {
        // Writing into a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

impl PairedApps<'_> {
    /// Pairs an app with a server. The same key again changes nothing, unless it was another server's: then `None`.
    pub async fn add(
        self,
        instance: InstanceId,
        public_key: &[u8; PUBLIC_KEY_BYTES],
    ) -> Result<Option<PairedAppId>> {
        let id = sqlx::query_scalar!(
            r#"
            insert into paired_apps (id, instance_id, key_id, public_key, created_at) values ($1, $2, $3, $4, $5)
            on conflict (key_id) do update set public_key = paired_apps.public_key
             where paired_apps.instance_id = excluded.instance_id and paired_apps.public_key = excluded.public_key
            returning id
            "#,
            self.store.new_uuid(),
            instance.as_uuid(),
            key_id(public_key),
            &public_key[..],
            self.store.now()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("pairing an app")?;
        Ok(id.map(PairedAppId::from_uuid))
    }

    /// The app whose key has this name.
    pub async fn find(self, key_id: &str) -> Result<Option<PairedApp>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select p.id, p.instance_id, i.base_url, p.key_id, p.public_key, p.created_at, p.last_used_at
              from paired_apps p join instances i on i.id = p.instance_id where p.key_id = $1
            "#,
            key_id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a paired app")?;
        row.map(PairedApp::try_from).transpose()
    }

    /// Every paired app, the oldest first.
    pub async fn list(self) -> Result<Vec<PairedApp>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select p.id, p.instance_id, i.base_url, p.key_id, p.public_key, p.created_at, p.last_used_at
              from paired_apps p join instances i on i.id = p.instance_id order by p.created_at, p.id limit $1
            "#,
            MAX_APPS
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing paired apps")?;
        rows.into_iter().map(PairedApp::try_from).collect()
    }

    /// Forgets an app; nothing it signs is believed any more. False when there was none.
    pub async fn remove(self, key_id: &str) -> Result<bool> {
        let done = sqlx::query!("delete from paired_apps where key_id = $1", key_id)
            .execute(self.store.pool())
            .await
            .during("removing a paired app")?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a vouch. False when it was taken before, by whichever replica, or when the app is gone.
    pub async fn spend(self, app: PairedAppId, jti: &str, expires_at: DateTime<Utc>) -> Result<bool> {
        let now = self.store.now();
        let mut tx = self.store.begin().await?;
        sqlx::query!("delete from spent_vouches where expires_at < $1", now)
            .execute(tx.connection())
            .await
            .during("forgetting old vouches")?;
        let used = sqlx::query!("update paired_apps set last_used_at = $2 where id = $1", app.as_uuid(), now)
            .execute(tx.connection())
            .await
            .during("noting the use of a paired app")?;
        if used.rows_affected() == 0 {
            return Ok(false);
        }
        let taken = sqlx::query!(
            "insert into spent_vouches (paired_app_id, jti, expires_at) values ($1, $2, $3) on conflict do nothing",
            app.as_uuid(),
            jti,
            expires_at
        )
        .execute(tx.connection())
        .await
        .during("taking a vouch")?;
        tx.commit().await?;
        Ok(taken.rows_affected() > 0)
    }
}
