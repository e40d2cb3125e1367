//! Pancreas and gut: bleeding, pancreatitis, appendicitis.
//!
//! Each calculator is a file of its own; this one lists them in the order in which the registry shows them.

pub mod aims65;
pub mod alvarado;
pub mod bisap;
pub mod glasgow_blatchford;
pub mod ranson;
pub mod ranson_gallstone;
mod ranson_items;
pub mod rockall;

use crate::definition::Calculator;

/// The calculators of this field.
pub static ALL: &[&Calculator] = &[
    &glasgow_blatchford::CALCULATOR,
    &ranson::CALCULATOR,
    &ranson_gallstone::CALCULATOR,
    &bisap::CALCULATOR,
    &alvarado::CALCULATOR,
    &rockall::CALCULATOR,
    &aims65::CALCULATOR,
];
