//! Postal codes, post-office boxes and numbered roads.
//!
//! A code is told by the state before it, by a word that announces it, by the form that only one country has, or by
//! the city beside it. Five digits alone are left: laboratories are full of them.

use crate::detect::places::streets::city_behind_street;
use crate::detect::{Candidate, add, pattern};
use crate::lexicon::{self, Marks};
use crate::span::Kind;
use crate::words::{Gap, Shape, Text, Word};

pattern!(
    BOX,
    r"(?i)\b(?:p\.?\s?o\.?\s?box|post office box|postfach|apartado(?: postal)?|casilla|bo[iî]te postale|postbus|skr\.? poczt\.?|locked bag)\s*(?:no\.?|#|nr\.?)?\s*\d[\d\-]*\b|\bPSC\s+\d+,?\s+Box\s+\d+|\bUnit\s+\d+\s+Box\s+\d+"
);
pattern!(
    RURAL,
    r"(?i)\b(?:rural route|r\.?r\.?|hc|star route|county road|county rd|co rd|state route|state road|state highway|fm|us highway|us hwy|hwy|highway|interstate|route)\s*#?\s*\d{1,4}[a-z]?(?:,?\s+box\s+\d+[a-z]?)\b|\b\d{1,5}\s+(?i:(?:county road|county rd|co rd|cr|state route|state road|state highway|fm|us highway|us hwy|hwy|highway|route|rt))\s*#?\s*\d{1,4}\b"
);
pattern!(ZIP_LONG, r"\b\d{5}-\d{4}\b");
pattern!(
    ZIP_STATE,
    r"(?:\b(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|GU|VI|AS|MP|FM|MH|PW|AA|AE|AP)|(?i:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming))[\s,.]{1,3}(\d{5}(?:-\d{4})?)\b"
);
pattern!(
    ZIP_LOWER,
    r",\s*(?:al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc)\s+(\d{5}(?:-\d{4})?)\b|\b(?:tx|ny|pa|nc|nj|oh|ga|fl|il|ca|wa|mi|mn|wi|va|tn|az|ct|ut|nv|nm|ky|ia|ks|ri|vt|nh|wv|wy|sd|nd|ak)\s+(\d{5}(?:-\d{4})?)\b"
);
pattern!(
    ZIP_CUED,
    r"(?i)\b(?:zip(?: ?code)?|postal code|postcode|post code|plz|postleitzahl|code postal|código postal|codigo postal|c\.?p\.?|cap|cep|postcode|kod pocztowy)\s*(?:is|:|#|=|of|was)?\s*((?:\d{5}-\d{3,4}|\d{3} \d{2,3}|\d{4} [A-Z]{2}|\d{5}|\d{4,6}|\d{3}|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d))\b"
);
pattern!(ZIP_BRITISH, r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b");
pattern!(ZIP_CANADIAN, r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\b");
pattern!(
    ZIP_CITY,
    r"(?:,|:|\n|\bin|\baus|\bà|\ben|D-|A-|CH-|F-)\s?(\d{4,5})\s+(\p{Lu}[\p{Ll}\-]{2,}(?:[ \-](?:am|an der|im|sur|de|la|le|del|[\p{Lu}][\p{Ll}]+)){0,3})"
);
pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    for hit in BOX.find_iter(text.text) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::Street,
            confidence: 0.95,
            rule: "street.box",
        });
        city_behind_street(text, text.at_byte(hit.end()), found);
    }
    for hit in RURAL.find_iter(text.text) {
        found.push(Candidate {
            range: hit.range(),
            kind: Kind::Street,
            confidence: 0.8,
            rule: "street.road",
        });
        city_behind_street(text, text.at_byte(hit.end()), found);
    }
    add(found, text.text, &ZIP_BRITISH, Kind::Zip, 0.7, "zip.british");
    add(found, text.text, &ZIP_CANADIAN, Kind::Zip, 0.8, "zip.canadian");
    if text.longest_number < 3 {
        return;
    }
    // A chain that goes on is a drug's number: "00093-7214-01".
    let long = ZIP_LONG.find_iter(text.text).filter(|hit| !text.text[hit.end()..].starts_with('-'));
    found.extend(long.map(|hit| Candidate {
        range: hit.range(),
        kind: Kind::Zip,
        confidence: 0.85,
        rule: "zip.long",
    }));
    add(found, text.text, &ZIP_STATE, Kind::Zip, 0.9, "zip.state");
    for hit in ZIP_LOWER.captures_iter(text.text) {
        if let Some(zip) = hit.get(1).or_else(|| hit.get(2)) {
            found.push(Candidate { range: zip.range(), kind: Kind::Zip, confidence: 0.8, rule: "zip.state" });
        }
    }
    add(found, text.text, &ZIP_CUED, Kind::Zip, 0.9, "zip.cue");
    for hit in ZIP_CITY.captures_iter(text.text) {
        let (Some(zip), Some(city)) = (hit.get(1), hit.get(2)) else { continue };
        let first = city.as_str().split([' ', '-']).next().unwrap_or("");
        let marks = lexicon::marks(&crate::words::fold(first));
        // "WBC: 11200 Platelets", "Group: 00412⏎Subscriber name:": what follows is the next label.
        let label =
            text.text[city.end()..].starts_with(':') || text.text[zip.end()..city.start()].contains('\n');
        if !label && !marks.any(NO_CITY) && !is_year(zip.as_str()) {
            found.push(Candidate { range: zip.range(), kind: Kind::Zip, confidence: 0.75, rule: "zip.city" });
            found.push(Candidate {
                range: city.range(),
                kind: Kind::City,
                confidence: 0.75,
                rule: "city.zip",
            });
        }
    }
}

pub(super) fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

/// Words with which no city behind a code begins.
const NO_CITY: Marks = Marks::KNOWN
    .or(Marks::UNIT)
    .or(Marks::MONTH)
    .or(Marks::HEALTH)
    .or(Marks::NAME_LABEL)
    .or(Marks::NUMBER_CUE)
    .or(Marks::TITLE)
    .or(Marks::STAFF_TITLE)
    .or(Marks::RELATION);

/// "80331 München", "Hialeah 10368": five digits right before or behind a city are its code.
pub(super) fn beside_city(text: &Text<'_>, city: &std::ops::Range<usize>, found: &mut Vec<Candidate>) {
    let words = &text.words;
    let (first, behind) = (text.at_byte(city.start), text.at_byte(city.end));
    let mut comma = usize::from(words.get(behind).is_some_and(|word| word.is(",")));
    // "baton rouge ma 25483"
    comma += usize::from(
        words.get(behind + comma).is_some_and(|state| state.letters() == 2 && state.any(Marks::STATE_CODE)),
    );
    let after = words.get(behind + comma).filter(|word| {
        is_code(word)
            && !words.get(behind + comma + 1).is_some_and(|unit| unit.on_line() && unit.any(Marks::UNIT))
    });
    let before = first.checked_sub(1).map(|place| &words[place]).filter(|word| {
        is_code(word) && words[first].gap == Gap::Blank
            || word.text.len() == 4 && is_code_of_four(words, first)
    });
    for code in [after, before].into_iter().flatten() {
        let range = code.start..code.end;
        found.push(Candidate { range, kind: Kind::Zip, confidence: 0.75, rule: "zip.city" });
    }
}

fn is_code(word: &Word<'_>) -> bool {
    word.shape == Shape::Number && word.text.len() == 5 && word.gap < Gap::Paragraph
}

/// "CH-8001 Zürich", "1010 Wien, Austria": four digits before a city only where a comma or letter stands before them.
fn is_code_of_four(words: &[Word<'_>], city: usize) -> bool {
    let number = &words[city - 1];
    number.shape == Shape::Number
        && words[city].gap == Gap::Blank
        && !is_year(number.text)
        && city >= 2
        && matches!(words[city - 2].text, "," | "-")
}
