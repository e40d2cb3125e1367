//! What administrators see and do, and that nobody else does.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_model::{Principal, Reason, Role, Roles, Setting};
use voiceassist_store::audit::{Action, Filter};

use crate::stage::{Stage, answer, code};
use crate::vouched::{open, paired};

struct Office {
    stage: Stage,
    root: Principal,
}

impl Office {
    async fn open() -> Self {
        let stage = Stage::open().await;
        let root = stage.clinic.person("root").await;
        Self { stage, root }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let roles = Roles::from([Role::User, Role::Admin]);
        let life = TimeDelta::minutes(10);
        let token = self.stage.tokens.issue(&self.root, &roles, life, Uuid::from_u128(2)).unwrap();
        let request = self.stage.anonymous(method, path).bearer_auth(token);
        answer(body.into_iter().fold(request, |request, body| request.json(&body))).await
    }

    async fn get(&self, path: &str) -> Value {
        let (status, told) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        told
    }
}

#[tokio::test]
async fn administrators_see_how_things_are_in_numbers_and_nothing_of_anybodys() {
    let office = Office::open().await;
    let alice = office.stage.clinic.person("alice").await;
    let clinic = &office.stage.clinic;
    clinic.document(10, "/Quokka ward/Zebrafinch.txt", &["Apixaban after the ablation."], &[&alice]).await;
    clinic.failed(11, "/Quokka ward/Numbat.txt", Reason::Unreachable, &[&alice]).await;
    let seen = office.get("/api/v1/admin/overview").await;
    assert_eq!(seen["people"], json!({ "connected": 2 }));
    assert_eq!((&seen["documents"]["failed"], &seen["failures"][0]["count"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&seen["nextcloud_reachable"], &seen["components"][0]["name"]),
        (&json!(true), &json!("index"))
    );
    let told = seen.to_string();
    for word in ["Quokka", "Zebrafinch", "Numbat", "alice", "ALICE"] {
        assert!(!told.contains(word), "{word} in {told}");
    }
}

#[tokio::test]
async fn people_are_listed_page_by_page_with_what_to_do_and_that_it_was_looked_at_is_on_record() {
    let office = Office::open().await;
    for user in ["alice", "bob", "carol"] {
        office.stage.clinic.person(user).await;
    }
    let (mut path, mut users) = ("/api/v1/admin/people?limit=2".to_owned(), Vec::new());
    loop {
        let page = office.get(&path).await;
        let people = page["people"].as_array().unwrap();
        assert!(people.len() <= 2);
        users.extend(people.iter().map(|person| person["user_id"].as_str().unwrap().to_owned()));
        assert!(people.iter().all(|person| person["advice"]["sentence"].is_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/admin/people?limit=2&after={next}");
    }
    users.sort();
    assert_eq!(users, ["alice", "bob", "carol", "root"]);
    let filter = Filter { action: Some(Action::OverviewShow), ..Filter::default() };
    assert_eq!(office.stage.clinic.store.audit().find(&filter, None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_another_try_can_help_is_tried_again_for_everybody_at_once() {
    let office = Office::open().await;
    let clinic = &office.stage.clinic;
    let alice = clinic.person("alice").await;
    let bob = clinic.person("bob").await;
    clinic.failed(10, "/one.txt", Reason::Unreachable, &[&alice]).await;
    clinic.failed(11, "/two.txt", Reason::Unreadable, &[&bob]).await;
    let hopeless = clinic.failed(12, "/three.txt", Reason::Encrypted, &[&bob]).await;
    let retry =
        async |body: Value| office.ask(Method::POST, "/api/v1/admin/failures/retry", Some(body)).await;
    let (status, problem) = retry(json!({ "code": "nonsense" })).await;
    assert_eq!(code(status, &problem), "invalid_parameter");
    let (status, problem) = retry(json!({ "code": Reason::Encrypted.code() })).await;
    assert_eq!(code(status, &problem), "retry_cannot_help");
    let (status, told) = retry(json!({ "code": Reason::Unreadable.code() })).await;
    assert_eq!((status, told), (StatusCode::ACCEPTED, json!({ "retried": 1, "more": false })));
    assert_eq!(retry(json!({})).await.1, json!({ "retried": 1, "more": false }));
    assert_eq!(retry(json!({})).await.1["retried"], 0);
    let kept = clinic.store.documents().find(hopeless).await.unwrap().unwrap();
    assert_eq!(kept.reason, Some(Reason::Encrypted), "what cannot be helped is left alone");
}

#[tokio::test]
async fn providers_their_protection_and_the_roles_are_shown_as_configured() {
    let office = Office::open().await;
    let providers = office.get("/api/v1/admin/providers").await;
    assert_eq!(
        providers["providers"][0],
        json!({ "kind": "chat", "name": "scribe-1", "configured": true, "protection": "agreement", "mode": "redact",
                "agreement": "DPA 7" })
    );
    let policy = office.get("/api/v1/admin/phi-policy").await;
    assert_eq!(policy["destinations"][0]["about_people"], "redacted");
    let roles = office.get("/api/v1/admin/roles").await;
    assert_eq!(roles["policy"], "built_in");
    let staff =
        roles["roles"].as_array().unwrap().iter().find(|role| role["role"] == "medical_staff").unwrap();
    assert_eq!(staff["everybody"], true, "no group is named, so everybody treats patients");
    let limits = office.get("/api/v1/admin/limits").await;
    assert_eq!(
        limits["requests"],
        json!({
            "of_a_person_per_minute": 1_200, "questions_of_a_person_per_minute": 60, "questions_of_a_person_at_once": 4,
            "failures_of_an_address_per_minute": 60, "of_everybody_at_once": 512, "counted_together": false
        })
    );
    assert_eq!(limits["sessions"]["idle_minutes"], 30);
    let kept = json!([{ "what": "conversations" }, { "what": "data_of_people_gone", "days": 30 }]);
    assert_eq!(limits["retention"], kept);
    let path = "/api/v1/admin/providers/test";
    let (status, tested) = office.ask(Method::POST, path, Some(json!({ "kind": "chat" }))).await;
    assert_eq!((status, &tested["works"]), (StatusCode::OK, &json!(true)));
    let (status, problem) = office.ask(Method::POST, path, Some(json!({ "kind": "fax" }))).await;
    assert_eq!(code(status, &problem), "invalid_parameter");
}

fn setting<'a>(limits: &'a Value, name: &str) -> &'a Value {
    limits["settings"].as_array().unwrap().iter().find(|setting| setting["name"] == name).unwrap()
}

#[tokio::test]
async fn limits_are_changed_without_a_restart_within_bounds_on_record_and_taken_back() {
    let office = Office::open().await;
    let path = "/api/v1/admin/limits";
    let change =
        async |changes: Value| office.ask(Method::PATCH, path, Some(json!({ "changes": changes }))).await;
    for (changes, field) in [
        (json!([{ "name": "questions_of_a_person", "value": 0 }]), "questions_of_a_person"),
        (json!([{ "name": "session_idle", "value": 800 }]), "session_idle"),
        (
            json!([{ "name": "session_absolute", "value": 20 }, { "name": "data_of_people_gone", "value": 7 }]),
            "session_idle",
        ),
    ] {
        let (status, problem) = change(changes).await;
        assert_eq!(code(status, &problem), "inputs_not_acceptable");
        assert_eq!(problem["problems"][0]["input"], field, "{problem}");
    }
    for changes in [
        json!([]),
        json!([{ "name": "nonsense", "value": 5 }]),
        json!([{ "name": "finished_writes", "value": 50 }]),
        json!([{ "name": "session_idle", "value": 9 }, { "name": "session_idle", "value": 10 }]),
    ] {
        let (status, problem) = change(changes).await;
        assert_eq!(code(status, &problem), "invalid_parameter");
    }
    assert!(office.get(path).await["settings"][0].get("changed_at").is_none(), "nothing was changed so far");
    let (status, told) = change(json!([
        { "name": "questions_of_a_person", "value": 2 }, { "name": "session_idle", "value": 10 },
        { "name": "data_of_people_gone", "value": 7 },
    ]))
    .await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["requests"]["questions_of_a_person_per_minute"], 2);
    assert_eq!(told["sessions"]["idle_minutes"], 10);
    assert_eq!(told["retention"][1], json!({ "what": "data_of_people_gone", "days": 7 }));
    let questions = setting(&told, "questions_of_a_person");
    assert_eq!(
        (&questions["value"], &questions["configured"], &questions["highest"]),
        (&json!(2), &json!(60), &json!(10_000))
    );
    let mut codes = Vec::new();
    for _ in 0..3 {
        let body = json!({ "text": "Mrs. Adams" });
        codes.push(office.ask(Method::POST, "/api/v1/phi/detect", Some(body)).await.0);
    }
    assert_eq!(codes[2], StatusCode::TOO_MANY_REQUESTS, "the new limit holds at once");
    assert!(codes[..2].iter().all(|status| *status != StatusCode::TOO_MANY_REQUESTS));
    let (_, told) = change(json!([{ "name": "questions_of_a_person", "value": null }])).await;
    assert_eq!(told["requests"]["questions_of_a_person_per_minute"], 60);
    assert!(setting(&told, "questions_of_a_person").get("changed_at").is_none());
    assert!(setting(&told, "session_idle").get("changed_at").is_some(), "what is not named stays");
    let filter = Filter { action: Some(Action::LimitsChange), ..Filter::default() };
    let records = office.stage.clinic.store.audit().find(&filter, None, 10).await.unwrap();
    assert!(records.len() >= 2, "both changes are on record: {}", records.len());
}

#[tokio::test]
async fn what_another_daemon_changed_is_followed_within_seconds() {
    let office = Office::open().await;
    let clinic = &office.stage.clinic;
    assert_eq!(office.get("/api/v1/admin/limits").await["sessions"]["idle_minutes"], 30);
    clinic.store.settings().change(&[(Setting::SessionIdle, Some(12))]).await.unwrap();
    office.stage.clinic.clock.advance(TimeDelta::seconds(5));
    assert_eq!(office.get("/api/v1/admin/limits").await["sessions"]["idle_minutes"], 12);
}

#[tokio::test]
async fn an_administrator_ends_all_sessions_of_a_person_and_of_nobody_else() {
    let (stage, app, claims) = paired().await;
    let mut bob = claims.clone();
    (bob["sub"], bob["jti"]) = (json!("bob"), json!("1123456789abcdef0123456789abcdef"));
    let (_, alice) = open(&stage, &app.sign(&claims)).await;
    let (_, bob) = open(&stage, &app.sign(&bob)).await;
    let root = stage.clinic.person("root").await;
    let office = Office { stage, root };
    let path = "/api/v1/admin/sessions/end";
    let (status, told) = office.ask(Method::POST, path, Some(json!({ "user_id": "alice" }))).await;
    assert_eq!((status, told), (StatusCode::OK, json!({ "ended": 1 })));
    let works = async |session: &Value| {
        let request = office.stage.anonymous(Method::GET, "/api/v1/calculators");
        answer(request.bearer_auth(session["token"].as_str().unwrap())).await.0
    };
    assert_eq!((works(&alice).await, works(&bob).await), (StatusCode::UNAUTHORIZED, StatusCode::OK));
}
