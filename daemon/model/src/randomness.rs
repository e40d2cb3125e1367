//! Randomness, as an argument.
//!
//! Keys, nonces and ids come from a source that is handed in. The program hands in [`OsRandomness`]; tests hand in
//! [`SeededRandomness`], which repeats itself and must never protect anything.

use std::sync::Mutex;

use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};
use uuid::Uuid;

use crate::clock::Clock;

/// A source of random bytes.
pub trait Randomness: Send + Sync + 'static {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// A new UUID of version 7 (RFC 9562): ordered by the clock, so that index pages stay warm.
    fn uuid(&self, clock: &dyn Clock) -> Uuid {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// The operating system's generator, fit for keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandomness;

impl Randomness for OsRandomness {
    #[expect(
        clippy::expect_used,
        reason = "without the system's generator no secret may be made; stopping is the only safe answer"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        SysRng.try_fill_bytes(buffer).expect("the operating system provides random bytes");
    }
}

/// A repeatable generator for tests and synthetic data.
#[derive(Debug)]
pub struct SeededRandomness(Mutex<StdRng>);

impl SeededRandomness {
    /// The same seed gives the same bytes on every machine.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(buffer);
    }
}
