//! Numbers that a country gives to everybody, told by their form.
//!
//! The French number of social security, the British national insurance number, the Spanish DNI and NIE, the Italian
//! codice fiscale, the Brazilian CPF, the Chilean RUT, the Swiss AHV number, the Indian Aadhaar, PAN and ABHA numbers. Only
//! forms that nothing in a clinic shares are taken without a word before them; the rest is left to the cues.

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

// One pattern for all of them, because each pattern is one more walk through the text.
pattern!(
    CODED,
    r"(?i)\b(?:\d{2}\.\d{3}\.\d{3}-?[a-z]|\d{8}-?[a-hj-np-tv-z]|[xyz]-?\d{7}-?[a-z]|[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z]\d{6}[a-d]|[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dk]|756\.\d{4}\.\d{4}\.\d{2}|[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]|\d{2}-\d{4}-\d{4}-\d{4})\b"
);

/// The lengths of the parts of the French number, with and without its key.
const FRENCH: [usize; 6] = [1, 2, 2, 2, 3, 3];
/// The lengths of the parts of the Indian number.
const INDIAN: [usize; 3] = [4, 4, 4];

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if text.longest_number >= 3 {
        add(found, text.text, &CODED, Kind::OtherId, 0.85, "national.form");
    }
    let words = &text.words;
    let mut at = 0;
    while at < words.len() {
        let end = group_end(words, at);
        if let Some(range) = british(words, at, end) {
            found.push(Candidate { range, kind: Kind::Ssn, confidence: 0.85, rule: "national.british" });
        }
        if let Some((end, kind, rule)) = told(&words[at..end]) {
            let range = words[at].start..words[at + end - 1].end;
            found.push(Candidate { range, kind, confidence: 0.7, rule });
        }
        at = end.max(at + 1);
    }
}

/// "QQ 12 34 56 C": two letters, three pairs of digits, one letter of the first four.
fn british(words: &[Word<'_>], at: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let pairs = end == at + 3 && words[at..end].iter().all(|word| word.text.len() == 2);
    let first = at.checked_sub(1).map(|first| &words[first]).filter(|first| {
        pairs
            && first.is_word()
            && first.letters() == 2
            && words[at].gap == Gap::Blank
            && first.shape != Shape::Capital
    })?;
    let last = words.get(end).filter(|last| {
        last.gap == Gap::Blank && matches!(last.folded.as_ref(), "a" | "b" | "c" | "d") && last.is_word()
    })?;
    Some(first.start..last.end)
}

/// Behind a row of numbers with one blank between each; the place itself where none starts.
fn group_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at;
    while words.get(end).is_some_and(|word| {
        word.shape == Shape::Number && (end == at || word.gap == Gap::Blank && word.on_line())
    }) {
        end += 1;
    }
    end
}

/// What a row of numbers is by the lengths of its parts.
fn told(row: &[Word<'_>]) -> Option<(usize, Kind, &'static str)> {
    let fits = |lengths: &[usize]| {
        row.len() >= lengths.len() && row.iter().zip(lengths).all(|(word, length)| word.text.len() == *length)
    };
    // A month, and before it the sex.
    let french = fits(&FRENCH)
        && matches!(row[0].text, "1" | "2" | "3" | "7" | "8")
        && row[2].text.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month) || month >= 20);
    if french {
        return Some((row.len().min(FRENCH.len() + 1), Kind::Ssn, "national.french"));
    }
    // Four groups of four are a card, and a card is told by its check digit.
    let indian = row.len() == INDIAN.len() && fits(&INDIAN) && !row[0].text.starts_with(['0', '1']);
    indian.then_some((INDIAN.len(), Kind::OtherId, "national.indian"))
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;

    #[test]
    fn numbers_of_many_countries_are_known_by_their_form() {
        for (text, number) in [
            ("Ma carte : 1 85 05 78 006 084 36, merci", "1 85 05 78 006 084 36"),
            ("National insurance QQ 12 34 56 C please", "QQ 12 34 56 C"),
            ("Mi DNI es 21.199.962-E y vivo lejos", "21.199.962-E"),
            ("NIE X1234567L", "X1234567L"),
            ("codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
            ("CPF 123.456.789-09", "123.456.789-09"),
            ("Aadhaar 2345 6789 0123 attached", "2345 6789 0123"),
            ("AHV 756.1234.5678.97", "756.1234.5678.97"),
        ] {
            let found = detect(text);
            assert!(found.iter().any(|one| &text[one.range.clone()] == number), "{text:?} {found:?}");
        }
    }

    #[test]
    fn ranges_and_doses_are_no_numbers_of_a_country() {
        for text in ["BP 1 20 80", "Doses of 1.000.000 units", "HR 72 74 80 bpm"] {
            assert!(detect(text).iter().all(|one| !one.rule.starts_with("national.")), "{text:?}");
        }
    }
}
