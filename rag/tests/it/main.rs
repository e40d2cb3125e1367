//! Claims about reading, cutting, finding and answering.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on stops and says where")]
#![allow(clippy::format_collect, reason = "made-up text may be made slowly")]

mod answer;
mod chunk;
mod embed;
mod extract;
mod index;
mod retrieve;
