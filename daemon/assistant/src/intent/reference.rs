//! Words that point at something: is it there?
//!
//! A pronoun, "the drug" or "this result" is fine when its topic was named before it in the same question, and open
//! otherwise. "It" that only fills a place ("is it safe to stop warfarin") points at nothing. Questions that begin in the
//! middle ("and in children?", "what about metformin") lean on what was said before.

use super::vocabulary::Class;
use super::words::{Word, Words};
use super::{Doubt, Slot};

const ELLIPSIS: &[&str] = &[
    "what about", "how about", "and what about", "and how about", "and if", "and in", "and for", "and with",
    "and when", "and after", "and the", "and what if", "what if", "or", "same for", "same question",
    "was ist mit", "wie ist es mit", "wie sieht es", "wie steht es", "und bei", "und wenn", "und in",
    "und für", "und mit", "und nach", "und was", "und wie", "oder bei", "was wenn", "also for", "even if",
    "even in", "but what", "but if", "but in", "and why", "and how", "and", "und", "but", "aber",
    "otherwise", "why not", "warum nicht", "how so", "since when", "tell me more", "more details",
    "mehr dazu", "go on", "continue", "elaborate",
];
const PERSONAL: &[&str] = &[
    "he", "she", "him", "his", "her", "hers", "ihm", "ihn", "seine", "seinen", "seinem", "seiner", "ihre",
    "ihren", "ihrem", "er", "ihr",
];
const THINGS: &[&str] = &[
    "it", "its", "they", "them", "their", "theirs", "damit", "davon", "dafür", "dagegen", "daran", "dabei",
    "darauf", "darüber",
];
/// What "it" fills a place before.
const FILLED: &[&str] = &[
    "safe", "ok", "okay", "possible", "necessary", "true", "better", "worth", "useful", "time", "important",
    "recommended", "advisable", "best", "appropriate", "reasonable", "normal", "common", "dangerous",
    "acceptable", "feasible", "beneficial", "sensible", "wise", "cost-effective", "justified", "likely",
    "required", "needed", "helpful", "allowed", "rational", "late", "early", "clear", "known", "harmful",
    "sicher", "möglich", "nötig", "notwendig", "sinnvoll", "erlaubt", "gefährlich", "wichtig", "richtig",
    "besser", "normal", "üblich", "matter", "take", "make", "come", "mean", "correct", "right", "enough",
    "too", "a", "an", "really", "really", "still", "difficult", "hard", "easy",
];
const GOES_ON: &[&str] = &[
    "to", "that", "for", "if", "when", "whether", "in", "zu", "dass", "wenn", "ob", "bei", "with", "after",
    "before",
];
/// Whom "his" and "her" can mean within a question.
const SOMEBODY: &[&str] = &[
    "patient", "patients", "patient's", "man", "woman", "boy", "girl", "mother", "father", "mr", "mrs", "ms",
    "dr", "dr.", "herr", "frau", "patientin", "child", "baby", "infant", "mann", "kind", "men", "women",
    "children", "people", "person", "she", "he", "doctor", "nurse", "doctors", "nurses", "parents",
    "students", "physicians", "colleague", "mothers", "families", "boys", "girls", "year-old", "yo", "user",
    "gp", "surgeon", "male", "female", "adolescents", "adults", "residents", "staff", "clinicians",
    "surgeons", "smokers", "elders",
];
const POINTING: &[&str] =
    &["this", "these", "those", "that", "diese", "dieser", "dieses", "diesen", "diesem"];
const DEFINITE: &[&str] = &["the", "der", "die", "das", "den", "dem"];
const TIMES: &[&str] = &[
    "week", "month", "year", "morning", "afternoon", "evening", "time", "day", "night", "woche", "monat",
    "jahr", "morgen", "friday", "monday", "tuesday", "wednesday", "thursday", "saturday", "sunday",
    "weekend", "quarter", "clinic", "hospital", "ward", "country", "age",
];
/// What makes a definite noun say itself what it is.
const COMPLEMENTS: &[&str] = &[
    "of", "for", "that", "which", "linked", "called", "caused", "known", "named", "associated", "where",
    "used", "with", "about", "von", "für", "bei", "who", "whose", "related", "against", "zur", "zum", "mit",
    "über", "to", "due", "involving", "on", "from", "des", "when", "whom", "resulting",
];
/// Nouns that a definite article points at whatever else is said.
const HARD: &[&str] = &[
    "drug", "medication", "medicine", "meds", "antibiotic", "pill", "pills", "tablet", "tablets",
    "condition", "disease", "illness", "disorder", "procedure", "operation", "device", "medikament",
    "mittel", "krankheit", "erkrankung", "tablette", "tabletten", "eingriff", "präparat", "agent",
    "medications", "drugs", "medicines", "same", "other", "injection", "antibiotics", "rash", "lump",
    "wound", "regimen", "wirkstoff",
];

/// What is open because something points at nothing.
pub(super) fn doubt(words: &Words) -> Option<Doubt> {
    leans(words).or_else(|| pronoun(words)).or_else(|| definite(words))
}

/// Whether a question begins in the middle.
pub(super) fn leans(words: &Words) -> Option<Doubt> {
    if !words.begins_any(ELLIPSIS) {
        return None;
    }
    // With a topic and what is to be known about it the question stands, whatever it began with.
    let stands = words.any(Class::ASPECT) && words.topic_points() >= 2
        || words.topic_points() >= 6
        || words.topic_points() >= 4 && words.all.iter().skip(1).any(|word| is_asking(&word.text));
    (!stands).then(|| Doubt::by_reference(&[Slot::Topic]))
}

fn is_asking(word: &str) -> bool {
    matches!(
        word,
        "is" | "are"
            | "does"
            | "do"
            | "should"
            | "can"
            | "must"
            | "when"
            | "which"
            | "ist"
            | "sind"
            | "kann"
            | "soll"
            | "wann"
    )
}

fn pronoun(words: &Words) -> Option<Doubt> {
    let all = &words.all;
    for (at, word) in all.iter().enumerate() {
        let before = &all[..at];
        let text = word.text.as_str();
        // A polite or a possessive German word with a capital means the one who is spoken to.
        if words.is_german && word.is_capital && !word.is_first {
            continue;
        }
        if PERSONAL.contains(&text) && (words.is_german || !GERMAN_ONLY.contains(&text)) {
            let named = before.iter().any(is_somebody) || names_before(before);
            if !named && all[at..].iter().map(Word::topic_points).sum::<usize>() < 6 {
                return Some(Doubt::by_reference(&[Slot::Person]));
            }
        }
        if THINGS.contains(&text) && !has_topic(before) && !people_before(text, before) && !fills(&all[at..])
        {
            return Some(Doubt::by_reference(&[stands_for(words)]));
        }
        if is_bare_pointing(words, at) && !has_topic(before) {
            return Some(Doubt::by_reference(&[stands_for(words)]));
        }
    }
    None
}

const GERMAN_ONLY: &[&str] =
    &["er", "ihr", "ihre", "ihren", "ihrem", "seine", "seinen", "seinem", "seiner", "ihm", "ihn"];

fn is_somebody(word: &Word) -> bool {
    SOMEBODY.contains(&word.text.as_str())
        || word.text.contains("year-old")
        || word.text.ends_with("-jährige")
}

fn names_before(before: &[Word]) -> bool {
    before.iter().any(|word| word.is_capital && !word.is_first && word.class.is_none())
}

/// "They" and "their" may mean people of a general kind.
fn people_before(text: &str, before: &[Word]) -> bool {
    matches!(text, "they" | "them" | "their" | "theirs")
        && before
            .iter()
            .any(|word| is_somebody(word) || word.class.has(Class::POPULATION) || word.class.is_none())
}

fn has_topic(words: &[Word]) -> bool {
    words.iter().map(Word::topic_points).sum::<usize>() >= 2
}

/// Whether "it" stands before what it only fills a place for.
fn fills(from: &[Word]) -> bool {
    if from[0].text != "it" {
        return false;
    }
    let at = from.iter().skip(1).take(3).position(|word| FILLED.contains(&word.text.as_str()));
    let Some(at) = at else {
        // "Is it Crohn's disease?" says itself what it is.
        return from
            .get(1)
            .is_some_and(|next| next.class.has(Class::CONDITION) || next.is_capital && next.class.is_none());
    };
    let rest = &from[at + 2..];
    let goes_on = rest.iter().take(3).any(|word| GOES_ON.contains(&word.text.as_str()));
    goes_on && has_topic(rest)
}

/// "Is this safe", "what does that mean": a pointing word with no noun.
fn is_bare_pointing(words: &Words, at: usize) -> bool {
    let all = &words.all;
    let text = all[at].text.as_str();
    let next = all.get(at + 1);
    let before = at.checked_sub(1).map(|before| all[before].text.as_str());
    let ends = next.is_none_or(|next| {
        next.class.has(Class::FUNCTION.or(Class::VERB)) && !next.class.has(Class::ENTITY)
            || matches!(
                next.text.as_str(),
                "safe"
                    | "normal"
                    | "dangerous"
                    | "high"
                    | "low"
                    | "bad"
                    | "ok"
                    | "okay"
                    | "correct"
                    | "right"
                    | "serious"
                    | "too"
                    | "enough"
                    | "necessary"
                    | "sicher"
                    | "gefährlich"
                    | "richtig"
                    | "schlimm"
                    | "zu"
                    | "possible"
                    | "common"
            )
    });
    match text {
        "this" | "these" | "those" => ends,
        "that" => {
            ends && matches!(
                before,
                Some(
                    "is" | "does"
                        | "do"
                        | "about"
                        | "with"
                        | "of"
                        | "like"
                        | "for"
                        | "take"
                        | "give"
                        | "use"
                        | "stop"
                        | "after"
                        | "before"
                        | "was"
                        | "mean"
                        | "did"
                        | "has"
                        | "do_that"
                        | "repeat"
                        | "explain"
                        | "to"
                )
            ) && next.is_none_or(|next| !next.is_topic() && next.text != "the")
        }
        "das" => {
            matches!(
                before,
                Some(
                    "ist"
                        | "bedeutet"
                        | "man"
                        | "ich"
                        | "heißt"
                        | "wir"
                        | "geht"
                        | "war"
                        | "sich"
                        | "du"
                        | "sie"
                        | "kann"
                        | "darf"
                )
            ) && ends
        }
        "es" if at + 2 >= all.len() && before != Some("gibt") && !words.any(Class::GREETING) => {
            next.is_none_or(|next| !next.is_topic())
                && !words.begins_any(&["wie geht es dir", "wie geht es ihnen"])
        }
        "es" => {
            matches!(before, Some("ist" | "man" | "ich" | "wir" | "wirkt"))
                && ends
                && !all.iter().any(|word| matches!(word.text.as_str(), "dass" | "zu" | "möglich"))
        }
        _ => false,
    }
}

/// "The drug", "this result", "the other one".
fn definite(words: &Words) -> Option<Doubt> {
    let all = &words.all;
    for (at, word) in all.iter().enumerate() {
        let points = POINTING.contains(&word.text.as_str());
        let article = DEFINITE.contains(&word.text.as_str());
        let possessive =
            matches!(word.text.as_str(), "my" | "mein" | "meine" | "meinem" | "meinen" | "meiner");
        if !(points || article || possessive) {
            continue;
        }
        if points
            && !has_topic(&all[..at])
            && all.get(at + 1).is_some_and(Word::is_topic)
            && words.topics().count() == 1
        {
            return Some(Doubt::by_reference(&[Slot::Topic]));
        }
        let Some(noun_at) = noun_after(all, at) else { continue };
        let noun = &all[noun_at];
        if TIMES.contains(&noun.text.as_str()) || has_topic(&all[..at]) {
            continue;
        }
        // What stands between the article and the noun may say what it is: "the Epley procedure".
        if all[at + 1..noun_at].iter().any(Word::is_topic) {
            continue;
        }
        let is_thing = HARD.contains(&noun.text.as_str());
        let complement = all
            .get(noun_at + 1)
            .is_some_and(|next| COMPLEMENTS.contains(&next.text.as_str()) || !is_thing && next.is_topic());
        let after: usize = all[noun_at + 1..].iter().map(Word::topic_points).sum();
        let hard = is_thing || points;
        let says_itself = complement && after >= 1;
        let open = if is_patient(&noun.text) {
            (points || possessive || article) && !tells_patient(all, noun_at) && after < 2
        } else if hard {
            !says_itself && after < 6
        } else {
            article && !says_itself && after < 2
        };
        if open {
            let slot = if is_patient(&noun.text) {
                Slot::PatientParameter
            } else {
                named_by(noun).unwrap_or_else(|| stands_for(words))
            };
            return Some(Doubt::by_reference(&[slot]));
        }
    }
    None
}

/// The noun that an article belongs to, at most three words on.
fn noun_after(all: &[Word], at: usize) -> Option<usize> {
    for (offset, word) in all[at + 1..].iter().take(3).enumerate() {
        let place = at + 1 + offset;
        if word.class.has(Class::ENTITY) && !(word.class.has(Class::VERB) && offset > 0) {
            let compound = all
                .get(place + 1)
                .is_some_and(|next| next.class.has(Class::ENTITY) && !next.class.has(Class::VERB));
            return Some(if compound { place + 1 } else { place });
        }
        if word.class.has(Class::FUNCTION) {
            return None;
        }
    }
    None
}

fn is_patient(noun: &str) -> bool {
    noun.starts_with("patient") || noun == "person"
}

/// Whether something of the patient is said: a number, a kind, a disease.
fn tells_patient(all: &[Word], _at: usize) -> bool {
    all.iter().any(|word| word.is_number() || word.class.has(Class::POPULATION.or(Class::CONDITION)))
}

/// The slot that a noun names itself.
fn named_by(noun: &Word) -> Option<Slot> {
    Some(match noun.text.as_str() {
        "drug" | "drugs" | "medication" | "medications" | "medicine" | "medicines" | "meds"
        | "antibiotic" | "antibiotics" | "pill" | "pills" | "tablet" | "tablets" | "agent" | "injection"
        | "infusion" | "medikament" | "medikamente" | "mittel" | "präparat" | "tablette" | "tabletten"
        | "vaccine" => Slot::Drug,
        "condition" | "disease" | "illness" | "disorder" | "infection" | "krankheit" | "erkrankung"
        | "infektion" | "diagnosis" => Slot::Condition,
        "document" | "file" | "guideline" | "protocol" | "policy" | "report" | "letter" | "dokument"
        | "datei" | "leitlinie" | "protokoll" | "bericht" | "arztbrief" | "section" | "page" | "table" => {
            Slot::Document
        }
        "score" => Slot::Score,
        _ => return None,
    })
}

/// What an open pronoun most likely stands for: a drug where something is given, else the topic.
fn stands_for(words: &Words) -> Slot {
    const GIVEN: &[&str] = &[
        "give", "given", "take", "taken", "prescribe", "prescribed", "dose", "stop", "stopped", "start",
        "started", "crushed", "interact", "iv", "geben", "einnehmen", "absetzen", "gegeben", "nehmen",
        "dosis",
    ];
    if words.all.iter().any(|word| GIVEN.contains(&word.text.as_str())) { Slot::Drug } else { Slot::Topic }
}
