//! The configuration for eyes: complete, and without a secret in it.

use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};

use super::{Auth, Budget, Chat, Config, Embedding, Rerank, Served};

/// The effective configuration as TOML.
pub(super) fn render(config: &Config) -> String {
    let Config { nextcloud, database, server, index, models, ingest, sync, scope, audit, log, state, .. } =
        config;
    let mut out = String::new();
    section(&mut out, "nextcloud");
    text(&mut out, "base_url", &nextcloud.base_url);
    text(&mut out, "webdav_url", &config.webdav_url());
    plain(&mut out, "concurrency", nextcloud.concurrency);
    plain(&mut out, "requests_per_second", nextcloud.requests_per_second);
    plain(&mut out, "timeout_seconds", nextcloud.timeout_seconds);
    text(&mut out, "notify_push", &format!("{:?}", nextcloud.notify_push).to_lowercase());
    given(&mut out, "oidc_issuer", nextcloud.oidc_issuer.as_deref());
    given(&mut out, "client_id", nextcloud.client_id.as_deref());
    secret(&mut out, "client_secret", nextcloud.client_secret.as_ref());
    given(&mut out, "redirect_uri", nextcloud.redirect_uri.as_ref().map(url::Url::as_str));
    for name in config.unused_settings() {
        _ = writeln!(out, "# {name} is set; this release does not use it");
    }
    section(&mut out, "database");
    secret(&mut out, "url", Some(&database.url));
    secret(&mut out, "owner_url", database.owner_url.as_ref());
    plain(&mut out, "max_connections", database.max_connections);
    section(&mut out, "server");
    text(&mut out, "listen", &server.listen.to_string());
    plain(&mut out, "behind_tls_proxy", server.behind_tls_proxy);
    auth(&mut out, &config.auth);
    section(&mut out, "redis");
    secret(&mut out, "url", config.redis.address());
    section(&mut out, "index");
    text(&mut out, "qdrant_url", &index.qdrant_url);
    secret(&mut out, "qdrant_api_key", index.qdrant_api_key.as_ref());
    text(&mut out, "collection", &index.collection);
    section(&mut out, "models");
    text(&mut out, "directory", &config.models_directory().display().to_string());
    plain(&mut out, "workers", models.workers);
    plain(&mut out, "enable_biogpt_adapter", models.enable_biogpt_adapter);
    plain(&mut out, "enable_pubmedbert_adapter", models.enable_pubmedbert_adapter);
    section(&mut out, "models.biogpt");
    served(&mut out, &models.biogpt);
    section(&mut out, "models.pubmedbert");
    served(&mut out, &models.pubmedbert);
    embedding(&mut out, &models.embedding);
    rerank(&mut out, &models.rerank);
    for writer in models.chat.configured() {
        chat(&mut out, writer);
    }
    budget(&mut out, &models.budget);
    section(&mut out, "answers");
    plain(&mut out, "enable_query_decomposition", config.answers.enable_query_decomposition);
    plain(&mut out, "enable_multi_hop_retrieval", config.answers.enable_multi_hop_retrieval);
    section(&mut out, "ingest");
    plain(&mut out, "workers", ingest.workers);
    plain(&mut out, "max_file_bytes", ingest.max_file_bytes);
    plain(&mut out, "max_pages", ingest.max_pages);
    plain(&mut out, "max_chars", ingest.max_chars);
    plain(&mut out, "reader_seconds", ingest.reader_seconds);
    plain(&mut out, "reader_memory_bytes", ingest.reader_memory_bytes);
    text(&mut out, "ocr_program", &ingest.ocr_program.display().to_string());
    text(&mut out, "ocr_languages", &ingest.ocr_languages);
    plain(&mut out, "ocr_pages", ingest.ocr_pages);
    section(&mut out, "sync");
    plain(&mut out, "interval_seconds", sync.interval_seconds);
    plain(&mut out, "idle_interval_seconds", sync.idle_interval_seconds);
    plain(&mut out, "gone_grace_days", sync.gone_grace_days);
    section(&mut out, "scope");
    plain(&mut out, "rules", toml::Value::from(scope.rules.clone()));
    section(&mut out, "audit");
    text(&mut out, "checkpoints", &config.checkpoints_file().display().to_string());
    plain(&mut out, "checkpoint_records", audit.checkpoint_records);
    plain(&mut out, "checkpoint_seconds", audit.checkpoint_seconds);
    section(&mut out, "secrets");
    text(&mut out, "master_key_file", &config.master_key_file().display().to_string());
    text(&mut out, "token_key_file", &config.token_key_file().display().to_string());
    text(&mut out, "audit_key_file", &config.audit_key_file().display().to_string());
    section(&mut out, "state");
    text(&mut out, "directory", &state.directory.display().to_string());
    section(&mut out, "log");
    text(&mut out, "format", &format!("{:?}", log.format).to_lowercase());
    text(&mut out, "filter", &log.filter);
    out
}

fn auth(out: &mut String, auth: &Auth) {
    section(out, "auth");
    plain(out, "idle_minutes", auth.idle_minutes);
    plain(out, "absolute_hours", auth.absolute_hours);
    plain(out, "step_up", auth.step_up);
    plain(out, "step_up_minutes", auth.step_up_minutes);
    plain(out, "step_up_amr", toml::Value::from(auth.step_up_amr.clone()));
    plain(out, "step_up_acr", toml::Value::from(auth.step_up_acr.clone()));
    text(out, "user_claim", &auth.user_claim);
    text(out, "groups_claim", &auth.groups_claim);
    plain(out, "scopes", toml::Value::from(auth.scopes.clone()));
}

fn chat(out: &mut String, chat: &Chat) {
    section(out, "[models.chat]");
    text(out, "name", &chat.name);
    text(out, "base_url", &chat.base_url);
    text(out, "model", &chat.model);
    text(out, "api_key_file", &chat.api_key_file.display().to_string());
    secret(out, "api_key", chat.api_key.as_ref());
    text(out, "protection", chat.protection.as_str());
    text(out, "agreement", &chat.agreement);
    text(out, "mode", chat.mode.as_str());
    plain(out, "timeout_seconds", chat.timeout_seconds);
    text(out, "dialect", &format!("{:?}", chat.dialect).to_lowercase());
    plain(out, "first_byte_seconds", chat.first_byte_seconds);
    plain(out, "idle_seconds", chat.idle_seconds);
    plain(out, "max_tokens", chat.max_tokens);
    plain(out, "context_tokens", chat.context_tokens);
    plain(out, "input_cost", toml::Value::from(chat.input_cost));
    plain(out, "output_cost", toml::Value::from(chat.output_cost));
    plain(out, "streaming", chat.streaming);
    plain(out, "tools", chat.tools);
    plain(out, "structured_output", chat.structured_output);
}

fn served(out: &mut String, served: &Served) {
    text(out, "base_url", &served.base_url);
    text(out, "model", &served.model);
    secret(out, "api_key", served.api_key.as_ref());
}

fn embedding(out: &mut String, embedding: &Embedding) {
    section(out, "models.embedding");
    text(out, "base_url", &embedding.base_url);
    text(out, "model", &embedding.model);
    plain(out, "dimension", embedding.dimension);
    text(out, "api_key_file", &embedding.api_key_file.display().to_string());
    secret(out, "api_key", embedding.api_key.as_ref());
    text(out, "protection", embedding.protection.as_str());
    text(out, "agreement", &embedding.agreement);
    plain(out, "max_tokens", embedding.max_tokens);
    plain(out, "batch", embedding.batch);
    plain(out, "timeout_seconds", embedding.timeout_seconds);
    text(out, "question_prefix", &embedding.question_prefix);
    text(out, "document_prefix", &embedding.document_prefix);
}

fn rerank(out: &mut String, rerank: &Rerank) {
    section(out, "models.rerank");
    text(out, "base_url", &rerank.base_url);
    text(out, "model", &rerank.model);
    text(out, "api_key_file", &rerank.api_key_file.display().to_string());
    secret(out, "api_key", rerank.api_key.as_ref());
    text(out, "protection", rerank.protection.as_str());
    text(out, "agreement", &rerank.agreement);
    text(out, "mode", rerank.mode.as_str());
    plain(out, "passages", rerank.passages);
    plain(out, "timeout_milliseconds", rerank.timeout_milliseconds);
}

fn budget(out: &mut String, budget: &Budget) {
    section(out, "models.budget");
    text(out, "currency", &budget.currency);
    plain(out, "person_daily_cost", toml::Value::from(budget.person_daily_cost));
    plain(out, "person_daily_tokens", budget.person_daily_tokens);
    plain(out, "monthly_cost", toml::Value::from(budget.monthly_cost));
    plain(out, "monthly_tokens", budget.monthly_tokens);
}

impl Config {
    /// Settings that are given but belong to capabilities of a later release.
    pub fn unused_settings(&self) -> Vec<&'static str> {
        let later = &self.nextcloud;
        [
            ("nextcloud.caldav_url", later.caldav_url.is_some()),
            ("nextcloud.carddav_url", later.carddav_url.is_some()),
            ("nextcloud.admin_user", later.admin_user.is_some()),
            ("nextcloud.admin_password", later.admin_password.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}

fn section(out: &mut String, name: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    _ = writeln!(out, "{gap}[{name}]");
}

fn text(out: &mut String, name: &str, value: &str) {
    _ = writeln!(out, "{name} = {}", toml::Value::from(value));
}

/// What has no default stands there only when it is set, since an empty address is none.
fn given(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        text(out, name, value);
    }
}

fn plain(out: &mut String, name: &str, value: impl std::fmt::Display) {
    _ = writeln!(out, "{name} = {value}");
}

fn secret(out: &mut String, name: &str, value: Option<&SecretString>) {
    let shown =
        if value.is_some_and(|value| !value.expose_secret().is_empty()) { "(set)" } else { "(not set)" };
    _ = writeln!(out, "{name} = \"{shown}\"");
}
