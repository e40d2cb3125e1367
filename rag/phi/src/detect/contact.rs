//! Telephone, fax, e-mail, web and internet addresses.
//!
//! Telephone numbers need their grouping or a word before them, because clinical text is full of digits: doses,
//! ratios, codes of drugs and diagnoses are not telephone numbers.

mod groups;

use crate::detect::{Candidate, add, pattern};
use crate::span::Kind;
use crate::words::Text;

pattern!(
    EMAIL,
    r"(?i)[\p{L}0-9][\p{L}0-9._%+'\-]*\s?(?:@|\(at\)|\[at\])\s?[\p{L}0-9][\p{L}0-9\-]*(?:\.[\p{L}0-9\-]+)+"
);
pattern!(
    URL,
    r"(?i)\b(?:(?:https?|ftp|sftp)://|www\.)[^\s<>\x22]*[\p{L}0-9/=]|\b(?:[a-z0-9][a-z0-9\-]*\.)+(?:com|org|net|health|info|io|de|uk|edu|gov|me|us|ca|fr|es|it|pl|ch|at|nl|app|co|care|clinic|doctor|md|tv|ly|link|social)/[^\s<>\x22]*[\p{L}0-9/=]|\b(?:[a-z0-9][a-z0-9\-]*\.)*[a-z0-9][a-z0-9\-]+\.(?:com|org|net|io|co\.uk|info|biz|health)\b"
);
pattern!(
    HANDLE,
    r"(?i)(?:instagram|twitter|facebook|tiktok|snapchat|telegram|skype|handle|insta|ig|fb|venmo|cashapp|x\.com|reddit|discord|wechat|whatsapp)\s*(?:handle|user ?name|user|id|account|profile|is|name)?\s*[:=]?\s*@?([A-Za-z0-9_.]*[A-Za-z0-9_]*[0-9_.@][A-Za-z0-9_]+)"
);
pattern!(
    USER_NAME,
    r"(?i)\b(?:user ?name|user id|user|login|log ?in(?: name)?|log me in|screen name|benutzername|usuario|identifiant)\b\s*(?:is|:|=|as|es|lautet)\s*[\x22']?(\p{L}[\p{L}\-]*[\d._][\w.\-]*\w)"
);
pattern!(AT_HANDLE, r"(?:^|[\s(,:])(@[A-Za-z][A-Za-z0-9_.]{2,}[A-Za-z0-9_])");
pattern!(
    IPV4,
    r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{2,5}|/\d{1,2})?\b"
);
pattern!(
    IPV6,
    r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?"
);
pattern!(MAC, r"(?i)\b[0-9a-f]{2}(?:[:\-][0-9a-f]{2}){5}\b");
pattern!(
    PHONE_GROUPED,
    r"(?:\+\s?1[\-. ]?|\b1[\-. ]|\b001[\-. ]?)?(?:\(\d{3}\)[\s\-.]{0,2}|\b\d{3}\s?[\-./ \x{2011}\x{2013}]\s?)\d{3}\s?[\-. \x{2011}\x{2013}]\s?\d{4}(?:,?\s*(?:x|ext\.?|extension|#)\s*\d{1,6})?\b"
);
pattern!(
    PHONE_INTERNATIONAL,
    r"(?:\+|\b00)[1-9]\d{0,3}[\-. /]{0,2}\(?\d{1,5}\)?(?:[\-. /]{0,3}\d{2,8}){1,5}(?:\s*(?:x|ext\.?)\s*\d{1,6})?\b"
);
pattern!(
    PHONE_CUED,
    r"(?i)\b(?:phone|ph|tel(?:ephone|efono?|éfono|éphone|efone)?|telefon(?:nummer|nr)?|mobile?|cell(?:ular|phone)?|handy(?:nummer)?|mobil|celular|móvil|portable|pager|beeper|call(?:ed|back| back|er| her| him| them| me| us)?|reach(?:ed|able)?(?: (?:him|her|them|me|us))?|contact(?: number)?|text(?:ed)?(?: (?:him|her|them|me|us))?|voice ?mail|home|work|office|sms|whatsapp|dial|ring|number|num|no|line|hotline|extension|ext)\b[\s.:#)(\-]*(?:(?:no|number|nr|num|is|was|at|on|to|#|him|her|them|us|me|back|the|daughter|son|wife|husband|mom|dad)\b[\s.:#)(\-]*){0,3}((?:\+|\b00|\()?\d[\d\-. ()/]{4,18}\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?)\b"
);
pattern!(
    FAX,
    r"(?i)\bf(?:ax|\.)?\b[^\n\d+(]{0,40}?((?:\+|\()?\d[\d\-. ()/]{5,18}\d(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?)\b"
);
pattern!(EXTENSION, r"(?i)\b(?:ext|extension|x)\.?\s?#?:?\s?(\d{3,6})\b");
pattern!(PHONE_SHORT, r"\b\d{3}[\-.]\d{4}(?:,?\s*(?:x|ext\.?|extension)\s*\d{1,6})?\b");
pattern!(PHONE_ZERO, r"\b0\d{2,4}[\-/ ]{1,3}\d{3,8}(?:[\- ]\d{2,5}){0,3}\b");
pattern!(PHONE_BRACKET, r"\(0?\d{2,4}\)[ \-]?\d{3,4}(?:[\- ]\d{2,4}){1,2}\b");
pattern!(PHONE_PAIRS, r"\b0\d(?:[ .\-]\d{2}){4}\b");

pub(super) fn find(whole: &Text<'_>, found: &mut Vec<Candidate>) {
    let text = whole.text;
    if text.contains('@') || text.contains("(at)") || text.contains("[at]") {
        add(found, text, &EMAIL, Kind::Email, 0.99, "email.form");
        add(found, text, &AT_HANDLE, Kind::OtherId, 0.6, "handle.form");
    }
    add(found, text, &URL, Kind::Url, 0.95, "url.form");
    add(found, text, &HANDLE, Kind::OtherId, 0.7, "handle.cue");
    add(found, text, &USER_NAME, Kind::OtherId, 0.7, "user.cue");
    if !whole.has_digits {
        return;
    }
    if text.contains(':') {
        add(found, text, &IPV6, Kind::IpAddress, 0.9, "ipv6.form");
    }
    add(found, text, &MAC, Kind::DeviceId, 0.9, "mac.form");
    add(found, text, &IPV4, Kind::IpAddress, 0.9, "ipv4.form");
    phones(whole, found);
}

fn phones(whole: &Text<'_>, found: &mut Vec<Candidate>) {
    let text = whole.text;
    add(found, text, &PHONE_GROUPED, Kind::Phone, 0.9, "phone.grouped");
    let from = found.len();
    add(found, text, &PHONE_INTERNATIONAL, Kind::Phone, 0.85, "phone.international");
    add(found, text, &PHONE_BRACKET, Kind::Phone, 0.8, "phone.bracket");
    add(found, text, &PHONE_PAIRS, Kind::Phone, 0.85, "phone.pairs");
    groups::find(whole, found);
    add(found, text, &FAX, Kind::Fax, 0.95, "fax.cue");
    add(found, text, &PHONE_CUED, Kind::Phone, 0.88, "phone.cue");
    drop_quantities(text, found, from, 7);
    let from = found.len();
    add(found, text, &EXTENSION, Kind::Phone, 0.6, "phone.extension");
    add(found, text, &PHONE_SHORT, Kind::Phone, 0.6, "phone.short");
    add(found, text, &PHONE_ZERO, Kind::Phone, 0.7, "phone.zero");
    drop_quantities(text, found, from, 3);
}

/// Drops what has too few digits or is a range with a unit behind it or round numbers on both sides.
fn drop_quantities(text: &str, found: &mut Vec<Candidate>, from: usize, least: usize) {
    let mut at = from;
    while at < found.len() {
        let one = &found[at];
        let own = &text[one.range.clone()];
        let digits = own.bytes().filter(u8::is_ascii_digit).count();
        let quantity = one.rule == "phone.short" && (is_range(own) || has_unit(&text[one.range.end..]));
        let is_date =
            digits == 8 && own.bytes().filter(|byte| matches!(byte, b'/' | b'-' | b'.')).count() == 2;
        if digits < least
            || quantity
            || is_date
            || is_catalogued(&text[..one.range.start])
            || (digits == 6 && own.contains('/'))
        {
            found.remove(at);
        } else {
            at += 1;
        }
    }
}

/// "500-1000": a range of quantities rises and is round; so is "150-4000".
fn is_range(own: &str) -> bool {
    let mut parts = own.split(['-', '.']);
    let (Some(low), Some(high)) = (parts.next(), parts.next()) else { return false };
    low.ends_with('0') && high.ends_with("00")
}

/// Whether the word before is that of a public catalogue: "NDC 0071-0155-23".
fn is_catalogued(before: &str) -> bool {
    let word =
        before.trim_end_matches([' ', ':', '#']).rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    crate::lexicon::marks(&word.to_ascii_lowercase()).any(crate::lexicon::Marks::CODE_CUE)
}

fn has_unit(behind: &str) -> bool {
    let word = behind.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    !word.is_empty()
        && crate::lexicon::marks(&word.to_ascii_lowercase()).any(crate::lexicon::Marks::UNIT)
        && !matches!(word, "in" | "In" | "x" | "a")
}
