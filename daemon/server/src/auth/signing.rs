//! The ring of keys as the database has it: made at the first start, read anew while the daemon runs, rotated by command.
//!
//! All replicas sign with one key. A replica learns of another within [`GLANCE`], and sooner when somebody comes with a
//! token whose key it does not know; how often strangers can have it look is bounded. What cannot be read leaves the ring
//! as it is: keys that are retired end by themselves.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::AlgorithmParameters;
use tokio_util::sync::CancellationToken;
use voiceassist_store::signing_keys::NewSigningKey;
use voiceassist_store::{Store, StoreError};

use super::tokens::ring::{Ring, public_half};
use super::tokens::{KeyError, MAX_LIFETIME, TokenKeys};

/// Between two looks at the keys.
pub const GLANCE: Duration = Duration::from_secs(10);

/// A replica that has not looked yet signs with the key before for so long, and its tokens live for their time.
const OVERLAP: TimeDelta = TimeDelta::minutes(MAX_LIFETIME.num_minutes() + 1);

/// The keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The store failed.
    #[error("reading the keys that sign tokens")]
    Store(#[from] StoreError),
    /// A key is not what it should be.
    #[error("using the keys that sign tokens")]
    Key(#[from] KeyError),
}

/// The ring of the database. Where there is none yet, `first` becomes the first key, or else a new one.
pub async fn ring(store: &Store, first: Option<&[u8]>) -> Result<Ring, SigningError> {
    if let Some(ring) = read(store).await? {
        return Ok(ring);
    }
    let made = TokenKeys::generate_pem(store.randomness());
    let pem = first.unwrap_or(made.as_bytes());
    let (key_id, public_key) = halves(pem)?;
    // Another replica may have been faster; then its key is read below.
    let key = NewSigningKey { key_id: &key_id, public_key: &public_key, private_key: pem };
    store.signing_keys().begin(key).await?;
    read(store).await?.ok_or(SigningError::Key(KeyError::None))
}

/// Makes a new key the one that signs; what it is called. The one before it is believed until its last token is over, or
/// no longer if it has become known.
pub async fn rotate(store: &Store, at_once: bool) -> Result<String, SigningError> {
    let pem = TokenKeys::generate_pem(store.randomness());
    let (key_id, public_key) = halves(pem.as_bytes())?;
    let key = NewSigningKey { key_id: &key_id, public_key: &public_key, private_key: pem.as_bytes() };
    let overlap = if at_once { TimeDelta::zero() } else { OVERLAP };
    store.signing_keys().rotate(key, overlap).await?;
    let ring = read(store).await?.ok_or(SigningError::Key(KeyError::None))?;
    Ok(ring.key_id().to_owned())
}

/// Reads the keys anew. False when the database has none; then the ring stays as it is.
pub async fn reload(store: &Store, tokens: &TokenKeys) -> Result<bool, SigningError> {
    let Some(ring) = read(store).await? else { return Ok(false) };
    tokens.replace(ring);
    Ok(true)
}

/// Follows the database until told to stop.
pub async fn follow(store: Store, tokens: Arc<TokenKeys>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(GLANCE) => {}
        }
        if let Err(error) = reload(&store, &tokens).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the keys of tokens could not be read anew"
            );
        }
    }
}

async fn read(store: &Store) -> Result<Option<Ring>, SigningError> {
    let kept = store.signing_keys().believed().await?;
    // Without one that signs the rest is of no use: the first of the list is that one.
    if kept.first().is_none_or(|key| key.ends_at.is_some()) {
        return Ok(None);
    }
    let keys: Vec<_> = kept.iter().map(|key| (key.private_key.as_slice(), key.ends_at)).collect();
    Ok(Some(Ring::of(&keys)?))
}

fn halves(pem: &[u8]) -> Result<(String, [u8; 32]), KeyError> {
    let (key_id, public) = public_half(pem)?;
    let AlgorithmParameters::OctetKeyPair(pair) = public.algorithm else { return Err(KeyError::None) };
    let bytes = URL_SAFE_NO_PAD.decode(pair.x).map_err(|_| KeyError::None)?;
    Ok((key_id, bytes.try_into().map_err(|_| KeyError::None)?))
}
