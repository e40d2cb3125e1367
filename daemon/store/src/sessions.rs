//! Who is signed in: one row per session, from the sign-in to its end.
//!
//! A session begins when somebody who is believed says who a person is: the paired app, or a provider. It lives while it
//! is used and until its last hour, whichever is first; both limits are the caller's. Every request asks [`check`], so an
//! ended session is over at once on every replica, and its roles are those that were said last. What renews it is in
//! [`refresh`], how it ends in `end`. No address and no full name of a browser is kept, only of what kind they are.
//!
//! [`check`]: Sessions::check

mod end;
mod open;
pub mod refresh;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;
use voiceassist_model::{InstanceId, PairedAppId, Role, Roles};

use crate::Store;
use crate::error::{During as _, Result, StoreError};

pub use end::EndReason;
pub use open::NewSession;

/// Sessions of one person that are listed.
const MAX_LISTED: i64 = 100;
/// That a session is used is written at most this often.
const USE_GRAIN: TimeDelta = TimeDelta::seconds(30);
/// How long sessions live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLimits {
    /// Unused for longer than this, it is over.
    pub idle: TimeDelta,
    /// Older than this, it is over.
    pub absolute: TimeDelta,
}

/// Who says who the person is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Voucher {
    /// The paired app.
    App {
        /// Which.
        app: PairedAppId,
        /// What it calls the browser's session. Without it all of a person's browsers share one session.
        browser: Option<String>,
    },
    /// A provider.
    Provider {
        /// Which.
        issuer: String,
        /// Whom it calls what.
        subject: String,
        /// What it calls its session.
        session: Option<String>,
    },
}

/// When and how a person last proved who they are.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Proof {
    /// When; `None` if nobody said.
    pub at: Option<DateTime<Utc>>,
    /// The class of the sign-in (`acr`).
    pub acr: Option<String>,
    /// Its ways (`amr`).
    pub amr: Vec<String>,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// The person's Nextcloud.
    pub instance: InstanceId,
    /// Nextcloud's user id.
    pub user_id: String,
    /// `nextcloud` or `sign_in`.
    pub kind: String,
    /// What the person is.
    pub roles: Roles,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take half a minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub ends_at: DateTime<Utc>,
    /// The kind of place.
    pub address: String,
    /// The kind of browser.
    pub agent: String,
    /// How the person last proved who they are.
    pub proof: Proof,
}

/// Sessions.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    instance_id: Uuid,
    user_id: String,
    kind: String,
    roles: Vec<String>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    address: String,
    agent: String,
    proved_at: Option<DateTime<Utc>>,
    acr: Option<String>,
    amr: Vec<String>,
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            instance: InstanceId::from_uuid(row.instance_id),
            user_id: row.user_id,
            kind: row.kind,
            roles: row.roles.iter().map(|name| role(name)).collect::<Result<_>>()?,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            ends_at: row.ends_at,
            address: row.address,
            agent: row.agent,
            proof: Proof { at: row.proved_at, acr: row.acr, amr: row.amr },
        })
    }
}

fn role(name: &str) -> Result<Role> {
    let known = Role::ALL.into_iter().find(|role| role.as_str() == name);
    known.ok_or(StoreError::Corrupt { what: "role of a session" })
}

impl Sessions<'_> {
    /// The session of this person with this id, if it is not over; noted as used. Every request asks.
    pub async fn check(
        self,
        id: Uuid,
        instance: InstanceId,
        user_id: &str,
        limits: SessionLimits,
    ) -> Result<Option<Session>> {
        let now = self.store.now();
        let session = self.find(id, instance, user_id, limits).await?;
        if session.as_ref().is_some_and(|session| session.last_used_at < now - USE_GRAIN) {
            self.touch(id, now).await?;
        }
        Ok(session)
    }

    /// The same, not noted as used: for what goes on while nobody sits there.
    pub async fn find(
        self,
        id: Uuid,
        instance: InstanceId,
        user_id: &str,
        limits: SessionLimits,
    ) -> Result<Option<Session>> {
        self.find_by(self.store.pool(), id, instance, user_id, limits).await
    }

    async fn find_by(
        self,
        executor: impl PgExecutor<'_>,
        id: Uuid,
        instance: InstanceId,
        user_id: &str,
        limits: SessionLimits,
    ) -> Result<Option<Session>> {
        let now = self.store.now();
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, user_id, kind, roles, created_at, last_used_at, ends_at, address, agent,
                   proved_at, acr, amr
              from sessions
             where id = $1 and instance_id = $2 and user_id = $3 and ended_at is null and ends_at > $4
               and last_used_at > $5
            "#,
            id,
            instance.as_uuid(),
            user_id,
            now,
            now - limits.idle
        )
        .fetch_optional(executor)
        .await
        .during("checking a session")?;
        row.map(Session::try_from).transpose()
    }

    /// A person's sessions that are not over, the last used first.
    pub async fn list(
        self,
        instance: InstanceId,
        user_id: &str,
        limits: SessionLimits,
    ) -> Result<Vec<Session>> {
        let now = self.store.now();
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, user_id, kind, roles, created_at, last_used_at, ends_at, address, agent,
                   proved_at, acr, amr
              from sessions
             where instance_id = $1 and user_id = $2 and ended_at is null and ends_at > $3 and last_used_at > $4
             order by last_used_at desc, id desc limit $5
            "#,
            instance.as_uuid(),
            user_id,
            now,
            now - limits.idle,
            MAX_LISTED
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing a person's sessions")?;
        rows.into_iter().map(Session::try_from).collect()
    }

    async fn touch(self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        sqlx::query!(
            "update sessions set last_used_at = $2 where id = $1 and last_used_at < $2 and ended_at is null",
            id,
            now
        )
        .execute(self.store.pool())
        .await
        .during("noting the use of a session")?;
        Ok(())
    }
}
