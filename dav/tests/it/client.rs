//! The sender over real sockets: what it adds, what it repeats, and when it stops.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use voiceassist_dav::client::LOCK_ATTEMPTS;
use voiceassist_dav::login_flow::StartLogin;
use voiceassist_dav::ocs::{ReadCapabilities, ReadOwnUser, ReadStatus};
use voiceassist_dav::{
    BaseUrl, ClientSettings, DavError, Depth, FilePath, InvalidBaseUrl, ListFolder, Listed, LockRetry,
    TransportKind,
};

use crate::fixture::mara;
use crate::scripted::{Scripted, Turn, answer, client, fixture, fixture_with, settings};

fn deep() -> ListFolder {
    ListFolder { user: mara(), path: FilePath::root(), depth: Depth::Infinity }
}

fn has_header(request: &str, header: &str) -> bool {
    request.to_ascii_lowercase().lines().any(|line| line == header.to_ascii_lowercase())
}

#[tokio::test]
async fn a_request_carries_credentials_agent_and_an_explicit_depth() {
    let server = Scripted::answering(&[fixture("root_depth_0")]).await;
    let root = server.client().root(&mara()).await.expect("a root");
    assert_eq!(root.file_id, 177);
    let request = &server.requests()[0];
    assert!(request.starts_with("PROPFIND /remote.php/dav/files/mara/ HTTP/1.1\r\n"), "{request}");
    assert!(has_header(request, "authorization: Basic bWFyYTphcHAtcGFzc3dvcmQ="), "{request}");
    assert!(has_header(request, "depth: 0") && has_header(request, "prefer: return=minimal"));
    assert!(has_header(request, concat!("user-agent: VoiceAssist/", env!("CARGO_PKG_VERSION"))));
    assert!(!request.to_ascii_lowercase().contains("\nreferer"));
}

#[tokio::test]
async fn an_anonymous_client_sends_no_credentials_and_no_request_that_needs_them() {
    let server = Scripted::answering(&[fixture("status"), fixture("login_started")]).await;
    let nobody = client(&server.url(), None, settings());
    assert!(matches!(nobody.root(&mara()).await, Err(DavError::AccountRequired)));
    assert!(matches!(nobody.send(&ReadOwnUser).await, Err(DavError::AccountRequired)));
    nobody.send(&ReadStatus).await.expect("a status");
    nobody.send(&StartLogin { device_name: "ward 3".to_owned() }).await.expect("a login");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| !request.to_ascii_lowercase().contains("authorization")));
    assert!(has_header(&requests[1], "user-agent: ward 3") && has_header(&requests[1], "content-length: 0"));
}

#[tokio::test]
async fn a_locked_resource_is_asked_for_again() {
    let locked = fixture("locked_by_another_put");
    let server = Scripted::answering(&[locked.clone(), locked, fixture("root_depth_0")]).await;
    server.client().root(&mara()).await.expect("unlocked at last");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_resource_that_stays_locked_is_given_up_after_a_bounded_number_of_waits() {
    let waits = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&waits);
    let jitter = Arc::new(move |delay: Duration| {
        seen.lock().expect("no panic before").push(delay);
        Duration::ZERO
    });
    let (base_delay, max_delay) = (Duration::from_millis(200), Duration::from_millis(700));
    let lock_retry = LockRetry { base_delay, max_delay, jitter };
    let answers = vec![fixture("locked_by_another_put"); LOCK_ATTEMPTS as usize];
    let server = Scripted::answering(&answers).await;
    let client = client(&server.url(), Some("mara"), ClientSettings { lock_retry, ..settings() });
    assert!(matches!(client.root(&mara()).await, Err(DavError::Locked)));
    assert_eq!(server.requests().len(), LOCK_ATTEMPTS as usize);
    let expected = [200, 400, 700, 700].map(Duration::from_millis);
    assert_eq!(*waits.lock().expect("no panic before"), expected);
}

#[tokio::test]
async fn the_first_401_stops_the_account_before_the_server_throttles_everybody() {
    let server = Scripted::answering(&[fixture("revoked_app_password"), fixture("root_depth_0")]).await;
    let account = server.client();
    let clone = account.clone();
    for _ in 0..20 {
        assert!(matches!(account.root(&mara()).await, Err(DavError::Unauthorized)));
        assert!(matches!(clone.send(&ReadCapabilities).await, Err(DavError::Unauthorized)));
    }
    assert!(account.is_refused());
    assert_eq!(server.requests().len(), 1, "one wrong password reached the server");
    let after_new_login = server.client();
    after_new_login.root(&mara()).await.expect("a new client works");
}

#[tokio::test]
async fn throttling_and_maintenance_are_told_and_not_repeated() {
    for (name, code) in [
        ("throttled_on_dav", "throttled"),
        ("maintenance_on_dav", "maintenance"),
        ("disabled_account", "account_disabled"),
        ("bad_gateway", "unavailable"),
    ] {
        let server = Scripted::answering(&[fixture(name), fixture("root_depth_0")]).await;
        let error = server.client().root(&mara()).await.expect_err(name);
        assert_eq!((error.code(), server.requests().len()), (code, 1), "{name}");
    }
}

#[tokio::test]
async fn cookies_are_sent_back_by_the_account_that_got_them_and_by_no_other() {
    let with_session = fixture_with(
        "root_depth_0",
        &["Set-Cookie: oc_sessionPassphrase=s3cr3t; path=/; HttpOnly", "Set-Cookie: ocinstance=abc; path=/"],
    );
    let server = Scripted::answering(&[with_session, fixture("root_depth_0"), fixture("root_depth_0")]).await;
    let mara_client = server.client();
    let noor_client = client(&server.url(), Some("noor"), settings());
    mara_client.root(&mara()).await.expect("first");
    mara_client.root(&mara()).await.expect("second");
    noor_client.root(&mara()).await.expect("third");
    let requests = server.requests();
    assert!(!requests[0].to_ascii_lowercase().contains("cookie:"));
    assert!(requests[1].contains("oc_sessionPassphrase=s3cr3t") && requests[1].contains("ocinstance=abc"));
    assert!(!requests[2].to_ascii_lowercase().contains("cookie:"), "{}", requests[2]);
}

#[tokio::test]
async fn a_flood_of_cookies_empties_the_jar() {
    let cookies: Vec<String> =
        (0..30).map(|n| format!("Set-Cookie: c{n}={}; path=/", "x".repeat(400))).collect();
    let headers: Vec<&str> = cookies.iter().map(String::as_str).collect();
    let server =
        Scripted::answering(&[fixture_with("root_depth_0", &headers), fixture("root_depth_0")]).await;
    let account = server.client();
    account.root(&mara()).await.expect("first");
    account.root(&mara()).await.expect("second");
    assert!(!server.requests()[1].to_ascii_lowercase().contains("cookie:"));
}

#[tokio::test]
async fn one_redirect_is_followed_on_the_same_server_only() {
    let to = |location: &str| answer(301, &[format!("Location: {location}")], b"");
    let server = Scripted::answering(&[to("/nextcloud/status.php"), fixture("status")]).await;
    client(&server.url(), None, settings()).send(&ReadStatus).await.expect("followed");
    assert!(server.requests()[1].starts_with("GET /nextcloud/status.php "));

    let server = Scripted::answering(&[to("/a"), to("/b"), fixture("status")]).await;
    let twice = client(&server.url(), None, settings()).send(&ReadStatus).await;
    assert!(matches!(twice, Err(DavError::Redirected)));
    assert_eq!(server.requests().len(), 2);

    let elsewhere = Scripted::answering(&[fixture("root_depth_0")]).await;
    let server = Scripted::answering(&[to(&format!("{}/remote.php", elsewhere.url()))]).await;
    assert!(matches!(server.client().root(&mara()).await, Err(DavError::Redirected)));
    assert!(elsewhere.requests().is_empty(), "credentials stay with their server");
}

#[tokio::test]
async fn a_listing_streams_before_it_is_whole() {
    let whole = fixture("depth_infinity");
    let cut = whole.len() - 300;
    let server = Scripted::start(vec![Turn::SendAndHang(whole[..cut].to_vec())]).await;
    let account = server.client();
    let mut listing = Box::pin(account.list(deep()));
    let first = listing.next().await.expect("a line").expect("an entry");
    assert!(matches!(first, Listed::Entry(entry) if entry.path.is_root()));
}

#[tokio::test]
async fn a_listing_cut_off_is_an_error_at_its_end() {
    let whole = fixture("depth_infinity");
    let server = Scripted::answering(&[whole[..whole.len() - 300].to_vec()]).await;
    let lines: Vec<_> = server.client().list(deep()).collect().await;
    let (last, before) = lines.split_last().expect("lines");
    assert!(before.iter().all(Result::is_ok));
    assert!(matches!(last, Err(DavError::Truncated { .. })), "{last:?}");
}

#[tokio::test]
async fn a_chunked_listing_without_its_last_chunk_is_truncated() {
    let body = crate::fixture::response("depth_infinity").body;
    let mut chunk = format!("{:x}\r\n", body.len()).into_bytes();
    chunk.extend_from_slice(&body);
    chunk.extend_from_slice(b"\r\n");
    let headers = ["Content-Type: application/xml", "Transfer-Encoding: chunked"];
    let server = Scripted::answering(&[answer(207, &headers, &chunk)]).await;
    let result: Result<Vec<_>, _> = server.client().list(deep()).try_collect().await;
    assert!(matches!(result, Err(DavError::Truncated { .. })), "{result:?}");
}

#[tokio::test]
async fn another_account_in_the_path_ends_a_listing_with_its_own_error() {
    let server = Scripted::answering(&[fixture("wrong_user_is_a_bare_collection")]).await;
    let result: Result<Vec<_>, _> = server.client().list(deep()).try_collect().await;
    assert!(matches!(result, Err(DavError::NotOwnFiles)));
}

#[tokio::test]
async fn a_server_that_says_nothing_times_out() {
    let head =
        b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\nContent-Length: 100\r\n\r\n".to_vec();
    let server = Scripted::start(vec![Turn::SendAndHang(Vec::new()), Turn::SendAndHang(head)]).await;
    let quick = Duration::from_millis(50);
    let impatient = ClientSettings { request_timeout: quick, idle_timeout: quick, ..settings() };
    let account = client(&server.url(), Some("mara"), impatient);
    for what in ["no head", "no body"] {
        let error = account.root(&mara()).await.expect_err(what);
        assert!(
            matches!(error, DavError::Transport { kind: TransportKind::Timeout, .. }),
            "{what}: {error:?}"
        );
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn an_answer_beyond_its_limit_is_not_read() {
    let announced = answer(200, &["Content-Type: application/json", "Content-Length: 99999999"], b"{");
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec();
    endless.extend_from_slice(&vec![b' '; 100_000]);
    for bytes in [announced, endless] {
        let server = Scripted::answering(&[bytes]).await;
        let result = client(&server.url(), None, settings()).send(&ReadStatus).await;
        assert!(matches!(result, Err(DavError::TooLarge { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn a_dead_server_and_an_unknown_name_are_told_apart() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let dead = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = client(&dead, None, settings()).send(&ReadStatus).await.expect_err("nobody listens");
    assert!(matches!(error, DavError::Transport { kind: TransportKind::Connect, .. }), "{error:?}");
    assert_eq!(error.to_string(), "sending a request: the server cannot be reached");
    let error =
        client("http://cloud.invalid", None, settings()).send(&ReadStatus).await.expect_err("no such name");
    assert!(matches!(error, DavError::Transport { kind: TransportKind::Dns, .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("status.php"));
}

#[tokio::test]
async fn a_server_without_tls_is_a_tls_error() {
    let server = Scripted::answering(&[b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()]).await;
    let url = server.url().replace("http:", "https:");
    let error = client(&url, None, settings()).send(&ReadStatus).await.expect_err("not TLS");
    assert!(matches!(error, DavError::Transport { kind: TransportKind::Tls, .. }), "{error:?}");
    assert!(!error.is_transient());
}

#[tokio::test]
async fn no_more_than_the_allowed_requests_are_under_way() {
    let server = Scripted::start(vec![Turn::SendAndHang(Vec::new()), Turn::SendAndHang(Vec::new())]).await;
    let one = ClientSettings { max_concurrent_requests: 1, ..settings() };
    let account = client(&server.url(), None, one);
    let first = tokio::spawn({
        let account = account.clone();
        async move { account.send(&ReadStatus).await.map(|_| ()) }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let second = tokio::time::timeout(Duration::from_millis(30), account.send(&ReadStatus)).await;
    assert!(second.is_err(), "it waits for its turn");
    assert_eq!(server.requests().len(), 1);
    first.abort();
}

#[test]
fn a_base_url_is_an_address_and_nothing_else() {
    let check = |text: &str, expected: Result<&str, InvalidBaseUrl>| {
        assert_eq!(
            BaseUrl::parse(text).as_ref().map(BaseUrl::as_str).map_err(|error| *error),
            expected,
            "{text}"
        );
    };
    check("https://cloud.example.test", Ok("https://cloud.example.test/"));
    check(" http://127.0.0.1:8080/nextcloud ", Ok("http://127.0.0.1:8080/nextcloud/"));
    check("cloud.example.test", Err(InvalidBaseUrl::Syntax));
    check("ftp://cloud.example.test", Err(InvalidBaseUrl::Scheme));
    check("https://mara:pw@cloud.example.test", Err(InvalidBaseUrl::Extra));
    check("https://cloud.example.test/?a=b", Err(InvalidBaseUrl::Extra));
    assert!(BaseUrl::parse("https://a.test").expect("a URL").is_encrypted());
    assert!(!BaseUrl::parse("http://a.test").expect("a URL").is_encrypted());
}
