//! Every route there is, asked rightly and in every wrong way that carries text. The routes are those the daemon
//! describes, so a new one is asked as soon as it is there.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use serde_json::{Value, json};

use super::identifiers::{Place, all, of};
use super::wire::Request;
use crate::program::get;

/// A body larger than any route takes.
const HUGE: usize = 3 << 20;
/// An id of nothing.
const NOBODY: &str = "0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a";

/// What a person does in a day; returns the bodies of what failed.
pub(super) fn converse(address: &str, token: &str) -> Vec<String> {
    let mut failures = Vec::new();
    let mut send = |method: &str, path: String, body: Option<Value>| -> Value {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = Request { method, path, token: Some(token), body, ..Request::default() };
        let (status, answer) = request.send(address).unwrap_or_default();
        if status >= 400 {
            failures.push(answer.clone());
        }
        answer
            .split_once("\r\n\r\n")
            .and_then(|(_, body)| serde_json::from_str(body).ok())
            .unwrap_or_default()
    };
    let question = all(Place::Said);
    send("POST", "/api/v1/search".to_owned(), Some(json!({ "query": question })));
    let made = send("POST", "/api/v1/conversations".to_owned(), Some(json!({ "title": of("title") })));
    let conversation = format!("/api/v1/conversations/{}", made["id"].as_str().unwrap_or(NOBODY));
    send("POST", format!("{conversation}/ask"), Some(json!({ "question": question })));
    send("POST", format!("{conversation}/ask"), Some(json!({ "question": of("note") })));
    send("PATCH", conversation.clone(), Some(json!({ "title": of("new title") })));
    send("GET", conversation, None);
    let rule = format!("exclude folder /{}", of("rule"));
    send("PUT", "/api/v1/scope".to_owned(), Some(json!({ "rules": [rule] })));
    send(
        "POST",
        "/api/v1/scope/preview".to_owned(),
        Some(json!({ "rules": [format!("exclude {}", of("rule"))] })),
    );
    let documents = send("GET", "/api/v1/documents?limit=50".to_owned(), None);
    for document in documents["items"].as_array().into_iter().flatten() {
        let id = document["id"].as_str().unwrap_or(NOBODY);
        send("GET", format!("/api/v1/documents/{id}"), None);
        send("POST", format!("/api/v1/documents/{id}/retry"), None);
    }
    failures
}

/// Every route in every wrong way; returns the bodies of what failed.
pub(super) fn every_wrong_way(address: &str, token: &str) -> Vec<String> {
    let (_, document) = get(address, "/api/v1/openapi.json", None).expect("a description");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let mut failures = Vec::new();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            let method = method.to_uppercase();
            // Ends the account for good.
            let is_end = method == "DELETE" && path == "/api/v1/account";
            for request in wrong(&method, path, (!is_end).then_some(token)) {
                asked += 1;
                if let Some((status, answer)) = request.send(address)
                    && status >= 400
                {
                    failures.push(answer);
                }
            }
        }
    }
    let unmatched = Request { method: "GET", path: format!("/{}", of("wrong path")), ..Request::default() };
    failures.extend(unmatched.send(address).map(|(_, answer)| answer));
    assert!(asked > 100 && failures.len() > asked / 2, "{asked} requests, {} failed", failures.len());
    failures
}

/// One route: paths, queries, headers and bodies that carry text where none belongs.
fn wrong<'a>(method: &'a str, path: &str, token: Option<&'a str>) -> Vec<Request<'a>> {
    let known = path.replace("{id}", NOBODY);
    let right = Request { method, path: known.clone(), token, ..Request::default() };
    let body = |body: String| Request { body: body.into_bytes(), ..right.clone() };
    let field = of("wrong field");
    vec![
        Request { path: path.replace("{id}", of("wrong path")), ..right.clone() },
        Request { path: format!("{known}/{}", of("wrong path")), ..right.clone() },
        Request { path: format!("{known}?limit={0}&state={0}&{0}={0}", of("wrong query")), ..right.clone() },
        Request { headers: headers(), token: None, ..right.clone() },
        Request { headers: headers(), ..right.clone() },
        Request { token: Some(of("bearer")), ..right.clone() },
        body(format!("{{\"query\": \"{}", of("malformed"))),
        body(json!({ field: field }).to_string()),
        body(json!({ "query": [field], "question": { field: 1 }, "title": [field], "rules": field, "state": field }).to_string()),
        body(json!({ "query": "", "rules": [format!("include {field} {field}")], "values": { field: field } }).to_string()),
        body(json!([of("malformed")]).to_string()),
        body(format!("\"{}\u{0}\"", of("malformed"))),
        body(json!({ "query": of("huge").repeat(HUGE / 24), "question": of("huge"), "title": of("huge").repeat(90) }).to_string()),
        Request {
            headers: vec![("Content-Type", format!("text/{}", of("header")))],
            body: of("malformed").as_bytes().to_vec(),
            ..right.clone()
        },
    ]
}

fn headers() -> Vec<(&'static str, String)> {
    let named = |name| (name, of("header").to_owned());
    let mut headers: Vec<_> = [
        "User-Agent",
        "Referer",
        "Cookie",
        "X-Request-Id",
        "X-Forwarded-For",
        "X-Forwarded-User",
        "Forwarded",
        "Traceparent",
        "Tracestate",
        "Baggage",
        "Accept-Language",
        "If-None-Match",
        "X-VoiceAssist-Nonce",
        "X-VoiceAssist-Signature",
        "X-VoiceAssist-Key",
        "Last-Event-Id",
    ]
    .map(named)
    .into();
    headers.push(("Idempotency-Key", of("idempotency").to_owned()));
    headers.push(("Authorization", format!("Basic {}", of("bearer"))));
    headers
}
