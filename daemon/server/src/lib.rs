//! Who may ask, and how: the HTTP side of the daemon.
//!
//! ```text
//! connection ─▶ request id ─▶ access log ─▶ security headers ─▶ dress of failures ─▶ origin ─▶ bounds ─▶ handler
//!                                                                     handler: typed extractors ─▶ store or assistant
//! ```
//!
//! The whole map is [`router`]; one endpoint per file lives under `api`. Handlers hold no rules: they parse, call and
//! map. Hooks are no people: they prove themselves and reach the queue only. *Invariants:* nothing of anybody's is
//! served without a verified token and a connected account, but how one's own connection fares; the server
//! never runs a job, it enqueues; it knows neither the index nor the workers; no log line, metric or problem holds
//! content, an address as it was asked for, or a query string.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

mod activity;
pub mod administration;
mod api;
pub mod auth;
pub mod connector;
mod edits;
mod extract;
pub mod health;
mod hooks;
pub mod limits;
mod mail_servers;
mod metrics;
mod middleware;
mod open_streams;
pub mod openapi;
mod origins;
pub mod problem;
mod quotas;
pub mod rates;
mod refusals;
mod serve;
pub mod standalone;
mod state;

pub use crate::metrics::METRICS;
pub use limits::Limits;
pub use mail_servers::MailServers;
pub use serve::{ServeSettings, serve};
pub use state::{AppState, MetricsRenderer, Parts, SessionSettings};

use crate::middleware::{
    bounds, caller, cors, edited, rate_headers, request_id, request_log, security_headers,
};

/// Everything the daemon answers, ready to be served.
pub fn router(state: AppState) -> Router {
    let api = api_routes()
        .layer(DefaultBodyLimit::max(state.limits().body_bytes))
        .layer(from_fn_with_state(state.clone(), edited::follow))
        .layer(from_fn_with_state(state.clone(), bounds::hold));
    let hooks = hook_routes()
        .layer(DefaultBodyLimit::max(limits::HOOK_BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), bounds::hold));
    let (router, _) = api.merge(hooks).merge(operation_routes()).split_for_parts();
    // Read from the bottom: the last layer is the first to see a request.
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), cors::admit))
        .layer(from_fn(problem::render))
        .layer(from_fn(rate_headers::announce))
        .layer(from_fn(security_headers::protect))
        .layer(from_fn(request_log::observe))
        .layer(from_fn_with_state(state.clone(), caller::find))
        .layer(from_fn_with_state(state.clone(), request_id::assign))
        .with_state(state)
}

/// What people use; each endpoint needs a token.
fn api_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(api::me::show_me))
        .routes(routes!(api::audit::list_own_audit))
        .routes(routes!(api::me::export::export_own_data))
        .routes(routes!(api::admin::overview::admin_show_overview))
        .routes(routes!(api::admin::people::admin_list_people))
        .routes(routes!(api::admin::failures::admin_retry_failures))
        .routes(routes!(api::admin::providers::admin_list_providers))
        .routes(routes!(api::admin::test_provider::admin_test_provider))
        .routes(routes!(api::admin::phi_policy::admin_show_phi_policy))
        .routes(routes!(api::admin::roles::admin_show_roles))
        .routes(routes!(
            api::admin::limits::admin_show_limits,
            api::admin::change_limits::admin_change_limits
        ))
        .routes(routes!(api::admin::end_sessions::admin_end_sessions))
        .routes(routes!(api::tickets::issue_ticket))
        .routes(routes!(api::stream::follow_documents))
        .routes(routes!(api::account::show::show_connection, api::account::end::end_connection))
        .routes(routes!(api::account::begin::begin_connecting))
        .routes(routes!(api::account::follow::follow_connecting))
        .routes(routes!(api::search::search_passages))
        .routes(routes!(api::sessions::vouched::open_vouched_session))
        .routes(routes!(api::sessions::refresh::refresh_session))
        .routes(routes!(api::sessions::oidc::begin::begin_sign_in))
        .routes(routes!(api::sessions::oidc::complete::complete_sign_in))
        .routes(routes!(api::sessions::oidc::logout::take_logout))
        .routes(routes!(api::sessions::list::list_sessions))
        .routes(routes!(api::sessions::end_own::end_own_session))
        .routes(routes!(api::sessions::end::end_session))
        .routes(routes!(api::sessions::end_others::end_other_sessions))
        .routes(routes!(api::pairing::overview::show_overview))
        .routes(routes!(api::pairing::hook_key::issue_hook_key))
        .routes(routes!(api::calculators::list::list_calculators))
        .routes(routes!(api::calculators::get::get_calculator, api::calculators::calculate::calculate))
        .routes(routes!(api::documents::list::list_documents))
        .routes(routes!(api::documents::get::get_document))
        .routes(routes!(api::documents::retry::retry_document))
        .routes(routes!(
            api::conversations::list::list_conversations,
            api::conversations::create::create_conversation,
            api::conversations::delete_all::delete_all_conversations
        ))
        .routes(routes!(
            api::conversations::get::get_conversation,
            api::conversations::change::change_conversation,
            api::conversations::delete::delete_conversation
        ))
        .routes(routes!(api::calendars::list::list_calendars))
        .routes(routes!(api::calendars::events::list_events))
        .routes(routes!(api::calendars::next::show_next_event))
        .routes(routes!(api::calendars::tasks::list_tasks))
        .routes(routes!(api::calendars::free_busy::show_free_busy))
        .routes(routes!(api::contacts::list::list_contacts))
        .routes(routes!(api::mail::accounts::list::list_mailboxes, api::mail::accounts::add::add_mailbox))
        .routes(routes!(api::mail::accounts::test::test_mailbox))
        .routes(routes!(
            api::mail::accounts::change::change_mailbox,
            api::mail::accounts::remove::remove_mailbox
        ))
        .routes(routes!(api::mail::messages::list::list_mail))
        .routes(routes!(api::mail::messages::get::get_mail))
        .routes(routes!(api::mail::threads::get_mail_thread))
        .routes(routes!(api::conversations::search::search_conversations))
        .routes(routes!(api::conversations::ask::ask_conversation))
        .routes(routes!(api::conversations::rate::rate_answer))
        .routes(routes!(api::passages::get::get_passage))
        .routes(routes!(api::phi::detect::detect_phi))
        .routes(routes!(api::phi::redact::redact_phi))
        .routes(routes!(api::scope::get::show_scope, api::scope::replace::replace_scope))
        .routes(routes!(api::scope::preview::preview_scope))
}

/// What Nextcloud calls by itself; each delivery proves where it comes from.
fn hook_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(hooks::nextcloud::receive_nextcloud_hook))
}

/// What the machine around the daemon uses; nothing of anybody's is here.
fn operation_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(health::show_liveness))
        .routes(routes!(health::show_readiness))
        .routes(routes!(metrics::show_metrics))
        .routes(routes!(openapi::show_openapi))
        .routes(routes!(api::keys::show_public_keys))
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    problem::Failure::new(problem::Code::Internal).detail("The request hit a fault.").into_response()
}
