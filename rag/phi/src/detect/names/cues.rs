//! What stands right before a name and says that it is one: a title, a label, a relation, a greeting.

use crate::detect::names::Strength;
use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

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

/// The cue that stands right before a word.
pub(super) fn cue_before(text: &Text<'_>, at: usize) -> Option<Cue> {
    let words = &text.words;
    let mut place = at.checked_sub(1)?;
    if words[at].gap == Gap::Glued
        && !matches!(words[place].text, ":" | "(" | "." | "#" | "\"" | "“" | "=" | "/")
        || words[at].gap == Gap::Paragraph && !is_closing(words, place) && !closes_letter(words, place)
    {
        return None;
    }
    // "Dr." and "Mr."
    if words[place].is(".") && words[place].gap == Gap::Glued {
        place = place.checked_sub(1)?;
        // "Dr. med. dent."
        while matches!(
            words[place].folded.as_ref(),
            "med" | "dent" | "phil" | "nat" | "rer" | "habil" | "univ" | "jur"
        ) && place >= 2
            && words[place - 1].is(".")
        {
            place -= 2;
        }
        return title(words, place, at);
    }
    if words[place].is(":") || words[place].is("#") || words[place].is("=") || words[place].is("|") {
        return label(words, place);
    }
    if words[place].is(",") || words[place].is("!") {
        return closing(words, place, at);
    }
    if words[at].gap >= Gap::Line {
        return closes_letter(words, place).then(|| signed(words, at));
    }
    if let Some(cue) = column_label(words, place, at) {
        return Some(cue);
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
        let like = words[at].any(Marks::LIKE_NAME);
        let least = if words[at].is_capital() || like { Strength::Weak } else { Strength::Strong };
        return Some(Cue {
            takes_any: false,
            takes_weak_lower: like,
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
    // "user=jdoe action=view": what a program logs is no name of a person.
    if word.folded == "user" && words[colon].is("=") {
        return None;
    }
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
            | "secretary"
            | "user"
            | "forename"
    ) || is_child_of(words, place);
    let label = word.any(
        Marks::NAME_LABEL.or(Marks::RELATION).or(Marks::TITLE).or(Marks::STAFF_TITLE).or(Marks::NAME_CUE),
    ) || second && !before.is_empty()
        || matches!(word.folded.as_ref(), "secretary" | "user" | "forename");
    let sure = matches!(
        word.folded.as_ref(),
        "patient"
            | "pt"
            | "name"
            | "user"
            | "nome"
            | "forename"
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

/// "S/o", "D/o", "W/o", "C/o": whose son, daughter or wife somebody is, and with whom they live.
fn is_child_of(words: &[Word<'_>], place: usize) -> bool {
    place >= 2
        && words[place].folded == "o"
        && words[place - 1].is("/")
        && matches!(words[place - 2].folded.as_ref(), "s" | "d" | "w" | "c")
}

/// "her son Milo", "wife, Gina", "Ehefrau Anna".
fn relation(words: &[Word<'_>], place: usize, at: usize) -> Option<Cue> {
    let word = &words[place];
    if !word.any(Marks::RELATION) && !is_child_of(words, place) {
        return None;
    }
    let capital = words[at].is_capital();
    let new = words[at].marks.is_unlisted() && !words[at].any(Marks::UNLIKE_NAME);
    Some(Cue {
        takes_any: false,
        takes_lower: true,
        takes_weak_lower: new,
        least: if capital || new || words[at].any(Marks::GIVEN) && !words[at].any(Marks::COMMON) {
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
        || word.folded == "to" && matches!(before, "copy" | "copies" | "cc" | "attn")
        || matches!(
            word.folded.as_ref(),
            "name"
                | "surname"
                | "dear"
                | "lieber"
                | "liebe"
                | "cher"
                | "chere"
                | "querido"
                | "querida"
                | "estimado"
                | "estimada"
                | "caro"
                | "cara"
                | "hi"
                | "hello"
                | "hey"
                | "thanks"
                | "signed"
                | "sincerely"
                | "heisse"
                | "attn"
                | "attention"
                | "re"
                | "regarding"
                | "caller"
                | "handzeichen"
                | "gez"
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
    let like = words[at].any(Marks::LIKE_NAME);
    let least = if naming || capital || like { Strength::Weak } else { Strength::Strong };
    Some(Cue {
        takes_any: false,
        takes_lower: true,
        takes_weak_lower: naming
            && matches!(
                word.folded.as_ref(),
                "named" | "dear" | "is" | "hi" | "hello" | "hey" | "attn" | "attention"
            )
            || words[at].any(Marks::LIKE_NAME),
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
            | "thx"
            | "ta"
            | "love"
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

/// "Kind regards ⏎": the words that close a letter, without the comma.
fn closes_letter(words: &[Word<'_>], last: usize) -> bool {
    matches!(
        words[last].folded.as_ref(),
        "regards"
            | "wishes"
            | "sincerely"
            | "faithfully"
            | "grusse"
            | "grussen"
            | "saludos"
            | "saluti"
            | "cordialement"
            | "atentamente"
            | "cumprimentos"
    ) && words[last.saturating_sub(4)..=last].iter().any(|word| word.gap >= Gap::Line)
}

fn signed(words: &[Word<'_>], at: usize) -> Cue {
    let lower = words[at].shape == Shape::Lower;
    Cue {
        takes_any: true,
        takes_lower: lower,
        takes_weak_lower: lower,
        least: Strength::Weak,
        past_eponyms: true,
        is_label: true,
        confidence: 0.8,
        rule: "name.closing",
    }
}

/// "Policyholder  Dato Carwell": a label and, apart from it, what it labels.
fn column_label(words: &[Word<'_>], place: usize, at: usize) -> Option<Cue> {
    let word = &words[place];
    let apart = words[at].start >= word.end + 2 && words[at].is_capital();
    let opens = words[place.saturating_sub(2)..=place].iter().any(|word| word.gap >= Gap::Column);
    (apart && opens && word.any(Marks::NAME_LABEL)).then_some(Cue {
        takes_any: false,
        takes_lower: false,
        takes_weak_lower: false,
        least: Strength::Weak,
        past_eponyms: true,
        is_label: true,
        confidence: 0.7,
        rule: "name.label",
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
