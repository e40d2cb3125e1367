//! Cities: of the list, before the code of a state, behind "lives in" and the like, or built like a place.
//!
//! States, countries and peoples stay, and so do cities after which a classification is named.

use std::ops::Range;

use crate::lexicon::{self, Marks};
use crate::words::{Gap, Shape, Text, Word};

/// Words with which no place begins, whatever stands before them.
const NO_PLACE: Marks = Marks::HEALTH
    .or(Marks::TERM)
    .or(Marks::TERM_ENDING)
    .or(Marks::TITLE)
    .or(Marks::MONTH)
    .or(Marks::WEEKDAY)
    .or(Marks::RELATION)
    .or(Marks::FACILITY)
    .or(Marks::SMALL)
    .or(Marks::STAFF_TITLE)
    .or(Marks::REGION);

/// A city at a word: where it is, how sure, by which rule.
pub(super) fn city_at(text: &Text<'_>, at: usize) -> Option<(Range<usize>, f32, &'static str)> {
    let words = &text.words;
    let word = &words[at];
    if !word.is_word()
        || word.gap == Gap::Glued
            && at > 0
            && !matches!(words[at - 1].text, "(" | "/" | "\"" | "“" | ":" | "," | "'")
    {
        return None;
    }
    let labelled = is_labelled(words, at);
    let behind_cue = labelled || is_place_cue(words, at) || is_goal(words, at);
    if let Some(end) = listed_city(words, at) {
        let capital = word.is_capital();
        let before = at.checked_sub(1).map_or("", |before| words[before].folded.as_ref());
        let near = matches!(before, "from" | "in" | "near" | "aus" | "nach" | "en") && word.letters() >= 4
            || zip_follows(words, end);
        if is_standard(words, end) || !(capital || behind_cue || near) {
            return None;
        }
        return Some((word.start..words[end - 1].end, 0.7, "city.listed"));
    }
    let near =
        at > 0 && matches!(words[at - 1].folded.as_ref(), "from" | "in" | "near") && word.marks.is_unlisted();
    if is_town(words, at, behind_cue) {
        return Some((word.start..word.end, 0.6, "city.town"));
    }
    if word.shape == Shape::Lower
        && (behind_cue
            || near
            || word.any(Marks::PLACE_HEAD)
                && at > 0
                && matches!(words[at - 1].folded.as_ref(), "from" | "in" | "near" | "to")
                && words.get(at + 1).is_some_and(|next| next.marks.is_unlisted()))
        && (word.any(Marks::PLACE_HEAD)
            || !word.any(Marks::KNOWN.or(Marks::RELATION).or(Marks::FACILITY).or(Marks::HEALTH)))
    {
        return lower_city(words, at);
    }
    if !word.is_capital() {
        return None;
    }
    let end = capital_end(words, at);
    let range = word.start..words[end - 1].end;
    let only_region = words[at..end].iter().all(|word| {
        word.any(Marks::REGION.or(Marks::PLACE_HEAD).or(Marks::STATE_CODE)) || word.shape == Shape::Sign
    });
    if only_region || is_standard(words, end) {
        return None;
    }
    if state_follows(words, end) && !words[at].any(Marks::DEGREE) {
        return Some((range, 0.8, "city.state"));
    }
    let plain = words[at..end].iter().any(|word| {
        word.any(
            Marks::KNOWN
                .or(Marks::TITLE)
                .or(Marks::MONTH)
                .or(Marks::WEEKDAY)
                .or(Marks::RELATION)
                .or(Marks::FACILITY),
        ) && !word.any(Marks::NAME.or(Marks::CITY).or(Marks::PLACE_HEAD))
    });
    let sure = behind_cue
        && word.shape == Shape::Capital
        && !words[at..end].iter().any(|word| word.any(NO_PLACE) && !word.any(Marks::CITY));
    let acronym = word.shape == Shape::Upper && word.letters() <= 4;
    if labelled || behind_cue && !plain && !acronym || sure {
        return Some((range, 0.75, "city.cue"));
    }
    let second = words
        .get(at + 1)
        .filter(|next| next.on_line() && next.shape == Shape::Capital && next.gap != Gap::Glued);
    let headed = word.any(Marks::PLACE_HEAD)
        && word.shape == Shape::Capital
        && word.letters() >= 3
        && second.is_some_and(|next| {
            !next.any(Marks::REGION.or(Marks::KNOWN).or(Marks::EPONYM_NOUN).or(Marks::FACILITY))
                || next.any(Marks::CITY)
        });
    if headed && !is_standard(words, at + 2) {
        return Some((word.start..words[at + 1].end, 0.6, "city.headed"));
    }
    let near = at > 0 && matches!(words[at - 1].folded.as_ref(), "in" | "from" | "near" | "to");
    if (word.marks.is_unlisted() || near && !word.any(Marks::KNOWN.or(Marks::REGION)))
        && word.shape == Shape::Capital
        && has_place_ending(&word.folded)
        && !crate::detect::names::is_eponymous(words, at, at + 1)
    {
        return Some((word.start..word.end, 0.5, "city.ending"));
    }
    None
}

/// "from Houston", "in Reading": a city whose name is something else as well, where a place is expected.
fn is_town(words: &[Word<'_>], at: usize, behind_cue: bool) -> bool {
    let word = &words[at];
    if !word.any(Marks::TOWN) {
        return false;
    }
    let expected = behind_cue
        || at > 0
            && words[at].on_line()
            && matches!(
                words[at - 1].folded.as_ref(),
                "in" | "from"
                    | "to"
                    | "near"
                    | "outside"
                    | "around"
                    | "of"
                    | "at"
                    | "downtown"
                    | "aus"
                    | "nach"
                    | "en"
                    | "a"
                    | "de"
            )
            && word.is_capital()
        || zip_follows(words, at + 1)
        || state_follows(words, at + 1) && word.is_capital();
    expected
        && (word.is_capital()
            || behind_cue
            || zip_follows(words, at + 1)
            || at > 0 && words[at - 1].folded == "aus")
        && !is_standard(words, at + 1)
        && !words.get(at + 1).is_some_and(|next| {
            next.shape == Shape::Capital && next.gap == Gap::Blank && next.any(Marks::NAME)
        })
}

/// "lives in south shannon", "from billyside": a place in lower case behind a cue.
fn lower_city(words: &[Word<'_>], at: usize) -> Option<(Range<usize>, f32, &'static str)> {
    let word = &words[at];
    let next = words.get(at + 1).filter(|next| {
        next.shape == Shape::Lower
            && next.gap == Gap::Blank
            && !next.any(Marks::REGION.or(Marks::SMALL).or(Marks::HEALTH))
            && (!next.any(Marks::KNOWN) || next.any(Marks::NAME))
    });
    if word.any(Marks::PLACE_HEAD)
        && let Some(next) = next
    {
        return Some((word.start..next.end, 0.5, "city.cue"));
    }
    let beside =
        at > 0 && matches!(words[at - 1].folded.as_ref(), "near" | "from" | "in" | "en" | "aus" | "a");
    let place = word.marks.is_unlisted()
        && (has_place_ending(&word.folded)
            || beside && word.letters() >= 4 && is_place_cue(words, at) && !word.any(Marks::UNLIKE_NAME));
    place.then_some((word.start..word.end, 0.5, "city.ending"))
}

/// Where a city of the list ends that starts at a word.
pub(in crate::detect) fn listed_city(words: &[Word<'_>], at: usize) -> Option<usize> {
    let word = &words[at];
    if word.any(Marks::CITY_HEAD) {
        for rest in lexicon::cities_from(&word.folded) {
            let mut place = at + 1;
            let matches = rest.iter().all(|wanted| {
                while words.get(place).is_some_and(|word| word.is("-") || word.is(".")) {
                    place += 1;
                }
                let hit =
                    words.get(place).is_some_and(|word| word.folded == *wanted && word.gap < Gap::Paragraph);
                place += 1;
                hit
            });
            if matches {
                return Some(place);
            }
        }
    }
    word.any(Marks::CITY).then_some(at + 1)
}

/// Where a run of capitalised words ends: "Coeur d'Alene", "San Luis Obispo", "Winston-Salem".
fn capital_end(words: &[Word<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(word) = words.get(end).filter(|word| word.on_line() && end < at + 4) {
        let joint = word.is("-") && word.gap == Gap::Glued
            || word.is(".") && matches!(words[end - 1].folded.as_ref(), "st" | "ft" | "mt");
        let particle = (word.any(Marks::PARTICLE)
            || matches!(word.folded.as_ref(), "am" | "an" | "im" | "upon" | "sur" | "on" | "u"))
            && word.shape == Shape::Lower
            && words[end + 1..words.len().min(end + 4)]
                .iter()
                .find(|next| {
                    !(next.shape == Shape::Lower && next.any(Marks::PARTICLE.or(Marks::NOT_ENGLISH))
                        || next.is("-"))
                })
                .is_some_and(Word::is_capital);
        let name =
            word.shape == Shape::Capital || word.shape == Shape::Lower && word.folded.starts_with("d'");
        if !(joint || particle || name) || word.any(Marks::STATE_CODE) && word.shape == Shape::Upper {
            break;
        }
        end += 1;
    }
    while end > at + 1 && !words[end - 1].is_word() {
        end -= 1;
    }
    end
}

/// ", TX", ", Ohio", " TX 78701".
fn state_follows(words: &[Word<'_>], at: usize) -> bool {
    let comma = words.get(at).is_some_and(|word| word.is(","));
    let Some(state) = words.get(at + usize::from(comma)).filter(|word| word.on_line()) else { return false };
    let code = state.shape == Shape::Upper && state.letters() == 2 && state.any(Marks::STATE_CODE);
    let zip = words
        .get(at + usize::from(comma) + 1)
        .is_some_and(|word| word.shape == Shape::Number && word.text.len() == 5);
    let degree = matches!(state.text, "MD" | "DO" | "PA" | "MS" | "MA" | "OT" | "PT" | "RN");
    code && (zip || comma && !degree) || comma && state.any(Marks::REGION) && state.is_capital()
}

/// "lives in", "moved from", "near", "born in" before a place.
fn is_place_cue(words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| words[before].folded.as_ref()) else { return false };
    if !words[at].on_line() && words[at].gap >= Gap::Paragraph {
        return false;
    }
    if matches!(before, "city" | "town" | "hometown" | "residence") && words[at - 1].is_capital() {
        return false;
    }
    let verb = at.checked_sub(2).map_or("", |before| words[before].folded.as_ref());
    let moves = |back: usize| at.checked_sub(back).is_some_and(|place| words[place].any(Marks::OF_PLACES));
    match before {
        "wohnhaft" | "near" | "outside" | "downtown" | "visited" | "toured" | "visiting" | "city"
        | "town" | "hometown" | "residence" | "birthplace" | "lieu" | "wohnort" | "ciudad" => true,
        // "nato a Gleizé", "habite à Vila Nova": in English it is an article.
        "a" => matches!(
            verb,
            "nato"
                | "nata"
                | "naci"
                | "nacio"
                | "nacido"
                | "nacida"
                | "nee"
                | "ne"
                | "habite"
                | "residente"
                | "vive"
        ),
        "in" | "from" | "to" | "of" | "at" | "around" | "into" | "aus" | "en" => {
            moves(2)
                || before == "in"
                    && at.checked_sub(2).is_some_and(|place| {
                        words[place].any(
                            Marks::STAFF_TITLE.or(Marks::OCCUPATION).or(Marks::RELATION).or(Marks::FACILITY),
                        ) || words[place].is_capital() && words[place].any(Marks::NAME)
                            || matches!(
                                words[place].folded.as_ref(),
                                "am" | "i'm" | "was" | "are" | "we're" | "stuck" | "branch"
                            )
                    })
                || matches!(before, "from" | "aus")
                    && at
                        .checked_sub(2)
                        .is_some_and(|place| words[place].is_capital() && is_person(&words[place]))
                || verb == ","
                || verb == "here"
                || moves(3) && verb != "."
        }
        _ => false,
    }
}

fn is_person(word: &Word<'_>) -> bool {
    word.any(Marks::NAME) && !word.any(Marks::TERM.or(Marks::HEALTH)) || word.marks.is_unlisted()
}

/// "moved from Ann Arbor to Sioux Falls": whoever moves comes somewhere.
fn is_goal(words: &[Word<'_>], at: usize) -> bool {
    at > 1
        && words[at - 1].folded == "to"
        && words[at.saturating_sub(7)..at - 1].iter().any(|word| {
            matches!(
                word.folded.as_ref(),
                "moved" | "moves" | "moving" | "relocated" | "transferred" | "flew" | "drove"
            )
        })
}

/// "City: Orange": whatever stands behind the label is one.
fn is_labelled(words: &[Word<'_>], at: usize) -> bool {
    // "Where were you born?  Kruja"
    let asked = at >= 4
        && words[at - 1].is("?")
        && words[at].is_capital()
        && words[at].on_line()
        && matches!(words[at - 2].folded.as_ref(), "born" | "city" | "town" | "birthplace")
        && words[at.saturating_sub(8)..at]
            .iter()
            .any(|word| matches!(word.folded.as_ref(), "where" | "which" | "what"));
    if asked {
        return true;
    }
    at >= 2
        && words[at - 1].is(":")
        && words[at].gap < Gap::Line
        && !words.get(at + 1).is_some_and(|next| next.is(":"))
        && matches!(
            words[at - 2].folded.as_ref(),
            "city"
                | "town"
                | "hometown"
                | "residence"
                | "birthplace"
                | "wohnort"
                | "ort"
                | "ciudad"
                | "ville"
                | "stadt"
                | "municipality"
                | "where"
                | "location"
                | "venue"
        )
}

/// ", tx 48247": a state and a code behind a word, in whatever case.
fn zip_follows(words: &[Word<'_>], at: usize) -> bool {
    let comma = usize::from(words.get(at).is_some_and(|word| word.is(",")));
    words.get(at + comma).is_some_and(|state| state.letters() == 2 && state.any(Marks::STATE_CODE))
        && words.get(at + comma + 1).is_some_and(|zip| zip.shape == Shape::Number && zip.text.len() == 5)
}

/// Whether a standard is named after the place: "Los Angeles classification".
fn is_standard(words: &[Word<'_>], end: usize) -> bool {
    words[end.min(words.len())..]
        .iter()
        .take(2)
        .take_while(|word| word.on_line())
        .any(|word| word.any(Marks::STANDARD_NOUN))
}

pub(super) fn has_place_ending(word: &str) -> bool {
    const ENDINGS: &str = "burgh borough boro ville shire mouth haven stad chester furt bury view fort port side town land ton berg burg \
        dorf hausen heim stadt wick worth ford field minster ham hurst";
    word.len() >= 7
        && ENDINGS
            .split_ascii_whitespace()
            .any(|ending| word.len() >= ending.len() + 3 && word.ends_with(ending))
}
