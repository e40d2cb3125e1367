//! What the daemon was told to do, read once and checked before anything starts.
//!
//! Layers, later ones win: built-in defaults, the TOML file, the environment. Every variable `X` may instead be given
//! as `X_FILE`, naming a file that holds the value; that is how secrets should arrive. Libraries never read any of
//! this: [`crate::wiring`] hands them plain settings. A configuration that is insecure or contradicts itself is
//! refused with every reason at once, and nothing is started.

mod auth;
mod chat;
mod check;
mod default;
mod environment;
mod models;
mod redact;
mod redis;
mod scope;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

pub use auth::Auth;
pub use chat::{Chat, ProtectionClass};
pub use check::Complaint;
pub use default::DEFAULT_TOML;
pub use models::{Budget, Embedding, Models, Rerank, Served};
pub use redis::Redis;
pub use scope::Scope;

/// Where the file is looked for when none is named.
pub const DEFAULT_PATH: &str = "/etc/voiceassist/config.toml";

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which Nextcloud.
    pub nextcloud: Nextcloud,
    /// Where everything that must survive is kept.
    pub database: Database,
    /// The HTTP side.
    pub server: Server,
    /// Sessions and signing in.
    pub auth: Auth,
    /// How often one caller may ask.
    pub limits: Quotas,
    /// Where several daemons count together.
    pub redis: Redis,
    /// The search index.
    pub index: Index,
    /// Models.
    pub models: Models,
    /// How questions are answered.
    pub answers: Answers,
    /// Reading documents.
    pub ingest: Ingest,
    /// Following Nextcloud.
    pub sync: Sync,
    /// Mirroring mailboxes.
    pub mail: Mail,
    /// Which files are read.
    pub scope: Scope,
    /// Who may do what.
    pub policy: Policy,
    /// The audit log.
    pub audit: Audit,
    /// Keys.
    pub secrets: Secrets,
    /// Files of the daemon's own.
    pub state: State,
    /// What it writes about itself.
    pub log: Log,
}

/// The Nextcloud server the accounts belong to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nextcloud {
    /// Base address, for instance `https://cloud.clinic.example`. Empty until set.
    pub base_url: String,
    /// WebDAV root; empty means `<base_url>/remote.php/dav`. Must share the base address' origin.
    pub webdav_url: String,
    /// Requests to the server at the same time, over all accounts.
    pub concurrency: usize,
    /// Requests to the server that may start within a second, over all accounts.
    pub requests_per_second: u32,
    /// Seconds until a request is given up.
    pub timeout_seconds: u64,
    /// Whether the server's push service is listened to.
    pub notify_push: NotifyPush,
    /// The provider people sign in at (`OpenID` Connect), as it calls itself.
    pub oidc_issuer: Option<String>,
    /// What it calls us.
    pub client_id: Option<String>,
    /// How we prove it; none for a public client.
    pub client_secret: Option<SecretString>,
    /// The page that people come back to.
    pub redirect_uri: Option<Url>,
    /// CalDAV root. This and the fields below belong to capabilities of a later release: they are understood and
    /// checked, and named at start as unused.
    pub caldav_url: Option<Url>,
    /// CardDAV root.
    pub carddav_url: Option<Url>,
    /// Service account for the user directory.
    pub admin_user: Option<String>,
    /// Its password.
    pub admin_password: Option<SecretString>,
}

/// Whether the push service is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotifyPush {
    /// Where the server offers it.
    Auto,
    /// As `auto`, and a warning where it does not.
    On,
    /// Never.
    Off,
}

/// Mailboxes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Names of the mail servers that may be spoken to. No mailbox anywhere else is mirrored.
    pub servers: Vec<String>,
}

/// PostgreSQL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Connection address; it may hold a password and is never printed.
    pub url: SecretString,
    /// The same database as the owner of its tables, for migrations; it may hold a password and is never printed.
    pub owner_url: Option<SecretString>,
    /// Connections kept at most.
    pub max_connections: u32,
}

/// The HTTP listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// True when a reverse proxy that terminates TLS stands in front; required to listen beyond this machine.
    pub behind_tls_proxy: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// How often one caller may ask.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the name of a setting says its unit")]
pub struct Quotas {
    /// Requests of one person in a minute.
    pub requests_per_minute: u32,
    /// Questions, searches and texts to be looked through of one person in a minute.
    pub questions_per_minute: u32,
    /// Requests from one address in a minute that prove nobody.
    pub failures_per_minute: u32,
}

/// The search index.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Address of a Qdrant server (gRPC, usually port 6334); empty means the embedded engine.
    pub qdrant_url: String,
    /// Its key.
    pub qdrant_api_key: Option<SecretString>,
    /// Name of the collection on that server.
    pub collection: String,
}

/// How questions are answered.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Whether a question that holds several is looked for in parts.
    pub enable_query_decomposition: bool,
    /// Whether a thing that a question only describes is looked up first.
    pub enable_multi_hop_retrieval: bool,
}

/// Limits of reading documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    /// Documents worked on at the same time.
    pub workers: usize,
    /// Larger files are skipped.
    pub max_file_bytes: u64,
    /// Pages read of one document.
    pub max_pages: u32,
    /// Characters read of one document.
    pub max_chars: usize,
    /// Seconds the reading child may take.
    pub reader_seconds: u64,
    /// Memory the reading child may take.
    pub reader_memory_bytes: u64,
    /// Tesseract, to recognise the text in scans and pictures: its whole path. Empty leaves them without text, and their
    /// owners are told.
    pub ocr_program: PathBuf,
    /// The languages to recognise, as Tesseract names them, joined by `+`: `eng+deu`. Each must be installed.
    pub ocr_languages: String,
    /// Pictures recognised of one document; each takes seconds of `reader_seconds`.
    pub ocr_pages: u32,
}

/// Following Nextcloud.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// Seconds between two looks at an account in use, less up to a fifth by chance.
    pub interval_seconds: u64,
    /// The same for an account that has not been used for hours.
    pub idle_interval_seconds: u64,
    /// Days until what is kept for a person is purged whose user the server no longer knows. They read nothing from the
    /// first moment; the days are for mistakes of a directory and for users restored from a backup.
    pub gone_grace_days: u32,
}

/// Who may do what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Rego files instead of the built-in ones; empty means built in.
    pub directory: PathBuf,
    /// Groups of Nextcloud whose people are administrators.
    pub admin_groups: BTreeSet<String>,
    /// Those who treat patients; empty means everybody.
    pub medical_staff_groups: BTreeSet<String>,
    /// Those who look after records.
    pub auditor_groups: BTreeSet<String>,
}

/// The audit log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// File that signed checkpoints are added to; empty means `<state.directory>/audit-checkpoints`.
    pub checkpoints: PathBuf,
    /// A checkpoint is made after so many records at most.
    pub checkpoint_records: u64,
    /// And after so many seconds, if there is any new record.
    pub checkpoint_seconds: u64,
}

/// Keys; files readable by the daemon alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the configuration file")]
pub struct Secrets {
    /// 32 random bytes in base64 that seal everything kept in the database. Losing it loses what was sealed.
    pub master_key_file: PathBuf,
    /// Ed25519 private key (PKCS#8 PEM) that becomes the first to sign access tokens. After the first start the database
    /// has it; `voiceassist keys rotate-signing` makes another.
    pub token_key_file: PathBuf,
    /// Ed25519 private key (PKCS#8 PEM) that signs checkpoints and exports of the audit log. Whoever verifies them must
    /// know its public key.
    pub audit_key_file: PathBuf,
}

/// The daemon's own directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Holds the embedded index, the spool and, by default, models and keys.
    pub directory: PathBuf,
}

/// Logging.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `text` for people, `json` for collectors.
    pub format: LogFormat,
    /// What to log, for instance `info` or `voiceassist_workers=debug,info`.
    pub filter: String,
}

/// The shapes of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why a configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A named file is missing or unreadable.
    #[error("reading {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A value has the wrong shape, or a field is unknown.
    #[error("understanding the configuration: {0}")]
    Shape(#[source] config::ConfigError),
    /// Both `X` and `X_FILE` are set.
    #[error("both {0} and {0}_FILE are set; keep one")]
    Twice(String),
}

impl Config {
    /// Reads all layers. A named file must exist; which one is the caller's to say, so that the demo reads none.
    pub fn load(file: Option<&Path>, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        let mut layers = config::Config::builder()
            .add_source(config::File::from_str(DEFAULT_TOML, config::FileFormat::Toml));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::File { path: path.to_path_buf(), source })?;
            layers = layers.add_source(config::File::from_str(&text, config::FileFormat::Toml));
        }
        let defaults = layers.clone().build().map_err(ConfigError::Shape)?;
        for (key, value) in environment::overrides(environment)? {
            layers = if defaults.get_array(&key).is_ok() {
                layers.set_override(&key, environment::list(&value))
            } else {
                layers.set_override(&key, value)
            }
            .map_err(ConfigError::Shape)?;
        }
        layers.build().and_then(config::Config::try_deserialize).map_err(ConfigError::Shape)
    }

    /// Everything that is wrong with the configuration, empty when it may be used. `insecure_dev` forgives what is
    /// only unsafe, never what cannot work.
    pub fn complaints(&self, insecure_dev: bool) -> Vec<Complaint> {
        check::complaints(self, insecure_dev)
    }

    /// The configuration as TOML with every secret replaced by whether it is set.
    pub fn redacted(&self) -> String {
        redact::render(self)
    }

    /// The WebDAV root, given or derived.
    pub fn webdav_url(&self) -> String {
        if self.nextcloud.webdav_url.is_empty() {
            format!("{}/remote.php/dav", self.nextcloud.base_url.trim_end_matches('/'))
        } else {
            self.nextcloud.webdav_url.clone()
        }
    }

    /// Where models are, given or derived.
    pub fn models_directory(&self) -> PathBuf {
        self.within_state(&self.models.directory, "models")
    }

    /// Where the master key is, given or derived.
    pub fn master_key_file(&self) -> PathBuf {
        self.within_state(&self.secrets.master_key_file, "master.key")
    }

    /// Where the token key is, given or derived.
    pub fn token_key_file(&self) -> PathBuf {
        self.within_state(&self.secrets.token_key_file, "token-key.pem")
    }

    /// Where the audit key is, given or derived.
    pub fn audit_key_file(&self) -> PathBuf {
        self.within_state(&self.secrets.audit_key_file, "audit-key.pem")
    }

    /// Where checkpoints of the audit log are added, given or derived.
    pub fn checkpoints_file(&self) -> PathBuf {
        self.within_state(&self.audit.checkpoints, "audit-checkpoints")
    }

    fn within_state(&self, given: &Path, name: &str) -> PathBuf {
        if given.as_os_str().is_empty() { self.state.directory.join(name) } else { given.to_path_buf() }
    }
}

#[cfg(test)]
mod tests;
