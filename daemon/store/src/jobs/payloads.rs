//! The jobs there are, and their form in the table.
//!
//! The stored form carries a version. A release claims only kinds it knows, so during an upgrade an old replica leaves
//! a new kind to a new one. A known kind in an unknown version is given up with that reason, never guessed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use voiceassist_model::{AccessSetId, AccountId, CheckId, DocumentId, MailAccountId};

/// The version written with every payload.
const PAYLOAD_VERSION: u64 = 1;

/// What an account's id is changed by to name its calendars, whose looks need not wait for those at its files.
const CALENDARS: u128 = 1;
/// The same for its contacts.
const CONTACTS: u128 = 2;

const fn beside(account: &AccountId, what: u128) -> Uuid {
    Uuid::from_u128(account.as_uuid().as_u128() ^ what)
}

/// Every subject that jobs about an account have.
pub(crate) fn subjects_of(account: AccountId) -> [Uuid; 3] {
    [account.as_uuid(), beside(&account, CALENDARS), beside(&account, CONTACTS)]
}

/// Something to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Compare an account's files with the mirror and apply the difference.
    SyncFiles {
        /// Whose.
        account: AccountId,
    },
    /// Bring a document from wherever it stands to indexed.
    IngestDocument {
        /// Which.
        document: DocumentId,
    },
    /// Look again where the lines of a document are printed, which was read before that was kept.
    ReadPlaces {
        /// Which.
        document: DocumentId,
    },
    /// Write a document's present access set into the index, whatever the record says it carries there.
    SetAccess {
        /// Which.
        document: DocumentId,
    },
    /// Have the index follow every document that was moved to this access set.
    MoveAccess {
        /// Which.
        set: AccessSetId,
    },
    /// Take a document's withdrawn chunks out of the index.
    RemoveDocument {
        /// Which; the row itself may be gone.
        document: DocumentId,
    },
    /// Go over everything an account sees with the present rules about what is read.
    ApplyScope {
        /// Whose.
        account: AccountId,
    },
    /// Ask Nextcloud which files carry the tags that such rules name.
    SyncTags {
        /// As whom.
        account: AccountId,
    },
    /// Compare a mailbox with the mirror and apply the difference.
    SyncMail {
        /// Which.
        mailbox: MailAccountId,
    },
    /// Compare an account's calendars with the mirror and apply the difference.
    SyncCalendars {
        /// Whose.
        account: AccountId,
    },
    /// The same for address books.
    SyncContacts {
        /// Whose.
        account: AccountId,
    },
    /// Compare mirror, index and server.
    CheckTruth {
        /// Which comparison.
        check: CheckId,
    },
    /// Forget an account whose removal has begun, or whose user is gone for long enough.
    RemoveAccount {
        /// Whose.
        account: AccountId,
    },
}

impl Job {
    /// The kinds this release can run.
    pub const KINDS: [&'static str; 13] = [
        "sync_files", "ingest_document", "set_access", "remove_document", "apply_scope", "check_truth",
        "move_access", "remove_account", "sync_tags", "sync_mail", "sync_calendars", "sync_contacts",
        "read_places",
    ];

    /// The stable name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SyncFiles { .. } => Self::KINDS[0],
            Self::IngestDocument { .. } => Self::KINDS[1],
            Self::SetAccess { .. } => Self::KINDS[2],
            Self::RemoveDocument { .. } => Self::KINDS[3],
            Self::ApplyScope { .. } => Self::KINDS[4],
            Self::CheckTruth { .. } => Self::KINDS[5],
            Self::MoveAccess { .. } => Self::KINDS[6],
            Self::RemoveAccount { .. } => Self::KINDS[7],
            Self::SyncTags { .. } => Self::KINDS[8],
            Self::SyncMail { .. } => Self::KINDS[9],
            Self::SyncCalendars { .. } => Self::KINDS[10],
            Self::SyncContacts { .. } => Self::KINDS[11],
            Self::ReadPlaces { .. } => Self::KINDS[12],
        }
    }

    /// The lane it takes unless told otherwise.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::SetAccess { .. }
            | Self::MoveAccess { .. }
            | Self::RemoveDocument { .. }
            | Self::ApplyScope { .. } => Lane::Access,
            Self::SyncFiles { .. }
            | Self::SyncTags { .. }
            | Self::CheckTruth { .. }
            | Self::RemoveAccount { .. } => Lane::Interactive,
            Self::IngestDocument { .. }
            | Self::SyncMail { .. }
            | Self::SyncCalendars { .. }
            | Self::SyncContacts { .. } => Lane::Bulk,
            Self::ReadPlaces { .. } => Lane::Backlog,
        }
    }

    /// What it is about: jobs with the same subject never run at the same time.
    pub(crate) const fn subject(&self) -> Uuid {
        match self {
            Self::SyncFiles { account }
            | Self::ApplyScope { account }
            | Self::SyncTags { account }
            | Self::RemoveAccount { account } => account.as_uuid(),
            // A small number among random ones: no document and no account has such an id.
            Self::MoveAccess { set } => Uuid::from_u64_pair(0, set.get().unsigned_abs()),
            Self::CheckTruth { check } => check.as_uuid(),
            Self::SyncMail { mailbox } => mailbox.as_uuid(),
            Self::SyncCalendars { account } => beside(account, CALENDARS),
            Self::SyncContacts { account } => beside(account, CONTACTS),
            Self::IngestDocument { document }
            | Self::ReadPlaces { document }
            | Self::SetAccess { document }
            | Self::RemoveDocument { document } => document.as_uuid(),
        }
    }

    pub(crate) fn dedup_key(&self) -> String {
        format!("{}:{}", self.kind(), self.subject())
    }

    pub(crate) fn payload(&self) -> Value {
        json!({ "v": PAYLOAD_VERSION, "job": self })
    }

    pub(crate) fn from_payload(payload: &Value) -> Option<Self> {
        if payload.get("v")?.as_u64()? != PAYLOAD_VERSION {
            return None;
        }
        Self::deserialize(payload.get("job")?).ok()
    }
}

/// How urgent a job is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Who may read what; before everything else.
    Access,
    /// A person waits.
    Interactive,
    /// The rest.
    Bulk,
    /// What a first look at a large mailbox or calendar leaves to be indexed: after everybody's files and news.
    Backlog,
}

impl Lane {
    /// Every lane, in the order in which they are served.
    pub const ALL: [Self; 4] = [Self::Access, Self::Interactive, Self::Bulk, Self::Backlog];

    /// The stable name, for metrics and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Interactive => "interactive",
            Self::Bulk => "bulk",
            Self::Backlog => "backlog",
        }
    }

    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Access => 0,
            Self::Interactive => 1,
            Self::Bulk => 2,
            Self::Backlog => 3,
        }
    }

    pub(crate) fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Lane};
    use serde_json::json;
    use uuid::Uuid;
    use voiceassist_model::{AccessSetId, AccountId, CheckId, DocumentId, MailAccountId};

    fn every_job() -> [Job; 13] {
        let document = DocumentId::from_uuid(Uuid::from_u128(2));
        let account = AccountId::from_uuid(Uuid::from_u128(1));
        [
            Job::SyncFiles { account },
            Job::IngestDocument { document },
            Job::SetAccess { document },
            Job::RemoveDocument { document },
            Job::ApplyScope { account },
            Job::CheckTruth { check: CheckId::from_uuid(Uuid::from_u128(3)) },
            Job::MoveAccess { set: AccessSetId::new(3) },
            Job::RemoveAccount { account },
            Job::SyncTags { account },
            Job::SyncMail { mailbox: MailAccountId::from_uuid(Uuid::from_u128(4)) },
            Job::SyncCalendars { account },
            Job::SyncContacts { account },
            Job::ReadPlaces { document },
        ]
    }

    #[test]
    fn stored_forms_read_back() {
        for (job, kind) in every_job().into_iter().zip(Job::KINDS) {
            assert_eq!(Job::from_payload(&job.payload()), Some(job));
            assert_eq!(job.kind(), kind);
            assert!(job.payload()["job"].get(kind).is_some(), "the payload names {kind}");
        }
    }

    #[test]
    fn a_form_of_another_version_is_not_guessed() {
        let mut payload = every_job()[0].payload();
        payload["v"] = json!(2);
        assert_eq!(Job::from_payload(&payload), None);
        assert_eq!(Job::from_payload(&json!({ "v": 1, "job": { "tidy_attic": {} } })), None);
    }

    #[test]
    fn lanes_read_back_and_access_goes_first() {
        for lane in Lane::ALL {
            assert_eq!(Lane::from_number(lane.number()), Some(lane));
        }
        assert!(Lane::Access.number() < Lane::Interactive.number());
        assert!(Lane::Interactive.number() < Lane::Bulk.number());
        assert!(Lane::Bulk.number() < Lane::Backlog.number());
    }
}
