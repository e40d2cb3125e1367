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
use voiceassist_model::{Clock, Randomness};

use crate::data_keys::LazySeal;
use crate::error::{DatabaseError, During as _, Result, StoreError};
use crate::{Inner, MasterKey, Store};

/// Shown by the server's own list of connections.
const APPLICATION_NAME: &str = "voiceassist";

/// A transaction may be silent this long before the server ends it.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(60);

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
        Ok(options.application_name(APPLICATION_NAME).options([
            ("statement_timeout", self.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION.as_millis().to_string()),
        ]))
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
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(settings.acquire_timeout)
            .connect_with(settings.connect_options()?)
            .await
            .during("connecting to the database")?;
        let seal = LazySeal::locked(master);
        Ok(Self { inner: Arc::new(Inner { pool, clock, randomness, seal }) })
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
