//! Credentials: login names, app passwords, Login Flow v2, the guard against guessing.

use http::StatusCode;
use voiceassist_fakes::nextcloud::{NextcloudScript, User};

use super::{between, clinic, clinic_with};
use crate::client::Answer;

fn form(pairs: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs).finish()
}

fn path_of(url: &str) -> String {
    url.split_once("://").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
}

#[tokio::test]
async fn a_login_flow_gives_its_password_once_and_only_after_the_grant() {
    let clinic = clinic().await;
    let start = clinic.raw("POST", "/index.php/login/v2").header("user-agent", "VoiceAssist").send().await;
    assert_eq!(start.status, StatusCode::OK);
    assert!(start.text().contains("\\/login\\/v2\\/poll"));
    let flow = start.json();
    let token = flow["poll"]["token"].as_str().unwrap();
    assert_eq!(token.len(), 128);
    let endpoint = path_of(flow["poll"]["endpoint"].as_str().unwrap());
    let poll = || clinic.raw("POST", &endpoint).body(form(&[("token", token)])).send();

    let early = poll().await;
    assert_eq!((early.status, early.text().as_str()), (StatusCode::NOT_FOUND, "[]"));
    clinic.cloud.grant(flow["login"].as_str().unwrap(), "alice").unwrap();
    let granted = poll().await;
    assert_eq!(granted.status, StatusCode::OK);
    let granted = granted.json();
    assert_eq!(granted["server"], clinic.cloud.base_url());
    assert_eq!(granted["loginName"], "alice");
    let password = granted["appPassword"].as_str().unwrap();
    assert_eq!(password.len(), 72);
    assert_eq!(poll().await.status, StatusCode::NOT_FOUND);

    let root = clinic.raw("PROPFIND", "/remote.php/dav/files/alice/").basic("alice", password);
    assert_eq!(root.header("depth", "0").send().await.status, StatusCode::MULTI_STATUS);
    assert!(clinic.cloud.clients("alice").contains(&"VoiceAssist".to_owned()));
}

#[tokio::test]
async fn a_person_can_grant_on_the_page() {
    let clinic = clinic().await;
    let flow =
        clinic.raw("POST", "/index.php/login/v2").header("user-agent", "Voice <Assist>").send().await.json();
    let page = path_of(flow["login"].as_str().unwrap());
    let shown = clinic.raw("GET", &page).send().await;
    assert_eq!(shown.header("content-type"), Some("text/html; charset=UTF-8"));
    assert!(shown.text().contains("Voice &lt;Assist&gt;") && shown.text().contains("name=\"password\""));

    let submit = |password: &'static str| {
        let body = form(&[("user", "bob@example.test"), ("password", password)]);
        clinic
            .raw("POST", &page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
    };
    let wrong = submit("guess").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text().contains("Wrong login or password."));
    assert!(submit("bob-password").await.text().contains("Account connected"));
    let token = flow["poll"]["token"].as_str().unwrap();
    let poll = clinic.raw("POST", "/index.php/login/v2/poll").body(form(&[("token", token)])).send().await;
    assert_eq!(poll.json()["loginName"], "bob@example.test");
}

#[tokio::test]
async fn a_flow_is_over_after_twenty_minutes() {
    let clinic = clinic().await;
    let flow = clinic.raw("POST", "/index.php/login/v2").send().await.json();
    clinic.cloud.advance(1_201);
    assert!(clinic.cloud.grant(flow["login"].as_str().unwrap(), "alice").is_err());
}

#[tokio::test]
async fn urls_can_start_with_another_address() {
    let clinic = clinic_with(NextcloudScript::clinic().overwrite_url("https://cloud.example.test/")).await;
    let flow = clinic.raw("POST", "/index.php/login/v2").send().await.json();
    assert!(flow["login"].as_str().unwrap().starts_with("https://cloud.example.test/login/v2/flow/"));
}

#[tokio::test]
async fn an_account_logs_in_by_id_mail_or_directory_name() {
    let script = NextcloudScript::clinic().user(User::new("u-17").login("d.doe").email("doe@example.test"));
    let clinic = clinic_with(script).await;
    for login in ["u-17", "U-17", "d.doe", "doe@example.test"] {
        let who = clinic.ocs_of(login, "u-17-password", "GET", "/ocs/v2.php/cloud/user").send().await;
        assert_eq!(who.json()["ocs"]["data"]["id"], "u-17", "{login}");
    }
    let app_password = clinic.cloud.app_password("u-17").unwrap();
    let who = clinic.ocs_of("doe@example.test", &app_password, "GET", "/ocs/v2.php/cloud/user").send().await;
    assert_eq!(who.status, StatusCode::OK);
    let other = clinic.ocs_of("alice", &app_password, "GET", "/ocs/v2.php/cloud/user").send().await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_and_a_wrong_password_are_401_with_a_challenge() {
    let clinic = clinic().await;
    let root = "/remote.php/dav/files/alice/";
    let nobody = clinic.raw("PROPFIND", root).send().await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.header("www-authenticate"), Some("Basic realm=\"Nextcloud\", charset=\"UTF-8\""));
    assert!(nobody.text().contains("Sabre\\DAV\\Exception\\NotAuthenticated"));
    let ajax = clinic.raw("PROPFIND", root).header("x-requested-with", "XMLHttpRequest").send().await;
    assert_eq!(ajax.header("www-authenticate"), Some("DummyBasic realm=\"Nextcloud\""));
    let wrong = clinic.raw("PROPFIND", root).basic("alice", "nope").send().await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text().contains("Username or password was incorrect"));
}

#[tokio::test]
async fn the_twelfth_wrong_password_stops_everybody_until_the_reset() {
    let clinic = clinic().await;
    let wrong = || clinic.raw("PROPFIND", "/remote.php/dav/files/alice/").basic("alice", "nope").send();
    for attempt in 1..=11 {
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "{attempt}");
    }
    let throttled = wrong().await;
    assert_eq!(throttled.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(throttled.header("retry-after"), None);
    assert!(throttled.text().contains("Exception\\TooManyRequests"));
    let right = || clinic.bob("PROPFIND", "/").header("depth", "0").send();
    assert_eq!(right().await.status, StatusCode::TOO_MANY_REQUESTS);
    let ocs = clinic.ocs("GET", "/ocs/v2.php/cloud/user").send().await;
    assert_eq!(ocs.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ocs.json()["ocs"]["meta"]["message"], "Reached maximum delay");
    clinic.cloud.reset_throttle();
    assert_eq!(right().await.status, StatusCode::MULTI_STATUS);
}

#[tokio::test]
async fn an_app_password_is_made_with_the_login_password_and_taken_back_by_itself() {
    let clinic = clinic().await;
    let path = "/ocs/v2.php/core/getapppassword";
    let with_app = clinic.ocs("GET", path).send().await;
    assert_eq!(with_app.status, StatusCode::FORBIDDEN);
    assert_eq!(meta(&with_app, "message"), "You cannot request an new apppassword with an apppassword");
    let made = clinic.ocs_of("carol", "carol-password", "GET", path).send().await.json();
    let password = made["ocs"]["data"]["apppassword"].as_str().unwrap();
    let root = || clinic.raw("PROPFIND", "/remote.php/dav/files/carol/").basic("carol", password).send();
    assert_eq!(root().await.status, StatusCode::MULTI_STATUS);
    let revoked = clinic.ocs_of("carol", password, "DELETE", "/ocs/v2.php/core/apppassword").send().await;
    assert_eq!(revoked.status, StatusCode::OK);
    assert_eq!(root().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn revoked_accounts_are_401_and_disabled_ones_503() {
    let clinic = clinic().await;
    let root = || clinic.alice("PROPFIND", "/").header("depth", "0").send();
    clinic.cloud.disable_user("alice");
    let disabled = root().await;
    assert_eq!(disabled.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        between(&disabled.text(), "<s:message>", "</s:message>"),
        Some("OC\\User\\DisabledUserException: Account disabled")
    );
    clinic.cloud.enable_user("alice");
    assert_eq!(root().await.status, StatusCode::MULTI_STATUS);
    clinic.cloud.revoke("alice");
    assert_eq!(root().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_request_without_cookies_starts_a_session_and_one_with_them_does_not() {
    let clinic = clinic().await;
    let first = clinic.alice("PROPFIND", "/").header("depth", "0").send().await;
    let cookies: Vec<&str> =
        first.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 4);
    let pairs: Vec<&str> = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    assert!(pairs.iter().any(|pair| pair.starts_with(&format!("{}=", clinic.cloud.instance_id()))));
    let second = clinic.alice("PROPFIND", "/").header("depth", "0").header("cookie", &pairs.join("; "));
    assert!(second.send().await.headers.get("set-cookie").is_none());
    let log = clinic.cloud.request_log().all();
    assert_eq!(log.iter().map(|entry| entry.session).collect::<Vec<_>>(), [false, true]);
}

fn meta(answer: &Answer, field: &str) -> String {
    answer.json()["ocs"]["meta"][field].as_str().unwrap_or_default().to_owned()
}
