//! The key that signs checkpoints and exports: Ed25519 (RFC 8032), kept in a file and never in the database.
//!
//! Whoever can write to the database must not be able to sign what it says, so the key is not sealed in there like
//! others. It is written and read as PKCS#8 PEM, as the key of access tokens is, and may be replaced: a signature names
//! the public key it was made with, and whoever verifies says which of them are trusted.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use voiceassist_model::Randomness;
use zeroize::Zeroizing;

pub use super::digest::{PublicKey, Signature};

/// What stands before the 32 bytes of an Ed25519 private key in PKCS#8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A new Ed25519 private key as PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` would write it.
pub fn generate_pem(randomness: &dyn Randomness) -> Zeroizing<String> {
    let mut der = Zeroizing::new([0; PKCS8_PREFIX.len() + 32]);
    let (prefix, secret) = der.split_at_mut(PKCS8_PREFIX.len());
    prefix.copy_from_slice(&PKCS8_PREFIX);
    randomness.fill(secret);
    let body = Zeroizing::new(STANDARD.encode(der.as_slice()));
    Zeroizing::new(["-----BEGIN PRIVATE KEY-----", &body, "-----END PRIVATE KEY-----", ""].join("\n"))
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not an Ed25519 private key in PKCS#8 PEM.
    #[error("reading the audit key: it must be an Ed25519 private key in PKCS#8 PEM")]
    Format(#[source] jsonwebtoken::errors::Error),
    /// The library does not say what the public key is.
    #[error("reading the audit key: it has no public key of 32 bytes")]
    Public,
    /// Signing failed.
    #[error("signing with the audit key")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

/// The private key.
pub struct AuditKey {
    signing: EncodingKey,
    public: PublicKey,
}

impl AuditKey {
    /// Reads a key.
    pub fn from_pkcs8_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let signing = EncodingKey::from_ed_pem(pem).map_err(KeyError::Format)?;
        let jwk = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(KeyError::Format)?;
        let AlgorithmParameters::OctetKeyPair(pair) = jwk.algorithm else { return Err(KeyError::Public) };
        let bytes = URL_SAFE_NO_PAD.decode(pair.x).map_err(|_| KeyError::Public)?;
        let public = PublicKey::try_from(bytes.as_slice()).map_err(|_| KeyError::Public)?;
        Ok(Self { signing, public })
    }

    /// The public key, which whoever verifies must know from somewhere else than the database or the export.
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    pub(crate) fn sign(&self, message: &str) -> Result<Signature, KeyError> {
        let text = jsonwebtoken::crypto::sign(message.as_bytes(), &self.signing, Algorithm::EdDSA)
            .map_err(KeyError::Sign)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Public)?;
        Signature::try_from(bytes.as_slice()).map_err(|_| KeyError::Public)
    }
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Whether the key signed exactly this.
pub(crate) fn is_signed(message: &str, key: &PublicKey, signature: &Signature) -> bool {
    let Ok(verifying) = DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(key.0)) else { return false };
    let signature = URL_SAFE_NO_PAD.encode(signature.0);
    jsonwebtoken::crypto::verify(&signature, message.as_bytes(), &verifying, Algorithm::EdDSA)
        .unwrap_or(false)
}
