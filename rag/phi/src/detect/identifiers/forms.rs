//! Numbers told by their own form, without a word before them.
//!
//! Social security numbers, vehicle numbers (ISO 3779), bank accounts (ISO 13616), payment cards by their check digit
//! (ISO/IEC 7812-1), Medicare numbers, file names of pictures, and codes too long to be anything harmless. What a
//! public catalogue numbers (trials, articles, variants, drugs) is left.

use crate::detect::identifiers::{chunk_end, value_at};
use crate::detect::{Candidate, add, pattern};
use crate::lexicon::Marks;
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

pattern!(
    SSN,
    r"(?i)\b(?:\d{3}|xxx)[\-\x{2011}\x{2013} ](?:\d{2}|xx)[\-\x{2011}\x{2013} ]\d{4}\b|\*{3}-?\*{2}-?\d{4}\b"
);
pattern!(
    IBAN,
    r"\b(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?|[a-z]{2}\d{2}(?: ?\d{4}){3,7}(?: ?\d{1,3})?)\b|\*{2,}\d{4}\b"
);
pattern!(CARD, r"\b\d(?:[ \-]?\d){11,18}\b");
pattern!(VIN, r"\b[A-HJ-NPR-Z0-9]{11,17}\b");
pattern!(
    MEDICARE,
    r"\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
);
pattern!(
    PHOTO,
    r"(?i)[\p{L}0-9_][\p{L}0-9_.\-]*\.(?:jpe?g|png|heic|heif|tiff?|bmp|gif|dcm|webp|mp4|mov|avi|raw|cr2|nef)\b"
);
pattern!(
    PHOTO_NAME,
    r"\b(?:IMG|DSC|DSCN|DSCF|PXL|PHOTO|PIC|VID|MVI|FACE|Photo)[_\-]\d[\w\-]*\b|\b(?:IMG|DSC|PXL|PIC)[_\-]?[\w\-]*\d{3,}\b"
);
pattern!(UUID, r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b");
pattern!(
    PLATE,
    r"\b(?:[0-9][A-Z]{3}[0-9]{3}|[0-9][a-z]{3}[0-9]{3}|[A-Z]{3}[ \-][0-9]{4}|[A-Z]{1,3}-[A-Z]{1,2} ?[0-9]{1,4})\b"
);

/// A number without a cue is an identifier from this many digits on.
const LONG: usize = 7;

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    add(found, text.text, &MEDICARE, Kind::HealthPlan, 0.9, "medicare.form");
    long_codes(text, found);
    if text.longest_number < 3 {
        // Every other form has three digits in a row somewhere.
        return;
    }
    add(found, text.text, &SSN, Kind::Ssn, 0.85, "ssn.form");
    add(found, text.text, &IBAN, Kind::AccountNumber, 0.9, "iban.form");
    add(found, text.text, &PHOTO_NAME, Kind::PhotoRef, 0.8, "photo.name");
    add(found, text.text, &UUID, Kind::OtherId, 0.9, "uuid.form");
    for hit in CARD.find_iter(text.text).filter(|hit| has_check_digit(hit.as_str())) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::AccountNumber,
            confidence: 0.9,
            rule: "card.check",
        });
    }
    for hit in VIN.find_iter(text.text).filter(|hit| is_vin(hit.as_str())) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::VehicleId,
            confidence: 0.9,
            rule: "vin.form",
        });
    }
    for hit in PLATE.find_iter(text.text).filter(|hit| is_plate(hit.as_str())) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::VehicleId,
            confidence: 0.5,
            rule: "plate.form",
        });
    }
}

/// File names of pictures, which may hold a name instead of a number.
pub(super) fn pictures(text: &str, found: &mut Vec<Candidate>) {
    add(found, text, &PHOTO, Kind::PhotoRef, 0.9, "photo.file");
}

/// Codes and numbers that nothing explains and that are too long for a quantity.
fn long_codes(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let mut at = 0;
    while at < words.len() {
        if words[at].shape == Shape::Sign || words[at].gap == Gap::Glued {
            // Behind an opening bracket or quotation mark a code may start too.
            let opened = words[at].shape != Shape::Sign
                && at > 0
                && matches!(words[at - 1].text, "(" | "[" | "\"" | "#" | ":" | "=" | "“");
            if !opened {
                at += 1;
                continue;
            }
        }
        let end = chunk_end(words, at);
        if is_code(text, at, end)
            && !is_catalogued(words, at)
            && let Some(range) = value_at(text, at, Kind::OtherId, 5)
        {
            found.push(Candidate { range, kind: Kind::OtherId, confidence: 0.5, rule: "code.long" });
        }
        at = end;
    }
}

fn is_code(text: &Text<'_>, at: usize, end: usize) -> bool {
    let words = &text.words[at..end];
    let own = &text.text[words[0].start..words[words.len() - 1].end];
    let digits = own.bytes().filter(u8::is_ascii_digit).count();
    let letters = own.chars().filter(|c| c.is_alphabetic()).count();
    let longest = words
        .iter()
        .filter(|word| word.shape == Shape::Number)
        .map(|word| word.text.len())
        .max()
        .unwrap_or(0);
    let lower = words
        .iter()
        .any(|word| word.shape == Shape::Lower && word.letters() > 1 || word.shape == Shape::Capital);
    let signs = own.bytes().filter(|byte| matches!(byte, b'/' | b'.' | b':')).count();
    if signs > 0 || own.contains('+') {
        return false;
    }
    if letters == 0 {
        let unit = text.words.get(end).is_some_and(|unit| {
            unit.on_line()
                && (unit.any(Marks::UNIT) && !unit.any(Marks::SMALL) || matches!(unit.text, "%" | "/" | "$"))
        });
        let groups = words.iter().filter(|word| word.shape == Shape::Number).count();
        let zeros = own.ends_with("000");
        // "7210-8984" and "27-905185" are no ranges: those end in zeros or rise by little.
        let halves = own.split_once('-').is_some_and(|(first, second)| {
            !second.contains('-')
                && (longest >= 6 && digits >= 8
                    || first.len() == 4 && second.len() == 4 && !is_year(first) && !second.ends_with('0'))
        });
        return !unit
            && !zeros
            && (longest >= LONG
                || halves
                || longest >= 5 && at > 0 && text.words[at - 1].is("#")
                || words[0].gap == Gap::Column && longest >= 6
                || groups >= 3 && digits >= 6);
    }
    // In lower case only letters that are no word: "dd483830", "ddk-34490".
    let plain = words.iter().all(|word| !word.is_word() || word.marks.is_unlisted() || word.letters() <= 2);
    let turns =
        own.as_bytes().windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count();
    if lower && plain && (letters <= 4 && longest >= 5 || turns >= 5 && digits >= 4 && own.len() >= 9) {
        return true;
    }
    !lower && letters <= 8 && (longest >= 5 || longest >= 4 && digits >= 5)
        || !lower
            && letters >= 2
            && digits >= 4
            && own.len() >= 7
            && !own.ends_with(|c: char| c.is_alphabetic() && letters > 4)
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

/// Whether a public catalogue or a price stands before or within a code.
fn is_catalogued(words: &[Word<'_>], at: usize) -> bool {
    let own = words[at].folded.as_ref();
    if matches!(
        own,
        "nct"
            | "pmc"
            | "pmid"
            | "rs"
            | "icd"
            | "cpt"
            | "isrctn"
            | "eudract"
            | "doi"
            | "ndc"
            | "loinc"
            | "chebi"
            | "omim"
            | "ensg"
            | "enst"
            | "nm"
            | "np"
            | "nc"
            | "cas"
            | "iso"
            | "grch"
            | "hg"
            | "umin"
            | "chictr"
            | "actrn"
            | "drks"
            | "crd"
            | "sars"
            | "cov"
            | "mir"
            | "il"
            | "cd"
            | "hla"
            | "cyp"
            | "gse"
    ) {
        return true;
    }
    let from = at.saturating_sub(4);
    let from = from + words[from..at].iter().rposition(|word| word.gap == Gap::Paragraph).unwrap_or(0);
    words[from..at].iter().any(|word| word.any(Marks::CODE_CUE) || matches!(word.text, "$" | "€" | "£"))
}

/// Vehicle numbers have seventeen places, and copies of them fewer; all have letters and end in digits.
fn is_vin(own: &str) -> bool {
    let digits = own.bytes().filter(u8::is_ascii_digit).count();
    let tail = own.bytes().rev().take_while(u8::is_ascii_digit).count();
    let letters = own.len() - digits;
    !own.starts_with("NCT") && !own.starts_with("PMC") && letters >= 3 && tail >= 5 && digits >= 6
        || own.len() == 17 && letters >= 3 && digits >= 5
}

/// Plates must not look like what laboratories and pharmacies write.
fn is_plate(own: &str) -> bool {
    let letters = own.split(|c: char| !c.is_ascii_alphabetic()).max_by_key(|part| part.len()).unwrap_or("");
    let folded = letters.to_ascii_lowercase();
    let known = crate::lexicon::marks(&folded);
    !known.any(
        Marks::CODE_CUE
            .or(Marks::TERM)
            .or(Marks::COMMON)
            .or(Marks::HEALTH)
            .or(Marks::NUMBER_CUE)
            .or(Marks::UNIT)
            .or(Marks::WEEKDAY)
            .or(Marks::MONTH),
    ) && (own.as_bytes()[0].is_ascii_digit()
        || own.contains(' ') && own.contains('-')
        || own.bytes().filter(u8::is_ascii_digit).count() == 4 && letters.len() == 3)
}

/// The check digit of payment cards (ISO/IEC 7812-1, annex B).
fn has_check_digit(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2 == 1, digit * 2) {
            (false, _) => *digit,
            (true, doubled) if doubled > 9 => doubled - 9,
            (true, doubled) => doubled,
        })
        .sum();
    digits.len() >= 13 && sum.is_multiple_of(10)
}
