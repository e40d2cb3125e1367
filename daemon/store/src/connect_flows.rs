//! Logins that wait for their person, kept so that a restart does not lose them.
//!
//! A flow belongs to one user of one Nextcloud. Its secrets are sealed and forgotten when it ends. What was granted is
//! kept before anything is done with it, because Nextcloud hands an app password out exactly once: whoever dies in
//! between is followed by somebody who finds it here and either uses it or takes it back.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId};

use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;

/// Flows of one person that may wait at once; a further one ends the oldest.
pub const MAX_OPEN_PER_PERSON: i64 = 3;
/// Flows that may wait at once in all.
pub const MAX_OPEN: i64 = 1_000;
/// Flows taken up in one round of polling.
const MAX_ROUND: i64 = 32;

/// How far a login has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FlowState {
    /// The person has not agreed yet.
    Pending,
    /// They have; it is being looked at who they are.
    Granted,
    /// The account is connected.
    Connected,
    /// Nobody agreed in time.
    Expired,
    /// Somebody else agreed; what they granted was taken back.
    WrongUser,
    /// Nextcloud answered something that ends a login.
    Failed,
    /// Another login of the same person took its place.
    Cancelled,
}

impl FlowState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Granted,
        Self::Connected,
        Self::Expired,
        Self::WrongUser,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Granted => "granted",
            Self::Connected => "connected",
            Self::Expired => "expired",
            Self::WrongUser => "wrong_user",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_name(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(StoreError::Corrupt { what: "state of a login" })
    }
}

/// A login, as its person may see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flow {
    /// Its id.
    pub id: Uuid,
    /// How far it has come.
    pub state: FlowState,
    /// The account, once connected.
    pub account: Option<AccountId>,
    /// Until when somebody can agree.
    pub expires_at: DateTime<Utc>,
}

/// What goes with an app password.
#[derive(Clone)]
pub struct Grant {
    /// The name for signing in.
    pub login_name: String,
    /// The app password.
    pub app_password: SecretString,
}

voiceassist_model::debug_without_text!(Grant { ; login_name });

/// A login in the hands of whoever polls.
#[derive(Clone, Debug)]
pub struct OpenFlow {
    /// Its id.
    pub id: Uuid,
    /// The server.
    pub instance: InstanceId,
    /// Where the server answers.
    pub base_url: String,
    /// Who must agree.
    pub user_id: String,
    /// What to poll with; `None` once something was granted.
    pub poll_token: Option<SecretString>,
    /// What was granted.
    pub granted: Option<Grant>,
    /// Whether its time is over.
    pub is_over: bool,
}

/// Logins that wait.
#[derive(Clone, Copy)]
pub struct ConnectFlows<'a> {
    pub(crate) store: &'a Store,
}

impl ConnectFlows<'_> {
    /// Keeps a login that was just begun. A person's oldest ones make room; `None` when the whole daemon waits for too
    /// many.
    pub async fn begin(
        self,
        instance: InstanceId,
        user_id: &str,
        poll_token: &SecretString,
        lifetime: TimeDelta,
    ) -> Result<Option<Flow>> {
        let (id, now) = (self.store.new_uuid(), self.store.now());
        let expires_at = now + lifetime;
        let sealed =
            self.store.seal_bytes(place(id, "poll_token"), poll_token.expose_secret().as_bytes()).await?;
        let mut tx = self.store.begin().await?;
        sqlx::query!(
            r#"
            update connect_flows set state = 'cancelled', poll_token = null, ended_at = $3
             where id in (select id from connect_flows
                           where instance_id = $1 and user_id = $2 and state = 'pending' and ended_at is null
                           order by created_at desc, id desc offset $4)
            "#,
            instance.as_uuid(),
            user_id,
            now,
            MAX_OPEN_PER_PERSON - 1
        )
        .execute(tx.connection())
        .await
        .during("ending older logins")?;
        let done = sqlx::query!(
            r#"
            insert into connect_flows (id, instance_id, user_id, state, poll_token, created_at, expires_at, next_poll_at)
            select $1, $2, $3, 'pending', $4, $5, $6, $5
             where (select count(*) from connect_flows where ended_at is null) < $7
            "#,
            id,
            instance.as_uuid(),
            user_id,
            sealed,
            now,
            expires_at,
            MAX_OPEN
        )
        .execute(tx.connection())
        .await
        .during("keeping a login")?;
        tx.commit().await?;
        let flow = Flow { id, state: FlowState::Pending, account: None, expires_at };
        Ok((done.rows_affected() > 0).then_some(flow))
    }

    /// A person's login.
    pub async fn find(self, instance: InstanceId, user_id: &str, id: Uuid) -> Result<Option<Flow>> {
        let row = sqlx::query!(
            r#"
            select state, account_id, expires_at from connect_flows
             where id = $1 and instance_id = $2 and user_id = $3
            "#,
            id,
            instance.as_uuid(),
            user_id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a login")?;
        row.map(|row| {
            Ok(Flow {
                id,
                state: FlowState::from_name(&row.state)?,
                account: row.account_id.map(AccountId::from_uuid),
                expires_at: row.expires_at,
            })
        })
        .transpose()
    }

    /// Takes up logins that are due for a look and sets when each is due again. Replicas never get the same one at
    /// once.
    pub async fn due(self, again_after: TimeDelta) -> Result<Vec<OpenFlow>> {
        let now = self.store.now();
        let rows = sqlx::query!(
            r#"
            with due as (
                select id from connect_flows where ended_at is null and next_poll_at <= $1
                 order by next_poll_at limit $3 for update skip locked
            )
            update connect_flows f set next_poll_at = $2
              from due, instances i where f.id = due.id and i.id = f.instance_id
            returning f.id, f.instance_id, i.base_url, f.user_id, f.poll_token, f.granted, f.expires_at
            "#,
            now,
            now + again_after,
            MAX_ROUND
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for logins to poll")?;
        let mut flows = Vec::with_capacity(rows.len());
        for row in rows {
            let poll_token = match &row.poll_token {
                Some(sealed) => Some(self.store.open_text(place(row.id, "poll_token"), sealed).await?.into()),
                None => None,
            };
            let granted = match &row.granted {
                Some(sealed) => Some(self.open_grant(row.id, sealed).await?),
                None => None,
            };
            flows.push(OpenFlow {
                id: row.id,
                instance: InstanceId::from_uuid(row.instance_id),
                base_url: row.base_url,
                user_id: row.user_id,
                poll_token,
                granted,
                is_over: row.expires_at <= now,
            });
        }
        Ok(flows)
    }

    /// Keeps what was granted, before anything is done with it. False when the flow ended meanwhile.
    pub async fn keep_grant(self, id: Uuid, grant: &Grant) -> Result<bool> {
        let json = serde_json::to_vec(&(&grant.login_name, grant.app_password.expose_secret()))
            .map_err(|_| StoreError::Corrupt { what: "grant" })?;
        let sealed = self.store.seal_bytes(place(id, "granted"), &json).await?;
        let done = sqlx::query!(
            r#"
            update connect_flows set state = 'granted', granted = $2, poll_token = null
             where id = $1 and ended_at is null
            "#,
            id,
            sealed
        )
        .execute(self.store.pool())
        .await
        .during("keeping a grant")?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends a login and forgets its secrets. False when it had ended.
    pub async fn end(self, id: Uuid, state: FlowState, account: Option<AccountId>) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update connect_flows
               set state = $2, account_id = $3, ended_at = $4, poll_token = null, granted = null
             where id = $1 and ended_at is null
            "#,
            id,
            state.as_str(),
            account.map(AccountId::as_uuid),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("ending a login")?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets logins that ended before this; how many.
    pub async fn sweep(self, ended_before: DateTime<Utc>) -> Result<u64> {
        let done = sqlx::query!("delete from connect_flows where ended_at < $1", ended_before)
            .execute(self.store.pool())
            .await
            .during("forgetting old logins")?;
        Ok(done.rows_affected())
    }

    async fn open_grant(self, id: Uuid, sealed: &[u8]) -> Result<Grant> {
        let json = self.store.open_bytes(place(id, "granted"), sealed).await?;
        let (login_name, app_password): (String, String) =
            serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt { what: "grant" })?;
        Ok(Grant { login_name, app_password: app_password.into() })
    }
}

fn place(id: Uuid, column: &'static str) -> Place {
    Place { table: "connect_flows", row: id, column }
}
