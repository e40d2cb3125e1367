//! The way to begin and end a person's connection to Nextcloud, which the program hands in.
//!
//! The server asks and shows; it speaks to no Nextcloud itself and polls nothing. Whether somebody else granted access
//! is decided behind this door, and what was granted never passes through it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId};
use voiceassist_store::receipts::Receipt;

/// A login that was begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// Its id, by which its person asks for news.
    pub id: Uuid,
    /// What the person opens in their browser. It is theirs alone and is told once.
    pub login_url: String,
    /// Until when they can agree.
    pub expires_at: DateTime<Utc>,
}

/// A connection that was ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Whether Nextcloud took the app password back.
    pub revoked: bool,
    /// What was forgotten.
    pub receipt: Receipt,
}

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The person's Nextcloud is not the one this daemon serves.
    #[error("the daemon does not serve this Nextcloud")]
    OtherServer,
    /// Too many logins wait.
    #[error("too many logins wait for their persons")]
    TooMany,
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// Nextcloud does not answer as it should.
    #[error("asking Nextcloud")]
    Nextcloud(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store failed.
    #[error("keeping the login")]
    Store(#[from] voiceassist_store::StoreError),
}

/// Begins and ends connections.
#[async_trait]
pub trait Connector: Send + Sync + 'static {
    /// Begins a login that only this user may complete.
    async fn begin(&self, instance: InstanceId, user_id: &str) -> Result<Begun, ConnectorError>;

    /// Whether Nextcloud answers at all, without asking for anybody.
    async fn reach(&self) -> Result<(), ConnectorError>;

    /// Takes the app password back, then forgets the account with everything only it could read.
    async fn end(&self, account: AccountId) -> Result<Ended, ConnectorError>;
}

/// No way to any Nextcloud: for a server that stands alone, as benchmarks have it. Begins and ends nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoWay;

#[async_trait]
impl Connector for NoWay {
    async fn begin(&self, _: InstanceId, _: &str) -> Result<Begun, ConnectorError> {
        Err(ConnectorError::OtherServer)
    }

    async fn reach(&self) -> Result<(), ConnectorError> {
        Err(ConnectorError::OtherServer)
    }

    async fn end(&self, _: AccountId) -> Result<Ended, ConnectorError> {
        Err(ConnectorError::NoAccount)
    }
}
