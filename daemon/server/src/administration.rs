//! What administrators see of the configuration, and may try out, which the program hands in.
//!
//! Everything here is read-only, also what is configured of limits that can be changed elsewhere: providers, what may be
//! sent to them and who may do what are the configuration's, which only whoever runs the daemon can change. No secret
//! and no address is shown; the test sends a word of the program's own and nothing of anybody's.

use async_trait::async_trait;
use voiceassist_model::Setting;

/// A model the daemon uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelProvider {
    /// What it does: `chat` or `embedding`.
    pub kind: &'static str,
    /// The model's name; empty while none is configured.
    pub name: String,
    /// Whether there is one.
    pub configured: bool,
    /// Whose machines it runs on: `local`, `agreement` or `cloud`.
    pub protection: &'static str,
    /// What about people may be sent there: `forbid`, `redact` or `allow`.
    pub mode: &'static str,
    /// The agreement's name, as the clinic's records have it; empty without one.
    pub agreement: String,
}

/// How long something is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// What, by its name on the wire.
    pub what: &'static str,
    /// Days; `None` for what stays until somebody ends it.
    pub days: Option<u32>,
}

/// What came of a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tested {
    /// Whether it answered as it should.
    pub works: bool,
    /// For people: what happened and what to look at. Names no host.
    pub sentence: String,
}

/// The configuration, as administrators may see it.
#[async_trait]
pub trait Administration: Send + Sync + 'static {
    /// The models that are used, and those that could be.
    fn providers(&self) -> Vec<ModelProvider>;

    /// Whether the clinic has rules of its own about who may do what.
    fn has_own_policy(&self) -> bool;

    /// How long what is kept, in the order it is to be shown.
    fn retention(&self) -> Vec<Retention>;

    /// What is configured of what administrators may change; `None` of what this daemon does not know.
    fn configured(&self, setting: Setting) -> Option<u32>;

    /// Asks a model of this kind for a word. `None` when none is configured.
    async fn test(&self, kind: &str) -> Option<Tested>;
}

/// Nothing is configured: for a server that stands alone, as benchmarks have it.
#[derive(Clone, Copy, Debug)]
pub struct Unconfigured;

#[async_trait]
impl Administration for Unconfigured {
    fn providers(&self) -> Vec<ModelProvider> {
        Vec::new()
    }

    fn has_own_policy(&self) -> bool {
        false
    }

    fn retention(&self) -> Vec<Retention> {
        Vec::new()
    }

    fn configured(&self, _: Setting) -> Option<u32> {
        None
    }

    async fn test(&self, _: &str) -> Option<Tested> {
        None
    }
}
