//! A server that answers with the bytes it was told, one answer per connection, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, LockRetry, Transport, TransportSettings,
};

use crate::fixture;

pub(crate) struct Scripted {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

/// What to do with one connection.
pub(crate) enum Turn {
    /// Send these bytes and close.
    Send(Vec<u8>),
    /// Send these bytes, then nothing, and keep the connection open.
    SendAndHang(Vec<u8>),
}

impl Scripted {
    pub(crate) async fn start(turns: Vec<Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut hanging = Vec::new();
            for turn in turns {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let request = read_request(&mut stream).await;
                seen.lock().expect("no panic before").push(request);
                match turn {
                    Turn::Send(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.shutdown().await;
                    }
                    Turn::SendAndHang(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        hanging.push(stream);
                    }
                }
            }
            // Holds its port and the open connections until the test ends.
            std::future::pending::<()>().await;
        });
        Self { addr, requests }
    }

    pub(crate) async fn answering(answers: &[Vec<u8>]) -> Self {
        Self::start(answers.iter().cloned().map(Turn::Send).collect()).await
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic before").clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.url(), Some("mara"), settings())
    }
}

pub(crate) fn settings() -> ClientSettings {
    let lock_retry = LockRetry { base_delay: Duration::from_millis(1), ..LockRetry::default() };
    ClientSettings { lock_retry, ..ClientSettings::default() }
}

pub(crate) fn transport() -> Transport {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Transport::new(&TransportSettings::default()).expect("a transport")
}

pub(crate) fn client(url: &str, login: Option<&str>, settings: ClientSettings) -> Client {
    let secret = |name: &str| AppPassword::restored(name.to_owned(), "app-password".into());
    let credentials = login.map_or(Credentials::Anonymous, |name| Credentials::AppPassword(secret(name)));
    Client::new(&transport(), BaseUrl::parse(url).expect("a URL"), &credentials, settings).expect("a client")
}

/// A recorded answer as bytes for the wire.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fixture_with(name, &[])
}

pub(crate) fn fixture_with(name: &str, headers: &[&str]) -> Vec<u8> {
    let response = fixture::response(name);
    let mut lines: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    for (header, value) in &response.headers {
        lines.push(format!("{header}: {}", value.to_str().expect("text")));
    }
    answer(response.status.as_u16(), &lines, &response.body)
}

pub(crate) fn answer(status: u16, headers: &[impl AsRef<str>], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Because\r\nConnection: close\r\n");
    for header in headers {
        head += header.as_ref();
        head += "\r\n";
    }
    let has_length = headers.iter().any(|header| {
        let header = header.as_ref().to_ascii_lowercase();
        header.starts_with("content-length") || header.starts_with("transfer-encoding")
    });
    let length = if has_length { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let mut bytes = (head + &length + "\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(_) if buffer[0] == HANDSHAKE => return "a TLS handshake".to_owned(),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
