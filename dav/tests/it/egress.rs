//! Connections go to configured servers and to addresses their names may stand for.

#![expect(clippy::unwrap_used, reason = "what cannot be set up stops the test")]

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use url::Url;
use voiceassist_dav::egress::{Destinations, HttpSettings, Lookup, Reach};
use voiceassist_dav::{BaseUrl, Client, ClientSettings, Credentials, Transport, TransportSettings};

/// A listener that nobody should reach, and how often somebody did.
async fn forbidden() -> (u16, Arc<AtomicUsize>) {
    _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, hits)
}

/// Answers each look-up with these addresses.
fn answering(addresses: &[&str]) -> (Lookup, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let lookup: Lookup = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let addresses = addresses.clone();
        Box::pin(async move { Ok(addresses) })
    });
    (lookup, asked)
}

#[tokio::test]
async fn a_name_that_stands_for_a_forbidden_address_is_not_connected_to() {
    let (port, hits) = forbidden().await;
    let url: Url = format!("http://models.example:{port}/").parse().unwrap();
    let cases: [&[&str]; 5] =
        [&["127.0.0.1"], &["9.9.9.9", "127.0.0.1"], &["::ffff:127.0.0.1"], &["169.254.169.254"], &[]];
    for answers in cases {
        let (lookup, asked) = answering(answers);
        let list = Destinations::only([(&url, Reach::Public)]).unwrap().looking_up_with(lookup);
        let client = list.client(&HttpSettings::default()).unwrap();
        let error = client.get(url.clone()).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_host_nobody_configured_is_not_even_looked_up() {
    let (port, hits) = forbidden().await;
    let configured: Url = "http://models.example/".parse().unwrap();
    let (lookup, asked) = answering(&["127.0.0.1"]);
    let list = Destinations::only([(&configured, Reach::House)]).unwrap().looking_up_with(lookup);
    let client = list.client(&HttpSettings::default()).unwrap();
    assert!(client.get(format!("http://localhost:{port}/")).send().await.is_err());
    assert_eq!((asked.load(Ordering::SeqCst), hits.load(Ordering::SeqCst)), (0, 0));
}

#[tokio::test]
async fn a_host_that_says_it_is_this_machine_may_be_this_machine() {
    let (port, hits) = forbidden().await;
    let url: Url = format!("http://localhost:{port}/").parse().unwrap();
    let (lookup, _) = answering(&["127.0.0.1"]);
    let list = Destinations::only([(&url, Reach::House)]).unwrap().looking_up_with(lookup);
    let client = list.client(&HttpSettings::default()).unwrap();
    // The listener accepts and says nothing; that it was reached is what counts.
    assert!(client.get(url).send().await.is_err());
    assert!(hits.load(Ordering::SeqCst) >= 1);
}

#[tokio::test]
async fn a_client_of_a_server_that_is_not_on_the_list_is_not_made() {
    let (port, hits) = forbidden().await;
    let configured: Url = "https://cloud.example/".parse().unwrap();
    let destinations = Destinations::only([(&configured, Reach::House)]).unwrap();
    let transport =
        Transport::new(&TransportSettings { destinations, ..TransportSettings::default() }).unwrap();
    let made = |text: &str| {
        let base = BaseUrl::parse(text).unwrap();
        Client::new(&transport, base, &Credentials::Anonymous, ClientSettings::default())
    };
    assert!(made("https://cloud.example/nextcloud").is_ok());
    assert!(made(&format!("http://127.0.0.1:{port}")).is_err());
    assert!(made("https://cloud.example:8443").is_err());
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}
