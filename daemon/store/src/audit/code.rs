//! The closed lists of what is recorded and how it ended.
//!
//! Codes are part of the exported format: one is added and never renamed, and none is used for anything else. Reading
//! takes codes as text, so that a log written by a newer release can be verified by an older one.

macro_rules! codes {
    ($(#[$type_doc:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $code:literal,)+ }) => {
        $(#[$type_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $type {
            $($(#[$doc])* $name,)+
        }

        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its code, which never changes.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }

        impl std::str::FromStr for $type {
            type Err = UnknownCode;

            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text).ok_or(UnknownCode)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A code that this release does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this release knows no such code")]
pub struct UnknownCode;

codes! {
    /// What was done. Its documentation here is the reference's.
    Action {
        /// Somebody was not allowed to do what they asked for, by the policy.
        AccessRefuse = "access.refuse",
        /// An account was connected to Nextcloud, or a grant of the wrong person was given back.
        AccountConnect = "account.connect",
        /// An account was disconnected and everything only it could read was purged.
        AccountRemove = "account.remove",
        /// An account was purged because its user is gone from Nextcloud.
        AccountPurge = "account.purge",
        /// An answer showed passages.
        AnswerShow = "answer.show",
        /// The log, or a part of it, was exported.
        AuditExport = "audit.export",
        /// The log was searched for what others did.
        AuditRead = "audit.read",
        /// Events, tasks or times taken were shown.
        CalendarShow = "calendar.show",
        /// Contacts were shown.
        ContactsShow = "contacts.show",
        /// A conversation was deleted, or all of somebody's.
        ConversationDelete = "conversation.delete",
        /// An old conversation that quotes documents was read.
        ConversationShow = "conversation.show",
        /// Somebody took a copy of what is kept of them.
        DataExport = "data.export",
        /// The daemon began to serve.
        DaemonStart = "daemon.start",
        /// The daemon ended in order.
        DaemonStop = "daemon.stop",
        /// Names and paths of documents were listed.
        DocumentList = "document.list",
        /// Documents that could not be read are read again, for everybody.
        DocumentRetry = "document.retry",
        /// One document was shown.
        DocumentShow = "document.show",
        /// It was decided whether something may leave the house.
        EgressDecide = "egress.decide",
        /// Webhook listeners of Nextcloud, or the keys that prove them, were changed.
        HooksChange = "hooks.change",
        /// The index was thrown away, to be made anew.
        IndexDiscard = "index.discard",
        /// A key was rotated or replaced.
        KeyRotate = "key.rotate",
        /// Limits or times were changed, or taken back to what is configured.
        LimitsChange = "limits.change",
        /// A mailbox was added, changed or removed.
        MailChange = "mail.change",
        /// Messages of a mailbox were shown.
        MailShow = "mail.show",
        /// A Nextcloud app was paired.
        PairingAdd = "pairing.add",
        /// A paired app is believed no longer.
        PairingRemove = "pairing.remove",
        /// A passage was shown with what stands around it.
        PassageShow = "passage.show",
        /// Redacted text was given back in clear.
        RedactionRestore = "redaction.restore",
        /// Something was written to Nextcloud on a person's behalf.
        RemoteWrite = "remote.write",
        /// The database's schema was changed.
        SchemaMigrate = "schema.migrate",
        /// The rules about what is read were changed.
        ScopeChange = "scope.change",
        /// How things are was shown to an administrator, with people's connections.
        OverviewShow = "overview.show",
        /// A search showed passages.
        SearchShow = "search.show",
        /// Sessions were ended: by their person, an administrator, the provider, or because a renewal came twice.
        SessionEnd = "session.end",
        /// A session was opened, or refused to somebody a paired app vouched for or who signed in.
        SessionOpen = "session.open",
        /// A token was not accepted.
        TokenRefuse = "token.refuse",
        /// An access token was made on the command line.
        TokenMint = "token.mint",
    }
}

codes! {
    /// How it ended.
    Outcome {
        /// It is about to be done; another record says how it ended, unless everything stopped in between.
        Begun = "begun",
        /// It was done, or is shown as soon as this is recorded.
        Done = "done",
        /// It was not allowed.
        Refused = "refused",
        /// It was tried and did not succeed.
        Failed = "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Outcome};
    use crate::audit::record::is_code;

    #[test]
    fn codes_are_distinct_readable_and_understood_again() {
        let codes: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        let mut distinct = codes.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), codes.len());
        for action in Action::ALL {
            assert!(is_code(action.as_str()), "{action}");
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
        for outcome in Outcome::ALL {
            assert!(is_code(outcome.as_str()), "{outcome}");
            assert_eq!(outcome.as_str().parse(), Ok(*outcome));
        }
    }
}
