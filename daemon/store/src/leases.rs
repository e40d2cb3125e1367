//! Leadership: at most one holder of a name at a time.
//!
//! A lease runs out by itself, so a leader that dies is followed. The token grows with every change of hands and never
//! falls, so what a former leader still sends can be told from what the present one sends.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{During as _, Result, StoreError};
use crate::{Store, Transaction};

/// Leadership of named duties.
#[derive(Clone, Copy)]
pub struct Leases<'a> {
    pub(crate) store: &'a Store,
}

/// A duty that is ours until it runs out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaderLease {
    /// Which duty.
    pub name: String,
    /// Grows with each change of hands.
    pub token: i64,
    /// Until when it is ours; renew before.
    pub expires_at: DateTime<Utc>,
}

impl Leases<'_> {
    /// Takes the duty if nobody holds it. `None` while somebody does, even under the same name of a holder: a process
    /// that restarted is another one.
    pub async fn acquire(self, name: &str, holder: &str, ttl: TimeDelta) -> Result<Option<LeaderLease>> {
        let now = self.store.now();
        let expires_at = now + ttl;
        let token = sqlx::query_scalar!(
            r#"
            insert into leases (name, holder, token, expires_at) values ($1, $2, 1, $3)
            on conflict (name) do update
               set holder = excluded.holder, token = leases.token + 1, expires_at = excluded.expires_at
             where leases.expires_at <= $4
            returning token
            "#,
            name,
            holder,
            expires_at,
            now
        )
        .fetch_optional(self.store.pool())
        .await
        .during("acquiring leadership")?;
        Ok(token.map(|token| LeaderLease { name: name.to_owned(), token, expires_at }))
    }

    /// Keeps the duty for `ttl` from now. [`StoreError::LeaseLost`] once it ran out, even if nobody took it yet.
    pub async fn renew(self, lease: &mut LeaderLease, ttl: TimeDelta) -> Result<()> {
        let now = self.store.now();
        let expires_at = now + ttl;
        let done = sqlx::query!(
            "update leases set expires_at = $3 where name = $1 and token = $2 and expires_at > $4",
            lease.name,
            lease.token,
            expires_at,
            now
        )
        .execute(self.store.pool())
        .await
        .during("renewing leadership")?;
        if done.rows_affected() == 0 {
            return Err(StoreError::LeaseLost);
        }
        lease.expires_at = expires_at;
        Ok(())
    }

    /// Gives the duty up, so that the next one need not wait. Quietly does nothing if it was lost already.
    pub async fn release(self, lease: LeaderLease) -> Result<()> {
        sqlx::query!(
            "update leases set expires_at = $3 where name = $1 and token = $2",
            lease.name,
            lease.token,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("releasing leadership")?;
        Ok(())
    }

    /// Holds the duty inside a transaction: [`StoreError::LeaseLost`] unless it is still ours.
    pub async fn hold(self, tx: &mut Transaction, lease: &LeaderLease) -> Result<()> {
        let row = sqlx::query_scalar!(
            "select token from leases where name = $1 and token = $2 and expires_at > $3 for update",
            lease.name,
            lease.token,
            self.store.now()
        )
        .fetch_optional(tx.connection())
        .await
        .during("holding leadership")?;
        row.map(|_| ()).ok_or(StoreError::LeaseLost)
    }
}
