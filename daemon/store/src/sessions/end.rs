//! How sessions end, and when they are forgotten.
//!
//! An end is one statement, so it holds on every replica with the next request. Why a session ended is kept for as long as
//! it is, because some ends take a browser's right to open another with them.

use chrono::TimeDelta;
use uuid::Uuid;
use voiceassist_model::InstanceId;

use super::Sessions;
use crate::error::{During as _, Result};

/// Ended sessions are kept for so long, and with them that their browsers must sign in anew.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Why a session ended. The names are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndReason {
    /// Its person ended it.
    Person,
    /// An administrator did.
    Administrator,
    /// The provider said that the person signed out there.
    Provider,
    /// What renews it came twice.
    Reuse,
    /// It made room for a newer one.
    Room,
}

impl EndReason {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Administrator => "administrator",
            Self::Provider => "provider",
            Self::Reuse => "reuse",
            Self::Room => "room",
        }
    }
}

impl Sessions<'_> {
    /// Ends one of a person's sessions. False when there is none that is not over.
    pub async fn end(self, instance: InstanceId, user_id: &str, id: Uuid, reason: EndReason) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update sessions set ended_at = $4, end_reason = $5
             where id = $1 and instance_id = $2 and user_id = $3 and ended_at is null
            "#,
            id,
            instance.as_uuid(),
            user_id,
            self.store.now(),
            reason.as_str()
        )
        .execute(self.store.pool())
        .await
        .during("ending a session")?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends a person's sessions, but for one; how many.
    pub async fn end_all(
        self,
        instance: InstanceId,
        user_id: &str,
        but: Option<Uuid>,
        reason: EndReason,
    ) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            update sessions set ended_at = $4, end_reason = $5
             where instance_id = $1 and user_id = $2 and id is distinct from $3 and ended_at is null
            "#,
            instance.as_uuid(),
            user_id,
            but,
            self.store.now(),
            reason.as_str()
        )
        .execute(self.store.pool())
        .await
        .during("ending a person's sessions")?;
        Ok(done.rows_affected())
    }

    /// Ends what a provider opened: its session where it names one, otherwise all of its subject; how many.
    pub async fn end_of_provider(
        self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            update sessions set ended_at = $4, end_reason = 'provider'
             where issuer = $1 and ended_at is null and ($2::text is not null or $3::text is not null)
               and ($2::text is null or subject = $2) and ($3::text is null or provider_session = $3)
            "#,
            issuer,
            subject,
            session,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("ending a provider's sessions")?;
        Ok(done.rows_affected())
    }

    /// Forgets sessions that were over long ago; how many.
    pub async fn sweep(self) -> Result<u64> {
        let before = self.store.now() - KEPT;
        let done = sqlx::query!("delete from sessions where ended_at < $1 or ends_at < $1", before)
            .execute(self.store.pool())
            .await
            .during("forgetting old sessions")?;
        Ok(done.rows_affected())
    }
}

/// Whether a session that ended for this reason takes the browser's right to open another with it.
pub(super) fn is_final(reason: &str) -> bool {
    [EndReason::Person, EndReason::Administrator, EndReason::Reuse]
        .iter()
        .any(|known| known.as_str() == reason)
}
