//! The people you know: your contacts, those shared with you, colleagues, and whom you met.

pub(crate) mod list;
