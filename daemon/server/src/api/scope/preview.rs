//! What other rules of yours would take out and bring in, without keeping them.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_store::scope::{self as store, Owner};

use super::{Effect, Kind, RulesBody};
use crate::extract::json::JsonBody;
use crate::extract::principal::Reader;
use crate::problem::{Code, Failure};

/// Files and their bytes.
#[derive(Serialize, ToSchema)]
#[schema(as = ScopeAmount)]
pub(crate) struct Amount {
    files: u64,
    bytes: u64,
}

/// Files of one family of types.
#[derive(Serialize, ToSchema)]
#[schema(as = ScopeShare)]
pub(crate) struct Share {
    /// `pdf`, `office`, `images` …
    family: &'static str,
    files: u64,
    bytes: u64,
}

/// What one rule would do.
#[derive(Serialize, ToSchema)]
#[schema(as = ScopeRuleCount)]
pub(crate) struct RuleCount {
    effect: Effect,
    kind: Kind,
    /// As the rule would be kept.
    pattern: String,
    /// What it applies to.
    applies: Amount,
    /// Of an exclusion: what no other rule of yours leaves out.
    alone: Amount,
}

/// What would change.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScopePreview {
    /// All your files.
    all: Amount,
    /// In scope now.
    before: Amount,
    /// In scope with the proposed rules.
    after: Amount,
    /// What would no longer be found.
    taken_out: Vec<Share>,
    /// What would be read in addition.
    brought_in: Vec<Share>,
    /// Each proposed rule.
    rules: Vec<RuleCount>,
    /// Tags that Nextcloud was not asked about yet; rules that name them count nothing so far.
    unknown_tags: Vec<String>,
}

impl From<store::Amount> for Amount {
    fn from(amount: store::Amount) -> Self {
        Self { files: amount.files, bytes: amount.bytes }
    }
}

impl From<store::Preview> for ScopePreview {
    fn from(preview: store::Preview) -> Self {
        let share = |(family, amount): (store::Family, store::Amount)| Share {
            family: family.as_str(),
            files: amount.files,
            bytes: amount.bytes,
        };
        let count = |count: store::RuleCount| RuleCount {
            effect: count.rule.effect().into(),
            kind: count.rule.kind().into(),
            pattern: count.rule.pattern().to_owned(),
            applies: count.applies.into(),
            alone: count.alone.into(),
        };
        Self {
            all: preview.all.into(),
            before: preview.before.into(),
            after: preview.after.into(),
            taken_out: preview.taken_out.into_iter().map(share).collect(),
            brought_in: preview.brought_in.into_iter().map(share).collect(),
            rules: preview.rules.into_iter().map(count).collect(),
            unknown_tags: preview.unknown_tags,
        }
    }
}

/// Counts what other rules would change.
#[utoipa::path(
    post, path = "/api/v1/scope/preview", operation_id = "preview_scope", tag = "scope", request_body = RulesBody,
    security(("token" = [])), responses((status = 200, description = "What would change", body = ScopePreview)),
)]
pub(crate) async fn preview_scope(
    reader: Reader,
    JsonBody(body): JsonBody<RulesBody>,
) -> Result<Json<ScopePreview>, Failure> {
    let rules = body.rules()?;
    let preview = reader.store().scope().preview(Owner::Person(reader.account_id()), &rules).await?;
    preview.map(|preview| Json(preview.into())).ok_or_else(|| Failure::new(Code::AccountDisconnected))
}
