//! A bare HTTP client for these tests: one connection per request, no redirects, no cookies, no opinions.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A request under construction.
pub(crate) struct Ask {
    address: SocketAddr,
    builder: http::request::Builder,
    body: Bytes,
}

pub(crate) fn ask(address: SocketAddr, method: &str, path: &str) -> Ask {
    let builder = Request::builder().method(method).uri(path).header("host", address.to_string());
    Ask { address, builder, body: Bytes::new() }
}

impl Ask {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if name == "host" {
            self.builder.headers_mut().unwrap().remove("host");
        }
        self.builder = self.builder.header(name, value);
        self
    }

    pub(crate) fn basic(self, login: &str, password: &str) -> Self {
        let encoded = STANDARD.encode(format!("{login}:{password}"));
        self.header("authorization", &format!("Basic {encoded}"))
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }

    pub(crate) async fn try_send(self) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let response = sender.send_request(self.builder.body(Full::new(self.body))?).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        driver.abort();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}
