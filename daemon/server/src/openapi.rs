//! The OpenAPI document, made from the handlers.
//!
//! Paths, parameters and shapes come from the functions and types themselves, so they cannot drift. Added here is what
//! is the same for all: how to sign in, and that every failure is a problem document. The committed copy in the
//! reference is compared with [`json`] by a test.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ResponseBuilder,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::problem::{self, ProblemDetails};

/// Made once; it depends on nothing but the program.
static JSON: LazyLock<String> = LazyLock::new(json);

/// The whole document.
pub fn document() -> OpenApi {
    let (_, mut document) =
        crate::api_routes().merge(crate::hook_routes()).merge(crate::operation_routes()).split_for_parts();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(add_failure);
    }
    document
}

/// What each route is called: method and path, as the router has it.
static ACTIONS: LazyLock<HashMap<(Method, String), String>> = LazyLock::new(|| {
    let mut actions = HashMap::new();
    for (path, item) in document().paths.paths {
        for (method, operation) in [
            (Method::GET, item.get),
            (Method::POST, item.post),
            (Method::PUT, item.put),
            (Method::PATCH, item.patch),
            (Method::DELETE, item.delete),
        ] {
            if let Some(name) = operation.and_then(|operation| operation.operation_id) {
                actions.insert((method, path.clone()), name);
            }
        }
    }
    actions
});

/// The name of the operation at a route, by which the policy knows it.
pub(crate) fn action(method: &Method, path: &str) -> Option<&'static str> {
    // A request without a body stands where its GET stands.
    let method = if method == Method::HEAD { Method::GET } else { method.clone() };
    ACTIONS.get(&(method, path.to_owned())).map(String::as_str)
}

/// The document as it is committed: indented, with a final newline.
#[expect(
    clippy::expect_used,
    reason = "the document is made of strings and maps with string keys, which have a JSON form"
)]
pub fn json() -> String {
    let mut text = document().to_pretty_json().expect("the document serialises");
    text.push('\n');
    text
}

/// Shows this document.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", operation_id = "show_openapi", tag = "operation",
    responses((status = 200, description = "The OpenAPI document", content_type = "application/json")),
)]
pub(crate) async fn show_openapi() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], JSON.as_str()).into_response()
}

/// Title, licence, the way to sign in, and the shape of failures.
pub(crate) fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("VoiceAssist")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Cited answers from the documents you may read in your Nextcloud. Every failure is an \
             `application/problem+json` document with a stable `code`.",
        ))
        .license(Some(LicenseBuilder::new().name("AGPL-3.0-or-later").build()))
        .build();
    let mut components = Components::new();
    let mut token = Http::new(HttpAuthScheme::Bearer);
    token.bearer_format = Some("JWT".to_owned());
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let mut hook = Http::new(HttpAuthScheme::Bearer);
    hook.description = Some("The token of a webhook listener.".to_owned());
    components.add_security_scheme("listener_token", SecurityScheme::Http(hook));
    let ticket = ApiKeyValue::with_description("ticket", "A ticket of `POST /api/v1/tickets`, good once.");
    components.add_security_scheme("ticket", SecurityScheme::ApiKey(ApiKey::Query(ticket)));
    let signature = ApiKeyValue::with_description(
        "x-voiceassist-signature",
        "HMAC-SHA256 of the app in Nextcloud, with the headers that name its key, time and nonce.",
    );
    components.add_security_scheme("app_signature", SecurityScheme::ApiKey(ApiKey::Header(signature)));
    components.schemas.insert(ProblemDetails::name().into_owned(), ProblemDetails::schema());
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

fn add_failure(operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemDetails::name().into_owned())))
        .build();
    let response = ResponseBuilder::new()
        .description("A problem; its `code` says which")
        .content(problem::MEDIA_TYPE, problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(response));
}
