//! Who is asking: the person behind a token, as every check on access names them.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, InstanceId};

/// An authenticated person. Made only from a verified token or by the local command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The person's account, which is also the reader named by access sets.
    pub account: AccountId,
    /// The Nextcloud server the account belongs to.
    pub instance: InstanceId,
    /// Nextcloud's user id. Neither the login name nor the e-mail address.
    pub user_id: String,
}
