//! What stands around a name and says that it is a person's: a deed behind it, a degree, a word that people follow.

use crate::lexicon::Marks;
use crate::words::{Gap, Shape, Text, Word};

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
    if is_birth(words, end) {
        return true;
    }
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
    // "Kasturi in radiology needs the creatinine"
    let ward = next.folded == "in"
        && words.get(end + 1).is_some_and(|ward| {
            ward.on_line()
                && (ward.any(Marks::FACILITY) && ward.shape == Shape::Lower
                    || matches!(
                        ward.folded.as_ref(),
                        "billing"
                            | "icu"
                            | "ed"
                            | "er"
                            | "registration"
                            | "scheduling"
                            | "reception"
                            | "bed"
                            | "room"
                            | "triage"
                    ))
        });
    ward || matches!(next.folded.as_ref(), "family" | "pt")
        || next.any(Marks::PERSON_VERB) && next.shape == Shape::Lower
        || matches!(next.folded.as_ref(), "mrn" | "dob" | "who" | "whose" | "aged" | "age" | "ssn" | "born")
}

/// "date of birth", "d.o.b.", "medical record number" right behind somebody.
fn is_birth(words: &[Word<'_>], at: usize) -> bool {
    let next = |far: usize| words.get(at + far).map_or("", |word| word.folded.as_ref());
    matches!(
        (next(0), next(1), next(2)),
        ("date", "of", "birth") | ("d", ".", "o") | ("medical", "record", _) | ("hospital", "number", _)
    )
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
    let generic = next.any(Marks::OF_THINGS_TOO) || matches!(next.text, "'" | "’");
    if !generic {
        return true;
    }
    let behind = |place: usize| text.words.get(end + place).map_or("", |word| word.folded.as_ref());
    matches!(next.folded.as_ref(), "reports" | "states" | "came" | "went" | "takes" | "took")
        && behind(1) != "of"
        || matches!(next.folded.as_ref(), "is" | "was")
            && matches!(behind(1), "a" | "an")
            && text.words.get(end + 2).is_some_and(|word| {
                word.shape == Shape::Number
                    || matches!(word.folded.as_ref(), "pleasant" | "man" | "woman")
                    || word.any(Marks::OCCUPATION.or(Marks::STAFF_TITLE))
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
                    | "referred"
                    | "treated"
                    | "hospitalized"
                    | "born"
                    | "from"
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

/// Whether only a person can be the subject of what is behind: "'s mother", "lives", a number of a record.
pub(super) fn acts_surely_person(text: &Text<'_>, end: usize) -> bool {
    let next = |place: usize| text.words.get(end + place);
    let owner = next(0).is_some_and(|sign| matches!(sign.text, "'" | "’"));
    owner && next(2).is_some_and(|word| word.any(Marks::RELATION))
        || next(0).is_some_and(|word| word.folded == "is")
            && next(1).is_some_and(|word| word.folded == "from")
            && next(2).is_some_and(Word::is_capital)
        || next(0).is_some_and(|word| {
            matches!(
                word.folded.as_ref(),
                "says"
                    | "said"
                    | "lives"
                    | "called"
                    | "denies"
                    | "complains"
                    | "mrn"
                    | "dob"
                    | "told"
                    | "asked"
                    | "shouted"
                    | "wrote"
            )
        })
}

/// "Walsha wound vac change today?": a word at the head of a query with words of care behind it and no verb.
pub(super) fn stands_alone(text: &Text<'_>, end: usize) -> bool {
    let words = &text.words;
    let Some(next) = words.get(end).filter(|next| next.gap == Gap::Blank && next.shape == Shape::Lower)
    else {
        return false;
    };
    let of_drugs = matches!(
        next.folded.as_ref(),
        "dose"
            | "doses"
            | "dosing"
            | "dosage"
            | "side"
            | "use"
            | "safety"
            | "interactions"
            | "interaction"
            | "half"
            | "mechanism"
            | "cost"
            | "level"
            | "levels"
            | "toxicity"
            | "overdose"
    );
    !of_drugs && !next.any(Marks::SMALL.or(Marks::UNIT).or(Marks::EPONYM_NOUN).or(Marks::STANDARD_NOUN))
}

/// Whether only people follow what stands before: "page", "ask", "tell".
pub(super) fn person_surely_before(text: &Text<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let before = &text.words[before];
        before.any(Marks::ONLY_BEFORE_PEOPLE)
    })
}

/// Whether what stands before is what people follow: "for", "with", "told", "and" behind another name.
pub(super) fn person_before(text: &Text<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &text.words[before]) else { return false };
    // "clinic w/ Gates"
    if before.is("/") && at >= 2 && text.words[at - 2].folded == "w" {
        return true;
    }
    before.any(Marks::STAFF_TITLE.or(Marks::RELATION).or(Marks::OCCUPATION))
        || before.any(Marks::BEFORE_PEOPLE)
}
