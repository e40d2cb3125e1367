//! ID tokens and logout tokens of the provider, read after their signature was checked and before they are believed.
//!
//! Only algorithms with a public key are known here, so that a published key can never be taken for a password. The key
//! comes from what the provider publishes and from nowhere else. An ID token must be for us, answer the nonce of this very
//! sign-in and be fresh; a logout token must say that it is one, and must not pass for the other.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use voiceassist_store::sessions::Proof;

use super::published::Published;
use super::{Identified, ProviderError, ProviderSettings, SignedOut};
use crate::auth::jose;

/// The longest token that is looked at, in bytes: groups can be many.
const MAX_TOKEN_BYTES: usize = 64 * 1024;
/// How far the clocks of the two servers may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// An ID token was made a moment ago: the code is redeemed at once.
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);
/// Longest names, and most of them.
const MAX_NAME_CHARS: usize = 255;
const MAX_USER_ID_CHARS: usize = 64;
const MAX_GROUPS: usize = 2_000;
const MAX_WAYS: usize = 16;
/// What a logout token is called, and what it says.
const LOGOUT_TYPE: &str = "logout+jwt";
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Algorithms whose keys are public.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// Reads tokens at one moment.
pub(super) struct Reader<'p> {
    pub(super) settings: &'p ProviderSettings,
    pub(super) published: &'p Published,
    pub(super) now: DateTime<Utc>,
}

/// What a token says.
pub(super) struct Claims(Map<String, Value>);

type Read<T> = Result<T, ProviderError>;

const fn refused<T>(why: &'static str) -> Read<T> {
    Err(ProviderError::Refused(why))
}

impl Reader<'_> {
    /// An ID token that answers this nonce.
    pub(super) async fn id_token(&self, token: &str, nonce: &SecretString) -> Read<Claims> {
        let claims = self.signed(token, |kind| matches!(kind, None | Some("JWT"))).await?;
        self.check_times(&claims, true)?;
        if claims.text("nonce") != Some(nonce.expose_secret()) {
            return refused("nonce");
        }
        Ok(claims)
    }

    /// A logout token.
    pub(super) async fn logout_token(&self, token: &str) -> Read<SignedOut> {
        let claims = self.signed(token, |kind| matches!(kind, None | Some("JWT" | LOGOUT_TYPE))).await?;
        self.check_times(&claims, false)?;
        let says_so = claims.0.get("events").and_then(|events| events.get(LOGOUT_EVENT));
        if !says_so.is_some_and(Value::is_object) {
            return refused("no_logout");
        }
        if claims.0.contains_key("nonce") {
            return refused("id_token_for_logout");
        }
        let named = |name| claims.text(name).map(str::to_owned);
        let (subject, session) = (named("sub"), named("sid"));
        let jti = named("jti").filter(|jti| (1..=MAX_NAME_CHARS).contains(&jti.chars().count()));
        match jti {
            Some(jti) if subject.is_some() || session.is_some() => {
                let ends_at = self.now + MAX_AGE + CLOCK_SKEW + CLOCK_SKEW;
                Ok(SignedOut { jti, subject, session, ends_at })
            }
            _ => refused("nobody_named"),
        }
    }

    /// The claims of a token that the provider signed for us.
    async fn signed(&self, token: &str, is_of_kind: impl Fn(Option<&str>) -> bool) -> Read<Claims> {
        if token.len() > MAX_TOKEN_BYTES {
            return refused("form");
        }
        let Some(head) = jose::head(token) else { return refused("form") };
        let algorithm = ALGORITHMS.iter().find(|(name, _)| *name == head.alg);
        let Some((_, algorithm)) = algorithm else { return refused("algorithm") };
        if head.asks_for_more() || !is_of_kind(head.typ.as_deref()) {
            return refused("form");
        }
        let key = self.published.key(head.kid.as_deref()).await?;
        let Ok(key) = DecodingKey::from_jwk(&key) else { return refused("unknown_key") };
        let mut validation = Validation::new(*algorithm);
        // All claims are looked at below, against our own clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let Ok(data) = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation) else {
            return refused("signature");
        };
        let claims = Claims(data.claims);
        if claims.text("iss") != Some(&self.settings.issuer) {
            return refused("another_issuer");
        }
        claims.check_audience(&self.settings.client_id)?;
        Ok(claims)
    }

    fn check_times(&self, claims: &Claims, must_end: bool) -> Read<()> {
        let instant = |name: &str| claims.0.get(name).and_then(Value::as_i64);
        let now = self.now.timestamp();
        let skew = CLOCK_SKEW.num_seconds();
        let Some(made) = instant("iat") else { return refused("times") };
        let ended = match instant("exp") {
            Some(end) => end.saturating_add(skew) <= now,
            None => must_end || claims.0.contains_key("exp"),
        };
        let early = made.max(instant("nbf").unwrap_or(made)) > now.saturating_add(skew);
        let old = made.saturating_add(MAX_AGE.num_seconds() + skew) <= now;
        if ended || early || old { refused("times") } else { Ok(()) }
    }
}

impl Claims {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// We must be named, and where others are too, it must have been made for us.
    fn check_audience(&self, client_id: &str) -> Read<()> {
        let named = match self.0.get("aud") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(_)) => self.texts("aud"),
            _ => Vec::new(),
        };
        let party = self.0.get("azp");
        let made_for_us = party.map_or(named.len() == 1, |party| party.as_str() == Some(client_id));
        if named.iter().any(|one| one == client_id) && made_for_us { Ok(()) } else { refused("audience") }
    }

    /// Who it is.
    pub(super) fn identified(&self, settings: &ProviderSettings) -> Read<Identified> {
        let name = |claim: &str, limit: usize| {
            self.text(claim).filter(|name| (1..=limit).contains(&name.chars().count())).map(str::to_owned)
        };
        let Some(subject) = name("sub", MAX_NAME_CHARS) else { return refused("nobody_named") };
        let Some(user_id) = name(&settings.user_claim, MAX_USER_ID_CHARS) else {
            return refused("no_user_claim");
        };
        let mut groups = self.texts(&settings.groups_claim);
        groups.truncate(MAX_GROUPS);
        let mut amr = self.texts("amr");
        amr.truncate(MAX_WAYS);
        let at = self.0.get("auth_time").and_then(Value::as_i64);
        let at = at.and_then(|at| DateTime::from_timestamp(at, 0));
        let proof = Proof { at, acr: name("acr", MAX_NAME_CHARS), amr };
        let session = name("sid", MAX_NAME_CHARS);
        Ok(Identified { issuer: settings.issuer.clone(), subject, session, user_id, groups, proof })
    }
}
