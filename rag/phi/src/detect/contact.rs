//! Telephone, e-mail, street, postal code, web and internet addresses.
//!
//! Telephone numbers need their grouping or a word before them, because clinical text is full of digits: doses,
//! ratios, codes of drugs and diagnoses are not telephone numbers.

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;

pattern!(EMAIL, r"(?i)\b[a-z0-9][a-z0-9._%+\-]*@[a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)+\b");
pattern!(
    URL,
    r"(?i)\b(?:https?://|www\.)[^\s<>\x22]+|\b(?:[a-z0-9\-]+\.)+(?:com|org|net|health|info|io|de|uk)/[^\s<>\x22]+"
);
pattern!(IPV4, r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b");
pattern!(
    IPV6,
    r"(?i)\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}\b"
);
pattern!(
    PHONE_GROUPED,
    r"(?:\+?1[\-. ])?(?:\(\d{3}\)\s?|\b\d{3}[\-. ])\d{3}[\-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,5})?\b"
);
pattern!(PHONE_INTERNATIONAL, r"\+\d{1,3}[\-. /]?\(?\d{1,5}\)?(?:[\-. /]?\d{2,5}){1,4}\b");
pattern!(
    PHONE_NAMED,
    r"(?i)\b(?:phone|tel(?:ephone|efon)?|mobile|cell|handy|fax|pager|call(?:ed|back)?(?: at)?)\.?\s*(?:no\.?|number|nr\.?|#)?\s*[:.]?\s*(\+?\d[\d\-. ()/]{5,18}\d)"
);
pattern!(
    STREET,
    r"\b\d{1,6}[A-Za-z]?\s+(?:[NSEW]\.?\s+)?(?:[A-ZÀ-Þ][\w'’\-]*\s+){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Terrace|Ter|Place|Pl|Square|Sq|Circle|Cir|Parkway|Pkwy|Highway|Hwy|Trail|Crescent|Close|Row|Mews)\b\.?"
);
pattern!(
    STREET_GERMAN,
    r"\b[A-ZÄÖÜ][\wäöüß\-]*(?:straße|strasse|str\.|weg|gasse|allee|platz|ring|damm|ufer)\s+\d{1,3}\s?[a-z]?\b"
);
pattern!(
    ZIP,
    r"\b(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC)\s+(\d{5}(?:-\d{4})?)\b"
);

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    add(found, text, &EMAIL, Kind::Email, 0.99, "email");
    add(found, text, &URL, Kind::Url, 0.9, "url");
    add(found, text, &IPV4, Kind::IpAddress, 0.8, "ipv4");
    add(found, text, &IPV6, Kind::IpAddress, 0.8, "ipv6");
    add(found, text, &PHONE_GROUPED, Kind::Phone, 0.9, "phone_grouped");
    add(found, text, &PHONE_INTERNATIONAL, Kind::Phone, 0.85, "phone_international");
    add(found, text, &PHONE_NAMED, Kind::Phone, 0.9, "phone_named");
    add(found, text, &STREET, Kind::Street, 0.85, "street");
    add(found, text, &STREET_GERMAN, Kind::Street, 0.85, "street_german");
    add(found, text, &ZIP, Kind::Zip, 0.8, "zip_after_state");
}
