//! Numbers that a country gives to everybody, told by their form.
//!
//! The French number of social security, the British national insurance number, the Spanish DNI and NIE, the Italian
//! codice fiscale, the Brazilian CPF, the Chilean RUT, the Swiss AHV number, the Indian Aadhaar, PAN and ABHA numbers. Only
//! forms that nothing in a clinic shares are taken without a word before them; the rest is left to the cues.

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;
use crate::words::Text;

pattern!(NIR, r"\b[12378] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}(?: ?\d{2})?\b");
pattern!(NINO, r"(?i)\b[a-z]{2} \d{2} \d{2} \d{2} [a-d]\b|\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]\b");
// One pattern for all of them, because each pattern is one more walk through the text.
pattern!(
    CODED,
    r"(?i)\b(?:\d{2}\.\d{3}\.\d{3}-?[a-z]|\d{8}-?[a-hj-np-tv-z]|[xyz]-?\d{7}-?[a-z]|[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dk]|756\.\d{4}\.\d{4}\.\d{2}|[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]|\d{2}-\d{4}-\d{4}-\d{4})\b"
);
pattern!(AADHAAR, r"\b[2-9]\d{3} \d{4} \d{4}\b");

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    let own = text.text;
    add(found, own, &NINO, Kind::Ssn, 0.85, "national.british");
    if text.longest_number < 3 {
        return;
    }
    add(found, own, &NIR, Kind::Ssn, 0.8, "national.french");
    add(found, own, &CODED, Kind::OtherId, 0.85, "national.form");
    // Twelve digits by fours are the beginning of a card's sixteen as well, which its check digit tells.
    for hit in AADHAAR.find_iter(own) {
        let more = own[hit.end()..].trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit());
        if !more {
            found.push(Candidate {
                range: hit.range(),
                kind: Kind::OtherId,
                confidence: 0.6,
                rule: "national.indian",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;

    #[test]
    fn numbers_of_many_countries_are_known_by_their_form() {
        for (text, number) in [
            ("Ma carte : 1 85 05 78 006 084 36, merci", "1 85 05 78 006 084 36"),
            ("National insurance QQ 12 34 56 C please", "QQ 12 34 56 C"),
            ("Mi DNI es 21.199.962-E y vivo lejos", "21.199.962-E"),
            ("NIE X1234567L", "X1234567L"),
            ("codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
            ("CPF 123.456.789-09", "123.456.789-09"),
            ("Aadhaar 2345 6789 0123 attached", "2345 6789 0123"),
            ("AHV 756.1234.5678.97", "756.1234.5678.97"),
        ] {
            let found = detect(text);
            assert!(found.iter().any(|one| &text[one.range.clone()] == number), "{text:?} {found:?}");
        }
    }

    #[test]
    fn ranges_and_doses_are_no_numbers_of_a_country() {
        for text in ["BP 1 20 80", "Doses of 1.000.000 units", "HR 72 74 80 bpm"] {
            assert!(detect(text).iter().all(|one| !one.rule.starts_with("national.")), "{text:?}");
        }
    }
}
