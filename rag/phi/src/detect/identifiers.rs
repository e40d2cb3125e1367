//! Numbers that stand for a person, a record or a thing of theirs.
//!
//! Most are told by the word before them. Social security numbers, vehicle numbers and payment cards are also told by
//! their own form, cards by their check digit as well.

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;

pattern!(
    SSN,
    r"\b(?:\d{3}-\d{2}-\d{4}|(?i:ssn|social security(?: number| no\.?)?)[^\d\n]{0,24}(\d{3}[\- ]?\d{2}[\- ]?\d{4}|\d{4}))\b"
);
pattern!(
    RECORD,
    r"(?i)\b(?:mrn|medical record(?: number| no\.?)?|chart|record|patient id|patient no\.?|pat\.?-?nr\.?|patientennummer|fallnummer|fall-?nr\.?|hospital no\.?|unit no\.?)\s*(?:no\.?|number|num|nr\.?|id)?\s*(?:is\s*)?[:#]?\s*#?\s*([A-Z]{0,3}\d[\dA-Z\-]{3,14})\b"
);
pattern!(
    PLAN,
    r"(?i)\b(?:insurance|member|policy|subscriber|beneficiary|medicare|medicaid|health ?plan|group|versicherten(?:nummer|-?nr\.?)?|krankenkasse)\s*(?:id|no\.?|number|nr\.?|#)?\s*(?:is\s*)?[:#]?\s*#?\s*([A-Z0-9]{1,5}[\dA-Z\-]*\d[\dA-Z\-]{3,16})\b"
);
pattern!(
    ACCOUNT,
    r"(?i)\b(?:account|acct|iban|card|konto)\.?\s*(?:id|no\.?|number|nr\.?|#)?\s*(?:is\s*)?[:#]?\s*#?\s*((?:[A-Z]{2,5}-?)?\d[\d \-]{5,24}\d)\b"
);
pattern!(IBAN, r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b");
pattern!(CARD, r"\b\d(?:[ \-]?\d){12,18}\b");
pattern!(
    LICENCE,
    r"(?i)\b(?:licen[cs]e|dea|npi|driver'?s?|passport|reisepass|ausweis)\s*(?:id|no\.?|number|nr\.?|#)?\s*(?:is\s*)?[:#]?\s*#?\s*([A-Z]{0,3}\d[\dA-Z\-]{4,14})\b"
);
pattern!(
    PLATE,
    r"(?i)\b(?:plate|kennzeichen|vin|vehicle)\s*(?:id|no\.?|number|nr\.?|plate|#)?\s*[:#]?\s*#?\s*((?-i:[A-Z0-9]{1,4}[ \-]?[A-Z0-9]{1,4}[ \-]?[A-Z0-9]{2,9}))\b"
);
pattern!(VIN, r"\b[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{2}\d{6}\b");
pattern!(
    DEVICE,
    r"(?i)\b(?:serial|device|pacemaker|implant|s/n|sn)\s*(?:id|no\.?|number|nr\.?|#)?\s*[:#]?\s*#?\s*([A-Z]{0,4}\d[\dA-Z\-]{4,16})\b"
);
pattern!(
    BIOMETRIC,
    r"(?i)\b(?:fingerprint|retina|iris|voice ?print|face|biometric)\s+(?:template|scan|id|record)s?\s*(?:id|no\.?|#)?\s*[:#]?\s*([A-Z]{0,4}-?\d[\dA-Z\-]{2,16})\b"
);
pattern!(PHOTO, r"(?i)\b[\w\-]+\.(?:jpe?g|png|heic|tiff?|bmp|dcm)\b");
pattern!(
    CASE,
    r"(?i)\b(?:accession|order|specimen|study|case|encounter|visit|sample|claim|auftrag)\s*(?:id|no\.?|number|nr\.?|#)?\s*[:#]?\s*#?\s*((?-i:[A-Z]{0,3}\d[\dA-Z\-]{4,14}))\b"
);

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    add(found, text, &SSN, Kind::Ssn, 0.95, "ssn");
    add(found, text, &RECORD, Kind::Mrn, 0.95, "record_number");
    add(found, text, &PLAN, Kind::HealthPlan, 0.85, "health_plan");
    add(found, text, &ACCOUNT, Kind::AccountNumber, 0.85, "account");
    add(found, text, &IBAN, Kind::AccountNumber, 0.8, "iban");
    add(found, text, &LICENCE, Kind::LicenseNumber, 0.85, "licence");
    add(found, text, &PLATE, Kind::VehicleId, 0.75, "plate");
    add(found, text, &VIN, Kind::VehicleId, 0.85, "vin");
    add(found, text, &DEVICE, Kind::DeviceId, 0.85, "device");
    add(found, text, &BIOMETRIC, Kind::BiometricId, 0.9, "biometric");
    add(found, text, &PHOTO, Kind::PhotoRef, 0.6, "image_file");
    add(found, text, &CASE, Kind::OtherId, 0.8, "case_number");
    for hit in CARD.find_iter(text).filter(|hit| has_check_digit(hit.as_str())) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::AccountNumber,
            confidence: 0.9,
            rule: "payment_card",
        });
    }
    // A word that only happens to stand where a number should has no digits to speak of.
    found.retain(|one| {
        one.rule != "plate" || text[one.range.clone()].bytes().any(|byte| byte.is_ascii_digit())
    });
}

/// The check digit of payment cards (ISO/IEC 7812-1, annex B).
fn has_check_digit(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = digit * 2;
            match (place % 2 == 1, doubled > 9) {
                (false, _) => *digit,
                (true, false) => doubled,
                (true, true) => doubled - 9,
            }
        })
        .sum();
    digits.len() >= 13 && sum.is_multiple_of(10)
}
