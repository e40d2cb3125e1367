//! Streets, cities and postal codes: everything below a state.
//!
//! A street is a house number with words before a street's last word, or a street's word with a number behind it as on
//! the continent, or a post-office box; flat and floor belong to it. A city is one of the list, or stands before the
//! code of a state, behind "lives in" and the like, or looks like a place ("North ...", "...borough"). States, countries
//! and peoples stay, and so do cities after which a classification is named.

mod addresses;
mod cities;
mod codes;
mod streets;

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;
use crate::words::{Shape, Text};

pub(super) use cities::listed_city;

pattern!(COUNTY, r"\b((?:\p{Lu}[\p{L}'’.]+[ \-]){1,2})(?:County|Parish|Borough|Township|Twp)\b");

pub(super) fn find(text: &Text<'_>, found: &mut Vec<Candidate>) {
    if ["County", "Parish", "Borough", "Township", "Twp"].iter().any(|word| text.text.contains(word)) {
        add(found, text.text, &COUNTY, Kind::City, 0.7, "county.form");
    }
    if text.has_digits {
        codes::find(text, found);
    }
    addresses::find(text, found);
    let mut at = 0;
    while at < text.words.len() {
        let word = &text.words[at];
        let street = if word.shape == Shape::Number {
            streets::street_from_number(text, at)
        } else {
            streets::street_from_word(text, at)
        };
        if let Some((range, behind)) = street {
            found.push(Candidate { range, kind: Kind::Street, confidence: 0.9, rule: "street.form" });
            streets::city_behind_street(text, behind, found);
            at = behind.max(at + 1);
            continue;
        }
        if let Some((range, confidence, rule)) = cities::city_at(text, at) {
            codes::beside_city(text, &range, found);
            found.push(Candidate { range, kind: Kind::City, confidence, rule });
        }
        at += 1;
    }
}
