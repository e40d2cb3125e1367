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
        ("REDIS_URL", "redis.clinic.example", "redis.url"),
        ("REDIS_URL", "https://redis.clinic.example", "redis.url"),
        ("REDIS_URL", "rediss://redis.clinic.example/#insecure", "redis.url"),
        ("VOICEASSIST_LIMITS__REQUESTS_PER_MINUTE", "0", "limits.requests_per_minute"),
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
        ("REDIS_URL", "redis://:password@redis.clinic.example", "redis.url"),
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
        ("REDIS_URL", "rediss://:sesame@redis.clinic.example"),
        ("NEXTCLOUD_ADMIN_PASSWORD", "sesame"),
        ("NEXTCLOUD_CLIENT_SECRET", "sesame"),
    ]);
    let printed = config.redacted();
    assert!(!printed.contains("sesame"), "{printed}");
    assert!(printed.contains("client_secret = \"(set)\""), "{printed}");
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
    let [chat] = &config.models.writers()[..] else { panic!("one model") };
    assert_eq!((chat.name.as_str(), chat.model.as_str()), ("chat", "a-model"));
    let destination = chat.destination().expect("the defaults fit together");
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

const TWO: &str = r#"
[models]
enable_biogpt_adapter = false
[[models.chat]]
name = "house"
base_url = "http://127.0.0.1:11434/v1"
model = "llama"
protection = "local"
mode = "allow"
structured_output = true
[[models.chat]]
name = "cloud"
base_url = "https://models.example/v1"
model = "large"
input_cost = 2.5
output_cost = 10
"#;

fn of_file(text: &str, more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    Config::load(Some(file.path()), &environment(more))
}

#[test]
fn several_models_are_asked_in_the_order_of_their_list() {
    let config = of_file(TWO, &[]).expect("a list is understood");
    let writers = config.models.writers();
    let names: Vec<&str> = writers.iter().map(|writer| writer.name.as_str()).collect();
    assert_eq!(names, ["house", "cloud"]);
    assert!(writers[0].capabilities().structured_output && writers[0].capabilities().streaming);
    assert_eq!(writers[1].price().input, 2_500_000);
    assert_eq!(writers[1].price().output, 10_000_000);
    let printed = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(printed.path(), config.redacted()).expect("written");
    let again = Config::load(Some(printed.path()), &[]).expect("what is printed can be read back");
    assert_eq!(again.models.writers().len(), 2);
}

#[test]
fn what_is_wrong_with_a_list_of_models_is_said() {
    let twice = of_file(&TWO.replace("\"cloud\"", "\"house\""), &[]).expect("it is a list");
    let complaints: Vec<_> = twice.complaints(true).into_iter().map(|complaint| complaint.setting).collect();
    assert!(complaints.contains(&"models.chat.name"), "{complaints:?}");
    let unknown = of_file(&TWO.replace("structured_output", "structured_ouput"), &[]).expect_err("a slip");
    let cause = std::error::Error::source(&unknown).map(ToString::to_string).unwrap_or_default();
    assert!(cause.contains("structured_ouput"), "{cause}");
    let narrow = of_file(&TWO.replace("input_cost = 2.5", "context_tokens = 1000"), &[]).expect("a list");
    assert!(
        narrow.complaints(true).iter().any(|complaint| complaint.setting == "models.chat.context_tokens")
    );
    assert!(of_file("[models]\nchat = 5", &[]).is_err());
}

#[test]
fn a_served_biogpt_stands_behind_the_others_only_where_it_is_wanted() {
    assert!(load(&[]).models.writers().is_empty());
    let config = of_file(TWO, &[("ENABLE_BIOGPT_ADAPTER", "true")]).expect("it loads");
    let last = config.models.writers().pop().expect("a model");
    assert_eq!((last.name.as_str(), last.model.as_str()), ("biogpt", "microsoft/biogpt"));
    assert_eq!((last.protection.as_str(), last.context_tokens), ("local", 1_024));
    assert_eq!(config.models.writers().len(), 3);
}

#[test]
fn a_budget_is_counted_in_millionths_and_zero_is_no_limit() {
    let budget = |name: &'static str, value: &'static str| load(&[(name, value)]).models.budget.allowance();
    assert_eq!(load(&[]).models.budget.allowance(), voiceassist_store::model_spending::Allowance::default());
    let day = budget("VOICEASSIST_MODELS__BUDGET__PERSON_DAILY_COST", "0.5").person_daily;
    assert_eq!((day.cost, day.tokens), (Some(500_000), None));
    let month = budget("VOICEASSIST_MODELS__BUDGET__MONTHLY_TOKENS", "2000000").monthly;
    assert_eq!((month.cost, month.tokens), (None, Some(2_000_000)));
}

#[test]
fn a_served_pubmedbert_makes_the_vectors_only_where_it_is_wanted() {
    assert!(load(&[]).models.embedder().is_none());
    let on = ("ENABLE_PUBMEDBERT_ADAPTER", "true");
    let config = load(&[on]);
    let embedding = config.models.embedder().expect("a model");
    assert_eq!((embedding.model.as_str(), embedding.dimension), ("NeuML/pubmedbert-base-embeddings", 768));
    assert_eq!(embedding.destination().expect("a policy").protection().as_str(), "local");
    assert!(settings_complained_about(&[on], false).is_empty());
    let another = ("VOICEASSIST_MODELS__EMBEDDING__BASE_URL", "http://127.0.0.1:11434/v1");
    let named = ("VOICEASSIST_MODELS__EMBEDDING__MODEL", "nomic-embed-text");
    assert_eq!(settings_complained_about(&[on, another, named], false), ["models.enable_pubmedbert_adapter"]);
    assert!(settings_complained_about(&[another, named], false).is_empty());
}

#[test]
fn texts_are_not_embedded_by_whoever_is_bound_by_nothing() {
    let address = ("VOICEASSIST_MODELS__EMBEDDING__BASE_URL", "https://models.example/v1");
    let named = ("VOICEASSIST_MODELS__EMBEDDING__MODEL", "large");
    let cloud = ("VOICEASSIST_MODELS__EMBEDDING__PROTECTION", "cloud");
    assert_eq!(settings_complained_about(&[address, named, cloud], true), ["models.embedding.protection"]);
    let agreed = ("VOICEASSIST_MODELS__EMBEDDING__PROTECTION", "agreement");
    let agreement = ("VOICEASSIST_MODELS__EMBEDDING__AGREEMENT", "BAA 2026-04");
    assert!(settings_complained_about(&[address, named, agreed, agreement], false).is_empty());
    let unfit = ("VOICEASSIST_MODELS__EMBEDDING__DIMENSION", "0");
    assert_eq!(
        settings_complained_about(&[address, named, agreed, agreement, unfit], false),
        ["models.embedding.dimension"]
    );
}

#[test]
fn passages_are_ordered_elsewhere_only_where_that_is_configured() {
    assert!(load(&[]).models.reranker().is_none());
    let address = ("VOICEASSIST_MODELS__RERANK__BASE_URL", "https://models.example/v1");
    assert!(settings_complained_about(&[address], false).is_empty());
    let allow = ("VOICEASSIST_MODELS__RERANK__MODE", "allow");
    assert_eq!(settings_complained_about(&[address, allow], false), ["models.rerank.mode"]);
    let none = ("VOICEASSIST_MODELS__RERANK__PASSAGES", "1");
    assert_eq!(settings_complained_about(&[address, none], false), ["models.rerank.passages"]);
}
