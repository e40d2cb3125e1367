//! Other rules in the place of all of yours.
//!
//! What they leave out is no longer found once your tree was gone over, which is queued at once and takes seconds. Sent
//! twice it changes nothing; a rule that stays keeps its id.

use axum::Json;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};

use super::RulesBody;
use super::get::{Scope, scope_of};
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Replaces your rules.
#[utoipa::path(
    put, path = "/api/v1/scope", operation_id = "replace_scope", tag = "scope", request_body = RulesBody,
    security(("token" = [])), responses((status = 200, description = "The rules", body = Scope)),
)]
pub(crate) async fn replace_scope(
    reader: Reader,
    JsonBody(body): JsonBody<RulesBody>,
) -> Result<Json<Scope>, Failure> {
    let rules = body.rules()?;
    let entry = Entry::new(Actor::Person(reader.account_id()), Action::ScopeChange)
        .about(Subject::Account(reader.account_id()))
        .count("rules", rules.len() as u64);
    let scope = reader.store().scope();
    let replaced = reader.store().audit().around(entry, scope.replace(reader.account_id(), &rules)).await?;
    if replaced.is_none() {
        return Err(Failure::new(Code::AccountDisconnected));
    }
    scope_of(&reader).await.map(Json)
}
