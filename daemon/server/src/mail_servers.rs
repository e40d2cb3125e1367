//! The mail servers people may name, and trying whether a mailbox there can be mirrored.
//!
//! A mailbox is tried before it is kept, so that a wrong name or password is said to the one who can mend it. Only servers
//! the configuration lists are reached, always encrypted, and each attempt is one: what was refused is not tried in
//! another way. Nothing of the attempt is logged, and the server's own words are repeated to nobody.

use std::time::Duration;

use voiceassist_dav::egress::{Destinations, EgressError};
use voiceassist_dav::imap::{Folder, ImapError, MailConnection, TlsTrust};

use crate::problem::{Code, Failure};

/// How long an attempt may take: below the time of a request, so that its outcome is still told.
const PATIENCE: Duration = Duration::from_secs(15);

/// Which mail servers may be reached, and whose certificates are believed.
#[derive(Clone, Debug)]
pub struct MailServers {
    /// The servers.
    pub destinations: Destinations,
    /// The certificates.
    pub trust: TlsTrust,
}

impl MailServers {
    /// Signs in and lists the folders.
    pub(crate) async fn try_out(&self, connection: &MailConnection) -> Result<Vec<Folder>, Failure> {
        let trial = connection.try_out(&self.trust, &self.destinations);
        match tokio::time::timeout(PATIENCE, trial).await {
            Ok(Ok(folders)) => Ok(folders),
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(Failure::new(Code::MailServerUnusable).member("reason", "timeout")),
        }
    }
}

fn refused(error: &ImapError) -> Failure {
    match error {
        ImapError::Unauthorized => Failure::new(Code::MailSignInRefused),
        ImapError::NotReached(EgressError::NotConfigured) => Failure::new(Code::MailServerNotListed),
        error => Failure::new(Code::MailServerUnusable).member("reason", error.code()),
    }
}
