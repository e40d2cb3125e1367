//! Runs the detectors and settles what overlaps.
//!
//! Each detector looks for its kinds alone and reports byte ranges; here ranges that overlap are settled for the
//! surer one and offsets become code points. Detectors prefer to find too much: a number that could be a record's
//! counts as one when a word beside it says so, and a capitalised word after "Patient:" is a name.

mod ages;
mod contact;
mod dates;
mod identifiers;
mod names;
mod organisations;
mod places;
mod records;

use std::ops::Range;
use std::sync::Arc;

use voiceassist_model::Sensitivity;

use crate::classifier::Classifier;
use crate::classify;
use crate::known::KnownPeople;
use crate::reading::Reading;
use crate::span::{Finding, Kind};
use crate::words::Text;

/// Evidence before overlaps are settled: what a detector hands over.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Where it stands, in bytes. Ranges that do not fit the text are dropped.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
    /// The rule that found it.
    pub rule: &'static str,
}

/// Another way to find evidence, beside the rules: a token-classification model, a clinic's own numbers.
///
/// What it finds is added to what the rules find; it cannot take anything away.
pub trait Recogniser: Send + Sync {
    /// All evidence in a text, in any order; overlaps are settled by the caller.
    fn recognise(&self, reading: &Reading<'_>) -> Vec<Candidate>;

    /// Whether a text in which nothing was found may still hold somebody: weak signs that are no finding. A text on its
    /// way out is then treated as one about a patient.
    fn suspects(&self, _reading: &Reading<'_>) -> bool {
        false
    }
}

/// The rules, the classifier of words, and what a caller adds to them.
#[derive(Clone)]
pub struct Detector {
    known: Arc<KnownPeople>,
    recognisers: Vec<Arc<dyn Recogniser>>,
}

impl Default for Detector {
    fn default() -> Self {
        Self::rules_alone().with_recogniser(Classifier::trained())
    }
}

impl Detector {
    /// The rules and the classifier.
    pub fn new() -> Self {
        Self::default()
    }

    /// The rules without the classifier: faster, and blind to whoever stands in a text without a cue.
    pub fn rules_alone() -> Self {
        Self { known: Arc::default(), recognisers: Vec::new() }
    }

    /// Adds exact match on people the caller knows.
    #[must_use]
    pub fn with_known(mut self, people: KnownPeople) -> Self {
        self.known = Arc::new(people);
        self
    }

    /// Adds another recogniser.
    #[must_use]
    pub fn with_recogniser(mut self, recogniser: Arc<dyn Recogniser>) -> Self {
        self.recognisers.push(recogniser);
        self
    }

    /// Everything in a text that can point at a person, in order, without overlap.
    pub fn detect(&self, text: &str) -> Vec<Finding> {
        in_code_points(text, self.settled(&Text::new(text)))
    }

    /// The class of one text that may be sent out, recall first.
    pub fn classify_turn(&self, text: &str) -> Sensitivity {
        classify::turn(self, text)
    }

    /// The class of a document, its evidence joined over all pages.
    pub fn classify_pages<'a>(&self, pages: impl IntoIterator<Item = &'a str>) -> Sensitivity {
        classify::pages(self, pages)
    }

    /// The same, and where there is nothing, whether there may still be somebody. The text is read once for both.
    pub(crate) fn detect_or_suspect(&self, text: &str) -> (Vec<Finding>, bool) {
        let read = Text::new(text);
        let found = self.settled(&read);
        // Where nothing is left, the rules found nothing either: what they find is joined with others, never dropped.
        let suspected = found.is_empty()
            && self.recognisers.iter().any(|recogniser| recogniser.suspects(&Reading::new(&read, &[])));
        (in_code_points(text, found), suspected)
    }

    fn settled(&self, text: &Text<'_>) -> Vec<Candidate> {
        let mut found = by_rules(text);
        if !self.recognisers.is_empty() {
            let reading = Reading::new(text, &found);
            let more: Vec<Candidate> =
                self.recognisers.iter().flat_map(|recogniser| recogniser.recognise(&reading)).collect();
            found.extend(more.into_iter().filter(|one| fits(text.text, &one.range)));
            found = settle(found);
        }
        let known = found.len();
        self.known.find(&text.words, &mut found);
        if found.len() == known { found } else { settle(found) }
    }
}

impl std::fmt::Debug for Detector {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the people themselves.
        out.debug_struct("Detector")
            .field("known", &self.known.len())
            .field("recognisers", &self.recognisers.len())
            .finish()
    }
}

/// The first words of the cues for numbers, for the lexicon.
pub(crate) fn number_cues() -> impl Iterator<Item = &'static str> {
    identifiers::first_words()
}

/// The first words of houses known by name, for the lexicon.
pub(crate) fn house_heads() -> impl Iterator<Item = &'static str> {
    organisations::first_words()
}

/// Everything in a text that can point at a person.
pub fn detect(text: &str) -> Vec<Finding> {
    Detector::default().detect(text)
}

/// What the rules find, in order and without overlap.
pub(crate) fn by_rules(text: &Text<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    rules(text, &mut found);
    // Where everything is a capital, capitals say nothing: what is told without them is sought as in a chat.
    if is_shouted(text.text) {
        rules(&Text::new(&lowered(text.text)), &mut found);
    }
    found.retain(|one| fits(text.text, &one.range));
    settle(found)
}

fn rules(text: &Text<'_>, found: &mut Vec<Candidate>) {
    records::find(text.text, found);
    contact::find(text, found);
    identifiers::find(text, found);
    dates::find(text, found);
    ages::find(text, found);
    places::find(text, found);
    organisations::find(text, found);
    names::find(text, found);
    organisations::signatures::find(text, found);
    ages::beside_names(text, found);
    ages::numbers_beside_names(text, found);
}

/// Of hundred letters how many are capitals at least in a text that shouts.
const SHOUTED_PER_CENT: usize = 80;

fn is_shouted(text: &str) -> bool {
    let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = text.bytes().filter(u8::is_ascii_lowercase).count();
    upper > 8 && upper * 100 >= (upper + lower) * SHOUTED_PER_CENT
}

/// The text in lower case with every letter in its place: a letter whose lower case is longer or shorter stays.
fn lowered(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
                _ => c,
            }
        })
        .collect()
}

fn fits(text: &str, range: &Range<usize>) -> bool {
    range.start < range.end && text.get(range.clone()).is_some()
}

/// Of overlapping findings the surer keeps its kind; what the other covers beyond it is kept too, so that nothing that
/// any detector found is left open.
fn settle(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end)));
    let mut settled: Vec<Candidate> = Vec::with_capacity(found.len());
    for one in found {
        match settled.last_mut() {
            Some(last) if one.range.start < last.range.end => {
                if one.confidence > last.confidence {
                    (last.kind, last.confidence, last.rule) = (one.kind, one.confidence, one.rule);
                }
                last.range.end = last.range.end.max(one.range.end);
            }
            _ => settled.push(one),
        }
    }
    settled
}

fn in_code_points(text: &str, found: Vec<Candidate>) -> Vec<Finding> {
    let (mut byte, mut point) = (0, 0);
    let mut to_point = |at: usize| {
        point += text[byte..at].chars().count();
        byte = at;
        point
    };
    found
        .into_iter()
        .map(|one| {
            let chars = to_point(one.range.start)..to_point(one.range.end);
            Finding { range: one.range, chars, kind: one.kind, confidence: one.confidence, rule: one.rule }
        })
        .collect()
}

/// A compiled pattern.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::detect::compile($text));
    };
}
use pattern;

/// Compiles a pattern of this module with word boundaries of ASCII: those of Unicode leave the fast automaton at the
/// first umlaut.
#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant, and the tests of each detector compile them"
)]
fn compile(text: &str) -> regex::Regex {
    regex::Regex::new(&text.replace(r"\b", r"(?-u:\b)")).expect("a constant pattern compiles")
}

/// Adds every match of a pattern: its first group where it has one, else all of it.
fn add(
    found: &mut Vec<Candidate>,
    text: &str,
    pattern: &regex::Regex,
    kind: Kind,
    confidence: f32,
    rule: &'static str,
) {
    if pattern.captures_len() == 1 {
        found.extend(pattern.find_iter(text).map(|hit| Candidate {
            range: hit.range(),
            kind,
            confidence,
            rule,
        }));
        return;
    }
    for hit in pattern.captures_iter(text) {
        if let Some(group) = hit.get(1).or_else(|| hit.get(0)) {
            found.push(Candidate { range: group.range(), kind, confidence, rule });
        }
    }
}
