//! Values of the type TEXT (RFC 5545 section 3.3.11, RFC 6350 section 3.4): escapes and lists.
//!
//! A backslash before a letter that needs none stays, since writers that escape nothing mean it.

/// A TEXT value without its escapes.
pub fn unescape(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped @ ('\\' | ',' | ';' | ':' | '"')) => plain.push(escaped),
                Some(other) => {
                    plain.push('\\');
                    plain.push(other);
                }
                None => plain.push('\\'),
            },
            _ => plain.push(letter),
        }
    }
    plain
}

/// The pieces of a value between separators that are not escaped; the pieces stay escaped.
pub fn split_escaped(value: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, letter) in value.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == separator {
            pieces.push(value.get(start..at).unwrap_or_default());
            start = at + letter.len_utf8();
        }
    }
    pieces.push(value.get(start..).unwrap_or_default());
    pieces
}
