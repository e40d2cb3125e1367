//! What an answer other than the expected one means.
//!
//! Nextcloud says the same thing differently on DAV (XML with `s:exception`), on OCS (a JSON envelope) and before
//! either is reached (HTML or bare JSON); this is the one place that knows. A 404 is believed only when Nextcloud
//! itself says it: behind a misrouting proxy everything is "not found", and a sync that believed it would forget
//! every document. Messages of the server are looked at and dropped, because they quote paths.

use std::time::Duration;

use chrono::DateTime;
use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use serde::Deserialize;

use crate::error::DavError;
use crate::operation::Response;
use crate::xml::{Namespace, XmlEvent, XmlReader};

/// The longest body of a refusal that is looked at.
pub(crate) const MAX_REFUSAL_BYTES: u64 = 64 * 1024;
/// The longest wait a server can impose.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);
/// The longest class name of an exception that is kept.
const MAX_EXCEPTION_BYTES: usize = 120;
/// The code of Nextcloud's answer to a host name it does not trust.
const UNTRUSTED_DOMAIN: i64 = 15;

/// The error an answer stands for.
pub(crate) fn refusal(response: &Response) -> DavError {
    let status = response.status.as_u16();
    let retry_after = retry_after(&response.headers);
    let told = Told::read(response);
    match (status, told.reason) {
        (400, Some(Reason::UntrustedHost)) => DavError::WrongHost,
        (412, Some(Reason::Csrf)) => DavError::CsrfRefused,
        (503, Some(Reason::AccountDisabled)) => DavError::AccountDisabled,
        (503, Some(Reason::Maintenance)) => DavError::Maintenance { retry_after },
        (300..=399, _) => DavError::Redirected,
        (401, _) => DavError::Unauthorized,
        (403, _) => DavError::Forbidden,
        (404, _) if told.by_nextcloud => DavError::NotFound,
        (200..=299 | 404, _) => DavError::NotNextcloud { status },
        (405 | 409, _) => DavError::Conflict { status },
        (412, _) => DavError::PreconditionFailed,
        (416, _) => DavError::RangeNotSatisfiable,
        (423, _) => DavError::Locked,
        (429, _) => DavError::Throttled { retry_after },
        (502..=504, _) => DavError::Unavailable { status, retry_after },
        (507, _) => DavError::InsufficientStorage,
        _ => DavError::Status { status, exception: told.exception },
    }
}

/// What the body and the headers of a refusal say.
#[derive(Default)]
struct Told {
    /// The answer has a shape that only Nextcloud gives.
    by_nextcloud: bool,
    reason: Option<Reason>,
    exception: Option<String>,
}

#[derive(Clone, Copy)]
enum Reason {
    UntrustedHost,
    Csrf,
    Maintenance,
    AccountDisabled,
}

#[derive(Deserialize)]
struct Bare {
    code: Option<i64>,
    message: Option<String>,
    ocs: Option<serde::de::IgnoredAny>,
}

impl Told {
    fn read(response: &Response) -> Self {
        let mut told = if response.is_type("application/json") {
            Self::json(&response.body)
        } else if response.is_type("text/html") {
            // The page is translated, but names the setting in every language.
            let untrusted = contains(&response.body, b"trusted_domains");
            Self { reason: untrusted.then_some(Reason::UntrustedHost), ..Self::default() }
        } else {
            Self::sabre(&response.body)
        };
        if response.headers.contains_key("x-nextcloud-maintenance-mode") {
            told.reason = Some(Reason::Maintenance);
        }
        told
    }

    fn json(body: &[u8]) -> Self {
        let Ok(bare) = serde_json::from_slice::<Bare>(body) else {
            // The poll of a login answers 404 with an empty list.
            return Self { by_nextcloud: body == b"[]", ..Self::default() };
        };
        let reason = if bare.code == Some(UNTRUSTED_DOMAIN) {
            Some(Reason::UntrustedHost)
        } else {
            bare.message.filter(|message| message.contains("CSRF")).map(|_| Reason::Csrf)
        };
        Self { by_nextcloud: bare.ocs.is_some(), reason, exception: None }
    }

    fn sabre(body: &[u8]) -> Self {
        let (exception, message) = exception(body);
        let Some(exception) = exception else { return Self::default() };
        let reason = if exception.ends_with("ServerMaintenanceMode") {
            Some(Reason::Maintenance)
        } else if message.contains("DisabledUserException") {
            Some(Reason::AccountDisabled)
        } else {
            None
        };
        Self { by_nextcloud: true, reason, exception: Some(exception) }
    }
}

/// The class and the message of a `d:error` body, as far as it can be read.
fn exception(body: &[u8]) -> (Option<String>, String) {
    #[derive(Clone, Copy, PartialEq)]
    enum Inside {
        Exception,
        Message,
        Other,
    }
    let mut reader = XmlReader::new();
    reader.push(body);
    let (mut class, mut message) = (String::new(), String::new());
    let mut inside = Inside::Other;
    while let Ok(Some(event)) = reader.next_event() {
        match event {
            XmlEvent::Start { namespace: Namespace::Sabre, local: "exception" } => inside = Inside::Exception,
            XmlEvent::Start { namespace: Namespace::Sabre, local: "message" } => inside = Inside::Message,
            XmlEvent::Start { .. } | XmlEvent::End => inside = Inside::Other,
            XmlEvent::Text(text) if inside == Inside::Exception => class.push_str(&text),
            XmlEvent::Text(text) if inside == Inside::Message => message.push_str(&text),
            XmlEvent::Text(_) | XmlEvent::UnreadableText => {}
        }
    }
    let is_class = |text: &str| {
        text.len() <= MAX_EXCEPTION_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'\\' | b'_'))
    };
    (Some(class).filter(|class| !class.is_empty() && is_class(class)), message)
}

/// `Retry-After`, in seconds or as a date; the date is compared with the answer's own `Date`, so that no clock of
/// ours is needed and a wrong one on either side does not matter.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let until = DateTime::parse_from_rfc2822(text).ok()?;
        let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
        (until - now).to_std().unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
