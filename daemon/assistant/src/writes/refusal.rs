//! Why a write will not happen, in words a person can act on.
//!
//! The names are stored and travel to callers, so one never changes its meaning. None of them holds a path.

use voiceassist_dav::DavError;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)+) => {
        /// Why a write will not happen.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Refusal {
            $($(#[$doc])* $name,)+
        }

        impl Refusal {
            /// Every refusal.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }

        impl std::fmt::Display for Refusal {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$name => $sentence,)+ })
            }
        }
    };
}

refusals! {
    /// Something is where something new should be.
    Exists = "exists", "there is already something of that name";
    /// It is not the version that was seen.
    Changed = "changed", "it has changed since it was looked at; look again";
    /// It is not there.
    Missing = "missing", "it is not there any more";
    /// The folder it should go into is not there.
    ParentMissing = "parent_missing", "the folder it should go into does not exist";
    /// A folder is where a file should be.
    IsFolder = "is_folder", "that is a folder, not a file";
    /// A folder that should be empty is not.
    NotEmpty = "not_empty", "the folder is not empty";
    /// The top of what somebody else shares: deleting it would leave the share.
    ShareTop = "share_top", "that is shared by somebody else; leave the share in Nextcloud instead";
    /// The server says no.
    Forbidden = "forbidden", "the person may not do this in Nextcloud";
    /// The tag does not exist and only administrators make tags.
    TagUnknown = "tag_unknown", "there is no such tag, and this person may not make one";
    /// Another answer that no retry changes.
    ServerRefused = "server_refused", "Nextcloud refused it";
}

impl Refusal {
    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|refusal| refusal.as_str() == name)
    }

    /// The refusal a server's answer amounts to; `None` when the same request may succeed later.
    pub(super) fn final_of(error: &DavError) -> Option<Self> {
        match error {
            DavError::PreconditionFailed => Some(Self::Changed),
            DavError::NotFound => Some(Self::Missing),
            DavError::Conflict { status: 409 } => Some(Self::ParentMissing),
            DavError::Forbidden => Some(Self::Forbidden),
            DavError::Conflict { .. } | DavError::TooLarge { .. } | DavError::NotAFile => {
                Some(Self::ServerRefused)
            }
            DavError::Status { status, .. } if (400..500).contains(status) => Some(Self::ServerRefused),
            _ => None,
        }
    }
}
