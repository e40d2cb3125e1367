//! `GET /api/v1/admin/providers`: which models are used, whose machines they run on and what may be sent there.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::administration::ModelProvider;
use crate::extract::principal::Person;

/// The models.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelProviders {
    /// One line for each kind.
    providers: Vec<ModelProviderLine>,
}

/// One model.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelProviderLine {
    /// `chat` or `embedding`.
    #[schema(example = "chat")]
    kind: &'static str,
    /// The model's name; empty while none is configured.
    name: String,
    /// Whether there is one.
    configured: bool,
    /// Whose machines it runs on: `local`, `agreement` or `cloud`.
    protection: &'static str,
    /// What about people may be sent there: `forbid`, `redact` or `allow`.
    mode: &'static str,
    /// The agreement with its operator; empty without one.
    agreement: String,
}

/// Lists the models for administrators.
#[utoipa::path(
    get, path = "/api/v1/admin/providers", operation_id = "admin_list_providers", tag = "administration",
    security(("token" = [])), responses((status = 200, description = "The models", body = ModelProviders)),
)]
pub(crate) async fn admin_list_providers(person: Person) -> Json<ModelProviders> {
    let providers = person.state().administration().providers();
    Json(ModelProviders { providers: providers.into_iter().map(ModelProviderLine::from).collect() })
}

impl From<ModelProvider> for ModelProviderLine {
    fn from(provider: ModelProvider) -> Self {
        let ModelProvider { kind, name, configured, protection, mode, agreement } = provider;
        Self { kind, name, configured, protection, mode, agreement }
    }
}
