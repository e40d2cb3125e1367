//! `POST /api/v1/hooks/nextcloud`: hints from Nextcloud's webhook listeners and from our app.
//!
//! A listener sends one event in Nextcloud's form and proves itself with a token in `Authorization`; our app sends
//! [`events::Events`] and signs them (see [`proof`]). Either way the answer is 202 as soon as the hint is folded into the
//! queue, in one short transaction. Files are named by id; a path is never read, and of a calendar only whose it is.
//! Events nobody here follows are taken quietly. A delivery that is not proved, comes twice or comes late is answered 401, whatever
//! was wrong with it.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use voiceassist_dav::webhooks::{Delivery, FileEvent, Happened};
use voiceassist_store::nudges::{Effect, Nudge, Received, Sender};

use crate::limits::{HOOK_BODY_BYTES, HOOK_JSON_DEPTH};
use crate::metrics::{HOOK_DOUBTS, HOOK_LOOKS, HOOKS};
use crate::problem::{Code, Failure};
use crate::state::AppState;

pub(crate) mod events;
mod proof;
mod shape;

use proof::Proof;

/// How often a delivery is folded into the queue before it is given up.
const MAX_TRIES: u32 = 3;

/// Takes hints that files or shares changed. Proved by `Authorization: Bearer` with a listener's token, or by the
/// headers `X-VoiceAssist-Key`, `-Timestamp`, `-Nonce` and `-Signature`.
#[utoipa::path(
    post, path = "/api/v1/hooks/nextcloud", operation_id = "receive_nextcloud_hook", tag = "hooks",
    request_body(content = events::Events, description = "Signed events of the app; or one event in the form of Nextcloud's webhook listeners"),
    security(("listener_token" = []), ("app_signature" = [])),
    responses((status = 202, description = "Taken, or of no interest")),
)]
pub(crate) async fn receive_nextcloud_hook(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Failure> {
    let proof = Proof::of(&headers);
    let via = proof.as_ref().map_or("unknown", Proof::via);
    let outcome = take(&state, proof, body).await;
    let counted = match &outcome {
        Ok(outcome) => outcome.as_str(),
        Err(failure) => match failure.code() {
            Code::HookRefused => "refused",
            Code::TooManyHooks => "too_many",
            code if code.status().is_server_error() => "failed",
            _ => "unreadable",
        },
    };
    metrics::counter!(HOOKS, "via" => via, "outcome" => counted).increment(1);
    outcome.map(|_| StatusCode::ACCEPTED)
}

/// What became of a delivery that was proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Taken,
    Ignored,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Ignored => "ignored",
        }
    }
}

async fn take(
    state: &AppState,
    proof: Option<Proof<'_>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Outcome, Failure> {
    let body = body.map_err(unread)?;
    let sender = match &proof {
        Some(proof) => proof.check(state, &body).await?,
        None => None,
    };
    let (Some(sender), Some(proof)) = (sender, proof) else {
        return Err(refuse(state).await);
    };
    if !state.quotas().admits_hook(Some(sender.key), state.now()).await {
        return Err(Failure::new(Code::TooManyHooks));
    }
    if !shape::is_shallow(&body, HOOK_JSON_DEPTH) {
        return Err(Failure::new(Code::MalformedJson).detail("The body is nested too deeply."));
    }
    let nudges = match proof {
        Proof::Token(_) => delivered(&body)?,
        Proof::Signature(_) => events::read(&body)?,
    };
    if nudges.is_empty() {
        return Ok(Outcome::Ignored);
    }
    fold(state, &sender, &nudges).await
}

async fn fold(state: &AppState, sender: &Sender, nudges: &[Nudge]) -> Result<Outcome, Failure> {
    let mut tries = 1;
    let received = loop {
        match state.store().nudges().receive(sender, nudges).await {
            // Two deliveries about the same accounts can block each other; the sender would not try again.
            Err(error) if error.is_transient() && tries < MAX_TRIES => tries += 1,
            received => break received?,
        }
    };
    match received {
        Received::Replayed => Err(refuse(state).await),
        Received::Taken { looks, doubts } => {
            metrics::counter!(HOOK_LOOKS).increment(looks);
            metrics::counter!(HOOK_DOUBTS).increment(doubts);
            Ok(Outcome::Taken)
        }
    }
}

/// The nudge in one event of a webhook listener; none for what nobody follows.
fn delivered(body: &[u8]) -> Result<Vec<Nudge>, Failure> {
    let delivery = Delivery::parse(body).map_err(|error| Failure::new(Code::MalformedJson).because(error))?;
    let (event, file) = match delivery.happened {
        Happened::File { event, file } => (event, file),
        Happened::Calendar => return Ok(vec![of_collection(Effect::Calendar, delivery)]),
        Happened::Contacts => return Ok(vec![of_collection(Effect::Contacts, delivery)]),
        Happened::Other => return Ok(Vec::new()),
    };
    let effect = match event {
        FileEvent::Created | FileEvent::Written | FileEvent::Touched | FileEvent::Copied => Effect::Content,
        FileEvent::Renamed => Effect::Moved,
        FileEvent::BeforeDeleted | FileEvent::Deleted => Effect::Gone,
    };
    Ok(vec![Nudge { actor: delivery.actor, ..Nudge::new(effect, file) }])
}

/// Whose collections are to be looked at.
fn of_collection(effect: Effect, delivery: Delivery) -> Nudge {
    Nudge { actor: delivery.actor, ..Nudge::new(effect, None) }.concerning(delivery.concerned)
}

/// The same answer for everything that is not proved. Who guesses too often is told to stop instead.
async fn refuse(state: &AppState) -> Failure {
    let admitted = state.quotas().admits_hook(None, state.now()).await;
    Failure::new(if admitted { Code::HookRefused } else { Code::TooManyHooks })
}

fn unread(rejection: BytesRejection) -> Failure {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("A delivery may have at most {HOOK_BODY_BYTES} bytes.");
        Failure::new(Code::BodyTooLarge).detail(detail)
    } else {
        Failure::new(Code::MalformedJson).detail("The body ended early.")
    }
}
