//! Who may send hints about a server: tokens of webhook listeners, and the signing key of our own app.
//!
//! A listener's token is shown once and kept as a hash; it is long and random, so the hash needs no salt and no cost.
//! The app's key is needed to check its signatures and is kept sealed. A key that is replaced stays good for a while,
//! because the other side changes over later than we do. Nonces of signed hints are remembered for as long as the
//! signature would be believed. Refused: a token of another shape, before the database is asked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use uuid::Uuid;
use voiceassist_model::{HookKeyId, InstanceId};
use zeroize::Zeroizing;

use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Bytes of a token's secret half and of a signing key.
const SECRET_BYTES: usize = 32;
/// What a listener's token begins with, so that it is recognised when it is found lying about.
const TOKEN_PREFIX: &str = "vah_";
/// The time of last use is written at most this often.
const USE_GRAIN: TimeDelta = TimeDelta::minutes(1);
/// Keys of one server at most.
const MAX_KEYS: i64 = 100;

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HookKeyKind {
    /// Sent as a header by Nextcloud's webhook listeners.
    Listener,
    /// Signs what our app in Nextcloud sends.
    App,
}

impl HookKeyKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listener => "listener",
            Self::App => "app",
        }
    }
}

/// A key, without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookKey {
    /// Its id, which is no secret.
    pub id: HookKeyId,
    /// What it is for.
    pub kind: HookKeyKind,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When a hint with it was last taken, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Replaced; good until then.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A signing key, to check a signature with.
pub struct SigningKey {
    /// The server it speaks for.
    pub instance: InstanceId,
    /// The key.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Keys of hints.
#[derive(Clone, Copy)]
pub struct HookKeys<'a> {
    pub(crate) store: &'a Store,
}

impl HookKeys<'_> {
    /// Makes a listener's token; it cannot be shown again.
    pub async fn issue_listener(self, instance: InstanceId) -> Result<(HookKeyId, SecretString)> {
        let id = self.store.new_uuid();
        let secret = self.new_secret();
        let token = format!("{TOKEN_PREFIX}{}_{}", id.simple(), URL_SAFE_NO_PAD.encode(*secret));
        let hash = blake3::hash(token.as_bytes());
        self.insert(id, instance, HookKeyKind::Listener, Some(hash.as_bytes().as_slice()), None).await?;
        Ok((HookKeyId::from_uuid(id), token.into()))
    }

    /// Makes a signing key for our app, in URL-safe base64; it cannot be shown again.
    pub async fn issue_app(self, instance: InstanceId) -> Result<(HookKeyId, SecretString)> {
        let id = self.store.new_uuid();
        let secret = self.new_secret();
        let sealed = self.store.seal_bytes(key_place(id), &*secret).await?;
        self.insert(id, instance, HookKeyKind::App, None, Some(&sealed)).await?;
        Ok((HookKeyId::from_uuid(id), URL_SAFE_NO_PAD.encode(*secret).into()))
    }

    fn new_secret(self) -> Zeroizing<[u8; SECRET_BYTES]> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        self.store.randomness().fill(&mut *secret);
        secret
    }

    async fn insert(
        self,
        id: Uuid,
        instance: InstanceId,
        kind: HookKeyKind,
        hash: Option<&[u8]>,
        sealed: Option<&[u8]>,
    ) -> Result<()> {
        sqlx::query!(
            r#"
            insert into hook_keys (id, instance_id, kind, token_hash, sealed_key, created_at)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            id,
            instance.as_uuid(),
            kind.as_str(),
            hash,
            sealed,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("keeping a key of hints")?;
        Ok(())
    }

    /// The server a listener's token speaks for. `None` for a token that is unknown, expired or of another shape.
    pub async fn verify_listener(self, token: &str) -> Result<Option<(HookKeyId, InstanceId)>> {
        let Some(id) = id_in(token) else { return Ok(None) };
        let row = sqlx::query!(
            r#"
            select instance_id, token_hash as "token_hash!" from hook_keys
             where id = $1 and kind = 'listener' and (expires_at is null or expires_at > $2)
            "#,
            id,
            self.store.now()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("checking a listener's token")?;
        let Some(row) = row else { return Ok(None) };
        let kept: [u8; blake3::OUT_LEN] =
            row.token_hash.try_into().map_err(|_| StoreError::Corrupt { what: "hook token hash" })?;
        // Hashes of this type compare in constant time.
        let same = blake3::Hash::from_bytes(kept) == blake3::hash(token.as_bytes());
        Ok(same.then(|| (HookKeyId::from_uuid(id), InstanceId::from_uuid(row.instance_id))))
    }

    /// The signing key with this id, if it may still be used.
    pub async fn signing_key(self, id: HookKeyId) -> Result<Option<SigningKey>> {
        let row = sqlx::query!(
            r#"
            select instance_id, sealed_key as "sealed_key!" from hook_keys
             where id = $1 and kind = 'app' and (expires_at is null or expires_at > $2)
            "#,
            id.as_uuid(),
            self.store.now()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading a signing key")?;
        let Some(row) = row else { return Ok(None) };
        let bytes = self.store.open_bytes(key_place(id.as_uuid()), &row.sealed_key).await?;
        Ok(Some(SigningKey { instance: InstanceId::from_uuid(row.instance_id), bytes }))
    }

    /// Every key of a server that may still be used, the oldest first.
    pub async fn list(self, instance: InstanceId) -> Result<Vec<HookKey>> {
        let rows = sqlx::query!(
            r#"
            select id, kind, created_at, last_used_at, expires_at from hook_keys
             where instance_id = $1 and (expires_at is null or expires_at > $2) order by created_at, id limit $3
            "#,
            instance.as_uuid(),
            self.store.now(),
            MAX_KEYS
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing keys of hints")?;
        let keys = rows.into_iter().map(|row| {
            let kind = match row.kind.as_str() {
                "listener" => HookKeyKind::Listener,
                "app" => HookKeyKind::App,
                _ => return Err(StoreError::Corrupt { what: "kind of hook key" }),
            };
            let (created_at, last_used_at, expires_at) = (row.created_at, row.last_used_at, row.expires_at);
            Ok(HookKey { id: HookKeyId::from_uuid(row.id), kind, created_at, last_used_at, expires_at })
        });
        keys.collect()
    }

    /// Lets every other key of this kind end `after` this long; how many.
    pub async fn retire_others(
        self,
        instance: InstanceId,
        kind: HookKeyKind,
        keep: Option<HookKeyId>,
        after: TimeDelta,
    ) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            update hook_keys set expires_at = $4
             where instance_id = $1 and kind = $2 and id is distinct from $3
               and (expires_at is null or expires_at > $4)
            "#,
            instance.as_uuid(),
            kind.as_str(),
            keep.map(HookKeyId::as_uuid),
            self.store.now() + after
        )
        .execute(self.store.pool())
        .await
        .during("retiring keys of hints")?;
        Ok(done.rows_affected())
    }

    /// Notes that a key was used, at most once a minute.
    pub(crate) async fn touch(self, tx: &mut Transaction, id: HookKeyId) -> Result<()> {
        let now = self.store.now();
        sqlx::query!(
            "update hook_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $3)",
            id.as_uuid(),
            now,
            now - USE_GRAIN
        )
        .execute(tx.connection())
        .await
        .during("noting the use of a key")?;
        Ok(())
    }

    /// Remembers a nonce until `expires_at`. False when it was there already: the hint was taken before.
    pub(crate) async fn spend(
        self,
        tx: &mut Transaction,
        id: HookKeyId,
        nonce: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<bool> {
        let done = sqlx::query!(
            "insert into hook_nonces (key_id, nonce, expires_at) values ($1, $2, $3) on conflict do nothing",
            id.as_uuid(),
            nonce,
            expires_at
        )
        .execute(tx.connection())
        .await
        .during("remembering a nonce")?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets nonces nobody could replay any more, and keys that ended.
    pub async fn sweep(self) -> Result<u64> {
        let now = self.store.now();
        let nonces = sqlx::query!("delete from hook_nonces where expires_at <= $1", now)
            .execute(self.store.pool())
            .await
            .during("forgetting nonces")?;
        sqlx::query!("delete from hook_keys where expires_at <= $1", now)
            .execute(self.store.pool())
            .await
            .during("forgetting keys of hints")?;
        Ok(nonces.rows_affected())
    }
}

/// The id inside a token of the right shape.
fn id_in(token: &str) -> Option<Uuid> {
    let (id, secret) = token.strip_prefix(TOKEN_PREFIX)?.split_once('_')?;
    let shaped = URL_SAFE_NO_PAD.decode(secret).is_ok_and(|bytes| bytes.len() == SECRET_BYTES);
    if shaped { Uuid::try_parse(id).ok() } else { None }
}

fn key_place(id: Uuid) -> Place {
    Place { table: "hook_keys", row: id, column: "sealed_key" }
}
