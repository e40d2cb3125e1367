//! Medical scores and formulas, computed exactly and with their sources.
//!
//! Units are part of every input and are converted, never guessed. A missing input is never taken as normal, an
//! impossible one is refused. The crate computes and explains; it never advises a treatment, reads no clock and touches
//! no network.
//!
//! The way of one calculation: [`registry::find`] names a [`Calculator`], which is data plus one pure function.
//! [`Calculator::calculate`] reads a JSON object ([`reading`]) into [`Values`] in each input's own unit, or answers with
//! a [`Refusal`] that names every problem at once and, where a score can be bounded, the range it could still take
//! ([`possible`]). The function turns the values into an [`Outcome`]; the engine adds bands, notes and the inputs used,
//! and returns a [`Calculation`].

pub mod bands;
pub mod calculation;
pub mod date;
pub mod definition;
pub mod fill;
pub mod input;
pub mod measure;
pub mod outcome;
pub mod patient;
pub mod possible;
pub mod reading;
pub mod refusal;
pub mod registry;
pub mod schema;
pub mod values;

pub mod acute_coronary;
pub mod atrial_fibrillation;
pub mod body;
pub mod cardiovascular_prevention;
pub mod circulation;
pub mod critical_illness;
pub mod dosing;
pub mod electrolytes;
pub mod emergency;
pub mod fluids;
pub mod infection;
pub mod kidney;
pub mod liver;
pub mod mental_health;
pub mod metabolism;
pub mod neurology;
pub mod nursing;
pub mod obstetrics;
pub mod oncology;
pub mod paediatrics;
pub mod pancreas_and_gut;
pub mod perioperative;
pub mod pharmacology;
pub mod respiratory;
pub mod rheumatology;
pub mod venous_thromboembolism;

pub use bands::{Band, Bands, Bound};
pub use calculation::Calculation;
pub use date::Date;
pub use definition::{Calculator, Direction, Example, Monotone, Output, OutputKind, Source, Status};
pub use input::{Choice, Input, Kind, Level, Part};
pub use outcome::{Outcome, Tally};
pub use refusal::{Problem, ProblemKind, Refusal};
pub use values::{Given, Values};
