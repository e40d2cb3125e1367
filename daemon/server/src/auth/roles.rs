//! Groups of Nextcloud become roles.
//!
//! The mapping is the configuration's; the groups are those the paired app vouched for, a few minutes ago at most.
//! Everybody vouched for is a user. A role without a group is nobody's, but for medical staff: until a clinic names the
//! groups that treat patients, everybody with an account does, because an assistant that answers nobody helps nobody.

use std::collections::BTreeSet;

use voiceassist_model::{Role, Roles};

/// Which groups make which role. Names are Nextcloud's group ids.
#[derive(Clone, Debug, Default)]
pub struct RoleGroups {
    /// Groups of administrators.
    pub admin: BTreeSet<String>,
    /// Groups that treat patients; empty: everybody.
    pub medical_staff: BTreeSet<String>,
    /// Groups that look after records.
    pub auditor: BTreeSet<String>,
}

impl RoleGroups {
    /// The roles of somebody in these groups.
    pub fn roles_of(&self, groups: &[String]) -> Roles {
        let is_in = |named: &BTreeSet<String>| groups.iter().any(|group| named.contains(group));
        let mut roles = Roles::from([Role::User]);
        roles.extend(is_in(&self.admin).then_some(Role::Admin));
        roles.extend(is_in(&self.auditor).then_some(Role::Auditor));
        let treats = self.medical_staff.is_empty() || is_in(&self.medical_staff);
        roles.extend(treats.then_some(Role::MedicalStaff));
        roles
    }
}
