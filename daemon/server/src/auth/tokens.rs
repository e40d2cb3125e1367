//! Access tokens: short-lived JWTs (RFC 7519, RFC 9068) signed with Ed25519 (RFC 8037).
//!
//! The algorithm is fixed here and never read from the token, so a token that names `none` or a symmetric algorithm
//! is refused before its signature is looked at; so is one whose head has anything but algorithm, type and the name of a
//! key in our own [`ring`]. A token lives fifteen minutes at most and a longer one is refused even if the signature is
//! right. Whether its session is over and whether the account is still connected is asked of the store at every request.
//! The time comes from a [`Clock`]; the library's own look at the wall clock is off.

pub mod ring;

use std::sync::Arc;

use chrono::TimeDelta;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;
use voiceassist_model::{AccountId, Clock, InstanceId, Principal, Randomness, Roles};
use zeroize::Zeroizing;

use self::ring::Ring;
use crate::auth::jose;

/// The longest life of a token. Whoever needs longer asks again.
pub const MAX_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// Tokens are for this audience and no other.
pub const AUDIENCE: &str = "voiceassist";

/// The longest token that is looked at, in bytes; ours are about 600.
pub const MAX_TOKEN_BYTES: usize = 4_096;

/// How far the clocks of two replicas may differ when "not before" is checked. "Expires" has no such grace.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// The media type of the token (RFC 9068), so that no other kind of JWT is mistaken for one.
const TOKEN_TYPE: &str = "at+jwt";

/// The claims of a token. All are required.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    /// The account.
    sub: AccountId,
    /// The Nextcloud server of the account.
    instance: InstanceId,
    /// Nextcloud's user id.
    user_id: String,
    /// What the person is in the clinic.
    roles: Roles,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    /// The session. Tokens made on the command line have none: they cannot be renewed, and are over in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
}

/// Whom a token speaks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bearer {
    /// The person.
    pub principal: Principal,
    /// What they were when it was made.
    pub roles: Roles,
    /// The session it belongs to.
    pub session: Option<Uuid>,
}

/// The keys that sign and verify tokens, and the issuer's name.
pub struct TokenKeys {
    ring: watch::Sender<Ring>,
    issuer: String,
    validation: Validation,
    clock: Arc<dyn Clock>,
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not an Ed25519 private key in PKCS#8 PEM.
    #[error("reading the token key: it must be an Ed25519 private key in PKCS#8 PEM")]
    Format(#[source] jsonwebtoken::errors::Error),
    /// No key at all.
    #[error("there is no key that signs tokens")]
    None,
}

/// A token cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The asked lifetime is not positive or is longer than [`MAX_LIFETIME`].
    #[error("issuing a token: the lifetime must be between one second and fifteen minutes")]
    Lifetime,
    /// The signature failed.
    #[error("issuing a token")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

/// A token is not accepted. The caller learns only whether a new one would help.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// It was good and its time is over.
    #[error("the token has expired")]
    Expired,
    /// It names a key that is not among ours; another replica may have made it a moment ago.
    #[error("the token names a key that is not known here")]
    UnknownKey,
    /// Anything else.
    #[error("the token is not valid")]
    Invalid,
}

impl TokenKeys {
    /// A new key pair as PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` would write it.
    pub fn generate_pem(randomness: &dyn Randomness) -> Zeroizing<String> {
        voiceassist_store::audit::signature::generate_pem(randomness)
    }

    /// Reads one key pair. `issuer` is the daemon's own name, usually its public address.
    pub fn from_pkcs8_pem(pem: &[u8], issuer: &str, clock: Arc<dyn Clock>) -> Result<Self, KeyError> {
        Ok(Self::of(Ring::of_one(pem)?, issuer, clock))
    }

    /// The keys of a ring.
    pub fn of(ring: Ring, issuer: &str, clock: Arc<dyn Clock>) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The instants are compared below, against our own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { ring: watch::Sender::new(ring), issuer: issuer.to_owned(), validation, clock }
    }

    /// Puts another ring in the place of the present one.
    pub fn replace(&self, ring: Ring) {
        self.ring.send_replace(ring);
    }

    /// The public halves of the keys that are believed (RFC 7517).
    pub fn public(&self) -> JwkSet {
        self.ring.borrow().public(self.clock.now())
    }

    /// Signs a token for a person without a session. `id` makes it unique and comes from the caller's source of
    /// randomness.
    pub fn issue(
        &self,
        principal: &Principal,
        roles: &Roles,
        lifetime: TimeDelta,
        id: Uuid,
    ) -> Result<String, IssueError> {
        let bearer = Bearer { principal: principal.clone(), roles: roles.clone(), session: None };
        self.issue_for(&bearer, lifetime, id)
    }

    /// Signs a token for a person and their session.
    pub fn issue_for(&self, bearer: &Bearer, lifetime: TimeDelta, id: Uuid) -> Result<String, IssueError> {
        let Bearer { principal, roles, session } = bearer;
        if lifetime < TimeDelta::seconds(1) || lifetime > MAX_LIFETIME {
            return Err(IssueError::Lifetime);
        }
        let now = self.clock.now();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: principal.account,
            instance: principal.instance,
            user_id: principal.user_id.clone(),
            roles: roles.clone(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + lifetime).timestamp(),
            jti: id,
            sid: *session,
        };
        let ring = self.ring.borrow();
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(ring.key_id().to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, ring.signing()).map_err(IssueError::Sign)
    }

    /// Whom the token speaks for.
    pub fn verify(&self, token: &str) -> Result<Bearer, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let head = jose::head(token).ok_or(TokenError::Invalid)?;
        if !head.is_plain() || head.alg != "EdDSA" || head.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(TokenError::Invalid);
        }
        let key_id = head.kid.ok_or(TokenError::Invalid)?;
        let ring = self.ring.borrow();
        let key = ring.verifying(&key_id, self.clock.now()).ok_or(TokenError::UnknownKey)?;
        let data =
            jsonwebtoken::decode::<Claims>(token, key, &self.validation).map_err(|error| {
                match error.kind() {
                    ErrorKind::ExpiredSignature => TokenError::Expired,
                    _ => TokenError::Invalid,
                }
            })?;
        self.check_times(&data.claims)?;
        let Claims { sub, instance, user_id, roles, sid, .. } = data.claims;
        Ok(Bearer { principal: Principal { account: sub, instance, user_id }, roles, session: sid })
    }

    fn check_times(&self, claims: &Claims) -> Result<(), TokenError> {
        let now = self.clock.now().timestamp();
        let lifetime = claims.exp.checked_sub(claims.iat).ok_or(TokenError::Invalid)?;
        if lifetime <= 0 || lifetime > MAX_LIFETIME.num_seconds() {
            return Err(TokenError::Invalid);
        }
        if claims.nbf.max(claims.iat) > now + CLOCK_SKEW.num_seconds() {
            return Err(TokenError::Invalid);
        }
        if claims.exp <= now {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeys")
            .field("ring", &*self.ring.borrow())
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
