//! What other programs tell the daemon: hints from Nextcloud that something changed.
//!
//! A hook is not a person: it carries no access token, proves itself with a key of its own and reaches nothing but
//! the queue. It is answered before anything is looked at. Refused without a word about why: whatever is not proved;
//! and counted, never logged with content.

pub(crate) mod nextcloud;
