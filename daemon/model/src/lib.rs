//! The nouns that cross crates, and nothing else.
//!
//! A type lives here only when at least two crates need the same word for the same thing: typed ids, the clock and
//! the source of randomness, who is asking, how sensitive a text is, the state of a document, a passage and the
//! citation that points at it. The crate refuses everything with an effect: no input or output, no async, no SQL, no
//! HTTP. It stays small and boring, because a change here rebuilds nearly everything.

pub mod answer;
pub mod calculation;
pub mod citation;
pub mod clarification;
pub mod clock;
pub mod decision;
pub mod document;
pub mod ids;
mod item_citation;
pub mod metric;
pub mod passage;
pub mod principal;
pub mod printed;
pub mod provenance;
pub mod randomness;
pub mod sensitivity;
pub mod setting;
pub mod source;
pub mod withheld;

pub use answer::{AnswerPart, Confidence, Outcome};
pub use calculation::{Calculation, CalculationInput, CalculationState, CalculatorName, MissingInput};
pub use citation::Citation;
pub use clarification::Clarification;
pub use clock::{Clock, ManualClock, SystemClock};
pub use decision::{Policy, Question, Role, Roles, Subject};
pub use document::{DocumentState, Reason};
pub use ids::{
    AccessSetId, AccountId, CheckId, ChunkId, CollectionId, CollectionObjectId, ConversationId, DocumentId,
    HookKeyId, InstanceId, JobId, MailAccountId, MailContentId, MailFolderId, MessageId, PairedAppId,
    ScopeRuleId,
};
pub use item_citation::{CitedKind, ItemCitation};
pub use metric::{MetricDoc, MetricKind};
pub use passage::{PageSpan, Passage, TextSpan};
pub use principal::Principal;
pub use printed::{Area, PageBox, Printed, PrintedLine};
pub use provenance::{PassedOver, Provenance};
pub use randomness::{OsRandomness, Randomness, SeededRandomness};
pub use sensitivity::Sensitivity;
pub use setting::{Edited, Setting};
pub use source::{Origin, Source};
