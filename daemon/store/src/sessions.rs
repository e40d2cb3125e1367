//! Who is signed in: one row per session, from the sign-in to its end.
//!
//! A session begins when somebody who is believed says who a person is: the paired app, or a provider. It lives while it
//! is used and until its last hour, whichever is first; both limits are the caller's. Every request asks [`check`], so an
//! ended session is over at once on every replica, and its roles are those that were said last. What renews it is in
//! [`refresh`]. A browser that the app names and whose session was ended on purpose cannot open another: it has to sign
//! in to Nextcloud anew. No address and no full name of a browser is kept, only of what kind they are.
//!
//! [`check`]: Sessions::check

pub mod refresh;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;
use voiceassist_model::{InstanceId, PairedAppId, Role, Roles};

use crate::error::{During as _, Result, StoreError};
use crate::{Store, Transaction};

/// Sessions of one person that are listed.
const MAX_LISTED: i64 = 100;
/// Sessions of one person at the same time; the one unused for longest makes room.
const MAX_PER_PERSON: i64 = 100;
/// That a session is used is written at most this often.
const USE_GRAIN: TimeDelta = TimeDelta::seconds(30);
/// Ended sessions are kept for so long, and with them that their browsers must sign in anew.
const KEPT: TimeDelta = TimeDelta::days(30);

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

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The person's Nextcloud.
    pub instance: InstanceId,
    /// Nextcloud's user id.
    pub user_id: String,
    /// Who says so.
    pub voucher: Voucher,
    /// What the person is.
    pub roles: Roles,
    /// The kind of place they are at.
    pub address: &'static str,
    /// The kind of browser they use.
    pub agent: String,
    /// How they proved it.
    pub proof: Proof,
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

fn names(roles: &Roles) -> Vec<String> {
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}

impl Sessions<'_> {
    /// Opens a session, or goes on with the one the app's browser has. What is said of the person now holds for all
    /// their sessions of this voucher. `None` when that browser's session was ended on purpose.
    pub async fn open(self, new: &NewSession, limits: SessionLimits) -> Result<Option<Session>> {
        let mut tx = self.store.begin().await?;
        let known = match &new.voucher {
            Voucher::App { app, browser } => {
                self.of_browser(&mut tx, new, *app, browser.as_deref(), limits).await?
            }
            Voucher::Provider { .. } => Known::None,
        };
        let id = match known {
            Known::Ended => return Ok(None),
            Known::Live(id) => self.renew(&mut tx, id, new).await?,
            Known::None => {
                self.make_room(&mut tx, new).await?;
                self.insert(&mut tx, new, limits).await?
            }
        };
        self.follow_roles(&mut tx, new).await?;
        tx.commit().await?;
        self.check(id, new.instance, &new.user_id, limits).await
    }

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

    /// The session that this browser has, or had until somebody ended it.
    async fn of_browser(
        self,
        tx: &mut Transaction,
        new: &NewSession,
        app: PairedAppId,
        browser: Option<&str>,
        limits: SessionLimits,
    ) -> Result<Known> {
        // One after the other, so that two vouches for one browser make one session.
        sqlx::query!("select id from paired_apps where id = $1 for no key update", app.as_uuid())
            .fetch_optional(tx.connection())
            .await
            .during("waiting for other vouches")?;
        let now = self.store.now();
        let row = sqlx::query!(
            r#"
            select id, end_reason, (ended_at is null and ends_at > $4 and last_used_at > $5) as "live!"
              from sessions
             where paired_app_id = $1 and user_id = $2 and browser is not distinct from $3
             order by created_at desc, id desc limit 1
            "#,
            app.as_uuid(),
            new.user_id,
            browser,
            now,
            now - limits.idle
        )
        .fetch_optional(tx.connection())
        .await
        .during("looking for a browser's session")?;
        Ok(match row {
            Some(row) if row.live => Known::Live(row.id),
            Some(row) if browser.is_some() && row.end_reason.as_deref().is_some_and(is_final) => Known::Ended,
            _ => Known::None,
        })
    }

    async fn renew(self, tx: &mut Transaction, id: Uuid, new: &NewSession) -> Result<Uuid> {
        sqlx::query!(
            r#"
            update sessions
               set last_used_at = $2, address = $3, agent = $4, proved_at = coalesce($5, proved_at),
                   acr = coalesce($6, acr), amr = case when cardinality($7::text[]) > 0 then $7 else amr end
             where id = $1
            "#,
            id,
            self.store.now(),
            new.address,
            new.agent,
            new.proof.at,
            new.proof.acr,
            &new.proof.amr
        )
        .execute(tx.connection())
        .await
        .during("going on with a session")?;
        Ok(id)
    }

    async fn insert(self, tx: &mut Transaction, new: &NewSession, limits: SessionLimits) -> Result<Uuid> {
        let (id, now) = (self.store.new_uuid(), self.store.now());
        let (kind, app, browser, issuer, subject, session) = match &new.voucher {
            Voucher::App { app, browser } => {
                ("nextcloud", Some(app.as_uuid()), browser.as_deref(), None, None, None)
            }
            Voucher::Provider { issuer, subject, session } => {
                ("sign_in", None, None, Some(issuer.as_str()), Some(subject.as_str()), session.as_deref())
            }
        };
        sqlx::query!(
            r#"
            insert into sessions (id, instance_id, user_id, kind, paired_app_id, browser, issuer, subject,
                                  provider_session, roles, created_at, last_used_at, ends_at, address, agent,
                                  proved_at, acr, amr)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17)
            "#,
            id,
            new.instance.as_uuid(),
            new.user_id,
            kind,
            app,
            browser,
            issuer,
            subject,
            session,
            &names(&new.roles),
            now,
            now + limits.absolute,
            new.address,
            new.agent,
            new.proof.at,
            new.proof.acr,
            &new.proof.amr
        )
        .execute(tx.connection())
        .await
        .during("opening a session")?;
        Ok(id)
    }

    /// Ends the sessions of a person that are more than there may be beside a new one.
    async fn make_room(self, tx: &mut Transaction, new: &NewSession) -> Result<()> {
        sqlx::query!(
            r#"
            update sessions set ended_at = $3, end_reason = 'room'
             where id in (select id from sessions where instance_id = $1 and user_id = $2 and ended_at is null
                           order by last_used_at desc, id desc offset $4)
            "#,
            new.instance.as_uuid(),
            new.user_id,
            self.store.now(),
            MAX_PER_PERSON - 1
        )
        .execute(tx.connection())
        .await
        .during("making room for a session")?;
        Ok(())
    }

    /// What is said of a person now holds for every session that the same voucher opened for them.
    async fn follow_roles(self, tx: &mut Transaction, new: &NewSession) -> Result<()> {
        let (app, issuer) = match &new.voucher {
            Voucher::App { app, .. } => (Some(app.as_uuid()), None),
            Voucher::Provider { issuer, .. } => (None, Some(issuer.as_str())),
        };
        sqlx::query!(
            r#"
            update sessions set roles = $5
             where instance_id = $1 and user_id = $2 and paired_app_id is not distinct from $3
               and issuer is not distinct from $4 and ended_at is null and roles <> $5
            "#,
            new.instance.as_uuid(),
            new.user_id,
            app,
            issuer,
            &names(&new.roles)
        )
        .execute(tx.connection())
        .await
        .during("changing the roles of sessions")?;
        Ok(())
    }
}

enum Known {
    Live(Uuid),
    Ended,
    None,
}

/// Whether a session that ended for this reason takes the browser's right to open another with it.
fn is_final(reason: &str) -> bool {
    [EndReason::Person, EndReason::Administrator, EndReason::Reuse]
        .iter()
        .any(|known| known.as_str() == reason)
}
