//! One binary for all tests of the calculators: vectors as data, and rules that hold for every calculator.
//!
//! Nothing here names a calculator that exists only in a test; the registry is the list. New calculators are covered by
//! adding their vectors.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test whose stage cannot be set up stops there"
)]

mod comparing;
mod dosing;
mod fill;
mod properties;
mod sampling;
mod tidy;
mod vectors;
