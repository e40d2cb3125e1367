//! Who may do what: the built-in rules over HTTP, rules of a clinic's own, and rules that cannot be meant.

use std::fmt::Write as _;
use std::path::Path;

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use uuid::Uuid;
use voiceassist_model::{Policy as _, Question, Role, Roles, Subject};
use voiceassist_server::auth::policy::{Policies, PolicyError};
use voiceassist_server::auth::roles::RoleGroups;

use crate::stage::{Stage, answer, code};

/// The combinations of roles that people of a clinic have.
fn people() -> Vec<(&'static str, Roles)> {
    vec![
        ("nobody", Roles::new()),
        ("user", Roles::from([Role::User])),
        ("medical_staff", Roles::from([Role::User, Role::MedicalStaff])),
        ("auditor", Roles::from([Role::User, Role::Auditor])),
        ("admin", Roles::from([Role::User, Role::Admin])),
    ]
}

fn allows(policies: &Policies, roles: &Roles, action: &str) -> bool {
    policies.allows(&Question { action, subject: Subject { user_id: "alice", roles } })
}

/// Method, path and name of every operation a person can ask for.
fn operations() -> Vec<(Method, String, String)> {
    let document = serde_json::to_value(voiceassist_server::openapi::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let needs_token = operation["security"]
                .as_array()
                .is_some_and(|ways| ways.iter().any(|way| way.get("token").is_some()));
            if needs_token {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                operations.push((method.to_uppercase().parse().unwrap(), path.clone(), name));
            }
        }
    }
    operations
}

#[test]
fn every_role_may_do_what_this_table_says() {
    let policies = Policies::load(None).unwrap();
    let people = people();
    let mut table = String::new();
    for (method, path, name) in operations() {
        let may: Vec<&str> =
            people.iter().filter(|(_, roles)| allows(&policies, roles, &name)).map(|(who, _)| *who).collect();
        _ = writeln!(table, "{method} {path} ({name}): {}", may.join(" "));
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn every_route_asks_the_policy_before_it_does_anything() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let policies = Policies::load(None).unwrap();
    for (who, roles) in people() {
        let token = stage.tokens.issue(&alice, &roles, TimeDelta::minutes(10), Uuid::from_u128(1)).unwrap();
        for (method, path, name) in operations() {
            let allowed = allows(&policies, &roles, &name);
            // The end of it all, and an answer that is a file.
            if allowed && ["end_connection", "export_own_data"].contains(&name.as_str()) {
                continue;
            }
            let path = path.replace("{id}", &Uuid::from_u128(9).to_string());
            let (status, problem) = answer(stage.anonymous(method, &path).bearer_auth(&token)).await;
            let refused = status == StatusCode::FORBIDDEN && problem["code"] == "not_allowed";
            assert_eq!(refused, !allowed, "{who} at {path}: {status}");
        }
    }
}

#[test]
fn groups_make_roles_and_no_group_makes_everybody_medical_staff() {
    let groups = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut mapping = RoleGroups { admin: ["admin".to_owned()].into(), ..RoleGroups::default() };
    assert_eq!(mapping.roles_of(&groups(&["wards"])), Roles::from([Role::User, Role::MedicalStaff]));
    mapping.medical_staff = ["doctors".to_owned(), "nurses".to_owned()].into();
    assert_eq!(mapping.roles_of(&groups(&["wards"])), Roles::from([Role::User]));
    assert_eq!(mapping.roles_of(&groups(&["nurses"])), Roles::from([Role::User, Role::MedicalStaff]));
    assert_eq!(mapping.roles_of(&groups(&["admin"])), Roles::from([Role::User, Role::Admin]));
    assert_eq!(mapping.roles_of(&groups(&["Admin", "admins"])), Roles::from([Role::User]), "names are exact");
}

const NOBODY_ASKS: &str = "package voiceassist.authz\nimport rego.v1\ndefault allow := false\n\
    allow if { input.action == \"show_me\"; \"user\" in input.subject.roles }\n";

fn written(directory: &Path, name: &str, rules: &str) {
    std::fs::write(directory.join(name), rules).unwrap();
}

#[test]
fn rules_of_a_clinic_replace_the_built_in_ones_and_a_broken_change_keeps_those_before() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path(), "authz.rego", NOBODY_ASKS);
    written(directory.path(), "authz_test.rego", "this is a test and not loaded");
    let policies = Policies::load(Some(directory.path().to_owned())).unwrap();
    let staff = Roles::from([Role::User, Role::MedicalStaff]);
    let asks = |action| allows(&policies, &staff, action);
    assert!(asks("show_me") && !asks("search_passages"));

    written(directory.path(), "authz.rego", "package voiceassist.authz\nallow if {");
    assert!(matches!(policies.reload(), Err(PolicyError::Faulty { .. })));
    assert!(asks("show_me") && !asks("search_passages"), "what was in force stays in force");

    written(directory.path(), "authz.rego", &NOBODY_ASKS.replace("show_me", "search_passages"));
    policies.reload().unwrap();
    assert!(!asks("show_me") && asks("search_passages"));
}

#[test]
fn rules_that_cannot_be_meant_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let load = |rules: &str| {
        written(directory.path(), "authz.rego", rules);
        Policies::load(Some(directory.path().to_owned()))
    };
    let head = "package voiceassist.authz\nimport rego.v1\n";
    assert!(matches!(load(&format!("{head}default allow := true\n")), Err(PolicyError::AllowsAnybody)));
    assert!(matches!(load(&format!("{head}allow := \"yes\"\n")), Err(PolicyError::NoAnswer)));
    assert!(matches!(load(&format!("{head}allow if input.subject.age > 3\n")), Err(PolicyError::NoAnswer)));
    assert!(load("package somebody.else\n").is_err(), "no rule that answers");
    assert!(matches!(load(&"#".repeat(2_000_000)), Err(PolicyError::TooMuch { .. })));
    let nowhere = directory.path().join("nowhere");
    assert!(matches!(Policies::load(Some(nowhere)), Err(PolicyError::Read { .. })));
}

#[test]
fn the_tests_beside_the_rules_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/authz");
    let mut engine = regorus::Engine::new();
    for name in ["authz.rego", "authz_test.rego"] {
        engine.add_policy_from_file(folder.join(name)).unwrap();
    }
    let tests = std::fs::read_to_string(folder.join("authz_test.rego")).unwrap();
    let names: Vec<&str> =
        tests.lines().filter_map(|line| Some(line.strip_prefix("test_")?.split_once(" if")?.0)).collect();
    assert!(names.len() >= 4);
    for name in names {
        let rule = format!("data.voiceassist.authz_test.test_{name}");
        assert_eq!(engine.eval_rule(rule).unwrap(), regorus::Value::Bool(true), "{name}");
    }
}

#[tokio::test]
async fn who_is_refused_learns_what_to_do() {
    let stage = Stage::open().await;
    let alice = stage.clinic.person("alice").await;
    let roles = Roles::from([Role::User]);
    let token = stage.tokens.issue(&alice, &roles, TimeDelta::minutes(10), Uuid::from_u128(1)).unwrap();
    let request = stage.anonymous(Method::POST, "/api/v1/search").bearer_auth(token);
    let (status, problem) = answer(request.json(&serde_json::json!({ "query": "heparin" }))).await;
    assert_eq!(code(status, &problem), "not_allowed");
    assert!(problem["detail"].as_str().unwrap().contains("administrator"));
}
