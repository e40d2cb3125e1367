//! Names of people.
//!
//! A name is told by what stands around it: a title, a label ("Patient:", "Caller:"), a relation ("her son"), a
//! degree behind it, a first name that is common, or a clinical sentence with a surname for its subject. Diseases, signs and devices
//! named after people are no names, and a title or degree that belongs to staff makes a clinician.

use crate::detect::Candidate;
use crate::span::Kind;
use crate::vocabulary::{is_eponym, is_first_name, is_no_surname};

/// One word of a name.
const WORD: &str = r"[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\p{L}'’]*(?:-\p{Lu}[\p{L}'’]*)?";

/// The words of one name, with particles and initials.
const NAME: &str = r"(?:\p{Lu}\.[ \t]*){0,3}WORD(?:[ \t]+(?:(?:von|van|de|der|den|la|al|el|da|dos|di)[ \t]+)*(?:\p{Lu}\.|\p{Lu}\b|WORD)){0,3}";

/// A pattern in which `NAME` and `WORD` stand for a name and for one word of it.
macro_rules! names {
    ($name:ident, $text:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
            crate::detect::compile(&$text.replace("NAME", NAME).replace("WORD", WORD))
        });
    };
}

names!(PATIENT_TITLE, r"\b(?:Mr|Mrs|Ms|Miss|Mister|Herrn?|Frau|Señora?|Mme)\.?[ \t]+(NAME)");
names!(
    STAFF_TITLE,
    r"\b(?:Dr|Drs|Prof|Professor|Doctor|Nurse|Sister|PD|RN|NP|PA)\.?(?:[ \t]+(?:med|Dr)\.?)*[ \t]+(NAME)"
);
names!(DEGREE, r"(NAME),?[ \t]+(?:MD|M\.D\.|DO|RN|NP|PA-C|PhD|Ph\.D\.|PharmD|MBBS|FRCP|FACC|LPN|CRNP)\b");
names!(
    LABEL,
    r"(?i:\b(?:patient(?:in)?(?: name)?|pt|name|surname|first name|last name|client|resident|caller|guarantor|subscriber|insured|emergency contact|next of kin|contact person|re|betreff|betrifft|vorname|nachname))[ \t]*[:#][ \t]*(WORD,[ \t]*WORD(?:[ \t]+\p{Lu}\.?)?|NAME)"
);
names!(
    LABEL_LOWER,
    r"(?i:\b(?:patient(?: name)?|pt|caller))[ \t]*:[ \t]*([\p{Ll}'’\-]{2,}[ \t]+[\p{Ll}'’\-]{2,})[ \t]*(?:\n|$|[A-Z]{2,})"
);
names!(
    RELATION,
    r"(?i:\b(?:wife|husband|son|daughter|mother|father|brother|sister|spouse|partner|caregiver|aunt|uncle|nephew|niece|grand(?:son|daughter|mother|father)|ehefrau|ehemann|sohn|tochter))[ \t]*,?[ \t]+(WORD(?:[ \t]+WORD)?)"
);
names!(
    SUBJECT,
    r"(?:^|[.:;?!\n][ \t]*)(WORD(?:[ \t]+WORD)?)[ \t]+(?:\([^)\n]{0,20}\)[ \t]*)?(?:reports|denies|complains|states|presented|resting|stated|asked|asks|moved|returned|feels|felt|tolerated|ambulated|underwent|takes|lives|called|wants|refused|agreed|slept|ate|walked|(?:has|had) (?:a|an|been)|(?:is|was) (?:a|seen|admitted|resting|doing|here|alert|discharged|brought|accompanied))\b"
);
names!(LAST_FIRST, r"\b(?:for|of|from|by|about)[ \t]+(\p{Lu}[\p{Lu}'’\-]{2,},[ \t]*\p{Lu}[\p{Lu}'’\-]+)\b");
names!(
    SALUTATION,
    r"(?i:\b(?:dear|attn\.?:?|signed:?|signed by|sincerely,?|regards,?|seen with|seen by|unterschrift:?))[ \t\n]+(?:Dr\.?[ \t]+|Prof\.?[ \t]+)?(NAME)"
);
names!(INTRODUCTION, r"(?i:\b(?:name is|my name's|i am called|ich heiße|mein name ist))[ \t]+(NAME)");
names!(ANY_WORD, r"\bWORD");

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    add_names(found, text, &PATIENT_TITLE, Kind::Name, 0.92, "title");
    add_names(found, text, &STAFF_TITLE, Kind::Name, 0.94, "staff_title");
    add_names(found, text, &DEGREE, Kind::Name, 0.95, "degree");
    add_names(found, text, &LABEL, Kind::Name, 0.93, "label");
    add_names(found, text, &LABEL_LOWER, Kind::Name, 0.8, "label_lower_case");
    add_names(found, text, &RELATION, Kind::Name, 0.85, "relation");
    add_names(found, text, &SUBJECT, Kind::Name, 0.7, "subject");
    add_names(found, text, &LAST_FIRST, Kind::Name, 0.85, "last_comma_first");
    add_names(found, text, &INTRODUCTION, Kind::Name, 0.9, "introduction");
    add_names(found, text, &SALUTATION, Kind::Name, 0.7, "salutation");
    first_names(text, found);
}

fn add_names(
    found: &mut Vec<Candidate>,
    text: &str,
    pattern: &regex::Regex,
    kind: Kind,
    confidence: f32,
    rule: &'static str,
) {
    for hit in pattern.captures_iter(text) {
        let Some(name) = hit.get(1) else { continue };
        let Some(length) = plausible(name.as_str(), rule) else { continue };
        found.push(Candidate { range: name.start()..name.start() + length, kind, confidence, rule });
    }
}

/// The length of the name at the start of what matched, or nothing when it is none.
fn plausible(name: &str, rule: &str) -> Option<usize> {
    let mut end = 0;
    let mut words = 0;
    for word in name.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let initial = bare.chars().count() == 1 && word.ends_with('.');
        if bare.is_empty() || (is_no_surname(bare) && !initial) || (words == 0 && is_eponym(bare)) {
            break;
        }
        // The words are slices of `name`, so their place in it is their distance.
        end = word.as_ptr() as usize - name.as_ptr() as usize + word.trim_end_matches(['.', ',']).len();
        words += 1;
    }
    let enough = match rule {
        "subject" => words > 0 && !is_sentence_opening(name) && !name.split_whitespace().any(is_term),
        _ => words > 0,
    };
    enough.then_some(end)
}

/// Words that open sentences about nobody in particular.
fn is_sentence_opening(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or("");
    first.chars().count() < 3 || first.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
}

/// Words with the endings of diseases, procedures and substances.
fn is_term(word: &str) -> bool {
    const ENDINGS: [&str; 44] = [
        "itis", "osis", "oses", "emia", "aemia", "oma", "omas", "opathy", "ectomy", "otomy", "ostomy",
        "scopy", "plasty", "graphy", "gram", "algia", "uria", "pnea", "pnoea", "plegia", "trophy", "megaly",
        "penia", "philia", "rrhea", "rrhoea", "ism", "tion", "sion", "ment", "ness", "ity", "ance", "ence",
        "ine", "in", "ol", "ide", "ate", "ase", "azole", "mab", "pril", "ing",
    ];
    let lower = word.to_lowercase();
    lower.chars().count() > 5 && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// A common first name and a capitalised word behind it, with or without an initial between.
fn first_names(text: &str, found: &mut Vec<Candidate>) {
    let mut words = ANY_WORD.find_iter(text).peekable();
    while let Some(first) = words.next() {
        if !is_first_name(first.as_str()) {
            continue;
        }
        let Some(mut last) = words.peek().copied() else { return };
        if last.as_str().chars().count() == 1 {
            words.next();
            let Some(behind) = words.peek().copied() else { return };
            last = behind;
        }
        let between = text.get(first.end()..last.start()).unwrap_or("\n");
        let adjacent =
            between.len() <= 4 && between.chars().all(|c| matches!(c, ' ' | '\t' | '.') || c.is_uppercase());
        if adjacent && !is_no_surname(last.as_str()) && last.as_str().chars().count() > 1 {
            found.push(Candidate {
                range: first.start()..last.end(),
                kind: Kind::Name,
                confidence: 0.75,
                rule: "first_name",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::span::Kind;

    fn names(text: &str) -> Vec<(Kind, String)> {
        let chars: Vec<char> = text.chars().collect();
        crate::detect(text)
            .into_iter()
            .filter(|finding| finding.kind == Kind::Name)
            .map(|finding| {
                let (range, kind) = (finding.chars, finding.kind);
                (kind, chars[range].iter().collect())
            })
            .collect()
    }

    #[test]
    fn names_are_told_by_what_stands_around_them() {
        let text =
            "Mrs. Zoë van Larkin met Dr. B. Holm. Patient: Orrin, Tess\nher son Milo. Vance reports pain.";
        let expected = [
            (Kind::Name, "Zoë van Larkin"),
            (Kind::Name, "B. Holm"),
            (Kind::Name, "Orrin, Tess"),
            (Kind::Name, "Milo"),
            (Kind::Name, "Vance"),
        ];
        let expected: Vec<_> = expected.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
        assert_eq!(names(text), expected);
    }

    #[test]
    fn diseases_and_devices_named_after_people_are_no_names() {
        let text = "Parkinson disease is stable. Foley catheter was placed. Crohn disease has improved. The Framingham \
                    risk estimate is 12%. Aspirin is stopped. Murphy sign was positive.";
        assert_eq!(names(text), []);
    }
}
