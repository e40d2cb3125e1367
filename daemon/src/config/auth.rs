//! Sessions: how long they live, what asks for a fresh sign-in, and how an ID token is read.
//!
//! Where people sign in is said in the section of Nextcloud, under the names that deployments use already. Refused: limits
//! of nothing, and a provider that is only half described.

use chrono::TimeDelta;
use serde::Deserialize;
use url::Url;
use voiceassist_server::SessionSettings;
use voiceassist_server::auth::step_up::StepUp;
use voiceassist_store::sessions::SessionLimits;

use super::Nextcloud;

/// A week: who wants sessions to live longer wants none to end.
const MAX_ABSOLUTE_HOURS: u32 = 7 * 24;

/// Sessions and signing in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Minutes until an unused session is over.
    pub idle_minutes: u32,
    /// Hours until any session is over.
    pub absolute_hours: u32,
    /// Whether some operations ask for a fresh sign-in.
    pub step_up: bool,
    /// How many minutes a sign-in is fresh.
    pub step_up_minutes: u32,
    /// Ways of signing in of which one must have been used; empty: any.
    pub step_up_amr: Vec<String>,
    /// Classes of which the sign-in must be one; empty: any.
    pub step_up_acr: Vec<String>,
    /// The claim that is Nextcloud's user id.
    pub user_claim: String,
    /// The claim that lists the groups.
    pub groups_claim: String,
    /// What is asked for.
    pub scopes: Vec<String>,
}

impl Auth {
    /// How the server keeps sessions.
    pub fn sessions(&self) -> SessionSettings {
        let limits = SessionLimits {
            idle: TimeDelta::minutes(i64::from(self.idle_minutes)),
            absolute: TimeDelta::hours(i64::from(self.absolute_hours)),
        };
        let step_up = self.step_up.then(|| StepUp {
            max_age: TimeDelta::minutes(i64::from(self.step_up_minutes)),
            amr: self.step_up_amr.clone(),
            acr: self.step_up_acr.clone(),
        });
        SessionSettings { limits, step_up }
    }

    /// What is wrong with it, as setting and advice; the flag says that it is only unsafe.
    pub(super) fn complaints(&self, nextcloud: &Nextcloud) -> Vec<(&'static str, &'static str, bool)> {
        let mut found = Vec::new();
        if self.idle_minutes == 0 || self.absolute_hours == 0 || self.absolute_hours > MAX_ABSOLUTE_HOURS {
            found.push((
                "auth.idle_minutes",
                "and absolute_hours must not be zero, and absolute_hours not more than 168",
                false,
            ));
        }
        if self.step_up && self.step_up_minutes == 0 {
            found.push(("auth.step_up_minutes", "must not be zero: no sign-in is that fresh", false));
        }
        let Some(issuer) = &nextcloud.oidc_issuer else {
            if nextcloud.client_id.is_some() || nextcloud.redirect_uri.is_some() {
                found.push((
                    "nextcloud.oidc_issuer",
                    "is not set, but client_id or redirect_uri is; set all three",
                    false,
                ));
            }
            return found;
        };
        if nextcloud.client_id.as_ref().is_none_or(String::is_empty) || nextcloud.redirect_uri.is_none() {
            found.push(("nextcloud.client_id", "and redirect_uri must be set with oidc_issuer", false));
        }
        if self.user_claim.is_empty() || !self.scopes.iter().any(|scope| scope == "openid") {
            found.push(("auth.user_claim", "must name a claim, and auth.scopes must hold openid", false));
        }
        match Url::parse(issuer) {
            Ok(url) if url.scheme() == "https" => {}
            Ok(url) if url.scheme() == "http" => {
                if !super::check::is_loopback(&url) {
                    found.push(("nextcloud.oidc_issuer", "is plain http to another machine, so anybody between could say who people are; use https", true));
                }
            }
            _ => found.push(("nextcloud.oidc_issuer", "is not an http(s) address", false)),
        }
        found
    }
}
