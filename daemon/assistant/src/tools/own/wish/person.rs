//! Wishes about people: who somebody is, how to reach them, who works where.

use serde::{Deserialize, Serialize};

use super::super::phrases::{self, Line};
use super::{Heard, What, Wish};

/// What is wanted of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Reach {
    /// Everything.
    All,
    /// A number.
    Phone,
    /// A number of a fax.
    Fax,
    /// An address of mail.
    Mail,
    /// Where they are.
    Address,
    /// What they do and where.
    Work,
}

const PHONES: &[&str] = &[
    "phone", "telephone", "mobile", "cell", "extension", "pager", "telefonnummer", "handynummer",
    "mobilnummer", "durchwahl", "number", "nummer", "rufnummer", "handy", "dienstnummer",
];
const FAXES: &[&str] = &["fax", "faxnummer"];
const MAILS: &[&str] = &[
    "email", "e-mail", "mail", "mailadresse", "e-mail-adresse", "emailadresse", "mail-adresse",
    "email-adresse",
];
const PLACES: &[&str] = &["address", "adresse", "anschrift", "office", "büro"];
const WORKS: &[&str] =
    &["title", "role", "job", "department", "position", "abteilung", "funktion", "rolle", "beruf"];
const OF: &[&str] = &["of", "for", "von", "vom", "der", "des", "zu"];
/// Parts of the names of medical callings.
const CALLINGS: &[&str] = &[
    "ologist", "ologists", "iatrist", "surgeon", "surgeons", "nurse", "nurses", "physician", "physicians",
    "doctor", "doctors", "pharmacist", "pharmacists", "secretary", "secretaries", "therapist", "therapists",
    "radiographer", "midwife", "anaesthetist", "anesthetist", "consultant", "registrar", "resident",
    "director", "manager", "dietitian", "geriatrician", "paediatrician", "pediatrician", "intensivist",
    "loge", "login", "logen", "loginnen", "chirurg", "chirurgin", "chirurgen", "arzt", "ärztin", "ärzte",
    "apotheker", "apothekerin", "pfleger", "pflegerin", "schwester", "sekretärin", "hebamme", "internist",
    "internistin", "anästhesist", "anästhesistin", "pädiater", "therapeut", "therapeutin", "leiter",
    "leiterin", "psychiater", "colleagues", "kollegen",
];
const STOPS: &[&str] =
    &["please", "bitte", "erreichen", "anrufen", "kontaktieren", "reach", "and", "und", "again", "noch"];

fn has_calling(line: &Line) -> bool {
    line.words.iter().any(|word| CALLINGS.iter().any(|calling| word.low.ends_with(calling)))
}

pub(super) fn read(heard: &Heard) -> Option<Wish> {
    let rest = &heard.rest;
    if rest.says(&["on call", "on duty", "at risk", "hat dienst", "dienst hat", "bereitschaft"]) {
        return None;
    }
    let (wants, list, name) = reached(heard).or_else(|| listed(rest)).or_else(|| who(rest))?;
    let is_name = phrases::is_name(&name) || phrases::is_pronoun(&name) || is_number(&name);
    if !is_name && crate::intent::is_medical(&name.to_lowercase()) {
        return None;
    }
    let mut wish = Wish::of(What::Person { wants, list }, heard);
    wish.with = Some(name);
    wish.either = None;
    wish.when = None;
    // "Who is Virchow" may be asked of a document, and so may "the number of patients".
    wish.tentative = wants == Reach::All && !list || !is_name;
    Some(wish)
}

/// "Phone number of X", "X's e-mail", "how do I reach X", "wie erreiche ich X".
fn reached(heard: &Heard) -> Option<(Reach, bool, String)> {
    let rest = &heard.rest;
    let reaches = [
        "how do i reach",
        "how can i reach",
        "how could i reach",
        "how do i contact",
        "how can i contact",
        "how do i call",
        "reach",
        "contact details of",
        "contact details for",
        "contact information of",
        "contact information for",
        "contact of",
        "wie erreiche ich",
        "wie kann ich",
        "kontaktdaten von",
        "kontaktdaten der",
        "kontakt von",
        "kontaktdaten des",
    ];
    if let Some(at) = reaches.iter().find_map(|phrase| rest.find(phrase))
        && (at.start == 0 || at.len() >= 2)
    {
        let with = rest.between(at.end, STOPS)?;
        return (phrases::is_name(&with) || phrases::is_pronoun(&with) || has_calling(&Line::of(&with)))
            .then_some((Reach::All, false, with));
    }
    let wants = wanted(rest)?;
    // "Whose number is 555 0142".
    let asks_whose = rest.has(&["whose", "wem", "wessen"]);
    if asks_whose {
        let digits: Vec<&str> = heard
            .whole
            .words
            .iter()
            .filter(|word| is_number(&word.own))
            .map(|word| word.own.as_str())
            .collect();
        return (!digits.is_empty()).then(|| (Reach::All, false, digits.join(" ")));
    }
    let noun = rest
        .place(PHONES)
        .or_else(|| rest.place(FAXES))
        .or_else(|| rest.place(MAILS))
        .or_else(|| rest.place(PLACES))
        .or_else(|| rest.place(WORKS))?;
    // "X's number", "her number".
    let before = rest
        .words
        .iter()
        .take(noun)
        .rposition(|word| word.low.ends_with("'s") && !word.is(&["what's", "who's", "it's"]));
    if let Some(at) = before {
        let from = rest
            .words
            .iter()
            .take(at)
            .rposition(|word| phrases::is_empty(&word.low) || word.is(&["what's", "give", "show"]))
            .map_or(0, |empty| empty + 1);
        let name: Vec<&str> =
            rest.words.iter().take(at + 1).skip(from).map(|word| word.own.as_str()).collect();
        return Some((wants, false, name.join(" ").trim_end_matches("'s").to_owned()));
    }
    if let Some(pronoun) = rest
        .words
        .iter()
        .take(noun)
        .find(|word| word.is(&["her", "his", "their", "ihre", "seine", "ihr", "sein", "ihren", "seinen"]))
    {
        return Some((wants, false, pronoun.low.clone()));
    }
    let of = rest.words.iter().skip(noun).position(|word| word.is(OF))? + noun + 1;
    let with = rest.between(of, STOPS)?;
    // "Number of patients" is none, and neither is "address of the problem".
    let certain = rest.has(&[
        "phone", "telephone", "mobile", "extension", "pager", "telefonnummer", "handynummer", "durchwahl",
        "fax", "email", "e-mail", "faxnummer", "mailadresse", "e-mail-adresse",
    ]);
    let is_somebody = phrases::is_name(&with) || phrases::is_pronoun(&with) || has_calling(&Line::of(&with));
    (is_somebody || certain).then_some((wants, false, with))
}

fn wanted(rest: &Line) -> Option<Reach> {
    if rest.has(FAXES) {
        Some(Reach::Fax)
    } else if rest.has(MAILS)
        && (rest
            .has(&["address", "adresse", "mailadresse", "e-mail-adresse", "email", "e-mail", "emailadresse"])
            || !rest.has(PHONES))
    {
        Some(Reach::Mail)
    } else if rest.has(PHONES) {
        Some(Reach::Phone)
    } else if rest.has(PLACES) {
        Some(Reach::Address)
    } else if rest.has(WORKS) {
        Some(Reach::Work)
    } else {
        None
    }
}

/// Words of such a question beside a calling and a place.
const OTHER: &[&str] = &[
    "know", "work", "works", "working", "contacts", "kenne", "arbeiten", "arbeitet", "kontakten", "kontakte",
    "list", "find", "cards", "colleagues", "kollegen",
];

/// "Who works at St. Mary's", "which cardiologists do I know", "welche Kardiologen arbeiten am Klinikum".
fn listed(rest: &Line) -> Option<(Reach, bool, String)> {
    let works = [
        "who works at", "who works in", "who works for", "who is at", "who is in", "wer arbeitet bei",
        "wer arbeitet in", "wer arbeitet im", "wer arbeitet am", "wer arbeitet an",
    ];
    if let Some(at) = works.iter().find_map(|phrase| rest.find(phrase)).filter(|at| at.start == 0) {
        let with = rest.between(at.end, STOPS)?;
        return Some((Reach::Work, true, with));
    }
    let asked = rest.begins(&[
        "which", "what", "list", "show", "do i know", "are there", "is there", "welche", "welcher",
        "welchen", "kenne ich", "gibt es", "zeig", "find",
    ]);
    if !asked || !has_calling(rest) {
        return None;
    }
    let said: Vec<String> = rest.content(&[OTHER]).map(|word| word.own.clone()).collect();
    // Only a calling and a place: more is a question about something else.
    let is_short =
        said.len() <= 5 && (rest.has(OTHER) || rest.has(&["at", "in", "bei", "am", "im", "my", "meinen"]));
    is_short.then(|| (Reach::Work, true, said.join(" ")))
}

/// "Who is Dr. Smith", "who is the cardiologist at St. Mary's", "wo arbeitet Bob".
fn who(rest: &Line) -> Option<(Reach, bool, String)> {
    let asks = [
        ("who is", Reach::All),
        ("who's", Reach::All),
        ("wer ist", Reach::All),
        ("where does", Reach::Work),
        ("wo arbeitet", Reach::Work),
        ("what does", Reach::Work),
    ];
    let (at, wants) = asks.iter().find_map(|(phrase, wants)| Some((rest.find(phrase)?, *wants)))?;
    if at.start != 0 {
        return None;
    }
    let with = rest.between(at.end, &["work", "works", "do", "arbeiten", "and", "und"])?;
    if wants == Reach::Work && !phrases::is_name(&with) && !phrases::is_pronoun(&with) {
        return None;
    }
    if wants == Reach::Work && rest.has(&["what"]) && !rest.words.last().is_some_and(|word| word.is(&["do"]))
    {
        return None;
    }
    let is_calling = has_calling(&Line::of(&with));
    let is_short = with.split_whitespace().count() <= 7;
    (is_short && (phrases::is_name(&with) || is_calling || phrases::is_pronoun(&with))).then_some((
        wants,
        is_calling && !phrases::is_name(first(&with)),
        with,
    ))
}

fn first(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

fn is_number(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 3
        && text.chars().all(|letter| letter.is_ascii_digit() || "+-/ ()".contains(letter))
}
