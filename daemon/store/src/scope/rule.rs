//! One rule: an effect and what it applies to, in a form that reads back.
//!
//! Rules are compared and stored in their canonical form, so the same rule written two ways is one rule. A criterion
//! that cannot mean anything is refused when it is written, with what is wrong and how it should look; nothing is
//! guessed, because a rule that silently matches nothing would let through what somebody wanted kept out.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use globset::GlobBuilder;
use unicode_normalization::UnicodeNormalization as _;
use voiceassist_model::ScopeRuleId;

use super::family::{Family, NAMES as FAMILY_NAMES};

/// The longest pattern, in characters.
pub const MAX_PATTERN_CHARS: usize = 1_000;

/// Whether a rule takes in or leaves out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// What it applies to is left out, whatever else says otherwise.
    Exclude,
    /// Only what it applies to is read; several of one facet are alternatives.
    Include,
}

impl Effect {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Include => "include",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Exclude, Self::Include].into_iter().find(|effect| effect.as_str() == name)
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A folder and everything below it, by its path in the person's own tree: `/Personnel`.
    Folder,
    /// A pattern as in `.gitignore`: `~$*`, `/Archive/**/*.bak`, `drafts/`.
    Glob,
    /// Storage of a kind: `shared`, `external`, `group` (team folders), or one team folder: `group:Cardiology`.
    Mount,
    /// A media type (`application/pdf`, `image/*`), an ending (`.dcm`) or a family (`images`).
    Type,
    /// Larger or smaller than so many bytes: `>50MB`, `<1KB`.
    Size,
    /// A Nextcloud tag, on the file or on a folder above it: `no-ai`.
    Tag,
    /// The name of a file whose presence speaks for its folder and everything below: `.noindex`.
    Marker,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Folder, Self::Glob, Self::Mount, Self::Type, Self::Size, Self::Tag, Self::Marker];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Glob => "glob",
            Self::Mount => "mount",
            Self::Type => "type",
            Self::Size => "size",
            Self::Tag => "tag",
            Self::Marker => "marker",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Inclusions of one facet are alternatives; each facet that has any must be met.
    pub const fn facet(self) -> Facet {
        match self {
            Self::Folder | Self::Glob | Self::Mount => Facet::Place,
            Self::Type => Facet::Type,
            Self::Size => Facet::Size,
            Self::Tag => Facet::Tag,
            Self::Marker => Facet::Marker,
        }
    }
}

/// What inclusions are grouped by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Facet {
    /// Where the file is.
    Place,
    /// What kind of file it is.
    Type,
    /// How large it is.
    Size,
    /// How it is tagged.
    Tag,
    /// What lies beside or above it.
    Marker,
}

impl Facet {
    /// Why a file is out when no inclusion of this facet holds.
    pub(crate) const fn missed(self) -> &'static str {
        match self {
            Self::Place => "no_included_place",
            Self::Type => "no_included_type",
            Self::Size => "no_included_size",
            Self::Tag => "no_included_tag",
            Self::Marker => "no_included_marker",
        }
    }
}

/// Where a rule came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The configuration file; follows it at every start.
    Configuration,
    /// An administrator's command.
    Administrator,
    /// The person it applies to.
    Person,
}

impl Origin {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Administrator => "administrator",
            Self::Person => "person",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Configuration, Self::Administrator, Self::Person]
            .into_iter()
            .find(|origin| origin.as_str() == name)
    }
}

/// A rule as somebody writes it. Made by [`NewRule::parse`] only, so it always means something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NewRule {
    pub(crate) effect: Effect,
    pub(crate) kind: Kind,
    pub(crate) pattern: String,
}

/// A rule that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id.
    pub id: ScopeRuleId,
    /// What it says.
    pub rule: NewRule,
    /// Where it came from.
    pub origin: Origin,
    /// Since when it is kept.
    pub created_at: DateTime<Utc>,
}

/// Why a rule was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RuleError {
    /// Not an effect, a kind and a pattern.
    #[error(
        "a rule is exclude or include, then folder, glob, mount, type, size, tag or marker, then what it looks for; for \
         instance: exclude folder /Personnel"
    )]
    Form,
    /// Nothing, or too much, was given.
    #[error(
        "a pattern has between 1 and {MAX_PATTERN_CHARS} characters and none of them is a control character"
    )]
    Length,
    /// Not a folder's path.
    #[error(
        "a folder is given by its path in the person's files, for instance /Personnel; `.` and `..` are not understood"
    )]
    Folder,
    /// Not a pattern.
    #[error("this is not a pattern as .gitignore knows them; for instance ~$*, /Archive/**/*.bak or drafts/")]
    Glob,
    /// An exception within exclusions.
    #[error(
        "exceptions with ! are not understood: an exclusion always wins; say what is to be read with inclusions instead"
    )]
    Negation,
    /// Not a kind of storage.
    #[error("a mount is shared, external, group, or group:NAME for one team folder")]
    Mount,
    /// Not a type.
    #[error(
        "a type is a media type (application/pdf, image/*), an ending (.dcm) or one of: {}",
        FAMILY_NAMES
    )]
    Type,
    /// Not a size.
    #[error("a size is >N or <N with B, KB, MB, GB, KiB, MiB or GiB, for instance >50MB")]
    Size,
    /// Not a marker's name.
    #[error("a marker is the name of a file and begins with a dot, for instance .noindex")]
    Marker,
}

impl NewRule {
    /// Reads a rule.
    pub fn parse(effect: Effect, kind: Kind, pattern: &str) -> Result<Self, RuleError> {
        let pattern: String = pattern.trim().nfc().collect();
        if pattern.is_empty()
            || pattern.chars().count() > MAX_PATTERN_CHARS
            || pattern.chars().any(char::is_control)
        {
            return Err(RuleError::Length);
        }
        let pattern = match kind {
            Kind::Folder => folder(&pattern)?,
            Kind::Glob => glob(pattern)?,
            Kind::Mount => mount(pattern)?,
            Kind::Type => file_type(&pattern)?,
            Kind::Size => Size::parse(&pattern).ok_or(RuleError::Size)?.to_string(),
            Kind::Tag => pattern,
            Kind::Marker => marker(pattern)?,
        };
        Ok(Self { effect, kind, pattern })
    }

    /// Whether it takes in or leaves out.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// What it looks at.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it looks for, in canonical form.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }
}

/// Reads what `Display` writes: `exclude folder /Personnel`.
impl FromStr for NewRule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let (effect, rest) = text.trim().split_once(char::is_whitespace).ok_or(RuleError::Form)?;
        let (kind, pattern) = rest.trim_start().split_once(char::is_whitespace).ok_or(RuleError::Form)?;
        let effect = Effect::from_name(effect).ok_or(RuleError::Form)?;
        let kind = Kind::from_name(kind).ok_or(RuleError::Form)?;
        Self::parse(effect, kind, pattern)
    }
}

impl fmt::Display for NewRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.effect.as_str(), self.kind.as_str(), self.pattern)
    }
}

fn folder(pattern: &str) -> Result<String, RuleError> {
    let segments: Vec<&str> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return Err(RuleError::Folder);
    }
    Ok(format!("/{}", segments.join("/")))
}

fn glob(pattern: String) -> Result<String, RuleError> {
    if pattern.starts_with('!') {
        return Err(RuleError::Negation);
    }
    if pattern.trim_matches('/').is_empty() {
        return Err(RuleError::Glob);
    }
    for glob in globs(&pattern) {
        compile(&glob).map_err(|_| RuleError::Glob)?;
    }
    Ok(pattern)
}

/// The plain globs a `.gitignore` pattern stands for, over paths without their first slash. What matches a folder also
/// matches everything below it.
pub(crate) fn globs(pattern: &str) -> Vec<String> {
    let only_folders = pattern.ends_with('/');
    let body = pattern.trim_end_matches('/');
    let anchored = body.contains('/');
    let body = body.trim_start_matches('/');
    let base = if anchored { body.to_owned() } else { format!("**/{body}") };
    let below = format!("{base}/**");
    if only_folders { vec![below] } else { vec![base, below] }
}

/// Letters match in either case: a rule that misses a file because it ends in `.PDF` would surprise.
pub(crate) fn compile(glob: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).case_insensitive(true).backslash_escape(true).build()
}

fn mount(pattern: String) -> Result<String, RuleError> {
    let known = matches!(pattern.as_str(), "shared" | "external" | "group");
    let team = pattern.strip_prefix("group:").is_some_and(|name| !name.trim_matches('/').is_empty());
    if known || team { Ok(pattern) } else { Err(RuleError::Mount) }
}

fn file_type(pattern: &str) -> Result<String, RuleError> {
    let pattern = pattern.to_lowercase();
    if Family::from_name(&pattern).is_some() {
        return Ok(pattern);
    }
    let token = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c))
    };
    let valid = match pattern.split_once('/') {
        Some((top, "*")) => token(top),
        Some((top, sub)) => token(top) && token(sub),
        None => pattern.strip_prefix('.').is_some_and(|ending| !ending.is_empty() && !ending.contains('*')),
    };
    if valid { Ok(pattern) } else { Err(RuleError::Type) }
}

fn marker(pattern: String) -> Result<String, RuleError> {
    let valid = pattern.len() > 1 && pattern.starts_with('.') && pattern != ".." && !pattern.contains('/');
    if valid { Ok(pattern) } else { Err(RuleError::Marker) }
}

/// A bound on bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Size {
    larger: bool,
    bytes: u64,
}

impl Size {
    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let (larger, rest) = match pattern.strip_prefix('>') {
            Some(rest) => (true, rest),
            None => (false, pattern.strip_prefix('<')?),
        };
        let rest = rest.trim();
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, unit) = rest.split_at(digits);
        let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            _ => return None,
        };
        let bytes = number.parse::<u64>().ok()?.checked_mul(unit)?;
        Some(Self { larger, bytes })
    }

    pub(crate) fn matches(self, size: i64) -> bool {
        let size = u64::try_from(size).unwrap_or(0);
        if self.larger { size > self.bytes } else { size < self.bytes }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.larger { '>' } else { '<' }, self.bytes)
    }
}

#[cfg(test)]
mod tests;
