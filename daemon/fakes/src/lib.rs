//! Placeholder head, replaced by its first real file.

pub mod corpus;
pub mod postgres;
