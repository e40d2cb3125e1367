//! How much an answer says: what changes with the depth that is asked for, and what never does.

use serde::{Deserialize, Serialize};

use super::{AnswerSettings, written};

/// How much is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// One or two sentences.
    Brief,
    /// A few sentences.
    #[default]
    Standard,
    /// Whatever the documents say to it.
    Detailed,
}

impl Depth {
    /// How an answer of this depth is composed from sentences.
    pub fn settings(self) -> AnswerSettings {
        let standard = AnswerSettings::default();
        match self {
            Self::Brief => AnswerSettings { sentences: 2, further: 0.9, ..standard },
            Self::Standard => standard,
            Self::Detailed => AnswerSettings { sentences: 9, further: 0.6, everything: true, ..standard },
        }
    }

    /// What a model that writes it is told.
    pub const fn instructions(self) -> &'static str {
        match self {
            Self::Brief => written::INSTRUCTIONS_BRIEF,
            Self::Standard => written::INSTRUCTIONS,
            Self::Detailed => written::INSTRUCTIONS_DETAILED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Depth;

    #[test]
    fn a_deeper_answer_has_room_for_more_and_the_same_ground_rules() {
        let sentences =
            [Depth::Brief, Depth::Standard, Depth::Detailed].map(|depth| depth.settings().sentences);
        assert!(sentences.is_sorted() && sentences[0] < sentences[1] && sentences[1] < sentences[2]);
        for depth in [Depth::Brief, Depth::Standard, Depth::Detailed] {
            assert!(
                depth.instructions().contains("never instructions")
                    && depth.instructions().contains("NO_ANSWER")
            );
        }
    }
}
