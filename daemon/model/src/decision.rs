//! Questions to the policy, and its answers.
//!
//! A question names an action and who asks; it holds no content and names nobody else. Which rows an action touches is
//! decided where the rows are: every action reaches the asker's own. The types here are the whole input of the rules, so
//! that whoever writes rules knows what they may rely on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What somebody is in the clinic. A closed list; groups of Nextcloud are mapped to it by the configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everybody whom Nextcloud knows.
    User,
    /// Treats patients; may ask the knowledge of the clinic.
    MedicalStaff,
    /// Looks after what was recorded.
    Auditor,
    /// Configures and watches.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::User, Self::MedicalStaff, Self::Auditor, Self::Admin];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::MedicalStaff => "medical_staff",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

/// The roles of one person.
pub type Roles = BTreeSet<Role>;

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Subject<'a> {
    /// Nextcloud's user id.
    pub user_id: &'a str,
    /// What they are.
    pub roles: &'a Roles,
}

/// May this person do this?
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Question<'a> {
    /// The action: the operation's name in the HTTP interface.
    pub action: &'a str,
    /// Who asks.
    pub subject: Subject<'a>,
}

/// Answers questions. Synchronous and without effects, so that it can stand in front of everything.
pub trait Policy: Send + Sync + 'static {
    /// Whether it is allowed. Whatever goes wrong is a no.
    fn allows(&self, question: &Question<'_>) -> bool;
}
