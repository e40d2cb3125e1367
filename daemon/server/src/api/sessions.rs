//! How a session begins.

pub(crate) mod vouched;
