//! Claims about which texts may leave.
//!
//! Every person here is invented. Each case is a whole text and the class it must have; the misses that matter are
//! those that would call a patient's text harmless, so there are more of them.

#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set up stops there")]

mod classes;
mod classifier;
mod gate;
mod known;
mod offsets;
mod redaction;
mod scores;
mod told_by_place;
mod unseen;

// The writer of the texts that the classifier learns from.
#[path = "../../train/numbers.rs"]
mod numbers;
#[path = "../../train/people.rs"]
mod people;
#[path = "../../train/places.rs"]
mod places;
#[path = "../../train/plain.rs"]
mod plain;
#[path = "../../train/write.rs"]
mod write;
