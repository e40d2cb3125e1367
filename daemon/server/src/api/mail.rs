//! Your mailboxes and your mail as the daemon mirrors it. Nothing here changes anything on a mail server.

pub(crate) mod accounts;
//MSG pub(crate) mod messages;
//MSG pub(crate) mod threads;
