//! Webhook listeners of the loopback server against the recorded ones.

use http::StatusCode;
use serde_json::json;
use voiceassist_fakes::nextcloud::{Delivered, Nextcloud, Weather};

use super::{Clinic, clinic};

const API: &str = "/ocs/v2.php/apps/webhook_listeners/api/v1/webhooks";
const WRITTEN: &str = "OCP\\Files\\Events\\Node\\NodeWrittenEvent";

async fn register(clinic: &Clinic, event: &str, uri: &str) -> (StatusCode, serde_json::Value) {
    let body = json!({
        "httpMethod": "POST", "uri": uri, "event": event, "authMethod": "header",
        "authData": { "Authorization": "Bearer secret" },
    });
    let admin = clinic.cloud.app_password("admin").unwrap();
    let answer = clinic
        .ocs_of("admin", &admin, "POST", API)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn administrators_register_files_and_calendars_and_nobody_else_anything() {
    let clinic = clinic().await;
    let (status, answer) = register(&clinic, WRITTEN, "http://127.0.0.1:9/hook").await;
    assert_eq!(status, StatusCode::OK);
    let data = &answer["ocs"]["data"];
    assert_eq!((&data["event"], &data["authMethod"]), (&json!(WRITTEN), &json!("header")));
    assert!(!data.to_string().contains("secret"), "what proves a delivery is not told");
    let card = "OCA\\DAV\\Events\\CardCreatedEvent";
    let (status, answer) = register(&clinic, card, "http://127.0.0.1:9/hook").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let message = &answer["ocs"]["meta"]["message"];
    assert_eq!(message, &json!(format!("{card} is not an event class compatible with webhooks")));
    let refused = clinic.ocs("GET", API).send().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(clinic.cloud.webhook_listeners(), 1);
}

/// A receiver that takes deliveries with this header only, and keeps their bodies.
async fn receiver(cloud: &Nextcloud) -> (String, tokio::sync::mpsc::Receiver<(bool, String)>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, bodies) = tokio::sync::mpsc::channel(100);
    assert_eq!(cloud.webhooks_waiting(), 0);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut piece = [0; 4_096];
            let text = loop {
                let read = stream.read(&mut piece).await.unwrap();
                request.extend_from_slice(&piece[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                if read == 0 || text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.ends_with('}')) {
                    break text;
                }
            };
            let known = text.contains("Authorization: Bearer secret\r\n");
            let status = if known { "202 Accepted" } else { "401 Unauthorized" };
            stream
                .write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes())
                .await
                .unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.contains("User-Agent: Nextcloud Server Crawler"));
            assert!(!head.to_lowercase().contains("content-type"));
            sender.send((known, body.to_owned())).await.unwrap();
        }
    });
    (uri, bodies)
}

#[tokio::test]
async fn deliveries_say_what_the_recorded_ones_say() {
    let clinic = clinic().await;
    let (uri, mut bodies) = receiver(&clinic.cloud).await;
    for name in
        ["NodeCreated", "NodeWritten", "NodeRenamed", "NodeCopied", "BeforeNodeDeleted", "NodeDeleted"]
    {
        register(&clinic, &format!("OCP\\Files\\Events\\Node\\{name}Event"), &uri).await;
    }
    let id = clinic.cloud.put("alice", "/t1/hooked.txt", "text").unwrap();
    clinic.cloud.rename("alice", "/t1/hooked.txt", "/t1/hooked2.txt").unwrap();
    let copy = clinic.cloud.copy("alice", "/t1/hooked2.txt", "/t1/hooked3.txt").unwrap();
    clinic.cloud.remove("alice", "/t1/hooked3.txt").unwrap();
    assert_eq!(clinic.cloud.webhooks_waiting(), 6);
    let delivered = clinic.cloud.deliver_webhooks(Weather::FAIR).await;
    assert_eq!(delivered, Delivered { taken: 6, ..Delivered::default() });
    let at = |name: &str| format!("/alice/files/t1/{name}");
    let expected = [
        ("NodeCreatedEvent", json!({ "node": { "id": id, "path": at("hooked.txt") } })),
        ("NodeWrittenEvent", json!({ "node": { "id": id, "path": at("hooked.txt") } })),
        (
            "NodeRenamedEvent",
            json!({ "source": { "path": at("hooked.txt") }, "target": { "id": id, "path": at("hooked2.txt") } }),
        ),
        (
            "NodeCopiedEvent",
            json!({
                "source": { "id": id, "path": at("hooked2.txt") },
                "target": { "id": copy, "path": at("hooked3.txt") },
            }),
        ),
        ("BeforeNodeDeletedEvent", json!({ "node": { "id": copy, "path": at("hooked3.txt") } })),
        ("NodeDeletedEvent", json!({ "node": { "path": at("hooked3.txt") } })),
    ];
    for (name, mut event) in expected {
        event["class"] = json!(format!("OCP\\Files\\Events\\Node\\{name}"));
        let (_, body) = bodies.recv().await.unwrap();
        assert!(body.contains("\\/alice\\/files\\/t1"), "slashes are escaped: {body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["event"], event);
        assert_eq!(body["user"], json!({ "uid": "alice", "displayName": "Alice Example" }));
        assert!(body["time"].is_i64());
    }
}

#[tokio::test]
async fn what_is_done_in_a_calendar_is_told_with_whose_it_is_and_contacts_are_not_told() {
    let clinic = clinic().await;
    let (uri, mut bodies) = receiver(&clinic.cloud).await;
    for name in ["Created", "Updated", "MovedToTrash"] {
        register(&clinic, &format!("OCP\\Calendar\\Events\\CalendarObject{name}Event"), &uri).await;
    }
    let event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    for text in [event, &event.replace("UID:1", "UID:2")] {
        clinic.cloud.put_object("alice", "personal", "1.ics", text).unwrap();
    }
    clinic.cloud.put_object("alice", "contacts", "1.vcf", "BEGIN:VCARD\r\nEND:VCARD\r\n").unwrap();
    clinic.cloud.share_collection("alice", "personal", "bob", false).unwrap();
    clinic.cloud.delete_object("alice", "personal", "1.ics").unwrap();
    let delivered = clinic.cloud.deliver_webhooks(Weather::FAIR).await;
    assert_eq!(delivered, Delivered { taken: 3, ..Delivered::default() });
    for (name, owner, shares) in
        [("Created", "alice", 0), ("Updated", "alice", 0), ("MovedToTrash", "bob", 1)]
    {
        let (_, body) = bodies.recv().await.unwrap();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let event = &body["event"];
        assert_eq!(event["class"], format!("OCP\\Calendar\\Events\\CalendarObject{name}Event"));
        assert_eq!(event["calendarData"]["principaluri"], format!("principals/users/{owner}"));
        assert_eq!(event["shares"].as_array().unwrap().len(), shares);
        assert_eq!(body["user"]["uid"], "alice");
    }
}

#[tokio::test]
async fn foul_weather_loses_doubles_and_forges_and_a_lost_delivery_never_comes() {
    let clinic = clinic().await;
    let (uri, mut bodies) = receiver(&clinic.cloud).await;
    register(&clinic, WRITTEN, &uri).await;
    for number in 0..60 {
        clinic.cloud.put("alice", &format!("/{number}.txt"), "text").unwrap();
    }
    let delivered = clinic.cloud.deliver_webhooks(Weather { forged: 6, ..Weather::FOUL }).await;
    assert_eq!((delivered.refused, delivered.forged_taken, delivered.forged_refused), (0, 0, 6));
    let late = clinic.cloud.webhooks_waiting();
    assert!(late > 0 && delivered.taken > 0, "{delivered:?}");
    clinic.cloud.deliver_webhooks(Weather::FAIR).await;
    assert_eq!(clinic.cloud.webhooks_waiting(), 0);
    let mut taken = Vec::new();
    for _ in 0..delivered.taken + late + 6 {
        let (known, body) = bodies.recv().await.unwrap();
        taken.extend(known.then_some(body));
    }
    let all = taken.len();
    taken.sort();
    taken.dedup();
    assert!(taken.len() < 60 && taken.len() < all, "{} of 60, {all} in all", taken.len());
}
