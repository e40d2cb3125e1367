//! The push service's words, and where a password may go. The socket itself is tested against the loopback server.

use voiceassist_dav::BaseUrl;
use voiceassist_dav::notify_push::{Heard, PushEndpoint, hear};

#[test]
fn every_word_has_a_meaning_and_strange_ones_have_none() {
    for (text, heard) in [
        ("authenticated", Heard::Authenticated),
        ("err: Invalid credentials", Heard::Refused),
        ("err: Internal error", Heard::Trouble),
        ("notify_file", Heard::Files(Vec::new())),
        ("notify_file_id [11063, 177]", Heard::Files(vec![11_063, 177])),
        ("notify_file_id [1,2", Heard::Files(Vec::new())),
        ("notify_activity", Heard::Other),
        ("notify_notification", Heard::Other),
        ("custom {\"a\": 1}", Heard::Other),
        ("", Heard::Other),
    ] {
        assert_eq!(hear(text), heard, "{text}");
    }
    let many = format!("notify_file_id {:?}", (1..=1_001).collect::<Vec<_>>());
    assert_eq!(hear(&many), Heard::Files(Vec::new()), "very many ids mean anything");
}

#[test]
fn a_password_goes_to_the_servers_own_origin_only() {
    let base = BaseUrl::parse("https://cloud.clinic.example/nextcloud").expect("an address");
    assert!(PushEndpoint::new("wss://cloud.clinic.example/push/ws", &base).is_ok());
    assert!(PushEndpoint::new("wss://cloud.clinic.example:443/push/ws", &base).is_ok());
    for elsewhere in [
        "ws://cloud.clinic.example/push/ws",
        "wss://push.clinic.example/ws",
        "wss://cloud.clinic.example:7867/ws",
        "https://cloud.clinic.example/push/ws",
        "file:///push",
        "push",
    ] {
        assert!(PushEndpoint::new(elsewhere, &base).is_err(), "{elsewhere}");
    }
}
