//! Rules against one file: in, or out and why. Pure.
//!
//! Two levels are asked, the server's and the person's, and a file must pass both; so a person can narrow and never
//! widen. Within a level the order of rules does not matter: any exclusion that applies takes the file out, and each
//! facet that has inclusions must have one that applies.
//!
//! What the server's level takes out counts for everybody when the rule is about the file itself, or about the place
//! where it really lives. A place that only its receiver chose, for a share that was received, counts for that person
//! alone: otherwise anyone could hide the owner's document from everybody by moving their mount.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use globset::{GlobSet, GlobSetBuilder};
use voiceassist_model::ScopeRuleId;

use super::family::{Family, ending};
use super::rule::{Effect, Facet, Kind, NewRule, RuleError, Size, compile, globs};

/// What rules can know about a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// In the person's tree, beginning with a slash.
    pub(crate) path: &'a str,
    pub(crate) size: i64,
    pub(crate) mime: Option<&'a str>,
    pub(crate) mount_type: Option<&'a str>,
    /// Whether the person received it from somebody else.
    pub(crate) received: bool,
    pub(crate) file_id: i64,
}

impl Facts<'_> {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Markers and tags of one person's tree.
#[derive(Clone, Default, Debug)]
pub(crate) struct Surroundings {
    /// Folders by path, with the markers directly in them.
    pub(crate) marked: HashMap<String, Vec<String>>,
    /// Files and folders by id, with their tags.
    pub(crate) tagged: HashMap<i64, Vec<String>>,
    /// Folders by path, with their tags.
    pub(crate) tagged_folders: HashMap<String, Vec<String>>,
}

/// For whom a file is out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// For one person, by their own rules.
    Person,
    /// For one person, because of where they keep a share they received.
    View,
    /// For everybody: the document is not read.
    Everyone,
}

impl Reach {
    const ALL: [Self; 3] = [Self::Person, Self::View, Self::Everyone];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::View => "view",
            Self::Everyone => "everyone",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.as_str() == name)
    }
}

/// Why a file is out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Out {
    /// For whom.
    pub reach: Reach,
    /// The kind of the rule (`glob`, `tag` …), or `no_included_place` and its like when no inclusion holds.
    pub why: String,
    /// The rule, where a single one did it.
    pub rule: Option<ScopeRuleId>,
}

#[derive(Debug)]
struct Compiled {
    id: Option<ScopeRuleId>,
    effect: Effect,
    kind: Kind,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// The path without its last slash; empty for the root.
    Folder(String),
    /// Whether it matches is read from the level's set of globs.
    Glob,
    Mount {
        kind: String,
        top: Option<String>,
    },
    Family(Family),
    Ending(String),
    Media {
        top: String,
        sub: Option<String>,
    },
    Size(Size),
    Tag(String),
    Marker(String),
}

/// How a rule matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hit {
    No,
    /// By something of the file itself.
    Itself,
    /// By where it is.
    Place,
}

/// The rules of one level, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct Level {
    rules: Vec<Compiled>,
    globs: GlobSet,
    /// The rule each glob of the set belongs to.
    glob_rules: Vec<usize>,
}

impl Level {
    /// Prepares rules; ids are absent for rules that are only being considered.
    pub(crate) fn compile<'a>(
        rules: impl IntoIterator<Item = (Option<ScopeRuleId>, &'a NewRule)>,
    ) -> Result<Self, RuleError> {
        let mut level = Self::default();
        let mut set = GlobSetBuilder::new();
        for (id, rule) in rules {
            let test = Test::of(rule)?;
            if matches!(test, Test::Glob) {
                for glob in globs(rule.pattern()) {
                    set.add(compile(&glob).map_err(|_| RuleError::Glob)?);
                    level.glob_rules.push(level.rules.len());
                }
            }
            level.rules.push(Compiled { id, effect: rule.effect(), kind: rule.kind(), test });
        }
        level.globs = set.build().map_err(|_| RuleError::Glob)?;
        Ok(level)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The names that rules of this kind look for, in the form in which they are compared.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.rules.iter().filter_map(|rule| match &rule.test {
            Test::Tag(name) => Some((Kind::Tag, name.as_str())),
            Test::Marker(name) => Some((Kind::Marker, name.as_str())),
            _ => None,
        })
    }

    /// For each rule, whether and how it applies to the file.
    pub(super) fn hits(&self, facts: &Facts<'_>, around: &Surroundings) -> Vec<Hit> {
        let mut by_glob = vec![false; self.rules.len()];
        if !self.glob_rules.is_empty() {
            for glob in self.globs.matches(facts.path.trim_start_matches('/')) {
                by_glob[self.glob_rules[glob]] = true;
            }
        }
        self.rules.iter().zip(by_glob).map(|(rule, by_glob)| rule.test.hit(facts, around, by_glob)).collect()
    }

    /// Every reason against the file at this level, of rules that apply in these ways.
    fn objections(&self, hits: &[Hit]) -> Vec<Objection> {
        let mut objections = Vec::new();
        let mut met: BTreeMap<Facet, bool> = BTreeMap::new();
        for (place, (rule, hit)) in self.rules.iter().zip(hits).enumerate() {
            match rule.effect {
                Effect::Exclude if *hit != Hit::No => objections.push(Objection {
                    place: Some(place),
                    rule: rule.id,
                    why: rule.kind.as_str(),
                    itself: *hit == Hit::Itself,
                }),
                Effect::Exclude => {}
                Effect::Include => *met.entry(rule.kind.facet()).or_default() |= *hit != Hit::No,
            }
        }
        let missed = met.into_iter().filter(|(_, met)| !met).map(|(facet, _)| Objection {
            place: None,
            rule: None,
            why: facet.missed(),
            itself: matches!(facet, Facet::Type | Facet::Size),
        });
        objections.extend(missed);
        objections
    }

    /// The only exclusion of this level that speaks against the file, if nothing else here does.
    pub(super) fn only_objection(&self, hits: &[Hit]) -> Option<usize> {
        match self.objections(hits).as_slice() {
            [only] => only.place,
            _ => None,
        }
    }
}

struct Objection {
    /// Among the level's rules.
    place: Option<usize>,
    rule: Option<ScopeRuleId>,
    why: &'static str,
    itself: bool,
}

/// The rules that apply to one person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) server: Arc<Level>,
    pub(crate) person: Arc<Level>,
}

impl Scope {
    pub(crate) fn is_empty(&self) -> bool {
        self.server.is_empty() && self.person.is_empty()
    }

    /// Why the file is out, or `None` when it is in. Of several reasons the one that reaches furthest is told.
    pub(crate) fn verdict(&self, facts: &Facts<'_>, around: &Surroundings) -> Option<Out> {
        let against = |level: &Level| level.objections(&level.hits(facts, around));
        let server = against(&self.server).into_iter().map(|objection| {
            let everyone = objection.itself || !facts.received;
            (if everyone { Reach::Everyone } else { Reach::View }, objection)
        });
        let person = against(&self.person).into_iter().map(|found| (Reach::Person, found));
        let (mut furthest, mut told) = (None, None);
        for (reach, objection) in server.chain(person) {
            if furthest.is_none_or(|so_far| reach > so_far) {
                furthest = Some(reach);
                told = Some(Out { reach, why: objection.why.to_owned(), rule: objection.rule });
            }
        }
        told
    }
}

impl Test {
    fn of(rule: &NewRule) -> Result<Self, RuleError> {
        let pattern = rule.pattern();
        Ok(match rule.kind() {
            Kind::Folder => Self::Folder(pattern.trim_end_matches('/').to_owned()),
            Kind::Glob => Self::Glob,
            Kind::Mount => match pattern.split_once(':') {
                Some((kind, name)) => {
                    Self::Mount { kind: kind.to_owned(), top: Some(format!("/{}", name.trim_matches('/'))) }
                }
                None => Self::Mount { kind: pattern.to_owned(), top: None },
            },
            Kind::Type => Self::of_type(pattern),
            Kind::Size => Self::Size(Size::parse(pattern).ok_or(RuleError::Size)?),
            Kind::Tag => Self::Tag(pattern.to_lowercase()),
            Kind::Marker => Self::Marker(pattern.to_owned()),
        })
    }

    fn of_type(pattern: &str) -> Self {
        match (Family::from_name(pattern), pattern.split_once('/')) {
            (Some(family), _) => Self::Family(family),
            (None, Some((top, sub))) => {
                Self::Media { top: top.to_owned(), sub: (sub != "*").then(|| sub.to_owned()) }
            }
            (None, None) => Self::Ending(pattern.trim_start_matches('.').to_owned()),
        }
    }

    fn hit(&self, facts: &Facts<'_>, around: &Surroundings, by_glob: bool) -> Hit {
        let (itself, place) = match self {
            Self::Folder(folder) => (false, is_below(facts.path, folder)),
            Self::Glob => (false, by_glob),
            Self::Mount { kind, top } => {
                // Not every server says below a received share that it is one; the letters do.
                let received = facts.received && kind == "shared";
                let on = received || facts.mount_type == Some(kind.as_str());
                (false, on && top.as_ref().is_none_or(|top| is_below(facts.path, top)))
            }
            Self::Family(family) => (Family::of(facts.mime, facts.name()) == *family, false),
            Self::Ending(wanted) => (has_ending(facts.name(), wanted), false),
            Self::Media { top, sub } => (is_media(facts.mime, top, sub.as_deref()), false),
            Self::Size(size) => (size.matches(facts.size), false),
            Self::Tag(tag) => {
                let has = |tags: &Vec<String>| tags.iter().any(|known| known == tag);
                let above =
                    || above(facts.path).any(|folder| around.tagged_folders.get(folder).is_some_and(has));
                (around.tagged.get(&facts.file_id).is_some_and(has), above())
            }
            Self::Marker(marker) => {
                let has = |markers: &Vec<String>| markers.iter().any(|known| known == marker);
                (false, above(facts.path).any(|folder| around.marked.get(folder).is_some_and(has)))
            }
        };
        match (itself, place) {
            (true, _) => Hit::Itself,
            (false, true) => Hit::Place,
            (false, false) => Hit::No,
        }
    }
}

/// Whether the path is the folder or lies below it. The folder has no slash at its end; the root is empty.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `.tar.gz` as well as `.gz`.
fn has_ending(name: &str, wanted: &str) -> bool {
    if wanted.contains('.') {
        return name.to_lowercase().ends_with(&format!(".{wanted}"));
    }
    ending(name) == wanted
}

fn is_media(mime: Option<&str>, top: &str, sub: Option<&str>) -> bool {
    let Some((known_top, known_sub)) = mime.and_then(|mime| mime.split_once('/')) else { return false };
    known_top.eq_ignore_ascii_case(top) && sub.is_none_or(|sub| known_sub.eq_ignore_ascii_case(sub))
}

/// The folders above a path, the root first, which is `/`.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let inner = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|folder| !folder.is_empty());
    std::iter::once("/").chain(inner)
}

#[cfg(test)]
mod tests;
