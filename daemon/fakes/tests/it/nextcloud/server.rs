//! The server as a whole: OCS, maintenance, hosts, restarts, scripted trouble, the log.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use voiceassist_fakes::nextcloud::{Fault, Nextcloud, NextcloudScript};

use super::{between, clinic, clinic_with};

#[tokio::test]
async fn the_status_page_needs_no_login_and_tells_of_maintenance() {
    let clinic = clinic().await;
    let status = clinic.raw("GET", "/status.php").send().await;
    assert_eq!(status.json()["maintenance"], false);
    assert_eq!(status.json()["versionstring"], "32.0.1");
    assert_eq!(status.headers.get_all("set-cookie").iter().count(), 2);

    clinic.cloud.set_maintenance(true);
    assert_eq!(clinic.raw("GET", "/status.php").send().await.json()["maintenance"], true);
    let dav = clinic.alice("PROPFIND", "/").header("depth", "0").send().await;
    assert_eq!(dav.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(dav.header("retry-after"), None);
    assert_eq!(
        between(&dav.text(), "<s:exception>", "</s:exception>"),
        Some("OCA\\DAV\\Exception\\ServerMaintenanceMode")
    );
    let ocs = clinic.ocs("GET", "/ocs/v2.php/cloud/user").send().await;
    assert_eq!(ocs.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ocs.header("x-nextcloud-maintenance-mode"), Some("1"));
    let page = clinic.raw("GET", "/index.php/login").send().await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("120")));
}

#[tokio::test]
async fn a_host_nobody_configured_is_refused() {
    let clinic = clinic_with(NextcloudScript::clinic().trusted_host("cloud.example.test")).await;
    let evil = clinic.raw("GET", "/status.php").header("host", "evil.example").send().await;
    assert_eq!(evil.status, StatusCode::BAD_REQUEST);
    assert_eq!(evil.json()["code"], 15);
    let page = clinic.alice("PROPFIND", "/").header("host", "evil.example").send().await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=UTF-8"));
    let good = clinic.raw("GET", "/status.php").header("host", "cloud.example.test:8443").send().await;
    assert_eq!(good.status, StatusCode::OK);
}

#[tokio::test]
async fn the_account_record_names_the_user_id() {
    let clinic = clinic().await;
    let record = clinic.ocs("GET", "/ocs/v2.php/cloud/user").send().await;
    assert_eq!(record.header("x-user-id"), Some("alice"));
    let data = record.json()["ocs"]["data"].clone();
    assert_eq!(data["id"], "alice");
    assert_eq!(data["displayname"], "Alice Example");
    assert_eq!(data["email"], "alice@example.test");
    assert_eq!(data["groups"], json!(["clinicians"]));
    assert_eq!(data["quota"]["quota"], -3);
    assert_eq!(data["enabled"], true);
}

#[tokio::test]
async fn the_directory_is_for_administrators() {
    let clinic = clinic().await;
    let admin = |path: &'static str| clinic.ocs_of("admin", "admin-password", "GET", path).send();
    let users = admin("/ocs/v2.php/cloud/users").await.json();
    assert_eq!(users["ocs"]["data"]["users"], json!(["admin", "alice", "bob", "carol"]));
    let found = admin("/ocs/v2.php/cloud/users?search=ali&limit=2&offset=0").await.json();
    assert_eq!(found["ocs"]["data"]["users"], json!(["alice"]));
    let paged = admin("/ocs/v2.php/cloud/users?limit=2&offset=1").await.json();
    assert_eq!(paged["ocs"]["data"]["users"], json!(["alice", "bob"]));
    let details = admin("/ocs/v2.php/cloud/users/details?limit=10").await.json();
    assert_eq!(details["ocs"]["data"]["users"]["bob"]["email"], "bob@example.test");
    assert!(details["ocs"]["data"]["users"]["bob"]["storageLocation"].is_string());
    let groups = admin("/ocs/v2.php/cloud/groups").await.json();
    assert_eq!(groups["ocs"]["data"]["groups"], json!(["admin", "clinicians"]));
    let members = admin("/ocs/v2.php/cloud/groups/clinicians/users").await.json();
    assert_eq!(members["ocs"]["data"]["users"], json!(["alice", "bob"]));
    assert_eq!(admin("/ocs/v2.php/cloud/users/nobody").await.status, StatusCode::NOT_FOUND);

    for path in ["/ocs/v2.php/cloud/users", "/ocs/v2.php/cloud/users/details", "/ocs/v2.php/cloud/groups"] {
        let refused = clinic.ocs("GET", path).send().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let message = refused.json()["ocs"]["meta"]["message"].clone();
        assert_eq!(message, "Logged in account must be at least a sub admin");
    }
    let other = clinic.ocs("GET", "/ocs/v2.php/cloud/users/bob").send().await;
    assert_eq!(
        (other.status, other.json()["ocs"]["meta"]["statuscode"].clone()),
        (StatusCode::NOT_FOUND, json!(998))
    );
    assert_eq!(clinic.ocs("GET", "/ocs/v2.php/cloud/users/alice").send().await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_old_endpoint_hides_the_truth_in_the_envelope() {
    let clinic = clinic().await;
    let path = "/ocs/v1.php/cloud/users/nobody";
    let answer = clinic.ocs_of("admin", "admin-password", "GET", path).send().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["ocs"]["meta"]["statuscode"], 404);
    let good = clinic.ocs("GET", "/ocs/v1.php/cloud/user").send().await;
    assert_eq!(good.json()["ocs"]["meta"]["statuscode"], 100);
}

#[tokio::test]
async fn the_envelope_is_xml_unless_json_is_wanted_and_the_header_is_needed() {
    let clinic = clinic().await;
    let user = "/ocs/v2.php/cloud/user";
    let bare = clinic.raw("GET", user).basic("alice", clinic.alice_password()).send().await;
    assert_eq!(bare.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(bare.text(), "{\"message\":\"CSRF check failed\"}");
    let xml =
        clinic.raw("GET", user).basic("alice", clinic.alice_password()).header("ocs-apirequest", "true");
    assert!(xml.send().await.text().contains("<id>alice</id>"));
    let nobody = clinic.raw("GET", "/ocs/v2.php/cloud/user?format=json").header("ocs-apirequest", "true");
    let nobody = nobody.send().await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.json()["ocs"]["meta"]["statuscode"], 997);
}

#[tokio::test]
async fn strangers_see_three_capabilities_and_users_more() {
    let clinic = clinic().await;
    let path = "/ocs/v2.php/cloud/capabilities";
    let stranger = clinic.raw("GET", &format!("{path}?format=json")).send().await.json();
    let sections = stranger["ocs"]["data"]["capabilities"].as_object().unwrap();
    let names: std::collections::BTreeSet<&str> = sections.keys().map(String::as_str).collect();
    assert_eq!(names, ["app_api", "bruteforce", "theming"].into());
    let user = clinic.ocs("GET", path).send().await.json();
    assert_eq!(user["ocs"]["data"]["version"]["major"], 32);
    assert_eq!(user["ocs"]["data"]["capabilities"]["files"]["forbidden_filenames"], json!([".htaccess"]));
}

#[tokio::test]
async fn after_a_restart_everything_is_as_before_on_the_same_port() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x").unwrap();
    let (before, address) = (clinic.cloud.stat("alice", "/f.txt"), clinic.addr());
    clinic.cloud.stop().await;
    assert!(clinic.alice("GET", "/f.txt").try_send().await.is_err());
    clinic.cloud.start_again().await.unwrap();
    assert_eq!(clinic.addr(), address);
    assert_eq!(clinic.alice("GET", "/f.txt").send().await.text(), "x");
    clinic.cloud.restart().await.unwrap();
    assert_eq!(clinic.cloud.stat("alice", "/f.txt"), before);
}

#[tokio::test]
async fn faults_strike_those_they_name_and_are_used_up() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a.txt", "0123456789").unwrap();
    clinic.cloud.put("bob", "/a.txt", "bob").unwrap();
    clinic.cloud.fault(Fault::on("GET").path("/a.txt").user("alice").times(2).status(502));
    assert_eq!(clinic.bob("GET", "/a.txt").send().await.status, StatusCode::OK);
    assert_eq!(clinic.alice("GET", "/a.txt").send().await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(clinic.cloud.unconsumed_faults(), 1);
    assert_eq!(clinic.alice("GET", "/a.txt").send().await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(clinic.alice("GET", "/a.txt").send().await.status, StatusCode::OK);

    clinic.cloud.fault(Fault::on("GET").cut_after(4));
    assert!(clinic.alice("GET", "/a.txt").try_send().await.is_err());
    clinic.cloud.fault(Fault::on("PROPFIND").cut_after(100));
    assert!(clinic.alice("PROPFIND", "/").try_send().await.is_err());
    clinic.cloud.fault(Fault::any().hang());
    let hung =
        tokio::time::timeout(Duration::from_millis(50), clinic.alice("GET", "/a.txt").try_send()).await;
    assert!(hung.is_err());
    clinic.cloud.fault(Fault::any().delay(Duration::from_millis(5)));
    assert_eq!(clinic.alice("GET", "/a.txt").send().await.status, StatusCode::OK);
    assert_eq!(clinic.cloud.unconsumed_faults(), 0);
}

#[tokio::test]
async fn a_cut_answer_arrives_up_to_the_cut() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let clinic = clinic().await;
    clinic.cloud.fault(Fault::on("GET").cut_after(14));
    let mut raw = tokio::net::TcpStream::connect(clinic.addr()).await.unwrap();
    raw.write_all(b"GET /status.php HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
    let mut received = String::new();
    raw.read_to_string(&mut received).await.unwrap();
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
    assert!(received.ends_with("\r\n\r\n{\"installed\":t"), "{received}");
}

#[tokio::test]
#[should_panic(expected = "1 scripted faults or locks were never met")]
async fn a_strict_server_minds_a_fault_that_was_never_met() {
    let cloud = Nextcloud::start(NextcloudScript::clinic().strict()).await.unwrap();
    cloud.fault(Fault::on("GET"));
    drop(cloud);
}

#[tokio::test]
async fn the_log_names_who_asked_what_and_what_came_back() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/sp ace.txt", "0123456789").unwrap();
    clinic.alice("PROPFIND", "/").header("depth", "1").header("user-agent", "VoiceAssist/1").send().await;
    clinic.alice("GET", "/sp%20ace.txt").header("if-none-match", "\"x\"").send().await;
    clinic.raw("GET", "/status.php").send().await;
    let log = clinic.cloud.request_log();
    assert_eq!((log.len(), log.count("GET"), log.body_bytes("GET") > 10), (3, 2, true));
    let entries = log.take();
    assert_eq!(entries[0].depth.as_deref(), Some("1"));
    assert_eq!(entries[0].user_agent.as_deref(), Some("VoiceAssist/1"));
    assert_eq!((entries[0].status, entries[0].user.as_deref()), (207, Some("alice")));
    assert_eq!(entries[1].path, "/remote.php/dav/files/alice/sp ace.txt");
    assert_eq!((entries[1].if_none_match.as_deref(), entries[1].body_bytes), (Some("\"x\""), 10));
    assert_eq!(entries[2].user, None);
    assert!(log.is_empty());
}

#[tokio::test]
async fn paths_outside_the_files_space_are_not_found() {
    let clinic = clinic().await;
    let dav = clinic.raw("PROPFIND", "/remote.php/dav/nothing/").basic("alice", clinic.alice_password());
    let dav = dav.send().await;
    assert_eq!(dav.status, StatusCode::NOT_FOUND);
    assert!(dav.text().contains("File not found: nothing in 'root'"));
    let unknown = clinic.ocs("GET", "/ocs/v2.php/nothing/here").send().await;
    assert_eq!(unknown.json()["ocs"]["meta"]["statuscode"], 998);
    assert_eq!(clinic.raw("GET", "/index.php/apps/none/x").send().await.status, StatusCode::NOT_FOUND);
    let moved = clinic.raw("GET", "/.well-known/caldav").send().await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
}
