//! What makes a configuration unusable, each as a sentence that says what to do.
//!
//! All complaints are collected, so that one run shows everything. A complaint is either fatal or merely unsafe; only
//! the latter yields to `--insecure-dev`.

use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::ExposeSecret;
use url::{Host, Url};
use voiceassist_rag::embed::remote::MAX_BATCH;
use voiceassist_rag::rerank::MAX_PASSAGES;
use voiceassist_store::shared_rates::MAX_RATE;

use super::{Budget, Chat, Config, Models, Quotas};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The setting, as `section.field`.
    pub setting: &'static str,
    /// What is wrong and what to do.
    pub advice: String,
    /// True when it would work but should not be done.
    pub only_unsafe: bool,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.advice)
    }
}

/// Every complaint that stands.
pub(super) fn complaints(config: &Config, insecure_dev: bool) -> Vec<Complaint> {
    let mut found = Vec::new();
    nextcloud(config, &mut found);
    database(config, &mut found);
    listener(config, &mut found);
    index(config, &mut found);
    models(&config.models, &mut found);
    limits(config, &mut found);
    quotas(config.limits, &mut found);
    config.redis.complaints(&mut found);
    if let Err((place, error)) = config.scope.parsed() {
        found.push(fatal("scope.rules", format!("rule {place} cannot be used: {error}")));
    }
    for (setting, advice, only_unsafe) in config.auth.complaints(&config.nextcloud) {
        found.push(if only_unsafe { unsafe_(setting, advice) } else { fatal(setting, advice) });
    }
    keys(config, &mut found);
    found.retain(|complaint| !(insecure_dev && complaint.only_unsafe));
    found
}

fn nextcloud(config: &Config, found: &mut Vec<Complaint>) {
    let base = &config.nextcloud.base_url;
    if base.is_empty() {
        return found.push(fatal("nextcloud.base_url", "is not set; give the address of your Nextcloud, for instance NEXTCLOUD_BASE_URL=https://cloud.clinic.example"));
    }
    let Some(url) = http_url(base) else {
        return found.push(fatal("nextcloud.base_url", "is not an http(s) address"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        found.push(fatal(
            "nextcloud.base_url",
            "holds a user name or password; accounts connect with `voiceassist account connect` instead",
        ));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        found.push(unsafe_("nextcloud.base_url", "is plain http to another machine, so passwords and documents would travel unprotected; use https"));
    }
    if http_url(&config.webdav_url()).is_none_or(|dav| dav.origin() != url.origin()) {
        found.push(fatal("nextcloud.webdav_url", "must have the same scheme, host and port as nextcloud.base_url, because credentials are sent to it"));
    }
}

fn database(config: &Config, found: &mut Vec<Complaint>) {
    let text = config.database.url.expose_secret();
    if text.is_empty() {
        return found.push(fatal(
            "database.url",
            "is not set; give a PostgreSQL address in DATABASE_URL or DATABASE_URL_FILE",
        ));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
            let protected = url
                .query_pairs()
                .any(|(key, value)| key == "sslmode" && matches!(&*value, "verify-full" | "verify-ca"));
            let socket = url
                .host_str()
                .is_none_or(|host| host.is_empty() || host.starts_with("%2F") || host.starts_with("%2f"));
            if !socket && !is_loopback(&url) && !protected {
                found.push(unsafe_("database.url", "reaches another machine without sslmode=verify-full, so patient data would travel unprotected"));
            }
        }
        _ => found.push(fatal("database.url", "is not a postgres:// address")),
    }
    if config.database.max_connections < 4 {
        found.push(fatal(
            "database.max_connections",
            "must be at least 4: the listener for new jobs holds one all the time",
        ));
    }
}

fn listener(config: &Config, found: &mut Vec<Complaint>) {
    if !config.server.listen.ip().is_loopback() && !config.server.behind_tls_proxy {
        found.push(unsafe_("server.listen", "accepts plain http from other machines; listen on 127.0.0.1, or put a TLS proxy in front and set server.behind_tls_proxy"));
    }
}

fn index(config: &Config, found: &mut Vec<Complaint>) {
    let text = &config.index.qdrant_url;
    if text.is_empty() {
        if config.index.qdrant_api_key.is_some() {
            found.push(fatal(
                "index.qdrant_api_key",
                "is set without index.qdrant_url; set the address or drop the key",
            ));
        }
        return;
    }
    match http_url(text) {
        None => found.push(fatal("index.qdrant_url", "is not an http(s) address")),
        Some(url) if url.scheme() == "http" && !is_loopback(&url) => {
            found.push(unsafe_(
                "index.qdrant_url",
                "is plain http to another machine; vectors of patient documents would travel unprotected",
            ));
        }
        Some(_) => {}
    }
}

fn quotas(quotas: Quotas, found: &mut Vec<Complaint>) {
    for (setting, value) in [
        ("limits.requests_per_minute", quotas.requests_per_minute),
        ("limits.questions_per_minute", quotas.questions_per_minute),
        ("limits.failures_per_minute", quotas.failures_per_minute),
    ] {
        if !(1..=MAX_RATE).contains(&value) {
            let advice = format!("must be at least 1, or nobody could ask anything, and at most {MAX_RATE}");
            found.push(fatal(setting, advice));
        }
    }
}

/// Letters of a model's name.
const MAX_NAME: usize = 40;
/// Numbers of a vector.
const MAX_DIMENSION: usize = 8_192;

fn models(models: &Models, found: &mut Vec<Complaint>) {
    for writer in models.writers() {
        chat(&writer, found);
    }
    embedding(models, found);
    rerank(models, found);
    if let Some(name) = models.chat.doubled_name() {
        found.push(fatal(
            "models.chat.name",
            format!("{name:?} is the name of two models; give each its own"),
        ));
    }
    let Budget { person_daily_cost, monthly_cost, .. } = models.budget;
    if [person_daily_cost, monthly_cost].iter().any(|cost| !cost.is_finite() || *cost < 0.0) {
        found.push(fatal(
            "models.budget.monthly_cost",
            "and person_daily_cost must be amounts, or zero for no limit",
        ));
    }
}

/// An endpoint of a model.
fn endpoint(setting: &'static str, address: &str, found: &mut Vec<Complaint>) {
    match http_url(address) {
        None => found.push(fatal(setting, "is not an http(s) address")),
        Some(url) if !url.username().is_empty() || url.password().is_some() || url.query().is_some() => {
            found.push(fatal(
                setting,
                "holds a user name, a password or a query; give the key in api_key_file beside it",
            ));
        }
        Some(url) if url.scheme() == "http" && !is_loopback(&url) => found.push(unsafe_(
            setting,
            "is plain http to another machine; what is sent would travel unprotected",
        )),
        Some(_) => {}
    }
}

fn embedding(models: &Models, found: &mut Vec<Complaint>) {
    let Some(embedding) = models.embedder() else { return };
    if models.enable_pubmedbert_adapter && !models.embedding.base_url.is_empty() {
        found.push(fatal(
            "models.enable_pubmedbert_adapter",
            "is set besides models.embedding.base_url; one index has vectors of one model, keep one",
        ));
    }
    endpoint("models.embedding.base_url", &embedding.base_url, found);
    if embedding.model.trim().is_empty() {
        found
            .push(fatal("models.embedding.model", "is not set; name the model that the endpoint should use"));
    }
    if !(1..=MAX_DIMENSION).contains(&embedding.dimension) {
        found.push(fatal("models.embedding.dimension", "must say how many numbers the model's vectors have"));
    }
    if embedding.max_tokens < 16
        || !(1..=MAX_BATCH).contains(&embedding.batch)
        || embedding.timeout_seconds == 0
    {
        found.push(fatal(
            "models.embedding.max_tokens",
            format!("must be at least 16, batch between 1 and {MAX_BATCH}, timeout_seconds not zero"),
        ));
    }
    if embedding.destination().is_err() {
        found.push(fatal(
            "models.embedding.protection",
            "must be \"local\", or \"agreement\" with its name: the text of every document goes there as it is",
        ));
    }
    if !embedding.api_key_file.as_os_str().is_empty() {
        key("models.embedding.api_key_file", &embedding.api_key_file, found);
    }
}

fn rerank(models: &Models, found: &mut Vec<Complaint>) {
    let Some(rerank) = models.reranker() else { return };
    endpoint("models.rerank.base_url", &rerank.base_url, found);
    if let Err(error) = rerank.destination() {
        found.push(fatal("models.rerank.mode", format!("cannot be used: {error}")));
    }
    if !(2..=MAX_PASSAGES).contains(&rerank.passages) || rerank.timeout_milliseconds == 0 {
        found.push(fatal(
            "models.rerank.passages",
            format!("must be between 2 and {MAX_PASSAGES}, and timeout_milliseconds not zero"),
        ));
    }
    if !rerank.api_key_file.as_os_str().is_empty() {
        key("models.rerank.api_key_file", &rerank.api_key_file, found);
    }
}

fn chat(chat: &Chat, found: &mut Vec<Complaint>) {
    endpoint("models.chat.base_url", &chat.base_url, found);
    if chat.model.trim().is_empty() {
        found.push(fatal("models.chat.model", "is not set; name the model that the endpoint should use"));
    }
    if let Err(error) = chat.destination() {
        found.push(fatal("models.chat.mode", format!("cannot be used: {error}")));
    }
    if chat.api_key.is_some() && !chat.api_key_file.as_os_str().is_empty() {
        found.push(fatal("models.chat.api_key_file", "is set besides models.chat.api_key; keep one"));
    }
    if chat.api_key.is_none() && !chat.api_key_file.as_os_str().is_empty() {
        key("models.chat.api_key_file", &chat.api_key_file, found);
    }
    let times = [chat.timeout_seconds, chat.first_byte_seconds, chat.idle_seconds];
    if times.contains(&0) || chat.max_tokens == 0 {
        found.push(fatal(
            "models.chat.timeout_seconds",
            "first_byte_seconds, idle_seconds and max_tokens must not be zero",
        ));
    }
    if chat.context_tokens != 0 && chat.context_tokens <= chat.max_tokens {
        found.push(fatal("models.chat.context_tokens", "leaves no room beside max_tokens for a question"));
    }
    if [chat.input_cost, chat.output_cost].iter().any(|cost| !cost.is_finite() || *cost < 0.0) {
        found.push(fatal("models.chat.input_cost", "and output_cost must be amounts"));
    }
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if chat.name.is_empty() || chat.name.len() > MAX_NAME || !chat.name.chars().all(is_plain) {
        found.push(fatal(
            "models.chat.name",
            "must be a short word of small letters, digits, dots, hyphens and underscores",
        ));
    }
}

fn limits(config: &Config, found: &mut Vec<Complaint>) {
    let positive = [
        ("nextcloud.concurrency", config.nextcloud.concurrency as u64),
        ("nextcloud.requests_per_second", u64::from(config.nextcloud.requests_per_second)),
        ("nextcloud.timeout_seconds", config.nextcloud.timeout_seconds),
        ("audit.checkpoint_records", config.audit.checkpoint_records),
        ("audit.checkpoint_seconds", config.audit.checkpoint_seconds),
        ("models.workers", config.models.workers as u64),
        ("ingest.workers", config.ingest.workers as u64),
        ("ingest.max_file_bytes", config.ingest.max_file_bytes),
        ("ingest.max_pages", u64::from(config.ingest.max_pages)),
        ("ingest.max_chars", config.ingest.max_chars as u64),
        ("ingest.reader_seconds", config.ingest.reader_seconds),
        ("sync.interval_seconds", config.sync.interval_seconds),
        ("sync.idle_interval_seconds", config.sync.idle_interval_seconds),
    ];
    for (setting, value) in positive {
        if value == 0 {
            found.push(fatal(setting, "must not be zero"));
        }
    }
    let ocr = &config.ingest.ocr_program;
    if !(ocr.as_os_str().is_empty() || ocr.is_absolute() && ocr.is_file()) {
        found.push(fatal("ingest.ocr_program", "is not the whole path of an installed program"));
    }
    if !voiceassist_rag::extract::Recogniser::are_languages(&config.ingest.ocr_languages) {
        found.push(fatal("ingest.ocr_languages", "is not a list of languages such as eng+deu"));
    }
    if config.ingest.reader_memory_bytes < MIN_READER_MEMORY {
        found.push(fatal("ingest.reader_memory_bytes", "is below 128 MiB, in which no document can be read"));
    }
}

/// Below this the reading child cannot even start.
const MIN_READER_MEMORY: u64 = 128 * 1024 * 1024;

fn keys(config: &Config, found: &mut Vec<Complaint>) {
    key("secrets.master_key_file", &config.master_key_file(), found);
    key("secrets.token_key_file", &config.token_key_file(), found);
    key("secrets.audit_key_file", &config.audit_key_file(), found);
}

fn key(setting: &'static str, path: &Path, found: &mut Vec<Complaint>) {
    match path.metadata() {
        Err(error) => found.push(fatal(
            setting,
            if setting.starts_with("secrets.") {
                format!("{} cannot be read ({error}); make it with `voiceassist keys init`", path.display())
            } else {
                format!("{} cannot be read ({error})", path.display())
            },
        )),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            found.push(unsafe_(
                setting,
                format!("{} may be read by others; run chmod 600 on it", path.display()),
            ));
        }
        Ok(_) => {}
    }
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name == "127.0.0.1" || name == "[::1]",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn fatal(setting: &'static str, advice: impl Into<String>) -> Complaint {
    Complaint { setting, advice: advice.into(), only_unsafe: false }
}

pub(super) fn unsafe_(setting: &'static str, advice: impl Into<String>) -> Complaint {
    Complaint { setting, advice: advice.into(), only_unsafe: true }
}
