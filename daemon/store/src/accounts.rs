//! People's connections to Nextcloud: who they are there, the sealed app password, and how the connection fares.
//!
//! An account is the reader that access sets name. One that is revoked or disabled reads nothing until it is connected
//! again, because nobody can ask Nextcloud on its behalf. Removing one takes its tree, its conversations and every
//! document only it could read, and says how much that was. Passwords leave this module only inside [`Credentials`].

pub mod health;
mod names;
mod removal;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId, debug_without_text};

use crate::error::{During as _, Result, StoreError};
use crate::jobs::Job;
use crate::page::{Key, Listed, Page};
use crate::seal::Place;
use crate::{Store, Transaction};

/// Longer reasons are cut.
const MAX_REASON_CHARS: usize = 200;

/// Accounts handed out for one round of scheduling at most.
const MAX_DUE: u32 = 10_000;

/// How a connection fares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AccountState {
    /// It works.
    Connected,
    /// Nextcloud refuses the app password: connect again.
    Revoked,
    /// Nextcloud asked for a pause.
    Throttled,
    /// The user is disabled on the server.
    Disabled,
    /// The server is in maintenance.
    Maintenance,
    /// Something else, named by the reason.
    Failing,
    /// The server no longer knows the user. What was kept for them goes after a time of grace.
    Gone,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Connected,
        Self::Revoked,
        Self::Throttled,
        Self::Disabled,
        Self::Maintenance,
        Self::Failing,
        Self::Gone,
    ];

    /// The stable name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Revoked => "revoked",
            Self::Throttled => "throttled",
            Self::Disabled => "disabled",
            Self::Maintenance => "maintenance",
            Self::Failing => "failing",
            Self::Gone => "gone",
        }
    }

    /// Whether somebody can ask Nextcloud on this person's behalf, sooner or later. If not, they read nothing until they
    /// connect again. The database has the same sentence in `account_works`.
    pub const fn works(self) -> bool {
        !matches!(self, Self::Revoked | Self::Disabled | Self::Gone)
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What is known when somebody has just granted access.
#[derive(Clone)]
pub struct NewAccount {
    /// The server.
    pub instance: InstanceId,
    /// Nextcloud's user id.
    pub user_id: String,
    /// What goes with the app password; may differ from the user id.
    pub login_name: String,
    /// For people.
    pub display_name: String,
    /// The app password of Login Flow v2.
    pub app_password: SecretString,
}

/// A connection, without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The server.
    pub instance: InstanceId,
    /// Nextcloud's user id.
    pub user_id: String,
    /// What goes with the app password.
    pub login_name: String,
    /// For people.
    pub display_name: String,
    /// How it fares.
    pub state: AccountState,
    /// Why, as a code or a short sentence.
    pub state_reason: Option<String>,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// When a sync last succeeded.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// Not to be bothered before.
    pub suspended_until: Option<DateTime<Utc>>,
    /// When it was first connected.
    pub created_at: DateTime<Utc>,
}

/// What is needed to speak to Nextcloud as this person.
#[derive(Clone)]
pub struct Credentials {
    /// Where the server answers.
    pub base_url: String,
    /// The user id, which DAV paths name.
    pub user_id: String,
    /// The name for signing in.
    pub login_name: String,
    /// The app password.
    pub app_password: SecretString,
}

debug_without_text!(NewAccount { instance, user_id; login_name, display_name });
debug_without_text!(Account {
    id, instance, user_id, state, state_reason, state_since, last_synced_at, suspended_until, created_at;
    login_name, display_name
});
debug_without_text!(Credentials { base_url, user_id; login_name });

struct Row {
    id: Uuid,
    instance_id: Uuid,
    user_id: String,
    names: Option<Vec<u8>>,
    login_name: Option<String>,
    display_name: Option<String>,
    state: String,
    state_reason: Option<String>,
    state_since: DateTime<Utc>,
    last_synced_at: Option<DateTime<Utc>>,
    suspended_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// People's connections to Nextcloud.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    pub(crate) store: &'a Store,
}

impl Accounts<'_> {
    /// Keeps a connection and asks for its first sync. The same person again means connecting anew: same id, new
    /// password, all troubles forgotten.
    pub async fn connect(self, account: NewAccount) -> Result<AccountId> {
        let mut tx = self.store.begin().await?;
        let id = self.upsert(&mut tx, &account).await?;
        let secret = account.app_password.expose_secret().as_bytes();
        let sealed = self.store.seal_bytes(secret_place(id), secret).await?;
        let names = names::seal(self.store, id, &account.login_name, &account.display_name).await?;
        sqlx::query!(
            "update accounts set secret = $2, names = $3, login_name = null, display_name = null where id = $1",
            id.as_uuid(),
            sealed,
            names
        )
        .execute(tx.connection())
        .await
        .during("keeping an app password")?;
        self.store.jobs().enqueue(&mut tx, Job::SyncFiles { account: id }).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn upsert(self, tx: &mut Transaction, account: &NewAccount) -> Result<AccountId> {
        let id = sqlx::query_scalar!(
            r#"
            insert into accounts (id, instance_id, user_id, state, state_since, created_at)
            values ($1, $2, $3, 'connected', $4, $4)
            on conflict (instance_id, user_id) do update
               set state = 'connected', state_reason = null, state_since = excluded.state_since,
                   suspended_until = null
            returning id
            "#,
            self.store.new_uuid(),
            account.instance.as_uuid(),
            account.user_id,
            self.store.now()
        )
        .fetch_one(tx.connection())
        .await
        .during("connecting an account")?;
        Ok(AccountId::from_uuid(id))
    }

    /// The account with this id.
    pub async fn find(self, id: AccountId) -> Result<Option<Account>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, user_id, names, login_name, display_name, state, state_reason, state_since,
                   last_synced_at, suspended_until, created_at
              from accounts where id = $1
            "#,
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding an account")?;
        match row {
            Some(row) => self.open(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The account of a user of a server.
    pub async fn find_by_user(self, instance: InstanceId, user_id: &str) -> Result<Option<Account>> {
        let row = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, user_id, names, login_name, display_name, state, state_reason, state_since,
                   last_synced_at, suspended_until, created_at
              from accounts where instance_id = $1 and user_id = $2
            "#,
            instance.as_uuid(),
            user_id
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding a user's account")?;
        match row {
            Some(row) => self.open(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every account, in the order of connecting.
    pub async fn list(self, page: &Page) -> Result<Listed<Account>> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, instance_id, user_id, names, login_name, display_name, state, state_reason, state_since,
                   last_synced_at, suspended_until, created_at
              from accounts where $1::uuid is null or id > $1 order by id limit $2
            "#,
            page.key()?.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing accounts")?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in rows {
            accounts.push(self.open(row).await?);
        }
        Ok(Listed::cut(accounts, page, |account| Key::id(account.id.as_uuid())))
    }

    /// What is needed to speak to Nextcloud as this person. `None` without an account or once its password is dead.
    pub async fn credentials(self, id: AccountId) -> Result<Option<Credentials>> {
        let row = sqlx::query!(
            r#"
            select base_url, user_id, names, login_name, display_name, secret
              from accounts join instances on instances.id = instance_id where accounts.id = $1
            "#,
            id.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("reading credentials")?;
        let Some(row) = row else { return Ok(None) };
        let Some(sealed) = row.secret else { return Ok(None) };
        let app_password = SecretString::from(self.store.open_text(secret_place(id), &sealed).await?);
        let kept =
            names::open(self.store, id, row.names.as_deref(), row.login_name, row.display_name).await?;
        let (base_url, user_id, login_name) = (row.base_url, row.user_id, kept.login);
        Ok(Some(Credentials { base_url, user_id, login_name, app_password }))
    }

    async fn open(self, row: Row) -> Result<Account> {
        let id = AccountId::from_uuid(row.id);
        let names =
            names::open(self.store, id, row.names.as_deref(), row.login_name, row.display_name).await?;
        Ok(Account {
            id,
            instance: InstanceId::from_uuid(row.instance_id),
            user_id: row.user_id,
            login_name: names.login,
            display_name: names.display,
            state: AccountState::from_name(&row.state)
                .ok_or(StoreError::Corrupt { what: "account state" })?,
            state_reason: row.state_reason,
            state_since: row.state_since,
            last_synced_at: row.last_synced_at,
            suspended_until: row.suspended_until,
            created_at: row.created_at,
        })
    }

    /// Notes how a connection fares. A revoked one also forgets its password, which is of no use to anybody any more.
    /// The reason is a code or a short sentence without content. False when there is no such account.
    pub async fn set_state(
        self,
        id: AccountId,
        state: AccountState,
        reason: Option<&str>,
        suspended_until: Option<DateTime<Utc>>,
    ) -> Result<bool> {
        let reason: Option<String> = reason.map(|reason| reason.chars().take(MAX_REASON_CHARS).collect());
        let done = sqlx::query!(
            r#"
            update accounts
               set state_since = case when state = $2 then state_since else $5 end,
                   state = $2, state_reason = $3, suspended_until = $4,
                   secret = case when $2 in ('revoked', 'gone') then null else secret end
             where id = $1
            "#,
            id.as_uuid(),
            state.as_str(),
            reason,
            suspended_until,
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("noting an account's state")?;
        Ok(done.rows_affected() > 0)
    }

    /// A sync succeeded: the connection works. False when there is no such account.
    pub async fn mark_synced(self, id: AccountId) -> Result<bool> {
        let done = sqlx::query!(
            r#"
            update accounts
               set last_synced_at = $2, suspended_until = null, state_reason = null,
                   state_since = case when state = 'connected' then state_since else $2 end, state = 'connected'
             where id = $1 and secret is not null
            "#,
            id.as_uuid(),
            self.store.now()
        )
        .execute(self.store.pool())
        .await
        .during("noting a sync")?;
        Ok(done.rows_affected() > 0)
    }

    /// Others of the same server whose connection works, the latest used first: through them the server can be asked
    /// about somebody who cannot ask for themselves.
    pub async fn peers(self, of: AccountId, limit: u32) -> Result<Vec<AccountId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select peer.id from accounts as peer join accounts as known on known.instance_id = peer.instance_id
             where known.id = $1 and peer.id <> $1 and peer.state = 'connected' and peer.secret is not null
             order by peer.last_synced_at desc nulls last, peer.id limit $2
            "#,
            of.as_uuid(),
            i64::from(limit.min(MAX_DUE))
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for others of a server")?;
        Ok(ids.into_iter().map(AccountId::from_uuid).collect())
    }

    /// Accounts that wait for somebody to act and may have changed without our hearing of it: disabled ones, which may
    /// be enabled again, and refused ones, whose user may have been deleted since. The longest waiting first.
    pub async fn waiting_for_people(self, limit: u32) -> Result<Vec<(AccountId, AccountState)>> {
        let rows = sqlx::query!(
            r#"
            select id, state from accounts
             where state in ('disabled', 'revoked') and state_reason is distinct from 'removal'
             order by state_since, id limit $1
            "#,
            i64::from(limit.min(MAX_DUE))
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for accounts that wait for people")?;
        let read =
            |name: &str| AccountState::from_name(name).ok_or(StoreError::Corrupt { what: "account state" });
        rows.iter().map(|row| Ok((AccountId::from_uuid(row.id), read(&row.state)?))).collect()
    }
}

fn secret_place(id: AccountId) -> Place {
    Place { table: "accounts", row: id.as_uuid(), column: "secret" }
}
