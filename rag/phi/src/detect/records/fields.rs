//! Fields with names: JSON as FHIR writes it, and elements of XML.

use crate::detect::records::{add, titles};
use crate::detect::{Candidate, pattern};
use crate::span::Kind;

pattern!(
    PAIR,
    r#""([A-Za-z][A-Za-z0-9_\- ]{0,40})"\s*:\s*(?:"([^"\\\n]{1,120})"|\[\s*"([^"\\\n]{1,120})"(?:\s*,\s*"([^"\\\n]{1,120})")?(?:\s*,\s*"([^"\\\n]{1,120})")?|(\d{3,20})\b)"#
);
pattern!(
    ELEMENT,
    r#"<([A-Za-z][A-Za-z0-9_\-:]{1,40})(?:\s+value="([^"\n]{1,120})"|(?:\s[^<>\n]{0,120})?>([^<>\n]{1,120})</)"#
);

/// Digits that a value without a telling name must have to count as somebody's number.
const LEAST_DIGITS: usize = 5;

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    if text.contains("\":") || text.contains("\" :") {
        for hit in PAIR.captures_iter(text) {
            let Some(name) = hit.get(1) else { continue };
            for value in [2, 3, 4, 5, 6].into_iter().filter_map(|group| hit.get(group)) {
                field(text, name.as_str(), value.range(), found);
            }
        }
    }
    if text.contains("</") || text.contains("/>") {
        for hit in ELEMENT.captures_iter(text) {
            let (Some(name), Some(value)) = (hit.get(1), hit.get(2).or_else(|| hit.get(3))) else { continue };
            let local = name.as_str().rsplit(':').next().unwrap_or_default();
            field(text, local, value.range(), found);
        }
    }
}

fn field(text: &str, name: &str, value: std::ops::Range<usize>, found: &mut Vec<Candidate>) {
    if let Some(kind) = titles::kind_under(name) {
        add(text, value, kind, "record.field", found);
    } else if matches!(name, "value" | "extension" | "root")
        && text[value.clone()].bytes().filter(u8::is_ascii_digit).count() >= LEAST_DIGITS
        && !text[value.clone()].contains([':', '.'])
    {
        add(text, value, Kind::OtherId, "record.field", found);
    }
}
