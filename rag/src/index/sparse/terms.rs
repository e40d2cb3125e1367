//! What counts as a term.
//!
//! Text is brought into one form (NFKC, so that the ligatures of PDF files and the two micro signs fall together),
//! lower-cased and cut at Unicode word boundaries. Plain words lose their endings (Snowball English); stop words are
//! left out, unless they are written like an abbreviation: WHO is a body, who is not. Anything with a digit stays as
//! it is, because `HbA1c`, `BRCA1` and `p53` are names. Two spellings of such names meet: pieces joined by a hyphen or a
//! slash are also taken as one (`IL-6` and `IL6`), and so are a number and its unit (`500 mg` and `500mg`).

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

pub(crate) use super::stop_words::is_stop_word;

/// Longer words are not words: keys, hashes, encoded files.
const MAX_WORD_BYTES: usize = 64;
/// Most terms taken from one text.
const MAX_TERMS: usize = 16_384;
/// Most pieces of one compound name.
const MAX_PIECES: usize = 6;
/// Upper-case words up to this many letters are taken for abbreviations.
const MAX_ABBREVIATION_LETTERS: usize = 6;

/// Units that belong to the number before them.
const UNITS: [&str; 32] = [
    "mg", "g", "kg", "mcg", "ug", "\u{3bc}g", "ng", "pg", "ml", "l", "dl", "\u{3bc}l", "mmol", "\u{3bc}mol",
    "umol", "nmol", "mol", "meq", "iu", "u", "units", "mm", "cm", "m", "mmhg", "kpa", "bpm", "h", "hr",
    "min", "days", "weeks",
];

/// What kind of thing a term is; names weigh more in deciding how a question is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TermKind {
    /// A word of the language, stemmed.
    Word,
    /// A name that must match as it is: letters with digits, an abbreviation, a compound.
    Identifier,
    /// A bare number.
    Number,
}

/// A term as it is hashed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Term {
    pub text: String,
    pub kind: TermKind,
}

/// All terms of a text, in order, repeated as they are.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    let text: String = text.nfkc().collect();
    let stemmer = Stemmer::create(Algorithm::English);
    let mut found = Vec::new();
    let mut run: Vec<Piece<'_>> = Vec::new();
    for (start, word) in text.unicode_word_indices() {
        if found.len() >= MAX_TERMS {
            break;
        }
        let piece = Piece { start, word };
        if let Some(last) = run.last() {
            let between = text.get(last.end()..start).unwrap_or_default();
            if let Some(unit) = unit_after(last, between, word) {
                found.push(unit);
            }
            if !joins(between) || run.len() >= MAX_PIECES {
                found.extend(compound(&run));
                run.clear();
            }
        }
        push_word(&stemmer, word, &mut found);
        run.push(piece);
    }
    found.extend(compound(&run));
    found
}

/// A word and where it starts.
struct Piece<'a> {
    start: usize,
    word: &'a str,
}

impl Piece<'_> {
    const fn end(&self) -> usize {
        self.start + self.word.len()
    }
}

fn push_word(stemmer: &Stemmer, word: &str, found: &mut Vec<Term>) {
    if word.len() > MAX_WORD_BYTES {
        return;
    }
    let lower = without_possessive(word).to_lowercase();
    if lower.chars().any(|character| character.is_ascii_digit()) {
        let number = lower.trim_end_matches(|character: char| !character.is_ascii_digit());
        let kind = if number.len() == lower.len() && is_number(number) {
            TermKind::Number
        } else {
            TermKind::Identifier
        };
        if kind == TermKind::Identifier && is_number(number) {
            found.push(Term { text: number.to_owned(), kind: TermKind::Number });
        }
        found.push(Term { text: lower, kind });
    } else if is_abbreviation(word) {
        let stem = stemmed(stemmer, &lower);
        found.push(Term { text: stem, kind: TermKind::Identifier });
    } else if !is_stop_word(&lower) {
        let stem = stemmed(stemmer, &lower);
        found.push(Term { text: stem, kind: TermKind::Word });
    }
}

fn stemmed(stemmer: &Stemmer, lower: &str) -> String {
    match stemmer.stem(lower) {
        Cow::Borrowed(stem) => stem.to_owned(),
        Cow::Owned(stem) => stem,
    }
}

fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word)
}

fn is_number(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ','))
}

fn is_abbreviation(word: &str) -> bool {
    let letters = word.chars().count();
    (2..=MAX_ABBREVIATION_LETTERS).contains(&letters) && word.chars().all(char::is_uppercase)
}

/// Whether what stands between two words makes them one name.
fn joins(between: &str) -> bool {
    matches!(between, "-" | "\u{2010}" | "\u{2011}" | "\u{2013}" | "/" | "_" | "+")
}

/// The pieces of a name as one term, when they are a name: a digit or an abbreviation is among them.
fn compound(run: &[Piece<'_>]) -> Option<Term> {
    let is_name = |piece: &Piece<'_>| {
        is_abbreviation(piece.word) || piece.word.chars().any(|character| character.is_ascii_digit())
    };
    if run.len() < 2 || !run.iter().any(is_name) {
        return None;
    }
    let text: String = run.iter().map(|piece| piece.word.to_lowercase()).collect();
    (text.len() <= MAX_WORD_BYTES).then_some(Term { text, kind: TermKind::Identifier })
}

/// A number and the unit after it as one term.
fn unit_after(number: &Piece<'_>, between: &str, word: &str) -> Option<Term> {
    if !matches!(between, " " | "\u{a0}" | "-") || !is_number(number.word) {
        return None;
    }
    let unit = word.to_lowercase();
    let text = format!("{}{unit}", number.word);
    UNITS.contains(&unit.as_str()).then_some(Term { text, kind: TermKind::Identifier })
}

#[cfg(test)]
mod tests {
    use super::{TermKind, terms};

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = terms(text).into_iter().map(|term| term.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_lose_endings_and_stop_words_go() {
        check("The patients were treated with statins.", &["patient", "treat", "statin"]);
        check("Crohn's disease and Crohn\u{2019}s", &["crohn", "diseas", "crohn"]);
    }

    #[test]
    fn names_stay_whole_in_each_spelling() {
        check("HbA1c", &["hba1c"]);
        check("IL-6 IL6", &["il", "6", "il6", "il6"]);
        check("COVID-19", &["covid", "19", "covid19"]);
        check("anti-inflammatory", &["anti", "inflammatori"]);
        check("5-HT2A", &["5", "ht2a", "5ht2a"]);
    }

    #[test]
    fn a_number_meets_its_unit_with_and_without_a_space() {
        check("500 mg", &["500", "500mg", "mg"]);
        check("500mg", &["500", "500mg"]);
        check("2.5 \u{b5}g", &["2.5", "2.5\u{3bc}g", "\u{3bc}g"]);
    }

    #[test]
    fn an_abbreviation_is_no_stop_word() {
        check("who", &[]);
        check("the WHO", &["who"]);
        assert_eq!(terms("the WHO").first().map(|term| term.kind), Some(TermKind::Identifier));
    }

    #[test]
    fn ligatures_and_decomposed_letters_match_plain_ones() {
        check("\u{fb01}brillation", &["fibril"]);
        check("nai\u{308}ve", &["na\u{ef}v"]);
    }

    #[test]
    fn endless_words_are_left_out() {
        check(&"a".repeat(65), &[]);
    }
}
