//! Following Nextcloud: timer, command and (later) nudge run the same functions.

pub mod files;
pub mod mail;
