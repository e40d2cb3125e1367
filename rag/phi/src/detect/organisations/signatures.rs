//! The house in a signature or above an address: the line between a person and how to reach them.
//!
//! "Nora Gill ⏎ Blue Harbor Software ⏎ 362-077-0715" names an employer that nothing else tells. Only lines between a name
//! and a telephone, an address of any sort or a street are taken, and only short ones without a label, a number or a
//! word of health; what somebody is by trade may stand between as well and stays.

use std::collections::HashSet;
use std::ops::Range;

use crate::detect::Candidate;
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

/// How many lines are looked at above what somebody is reached by.
const MOST_LINES: usize = 3;
/// The most words and signs of such a line.
const MOST_WORDS: usize = 9;
/// The most words between the start of a line and what it says: "Tel.:", "cell", "Mobile -".
const MOST_BEFORE: usize = 3;

pub(in crate::detect) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let reached: Vec<usize> = found
        .iter()
        .filter(|one| matches!(one.kind, Kind::Phone | Kind::Fax | Kind::Email | Kind::Url | Kind::Street))
        .map(|one| text.at_byte(one.range.start))
        .collect();
    if reached.is_empty() {
        return;
    }
    let names: HashSet<usize> =
        found.iter().filter(|one| one.kind == Kind::Name).map(|one| one.range.start).collect();
    let mut houses = Vec::new();
    for at in reached {
        let Some(start) = line_start(words, at).filter(|start| *start > 0 && at - start <= MOST_BEFORE)
        else {
            continue;
        };
        houses.extend(above(text, start, &names));
    }
    for range in houses {
        let bytes = words[range.start].start..words[range.end - 1].end;
        found.push(Candidate {
            range: bytes,
            kind: Kind::Employer,
            confidence: 0.45,
            rule: "employer.signature",
        });
    }
}

/// The lines between a name and the line that starts at a word.
fn above(text: &Text<'_>, mut start: usize, names: &HashSet<usize>) -> Vec<Range<usize>> {
    let words = &text.words;
    let mut lines = Vec::new();
    for _ in 0..MOST_LINES {
        if words[start].gap == Gap::Paragraph {
            break;
        }
        let Some(first) = start.checked_sub(1).and_then(|last| line_start(words, last)) else { break };
        let line = without_quote(words, first)..start;
        if holds_name(words, &line, names) {
            return lines;
        }
        if is_house(words, &line) {
            lines.push(line);
        } else if !is_trade(words, &line) {
            break;
        }
        start = first;
    }
    Vec::new()
}

fn line_start(words: &[Word<'_>], at: usize) -> Option<usize> {
    (0..=at.min(words.len().checked_sub(1)?))
        .rev()
        .take(4 * MOST_WORDS)
        .find(|place| words[*place].gap >= Gap::Line)
}

/// Past the signs with which a mail quotes.
fn without_quote(words: &[Word<'_>], first: usize) -> usize {
    let mut at = first;
    while words.get(at).is_some_and(|sign| matches!(sign.text, ">" | "?" | "|" | "*")) {
        at += 1;
    }
    at
}

/// Whether a line begins with a person found there.
fn holds_name(words: &[Word<'_>], line: &Range<usize>, names: &HashSet<usize>) -> bool {
    !line.is_empty() && words.get(line.start).is_some_and(|first| names.contains(&first.start))
}

fn is_house(words: &[Word<'_>], line: &Range<usize>) -> bool {
    let line = &words[line.clone()];
    let plain =
        Marks::HEALTH.or(Marks::STAFF_TITLE).or(Marks::DEGREE).or(Marks::OCCUPATION).or(Marks::NAME_LABEL);
    let lower = line.iter().all(|word| word.shape != Shape::Capital && word.shape != Shape::Upper);
    (1..=MOST_WORDS).contains(&line.len())
        && line.iter().all(|word| match word.shape {
            Shape::Sign => matches!(word.text, "," | "&" | "-" | "." | "'" | "’"),
            Shape::Number => word.text.len() <= 3,
            Shape::Lower => {
                lower
                    || matches!(word.folded.as_ref(), "and" | "of" | "for" | "the")
                    || word.any(Marks::PARTICLE)
            }
            _ => true,
        })
        && !line.iter().any(|word| {
            word.any(plain)
                || word.is_word()
                    && word.any(Marks::SMALL)
                    && !matches!(
                        word.folded.as_ref(),
                        "and" | "of" | "for" | "the" | "y" | "et" | "und" | "us" | "here" | "can"
                    )
        })
        && line.iter().any(|word| word.letters() > 1 && word.is_word())
}

/// "Consultant Surgeon", "Leasing consultant": what somebody is.
fn is_trade(words: &[Word<'_>], line: &Range<usize>) -> bool {
    let line = &words[line.clone()];
    line.len() <= MOST_WORDS
        && line.iter().all(|word| word.is_word() || matches!(word.text, "," | "-" | "/" | "&" | "'" | "’"))
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;
    use crate::span::Kind;

    #[test]
    fn the_line_between_a_name_and_a_telephone_is_an_employer() {
        for (text, house) in [
            ("Best regards,\nNora Gillespie\nBlue Harbor Software\n362-077-0715", "Blue Harbor Software"),
            ("Thomas Svendsen\nLeasing consultant\nHopstopia\n12 Oak Street, Duluth", "Hopstopia"),
        ] {
            let found = detect(text);
            assert!(
                found.iter().any(|one| one.kind == Kind::Employer && &text[one.range.clone()] == house),
                "{text:?} {found:?}"
            );
        }
    }

    #[test]
    fn lines_of_a_note_are_no_employers() {
        for text in [
            "Discharge instructions\nCall 555-010-4477 with fever",
            "Maria Tannhold\nAtrial fibrillation\nTel 555-010-4477",
        ] {
            assert!(detect(text).iter().all(|one| one.rule != "employer.signature"), "{text:?}");
        }
    }
}
