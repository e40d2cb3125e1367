//! The rules that apply to you, and whether your tree is still being gone over with them.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::Job;
use voiceassist_store::scope::Owner;

use super::Rule;
use crate::extract::principal::Reader;
use crate::problem::Failure;

/// The rules that apply to you.
#[derive(Serialize, ToSchema)]
pub(crate) struct Scope {
    /// Your own.
    rules: Vec<Rule>,
    /// Everybody's; an administrator keeps them.
    everybody: Vec<Rule>,
    /// Whether your files are still being gone over with changed rules.
    applying: bool,
}

/// Shows which rules apply to you.
#[utoipa::path(
    get, path = "/api/v1/scope", operation_id = "show_scope", tag = "scope", security(("token" = [])),
    responses((status = 200, description = "The rules", body = Scope)),
)]
pub(crate) async fn show_scope(reader: Reader) -> Result<Json<Scope>, Failure> {
    scope_of(&reader).await.map(Json)
}

pub(super) async fn scope_of(reader: &Reader) -> Result<Scope, Failure> {
    let (store, account) = (reader.store(), reader.account_id());
    let own = store.scope().rules(Owner::Person(account)).await?;
    let everybody = store.scope().rules(Owner::Server(reader.principal.instance)).await?;
    Ok(Scope {
        rules: own.into_iter().map(Rule::from).collect(),
        everybody: everybody.into_iter().map(Rule::from).collect(),
        applying: store.jobs().is_unfinished(&Job::ApplyScope { account }).await?,
    })
}
