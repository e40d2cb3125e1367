//! How a delivery proves where it comes from.
//!
//! A webhook listener shows a token. Our app signs: HMAC-SHA256 (RFC 2104) under its key over a label, the time, a nonce
//! and the SHA-256 of the body, each on its own line. A signature is believed for five minutes around its time and
//! its nonce counts once; nonces are remembered longer than that, so that there is no instant at which a replay gets
//! through. Comparisons take the same time whatever differs. Nothing here says which part was wrong.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use voiceassist_model::HookKeyId;
use voiceassist_store::nudges::Sender;

use crate::problem::Failure;
use crate::state::AppState;

/// Keeps signatures of hooks apart from any other use of the key.
const LABEL: &str = "voiceassist-hook-v1";
/// How far a signature's time may be from ours, either way.
const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// Nonces are kept for as long as their signature could be believed, and a little longer.
const NONCE_KEPT: TimeDelta = TimeDelta::minutes(11);
/// Lengths of a nonce, in characters.
const NONCE_CHARS: std::ops::RangeInclusive<usize> = 16..=64;
/// What a signature begins with.
const SCHEME: &str = "v1=";
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 32;

/// What a delivery shows, well-formed and not yet believed.
pub(super) enum Proof<'a> {
    /// A listener's token.
    Token(&'a str),
    /// A signature.
    Signature(Signature<'a>),
}

pub(super) struct Signature<'a> {
    key: HookKeyId,
    timestamp: &'a str,
    signed_at: DateTime<Utc>,
    nonce: &'a str,
    tag: [u8; SIGNATURE_BYTES],
}

impl<'a> Proof<'a> {
    /// What the headers show; nothing when a header is missing, doubled or of the wrong form.
    pub(super) fn of(headers: &'a HeaderMap) -> Option<Self> {
        if headers.contains_key("x-voiceassist-signature") {
            return Signature::of(headers).map(Self::Signature);
        }
        let (scheme, token) = single(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self::Token(token.trim()))
    }

    /// For the metric.
    pub(super) const fn via(&self) -> &'static str {
        match self {
            Self::Token(_) => "listener",
            Self::Signature(_) => "app",
        }
    }

    /// Who sent the body, if that is proved.
    pub(super) async fn check(&self, state: &AppState, body: &[u8]) -> Result<Option<Sender>, Failure> {
        match self {
            Self::Token(token) => {
                let found = state.store().hook_keys().verify_listener(token).await?;
                Ok(found.map(|(key, instance)| Sender { key, instance, nonce: None }))
            }
            Self::Signature(signature) => signature.check(state, body).await,
        }
    }
}

impl<'a> Signature<'a> {
    fn of(headers: &'a HeaderMap) -> Option<Self> {
        let timestamp = single(headers, "x-voiceassist-timestamp")?;
        let nonce = single(headers, "x-voiceassist-nonce")?;
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !NONCE_CHARS.contains(&nonce.len()) || !plain(nonce) {
            return None;
        }
        Some(Self {
            key: single(headers, "x-voiceassist-key")?.parse().ok()?,
            timestamp,
            signed_at: DateTime::from_timestamp(timestamp.parse().ok()?, 0)?,
            nonce,
            tag: unhex(single(headers, "x-voiceassist-signature")?.strip_prefix(SCHEME)?)?,
        })
    }

    async fn check(&self, state: &AppState, body: &[u8]) -> Result<Option<Sender>, Failure> {
        if (state.now() - self.signed_at).abs() > WINDOW {
            return Ok(None);
        }
        let Some(key) = state.store().hook_keys().signing_key(self.key).await? else {
            return Ok(None);
        };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.bytes) else {
            return Ok(None);
        };
        mac.update(signed_text(self.timestamp, self.nonce, body).as_bytes());
        let nonce = Some((self.nonce.to_owned(), self.signed_at + NONCE_KEPT));
        let sender = Sender { key: self.key, instance: key.instance, nonce };
        Ok(mac.verify_slice(&self.tag).is_ok().then_some(sender))
    }
}

/// What is signed.
fn signed_text(timestamp: &str, nonce: &str, body: &[u8]) -> String {
    let mut text = format!("{LABEL}\n{timestamp}\n{nonce}\n");
    for byte in Sha256::digest(body) {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    text
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}

fn unhex(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let mut bytes = [0; SIGNATURE_BYTES];
    let digits = text.as_bytes();
    if digits.len() != 2 * SIGNATURE_BYTES || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{signed_text, unhex};

    #[test]
    fn what_is_signed_is_fixed_for_ever() {
        // SHA-256 of nothing is a published constant (FIPS 180-4).
        assert_eq!(
            signed_text("1795392745", "n0n0n0n0n0n0n0n0", b""),
            "voiceassist-hook-v1\n1795392745\nn0n0n0n0n0n0n0n0\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_signature_is_sixty_four_hex_digits() {
        assert_eq!(unhex(&"0f".repeat(32)), Some([15; 32]));
        for wrong in ["", "0f", &"0f".repeat(33), &"zz".repeat(32), &"é".repeat(32)] {
            assert_eq!(unhex(wrong), None);
        }
    }
}
