//! The key that hides ids in the log, and how it hides them.
//!
//! An id is written as the first 16 bytes of `HMAC-SHA-256(key, kind ‖ 0x00 ‖ id)`, where `kind` is the subject's kind
//! in ASCII and `id` the 16 bytes of the UUID. The key is none of those that seal: it is 32 random bytes of its own,
//! made once by whoever comes first, kept in the database under the master key and never replaced, because another key
//! could not find what was hidden with this one. Losing it costs the searching, not the verifying: hashes cover the hidden
//! ids.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::OnceCell;
use uuid::Uuid;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::digest::Mark;
use crate::Store;
use crate::error::{Result, StoreError};

const KEY_BYTES: usize = 32;

/// What the key is called among those under the master key.
const NAME: &str = "audit identifiers";

/// Hides ids.
#[derive(ZeroizeOnDrop)]
pub(crate) struct IdentifierKey([u8; KEY_BYTES]);

/// The key, read when first needed.
pub(crate) type LazyKey = OnceCell<Arc<IdentifierKey>>;

impl IdentifierKey {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub(crate) fn hide(&self, kind: &str, id: Uuid) -> Mark {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of 32 bytes is a key of some length");
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(id.as_bytes());
        let whole = mac.finalize().into_bytes();
        let mut mark = [0; 16];
        mark.copy_from_slice(&whole[..16]);
        Mark(mark)
    }

    #[cfg(test)]
    pub(crate) const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }
}

impl Store {
    pub(crate) async fn identifier_key(&self) -> Result<Arc<IdentifierKey>> {
        let key = self.inner.audit.key().get_or_try_init(|| async {
            let mut first = Zeroizing::new([0; KEY_BYTES]);
            self.randomness().fill(first.as_mut_slice());
            let kept = self.data_keys().named(NAME, first.as_slice()).await?;
            let bytes = kept.as_slice().try_into();
            bytes
                .map(IdentifierKey)
                .map(Arc::new)
                .map_err(|_| StoreError::Corrupt { what: "key of the audit log" })
        });
        key.await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::IdentifierKey;

    #[test]
    fn an_id_is_hidden_as_the_documentation_says() {
        // Reference: Python's hmac.new(bytes(range(32)), b"document\0" + uuid.UUID(int=1).bytes, "sha256").
        let key = IdentifierKey::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        let hidden = key.hide("document", Uuid::from_u128(1)).to_string();
        assert_eq!(hidden, "b721530f83d5b7b91b05682d00ef2cf7");
    }

    #[test]
    fn the_same_id_of_another_kind_or_under_another_key_looks_different() {
        let (key, other) = (IdentifierKey::from_bytes([1; 32]), IdentifierKey::from_bytes([2; 32]));
        let id = Uuid::from_u128(1);
        assert_eq!(key.hide("document", id), key.hide("document", id));
        assert_ne!(key.hide("document", id), key.hide("passage", id));
        assert_ne!(key.hide("document", id), other.hide("document", id));
        assert_ne!(key.hide("document", id), key.hide("document", Uuid::from_u128(2)));
    }
}
