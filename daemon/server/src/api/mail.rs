//! Your mailboxes and your mail as the daemon mirrors it. Nothing here changes anything on a mail server.

pub(crate) mod accounts;
pub(crate) mod messages;
pub(crate) mod threads;
