//! What published dosing tables say for a given kidney or liver function.
//!
//! The tables are data (`data/dosing/*.json`): drug, indication, region, the measure they are drawn against, contiguous
//! bands, source, month of entry, and whether a second source was compared. Lookup answers with the band a value falls
//! into and everything a reader needs to judge it. A table that leaves a gap, overlaps, or names no source makes the
//! whole library refuse to load: no answer is better than a wrong one. This module never derives a dose, never
//! interpolates between bands and never tells anybody what to do; it repeats what a named document states.

mod library;
mod table;

pub use library::{Drug, Function, Library, Row, library};
pub use table::{Band, ChildPughClass, Measure, Table, Verification};

/// Why the dosing tables could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DosingError {
    /// One of the embedded files is not the JSON it should be.
    #[error("reading the dosing tables in {file}")]
    Unreadable {
        /// Name of the embedded file.
        file: &'static str,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// A table contradicts itself or lacks something a reader needs.
    #[error("checking the dosing table of {drug} ({indication}): {fault}")]
    Invalid {
        /// The drug the table belongs to.
        drug: String,
        /// The table's indication.
        indication: String,
        /// What is wrong.
        fault: Fault,
    },
    /// Two entries answer to the same name.
    #[error("checking the dosing tables: {0} is named twice")]
    NamedTwice(String),
}

/// What can be wrong with one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Source, month of entry, indication, region or a dose text is missing.
    #[error("a text is missing")]
    MissingText,
    /// The table has no band at all.
    #[error("there is no band")]
    NoBand,
    /// A band has no lower limit, two of them, or two upper limits.
    #[error("a band's limits are not one lower and at most one upper")]
    Limits,
    /// The first band does not start at zero or the last one ends.
    #[error("the bands do not cover every value from zero up")]
    NotCovering,
    /// A value belongs to no band.
    #[error("two bands leave a gap")]
    Gap,
    /// A value belongs to two bands.
    #[error("two bands overlap")]
    Overlap,
    /// A Child-Pugh table does not name A, B and C exactly once.
    #[error("the classes A, B and C are not each named once")]
    Classes,
    /// A second source is claimed and not named, or named and not claimed.
    #[error("verification and second source do not agree")]
    Verification,
    /// A text gives an order instead of repeating its source.
    #[error("a text gives advice in its own voice")]
    Advice,
}
