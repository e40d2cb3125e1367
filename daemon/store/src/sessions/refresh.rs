//! What a session is renewed with: random bytes, kept as a hash, good once.
//!
//! Each renewal spends the token it came with and makes the next. A token that comes a second time is in two hands, and
//! nobody can tell whose are the wrong ones: the whole session ends, with everything it could be renewed with. Two who
//! come at the same instant are told apart by the row's lock, so that one of them is the second.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use uuid::Uuid;
use voiceassist_model::InstanceId;
use zeroize::Zeroizing;

use super::{EndReason, Session, SessionLimits, Sessions};
use crate::error::{During as _, Result};
use crate::{Store, Transaction};

/// Bytes of a token.
const TOKEN_BYTES: usize = 32;
/// What a token begins with, so that it is recognised when it is found lying about.
const TOKEN_PREFIX: &str = "var_";
/// The length of a token as it travels: the prefix, and 32 bytes in base64.
const TOKEN_CHARS: usize = 47;

/// What came of a renewal.
#[derive(Debug)]
pub enum Renewed {
    /// The session goes on.
    Fresh {
        /// It.
        session: Box<Session>,
        /// What renews it next; told once.
        token: SecretString,
    },
    /// The token was spent before; its session is ended now.
    Reused {
        /// The person's Nextcloud.
        instance: InstanceId,
        /// Nextcloud's user id.
        user_id: String,
    },
    /// Nobody's token, or the session is over.
    Unknown,
}

impl Sessions<'_> {
    /// Makes what a session is renewed with.
    pub async fn issue_refresh(self, session: Uuid) -> Result<SecretString> {
        let mut tx = self.store.begin().await?;
        let token = self.issue(&mut tx, session).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Renews a session.
    pub async fn refresh(self, token: &str, limits: SessionLimits) -> Result<Renewed> {
        if token.len() != TOKEN_CHARS || !token.starts_with(TOKEN_PREFIX) {
            return Ok(Renewed::Unknown);
        }
        let hash = blake3::hash(token.as_bytes());
        let mut tx = self.store.begin().await?;
        let row = sqlx::query!(
            r#"
            select r.session_id, r.spent_at, s.instance_id, s.user_id
              from refresh_tokens r join sessions s on s.id = r.session_id where r.hash = $1 for update of r
            "#,
            hash.as_bytes().as_slice()
        )
        .fetch_optional(tx.connection())
        .await
        .during("looking for what renews a session")?;
        let Some(row) = row else { return Ok(Renewed::Unknown) };
        let instance = InstanceId::from_uuid(row.instance_id);
        if row.spent_at.is_some() {
            // Not a part of this transaction: it must hold whatever becomes of the request.
            drop(tx);
            self.end(instance, &row.user_id, row.session_id, EndReason::Reuse).await?;
            return Ok(Renewed::Reused { instance, user_id: row.user_id });
        }
        sqlx::query!(
            "update refresh_tokens set spent_at = $2 where hash = $1",
            hash.as_bytes().as_slice(),
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("spending what renews a session")?;
        // By the connection we have: whoever holds one and waits for another can wait for itself.
        let session = self.find_by(tx.connection(), row.session_id, instance, &row.user_id, limits).await?;
        let Some(session) = session else { return Ok(Renewed::Unknown) };
        let token = self.issue(&mut tx, session.id).await?;
        tx.commit().await?;
        self.touch(session.id, self.store.now()).await?;
        Ok(Renewed::Fresh { session: Box::new(session), token })
    }

    async fn issue(self, tx: &mut Transaction, session: Uuid) -> Result<SecretString> {
        let token = random_token(self.store, TOKEN_PREFIX);
        let hash = blake3::hash(token.as_bytes());
        sqlx::query!(
            "insert into refresh_tokens (hash, session_id, created_at) values ($1, $2, $3)",
            hash.as_bytes().as_slice(),
            session,
            self.store.now()
        )
        .execute(tx.connection())
        .await
        .during("making what renews a session")?;
        Ok(SecretString::from(token.as_str()))
    }
}

/// A secret nobody can guess, behind a prefix that says what it is for.
pub(crate) fn random_token(store: &Store, prefix: &str) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
    store.randomness().fill(&mut *bytes);
    Zeroizing::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(*bytes)))
}
