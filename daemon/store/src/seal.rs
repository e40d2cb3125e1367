//! Sealing what must not be readable in a copy of the database.
//!
//! Two levels: a master key, which comes from outside and never touches the database, wraps data keys; data keys seal
//! rows. XChaCha20-Poly1305 with a random nonce of 24 bytes seals both. The place a sealed value belongs to (table, row
//! and column) is authenticated with it, so that one row's value put into another row does not open. Keys are wiped
//! from memory when dropped and never printed.
//!
//! A sealed value is: format (1 byte), data key version (4 bytes, big endian), nonce (24), ciphertext and tag. The
//! module refuses to know the database; see [`crate::data_keys`] for that. It also refuses to seal for a column that
//! [`columns`] does not list, because a rotation would miss it.

pub mod columns;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;
use voiceassist_model::Randomness;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const FORMAT: u8 = 1;
const HEADER_BYTES: usize = 5;

/// Why a seal did not open, or could not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SealError {
    /// The data keys were wrapped by another master key.
    #[error("the master key is not the one this database was sealed with")]
    WrongMasterKey,
    /// A key is 32 bytes in base64.
    #[error("a master key must be 32 bytes in base64")]
    MalformedKey,
    /// The bytes were changed, or belong to another row or column.
    #[error("a sealed value was changed or belongs elsewhere")]
    Tampered,
    /// The data key is not in the database.
    #[error("data key {version} is missing")]
    UnknownDataKey {
        /// Its version.
        version: i32,
    },
    /// The column is not in the list that rotations go over.
    #[error("a column is sealed that the list of sealed columns does not have")]
    UnlistedColumn,
    /// Sealed by a newer release.
    #[error("a sealed value has a format this release does not know")]
    UnknownFormat,
}

/// The key that wraps data keys.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MasterKey([u8; KEY_BYTES]);

impl MasterKey {
    /// Takes the bytes of a key.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads a key as [`Self::to_base64`] writes it; white space around it is ignored.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| SealError::MalformedKey)?);
        bytes.as_slice().try_into().map(Self).map_err(|_| SealError::MalformedKey)
    }

    /// A new key.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; KEY_BYTES];
        randomness.fill(&mut bytes);
        Self(bytes)
    }

    /// The key as text, to be put into a file that only the daemon may read.
    pub fn to_base64(&self) -> SecretString {
        SecretString::from(STANDARD.encode(self.0))
    }

    pub(crate) fn wrap(
        &self,
        version: i32,
        key: &DataKey,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealError> {
        encrypt(&self.0, &wrapping_place(version), &key.0, randomness)
    }

    pub(crate) fn wrap_named(
        &self,
        name: &str,
        key: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealError> {
        encrypt(&self.0, &naming_place(name), key, randomness)
    }

    pub(crate) fn unwrap_named(&self, name: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        decrypt(&self.0, &naming_place(name), wrapped).map_err(|_| SealError::WrongMasterKey)
    }

    pub(crate) fn unwrap_key(&self, version: i32, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let bytes =
            decrypt(&self.0, &wrapping_place(version), wrapped).map_err(|_| SealError::WrongMasterKey)?;
        bytes.as_slice().try_into().map(DataKey).map_err(|_| SealError::MalformedKey)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A key that seals rows.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub(crate) struct DataKey([u8; KEY_BYTES]);

impl DataKey {
    pub(crate) fn generate(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; KEY_BYTES];
        randomness.fill(&mut bytes);
        Self(bytes)
    }
}

/// Where a sealed value lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) table: &'static str,
    pub(crate) row: Uuid,
    pub(crate) column: &'static str,
}

impl Place {
    fn bytes(self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.row, self.column).into_bytes()
    }
}

/// The unlocked data keys. The highest version seals; all of them open.
#[derive(Clone)]
pub(crate) struct Seal {
    keys: BTreeMap<i32, DataKey>,
}

impl Seal {
    pub(crate) fn new(keys: BTreeMap<i32, DataKey>) -> Self {
        Self { keys }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key that seals; 0 while there is none.
    pub(crate) fn newest(&self) -> i32 {
        self.keys.last_key_value().map_or(0, |(version, _)| *version)
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = i32> {
        self.keys.keys().copied()
    }

    pub(crate) fn key(&self, version: i32) -> Option<&DataKey> {
        self.keys.get(&version)
    }

    pub(crate) fn knows(&self, sealed: &[u8]) -> bool {
        key_version(sealed).is_ok_and(|version| self.keys.contains_key(&version))
    }

    pub(crate) fn seal(
        &self,
        place: Place,
        plain: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealError> {
        if !columns::is_listed(&place) {
            return Err(SealError::UnlistedColumn);
        }
        let (version, key) = self.keys.last_key_value().ok_or(SealError::UnknownDataKey { version: 0 })?;
        let mut header = [FORMAT; HEADER_BYTES];
        header[1..].copy_from_slice(&version.to_be_bytes());
        let context = [header.as_slice(), &place.bytes()].concat();
        let mut sealed = header.to_vec();
        sealed.extend(encrypt(&key.0, &context, plain, randomness)?);
        Ok(sealed)
    }

    pub(crate) fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let version = key_version(sealed)?;
        let (header, rest) = sealed.split_at(HEADER_BYTES);
        let key = self.keys.get(&version).ok_or(SealError::UnknownDataKey { version })?;
        let context = [header, &place.bytes()].concat();
        decrypt(&key.0, &context, rest)
    }

    pub(crate) fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String, SealError> {
        let mut plain = self.open(place, sealed)?;
        String::from_utf8(std::mem::take(&mut *plain)).map_err(|error| {
            error.into_bytes().zeroize();
            SealError::Tampered
        })
    }
}

fn key_version(sealed: &[u8]) -> Result<i32, SealError> {
    let (format, rest) = sealed.split_first().ok_or(SealError::Tampered)?;
    if *format != FORMAT {
        return Err(SealError::UnknownFormat);
    }
    let version = rest.first_chunk().ok_or(SealError::Tampered)?;
    Ok(i32::from_be_bytes(*version))
}

fn wrapping_place(version: i32) -> Vec<u8> {
    format!("data_keys|{version}|wrapped").into_bytes()
}

fn naming_place(name: &str) -> Vec<u8> {
    format!("named_keys|{name}|wrapped").into_bytes()
}

fn encrypt(
    key: &[u8; KEY_BYTES],
    context: &[u8],
    plain: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_BYTES];
    randomness.fill(&mut nonce);
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context })
        .map_err(|_| SealError::Tampered)?;
    Ok([nonce.as_slice(), &ciphertext].concat())
}

fn decrypt(key: &[u8; KEY_BYTES], context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if sealed.len() < NONCE_BYTES + TAG_BYTES {
        return Err(SealError::Tampered);
    }
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Tampered)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: context })
        .map(Zeroizing::new)
        .map_err(|_| SealError::Tampered)
}

#[cfg(test)]
mod tests;
