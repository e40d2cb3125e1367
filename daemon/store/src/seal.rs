//! Sealing what must not be readable in a copy of the database.
//!
//! Two levels: a master key, which comes from outside and never touches the database, wraps data keys; data keys seal
//! rows. XChaCha20-Poly1305 with a random nonce of 24 bytes seals both. The place a sealed value belongs to (table, row
//! and column) is authenticated with it, so that one row's value put into another row does not open. Keys are wiped
//! from memory when dropped and never printed.
//!
//! A sealed value is: format (1 byte), data key version (4 bytes, big endian), nonce (24), ciphertext and tag. The
//! module refuses to know the database; see [`crate::data_keys`] for that.

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
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct DataKey([u8; KEY_BYTES]);

impl DataKey {
    pub(crate) fn generate(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; KEY_BYTES];
        randomness.fill(&mut bytes);
        Self(bytes)
    }
}

/// Where a sealed value lives.
#[derive(Clone, Copy, Debug)]
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

    pub(crate) fn knows(&self, sealed: &[u8]) -> bool {
        key_version(sealed).is_ok_and(|version| self.keys.contains_key(&version))
    }

    pub(crate) fn seal(
        &self,
        place: Place,
        plain: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealError> {
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
mod tests {
    use super::{DataKey, MasterKey, Place, Seal, SealError};
    use std::collections::BTreeMap;
    use uuid::Uuid;
    use voiceassist_model::SeededRandomness;

    const PLACE: Place = Place { table: "messages", row: Uuid::from_u128(1), column: "body" };

    fn seal_with(versions: &[i32], seed: u64) -> Seal {
        let randomness = SeededRandomness::new(seed);
        Seal::new(versions.iter().map(|v| (*v, DataKey::generate(&randomness))).collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn what_was_sealed_opens_in_its_place() {
        let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
        for plain in ["", "Metoprolol 25 mg", "Ångström ≤ 5"] {
            let sealed = seal.seal(PLACE, plain.as_bytes(), &randomness).unwrap();
            assert_eq!(seal.open_text(PLACE, &sealed).unwrap(), plain);
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same_twice() {
        let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
        let twice = [(); 2].map(|()| seal.seal(PLACE, b"again", &randomness).unwrap());
        assert_ne!(twice[0], twice[1]);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
        let sealed = seal.seal(PLACE, b"25 mg", &randomness).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal.open(PLACE, &changed).is_err(), "byte {at}");
        }
        for length in 0..sealed.len() {
            assert!(seal.open(PLACE, &sealed[..length]).is_err(), "cut to {length}");
        }
    }

    #[test]
    fn a_value_moved_to_another_row_column_or_table_does_not_open() {
        let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
        let sealed = seal.seal(PLACE, b"25 mg", &randomness).unwrap();
        for place in [
            Place { row: Uuid::from_u128(2), ..PLACE },
            Place { column: "citations", ..PLACE },
            Place { table: "chunks", ..PLACE },
        ] {
            assert_eq!(seal.open(place, &sealed).unwrap_err(), SealError::Tampered);
        }
    }

    #[test]
    fn the_newest_key_seals_and_older_ones_still_open() {
        let randomness = SeededRandomness::new(2);
        let older = seal_with(&[1], 1);
        let both = seal_with(&[1, 2], 1);
        let sealed = older.seal(PLACE, b"old", &randomness).unwrap();
        assert_eq!(both.open_text(PLACE, &sealed).unwrap(), "old");
        let sealed = both.seal(PLACE, b"new", &randomness).unwrap();
        assert_eq!(older.open(PLACE, &sealed).unwrap_err(), SealError::UnknownDataKey { version: 2 });
    }

    #[test]
    fn a_data_key_unwraps_only_under_its_own_master_key_and_version() {
        let randomness = SeededRandomness::new(3);
        let (master, other) = (MasterKey::generate(&randomness), MasterKey::generate(&randomness));
        let wrapped = master.wrap(1, &DataKey::generate(&randomness), &randomness).unwrap();
        assert!(master.unwrap_key(1, &wrapped).is_ok());
        assert_eq!(master.unwrap_key(2, &wrapped).err(), Some(SealError::WrongMasterKey));
        assert_eq!(other.unwrap_key(1, &wrapped).err(), Some(SealError::WrongMasterKey));
    }

    #[test]
    fn a_master_key_survives_its_text_and_is_never_printed() {
        use secrecy::ExposeSecret as _;
        let master = MasterKey::generate(&SeededRandomness::new(4));
        let text = master.to_base64();
        let again = MasterKey::from_base64(&format!("{}\n", text.expose_secret())).unwrap();
        assert_eq!(again.0, master.0);
        assert_eq!(format!("{master:?}"), "MasterKey(…)");
        assert_eq!(MasterKey::from_base64("c2hvcnQ=").err(), Some(SealError::MalformedKey));
    }
}
