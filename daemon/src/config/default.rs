//! The defaults, the reference and the example, in one text.

/// The commented file that `voiceassist emit config` prints and every other layer overrides.
pub const DEFAULT_TOML: &str = include_str!("default.toml");
