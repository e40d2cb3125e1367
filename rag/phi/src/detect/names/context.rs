//! What stands around a name: cues before it, deeds behind it, and how the whole text is written.

use crate::detect::names::Strength;
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

/// Texts of fewer words than this are queries, not documents.
const SHORT: usize = 120;

/// Words that people follow.
const BEFORE_PEOPLE: &str = "admitted discharged transferred evaluated intubated examined transfer match under for by about regarding with told asked saw call called calling email emailed message messaged \
    text texted contact contacted tell ask remind let help notify inform informed met see seen \
    visit visited is was does did has can should will would could patient pt and give gave schedule \
    book discharge admit refer referred start started put thank thanks per to from on if when that \
    because since whether of than sent send check find pull signed attn";

/// Verbs whose subjects are things as often as people.
const OF_THINGS_TOO: &str = "is was has had will would could should does did can may might must needs needed remains \
    remained appears appeared started stopped developed continues continued used uses presents \
    presented evaluated seen noted noticed received ' ’ takes took reported reports signed sent \
    came went gave states described describes suggested";

/// How a text is written.
pub(super) struct Style {
    /// Nothing but openings is capitalised: a chat.
    pub(super) is_lower: bool,
    /// A query rather than a document.
    pub(super) is_short: bool,
    /// For each word the number of its line.
    line_of: Vec<u32>,
    /// For each line whether it is a heading: no word in lower case but small ones.
    headings: Vec<bool>,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent permission, named where it is given"
)]
/// What a cue allows to be taken for a name behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    /// Takes a capitalised everyday word too.
    pub(super) takes_any: bool,
    /// Takes words in lower case.
    pub(super) takes_lower: bool,
    /// Takes words in lower case that no list knows, or that are everyday words too.
    pub(super) takes_weak_lower: bool,
    /// The strength one word must have.
    pub(super) least: Strength,
    /// Stands before people even where an eponym's noun follows.
    pub(super) past_eponyms: bool,
    pub(super) is_label: bool,
    pub(super) confidence: f32,
    pub(super) rule: &'static str,
}

impl Style {
    pub(super) fn of(text: &Text<'_>) -> Self {
        let words = &text.words;
        let mut line_of = Vec::with_capacity(words.len());
        let mut headings = Vec::new();
        let (mut lower, mut capitals) = (0_u32, 0_u32);
        let (mut inner, mut all) = (0_u32, 0_u32);
        for (at, word) in words.iter().enumerate() {
            if word.gap >= Gap::Line {
                if at > 0 {
                    headings.push(lower == 0 && capitals > 1);
                }
                (lower, capitals) = (0, 0);
            }
            line_of.push(u32::try_from(headings.len()).unwrap_or(u32::MAX));
            // Headings have neither brackets nor the end of a sentence.
            lower += u32::from(matches!(word.text, "(" | "?" | "!"));
            if !word.is_word() || word.letters() < 2 {
                continue;
            }
            all += 1;
            if word.is_capital() {
                capitals += 1;
                inner += u32::from(!text.opens(at) && (word.shape == Shape::Capital || word.letters() > 5));
            } else if !word.any(Marks::SMALL) {
                lower += 1;
            }
        }
        headings.push(lower == 0 && capitals > 1);
        Self { is_lower: inner == 0 && all > 0, is_short: words.len() < SHORT, line_of, headings }
    }

    /// Whether a word stands in a heading, where capitals say nothing.
    pub(super) fn is_heading(&self, text: &Text<'_>, at: usize) -> bool {
        let _ = text;
        self.headings[self.line_of[at] as usize]
    }
}

/// The cue that stands right before a word.
pub(super) fn cue_before(text: &Text<'_>, at: usize) -> Option<Cue> {
    let words = &text.words;
    let mut place = at.checked_sub(1)?;
    if words[at].gap == Gap::Glued
        && !matches!(words[place].text, ":" | "(" | "." | "#" | "\"" | "“" | "=" | "/")
        || words[at].gap == Gap::Paragraph && !is_closing(words, place)
    {
        return None;
    }
    // "Dr." and "Mr."
    if words[place].is(".") && words[place].gap == Gap::Glued {
        place = place.checked_sub(1)?;
        return title(words, place, at);
    }
    if words[place].is(":") || words[place].is("#") || words[place].is("=") || words[place].is("|") {
        return label(words, place);
    }
    if words[place].is(",") || words[place].is("!") {
        return closing(words, place, at);
    }
    if words[at].gap >= Gap::Line {
        return None;
    }
    title(words, place, at).or_else(|| relation(words, place, at)).or_else(|| plain_cue(words, place, at))
}

fn title(words: &[Word<'_>], place: usize, at: usize) -> Option<Cue> {
    let word = &words[place];
    let dotted = words[at - 1].is(".");
    if word.gap == Gap::Glued && place > 0 && words[place - 1].is_word() || words[at].gap >= Gap::Line {
        return None;
    }
    let plain_title = word.any(Marks::TITLE)
        && !matches!(
            word.folded.as_ref(),
            "sr" | "don"
                | "lady"
                | "lord"
                | "sir"
                | "bay"
                | "pan"
                | "sig"
                | "cpl"
                | "lt"
                | "rev"
                | "deacon"
                | "pastor"
                | "capt"
                | "captain"
        );
    let doctor = matches!(
        word.folded.as_ref(),
        "dr" | "drs" | "prof" | "professor" | "doctor" | "doktor" | "dra" | "doc" | "dott"
    );
    let base = Cue {
        takes_any: true,
        takes_lower: true,
        takes_weak_lower: true,
        least: Strength::Weak,
        past_eponyms: true,
        is_label: false,
        confidence: 0.93,
        rule: "name.title",
    };
    if plain_title && !(word.folded == "ms" && !words[at].is_capital() && word.shape == Shape::Upper) {
        return Some(base);
    }
    if doctor {
        return Some(Cue { rule: "name.doctor", ..base });
    }
    if word.any(Marks::TITLE) && (word.is_capital() || dotted) {
        return Some(Cue { takes_lower: false, ..base });
    }
    if word.any(Marks::STAFF_TITLE) && !dotted {
        let least = if words[at].is_capital() { Strength::Weak } else { Strength::Strong };
        return Some(Cue {
            takes_any: false,
            takes_weak_lower: false,
            least,
            past_eponyms: false,
            confidence: 0.8,
            rule: "name.staff",
            ..base
        });
    }
    None
}

/// "Patient:", "Emergency contact:", "Signed:".
fn label(words: &[Word<'_>], colon: usize) -> Option<Cue> {
    let mut place = colon.checked_sub(1)?;
    // "Contact (daughter):", "Patient's name:", "Name(s):"
    for _ in 0..4 {
        if words[place].shape == Shape::Sign || words[place].folded == "s" {
            place = place.checked_sub(1)?;
        }
    }
    let word = &words[place];
    let before = place.checked_sub(1).map_or("", |before| words[before].folded.as_ref());
    let second = matches!(
        word.folded.as_ref(),
        "name"
            | "names"
            | "by"
            | "kin"
            | "contact"
            | "of"
            | "to"
            | "person"
            | "party"
            | "no"
            | "physician"
            | "provider"
            | "doctor"
            | "nurse"
    );
    let label = word.any(
        Marks::NAME_LABEL.or(Marks::RELATION).or(Marks::TITLE).or(Marks::STAFF_TITLE).or(Marks::NAME_CUE),
    ) || second && !before.is_empty();
    let sure = matches!(
        word.folded.as_ref(),
        "patient"
            | "pt"
            | "name"
            | "caller"
            | "re"
            | "client"
            | "resident"
            | "nachname"
            | "vorname"
            | "surname"
            | "patientin"
            | "paciente"
            | "nombre"
            | "nom"
            | "prenom"
            | "naam"
            | "guarantor"
            | "subscriber"
            | "kin"
            | "contact"
            | "signed"
            | "by"
            | "provider"
            | "physician"
            | "guardian"
            | "alias"
            | "aka"
    );
    label.then_some(Cue {
        takes_any: false,
        takes_lower: true,
        takes_weak_lower: sure,
        least: Strength::Weak,
        past_eponyms: true,
        is_label: true,
        confidence: 0.88,
        rule: "name.label",
    })
}

/// "her son Milo", "wife, Gina", "Ehefrau Anna".
fn relation(words: &[Word<'_>], place: usize, at: usize) -> Option<Cue> {
    let word = &words[place];
    if !word.any(Marks::RELATION) {
        return None;
    }
    let capital = words[at].is_capital();
    Some(Cue {
        takes_any: false,
        takes_lower: true,
        takes_weak_lower: false,
        least: if capital || words[at].any(Marks::GIVEN) && !words[at].any(Marks::COMMON) {
            Strength::Weak
        } else {
            Strength::Strong
        },
        past_eponyms: false,
        is_label: false,
        confidence: 0.85,
        rule: "name.relation",
    })
}

/// "patient John", "named Ruth", "my name is Ruth", "initials JC".
fn plain_cue(words: &[Word<'_>], place: usize, at: usize) -> Option<Cue> {
    let word = &words[place];
    let before = place.checked_sub(1).map_or("", |before| words[before].folded.as_ref());
    let naming = matches!(
        word.folded.as_ref(),
        "named"
            | "called"
            | "surnamed"
            | "nicknamed"
            | "namens"
            | "llamado"
            | "llamada"
            | "nomme"
            | "nommee"
            | "aka"
            | "alias"
    ) || matches!(word.folded.as_ref(), "is" | "was" | "ist" | "es")
        && matches!(before, "name" | "surname" | "names" | "caller")
        || matches!(
            word.folded.as_ref(),
            "name"
                | "surname"
                | "dear"
                | "hi"
                | "hello"
                | "hey"
                | "signed"
                | "sincerely"
                | "heisse"
                | "attn"
                | "attention"
                | "re"
                | "regarding"
                | "caller"
        );
    let patient = matches!(
        word.folded.as_ref(),
        "patient"
            | "pt"
            | "client"
            | "resident"
            | "patientin"
            | "paciente"
            | "inmate"
            | "veteran"
            | "neonate"
            | "infant"
            | "newborn"
            | "baby"
            | "boy"
            | "girl"
    );
    if !(naming || patient) {
        return None;
    }
    let capital = words[at].is_capital();
    let least = if naming || capital { Strength::Weak } else { Strength::Strong };
    Some(Cue {
        takes_any: false,
        takes_lower: true,
        takes_weak_lower: naming && matches!(word.folded.as_ref(), "named" | "dear" | "is"),
        least,
        past_eponyms: naming,
        is_label: false,
        confidence: 0.82,
        rule: if naming { "name.naming" } else { "name.patient" },
    })
}

/// "Sincerely,\nMaria Tannhold", "wife, Gina", "Thanks, Rob", "Hi, Ana".
fn closing(words: &[Word<'_>], comma: usize, at: usize) -> Option<Cue> {
    let place = comma.checked_sub(1)?;
    let word = &words[place];
    let base = Cue {
        takes_any: false,
        takes_lower: false,
        takes_weak_lower: false,
        least: Strength::Weak,
        past_eponyms: true,
        is_label: false,
        confidence: 0.8,
        rule: "name.closing",
    };
    if matches!(
        word.folded.as_ref(),
        "sincerely"
            | "regards"
            | "thanks"
            | "yours"
            | "cheers"
            | "best"
            | "respectfully"
            | "truly"
            | "grussen"
            | "grusse"
            | "cordialement"
            | "saludos"
            | "atentamente"
            | "hi"
            | "hello"
            | "dear"
            | "hey"
    ) {
        return Some(base);
    }
    let near = words[at].gap <= Gap::Blank;
    (near && word.any(Marks::RELATION) && words[at].is_capital()).then_some(Cue {
        rule: "name.relation",
        least: Strength::Weak,
        past_eponyms: false,
        ..base
    })
}

fn is_closing(words: &[Word<'_>], comma: usize) -> bool {
    words[comma].is(",")
        && comma > 0
        && matches!(
            words[comma - 1].folded.as_ref(),
            "sincerely"
                | "regards"
                | "yours"
                | "respectfully"
                | "truly"
                | "grussen"
                | "cordialement"
                | "atentamente"
                | "thanks"
                | "wishes"
        )
}

/// A degree right behind a name, with or without a comma.
pub(super) fn degree_follows(words: &[Word<'_>], end: usize) -> bool {
    let comma = words.get(end).is_some_and(|word| word.is(","));
    let Some(word) = words.get(end + usize::from(comma)).filter(|word| word.gap <= Gap::Blank) else {
        return false;
    };
    let dotted = matches!(word.text, "M" | "D" | "R" | "Ph" | "N" | "P")
        && words.get(end + usize::from(comma) + 1).is_some_and(|dot| dot.is("."))
        && words
            .get(end + usize::from(comma) + 2)
            .is_some_and(|next| matches!(next.text, "D" | "N" | "O" | "P" | "A") && next.gap == Gap::Glued);
    word.any(Marks::DEGREE)
        && (word.shape == Shape::Upper || matches!(word.text, "PhD" | "PharmD" | "PsyD"))
        && (word.folded != "pt" || comma)
        || dotted
}

/// Whether what follows is what people do, are or have: a verb, a possessive, an age.
pub(super) fn acts_as_person(text: &Text<'_>, at: usize, end: usize) -> bool {
    let words = &text.words;
    let _ = at;
    let Some(next) = words.get(end).filter(|word| word.on_line()) else { return false };
    if matches!(next.text, "'" | "’") {
        return words.get(end + 1).is_some_and(|s| s.folded == "s" && s.gap == Gap::Glued);
    }
    if next.is("(") || next.is(",") {
        let inner = words.get(end + 1);
        return inner.is_some_and(|word| {
            word.shape == Shape::Number
                && words.get(end + 2).is_some_and(|unit| {
                    matches!(
                        unit.folded.as_ref(),
                        "y" | "yo" | "year" | "years" | "yr" | "m" | "f" | "-" | ")" | "yom" | "yof"
                    )
                })
                || word.any(Marks::RELATION)
                || matches!(
                    word.folded.as_ref(),
                    "dob" | "mrn" | "age" | "aged" | "born" | "ssn" | "she" | "he"
                )
                || matches!(word.folded.as_ref(), "a" | "an" | "my" | "his" | "her")
                    && words
                        .get(end + 2)
                        .is_some_and(|more| more.shape == Shape::Number || more.any(Marks::RELATION))
        });
    }
    if next.shape == Shape::Number {
        return words.get(end + 1).is_some_and(|unit| {
            matches!(unit.folded.as_ref(), "y" | "yo" | "year" | "yr" | "m" | "f" | "yom" | "yof")
        });
    }
    next.any(Marks::PERSON_VERB) && next.shape == Shape::Lower
        || matches!(next.folded.as_ref(), "mrn" | "dob" | "who" | "whose" | "aged" | "age" | "ssn" | "born")
}

/// Whether a capitalised word of any sort is the subject of what only people have: a pacemaker, a history.
pub(super) fn has_of_person(text: &Text<'_>, at: usize) -> bool {
    let words = &text.words;
    let word = &words[at];
    let verb = words.get(at + 1).map_or("", |next| next.folded.as_ref());
    if word.shape != Shape::Capital
        || word.any(
            Marks::SMALL
                .or(Marks::HEALTH)
                .or(Marks::TERM)
                .or(Marks::STAFF_TITLE)
                .or(Marks::NAME_LABEL)
                .or(Marks::RELATION),
        )
        || !matches!(verb, "has" | "had" | "reports" | "resting")
    {
        return false;
    }
    let noted = at > 1
        && words[at - 1].is(":")
        && matches!(words[at - 2].folded.as_ref(), "s" | "note" | "subjective");
    noted
        || matches!(words.get(at + 2).map_or("", |next| next.folded.as_ref()), "a" | "an")
            && words.get(at + 3..(at + 7).min(words.len())).is_some_and(|rest| {
                rest.iter().any(|word| {
                    matches!(
                        word.folded.as_ref(),
                        "pacemaker"
                            | "defibrillator"
                            | "history"
                            | "icd"
                            | "stoma"
                            | "allergy"
                            | "daughter"
                            | "son"
                            | "wife"
                            | "husband"
                            | "appointment"
                            | "fever"
                            | "headache"
                    )
                })
            })
}

/// Whether the deed behind is one that only people do, not "is" or "has".
pub(super) fn acts_surely(text: &Text<'_>, end: usize) -> bool {
    let Some(next) = text.words.get(end) else { return false };
    let generic = OF_THINGS_TOO.split_ascii_whitespace().any(|word| next.folded == word);
    if !generic {
        return true;
    }
    let behind = |place: usize| text.words.get(end + place).map_or("", |word| word.folded.as_ref());
    matches!(next.folded.as_ref(), "reports" | "states" | "came" | "went" | "takes" | "took")
        && behind(1) != "of"
        || matches!(next.folded.as_ref(), "is" | "was")
            && matches!(behind(1), "a" | "an")
            && text.words.get(end + 2).is_some_and(|word| {
                word.shape == Shape::Number || matches!(word.folded.as_ref(), "pleasant" | "man" | "woman")
            })
        || matches!(next.folded.as_ref(), "is" | "was")
            && matches!(
                behind(1),
                "seen"
                    | "admitted"
                    | "discharged"
                    | "resting"
                    | "here"
                    | "alert"
                    | "brought"
                    | "accompanied"
                    | "doing"
                    | "taking"
                    | "on"
                    | "complaining"
                    | "due"
                    | "allergic"
                    | "scheduled"
                    | "asking"
                    | "coming"
                    | "pregnant"
                    | "married"
                    | "transferred"
                    | "started"
                    | "diagnosed"
            )
        || matches!(next.folded.as_ref(), "has" | "had")
            && matches!(
                behind(1),
                "a" | "an" | "been" | "had" | "not" | "no" | "type" | "chf" | "her" | "his"
            )
        || matches!(next.text, "'" | "’")
        || matches!(
            next.folded.as_ref(),
            "needs" | "presents" | "presented" | "received" | "started" | "stopped"
        )
}

/// Whether what stands before is what people follow: "for", "with", "told", "and" behind another name.
pub(super) fn person_before(text: &Text<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &text.words[before]) else { return false };
    BEFORE_PEOPLE.split_ascii_whitespace().any(|word| before.folded == word)
}
