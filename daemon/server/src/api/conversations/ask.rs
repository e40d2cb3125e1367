//! A question, and its answer as a stream of server-sent events.
//!
//! What can be refused is refused with a status before the stream begins; what fails later is its last event. The
//! stream is the turn: a client that goes away drops it, and the assistant stops and keeps what was streamed.

use std::convert::Infallible;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_assistant::diary::Zone;
use voiceassist_assistant::{AskError, Wish};
use voiceassist_model::{AnswerPart, ConversationId, MessageId};
use voiceassist_store::Verified;

use crate::api::answer::AnswerEvent;
use crate::api::filter::Filter;
use crate::extract::json::JsonBody;
use crate::extract::parameters::FromPath;
use crate::extract::principal::Reader;
use crate::middleware::request_id::RequestId;
use crate::problem::{Code, Failure};
use crate::state::AppState;

/// Tells nginx not to collect events.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the interface")]
pub(crate) struct Question {
    /// In your words, at most 2000 characters.
    #[schema(max_length = 2000, example = "When is apixaban restarted after ablation?")]
    question: String,
    /// A question of yours in this conversation that this one replaces. It is taken back with everything after it.
    replaces: Option<Uuid>,
    /// How much is wanted; `standard` if not said.
    #[serde(default)]
    depth: Depth,
    /// What is looked at for this question; everything you may read unless given.
    #[serde(default)]
    filter: Filter,
    /// Your time zone by its IANA name, as the browser knows it: days and times of the question are read by it and those of the
    /// answer told in it. Without it that of your calendars, or the one most of your events are written in, or UTC.
    #[schema(max_length = 100, example = "Europe/Berlin")]
    zone: Option<String>,
}

/// How much an answer says.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Depth {
    /// One or two sentences.
    Brief,
    /// A few sentences.
    #[default]
    Standard,
    /// Whatever the documents say to it.
    Detailed,
}

impl From<Depth> for voiceassist_assistant::Depth {
    fn from(depth: Depth) -> Self {
        match depth {
            Depth::Brief => Self::Brief,
            Depth::Standard => Self::Standard,
            Depth::Detailed => Self::Detailed,
        }
    }
}

/// Asks within one of your conversations and streams the answer.
///
/// Events are named `sources`, `calculation`, `clarification`, `sentence`, `done` and `error`; the data of each is one JSON object. Comments keep the
/// stream alive.
#[utoipa::path(
    post, path = "/api/v1/conversations/{id}/ask", operation_id = "ask_conversation", tag = "conversations",
    params(("id" = Uuid, Path, description = "The conversation")), request_body = Question,
    security(("token" = [])),
    responses(
        (status = 200, description = "The answer, in events", body = AnswerEvent, content_type = "text/event-stream"),
    ),
)]
pub(crate) async fn ask_conversation(
    State(state): State<AppState>,
    Extension(request_id): Extension<RequestId>,
    reader: Reader,
    FromPath(id): FromPath<Uuid>,
    JsonBody(question): JsonBody<Question>,
) -> Result<Response, Failure> {
    let conversation = ConversationId::from_uuid(id);
    let replaces = question.replaces.map(MessageId::from_uuid);
    let zone =
        question.zone.as_deref().map(|name| Zone::by_iana_name(name).ok_or_else(no_zone)).transpose()?;
    let filter = question.filter.by_clock_of(question.zone.as_deref()).read(&reader).await?;
    let depth = question.depth.into();
    let wish = Wish { conversation, question: question.question, replaces, depth, filter, zone };
    let parts = reader.assistant().ask_for(&reader.principal, wish).await?;
    let keep_alive = KeepAlive::new().interval(state.limits().keep_alive).text("keep-alive");
    let events = Sse::new(events(parts, request_id)).keep_alive(keep_alive);
    Ok(([NO_BUFFERING], events).into_response())
}

fn no_zone() -> Failure {
    Failure::new(Code::InvalidParameter)
        .detail("`zone` is the IANA name of a time zone, such as Europe/Berlin.")
}

/// One event per part; a failure is the last.
fn events(
    parts: impl Stream<Item = Result<Verified<AnswerPart>, AskError>>,
    request_id: RequestId,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let streaming = Streaming::enter();
    parts.map(move |part| {
        let _streaming = &streaming;
        let event = part.map_or_else(|error| failed(error, &request_id), AnswerEvent::from);
        // Events are made of strings and finite numbers, which have a JSON form; an empty event would be skipped.
        Ok(Event::default().event(event.name()).json_data(&event).unwrap_or_default())
    })
}

fn failed(error: AskError, request_id: &RequestId) -> AnswerEvent {
    let failure = Failure::from(error);
    failure.report(Some(request_id));
    AnswerEvent::Error { problem: failure.details(Some(request_id)) }
}

/// Counts a stream for as long as somebody reads it.
struct Streaming;

impl Streaming {
    fn enter() -> Self {
        metrics::gauge!(crate::metrics::STREAMS).increment(1);
        Self
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        metrics::gauge!(crate::metrics::STREAMS).decrement(1);
    }
}
