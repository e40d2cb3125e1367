//! The key files: made once, read at start, never printed.
//!
//! The master key seals what the database keeps and, through a key derived from it once, hides the words in the search
//! index. The token key signs access tokens, the audit key the checkpoints of the audit log. An existing file is never
//! overwritten, because a lost master key is lost data.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use voiceassist_model::Randomness;
use voiceassist_phi::GateKeys;
use voiceassist_rag::index::sparse::TermKey;
use voiceassist_server::auth::tokens::TokenKeys;
use voiceassist_store::Store;
use voiceassist_store::audit::signature::{AuditKey, generate_pem};
use zeroize::Zeroizing;

/// Bytes of the master key.
pub const MASTER_KEY_BYTES: usize = 32;

/// Under which name the database keeps the term key, sealed, and what separates it from every other use of the master key.
const TERM_KEY: (&str, &str) = ("terms", "VoiceAssist 2026-11-23 sparse term ids v1");

/// Names of the gate's keys, and what separates them from every other use of the master key.
const GATE_KEYS: [(&str, &str); 2] = [
    ("surrogates", "VoiceAssist 2026-11-23 surrogates v1"),
    ("decisions", "VoiceAssist 2026-11-23 digests of decisions v1"),
];

/// The same of the key that hides whose a shared limit is.
const RATES_KEY: (&str, &str) = ("rates", "VoiceAssist 2026-11-23 keys of shared limits v1");

/// A key file that was there or was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The file was there and was left alone.
    Kept,
    /// The file is new.
    New,
}

/// The key that seals.
pub struct MasterKey(Zeroizing<[u8; MASTER_KEY_BYTES]>);

impl MasterKey {
    /// Reads 32 bytes in base64.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = Zeroizing::new(
            std::fs::read_to_string(path)
                .with_context(|| format!("reading the master key {}", path.display()))?,
        );
        let bytes = Zeroizing::new(BASE64.decode(text.trim()).context("the master key is not base64")?);
        ensure!(
            bytes.len() == MASTER_KEY_BYTES,
            "the master key must be {MASTER_KEY_BYTES} bytes, it is {}",
            bytes.len()
        );
        let mut key = Zeroizing::new([0; MASTER_KEY_BYTES]);
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }

    /// The key itself, for the store's seal.
    pub fn bytes(&self) -> &[u8; MASTER_KEY_BYTES] {
        &self.0
    }
}

/// The key that hides words in the index. It is derived once, from the master key of the first start, and kept: the
/// master key may change, the index stays.
pub async fn term_key(store: &Store, master: &MasterKey) -> anyhow::Result<TermKey> {
    Ok(TermKey::new(*kept(store, master, TERM_KEY).await.context("reading the key of the index")?))
}

/// The keys of the gate: what makes surrogates, and the digests of ids in its record. Derived once like the term key,
/// and kept, so that digests of before and after a change of the master key compare.
pub async fn gate_keys(store: &Store, master: &MasterKey) -> anyhow::Result<GateKeys> {
    let mut keys = [[0; MASTER_KEY_BYTES]; 2];
    for (key, (name, context)) in keys.iter_mut().zip(GATE_KEYS) {
        *key = *kept(store, master, (name, context)).await.context("reading the keys of the gate")?;
    }
    let [surrogates, digests] = keys;
    Ok(GateKeys::new(surrogates, digests))
}

/// The key that hides whose a limit is that replicas share; kept, so that all of them have the same.
pub async fn rates_key(
    store: &Store,
    master: &MasterKey,
) -> anyhow::Result<Zeroizing<[u8; MASTER_KEY_BYTES]>> {
    kept(store, master, RATES_KEY).await.context("reading the key of shared limits")
}

/// The key kept under this name; before the first use the one derived from the master key in this context.
async fn kept(
    store: &Store,
    master: &MasterKey,
    (name, context): (&str, &str),
) -> anyhow::Result<Zeroizing<[u8; MASTER_KEY_BYTES]>> {
    let first = Zeroizing::new(blake3::derive_key(context, master.0.as_slice()));
    let kept = store.data_keys().named(name, &*first).await?;
    let bytes = kept.as_slice().try_into().with_context(|| format!("the key {name} has another length"))?;
    Ok(Zeroizing::new(bytes))
}

/// Makes the master key unless it is there.
pub fn make_master_key(path: &Path, randomness: &dyn Randomness) -> anyhow::Result<Made> {
    let mut key = Zeroizing::new([0; MASTER_KEY_BYTES]);
    randomness.fill(key.as_mut_slice());
    make(path, &Zeroizing::new(BASE64.encode(key.as_slice())))
}

/// Makes the token key unless it is there.
pub fn make_token_key(path: &Path, randomness: &dyn Randomness) -> anyhow::Result<Made> {
    make(path, &TokenKeys::generate_pem(randomness))
}

/// Makes the audit key unless it is there.
pub fn make_audit_key(path: &Path, randomness: &dyn Randomness) -> anyhow::Result<Made> {
    make(path, &generate_pem(randomness))
}

/// Reads the audit key.
pub fn read_audit_key(path: &Path) -> anyhow::Result<AuditKey> {
    let pem = Zeroizing::new(
        std::fs::read(path).with_context(|| format!("reading the audit key {}", path.display()))?,
    );
    AuditKey::from_pkcs8_pem(&pem).context("using the audit key")
}

fn make(path: &Path, content: &str) -> anyhow::Result<Made> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            file.write_all(content.trim_end().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            Ok(Made::New)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(Made::Kept),
        Err(error) => Err(error).with_context(|| format!("making {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use voiceassist_model::SeededRandomness;

    use super::{Made, MasterKey, make_master_key, make_token_key};

    #[test]
    fn keys_are_made_once_and_closed_to_others() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("keys/master.key");
        let randomness = SeededRandomness::new(1);
        assert_eq!(make_master_key(&path, &randomness).expect("made"), Made::New);
        let first = *MasterKey::read(&path).expect("read").bytes();
        assert_eq!(make_master_key(&path, &randomness).expect("kept"), Made::Kept);
        assert_eq!(*MasterKey::read(&path).expect("read again").bytes(), first);
        assert_eq!(path.metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
        assert_eq!(
            make_token_key(&directory.path().join("token.pem"), &randomness).expect("made"),
            Made::New
        );
    }

    #[test]
    fn a_short_master_key_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "c2hvcnQ=").expect("written");
        assert!(MasterKey::read(file.path()).is_err());
    }
}
