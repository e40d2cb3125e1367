//! Plain text in whatever encoding a hospital has used in the last thirty years.
//!
//! A byte-order mark decides; otherwise valid UTF-8 is UTF-8, a declared charset is believed, and everything else is
//! what its letters make likeliest ([`encoding`]). A stray zero byte, as some exports have, is dropped; many make it UTF-16
//! without a mark or no text. Form feeds are page breaks, as a printer took them.

use encoding_rs::Encoding;

use crate::extract::pages::Pages;
use crate::extract::{ExtractError, encoding, normalise, sniff, structure};

/// How far into a hypertext file its `charset` is looked for (HTML standard: 1024 bytes).
const CHARSET_WITHIN: usize = 1024;

/// The text that the bytes stand for.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, ExtractError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Ok(text.into_owned());
    }
    if let Some(wide) = encoding::wide(bytes) {
        return Ok(wide.decode_without_bom_handling(bytes).0.into_owned());
    }
    if !sniff::looks_like_text(bytes) {
        return Err(ExtractError::malformed("bytes that are no text"));
    }
    if !bytes.contains(&0x1b)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok(text.to_owned());
    }
    let encoding = declared(bytes).unwrap_or_else(|| encoding::guess(bytes));
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Ok(text.into_owned())
}

/// Adds the text's pages.
pub(crate) fn read(text: &str, pages: &mut Pages) {
    let text = text.strip_suffix('\u{c}').unwrap_or(text);
    for page in text.split('\u{c}') {
        let clean = normalise::lines(page);
        let blocks = structure::infer(&clean, &structure::Headings::default());
        pages.page(&clean, blocks);
        if pages.is_full() {
            break;
        }
    }
}

/// The encoding that a hypertext file declares for itself, never UTF-8 (which was tried).
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: String = bytes[..bytes.len().min(CHARSET_WITHIN)]
        .iter()
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let (_, rest) = head.split_once("charset=")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let end =
        rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(rest.len());
    Encoding::for_label(&rest.as_bytes()[..end]).filter(|encoding| *encoding != encoding_rs::UTF_8)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_common_encoding_is_read() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("µg/dl".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain("µg/dl".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for bytes in ["µg/dl".as_bytes(), b"\xEF\xBB\xBF\xC2\xB5g/dl", b"\xB5g/dl", &utf16, &big] {
            assert_eq!(decode(bytes).expect("text"), "µg/dl");
        }
    }

    #[test]
    fn windows_quotes_are_read_as_quotes() {
        assert_eq!(decode(b"\x84Arzt\x93 \x80 5").expect("text"), "„Arzt“ € 5");
    }

    #[test]
    fn a_declared_charset_is_believed() {
        let text = decode(b"<html><meta charset=\"iso-8859-2\">\xB1</html>").expect("text");
        assert!(text.contains('ą'));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(decode(b"text\x00\x00\x00text").is_err());
    }
}
