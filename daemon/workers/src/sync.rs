//! Following Nextcloud: timer, command and (later) nudge run the same functions.

pub mod calendars;
pub mod collections;
pub mod contacts;
pub mod files;
pub mod mail;
