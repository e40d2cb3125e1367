//! Messages of HL7 version 2: which field of a segment holds what (chapters 3 and 6 of the standard, version 2.5.1).

use std::ops::Range;

use crate::detect::Candidate;
use crate::detect::records::add;
use crate::span::Kind;

/// What a field of a segment holds.
#[derive(Clone, Copy)]
enum Field {
    /// One value of a kind, in its first component.
    One(Kind),
    /// A person's name, in all components.
    Person,
    /// A number of somebody and then their name.
    Clinician,
    /// Street, second line, city, state, code.
    Address,
}

const PATIENT: &[(usize, Field)] = &[
    (2, Field::One(Kind::Mrn)),
    (3, Field::One(Kind::Mrn)),
    (4, Field::One(Kind::Mrn)),
    (5, Field::Person),
    (6, Field::Person),
    (7, Field::One(Kind::Date)),
    (9, Field::Person),
    (11, Field::Address),
    (13, Field::One(Kind::Phone)),
    (14, Field::One(Kind::Phone)),
    (18, Field::One(Kind::AccountNumber)),
    (19, Field::One(Kind::Ssn)),
    (20, Field::One(Kind::LicenseNumber)),
    (21, Field::One(Kind::Mrn)),
];
const RELATIVE: &[(usize, Field)] =
    &[(2, Field::Person), (4, Field::Address), (5, Field::One(Kind::Phone)), (6, Field::One(Kind::Phone))];
const VISIT: &[(usize, Field)] = &[
    (7, Field::Clinician),
    (8, Field::Clinician),
    (9, Field::Clinician),
    (17, Field::Clinician),
    (19, Field::One(Kind::OtherId)),
];
const ORDER: &[(usize, Field)] = &[
    (2, Field::One(Kind::OtherId)),
    (3, Field::One(Kind::OtherId)),
    (10, Field::Clinician),
    (12, Field::Clinician),
    (16, Field::Clinician),
    (28, Field::Clinician),
    (32, Field::Clinician),
];
const INSURANCE: &[(usize, Field)] = &[
    (2, Field::One(Kind::HealthPlan)),
    (16, Field::Person),
    (19, Field::Address),
    (36, Field::One(Kind::HealthPlan)),
    (49, Field::One(Kind::HealthPlan)),
];
const GUARANTOR: &[(usize, Field)] = &[
    (2, Field::One(Kind::AccountNumber)),
    (3, Field::Person),
    (5, Field::Address),
    (6, Field::One(Kind::Phone)),
    (7, Field::One(Kind::Phone)),
    (12, Field::One(Kind::Ssn)),
];

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    if !text.contains('|') || !text.contains('^') {
        return;
    }
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        let fields = match line.get(..4).map(str::to_ascii_uppercase).as_deref() {
            Some("PID|") => PATIENT,
            Some("NK1|") => RELATIVE,
            Some("PV1|") => VISIT,
            Some("OBR|" | "ORC|") => ORDER,
            Some("IN1|") => INSURANCE,
            Some("GT1|") => GUARANTOR,
            _ => continue,
        };
        let insured = line.len() > 4 && line[..4].eq_ignore_ascii_case("IN1|");
        segment(text, range, fields, insured, found);
    }
}

fn segment(
    text: &str,
    line: Range<usize>,
    fields: &[(usize, Field)],
    insured: bool,
    found: &mut Vec<Candidate>,
) {
    for (place, part) in parts(text, line, '|').enumerate() {
        let known = fields.iter().find(|(wanted, _)| *wanted == place).map(|(_, field)| *field);
        // Senders count the fields of insurances differently; two words with "^" between are a name wherever they stand.
        let named = known.is_none() && insured && is_pair(&text[part.clone()]);
        let Some(field) = known.or(named.then_some(Field::Person)) else { continue };
        for one in parts(text, part, '~') {
            let components = parts(text, one, '^');
            for (at, component) in components.enumerate() {
                if let Some(kind) = kind_of(field, at) {
                    add(text, component, kind, "record.segment", found);
                }
            }
        }
    }
}

/// "Orrin^Tessa": words with a separator between and no digit.
fn is_pair(field: &str) -> bool {
    let mut words = field.split('^');
    let word =
        |part: Option<&str>| part.is_some_and(|part| part.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    word(words.next()) && word(words.next()) && !field.contains(|c: char| c.is_ascii_digit())
}

fn kind_of(field: Field, component: usize) -> Option<Kind> {
    match (field, component) {
        (Field::One(kind), 0) => Some(kind),
        (Field::Person, 0..=2) | (Field::Clinician, 1..=3) => Some(Kind::Name),
        (Field::Clinician, 0) => Some(Kind::LicenseNumber),
        (Field::Address, 0 | 1) => Some(Kind::Street),
        (Field::Address, 2) => Some(Kind::City),
        (Field::Address, 4) => Some(Kind::Zip),
        _ => None,
    }
}

/// The parts of a range between separators, as ranges.
fn parts(text: &str, range: Range<usize>, separator: char) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    text[range].split(separator).map(move |part| {
        let own = start..start + part.len();
        start = own.end + separator.len_utf8();
        own
    })
}
