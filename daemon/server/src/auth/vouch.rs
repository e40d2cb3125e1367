//! What the paired Nextcloud app says of the people signed in there: a JWS (RFC 7515) of one minute and one use.
//!
//! The algorithm and the type are fixed here and never chosen by the token. A vouch names its key; which server that key
//! may speak for is our own record, and the vouch must agree with it. Whether it was used before is asked of the store
//! by the caller, last, so that nobody can spend somebody's vouch without being able to sign one.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use voiceassist_store::sessions::Proof;

/// A vouch for a person is for this audience.
pub const AUDIENCE: &str = "voiceassist";

/// A vouch of the app for itself is for this one.
pub const APP_AUDIENCE: &str = "voiceassist-app";

/// The media type of a vouch, so that no other signed thing is mistaken for one.
pub const TYPE: &str = "voiceassist-vouch+jwt";

/// The longest vouch that is looked at, in bytes: a person can be in some hundred groups.
pub const MAX_VOUCH_BYTES: usize = 64 * 1024;

/// The longest life a vouch may claim.
const MAX_LIFETIME: TimeDelta = TimeDelta::seconds(120);

/// How far the clocks of the two servers may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// Lengths of what identifies: Nextcloud's user ids have 64 characters at most, our random ids 32.
const MAX_USER_ID_CHARS: usize = 64;
const JTI_CHARS: std::ops::RangeInclusive<usize> = 16..=64;
/// How long the words may be that come with a session, and how many ways of proving there may be.
const MAX_WORD_CHARS: usize = 128;
const MAX_WAYS: usize = 16;

/// The claims. The display name and the groups are there for policy and are not used to find the account.
#[derive(Debug, Deserialize)]
pub struct Vouch {
    /// For whom it was made.
    pub aud: String,
    /// The Nextcloud's address, as it was paired.
    pub iss: String,
    /// The user id.
    pub sub: String,
    /// The display name.
    pub name: String,
    /// Groups by id.
    pub groups: Vec<String>,
    /// Unique.
    pub jti: String,
    /// What the app calls the browser's session; a hash.
    pub session: Option<String>,
    /// The browser, as it calls itself.
    pub agent: Option<String>,
    /// The browser's address.
    pub address: Option<String>,
    /// When the person last proved who they are.
    pub auth_time: Option<i64>,
    /// The class of that.
    pub acr: Option<String>,
    /// Its ways.
    #[serde(default)]
    pub amr: Vec<String>,
    iat: i64,
    exp: i64,
}

/// A vouch is not believed. The reasons are for tests; the caller learns only that it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VouchError {
    /// No token of this kind.
    #[error("the vouch is not of the expected form")]
    Form,
    /// Signature, audience or a claim's type.
    #[error("the vouch is not signed by the paired app for this daemon")]
    Signature,
    /// Too old, too long or from the future.
    #[error("the vouch is not of this minute")]
    Time,
    /// Claims that cannot be.
    #[error("a claim of the vouch is not acceptable")]
    Claim,
}

/// The name of the key that a vouch claims, before anything of it is believed.
pub fn key_id(vouch: &str) -> Result<String, VouchError> {
    if vouch.len() > MAX_VOUCH_BYTES {
        return Err(VouchError::Form);
    }
    let header = jsonwebtoken::decode_header(vouch).map_err(|_| VouchError::Form)?;
    let expected =
        header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE) && header.crit.is_none();
    header.kid.filter(|_| expected).ok_or(VouchError::Form)
}

/// Checks a vouch against the key it names, the server that key speaks for, and what it may be used for.
pub fn verify(
    vouch: &str,
    public_key: &[u8; 32],
    server: &str,
    audience: &str,
    now: DateTime<Utc>,
) -> Result<Vouch, VouchError> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    // Asked of the claim itself, below: the library takes an audience that is null for one that is not there.
    validation.validate_aud = false;
    // Instants are compared below, against our own clock.
    validation.validate_exp = false;
    validation.required_spec_claims = HashSet::new();
    let key = DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(public_key))
        .map_err(|_| VouchError::Signature)?;
    let vouch =
        jsonwebtoken::decode::<Vouch>(vouch, &key, &validation).map_err(|_| VouchError::Signature)?.claims;
    vouch.check_times(now.timestamp())?;
    let known_server = vouch.iss.trim_end_matches('/') == server.trim_end_matches('/');
    let random =
        |text: &str| JTI_CHARS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let user = (1..=MAX_USER_ID_CHARS).contains(&vouch.sub.chars().count());
    let browser = vouch.session.as_deref().is_none_or(random);
    let proof = vouch.proof_is_possible(now.timestamp());
    let right = vouch.aud == audience && known_server && random(&vouch.jti) && user && browser && proof;
    if right { Ok(vouch) } else { Err(VouchError::Claim) }
}

impl Vouch {
    /// Until when it would be believed.
    pub fn believed_until(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// How the person last proved who they are, as far as the app says.
    pub fn proof(&self) -> Proof {
        let at = self.auth_time.and_then(|at| DateTime::from_timestamp(at, 0));
        Proof { at, acr: self.acr.clone(), amr: self.amr.clone() }
    }

    fn proof_is_possible(&self, now: i64) -> bool {
        let past =
            self.auth_time.is_none_or(|at| (0..=now.saturating_add(CLOCK_SKEW.num_seconds())).contains(&at));
        let short = |word: &String| word.chars().count() <= MAX_WORD_CHARS;
        past && self.acr.iter().all(short) && self.amr.len() <= MAX_WAYS && self.amr.iter().all(short)
    }

    fn check_times(&self, now: i64) -> Result<(), VouchError> {
        let lifetime = self.exp.checked_sub(self.iat).ok_or(VouchError::Time)?;
        let from_the_future = self.iat > now.saturating_add(CLOCK_SKEW.num_seconds());
        if !(1..=MAX_LIFETIME.num_seconds()).contains(&lifetime) || from_the_future || self.exp <= now {
            return Err(VouchError::Time);
        }
        Ok(())
    }
}
