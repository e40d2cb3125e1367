//! One request over a plain socket, with any header and any body.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Nothing answers later.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request, as wrong as one likes.
#[derive(Clone, Default)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: String,
    pub(super) token: Option<&'a str>,
    pub(super) headers: Vec<(&'a str, String)>,
    pub(super) body: Vec<u8>,
}

impl Request<'_> {
    /// The status and everything after the first line; `None` when the connection was ended without an answer.
    pub(super) fn send(&self, address: &str) -> Option<(u16, String)> {
        let mut socket = TcpStream::connect(address).ok()?;
        socket.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut head = format!("{} {} HTTP/1.0\r\nHost: {address}\r\n", self.method, self.path);
        if let Some(token) = self.token {
            _ = write!(head, "Authorization: Bearer {token}\r\n");
        }
        if !self.headers.iter().any(|(name, _)| *name == "Content-Type") {
            head.push_str("Content-Type: application/json\r\n");
        }
        for (name, value) in &self.headers {
            _ = write!(head, "{name}: {value}\r\n");
        }
        _ = write!(head, "Content-Length: {}\r\n\r\n", self.body.len());
        socket.write_all(head.as_bytes()).ok()?;
        // A server may refuse before the body has arrived.
        _ = socket.write_all(&self.body);
        let mut answer = Vec::new();
        _ = socket.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let rest = answer.split_once("\r\n").map(|(_, rest)| rest.to_owned())?;
        Some((status, rest))
    }
}
