//! Signing in at a provider: what was begun here and comes back from there, and who is who.
//!
//! A sign-in is kept from its beginning in the browser until the browser comes back, once and within minutes. What the
//! browser keeps and what travels through the provider are two secrets, and both must fit, so that nobody can end in
//! another's browser what they began in their own. An identity of the provider is one user of Nextcloud, once and for
//! all: neither a new name nor a new mail address makes somebody another person, and nobody takes over a user whom
//! another identity is already.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use voiceassist_model::InstanceId;
use zeroize::Zeroizing;

use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;

/// Sign-ins that wait at the same time, over all people: whoever begins them is nobody yet.
const MAX_WAITING: i64 = 10_000;

const SECRET_BYTES: usize = 32;

/// A sign-in that was begun.
pub struct Begun {
    /// What the browser keeps.
    pub secret: SecretString,
    /// What travels through the provider.
    pub state: SecretString,
    /// What the ID token must repeat.
    pub nonce: SecretString,
    /// What proves, when the code is redeemed, that it was asked for here.
    pub verifier: SecretString,
}

/// What a sign-in expects of the provider's answer.
pub struct Expected {
    /// What the ID token must repeat.
    pub nonce: SecretString,
    /// The verifier of the code challenge.
    pub verifier: SecretString,
}

/// Sign-ins.
#[derive(Clone, Copy)]
pub struct SignIns<'a> {
    pub(crate) store: &'a Store,
}

impl SignIns<'_> {
    /// Begins one. `None` while too many wait.
    pub async fn begin(self, lifetime: TimeDelta) -> Result<Option<Begun>> {
        let (id, now) = (self.store.new_uuid(), self.store.now());
        let [secret, state, nonce, verifier] = [(); 4].map(|()| self.random());
        let expected = Zeroizing::new(format!("{} {}", *nonce, *verifier));
        let sealed = self.store.seal_bytes(place(id), expected.as_bytes()).await?;
        sqlx::query!("delete from sign_ins where ends_at <= $1", now)
            .execute(self.store.pool())
            .await
            .during("forgetting old sign-ins")?;
        let [secret_hash, state_hash] = [&secret, &state].map(|text| blake3::hash(text.as_bytes()));
        let done = sqlx::query!(
            r#"
            insert into sign_ins (id, secret_hash, state_hash, expected, created_at, ends_at)
            select $1, $2, $3, $4, $5, $6 where (select count(*) from sign_ins) < $7
            "#,
            id,
            secret_hash.as_bytes().as_slice(),
            state_hash.as_bytes().as_slice(),
            sealed,
            now,
            now + lifetime,
            MAX_WAITING
        )
        .execute(self.store.pool())
        .await
        .during("beginning a sign-in")?;
        let [secret, state, nonce, verifier] =
            [secret, state, nonce, verifier].map(|text| SecretString::from(text.as_str()));
        Ok((done.rows_affected() > 0).then_some(Begun { secret, state, nonce, verifier }))
    }

    /// Takes a sign-in up again. `None` when it is unknown or over, or when the two secrets do not belong together; then
    /// it is gone as well, because somebody tries.
    pub async fn complete(self, secret: &str, state: &str) -> Result<Option<Expected>> {
        let hash = blake3::hash(state.as_bytes());
        let row = sqlx::query!(
            "delete from sign_ins where state_hash = $1 returning id, secret_hash, expected, ends_at",
            hash.as_bytes().as_slice()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("completing a sign-in")?;
        let Some(row) = row else { return Ok(None) };
        let kept: [u8; blake3::OUT_LEN] =
            row.secret_hash.try_into().map_err(|_| StoreError::Corrupt { what: "hash of a sign-in" })?;
        // Hashes of this type compare in constant time.
        let same = blake3::Hash::from_bytes(kept) == blake3::hash(secret.as_bytes());
        if !same || row.ends_at <= self.store.now() {
            return Ok(None);
        }
        let text = Zeroizing::new(self.store.open_text(place(row.id), &row.expected).await?);
        let (nonce, verifier) =
            text.split_once(' ').ok_or(StoreError::Corrupt { what: "secrets of a sign-in" })?;
        Ok(Some(Expected { nonce: nonce.into(), verifier: verifier.into() }))
    }

    /// Which user somebody of a provider is: the one they were when they came first, or from now on this one. `None`
    /// when that user is another identity's.
    pub async fn identify(
        self,
        issuer: &str,
        subject: &str,
        instance: InstanceId,
        user_id: &str,
    ) -> Result<Option<String>> {
        sqlx::query!(
            r#"
            insert into identities (issuer, subject, instance_id, user_id, created_at) values ($1, $2, $3, $4, $5)
            on conflict do nothing
            "#,
            issuer,
            subject,
            instance.as_uuid(),
            user_id,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("keeping who somebody is")?;
        sqlx::query_scalar!(
            "select user_id from identities where issuer = $1 and subject = $2 and instance_id = $3",
            issuer,
            subject,
            instance.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading who somebody is")
    }

    /// Takes a logout token. False when it was taken before.
    pub async fn spend_logout(self, issuer: &str, jti: &str, ends_at: DateTime<Utc>) -> Result<bool> {
        let now = self.store.now();
        sqlx::query!("delete from spent_logouts where ends_at < $1", now)
            .execute(self.store.pool())
            .await
            .during("forgetting old logouts")?;
        let done = sqlx::query!(
            "insert into spent_logouts (issuer, jti, ends_at) values ($1, $2, $3) on conflict do nothing",
            issuer,
            jti,
            ends_at
        )
        .execute(self.store.pool())
        .await
        .during("taking a logout")?;
        Ok(done.rows_affected() > 0)
    }

    fn random(self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        self.store.randomness().fill(&mut *bytes);
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))
    }
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Begun")
            .field("state_chars", &self.state.expose_secret().len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Expected").finish_non_exhaustive()
    }
}

fn place(id: Uuid) -> Place {
    Place { table: "sign_ins", row: id, column: "expected" }
}
