//! A text as words, numbers and signs.
//!
//! Every detector and the matcher of known people read this one list, so that a text is cut once. A word is a run of
//! letters with inner apostrophes; a number is a run of digits; everything else but white space is a sign of its own.
//! Words carry a folded form (lower case, without accents) and the [`Marks`] of the lexicon. A possessive ending is no
//! part of its word. Nothing is thrown away: ranges point into the text as it was given.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::lexicon::{self, Marks};

/// What a piece of text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All letters in lower case.
    Lower,
    /// A capital and then lower case, or capitals within ("`McAdam`").
    Capital,
    /// Two or more capitals and nothing else.
    Upper,
    /// One capital letter.
    Initial,
    /// Letters of a script without case.
    Caseless,
    /// Digits.
    Number,
    /// One sign.
    Sign,
}

/// The white space before a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// None: the piece continues the one before.
    Glued,
    /// Blanks or tabs.
    Blank,
    /// Three blanks or more, or a tab: the next column.
    Column,
    /// The start of a line.
    Line,
    /// The start of a line after an empty one, or of the text.
    Paragraph,
}

/// One word, number or sign.
#[derive(Clone, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    pub(crate) gap: Gap,
    pub(crate) text: &'a str,
    /// Lower case without accents; for signs and numbers the text itself.
    pub(crate) folded: Cow<'a, str>,
    /// What the lexicon says of it.
    pub(crate) marks: Marks,
}

impl Word<'_> {
    /// Whether it is this sign.
    pub(crate) fn is(&self, sign: &str) -> bool {
        self.shape == Shape::Sign && self.text == sign
    }

    /// Whether the lexicon says any of these things of it.
    pub(crate) fn any(&self, marks: Marks) -> bool {
        self.marks.any(marks)
    }

    pub(crate) fn letters(&self) -> usize {
        self.folded.len()
    }

    /// Whether it stands on the line of the word before it.
    pub(crate) fn on_line(&self) -> bool {
        self.gap < Gap::Line
    }

    pub(crate) fn is_word(&self) -> bool {
        !matches!(self.shape, Shape::Number | Shape::Sign)
    }

    /// Whether it starts with a capital letter.
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial)
    }
}

/// A text with its words, as the detectors read it.
#[expect(clippy::struct_field_names, reason = "a text has a text")]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) words: Vec<Word<'a>>,
    pub(crate) has_digits: bool,
    /// The most digits in a row, by which whole families of patterns are skipped.
    pub(crate) longest_number: usize,
    pub(crate) language: Language,
    /// Whether a number stands there that could be an age above 89.
    pub(crate) has_great_number: bool,
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut words = cut(text);
        let language = Language::of(&words);
        settle_foreign(&mut words, language);
        let numbers = || words.iter().filter(|word| word.shape == Shape::Number);
        let longest_number = numbers().map(|word| word.text.len()).max().unwrap_or(0);
        let has_great_number = numbers().any(|word| {
            word.text.len() <= 3 && word.text.parse().is_ok_and(|age: u32| (90..130).contains(&age))
        });
        Self { text, has_digits: longest_number > 0, longest_number, has_great_number, language, words }
    }

    /// The place of the first word that starts at or behind a byte.
    pub(crate) fn at_byte(&self, byte: usize) -> usize {
        self.words.partition_point(|word| word.start < byte)
    }

    /// Whether a sign is followed by digits without a blank: the point of "94.5".
    pub(crate) fn follows_glued(&self, sign: usize) -> bool {
        self.words.get(sign + 1).is_some_and(|next| next.gap == Gap::Glued && next.shape == Shape::Number)
    }

    /// Whether a word of birth stands right before a byte.
    pub(crate) fn follows_birth(&self, byte: usize) -> bool {
        let end = self.at_byte(byte);
        self.words[end.saturating_sub(5)..end].iter().any(|word| {
            matches!(
                word.folded.as_ref(),
                "dob"
                    | "birth"
                    | "birthdate"
                    | "birthday"
                    | "born"
                    | "geb"
                    | "geboren"
                    | "geburtsdatum"
                    | "nacimiento"
                    | "nacido"
                    | "nacida"
                    | "naissance"
                    | "nascita"
                    | "nato"
                    | "nata"
                    | "bday"
            )
        })
    }

    /// Whether a word opens a sentence or a line, where a capital says nothing.
    pub(crate) fn opens(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.words[before]) else { return true };
        self.words[at].gap >= Gap::Line
            || before.shape == Shape::Sign
                && matches!(before.text, "." | "!" | "?" | ":" | ";" | "•" | "*" | "\"" | "“" | "|" | "#")
            || before.is("-") && self.words[at].gap != Gap::Glued
    }
}

/// What language a text is in, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, or too short to say.
    English,
    /// German: every noun has a capital.
    German,
    /// Another one, or several.
    Other,
}

/// An English text may hold this many words of another language for each hundred of its own small words.
const OTHERS_PER_HUNDRED: usize = 25;

impl Language {
    fn of(words: &[Word<'_>]) -> Self {
        let count = |marks: Marks| words.iter().filter(|word| word.any(marks)).count();
        let (english, other, german) =
            (count(Marks::ENGLISH), count(Marks::NOT_ENGLISH), count(Marks::GERMAN));
        if german > english && german * 2 > other {
            Self::German
        } else if other * 100 > english * OTHERS_PER_HUNDRED && other > 0 {
            Self::Other
        } else {
            Self::English
        }
    }
}

/// In an English text the everyday words of other languages are none: "brando" is a name there. Elsewhere they are.
fn settle_foreign(words: &mut [Word<'_>], language: Language) {
    for word in words.iter_mut().filter(|word| word.any(Marks::FOREIGN)) {
        word.marks = word.marks.without(Marks::FOREIGN);
        // "Größe" is told by its letters, whatever stands around it.
        let accented = !word.text.is_ascii();
        if language != Language::English || accented {
            word.marks = word.marks.or(Marks::COMMON);
        } else if word.marks == Marks::NONE {
            word.marks = lexicon::likeness(&word.folded);
        }
    }
}

/// Cuts a text.
pub(crate) fn cut(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 4);
    let bytes = text.as_bytes();
    let (mut at, mut gap) = (0, Gap::Paragraph);
    while at < text.len() {
        let Some(first) = text[at..].chars().next() else { break };
        let blank = blanks(text, at);
        if blank > at {
            gap = gap.max(gap_of(&text[at..blank]));
            at = blank;
            continue;
        }
        let end = if first.is_ascii_digit() {
            at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
        } else if first.is_alphabetic() {
            word_end(text, at)
        } else {
            at + first.len_utf8()
        };
        words.push(piece(text, at..end, gap, first));
        (at, gap) = (end, Gap::Glued);
    }
    words
}

/// Lower case without accents, the form by which words are compared.
pub(crate) fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        return Cow::Owned(word.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            '’' | 'ʼ' => folded.push('\''),
            _ => folded.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    Cow::Owned(folded)
}

fn blanks(text: &str, at: usize) -> usize {
    at + text[at..].chars().take_while(|c| c.is_whitespace()).map(char::len_utf8).sum::<usize>()
}

fn gap_of(blanks: &str) -> Gap {
    match blanks.bytes().filter(|byte| *byte == b'\n').count() {
        0 if blanks.len() >= 3 || blanks.contains('\t') => Gap::Column,
        0 if blanks.contains('\r') => Gap::Line,
        0 => Gap::Blank,
        1 => Gap::Line,
        _ => Gap::Paragraph,
    }
}

/// Where a word ends: letters and marks, and apostrophes between letters unless what follows is a possessive.
fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut rest = text[start..].chars().peekable();
    while let Some(c) = rest.next() {
        let mut behind = rest.clone();
        let inner = matches!(c, '\'' | '’' | 'ʼ')
            && match (behind.next(), behind.next()) {
                (Some('s' | 'S'), None) | (None, _) => false,
                (Some('s' | 'S'), Some(after)) => after.is_alphabetic(),
                (Some(first), _) => first.is_alphabetic(),
            };
        if !(c.is_alphabetic() || inner || is_combining_mark(c)) {
            break;
        }
        end += c.len_utf8();
    }
    end
}

fn piece(text: &str, range: Range<usize>, gap: Gap, first: char) -> Word<'_> {
    let own = &text[range.clone()];
    let shape = if first.is_ascii_digit() {
        Shape::Number
    } else if first.is_alphabetic() {
        shape_of(own, first)
    } else {
        Shape::Sign
    };
    let folded = if matches!(shape, Shape::Number | Shape::Sign) { Cow::Borrowed(own) } else { fold(own) };
    let marks = match shape {
        Shape::Number | Shape::Sign => Marks::NONE,
        _ => lexicon::marks(&folded),
    };
    Word { start: range.start, end: range.end, shape, gap, text: own, folded, marks }
}

fn shape_of(word: &str, first: char) -> Shape {
    if first.is_lowercase() {
        return Shape::Lower;
    }
    if !first.is_uppercase() {
        return Shape::Caseless;
    }
    let mut rest = word[first.len_utf8()..].chars().filter(|c| c.is_alphabetic()).peekable();
    if rest.peek().is_none() {
        return Shape::Initial;
    }
    if rest.all(char::is_uppercase) { Shape::Upper } else { Shape::Capital }
}

#[cfg(test)]
mod tests {
    use super::{Gap, Shape, cut, fold};

    #[test]
    fn words_numbers_and_signs_are_told_apart() {
        let words = cut("O'Brien-SMITH, J. 12mg\n\nłódź");
        let seen: Vec<_> = words.iter().map(|word| (word.text, word.shape, word.gap)).collect();
        assert_eq!(
            seen,
            [
                ("O'Brien", Shape::Capital, Gap::Paragraph),
                ("-", Shape::Sign, Gap::Glued),
                ("SMITH", Shape::Upper, Gap::Glued),
                (",", Shape::Sign, Gap::Glued),
                ("J", Shape::Initial, Gap::Blank),
                (".", Shape::Sign, Gap::Glued),
                ("12", Shape::Number, Gap::Blank),
                ("mg", Shape::Lower, Gap::Glued),
                ("łódź", Shape::Lower, Gap::Paragraph),
            ]
        );
    }

    #[test]
    fn folding_drops_case_and_accents() {
        let words: Vec<_> = cut("O’Hara's d'Alene").iter().map(|word| word.text.to_owned()).collect();
        assert_eq!(words, ["O’Hara", "'", "s", "d'Alene"]);
        for (word, folded) in
            [("Łódź", "lodz"), ("Müller", "muller"), ("O’Brien", "o'brien"), ("Weiß", "weiss")]
        {
            assert_eq!(fold(word), folded);
        }
    }
}
