//! Some things ask for a fresh and strong sign-in, where the configuration says so.
//!
//! What changes something for others, and what gives much away at once, is refused to a session whose person has not
//! proved who they are within minutes, and in one of the ways that are named. The refusal says what would do. A session
//! of which nobody said when and how it was proved has nothing to show, and a token without a session neither.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_store::sessions::Session;

/// Operations that ask for it.
const GUARDED: [&str; 5] = [
    "admin_change_limits", "admin_end_sessions", "admin_retry_failures", "admin_test_provider",
    "export_own_data",
];

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepUp {
    /// The sign-in is this old at most.
    pub max_age: TimeDelta,
    /// Ways of which one must have been used (RFC 8176); empty: any.
    pub amr: Vec<String>,
    /// Classes of which the sign-in must be one; empty: any.
    pub acr: Vec<String>,
}

/// Whether the operation asks for a fresh sign-in.
pub(crate) fn guards(action: &str) -> bool {
    GUARDED.contains(&action)
}

impl StepUp {
    /// Whether this session has what is asked for.
    pub(crate) fn is_met_by(&self, session: Option<&Session>, now: DateTime<Utc>) -> bool {
        let Some(proof) = session.map(|session| &session.proof) else { return false };
        let fresh = proof.at.is_some_and(|at| at <= now + TimeDelta::minutes(1) && now - at <= self.max_age);
        let way = self.amr.is_empty() || proof.amr.iter().any(|way| self.amr.contains(way));
        let class = self.acr.is_empty() || proof.acr.as_ref().is_some_and(|class| self.acr.contains(class));
        fresh && way && class
    }
}
