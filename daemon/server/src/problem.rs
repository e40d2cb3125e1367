//! The only place that knows status codes of failures.
//!
//! A handler fails with a [`Failure`]: a [`Code`] from the closed list and a sentence for the caller, and for the
//! operator the cause. [`render`] turns it into `application/problem+json` (RFC 9457) with the request's id, and logs
//! failures of our own (5xx) once, there and nowhere else; failures of the caller are quiet. It also dresses what
//! the framework refuses by itself (no such route, wrong method), so that a caller meets one shape only. A response
//! never names a host, a path of the server, a cause, or anything a caller did not send.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::middleware::cors;
use crate::middleware::request_id::RequestId;

mod code;
mod sources;

pub use code::{Code, catalogue};

/// The media type of every failure.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a caller sees of a failure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:voiceassist:problem:document_not_found", "title": "No such document", "status": 404,
    "detail": "There is no such document, or you may not read it.", "code": "document_not_found",
    "request_id": "0198c2f4-6f2e-7d3a-8c1b-5a4e3d2c1b0a"
}))]
pub struct ProblemDetails {
    /// Names the kind of problem for machines that follow RFC 9457.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words, the same every time.
    pub title: &'static str,
    /// The status code, repeated.
    pub status: u16,
    /// What happened this time and what to do.
    pub detail: String,
    /// The stable code to branch on.
    pub code: &'static str,
    /// Quote it to the administrator; the log knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What this kind of problem adds, under names of its own.
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: Map<String, Value>,
}

/// A request that cannot be served.
#[derive(Clone, Debug)]
pub struct Failure {
    code: Code,
    detail: Cow<'static, str>,
    /// Members of this kind of problem, for the caller.
    members: Map<String, Value>,
    /// When to come back, if that is known better than from the code.
    wait: Option<u16>,
    /// For the log only.
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure with its usual sentence.
    pub(crate) fn new(code: Code) -> Self {
        Self { code, detail: Cow::Borrowed(code.detail()), members: Map::new(), wait: None, cause: None }
    }

    /// Says more than the usual sentence. The text must hold nothing the caller did not send.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds a member to the document (RFC 9457, section 3.2). It must hold nothing the caller did not send.
    #[must_use]
    pub(crate) fn member(mut self, name: &str, value: impl Serialize) -> Self {
        // What has no JSON form is left out: the problem itself is told in any case.
        if let Ok(value) = serde_json::to_value(value) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// Says after how many seconds another try makes sense.
    #[must_use]
    pub(crate) fn wait(mut self, seconds: u32) -> Self {
        self.wait = Some(u16::try_from(seconds).unwrap_or(u16::MAX));
        self
    }

    /// Adds what the operator must know.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// The code.
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    /// What the caller sees.
    pub(crate) fn details(&self, request_id: Option<&RequestId>) -> ProblemDetails {
        ProblemDetails {
            kind: format!("urn:voiceassist:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone().into_owned(),
            code: self.code.as_str(),
            request_id: request_id.map(ToString::to_string),
            members: self.members.clone(),
        }
    }

    /// Counts the failure, and logs it if it is ours. Called once per failure: by [`render`], or by a stream.
    pub(crate) fn report(&self, request_id: Option<&RequestId>) {
        metrics::counter!(crate::metrics::PROBLEMS, "code" => self.code.as_str()).increment(1);
        if !self.code.status().is_server_error() {
            return;
        }
        let request_id = request_id.map(ToString::to_string).unwrap_or_default();
        let cause = self.cause.as_deref().map(chain).unwrap_or_default();
        let code = self.code.as_str();
        if self.code == Code::Internal {
            tracing::error!(request.id = request_id, problem.code = code, cause, "a request failed");
        } else {
            tracing::warn!(
                request.id = request_id,
                problem.code = code,
                cause,
                "a request could not be served now"
            );
        }
    }
}

impl IntoResponse for Failure {
    /// The bare response; [`render`] gives it its body.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost dress of every response: failures become problem documents.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        None if is_bare_failure(&response) => Failure::new(Code::of_framework(response.status())),
        None => return response,
    };
    failure.report(request_id.as_ref());
    let status = failure.code.status();
    let mut rendered = (status, body(&failure, request_id.as_ref())).into_response();
    // What the framework said beside the status stays, for instance `Allow` of a wrong method.
    if let Some(allow) = response.headers().get(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, allow.clone());
    }
    cors::carry_over(response.headers(), rendered.headers_mut());
    rendered.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"voiceassist\"");
        rendered.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = failure.wait.or(failure.code.retry_after()) {
        rendered.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

fn body(failure: &Failure, request_id: Option<&RequestId>) -> Body {
    // Six short strings always serialise; an empty body would still carry the status.
    serde_json::to_vec(&failure.details(request_id)).map(Body::from).unwrap_or_default()
}

/// A refusal that no handler made. Answers with a JSON body of their own, such as readiness, are left alone.
fn is_bare_failure(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    failed && !is_json
}

/// The messages of an error and its causes, outermost first.
fn chain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
