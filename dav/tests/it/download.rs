//! Downloads: what is a file, when it is whole, and what is never written.

use voiceassist_dav::{ByteRange, DavError, Download, Downloaded, ETag, FilePath, Written};

use crate::fixture::mara;
use crate::scripted::{Scripted, answer, fixture};

fn file() -> Download {
    let path = FilePath::parse("Ward 3/a#b.txt").expect("a path");
    Download { user: mara(), path, if_none_match: None, range: None, max_bytes: 1000 }
}

fn part(start: u64, last: Option<u64>) -> Download {
    Download { range: Some(ByteRange { start, last }), ..file() }
}

async fn fetch(download: &Download, answer: Vec<u8>) -> (Result<Downloaded, DavError>, Vec<u8>, String) {
    let server = Scripted::answering(&[answer]).await;
    let mut content = Vec::new();
    let result = server.client().download(download, &mut content).await;
    let request = server.requests().pop().expect("a request");
    (result, content, request)
}

fn written(result: Result<Downloaded, DavError>) -> Written {
    match result {
        Ok(Downloaded::Written(written)) => written,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn content_is_written_with_its_own_tag() {
    let (result, content, request) = fetch(&file(), fixture("file")).await;
    let written = written(result);
    assert_eq!((content.as_slice(), written.bytes), (&b"12"[..], 2));
    assert_eq!(written.etag.to_string(), "\"fad455987eca81e0dc5fddaa431e8918\"");
    assert_eq!((written.mime.as_deref(), written.total_bytes), (Some("text/plain"), None));
    assert_eq!(written.modified.map(|time| time.timestamp()), Some(1_795_392_113));
    assert!(request.starts_with("GET /remote.php/dav/files/mara/Ward%203/a%23b.txt HTTP/1.1"), "{request}");
    assert!(request.to_ascii_lowercase().contains("accept-encoding: identity"));
}

#[tokio::test]
async fn the_second_header_for_tags_is_as_good() {
    assert_eq!(written(fetch(&file(), fixture("file_with_only_oc_etag")).await.0).etag.to_string(), "\"0d\"");
}

#[tokio::test]
async fn a_get_of_a_folder_is_not_a_file_but_an_empty_page_may_be() {
    let folder = fetch(&file(), fixture("folder_answers_get_with_200")).await.0;
    assert!(matches!(folder, Err(DavError::NotAFile)), "{folder:?}");
    assert_eq!(written(fetch(&file(), fixture("file_of_html")).await.0).bytes, 0);
}

#[tokio::test]
async fn an_unchanged_file_is_not_fetched() {
    let download = Download { if_none_match: ETag::parse("\"0d\"").ok(), ..file() };
    let (result, content, request) = fetch(&download, fixture("not_modified")).await;
    assert_eq!(result.expect("an answer"), Downloaded::NotModified);
    assert!(content.is_empty() && request.to_ascii_lowercase().contains("if-none-match: \"0d\""));
    let unasked = fetch(&file(), fixture("not_modified")).await.0;
    assert!(matches!(unasked, Err(DavError::Redirected)), "{unasked:?}");
}

#[tokio::test]
async fn a_part_is_the_part_that_was_asked_for() {
    let (result, content, request) = fetch(&part(1, None), fixture("part_of_file")).await;
    let written = written(result);
    assert_eq!((content.as_slice(), written.bytes, written.total_bytes), (&b"2"[..], 1, Some(2)));
    assert!(request.to_ascii_lowercase().contains("range: bytes=1-\r\n"), "{request}");
    let bounded = fetch(&part(1, Some(1)), fixture("part_of_file")).await;
    assert!(bounded.0.is_ok() && bounded.2.to_ascii_lowercase().contains("range: bytes=1-1\r\n"));
    for (download, name) in [
        (part(0, None), "part_of_file"),
        (part(1, None), "file"),
        (part(0, Some(0)), "file"),
        (file(), "part_of_file"),
    ] {
        let (result, content, _) = fetch(&download, fixture(name)).await;
        assert!(matches!(result, Err(DavError::Malformed { .. })) && content.is_empty(), "{name} {result:?}");
    }
    let beyond = fetch(&part(100, None), fixture("range_beyond_the_file")).await.0;
    assert!(matches!(beyond, Err(DavError::RangeNotSatisfiable)));
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_truncated() {
    let cut = answer(200, &["ETag: \"0d\"", "Content-Length: 10"], b"12345");
    let (result, content, _) = fetch(&file(), cut).await;
    assert!(matches!(result, Err(DavError::Truncated { received: 5, expected: Some(10) })), "{result:?}");
    assert_eq!(content, b"12345");
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_before_and_while_it_comes() {
    let announced = answer(200, &["ETag: \"0d\"", "Content-Length: 1001"], b"");
    let (result, content, _) = fetch(&file(), announced).await;
    assert!(matches!(result, Err(DavError::TooLarge { limit: 1000 })) && content.is_empty());
    let mut chunked = b"3e9\r\n".to_vec();
    chunked.extend_from_slice(&[b'x'; 1001]);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let unannounced = answer(200, &["ETag: \"0d\"", "Transfer-Encoding: chunked"], &chunked);
    let result = fetch(&file(), unannounced).await.0;
    assert!(matches!(result, Err(DavError::TooLarge { limit: 1000 })), "{result:?}");
    let exact = answer(200, &["ETag: \"0d\""], &[b'x'; 1000]);
    assert_eq!(written(fetch(&file(), exact).await.0).bytes, 1000);
}

#[tokio::test]
async fn refusals_of_a_download_are_typed() {
    for (name, code) in [
        ("not_found", "not_found"),
        ("not_found_by_a_proxy", "not_nextcloud"),
        ("revoked_app_password", "unauthorized"),
        ("maintenance_on_dav", "maintenance"),
        ("throttled_on_dav", "throttled"),
    ] {
        let (result, content, _) = fetch(&file(), fixture(name)).await;
        assert_eq!((result.expect_err(name).code(), content.len()), (code, 0), "{name}");
    }
}

#[tokio::test]
async fn a_destination_that_fails_is_not_the_servers_fault() {
    let server = Scripted::answering(&[fixture("file")]).await;
    let mut room = [0; 1];
    let mut cursor = std::io::Cursor::new(&mut room[..]);
    let error = server.client().download(&file(), &mut cursor).await.expect_err("no room");
    assert!(matches!(error, DavError::Destination { .. }) && !error.is_transient());
}

#[tokio::test]
async fn content_goes_to_disk_as_it_comes() {
    let body: Vec<u8> = (0..900_u16).flat_map(u16::to_be_bytes).collect();
    let server = Scripted::answering(&[answer(200, &["OC-ETag: \"0d\""], &body)]).await;
    let spool = tempfile::NamedTempFile::new().expect("a file");
    let mut destination = tokio::fs::File::from_std(spool.reopen().expect("a handle"));
    let big = Download { max_bytes: 10_000, ..file() };
    assert!(server.client().download(&big, &mut destination).await.is_ok());
    assert_eq!(std::fs::read(spool.path()).expect("content"), body);
}
