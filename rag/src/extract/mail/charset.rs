//! Text in the charset it is in, which is not always the one it says.
//!
//! Octets that are valid UTF-8 beyond ASCII are UTF-8, whatever one-byte charset is named: the chance that a sentence in
//! another charset looks so is nil. Text that does not fit the charset named is read as what western programs wrote.
//! What is left unreadable is shown as such and never dropped.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{HeaderName, Message, MessagePart, MimeHeaders as _, PartType};

const REPLACEMENT: char = '\u{fffd}';

/// The text of a part.
pub(super) fn text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let decoded = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_ref(),
        _ => return String::new(),
    };
    let label = part.content_type().and_then(|kind| kind.attribute("charset"));
    if decoded.is_ascii() && !label.is_some_and(is_seven_bit) {
        return decoded.to_owned();
    }
    match octets(message, part) {
        Some(octets) => judge(&octets, label, decoded),
        None => decoded.to_owned(),
    }
}

/// A header's text, where the parser could not make letters of it.
pub(super) fn header(message: &Message<'_>, name: &HeaderName<'_>) -> Option<String> {
    let text = message.header(name.clone()).and_then(|value| value.as_text())?.to_owned();
    if !text.contains(REPLACEMENT) {
        return Some(text);
    }
    let header = message.headers().iter().find(|header| header.name == *name)?;
    let raw = message.raw_message().get(header.offset_start as usize..header.offset_end as usize)?;
    if raw.windows(2).any(|pair| pair == b"=?") {
        return Some(text);
    }
    Some(judge(raw, None, &text))
}

/// The octets of a part as they were before anybody guessed at letters.
fn octets(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let raw = message.raw_message().get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        mail_parser::Encoding::None => Some(raw.to_vec()),
        mail_parser::Encoding::QuotedPrintable => quoted_printable_decode(raw),
        mail_parser::Encoding::Base64 => base64_decode(raw),
    }
}

fn judge(octets: &[u8], label: Option<&str>, decoded: &str) -> String {
    let named = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Ok(text) = std::str::from_utf8(octets)
        && !text.is_ascii()
        && named.is_none_or(|named| named == UTF_8 || named.is_single_byte())
    {
        return text.to_owned();
    }
    match named {
        Some(named) if named != UTF_8 => {
            let (text, wrong) = named.decode_without_bom_handling(octets);
            if !wrong {
                return text.into_owned();
            }
            decoded.to_owned()
        }
        // Nothing named that is known, or UTF-8 that it is not.
        _ if std::str::from_utf8(octets).is_err() => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(octets);
            if is_mostly(octets) { decoded.to_owned() } else { text.into_owned() }
        }
        _ => decoded.to_owned(),
    }
}

/// Whether octets are UTF-8 with a few broken letters rather than another charset.
fn is_mostly(octets: &[u8]) -> bool {
    let text = String::from_utf8_lossy(octets);
    let broken = text.chars().filter(|letter| *letter == REPLACEMENT).count();
    let whole = text.chars().filter(|letter| !letter.is_ascii() && *letter != REPLACEMENT).count();
    whole > broken * 2
}

/// Charsets whose letters hide in ASCII.
fn is_seven_bit(label: &str) -> bool {
    let label = label.trim().to_ascii_lowercase();
    label.starts_with("iso-2022") || label == "hz-gb-2312" || label == "utf-7"
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn octets_are_believed_before_labels() {
        for (octets, label, expected) in [
            ("Grüße".as_bytes(), Some("iso-8859-1"), "Grüße"),
            ("Grüße".as_bytes(), Some("us-ascii"), "Grüße"),
            ("Grüße".as_bytes(), None, "Grüße"),
            (b"Gr\xfc\xdfe", Some("utf-8"), "Grüße"),
            (b"Gr\xfc\xdfe", Some("x-unknown"), "Grüße"),
            (b"Gr\xfc\xdfe \x80", Some("iso-8859-1"), "Grüße €"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251"), "Привет"),
            (b"\x82\xa0", Some("shift_jis"), "あ"),
        ] {
            assert_eq!(judge(octets, label, "?"), expected, "{label:?}");
        }
    }

    #[test]
    fn one_broken_letter_does_not_turn_the_rest_into_noise() {
        let octets = "Größe über Maß".bytes().chain([0xff]).collect::<Vec<_>>();
        assert_eq!(judge(&octets, Some("utf-8"), "Größe über Maß\u{fffd}"), "Größe über Maß\u{fffd}");
    }
}
