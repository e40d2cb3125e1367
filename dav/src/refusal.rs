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
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The longest class name of an exception that is kept.
const MAX_EXCEPTION_BYTES: usize = 120;
/// The code of Nextcloud's answer to a host name it does not trust.
const UNTRUSTED_DOMAIN: i64 = 15;

/// The error an answer stands for.
pub(crate) fn refusal(response: &Response) -> DavError {
    let status = response.status.as_u16();
    let retry_after = retry_after(&response.headers);
    let told = Told::read(response);
    match status {
        300..=399 => DavError::Redirected,
        400 if told.untrusted_host => DavError::WrongHost,
        401 => DavError::Unauthorized,
        403 => DavError::Forbidden,
        404 if told.by_nextcloud => DavError::NotFound,
        404 => DavError::NotNextcloud { status },
        405 | 409 => DavError::Conflict { status },
        412 if told.csrf => DavError::CsrfRefused,
        412 => DavError::PreconditionFailed,
        416 => DavError::RangeNotSatisfiable,
        423 => DavError::Locked,
        429 => DavError::Throttled { retry_after },
        503 if told.account_disabled => DavError::AccountDisabled,
        503 if told.maintenance => DavError::Maintenance { retry_after },
        502..=504 => DavError::Unavailable { status, retry_after },
        507 => DavError::InsufficientStorage,
        200..=299 => DavError::NotNextcloud { status },
        _ => DavError::Status { status, exception: told.exception },
    }
}

/// What the body and the headers of a refusal say.
#[derive(Default)]
struct Told {
    by_nextcloud: bool,
    untrusted_host: bool,
    csrf: bool,
    maintenance: bool,
    account_disabled: bool,
    exception: Option<String>,
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
            let untrusted_host = contains(&response.body, b"trusted_domains");
            Self { untrusted_host, ..Self::default() }
        } else {
            Self::sabre(&response.body)
        };
        told.maintenance |= response.headers.contains_key("x-nextcloud-maintenance-mode");
        told
    }

    fn json(body: &[u8]) -> Self {
        let Ok(bare) = serde_json::from_slice::<Bare>(body) else {
            // The poll of a login answers 404 with an empty list.
            return Self { by_nextcloud: body == b"[]", ..Self::default() };
        };
        Self {
            by_nextcloud: bare.ocs.is_some(),
            untrusted_host: bare.code == Some(UNTRUSTED_DOMAIN),
            csrf: bare.message.is_some_and(|message| message.contains("CSRF")),
            ..Self::default()
        }
    }

    fn sabre(body: &[u8]) -> Self {
        let (exception, message) = exception(body);
        let Some(exception) = exception else { return Self::default() };
        Self {
            by_nextcloud: true,
            maintenance: exception.ends_with("ServerMaintenanceMode"),
            account_disabled: message.contains("DisabledUserException"),
            exception: Some(exception),
            ..Self::default()
        }
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
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
            (until - now).to_std().unwrap_or_default()
        }
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
