//! Multi-status bodies: any cut gives the same answer, and nothing grows with the number of entries.

use proptest::prelude::*;
use voiceassist_dav::files::Listed;
use voiceassist_dav::multistatus::{MAX_PROPERTIES, MultistatusParser, ResponseElement};
use voiceassist_dav::xml::{MAX_TOKEN_BYTES, Namespace};
use voiceassist_dav::{DavError, Depth, FilePath, ListFolder};

use crate::fixture;

fn parse(body: &[u8], cuts: &[usize]) -> Result<Vec<ResponseElement>, String> {
    let mut parser = MultistatusParser::new();
    let mut responses = Vec::new();
    let mut rest = body;
    let mut cuts = cuts.iter();
    while !rest.is_empty() {
        let at = cuts.next().map_or(rest.len(), |cut| (*cut).clamp(1, rest.len()));
        let (chunk, after) = rest.split_at(at);
        parser.push(chunk);
        while let Some(response) = parser.next_response().map_err(|error| error.to_string())? {
            responses.push(response);
        }
        rest = after;
    }
    parser.finish().map_err(|error| error.to_string())?;
    Ok(responses)
}

#[track_caller]
fn refused(body: &str) -> DavError {
    let mut parser = MultistatusParser::new();
    parser.push(body.as_bytes());
    loop {
        match parser.next_response() {
            Ok(Some(_)) => {}
            Ok(None) => return parser.finish().expect_err("the body is refused"),
            Err(error) => return error,
        }
    }
}

#[test]
fn properties_the_server_lacks_are_dropped() {
    let body = fixture::response("absent_properties_in_a_404_propstat").body;
    let responses = parse(&body, &[]).expect("a multi-status");
    let names: Vec<_> = responses[0].properties.iter().map(|property| property.local.as_str()).collect();
    assert!(names.contains(&"fileid") && !names.contains(&"upload_time") && !names.contains(&"checksums"));
    assert_eq!(responses[0].text(Namespace::OwnCloud, "fileid"), Some("177"));
}

#[test]
fn a_body_of_another_kind_is_malformed() {
    let ns = "xmlns:d='DAV:'";
    for body in [
        format!("<d:error {ns}/>"),
        "<multistatus/>".to_owned(),
        format!("<d:multistatus {ns}><d:response/></d:multistatus>"),
        format!(
            "<d:multistatus {ns}><d:response><d:href>/a</d:href><d:href>/b</d:href></d:response></d:multistatus>"
        ),
        format!("<d:multistatus {ns}><d:response><d:href>/a<d:b/></d:href></d:response></d:multistatus>"),
    ] {
        assert!(matches!(refused(&body), DavError::Malformed { .. }), "{body}");
    }
}

#[test]
fn properties_and_text_of_one_response_are_limited() {
    let many = "<d:x/>".repeat(MAX_PROPERTIES + 1);
    let long = format!("<d:x>{}</d:x>", "y".repeat(60_000)).repeat(6);
    for (inside, code) in [(many, "malformed"), (long, "too_large")] {
        let body = format!(
            "<d:multistatus xmlns:d='DAV:'><d:response><d:href>/a</d:href><d:propstat><d:prop>{inside}</d:prop></d:propstat></d:response></d:multistatus>"
        );
        assert_eq!(refused(&body).code(), code);
    }
}

#[test]
fn a_deep_listing_of_50_000_entries_is_read_in_bounded_memory() {
    const ENTRIES: usize = 50_000;
    let folder = ListFolder { user: fixture::mara(), path: FilePath::root(), depth: Depth::Infinity };
    let mut parser = folder.parser();
    let whole = String::from_utf8(fixture::response("depth_1").body.to_vec()).expect("a fixture of text");
    let (head, rest) =
        whole.split_at(whole.find("<d:response><d:href>/remote.php/dav/files/mara/Ward").expect("a file"));
    let file = &rest[..rest.find("</d:response>").expect("its end") + "</d:response>".len()];
    parser.push(head.as_bytes());
    let (mut count, mut most_held) = (0, 0);
    let mut drain = |parser: &mut voiceassist_dav::files::ListingParser| {
        most_held = most_held.max(parser.held_bytes());
        while let Some(listed) = parser.next_listed().expect("a listing") {
            assert!(matches!(listed, Listed::Entry(_)));
            count += 1;
        }
    };
    drain(&mut parser);
    for number in 0..ENTRIES {
        let entry = file.replace("Ward%20rota", &format!("f{}/{number}", number % 100));
        parser.push(entry.as_bytes());
        drain(&mut parser);
    }
    parser.push(b"</d:multistatus>");
    drain(&mut parser);
    parser.finish().expect("a whole listing");
    assert_eq!(count, ENTRIES + 2);
    assert!(most_held < 2 * MAX_TOKEN_BYTES, "{most_held} bytes were held");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_gives_the_same_responses(cuts in prop::collection::vec(1_usize..300, 0..40)) {
        for name in ["depth_1", "names_with_lower_case_hex", "prefixes_vary_by_response", "one_entry_not_utf8", "truncated_inside_an_entry"] {
            let body = fixture::response(name).body;
            prop_assert_eq!(parse(&body, &cuts), parse(&body, &[]), "{}", name);
        }
    }

    #[test]
    fn no_damage_makes_the_parser_panic(
        at in any::<prop::sample::Index>(),
        junk in prop::collection::vec(any::<u8>(), 0..20),
        cuts in prop::collection::vec(1_usize..300, 0..10),
    ) {
        let mut body = fixture::response("depth_1").body.to_vec();
        let at = at.index(body.len());
        body.splice(at..(at + junk.len() / 2).min(body.len()), junk);
        prop_assert_eq!(parse(&body, &cuts), parse(&body, &[]));
    }
}
