//! Which of your files are read: your own rules, which you may change, and everybody's, which you may see.
//!
//! Your rules can only take away from what everybody's rules leave. Those are an administrator's and are not changed
//! here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use voiceassist_store::scope::{self as store, MAX_RULES, NewRule, Origin};

use crate::problem::{Code, Failure};

pub(crate) mod get;
pub(crate) mod preview;
pub(crate) mod replace;

/// Whether a rule leaves out or takes in.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScopeEffect)]
pub(crate) enum Effect {
    /// What the rule applies to is left out, whatever other rules say.
    Exclude,
    /// Only what the rule applies to is read. Of several about the place, one must apply; likewise for type, size,
    /// tag and marker.
    Include,
}

/// What a rule looks at.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScopeKind)]
pub(crate) enum Kind {
    /// A folder by its path in your own tree, with everything below: `/Private`.
    Folder,
    /// A pattern as in `.gitignore`: `*.bak`, `drafts/`.
    Glob,
    /// A kind of storage: `shared`, `external`, `group`, or one team folder: `group:Cardiology`.
    Mount,
    /// A media type (`image/*`), an ending (`.dcm`) or a family: `images`, `audio`, `video`, `pdf`, `office`, `text`,
    /// `archives`, `email`.
    Type,
    /// A bound on the size: `>50MB`, `<1KB`.
    Size,
    /// A Nextcloud tag on the file or on a folder above it.
    Tag,
    /// A file whose presence speaks for its folder and everything below: `.noindex`.
    Marker,
}

/// A rule as you write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScopeRule)]
pub(crate) struct RuleBody {
    /// Whether it leaves out or takes in.
    effect: Effect,
    /// What it looks at.
    kind: Kind,
    /// What it looks for, at most 1,000 characters.
    pattern: String,
}

/// Your rules, all of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScope)]
pub(crate) struct RulesBody {
    /// At most 200.
    rules: Vec<RuleBody>,
}

/// A rule that is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = ScopeRule)]
pub(crate) struct Rule {
    /// Names the rule; documents that it leaves out say so.
    id: Uuid,
    /// Whether it leaves out or takes in.
    effect: Effect,
    /// What it looks at.
    kind: Kind,
    /// What it looks for.
    pattern: String,
    /// `configuration`, `administrator` or `person`.
    origin: &'static str,
    /// Since when it is kept.
    created_at: DateTime<Utc>,
}

impl RulesBody {
    /// The rules, if each means something.
    fn rules(&self) -> Result<Vec<NewRule>, Failure> {
        if self.rules.len() > MAX_RULES {
            let detail = format!("There may be at most {MAX_RULES} rules.");
            return Err(Failure::new(Code::InvalidRule).detail(detail));
        }
        let read = |(place, rule): (usize, &RuleBody)| {
            NewRule::parse(rule.effect.into(), rule.kind.into(), &rule.pattern).map_err(|error| {
                Failure::new(Code::InvalidRule).detail(format!("Rule {}: {error}.", place + 1))
            })
        };
        self.rules.iter().enumerate().map(read).collect()
    }
}

impl From<store::Rule> for Rule {
    fn from(rule: store::Rule) -> Self {
        Self {
            id: rule.id.as_uuid(),
            effect: rule.rule.effect().into(),
            kind: rule.rule.kind().into(),
            pattern: rule.rule.pattern().to_owned(),
            origin: match rule.origin {
                Origin::Configuration => "configuration",
                Origin::Administrator => "administrator",
                Origin::Person => "person",
            },
            created_at: rule.created_at,
        }
    }
}

impl From<Effect> for store::Effect {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Exclude => Self::Exclude,
            Effect::Include => Self::Include,
        }
    }
}

impl From<store::Effect> for Effect {
    fn from(effect: store::Effect) -> Self {
        match effect {
            store::Effect::Exclude => Self::Exclude,
            store::Effect::Include => Self::Include,
        }
    }
}

impl From<Kind> for store::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Folder => Self::Folder,
            Kind::Glob => Self::Glob,
            Kind::Mount => Self::Mount,
            Kind::Type => Self::Type,
            Kind::Size => Self::Size,
            Kind::Tag => Self::Tag,
            Kind::Marker => Self::Marker,
        }
    }
}

impl From<store::Kind> for Kind {
    fn from(kind: store::Kind) -> Self {
        match kind {
            store::Kind::Folder => Self::Folder,
            store::Kind::Glob => Self::Glob,
            store::Kind::Mount => Self::Mount,
            store::Kind::Type => Self::Type,
            store::Kind::Size => Self::Size,
            store::Kind::Tag => Self::Tag,
            store::Kind::Marker => Self::Marker,
        }
    }
}
