//! Puts surrogates in the place of what points at a person, so that the rest of a text may go where it may not.
//!
//! A surrogate is stable under one key (one conversation): the same words get the same surrogate, and nobody without
//! the key can tell what it stands for. It is either a tag that names the kind (`[NAME-K7Q2]`), or something of the same
//! shape that looks real and belongs to nobody ([`Style`]). Surrogates never collide with what a text holds already: a
//! realistic one that occurs anywhere in the texts is not chosen, and words that look like a surrogate are themselves
//! replaced by one. What was replaced can be restored exactly; whenever a realistic rendering could not be, tags are
//! used, which always can. The originals live in the [`Surrogates`] alone and are never printed.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::span::{Finding, Kind};

mod realistic;

/// The letters of a tag's name: digits and consonants, so that no word comes about and none is taken for another.
const ALPHABET: &[u8; 31] = b"0123456789BCDFGHJKLMNPQRSTVWXYZ";
/// Letters of a tag's name, unless two originals would share it.
const TAG_LENGTH: usize = 4;
/// Tries for a realistic surrogate that occurs nowhere, before a tag is taken.
const TRIES: u32 = 24;
/// The longest name of a kind, and of a tag, that is read as a tag.
const LONGEST_TAG: usize = 40;

/// How surrogates look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `[NAME-K7Q2]`.
    Tags,
    /// Names for names, days for days, numbers of the same shape for numbers; a tag where nothing fits.
    Realistic,
}

/// A stretch of a text that is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands, in bytes, on boundaries of characters.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

impl From<&Finding> for Mark {
    fn from(finding: &Finding) -> Self {
        Self { range: finding.range.clone(), kind: finding.kind }
    }
}

/// The key of one conversation's surrogates.
#[derive(Clone)]
pub struct SurrogateKey([u8; 32]);

/// What stands for what. Holds originals: it is not printed, serialised or kept.
#[derive(Clone)]
pub struct Surrogates {
    key: SurrogateKey,
    style: Style,
    /// By kind's name and original.
    forward: HashMap<(&'static str, String), String>,
    /// By surrogate, in order, so that what begins like one is found.
    backward: BTreeMap<String, String>,
}

/// The kind's name of words that only look like a surrogate.
const LITERAL: &str = "TEXT";

// === impl SurrogateKey ===

impl SurrogateKey {
    /// A key from 32 secret bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key that depends on all of these parts, at least one of which must be secret.
    pub fn derived(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("VoiceAssist 2026-11-23 surrogates of parts v1");
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The key of one conversation.
    #[must_use]
    pub fn of_conversation(&self, id: &[u8]) -> Self {
        Self(*blake3::keyed_hash(&self.0, id).as_bytes())
    }

    /// Bytes that depend on the key, the kind, the original and the try.
    fn bytes(&self, kind: &str, original: &str, attempt: u32) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher
            .update(kind.as_bytes())
            .update(&[0])
            .update(&attempt.to_le_bytes())
            .update(original.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

impl std::fmt::Debug for SurrogateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SurrogateKey(..)")
    }
}

impl std::fmt::Debug for Surrogates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surrogates").field("known", &self.backward.len()).finish_non_exhaustive()
    }
}

// === impl Surrogates ===

impl Surrogates {
    /// None yet.
    pub fn new(key: SurrogateKey, style: Style) -> Self {
        Self { key, style, forward: HashMap::new(), backward: BTreeMap::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.backward.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.backward.is_empty()
    }

    /// Surrogates and what they stand for, for whoever may know both.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.backward.iter().map(|(surrogate, original)| (surrogate.as_str(), original.as_str()))
    }

    /// Surrogates and what they stand for, in the order of the surrogates.
    pub(crate) fn backward(&self) -> &BTreeMap<String, String> {
        &self.backward
    }

    /// Replaces the marks of texts that go out together. Marks may overlap and come in any order.
    pub fn redact(&mut self, texts: &[(&str, Vec<Mark>)]) -> Vec<String> {
        if self.style == Style::Realistic {
            let before = self.clone();
            let redacted = self.render(texts);
            if texts.iter().zip(&redacted).all(|((text, _), redacted)| self.restore(redacted) == *text) {
                return redacted;
            }
            *self = Self { style: Style::Tags, ..before };
            let redacted = self.render(texts);
            self.style = Style::Realistic;
            return redacted;
        }
        self.render(texts)
    }

    /// Puts the originals back wherever a surrogate stands.
    pub fn restore(&self, text: &str) -> String {
        crate::restore::all(self, text)
    }

    fn render(&mut self, texts: &[(&str, Vec<Mark>)]) -> Vec<String> {
        let together: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
        texts.iter().map(|(text, marks)| self.replace(text, marks, &together)).collect()
    }

    fn replace(&mut self, text: &str, marks: &[Mark], together: &[&str]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for mark in self.settled(text, marks) {
            out.push_str(&text[at..mark.range.start]);
            out.push_str(&self.surrogate(mark.kind, &text[mark.range.clone()], together));
            at = mark.range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// The marks in order, joined where they overlap, with what only looks like a surrogate among them.
    fn settled(&self, text: &str, marks: &[Mark]) -> Vec<Settled> {
        let mut found: Vec<Settled> = marks
            .iter()
            .map(|mark| (inner(text, &mark.range), Some(mark.kind)))
            .chain(tags(text).into_iter().map(|range| (range, None)))
            .chain(self.occurrences(text).into_iter().map(|range| (range, None)))
            .filter(|(range, _)| !range.is_empty())
            .map(|(range, kind)| Settled { range, kind })
            .collect();
        found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end)));
        let mut settled: Vec<Settled> = Vec::with_capacity(found.len());
        for one in found {
            match settled.last_mut() {
                Some(last) if one.range.start < last.range.end => {
                    last.range.end = last.range.end.max(one.range.end);
                    last.kind = last.kind.or(one.kind);
                }
                _ => settled.push(one),
            }
        }
        settled
    }

    /// Where realistic surrogates of earlier texts stand by chance.
    fn occurrences(&self, text: &str) -> Vec<Range<usize>> {
        let realistic = self.backward.keys().filter(|surrogate| !surrogate.starts_with('['));
        realistic
            .flat_map(|surrogate| text.match_indices(surrogate.as_str()))
            .map(|(start, hit)| start..start + hit.len())
            .collect()
    }

    /// The surrogate of an original, made when it is not known.
    fn surrogate(&mut self, kind: Option<Kind>, original: &str, together: &[&str]) -> String {
        let name = kind.map_or(LITERAL, Kind::as_str);
        let known = self.forward.get(&(name, original.to_owned()));
        // Where a realistic one could not be restored, a tag takes its place.
        if let Some(known) = known.filter(|known| self.style == Style::Realistic || known.starts_with('[')) {
            return known.clone();
        }
        let made = kind
            .filter(|_| self.style == Style::Realistic)
            .and_then(|kind| self.realistic(kind, original, together))
            .unwrap_or_else(|| self.tag(name, original));
        self.forward.insert((name, original.to_owned()), made.clone());
        self.backward.insert(made.clone(), original.to_owned());
        made
    }

    fn realistic(&self, kind: Kind, original: &str, together: &[&str]) -> Option<String> {
        (0..TRIES).find_map(|attempt| {
            let made = realistic::like(kind, original, &self.key.bytes(kind.as_str(), original, attempt))?;
            // Neither in a text, nor part of another surrogate, nor the other way round.
            let free = made != original
                && !made.starts_with('[')
                && !together.iter().any(|text| text.contains(&made))
                && !self.backward.keys().any(|other| other.contains(&made) || made.contains(other.as_str()));
            free.then_some(made)
        })
    }

    /// A tag that no other original has.
    fn tag(&self, name: &str, original: &str) -> String {
        let label = label(name);
        let mut attempt = 0;
        loop {
            // The longer the more tries there were: sooner or later one is free.
            let length = (TAG_LENGTH + attempt as usize / 4).min(32);
            let bytes = self.key.bytes(name, original, attempt);
            let letters: String = bytes[..length]
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
                .collect();
            let tag = format!("[{label}-{letters}]");
            if !self.backward.contains_key(&tag) {
                return tag;
            }
            attempt += 1;
        }
    }
}

/// A stretch to replace; without a kind it only looks like a surrogate.
struct Settled {
    range: Range<usize>,
    kind: Option<Kind>,
}

/// What a tag calls a kind: short, in capitals and hyphens.
fn label(name: &str) -> &str {
    match name {
        "LOCATION_STREET" => "STREET",
        "LOCATION_CITY" => "CITY",
        "LOCATION_ZIP" => "ZIP",
        "LOCATION_FACILITY" => "FACILITY",
        "ORGANIZATION_EMPLOYER" => "EMPLOYER",
        "AGE_OVER_89" => "AGE",
        "HEALTH_PLAN" => "PLAN",
        "ACCOUNT_NUMBER" => "ACCOUNT",
        "LICENSE_NUMBER" => "LICENSE",
        "VEHICLE_ID" => "VEHICLE",
        "DEVICE_ID" => "DEVICE",
        "IP_ADDRESS" => "IP",
        "BIOMETRIC_ID" => "BIOMETRIC",
        "PHOTO_REF" => "PHOTO",
        "OTHER_ID" => "ID",
        name => name,
    }
}

/// The range on boundaries of characters, within the text.
fn inner(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = range.end.min(text.len());
    let (mut start, mut end) = (range.start.min(end), end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// Where something has the shape of a tag.
pub(crate) fn tags(text: &str) -> Vec<Range<usize>> {
    text.match_indices('[')
        .filter_map(|(start, _)| tag_at(&text[start..]).map(|length| start..start + length))
        .collect()
}

/// The length of the tag that a text begins with.
fn tag_at(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.bytes().take(LONGEST_TAG).position(|byte| byte == b']')?;
    let (label, letters) = inside[..end].rsplit_once('-')?;
    let named = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_uppercase());
    let lettered = letters.len() >= TAG_LENGTH
        && letters.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (named && lettered).then_some(end + 2)
}

/// Whether a text holds a tag, or the beginning of one that was cut off: something no person should be shown.
pub fn holds_tag(text: &str) -> bool {
    let begins = |rest: &str| {
        let label = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        label >= 2 && rest.as_bytes().get(label) == Some(&b'-') && known_label(&rest[..label])
    };
    text.match_indices('[').any(|(start, _)| begins(&text[start + 1..]))
}

fn known_label(word: &str) -> bool {
    word == LITERAL || Kind::ALL.iter().any(|kind| label(kind.as_str()) == word)
}

/// The marks of a text, the surrogates and what is left of collisions, counted by kind.
pub(crate) fn counts<'m>(marks: impl IntoIterator<Item = &'m Mark>) -> BTreeMap<&'static str, u32> {
    let mut counts = BTreeMap::new();
    for mark in marks {
        *counts.entry(mark.kind.as_str()).or_default() += 1;
    }
    counts
}
