//! A classifier of words, small enough to be part of the program.
//!
//! Rules know cues; who stands in a text without one, in an odd place, in lower case, on no list, is told by many weak signs
//! together: how the word is built and written, what stands around it, its place in the line, what the rules found beside
//! it. This is a linear model over such signs with the best row of labels for a whole piece of text, learnt from texts that
//! `train/` writes by itself. It adds to what the rules found and takes nothing away, and what the clinic protects (terms,
//! eponyms before a sign or score, states, quantities) it may not call somebody.
//!
//! *Invariant:* linear time, whole numbers, no state: the same text has the same findings on every machine.

mod decode;
mod features;
mod labels;
mod learn;
mod weights;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::classifier::features::{Hidden, Observed};
use crate::classifier::labels::{Class, LABELS, Label, NOTHING, begins};
use crate::classifier::weights::Weights;
use crate::classify;
use crate::detect::{Candidate, Recogniser};
use crate::lexicon::Marks;
use crate::reading::Reading;
use crate::span::Kind;
use crate::words::{Gap, Shape, Word};

pub use learn::{Example, learn};
pub use weights::UnknownWeights;

/// How sure a finding of the classifier is: less than a rule that names a kind, enough to count as evidence.
const CONFIDENCE: f32 = 0.55;
/// What is added to the scores of each class against "nothing", chosen on texts that were not learnt from.
const LEANING: [i32; 7] = [0, 0, 0, 0, 0, 0, 0];

/// What is taken off in a text that reads as published: its people are authors, its capitals abbreviations.
const CAUTION_IN_PRINT: i32 = 80;

/// How much is added to every class when the question is not where somebody stands but whether anybody does: chosen so that
/// nine of ten harmless questions stay harmless.
const SUSPICION: i32 = 20;

/// Words of a text that is suspected at most: in a longer one somebody would have been found, and among so many words one
/// always looks a little like a name.
const LONGEST_SUSPECTED: usize = 60;

/// The classifier and its weights.
#[derive(Clone)]
pub struct Classifier {
    weights: Weights,
    leaning: [i32; 7],
    caution: i32,
    suspicion: i32,
}

impl Classifier {
    /// The one in the program, made once.
    pub fn trained() -> Arc<Self> {
        static TRAINED: LazyLock<Arc<Classifier>> =
            LazyLock::new(|| Arc::new(Classifier::of(Weights::trained())));
        Arc::clone(&TRAINED)
    }

    /// One with other weights, as [`learn`] makes them.
    ///
    /// # Errors
    ///
    /// When the bytes are no table of weights.
    pub fn with_weights(bytes: Vec<u8>) -> Result<Self, UnknownWeights> {
        Ok(Self::of(Weights::read(bytes)?))
    }

    const fn of(weights: Weights) -> Self {
        Self { weights, leaning: LEANING, caution: CAUTION_IN_PRINT, suspicion: SUSPICION }
    }

    /// The same, more or less inclined to each class against "nothing", in the order names, cities, addresses, houses,
    /// employers, telephones, numbers.
    #[must_use]
    pub fn leaning_to(mut self, leaning: [i32; 7]) -> Self {
        self.leaning = leaning;
        self
    }

    /// The same, with another caution in texts that read as published.
    #[must_use]
    pub fn cautious_in_print(mut self, caution: i32) -> Self {
        self.caution = caution;
        self
    }

    /// The same, sooner or later suspecting that a text holds somebody; 0 suspects only where somebody is found.
    #[must_use]
    pub fn suspicious(mut self, suspicion: i32) -> Self {
        self.suspicion = suspicion;
        self
    }

    /// The labels of all words, with so much added to every class.
    fn labels(&self, words: &[Word<'_>], observed: &Observed, more: i32) -> Vec<Label> {
        let caution = if classify::reads_as_published(words) { self.caution } else { 0 };
        let mut labels = Vec::with_capacity(words.len());
        for piece in decode::pieces(words) {
            let scores: Vec<_> = piece
                .map(|at| {
                    let mut scores = self.weights.scores(&observed.rows(at, Hidden::default()));
                    for (label, score) in scores.iter_mut().enumerate().take(LABELS).skip(1) {
                        *score += self.leaning[(label - 1) / 2] + more - caution;
                    }
                    scores
                })
                .collect();
            labels.extend(decode::best(&scores, &self.weights.steps));
        }
        labels
    }
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Classifier").finish_non_exhaustive()
    }
}

impl Recogniser for Classifier {
    fn recognise(&self, reading: &Reading<'_>) -> Vec<Candidate> {
        self.findings(reading, 0)
    }

    fn suspects(&self, reading: &Reading<'_>) -> bool {
        let words = &reading.words().words;
        words.len() <= LONGEST_SUSPECTED
            && !classify::reads_as_published(words)
            && !self.findings(reading, self.suspicion).is_empty()
    }
}

impl Classifier {
    fn findings(&self, reading: &Reading<'_>, more: i32) -> Vec<Candidate> {
        let words = &reading.words().words;
        let observed = Observed::new(reading.words(), reading.found());
        let labels = self.labels(words, &observed, more);
        let mut found = Vec::new();
        let mut at = 0;
        while at < labels.len() {
            let start = at;
            at += 1;
            if labels[start] == NOTHING {
                continue;
            }
            while labels.get(at).is_some_and(|label| *label != NOTHING && !begins(*label)) {
                at += 1;
            }
            if let Some(class) = Class::of_label(labels[start]) {
                found.extend(finding(words, start..at, class));
            }
        }
        found
    }
}

/// A finding, unless what it covers is protected.
fn finding(words: &[Word<'_>], piece: Range<usize>, class: Class) -> Option<Candidate> {
    let piece = trimmed(words, piece, class)?;
    let within = &words[piece.clone()];
    let says_something = within.iter().any(|word| word.is_word() || word.shape == Shape::Number);
    if !says_something || is_protected(words, piece.clone(), class) {
        return None;
    }
    let (first, last) = (within.first()?, within.last()?);
    Some(Candidate {
        range: first.start..last.end,
        kind: kind_of(words, &piece, class),
        confidence: CONFIDENCE,
        rule: class.rule(),
    })
}

/// The piece without signs at its ends.
fn trimmed(words: &[Word<'_>], mut piece: Range<usize>, class: Class) -> Option<Range<usize>> {
    let is_edge = |word: &Word<'_>| {
        word.shape == Shape::Sign && !(class == Class::Phone && matches!(word.text, "+" | "("))
    };
    while piece.end > piece.start && words[piece.end - 1].shape == Shape::Sign {
        piece.end -= 1;
    }
    while piece.end > piece.start && is_edge(&words[piece.start]) {
        piece.start += 1;
    }
    (!piece.is_empty()).then_some(piece)
}

/// Words of a piece that make it somebody's plate.
fn kind_of(words: &[Word<'_>], piece: &Range<usize>, class: Class) -> Kind {
    let cue = words[piece.start.saturating_sub(6)..piece.start].iter().any(|word| {
        matches!(
            word.folded.as_ref(),
            "plate"
                | "plates"
                | "registration"
                | "reg"
                | "kennzeichen"
                | "matricula"
                | "targa"
                | "immatriculation"
                | "car"
                | "vehicle"
                | "van"
                | "truck"
                | "auto"
                | "vin"
        )
    });
    if class == Class::Number && cue { Kind::VehicleId } else { class.kind() }
}

/// What nobody may be called: clinical terms, eponyms before what is named after them, states and peoples, days and
/// months, quantities.
fn is_protected(words: &[Word<'_>], piece: Range<usize>, class: Class) -> bool {
    let within = &words[piece.clone()];
    let next = words.get(piece.end).filter(|word| word.gap < Gap::Line);
    let all = |test: &dyn Fn(&Word<'_>) -> bool| within.iter().filter(|word| word.is_word()).all(test);
    let has_word = within.iter().any(Word::is_word);
    // "town" in small letters is no place; "red bluff" may be one.
    let is_plain = |word: &Word<'_>| {
        word.shape == Shape::Lower
            && word.any(Marks::COMMON.or(Marks::FOREIGN))
            && !word.any(Marks::CITY.or(Marks::CITY_HEAD).or(Marks::NAME))
    };
    if matches!(class, Class::City | Class::Employer | Class::Facility) && all(&is_plain) {
        return true;
    }
    match class {
        Class::Name | Class::City | Class::Employer | Class::Facility => {
            let plain =
                Marks::MONTH.or(Marks::WEEKDAY).or(Marks::REGION).or(Marks::STATE_CODE).or(Marks::SMALL);
            let clinical = Marks::TERM.or(Marks::HEALTH);
            let eponym = within.iter().any(|word| word.any(Marks::EPONYM))
                && next.is_some_and(|word| word.any(Marks::EPONYM_NOUN.or(Marks::STANDARD_NOUN)));
            // One letter is a unit, a sex or a group; people's initials are told by the rules.
            let is_letters = all(&|word| word.shape == Shape::Initial || word.letters() < 2);
            let before = piece.start.checked_sub(1).map(|at| &words[at]);
            let entitled =
                before.is_some_and(|word| word.any(Marks::TITLE.or(Marks::STAFF_TITLE)) || word.is("."));
            let namesake = !entitled && all(&|word| word.any(Marks::EPONYM)) && class == Class::Name;
            // "HFrEF", "QALYs": three capitals and small letters between them.
            let is_mixed = |word: &Word<'_>| {
                word.shape == Shape::Capital && word.text.chars().filter(|c| c.is_uppercase()).count() >= 3
            };
            !has_word
                || is_letters
                || all(&is_mixed)
                || namesake
                || eponym
                || all(&|word| word.any(plain))
                || all(&|word| word.any(clinical) && !word.any(Marks::NAME.or(Marks::CITY)))
        }
        Class::Phone | Class::Number => {
            let digits: usize =
                within.iter().filter(|word| word.shape == Shape::Number).map(|word| word.text.len()).sum();
            digits < 3 && !(class == Class::Number && is_plate(within))
                || next.is_some_and(|word| word.any(Marks::UNIT) || word.is("%"))
                || class == Class::Number && is_code_or_span(words, &piece)
        }
        Class::Address => !within.iter().any(|word| word.is_word() || word.text.len() > 3),
    }
}

/// Letters and digits in short pieces, as on a plate: "AB12 CDE" has two digits only.
fn is_plate(piece: &[Word<'_>]) -> bool {
    let letters: usize = piece.iter().filter(|word| word.is_word()).map(Word::letters).sum();
    let digits: usize =
        piece.iter().filter(|word| word.shape == Shape::Number).map(|word| word.text.len()).sum();
    let short = piece.iter().all(|word| !word.is_word() || word.letters() <= 3);
    short && (4..=5).contains(&letters) && (2..=4).contains(&digits) && piece.len() <= 5
}

/// A code of a catalogue, or a span of values such as 500-1000.
fn is_code_or_span(words: &[Word<'_>], piece: &Range<usize>) -> bool {
    let before = &words[piece.start.saturating_sub(3)..(piece.start + 1).min(piece.end)];
    let of_a_catalogue = before.iter().any(|word| word.any(Marks::CODE_CUE));
    let is_span = match &words[piece.clone()] {
        [from, sign, to] if matches!(sign.text, "-" | "–") => {
            let value = |word: &Word<'_>| word.text.parse::<u32>().ok().filter(|_| word.text.len() <= 4);
            value(from).zip(value(to)).is_some_and(|(from, to)| from < to)
        }
        _ => false,
    };
    of_a_catalogue || is_span
}
