//! Pieces of documents as they stand in them.

pub(crate) mod get;
