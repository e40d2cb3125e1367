//! Which user of the system the server runs as.
//!
//! An ordinary user runs it himself. Root hands it to `postgres`, or to `nobody` where that is missing, because
//! PostgreSQL refuses root. The module refuses to guess: a directory that the other user cannot reach is an error that
//! names the parent which bars the way. Only /etc/passwd is read, no directory service.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::ClusterError;

/// Users without rights of their own, best first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged user.
#[derive(Clone, Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The user to change to, or none where we are an ordinary user already.
    pub(super) fn for_server() -> Result<Option<Self>, ClusterError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let passwd =
            fs::read_to_string("/etc/passwd").map_err(ClusterError::system("reading /etc/passwd"))?;
        CANDIDATES
            .iter()
            .find_map(|name| passwd.lines().find_map(|line| Self::parse(line, name)))
            .map(Some)
            .ok_or(ClusterError::NoAccount)
    }

    fn parse(line: &str, wanted: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| *name == wanted)?;
        let uid = fields.nth(1)?.parse().ok().filter(|uid| *uid != 0)?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name: name.to_owned(), uid, gid })
    }

    /// Whether every parent of `dir` lets this user pass.
    pub(super) fn check_reach(&self, dir: &Path) -> Result<(), ClusterError> {
        for parent in dir.ancestors().skip(1) {
            let metadata = fs::metadata(parent)
                .map_err(ClusterError::system(format!("reading the permissions of {}", parent.display())))?;
            let pass = if metadata.uid() == self.uid {
                0o100
            } else if metadata.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            if metadata.mode() & pass == 0 {
                return Err(ClusterError::NotReachable {
                    dir: dir.to_owned(),
                    blocked: parent.to_owned(),
                    account: self.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Makes the command run as this user; the standard library drops the supplementary groups with it.
    pub(super) fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

/// Gives a directory to the server's user and closes it to everyone else: this is what guards a cluster without
/// passwords.
pub(super) fn make_private(dir: &Path, account: Option<&Account>) -> Result<(), ClusterError> {
    let operation = format!("closing {} to others", dir.display());
    if let Some(account) = account {
        chown(dir, Some(account.uid), Some(account.gid)).map_err(ClusterError::system(operation.clone()))?;
    }
    fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(ClusterError::system(operation))
}
