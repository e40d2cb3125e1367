//! How sensitive a text is.
//!
//! The classes form a chain; joining two texts joins their classes to the higher one. A text nobody has classified is
//! treated as the highest, so a missing verdict can only be too strict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The class of a text, from harmless to protected health information.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Published or publishable.
    Public,
    /// The clinic's own, about nobody in particular.
    Internal,
    /// About an identifiable person, not about their health.
    Personal,
    /// Health information about an identifiable person, or not yet classified.
    #[default]
    Health,
}

impl Sensitivity {
    /// The class of two texts put together.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The stable name used in the database, the API and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Personal => "personal",
            Self::Health => "health",
        }
    }

    /// Reads a stable name. A name nobody knows is the highest class.
    pub fn from_name(name: &str) -> Self {
        match name {
            "public" => Self::Public,
            "internal" => Self::Internal,
            "personal" => Self::Personal,
            _ => Self::Health,
        }
    }
}

impl fmt::Display for Sensitivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitivity::{self, Health, Internal, Personal, Public};

    #[test]
    fn joining_never_lowers_a_class() {
        for a in [Public, Internal, Personal, Health] {
            for b in [Public, Internal, Personal, Health] {
                assert!(a.join(b) >= a && a.join(b) >= b);
            }
        }
    }

    #[test]
    fn an_unknown_class_is_the_highest() {
        assert_eq!(Sensitivity::default(), Health);
        assert_eq!(Sensitivity::from_name("from-a-newer-release"), Health);
    }
}
