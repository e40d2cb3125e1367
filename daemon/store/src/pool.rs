//! Connections to PostgreSQL.
//!
//! The pool is bounded, every statement has a time limit on the server's side, and a transaction whose owner has gone
//! silent is ended by the server, so that no lock outlives a stuck task. The URL holds a password and is never part of
//! an error.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};
use voiceassist_model::{Clock, Randomness};

use crate::audit::Appender;
use crate::data_keys::LazySeal;
use crate::error::{DatabaseError, During as _, Result, StoreError};
use crate::{Inner, MasterKey, Store};

/// Shown by the server's own list of connections.
const APPLICATION_NAME: &str = "voiceassist";

/// A transaction may be silent this long before the server ends it.
const IDLE_IN_TRANSACTION: Duration = Duration::from_mins(1);

/// A connection that was used this short a time ago is taken without asking it for a sign of life.
const BELIEVED_ALIVE: Duration = Duration::from_secs(1);

/// How often to ask whether sessions are kept. One answer can be luck.
const POOLER_TRIES: usize = 3;

const ASKING: &str = "asking whether sessions are kept";

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// `postgres://user:password@host:port/database`, or a socket directory as the percent-encoded host.
    pub url: SecretString,
    /// Connections at most.
    pub max_connections: u32,
    /// How long a caller waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long a single statement may run.
    pub statement_timeout: Duration,
}

impl StoreSettings {
    /// The usual limits for a database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: SecretString::from(url.into()),
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
        }
    }

    fn connect_options(&self) -> Result<PgConnectOptions> {
        // The driver's own message quotes the URL, and with it the password.
        let options = PgConnectOptions::from_str(self.url.expose_secret()).map_err(|_| StoreError::Url {
            source: DatabaseError::described("it must look like postgres://user@host:5432/database"),
        })?;
        Ok(options.application_name(APPLICATION_NAME))
    }

    /// Set by statements, because poolers refuse settings among a connection's parameters.
    fn session_limits(&self) -> [String; 2] {
        [self.statement_timeout, IDLE_IN_TRANSACTION].map(|limit| limit.as_millis().to_string())
    }
}

impl Store {
    /// Connects. Fails at once when the database cannot be reached; reads and writes nothing yet.
    pub async fn connect(
        settings: StoreSettings,
        master: MasterKey,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self> {
        let limits = settings.session_limits();
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(settings.acquire_timeout)
            .after_connect(move |connection, _| {
                let limits = limits.clone();
                Box::pin(async move { limit_session(connection, &limits).await })
            })
            // A sign of life before every statement is a second round trip for each; one that was used a moment ago lives.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for >= BELIEVED_ALIVE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(settings.connect_options()?)
            .await
            .during("connecting to the database")?;
        let seal = LazySeal::locked(master);
        let store =
            Self { inner: Arc::new(Inner { pool, clock, randomness, seal, audit: Appender::default() }) };
        store.refuse_transaction_pooler().await?;
        Ok(store)
    }

    /// Behind a pooler in transaction mode statements prepared by one connection run in the session of another, with
    /// silently wrong answers. Such a pooler gives itself away when a second connection holds the first one's session.
    async fn refuse_transaction_pooler(&self) -> Result<()> {
        if self.pool().options().get_max_connections() < 2 {
            return Ok(());
        }
        let mark = self.new_uuid().to_string();
        let mut first = self.pool().acquire().await.during(ASKING)?;
        for _ in 0..POOLER_TRIES {
            sqlx::query_scalar!("select set_config('voiceassist.session', $1, false)", mark)
                .fetch_one(&mut *first)
                .await
                .during(ASKING)?;
            let mut second = self.begin().await?;
            sqlx::query_scalar!("select 1 as alive").fetch_one(second.connection()).await.during(ASKING)?;
            let kept = sqlx::query_scalar!("select current_setting('voiceassist.session', true)")
                .fetch_one(&mut *first)
                .await
                .during(ASKING)?;
            if kept.as_deref() != Some(mark.as_str()) {
                return Err(StoreError::TransactionPooler);
            }
            second.rollback().await?;
        }
        Ok(())
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query_scalar!("select 1 as alive")
            .fetch_one(self.pool())
            .await
            .during("asking for a sign of life")?;
        Ok(())
    }

    /// Closes every connection once it is free; later calls fail.
    pub async fn close(&self) {
        self.pool().close().await;
    }
}

/// Also has no statement share its work: each is about few rows, and starting helpers costs more than all of it (measured:
/// a day out of 350,000 occurrences takes 22 to 41 ms with them and 2 without).
async fn limit_session(connection: &mut PgConnection, limits: &[String; 2]) -> sqlx::Result<()> {
    let [statement, idle] = limits;
    sqlx::query!(
        r#"
        select set_config('statement_timeout', $1, false) as statement,
               set_config('idle_in_transaction_session_timeout', $2, false) as idle,
               set_config('max_parallel_workers_per_gather', '0', false) as helpers
        "#,
        statement,
        idle
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}
