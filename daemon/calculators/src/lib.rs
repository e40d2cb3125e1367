//! Medical scores and formulas, computed exactly and with their sources.
//!
//! Units are part of every input and are converted, never guessed. A missing input is never taken as normal, an
//! impossible one is refused. The crate computes and explains; it never advises a treatment, reads no clock and touches
//! no network.
