//! One span and one line per request, and its metrics.
//!
//! The line names the route's template, never the address that was asked for: addresses carry ids and query strings
//! carry words. Methods outside the known list are counted as `other`, so that a caller cannot make up label values.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::metrics::{DURATION, IN_FLIGHT, REQUESTS};
use crate::middleware::request_id::RequestId;

/// The label of requests that no route takes.
const UNMATCHED: &str = "unmatched";

/// Lowers the gauge also when the client goes away and the request's future is dropped.
struct InFlight;

impl InFlight {
    fn enter() -> Self {
        metrics::gauge!(IN_FLIGHT).increment(1);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        metrics::gauge!(IN_FLIGHT).decrement(1);
    }
}

/// Opens the span, and writes the line when the response's head is ready.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, |path| path.as_str()).to_owned();
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let span = tracing::info_span!(
        "http.request.serve",
        http.method = method,
        http.route = route,
        request.id = request_id,
        http.status = tracing::field::Empty,
        duration_ms = tracing::field::Empty,
    );
    async move {
        let _in_flight = InFlight::enter();
        let started = Instant::now();
        let response = next.run(request).await;
        let elapsed = started.elapsed();
        let status = response.status().as_u16();
        let span = tracing::Span::current();
        span.record("http.status", status);
        span.record("duration_ms", u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        tracing::info!("request served");
        metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status_class(status))
            .increment(1);
        metrics::histogram!(DURATION, "method" => method, "route" => route).record(elapsed.as_secs_f64());
        response
    }
    .instrument(span)
    .await
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

const fn status_class(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
