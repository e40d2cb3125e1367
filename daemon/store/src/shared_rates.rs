//! How often somebody may ask, counted by all replicas together: buckets in Redis.
//!
//! A script of Redis' own draws, so that two replicas never draw the same; one request is one round trip, whatever it draws
//! from. Redis tells the time, so that clocks of replicas need not agree. Keys are keyed hashes: neither a user nor an address is
//! in them, and each goes by itself once its bucket is full. Nothing that must survive is kept here. Redis may be slow, down,
//! or somebody else: whatever is not the expected answer within a short time closes the connection and is `None`, on
//! which the caller counts by itself; for some seconds nobody tries again, and then one caller does. Nothing is ever admitted
//! because Redis said nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// One of what a bucket holds, as levels are counted: what comes back in a microsecond at a rate of one in a minute is one.
pub const ONE: u64 = 60_000_000;

/// The most a bucket may hold or get back in a minute, so that the script's numbers stay exact.
pub const MAX_RATE: u32 = 100_000_000;

/// How long Redis may take, for a connection or an answer, unless told otherwise.
pub const PATIENCE: Duration = Duration::from_millis(250);

/// After a failure nobody tries again for so long.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(2);

/// What keys begin with.
const PREFIX: &str = "voiceassist:rate:";

/// Requests that one connection may have under way; more wait within their time.
const MAX_UNDER_WAY: usize = 1_024;

const SCRIPT: &str = include_str!("shared_rates.lua");

/// A bucket to draw one from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bucket {
    /// Which one of whoever draws.
    pub kind: &'static str,
    /// What it holds; at most [`MAX_RATE`], and so below.
    pub burst: u32,
    /// What comes back in a minute.
    pub per_minute: u32,
}

/// How a bucket stands after somebody drew from it, or tried to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level {
    /// Whether there was enough.
    pub admitted: bool,
    /// What is in it, each one counted as [`ONE`].
    pub units: u64,
}

/// The address of Redis is not one.
#[derive(Debug, thiserror::Error)]
#[error("reading the address of Redis")]
pub struct AddressError;

/// Buckets in Redis.
pub struct SharedRates {
    client: Client,
    script: Script,
    key: Zeroizing<[u8; blake3::KEY_LEN]>,
    patience: Duration,
    link: Mutex<Link>,
}

/// What stands between us and Redis.
#[derive(Default)]
struct Link {
    connection: Option<MultiplexedConnection>,
    /// Which connection it is, so that a late failure of an old one does not close the new one.
    number: u64,
    /// Somebody is connecting.
    connecting: bool,
    failed_at: Option<DateTime<Utc>>,
    /// Whether the last draw was answered; `None` before the first.
    works: Option<bool>,
}

impl SharedRates {
    /// Buckets in the Redis at this address, under keys made with `key`. Connects when first used.
    pub fn new(
        url: &SecretString,
        key: Zeroizing<[u8; blake3::KEY_LEN]>,
        patience: Duration,
    ) -> Result<Self, AddressError> {
        // The cause may hold parts of the address, and with it a password.
        let client = Client::open(url.expose_secret()).map_err(|_| AddressError)?;
        Ok(Self { client, script: Script::new(SCRIPT), key, patience, link: Mutex::default() })
    }

    /// Draws one from each of these buckets of somebody, until one has none left; the last level is that one's. `None`
    /// when Redis does not say: then nothing is known, and nothing may be admitted for it.
    pub async fn draw(&self, whose: &[u8], buckets: &[Bucket], now: DateTime<Utc>) -> Option<Vec<Level>> {
        let (mut connection, number) = self.connection(now).await?;
        let hash = blake3::keyed_hash(&self.key, whose).to_hex();
        let mut call = self.script.prepare_invoke();
        for bucket in buckets {
            // The braces keep the buckets of one person on one server.
            call.key(format!("{PREFIX}{{{}}}:{}", &hash[..32], bucket.kind));
            call.arg(bucket.burst.min(MAX_RATE)).arg(bucket.per_minute.clamp(1, MAX_RATE));
        }
        let failure =
            match tokio::time::timeout(self.patience, call.invoke_async::<Vec<u64>>(&mut connection)).await {
                Ok(Ok(numbers)) => match understood(numbers.as_slice(), buckets) {
                    Some(levels) => {
                        self.answered();
                        return Some(levels);
                    }
                    None => "another answer than the script's",
                },
                Ok(Err(error)) => category(&error),
                Err(_) => "no answer in time",
            };
        self.failed(number, failure, now);
        None
    }

    /// Whether replicas count together at this moment, by trying.
    pub async fn is_counting(&self, now: DateTime<Utc>) -> bool {
        let bucket = Bucket { kind: "health", burst: MAX_RATE, per_minute: MAX_RATE };
        self.draw(b"health", &[bucket], now).await.is_some()
    }

    /// Whether the last draw was answered.
    pub fn was_counting(&self) -> bool {
        self.link().works == Some(true)
    }

    /// The connection there is, or a new one if it is time for that and nobody else is at it.
    async fn connection(&self, now: DateTime<Utc>) -> Option<(MultiplexedConnection, u64)> {
        {
            let mut link = self.link();
            if let Some(connection) = &link.connection {
                return Some((connection.clone(), link.number));
            }
            // Whichever way the clock was put.
            if link.connecting || link.failed_at.is_some_and(|at| (now - at).abs() < COOL_DOWN) {
                return None;
            }
            link.connecting = true;
            link.number += 1;
        }
        let _connecting = Connecting(self);
        let settings = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.patience))
            .set_response_timeout(Some(self.patience))
            .set_concurrency_limit(MAX_UNDER_WAY);
        let connecting = self.client.get_multiplexed_async_connection_with_config(&settings);
        let failure = match tokio::time::timeout(self.patience, connecting).await {
            Ok(Ok(connection)) => {
                let mut link = self.link();
                link.connection = Some(connection.clone());
                return Some((connection, link.number));
            }
            Ok(Err(error)) => category(&error),
            Err(_) => "no connection in time",
        };
        let number = self.link().number;
        self.failed(number, failure, now);
        None
    }

    /// Closes the connection and says so once.
    fn failed(&self, number: u64, reason: &str, now: DateTime<Utc>) {
        let mut link = self.link();
        if link.number != number {
            return;
        }
        link.connection = None;
        link.failed_at = Some(now);
        if link.works.replace(false) != Some(false) {
            tracing::warn!(reason, "limits are not counted together with other replicas for now");
        }
    }

    fn answered(&self) {
        let mut link = self.link();
        link.failed_at = None;
        if link.works.replace(true) == Some(false) {
            tracing::info!("limits are counted together with other replicas again");
        }
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody connects until this is dropped, be it because they went away.
struct Connecting<'a>(&'a SharedRates);

impl Drop for Connecting<'_> {
    fn drop(&mut self) {
        self.0.link().connecting = false;
    }
}

/// The levels in an answer, if they are such as the script could have made.
fn understood(numbers: &[u64], buckets: &[Bucket]) -> Option<Vec<Level>> {
    let (pairs, rest) = numbers.as_chunks::<2>();
    let levels: Vec<Level> =
        pairs.iter().map(|&[admitted, units]| Level { admitted: admitted == 1, units }).collect();
    let last = levels.len().checked_sub(1)?;
    let plausible = levels.iter().zip(buckets).enumerate().all(|(place, (level, bucket))| {
        let holds = u64::from(bucket.burst.min(MAX_RATE)) * ONE;
        level.units <= holds && (level.admitted || place == last && level.units < ONE)
    });
    let whole = rest.is_empty() && levels.len() <= buckets.len();
    let ended = levels.len() == buckets.len() || !levels[last].admitted;
    (plausible && whole && ended).then_some(levels)
}

/// What kind of failure it was, in words of the client library; never what a server wrote.
fn category(error: &RedisError) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connection_refusal() {
        "the connection was refused"
    } else if error.is_io_error() || error.is_connection_dropped() {
        "the connection was lost"
    } else {
        "an answer that is an error or none of Redis"
    }
}

impl std::fmt::Debug for SharedRates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedRates").field("counting", &self.was_counting()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Level, ONE, understood};

    #[test]
    fn an_answer_is_believed_only_if_the_script_could_have_made_it() {
        let bucket = |kind| Bucket { kind, burst: 3, per_minute: 3 };
        let two = [bucket("requests"), bucket("questions")];
        let level = |admitted, units| Level { admitted, units };
        for (numbers, expected) in [
            (vec![1, 2 * ONE, 1, 5], Some(vec![level(true, 2 * ONE), level(true, 5)])),
            (vec![1, 0, 0, ONE - 1], Some(vec![level(true, 0), level(false, ONE - 1)])),
            (vec![0, 7], Some(vec![level(false, 7)])),
            (vec![], None),
            (vec![1], None),
            (vec![1, 2 * ONE], None),
            (vec![0, ONE, 1, 0], None),
            (vec![0, ONE], None),
            (vec![1, 4 * ONE, 1, 0], None),
            (vec![1, 0, 1, 0, 1, 0], None),
        ] {
            assert_eq!(understood(&numbers, &two), expected, "{numbers:?}");
        }
    }
}
