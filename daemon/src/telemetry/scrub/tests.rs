//! What is cut, what stays, and that a line of JSON stays one. All people and numbers are made up.

use std::io::Write as _;

use chrono::DateTime;
use proptest::prelude::*;
use tracing_subscriber::fmt::MakeWriter as _;

use voiceassist_model::SeededRandomness;
use voiceassist_store::audit::checkpoint::Checkpoint;
use voiceassist_store::audit::signature::{AuditKey, generate_pem};
use voiceassist_store::audit::{Digest, Receipt};

use super::{SCRUBBER, ScrubbedLines};

#[track_caller]
fn becomes(line: &str, expected: &str) {
    assert_eq!(SCRUBBER.scrub(line), expected);
}

#[test]
fn what_points_at_a_person_is_cut() {
    for (line, expected) in [
        ("mail to erika.mustermann@clinic.example failed", "mail to [mail] failed"),
        ("called +49 (30) 555-01234 twice", "called [number] twice"),
        ("insured as 078-05-1120", "insured as [number]"),
        ("born 1950-03-17.", "born [number]."),
        ("MRN 00412357 not found", "MRN [number] not found"),
        ("card 4111111111111111", "card [number]"),
        ("mrn-of-the-long-word-00412357-x", "mrn-of-the-long-word-[number]-x"),
        ("reading /Clinic/Erika Maria Mustermann.pdf", "reading [path]"),
        ("path=\"/var/lib/x/Mustermann.txt\" state=ok", "path=\"[path]\" state=ok"),
        ("file Erika%20Mustermann.pdf is gone", "file [encoded] is gone"),
        (r#"{"message":"at \"/Clinic/Erika Maria.pdf\"","n":7}"#, r#"{"message":"at \"[path]\"","n":7}"#),
        (r#"{"message":"\nerika@clinic.example"}"#, r#"{"message":"\n[mail]"}"#),
        (r#"{"mrn":7736204417,"attempts":3}"#, r#"{"mrn":"[number]","attempts":3}"#),
    ] {
        becomes(line, expected);
    }
}

#[test]
fn a_checkpoint_of_the_audit_log_is_found_in_a_log_that_was_cut() {
    let pem = generate_pem(&SeededRandomness::new(3));
    let key = AuditKey::from_pkcs8_pem(pem.as_bytes()).expect("a key");
    let end = Receipt { sequence: 1_234_567_890, hash: Digest([0xa1; 32]) };
    let at = DateTime::from_timestamp_micros(1_795_424_400_000_001).expect("an instant");
    let checkpoint = Checkpoint::sign(&key, end, at).expect("signed");
    for line in [
        format!("2026-11-23T09:00:00.000001Z  INFO voiceassist::audit: {checkpoint}\n"),
        format!("{{\"level\":\"INFO\",\"fields\":{{\"message\":\"{checkpoint}\"}}}}\n"),
    ] {
        let kept = SCRUBBER.scrub(&line);
        assert_eq!(Checkpoint::all_in(&kept).checkpoints, std::slice::from_ref(&checkpoint), "{kept}");
    }
    becomes(&format!("voiceassist-checkpoint {}", "a1".repeat(32)), "voiceassist-checkpoint [token]");
}

#[test]
fn what_opens_a_door_is_cut() {
    for (line, expected) in [
        (
            "GET https://cloud.example/remote.php/dav/files/erika/a.pdf?x=y failed",
            "GET https://cloud.example/[cut] failed",
        ),
        ("postgres://daemon:geheim@db.example:5432/va refused", "postgres://db.example:5432/[cut] refused"),
        ("https://cloud.example/", "https://cloud.example/"),
        ("authorization: Bearer abcdef123456", "authorization: [token]"),
        ("got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl", "got [token]"),
        ("password Ab3dE-Fg4hI-Jk5lM-No6pQ-Rs7tU", "password [token]"),
        ("secret vah_0198c2f46f2e7d3a_QmFzZTY0VGV4dE9mVGhpcnR5VHdvQnl0ZXM", "secret [token]"),
    ] {
        becomes(line, expected);
    }
}

#[test]
fn a_mail_address_that_begins_like_a_unit_is_no_unit() {
    for (line, expected) in [
        ("5551234 ms@clinic.example", "[number] [mail]"),
        ("5551234 rows.of@clinic.example", "[number] [mail]"),
        ("5551234 bytes-and-more@clinic.example", "[number] [mail]"),
    ] {
        becomes(line, expected);
    }
}

#[test]
fn ids_instants_counts_and_our_own_routes_stay() {
    for line in [
        "2026-11-23T09:08:25.123456Z  INFO http.request.serve{http.method=\"GET\" http.route=\"/api/v1/documents/{id}\"}",
        "account.id=0198c2f4-6f2e-7d3a-8c1b-112233445566 documents=12",
        "duration_ms=12345678 http.status=404 bytes=1048576 address=127.0.0.1:8000",
        "{\"timestamp\":\"2026-11-23T09:08:25.123456Z\",\"duration_ms\":12345678,\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}",
        "the answer has more than 10485760 bytes",
        "voiceassist_workers::queue::worker: job put back, keeping the outcome: SQLSTATE 23503, table documents",
        "a_span_with_a_very_long_name_of_words_only",
    ] {
        becomes(line, line);
    }
}

#[test]
fn a_line_that_comes_in_pieces_is_scrubbed_whole() {
    let lines = tempfile::NamedTempFile::new().expect("a file");
    let to = ScrubbedLines(std::sync::Mutex::new(lines.reopen().expect("opened")));
    {
        let mut writer = to.make_writer();
        for piece in ["erika@clinic", ".example wrote\nborn 1950-0", "3-17"] {
            writer.write_all(piece.as_bytes()).expect("written");
        }
    }
    let written = std::fs::read_to_string(lines.path()).expect("read");
    assert_eq!(written, "[mail] wrote\nborn [number]");
}

proptest! {
    #[test]
    fn json_stays_json_and_twice_is_once(
        text in ".{0,120}", path in "/[a-zA-Z ]{1,20}/[a-z.\"\\\\]{1,20}", number in any::<u64>()
    ) {
        let line = serde_json::json!({ "message": text, "path": path, "size_bytes": number, "mrn": number, "note": "x" });
        let line = line.to_string();
        let once = SCRUBBER.scrub(&line).into_owned();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&once).is_ok(), "{}", once);
        prop_assert_eq!(SCRUBBER.scrub(&once), once.as_str());
    }

    #[test]
    fn no_phone_number_and_no_mail_address_gets_through(
        digits in "[0-9]{7,15}", local in "[a-z]{1,12}", before in "[a-z :]{0,10}", after in "[ ,;a-z]{0,10}"
    ) {
        let line = format!("{before} {digits} {local}@clinic.example {after}");
        let scrubbed = SCRUBBER.scrub(&line).into_owned();
        prop_assert!(!scrubbed.contains(&digits) && !scrubbed.contains('@'), "{}", scrubbed);
    }
}
