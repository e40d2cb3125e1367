//! Placeholder head, replaced by its first real file.

pub mod postgres;
