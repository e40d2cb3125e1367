//! May this text leave?
//!
//! The threat is a clinic's own text going where it must not: to a remote model, a log, a colleague without need to
//! know. A text is dangerous when it tells something about the health of somebody who can be found from it. Names are
//! only the plainest way to be found; a record number, an insurance number, a birthday, a telephone, a rare condition in a
//! small town do as well, and the law (45 CFR 164.514) counts eighteen such ways. What this crate must never do is
//! call such a text harmless; what it should seldom do is call a guideline a patient.
//!
//! [`classify`] joins the evidence of a whole document to one class of the chain `Public < Internal < Personal <
//! Health`. It never says `Public`, because publishing is a decision and not a property of words; and what it cannot
//! judge (no words, an unknown language) is `Health`. [`detect`] says where the evidence is.
//!
//! A text that may not leave as it is can leave with surrogates ([`Surrogates`]), and what comes back is restored
//! ([`Restorer`]). Whether anything leaves at all is decided in one place, the [`Gate`]: it alone makes a [`Cleared`],
//! and whatever sends content to a model takes nothing else.
//!
//! ```text
//! Prompt ─▶ Gate::clear (class × destination × purpose × policy) ─▶ decision kept ─▶ Cleared<Prompt> ─▶ remote client
//!                                                                       └ not kept, or refused: nothing leaves
//! ```
//!
//! *Invariant:* pure functions, but for the gate, which waits until its decision is kept by whoever was handed in. No
//! network, no files, no state, and no finding carries the text it found. Everything is a linear scan, so a hostile
//! text cannot make it slow.

mod classifier;
mod classify;
pub mod clearance;
mod detect;
mod gate;
mod known;
mod language;
mod lexicon;
mod prompt;
mod reading;
mod redact;
mod restore;
mod span;
mod vocabulary;
mod words;

pub use classifier::{Classifier, Example, UnknownWeights, learn};
pub use classify::{classify, classify_pages, classify_turn};
pub use clearance::{Ask, Cleared, Destination, Mode, Protection, Purpose, RecordsDecisions, Refusal};
pub use detect::{Candidate, Detector, Recogniser, detect};
pub use gate::{Gate, GateKeys, MAX_CHARS};
pub use known::{Known, KnownPeople};
pub use prompt::{Content, Prompt, Said, Source, Speaker};
pub use reading::Reading;
pub use redact::{Mark, Style, SurrogateKey, Surrogates, holds_tag};
pub use restore::Restorer;
pub use span::{Finding, Kind, UnknownKind};
