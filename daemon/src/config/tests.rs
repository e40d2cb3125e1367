//! The layers and the complaints.

use secrecy::ExposeSecret;

use super::{Config, ConfigError};

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(pairs: &[(&str, &str)]) -> Config {
    Config::load(None, &environment(pairs)).expect("the layers load")
}

/// A configuration without complaints, with keys in `directory`.
fn sound(directory: &std::path::Path) -> Vec<(String, String)> {
    use std::os::unix::fs::PermissionsExt;
    for name in ["master.key", "token-key.pem", "audit-key.pem"] {
        let path = directory.join(name);
        std::fs::write(&path, "a key").expect("a key is written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("and closed");
    }
    environment(&[
        ("NEXTCLOUD_BASE_URL", "https://cloud.clinic.example"),
        ("DATABASE_URL", "postgres://voiceassist@%2Frun%2Fpostgresql/voiceassist"),
        ("VOICEASSIST_STATE__DIRECTORY", directory.to_str().expect("a plain path")),
    ])
}

fn settings_complained_about(extra: &[(&str, &str)], insecure_dev: bool) -> Vec<&'static str> {
    let directory = tempfile::tempdir().expect("a directory");
    let mut layers = sound(directory.path());
    layers.retain(|(name, _)| !extra.iter().any(|(other, _)| name == other));
    layers.extend(environment(extra));
    let config = Config::load(None, &layers).expect("the layers load");
    config.complaints(insecure_dev).into_iter().map(|complaint| complaint.setting).collect()
}

#[test]
fn defaults_load_by_themselves() {
    assert_eq!(load(&[]).sync.interval_seconds, 60);
}

#[test]
fn established_names_and_our_own_reach_the_same_fields() {
    let config =
        load(&[("NEXTCLOUD_BASE_URL", "https://a.example"), ("VOICEASSIST_SYNC__INTERVAL_SECONDS", "7")]);
    assert_eq!(config.nextcloud.base_url, "https://a.example");
    assert_eq!(config.sync.interval_seconds, 7);
}

#[test]
fn a_list_may_come_from_a_variable() {
    let config = load(&[
        ("VOICEASSIST_MAIL__SERVERS", "mail.clinic.example, 10.0.0.25"),
        ("VOICEASSIST_POLICY__ADMIN_GROUPS", ""),
        ("VOICEASSIST_SCOPE__RULES", "exclude folder /Personnel\nexclude type pdf\n"),
    ]);
    assert_eq!(config.mail.servers, ["mail.clinic.example", "10.0.0.25"]);
    assert!(config.policy.admin_groups.is_empty());
    assert_eq!(config.scope.rules.len(), 2);
}

#[test]
fn a_secret_may_come_from_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "postgres://localhost/va\n").expect("written");
    let config = load(&[("DATABASE_URL_FILE", file.path().to_str().expect("a plain path"))]);
    assert_eq!(config.database.url.expose_secret(), "postgres://localhost/va");
}

#[test]
fn a_name_given_both_ways_is_refused() {
    let error =
        Config::load(None, &environment(&[("DATABASE_URL", "x"), ("DATABASE_URL_FILE", "/nonexistent")]));
    assert!(matches!(error, Err(ConfigError::Twice(name)) if name == "DATABASE_URL"));
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "[sync]\nintervall_seconds = 5\n").expect("written");
    let error = Config::load(Some(file.path()), &[]).expect_err("a typing error is not ignored");
    assert!(error.to_string().contains("intervall_seconds"), "{error}");
}

#[test]
fn a_sound_configuration_has_no_complaints() {
    assert!(settings_complained_about(&[], false).is_empty());
}

#[test]
fn what_is_missing_or_impossible_is_fatal_even_in_development() {
    for (name, value, setting) in [
        ("NEXTCLOUD_BASE_URL", "", "nextcloud.base_url"),
        ("NEXTCLOUD_BASE_URL", "cloud.example", "nextcloud.base_url"),
        ("NEXTCLOUD_BASE_URL", "https://me:secret@cloud.clinic.example", "nextcloud.base_url"),
        ("NEXTCLOUD_WEBDAV_URL", "https://elsewhere.example/remote.php/dav", "nextcloud.webdav_url"),
        ("DATABASE_URL", "", "database.url"),
        ("DATABASE_URL", "mysql://localhost/va", "database.url"),
        ("QDRANT_API_KEY", "key", "index.qdrant_api_key"),
        ("VOICEASSIST_SYNC__INTERVAL_SECONDS", "0", "sync.interval_seconds"),
        ("VOICEASSIST_SECRETS__MASTER_KEY_FILE", "/nonexistent", "secrets.master_key_file"),
    ] {
        assert!(settings_complained_about(&[(name, value)], true).contains(&setting), "{name}={value}");
    }
}

#[test]
fn what_is_only_unsafe_yields_to_the_development_switch() {
    for (name, value, setting) in [
        ("NEXTCLOUD_BASE_URL", "http://cloud.clinic.example", "nextcloud.base_url"),
        ("DATABASE_URL", "postgres://db.clinic.example/va", "database.url"),
        ("VOICEASSIST_SERVER__LISTEN", "0.0.0.0:8000", "server.listen"),
        ("QDRANT_URL", "http://qdrant.clinic.example:6334", "index.qdrant_url"),
    ] {
        assert_eq!(settings_complained_about(&[(name, value)], false), [setting], "{name}={value}");
        assert!(settings_complained_about(&[(name, value)], true).is_empty(), "{name}={value}");
    }
}

#[test]
fn a_key_that_others_may_read_is_unsafe() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let layers = sound(directory.path());
    let path = directory.path().join("master.key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("opened");
    let config = Config::load(None, &layers).expect("the layers load");
    let settings: Vec<_> = config.complaints(false).into_iter().map(|complaint| complaint.setting).collect();
    assert_eq!(settings, ["secrets.master_key_file"]);
}

#[test]
fn the_printed_configuration_loads_and_holds_no_secret() {
    let config = load(&[
        ("DATABASE_URL", "postgres://va:sesame@localhost/va"),
        ("QDRANT_API_KEY", "sesame"),
        ("NEXTCLOUD_ADMIN_PASSWORD", "sesame"),
        ("NEXTCLOUD_CLIENT_SECRET", "sesame"),
    ]);
    let printed = config.redacted();
    assert!(!printed.contains("sesame"), "{printed}");
    assert!(printed.contains("nextcloud.client_secret is set"), "{printed}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &printed).expect("written");
    Config::load(Some(file.path()), &[]).expect("what is printed can be read back");
    assert!(!format!("{config:?}").contains("sesame"));
}

const CHAT: [(&str, &str); 2] = [
    ("VOICEASSIST_MODELS__CHAT__BASE_URL", "https://models.example/v1"),
    ("VOICEASSIST_MODELS__CHAT__MODEL", "a-model"),
];

#[test]
fn a_model_in_the_cloud_gets_nothing_about_anybody_unless_told_otherwise() {
    let config = load(&CHAT);
    assert_eq!(config.models.chat.model, "a-model");
    let destination = config.models.chat.destination().expect("the defaults fit together");
    assert_eq!((destination.protection().as_str(), destination.mode().as_str()), ("cloud", "forbid"));
    assert!(settings_complained_about(&CHAT, false).is_empty());
}

#[test]
fn a_policy_that_lets_everything_out_without_an_agreement_is_refused() {
    let with = |more: &[(&'static str, &'static str)]| [&CHAT[..], more].concat();
    let allow = ("VOICEASSIST_MODELS__CHAT__MODE", "allow");
    let agreed = ("VOICEASSIST_MODELS__CHAT__PROTECTION", "agreement");
    let complaint = ["models.chat.mode"];
    assert_eq!(settings_complained_about(&with(&[allow]), true), complaint);
    assert_eq!(settings_complained_about(&with(&[allow, agreed]), true), complaint);
    let named = ("VOICEASSIST_MODELS__CHAT__AGREEMENT", "BAA 2026-04");
    assert!(settings_complained_about(&with(&[allow, agreed, named]), false).is_empty());
    let local = ("VOICEASSIST_MODELS__CHAT__PROTECTION", "local");
    assert!(settings_complained_about(&with(&[allow, local]), false).is_empty());
}

#[test]
fn an_endpoint_needs_a_model_and_a_way_that_is_safe() {
    let base = "VOICEASSIST_MODELS__CHAT__BASE_URL";
    assert_eq!(settings_complained_about(&[CHAT[0]], false), ["models.chat.model"]);
    for unfit in ["ftp://models.example", "https://key@models.example/v1", "https://models.example/v1?key=x"]
    {
        assert_eq!(
            settings_complained_about(&[(base, unfit), CHAT[1]], true),
            ["models.chat.base_url"],
            "{unfit}"
        );
    }
    let plain = [(base, "http://models.example/v1"), CHAT[1]];
    assert_eq!(settings_complained_about(&plain, false), ["models.chat.base_url"]);
    assert!(settings_complained_about(&plain, true).is_empty());
    let local = [(base, "http://127.0.0.1:11434/v1"), CHAT[1]];
    assert!(settings_complained_about(&local, false).is_empty());
}
