//! How a question is looked for: whole, in parts, or in two steps.
//!
//! Rules over words, as in [`crate::intent`]; no model. A comparison is looked for once for each side, two questions in one
//! sentence once for each, and a question about a thing that is only described ("the disease linked to this gene") once
//! for the description and once more for what was found under it. Everything is bounded: at most [`MOST_STRANDS`] parts,
//! one second step each. What cannot be taken apart with certainty stays whole.

mod bridge;
mod split;

pub(crate) use bridge::bridge;
pub(crate) use split::{Part, split};

/// Parts of a question that are looked for by themselves.
pub(crate) const MOST_STRANDS: usize = 3;
