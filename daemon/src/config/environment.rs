//! Environment variables as configuration keys.
//!
//! Three spellings: `VOICEASSIST_<SECTION>__<FIELD>`, the established names in [`ESTABLISHED`], and either with
//! `_FILE` appended. A list is spelled with commas. Setting a name both ways is refused, because nobody can tell which was meant.

use std::path::PathBuf;

use super::ConfigError;

/// Names that deployments already use, and the keys they set.
const ESTABLISHED: &[(&str, &str)] = &[
    ("DATABASE_OWNER_URL", "database.owner_url"),
    ("DATABASE_URL", "database.url"),
    ("ENABLE_BIOGPT_ADAPTER", "models.enable_biogpt_adapter"),
    ("ENABLE_MULTI_HOP_RETRIEVAL", "answers.enable_multi_hop_retrieval"),
    ("ENABLE_PUBMEDBERT_ADAPTER", "models.enable_pubmedbert_adapter"),
    ("ENABLE_QUERY_DECOMPOSITION", "answers.enable_query_decomposition"),
    ("NEXTCLOUD_ADMIN_PASSWORD", "nextcloud.admin_password"),
    ("NEXTCLOUD_ADMIN_USER", "nextcloud.admin_user"),
    ("NEXTCLOUD_BASE_URL", "nextcloud.base_url"),
    ("NEXTCLOUD_CALDAV_URL", "nextcloud.caldav_url"),
    ("NEXTCLOUD_CARDDAV_URL", "nextcloud.carddav_url"),
    ("NEXTCLOUD_CLIENT_ID", "nextcloud.client_id"),
    ("NEXTCLOUD_CLIENT_SECRET", "nextcloud.client_secret"),
    ("NEXTCLOUD_OIDC_ISSUER", "nextcloud.oidc_issuer"),
    ("NEXTCLOUD_REDIRECT_URI", "nextcloud.redirect_uri"),
    ("NEXTCLOUD_WEBDAV_URL", "nextcloud.webdav_url"),
    ("QDRANT_API_KEY", "index.qdrant_api_key"),
    ("QDRANT_URL", "index.qdrant_url"),
    ("REDIS_URL", "redis.url"),
    ("VOICEASSIST_MODELS_DIR", "models.directory"),
];

/// The prefix of our own names. A name counts only with a section: `VOICEASSIST_SYNC__INTERVAL_SECONDS`; a section within a
/// section is spelled the same way: `VOICEASSIST_MODELS__CHAT__MODEL`.
const PREFIX: &str = "VOICEASSIST_";

/// Every key the environment sets, with its value.
pub(super) fn overrides(environment: &[(String, String)]) -> Result<Vec<(String, String)>, ConfigError> {
    let mut found = Vec::new();
    for (name, value) in environment {
        if let Some(key) = key_of(name) {
            found.push((key, value.clone()));
        } else if let Some(base) = name.strip_suffix("_FILE")
            && let Some(key) = key_of(base)
        {
            if environment.iter().any(|(other, _)| other == base) {
                return Err(ConfigError::Twice(base.to_owned()));
            }
            let path = PathBuf::from(value);
            let content =
                std::fs::read_to_string(&path).map_err(|source| ConfigError::File { path, source })?;
            found.push((key, content.trim_end_matches(['\r', '\n']).to_owned()));
        }
    }
    Ok(found)
}

/// A list as a variable spells it: its parts separated by commas or line ends.
pub(super) fn list(value: &str) -> Vec<String> {
    value.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn key_of(name: &str) -> Option<String> {
    if let Some((_, key)) = ESTABLISHED.iter().find(|(established, _)| *established == name) {
        return Some((*key).to_owned());
    }
    let (section, field) = name.strip_prefix(PREFIX)?.split_once("__")?;
    // `secrets.master_key_file` ends like an indirection but is a field of its own.
    let is_field = !name.ends_with("_FILE") || section == "SECRETS";
    is_field.then(|| format!("{}.{}", section.to_lowercase(), field.to_lowercase().replace("__", ".")))
}
