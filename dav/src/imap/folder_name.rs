//! Names of folders, in the modified UTF-7 of the wire (RFC 3501 section 5.1.3) and as people read them.
//!
//! The name as the server spelt it is what is sent back, octet by octet: decoding and encoding again would miss the
//! folders of servers that write raw UTF-8 or broken escapes. A name that would end a command is refused. `Debug`
//! shows nothing: folders are named after patients.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The longest name that is taken.
pub const MAX_NAME_BYTES: usize = 1_024;

const MODIFIED_BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A folder's name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderName {
    raw: String,
}

/// Why a name is not a folder's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the folder's name is empty, too long or holds control characters")]
pub struct InvalidFolderName;

impl FolderName {
    /// The name as the server spelt it.
    pub fn from_wire(raw: &str) -> Result<Self, InvalidFolderName> {
        if raw.is_empty() || raw.len() > MAX_NAME_BYTES || raw.bytes().any(|byte| byte < 0x20 || byte == 0x7f)
        {
            return Err(InvalidFolderName);
        }
        // INBOX is the one name without case (RFC 3501 section 5.1).
        let raw = if raw.eq_ignore_ascii_case("inbox") { "INBOX".to_owned() } else { raw.to_owned() };
        Ok(Self { raw })
    }

    /// The name as a person writes it.
    pub fn from_text(text: &str) -> Result<Self, InvalidFolderName> {
        Self::from_wire(&encode(text))
    }

    /// The name as the server spelt it.
    pub fn wire(&self) -> &str {
        &self.raw
    }

    /// The name as a person reads it; where the escapes are broken, as the server spelt it.
    pub fn text(&self) -> String {
        decode(&self.raw).unwrap_or_else(|| self.raw.clone())
    }

    /// Whether it is the inbox.
    pub fn is_inbox(&self) -> bool {
        self.raw == "INBOX"
    }
}

impl fmt::Debug for FolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderName").finish_non_exhaustive()
    }
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending = Vec::new();
    for letter in text.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut out, &mut pending);
            out.push(letter);
            if letter == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            pending.extend(letter.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut out, &mut pending);
    out
}

fn flush(out: &mut String, pending: &mut Vec<u8>) {
    if !pending.is_empty() {
        out.push('&');
        out.push_str(&MODIFIED_BASE64.encode(&pending));
        out.push('-');
        pending.clear();
    }
}

fn decode(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (shifted, after) = after.split_once('-')?;
        if shifted.is_empty() {
            out.push('&');
        } else {
            let bytes = MODIFIED_BASE64.decode(shifted).ok()?;
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            let letters: Result<String, _> = char::decode_utf16(units).collect();
            let letters = letters.ok()?;
            // A control character cannot be shown and was never typed.
            if letters.chars().any(char::is_control) {
                return None;
            }
            out.push_str(&letters);
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::FolderName;

    #[test]
    fn names_are_written_and_read_in_modified_utf7() {
        // The second and third are the examples of RFC 3501 section 5.1.3.
        for (text, wire) in [
            ("Entwürfe", "Entw&APw-rfe"),
            ("台北", "&U,BTFw-"),
            ("日本語", "&ZeVnLIqe-"),
            ("R&D", "R&-D"),
            ("💊", "&2D3cig-"),
            ("Sent Items", "Sent Items"),
        ] {
            let name = FolderName::from_text(text).expect(text);
            assert_eq!((name.wire(), name.text().as_str()), (wire, text));
        }
    }

    #[test]
    fn a_name_with_broken_escapes_is_still_sent_back_as_it_came() {
        for raw in ["&APw", "&!!-", "&2AE-", "Entwürfe"] {
            let name = FolderName::from_wire(raw).expect(raw);
            assert_eq!((name.wire(), name.text().as_str()), (raw, raw));
        }
    }

    #[test]
    fn a_name_cannot_end_a_command_and_the_inbox_has_one_spelling() {
        assert!(FolderName::from_wire("a\r\nb LOGOUT").is_err());
        assert!(FolderName::from_wire("").is_err() && FolderName::from_wire(&"a".repeat(2_000)).is_err());
        assert_eq!(FolderName::from_wire("inBox").expect("inbox").wire(), "INBOX");
    }
}
