//! Webhook listeners: what is asked of the server, and what its deliveries say.

use std::path::Path;

use proptest::prelude::*;
use voiceassist_dav::webhooks::{
    Delivery, FileEvent, Happened, ListWebhooks, Listened, RegisterWebhook, RemoveWebhook, Webhook,
    is_not_offered,
};
use voiceassist_dav::{DavError, Operation};

use crate::fixture::response;

const OURS: &str = "https://assistant.clinic.example/api/v1/hooks/nextcloud";

fn delivery(name: &str) -> Delivery {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks").join(name);
    let body = std::fs::read(path.with_extension("json")).expect(name);
    Delivery::parse(&body).expect(name)
}

#[test]
fn each_event_names_the_file_by_id_where_it_has_one() {
    for (name, event, file) in [
        ("created", FileEvent::Created, Some(11_063)),
        ("written", FileEvent::Written, Some(11_063)),
        ("renamed", FileEvent::Renamed, Some(11_063)),
        ("copied", FileEvent::Copied, Some(11_066)),
        ("before_deleted", FileEvent::BeforeDeleted, Some(11_066)),
        ("deleted", FileEvent::Deleted, None),
    ] {
        let delivery = delivery(name);
        assert_eq!(delivery.happened, Happened::File { event, file }, "{name}");
        assert_eq!(delivery.actor.as_deref(), Some("mara"), "{name}");
        assert_eq!(delivery.at.map(|at| at.timestamp()), Some(1_795_392_745), "{name}");
    }
    assert_eq!(delivery("by_the_server").actor, None);
}

#[test]
fn calendars_are_recognised_and_strangers_skipped() {
    assert_eq!(delivery("calendar").happened, Happened::Calendar);
    let shared = br#"{"event":{"class":"OCP\\Calendar\\Events\\CalendarObjectCreatedEvent",
        "calendarData":{"principaluri":"principals/users/mara"},
        "shares":[{"href":"principal:principals/users/jon"},{"href":"principal:principals/groups/all"}]}}"#;
    assert_eq!(Delivery::parse(shared).expect("read").concerned, ["mara", "jon"]);
    let odd = br#"{"event":{"class":"OCP\\Calendar\\Events\\CalendarDeletedEvent","calendarData":7,"shares":{"a":[]}}}"#;
    assert_eq!(Delivery::parse(odd).expect("read").concerned, Vec::<String>::new());
    let other = br#"{"event":{"class":"OCP\\Files\\Events\\Node\\NodeTickledEvent","node":{"id":5}}}"#;
    assert_eq!(Delivery::parse(other).expect("read").happened, Happened::Other);
}

#[test]
fn a_moved_event_concerns_both_calendars_and_a_card_its_book() {
    let moved = br#"{"event":{"class":"OCP\\Calendar\\Events\\CalendarObjectMovedEvent",
        "sourceCalendarData":{"principaluri":"principals/users/mara"},"sourceShares":[],
        "targetCalendarData":{"principaluri":"principals/users/jon"},
        "targetShares":[{"href":"principal:principals/users/mara"},{"href":"principal:principals/users/ida"}]}}"#;
    assert_eq!(Delivery::parse(moved).expect("read").concerned, ["mara", "jon", "ida"]);
    let card = br#"{"event":{"class":"OCA\\DAV\\Events\\CardUpdatedEvent",
        "addressBookData":{"principaluri":"principals/users/mara"},"shares":[]},"user":{"uid":"jon"}}"#;
    let delivery = Delivery::parse(card).expect("read");
    assert_eq!((delivery.happened, delivery.concerned), (Happened::Contacts, vec!["mara".to_owned()]));
}

#[test]
fn an_event_that_no_server_must_offer_is_told_from_other_refusals() {
    let register = |event| RegisterWebhook { event, uri: OURS.to_owned(), token: "t".to_owned().into() };
    let contact = Listened::wanted().find(|event| event.about() == "contacts").expect("wanted");
    let refused = register(contact).parse(&response("webhook_event_not_offered")).expect_err("refused");
    assert!(is_not_offered(&refused) && !contact.is_everywhere());
    let forbidden = register(contact).parse(&response("webhooks_for_administrators_only"));
    assert!(!is_not_offered(&forbidden.expect_err("refused")));
    let classes: std::collections::BTreeSet<String> = Listened::wanted().map(Listened::class).collect();
    assert_eq!(classes.len(), Listened::wanted().count(), "one listener for each class");
}

#[test]
fn nothing_of_a_path_survives_reading() {
    let shown = format!("{:?}", delivery("renamed"));
    assert!(!shown.contains("note") && !shown.contains("ward"), "{shown}");
}

#[test]
fn what_is_no_delivery_is_refused_without_quoting_it() {
    for body in [
        &b""[..],
        b"{}",
        b"[]",
        b"{\"event\":{}}",
        b"{\"event\":{\"class\":5}}",
        b"{\"event\":{\"class\":\"OCP\\\\Files\\\\Events\\\\Node\\\\NodeWrittenEvent\",\"node\":{\"id\":\"Mustermann\"}}}",
    ] {
        let error = Delivery::parse(body).expect_err("refused");
        assert!(!format!("{error:?} {error}").contains("Mustermann"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Delivery::parse(&body);
    }

    #[test]
    fn a_file_id_is_positive_or_absent(id in any::<i64>()) {
        let body = serde_json::json!({
            "event": { "class": FileEvent::Written.class(), "node": { "id": id } }, "user": { "uid": "a" }
        });
        let read = Delivery::parse(body.to_string().as_bytes()).expect("read");
        prop_assert_eq!(read.happened, Happened::File { event: FileEvent::Written, file: (id > 0).then_some(id) });
    }
}

#[test]
fn registering_sends_the_token_as_a_header_the_server_keeps_encrypted() {
    let operation = RegisterWebhook {
        event: Listened::File(FileEvent::Written),
        uri: OURS.to_owned(),
        token: "vah_x_secret".to_owned().into(),
    };
    let request = operation.request().expect("a request");
    assert_eq!(request.target, "ocs/v2.php/apps/webhook_listeners/api/v1/webhooks");
    let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body["event"], "OCP\\Files\\Events\\Node\\NodeWrittenEvent");
    assert_eq!((&body["httpMethod"], &body["authMethod"]), (&"POST".into(), &"header".into()));
    assert_eq!(body["authData"]["Authorization"], "Bearer vah_x_secret");
    assert!(
        body.get("eventFilter").is_none(),
        "a filter the server does not know suppresses other listeners"
    );
    assert!(!format!("{operation:?}").contains("vah_x_secret"));
    let registered = operation.parse(&response("webhook_registered")).expect("registered");
    assert_eq!(registered, Webhook { id: 2, uri: OURS.to_owned(), event: FileEvent::Written.class() });
}

#[test]
fn listing_and_removing_take_an_administrator() {
    let listed = ListWebhooks.parse(&response("webhooks")).expect("listed");
    assert_eq!(listed.iter().map(|hook| hook.id).collect::<Vec<_>>(), [2, 3]);
    let refused = ListWebhooks.parse(&response("webhooks_for_administrators_only"));
    assert!(matches!(refused, Err(DavError::Forbidden)));
    let remove = RemoveWebhook { id: 2 };
    assert_eq!(
        remove.request().expect("a request").target,
        "ocs/v2.php/apps/webhook_listeners/api/v1/webhooks/2"
    );
    remove.parse(&response("webhook_removed")).expect("removed");
    assert!(matches!(remove.parse(&response("webhooks_for_administrators_only")), Err(DavError::Forbidden)));
}

#[test]
fn classes_read_back() {
    for event in FileEvent::ALL {
        assert_eq!(FileEvent::from_class(&event.class()), Some(event));
    }
    assert_eq!(FileEvent::from_class("NodeWrittenEvent"), None);
}
