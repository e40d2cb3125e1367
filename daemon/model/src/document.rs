//! The life of a document as its owner sees it.
//!
//! Every document is always in exactly one state, and every state that needs a person's attention carries a
//! [`Reason`]: a stable code, one sentence for the owner, and whether trying again can help.

use serde::{Deserialize, Serialize};

/// Where a document stands on its way to an answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// Seen in Nextcloud, not read yet.
    Pending,
    /// Bytes are here and match their hash; text is not extracted yet.
    Fetched,
    /// Text is cut into chunks; nothing can be found yet.
    Chunked,
    /// Found by words.
    Searchable,
    /// Found by words and by meaning: nothing left to do.
    Indexed,
    /// Left out on purpose, with the reason; a new version of the file is looked at afresh.
    Skipped,
    /// Could not be read, with the reason.
    Failed,
}

impl DocumentState {
    /// Every state, in the order of a document's life.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Fetched,
        Self::Chunked,
        Self::Searchable,
        Self::Indexed,
        Self::Skipped,
        Self::Failed,
    ];

    /// The stable name used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Fetched => "fetched",
            Self::Chunked => "chunked",
            Self::Searchable => "searchable",
            Self::Indexed => "indexed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Why a document is not (fully) indexed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing in this release reads this kind of file.
    UnsupportedType,
    /// Zero bytes.
    Empty,
    /// Larger than the configured limit.
    TooLarge,
    /// Protected by a password.
    Encrypted,
    /// The bytes are not what the name says, or are broken beyond reading.
    Malformed,
    /// Unpacks to far more than it should.
    ExpandsTooFar,
    /// Opens, but holds no text: usually a scan.
    NoText,
    /// Reading took too long or too much memory and was stopped.
    ReaderStopped,
    /// Nextcloud no longer shows the file, or refuses it.
    Unreadable,
    /// Nextcloud or the network failed; it is tried again by itself.
    Unreachable,
    /// Only part of the text was taken because of a limit. The document is indexed all the same.
    Truncated,
    /// Some pages are pictures without text. The others are indexed all the same.
    PartlyScanned,
    /// Text was recognised in pictures, and on some pages hardly. The document is indexed all the same.
    LowConfidence,
    /// Something inside of the document was not read. The rest is indexed all the same.
    PartlyRead,
    /// Our own fault; the log of the daemon says more.
    Internal,
    /// A rule about what is read leaves it out.
    OutOfScope,
}

impl Reason {
    /// Every reason, in declaration order.
    pub const ALL: [Self; 16] = [
        Self::UnsupportedType,
        Self::Empty,
        Self::TooLarge,
        Self::Encrypted,
        Self::Malformed,
        Self::ExpandsTooFar,
        Self::NoText,
        Self::ReaderStopped,
        Self::Unreadable,
        Self::Unreachable,
        Self::Truncated,
        Self::PartlyScanned,
        Self::LowConfidence,
        Self::PartlyRead,
        Self::Internal,
        Self::OutOfScope,
    ];

    /// The stable code used in the database and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnsupportedType => "unsupported_type",
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::ExpandsTooFar => "expands_too_far",
            Self::NoText => "no_text",
            Self::ReaderStopped => "reader_stopped",
            Self::Unreadable => "unreadable",
            Self::Unreachable => "unreachable",
            Self::Truncated => "truncated",
            Self::PartlyScanned => "partly_scanned",
            Self::LowConfidence => "low_confidence",
            Self::PartlyRead => "partly_read",
            Self::Internal => "internal",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// Reads a stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// One sentence for the document's owner: what happened and what to do.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::UnsupportedType => {
                "This kind of file is not read. Save it as PDF, in an Office or OpenDocument format or as text to have it found."
            }
            Self::Empty => "The file is empty.",
            Self::TooLarge => {
                "The file is larger than the administrator allows. Split it, or ask for a higher limit."
            }
            Self::Encrypted => {
                "The file is protected by a password. Save a copy without one to have it found."
            }
            Self::Malformed => {
                "The file is damaged or is not what its name says. Open it in its own program and save it again."
            }
            Self::ExpandsTooFar => "The file unpacks to far more than a document should and was not opened.",
            Self::NoText => {
                "No text was found in the file; it is probably a scan. Save a copy with recognised text, or have the administrator set up recognition (`ocr_program` under `[ingest]`)."
            }
            Self::ReaderStopped => {
                "Reading the file took too long or too much memory and was stopped. Save it again or split it."
            }
            Self::Unreadable => "Nextcloud no longer shows this file or refuses to hand it out.",
            Self::Unreachable => "Nextcloud could not be reached. It will be tried again by itself.",
            Self::Truncated => "The file is very long; only its first part can be found.",
            Self::PartlyScanned => {
                "Some pages are pictures without text and cannot be found. Save a copy with recognised text to have them found."
            }
            Self::LowConfidence => {
                "The text of some pages was recognised from pictures with doubt. Check what you rely on against the page itself."
            }
            Self::PartlyRead => {
                "Something inside of the file, such as an attachment, could not be read. The rest can be found."
            }
            Self::OutOfScope => "A rule leaves this file out, so it is neither read nor found.",
            Self::Internal => {
                "Something went wrong inside VoiceAssist. It will be tried again; the administrator's log says more."
            }
        }
    }

    /// Whether the same bytes could succeed on another try.
    pub const fn retry_can_help(self) -> bool {
        matches!(self, Self::ReaderStopped | Self::Unreadable | Self::Unreachable | Self::Internal)
    }
}

#[cfg(test)]
mod tests {
    use super::{DocumentState, Reason};

    #[test]
    fn stable_names_read_back() {
        for state in DocumentState::ALL {
            assert_eq!(DocumentState::from_name(state.as_str()), Some(state));
        }
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
    }
}
