//! Dates of birth, other days, and ages above 89.
//!
//! A year alone points at nobody and is left; a day of a year does. Every date with a word of birth before it is a
//! date of birth, and dates written the American, European, technical or clinical way ("11JAN1993") are all known.

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;

const NUMERIC: &str = r"\d{1,2}/\d{1,2}/(?:19|20)?\d{2}|\d{1,2}\.\d{1,2}\.(?:19|20)?\d{2}|\d{1,2}-\d{1,2}-(?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}";
const MONTHS: &str = r"(?i:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|ma[yi]|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)";

static DAY: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    let day = r"\d{1,2}(?:st|nd|rd|th)?";
    let year = r"(?:19|20)\d{2}";
    crate::detect::compile(&format!(
        r"\b(?:{NUMERIC}|{MONTHS}\.?\s+{day}(?:,?\s+{year})?|{day}\.?[\s\-]?(?:of\s+)?{MONTHS}\.?(?:,?[\s\-]?{year})?|{MONTHS}\s+{year})\b"
    ))
});
pattern!(
    BIRTH,
    r"(?i)\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born(?: on)?|geb(?:oren|\.)?(?: am)?|geburtsdatum)\s*[:#]?\s*$"
);
pattern!(
    GREAT_AGE,
    r"(?i)\b(9\d|1[01]\d)[\s\-]*(?:y/?o\b|yr|year|jahre|jährig)|\bage[d:]?\s*(9\d|1[01]\d)\b"
);

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    for hit in DAY.find_iter(text) {
        let before = window_before(text, hit.start());
        let (kind, confidence, rule) = if BIRTH.is_match(before) {
            (Kind::Date, 0.97, "date_of_birth")
        } else {
            (Kind::Date, 0.6, "day")
        };
        found.push(Candidate { range: hit.range(), kind, confidence, rule });
    }
    add(found, text, &GREAT_AGE, Kind::AgeOver89, 0.8, "age_over_89");
}

/// The few characters before a place.
fn window_before(text: &str, at: usize) -> &str {
    const WINDOW: usize = 24;
    let mut start = at.saturating_sub(WINDOW);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..at]
}
