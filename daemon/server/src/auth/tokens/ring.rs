//! The keys of access tokens at one moment: the one that signs, and those before it for as long as they are believed.
//!
//! A key is called by its RFC 7638 thumbprint, so a name cannot stand for two keys. A retired key is asked for its end
//! at every look, so that it is believed no longer than it may be, however old the ring is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::KeyError;

/// A ring of keys.
#[derive(Clone)]
pub struct Ring {
    signing: EncodingKey,
    key_id: String,
    verifying: BTreeMap<String, Believed>,
}

#[derive(Clone)]
struct Believed {
    key: DecodingKey,
    public: Jwk,
    ends_at: Option<DateTime<Utc>>,
}

/// A key that is believed: its private half as PKCS#8 PEM, and until when; `None` for the one that signs.
pub type Kept<'a> = (&'a [u8], Option<DateTime<Utc>>);

impl Ring {
    /// A ring of one key.
    pub fn of_one(pem: &[u8]) -> Result<Self, KeyError> {
        Self::of(&[(pem, None)])
    }

    /// The ring of these keys, the one that signs first.
    pub fn of(keys: &[Kept<'_>]) -> Result<Self, KeyError> {
        let Some((first, _)) = keys.first() else { return Err(KeyError::None) };
        let signing = EncodingKey::from_ed_pem(first).map_err(KeyError::Format)?;
        let mut verifying = BTreeMap::new();
        let mut key_id = None;
        for (pem, ends_at) in keys {
            let (name, public) = public_half(pem)?;
            let key = DecodingKey::from_jwk(&public).map_err(KeyError::Format)?;
            key_id.get_or_insert_with(|| name.clone());
            verifying.insert(name, Believed { key, public, ends_at: *ends_at });
        }
        Ok(Self { signing, key_id: key_id.unwrap_or_default(), verifying })
    }

    /// What the key that signs is called.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(super) fn signing(&self) -> &EncodingKey {
        &self.signing
    }

    /// The key of this name, if it is still believed.
    pub(super) fn verifying(&self, key_id: &str, now: DateTime<Utc>) -> Option<&DecodingKey> {
        let found = self.verifying.get(key_id)?;
        found.ends_at.is_none_or(|ends_at| ends_at > now).then_some(&found.key)
    }

    pub(super) fn public(&self, now: DateTime<Utc>) -> JwkSet {
        let believed = |kept: &&Believed| kept.ends_at.is_none_or(|ends_at| ends_at > now);
        JwkSet { keys: self.verifying.values().filter(believed).map(|kept| kept.public.clone()).collect() }
    }
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ring")
            .field("key_id", &self.key_id)
            .field("keys", &self.verifying.len())
            .finish_non_exhaustive()
    }
}

/// What the key is called, and its public half.
pub fn public_half(pem: &[u8]) -> Result<(String, Jwk), KeyError> {
    let private = EncodingKey::from_ed_pem(pem).map_err(KeyError::Format)?;
    let mut public = Jwk::from_encoding_key(&private, Algorithm::EdDSA).map_err(KeyError::Format)?;
    let name = public.thumbprint(ThumbprintHash::SHA256).map_err(KeyError::Format)?;
    public.common.key_id = Some(name.clone());
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok((name, public))
}
