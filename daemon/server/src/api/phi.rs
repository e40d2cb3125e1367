//! Identifiers in a text that the caller sends: where they are, and the text without them.
//!
//! Nothing that is sent is kept, logged or passed on; the answer goes to whoever sent the text.

use serde::Serialize;
use utoipa::ToSchema;
use voiceassist_phi::Finding;

use crate::problem::{Code, Failure};

pub(crate) mod detect;
pub(crate) mod redact;

/// The longest text, in code points.
pub(crate) const MAX_TEXT_CHARS: usize = 50_000;

/// Something that can point at a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhiSpan {
    /// The first code point.
    start: usize,
    /// One past the last code point.
    end: usize,
    /// What it is, for instance `NAME` or `MRN`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How sure that is, 0 to 1.
    confidence: f32,
}

impl From<&Finding> for PhiSpan {
    fn from(finding: &Finding) -> Self {
        Self {
            start: finding.chars.start,
            end: finding.chars.end,
            kind: finding.kind.as_str(),
            confidence: finding.confidence,
        }
    }
}

/// The text, if it can be looked at.
fn checked(text: String) -> Result<String, Failure> {
    if text.chars().nth(MAX_TEXT_CHARS).is_some() {
        let detail = format!("A text may have at most {MAX_TEXT_CHARS} characters; send it in parts.");
        return Err(Failure::new(Code::TextNotAcceptable).detail(detail));
    }
    if text.contains('\0') {
        return Err(Failure::new(Code::TextNotAcceptable).detail("The text holds a NUL character."));
    }
    Ok(text)
}

/// Work on a long text, off the threads that serve requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Failure::new(Code::Internal))
}
