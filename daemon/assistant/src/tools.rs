//! What the assistant can do besides searching documents.
//!
//! A tool looks at the person's words and answers in the parts of a turn, or leaves the question to the documents. Each
//! states its effect; only reading ones are here, so nothing a tool does needs to be undone. The set is fixed and the
//! first tool that takes the words answers them.

use voiceassist_model::{AnswerPart, Calculation};

pub mod calculate;
pub(crate) mod own;

/// What a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Looks or computes, and changes nothing.
    Reads,
}

/// What a tool is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The person's words.
    pub text: &'a str,
    /// The calculation of the latest answer in this conversation.
    pub pending: Option<&'a Calculation>,
}

/// One thing the assistant can do.
pub trait Tool: Send + Sync {
    /// Its name, stable.
    fn name(&self) -> &'static str;
    /// What it does to the world.
    fn effect(&self) -> Effect;
    /// The whole answer in parts, or `None` if the words are not for this tool.
    fn answer(&self, ask: &Ask<'_>) -> Option<Vec<AnswerPart>>;
}

/// Every tool, in the order in which they are asked.
pub const ALL: &[&dyn Tool] = &[&calculate::Calculate];

/// The answer of the first tool that takes the words.
pub(crate) fn answer(ask: &Ask<'_>) -> Option<Vec<AnswerPart>> {
    ALL.iter().find_map(|tool| {
        let parts = tool.answer(ask)?;
        tracing::debug!(tool = tool.name(), "a tool answers");
        Some(parts)
    })
}
