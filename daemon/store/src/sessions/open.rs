//! How a session begins, or goes on.
//!
//! One browser of the app has one session, however often the app vouches; a provider opens a new one each time. A browser
//! that the app names and whose session was ended on purpose cannot open another: it has to sign in to Nextcloud anew. A
//! person has so many sessions at most, and what is said of them last holds for all that the same voucher opened.

use uuid::Uuid;
use voiceassist_model::{InstanceId, PairedAppId, Roles};

use super::end::is_final;
use super::{Proof, Session, SessionLimits, Sessions, Voucher};
use crate::Transaction;
use crate::error::{During as _, Result};

/// Sessions of one person at the same time; the one unused for longest makes room.
const MAX_PER_PERSON: i64 = 100;

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

enum Known {
    Live(Uuid),
    Ended,
    None,
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

fn names(roles: &Roles) -> Vec<String> {
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}
