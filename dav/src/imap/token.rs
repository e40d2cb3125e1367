//! The grammar that all IMAP responses share: atoms, strings, literals and lists.
//!
//! Reads one whole response into [`Value`]s without knowing what it means. Servers differ in what they quote, so a
//! string is a string however it is spelt. Nesting beyond [`MAX_DEPTH`] and text that ends inside a string or a list
//! are refused; nothing is guessed.

use crate::imap::wire::Part;

/// How deep lists may nest.
pub const MAX_DEPTH: usize = 32;

/// One value of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word outside of quotes, `NIL` included. A section such as `BODY[HEADER.FIELDS (X)]` is one word.
    Atom(String),
    /// A string, quoted or literal.
    Text(Vec<u8>),
    /// A literal longer than was allowed; its octets were read past.
    Oversize(u64),
    /// A list.
    List(Vec<Value>),
}

impl Value {
    /// The letters of an atom or a string that is UTF-8.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Atom(word) => Some(word),
            Self::Text(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// A number.
    pub fn number<N: std::str::FromStr>(&self) -> Option<N> {
        match self {
            Self::Atom(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse().ok(),
            _ => None,
        }
    }

    /// The members of a list.
    pub fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    /// Whether it is the word `NIL`.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Atom(word) if word.eq_ignore_ascii_case("NIL"))
    }
}

/// The values of a whole response, or `None` when it is not one.
pub(crate) fn values(parts: Vec<Part>) -> Option<Vec<Value>> {
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    for part in parts {
        match part {
            Part::Text(text) => Reader { text: &text, at: 0 }.read(&mut open)?,
            Part::Literal(bytes) => open.last_mut()?.push(Value::Text(bytes)),
            Part::Oversize(length) => open.last_mut()?.push(Value::Oversize(length)),
        }
    }
    if open.len() == 1 { open.pop() } else { None }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn read(&mut self, open: &mut Vec<Vec<Value>>) -> Option<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'(' => {
                    self.at += 1;
                    if open.len() > MAX_DEPTH {
                        return None;
                    }
                    open.push(Vec::new());
                }
                b')' => {
                    self.at += 1;
                    let values = open.pop()?;
                    open.last_mut()?.push(Value::List(values));
                }
                b'"' => {
                    let text = self.quoted()?;
                    open.last_mut()?.push(Value::Text(text));
                }
                _ => {
                    let atom = self.atom()?;
                    open.last_mut()?.push(Value::Atom(atom));
                }
            }
        }
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn quoted(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(text),
                b'\\' => {
                    text.push(self.peek()?);
                    self.at += 1;
                }
                _ => text.push(byte),
            }
        }
    }

    fn atom(&mut self) -> Option<String> {
        let start = self.at;
        let mut in_section = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' if is_section(&self.text[start..self.at]) => in_section = true,
                b']' => in_section = false,
                b' ' | b'(' | b')' | b'"' if !in_section => break,
                _ => {}
            }
            self.at += 1;
        }
        // A stray byte that starts nothing would otherwise be read for ever.
        if in_section || self.at == start {
            return None;
        }
        Some(String::from_utf8_lossy(&self.text[start..self.at]).into_owned())
    }
}

/// Whether a word is one of those that are followed by a section in brackets.
fn is_section(word: &[u8]) -> bool {
    [&b"BODY"[..], b"BINARY", b"BODY.PEEK"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{Value, values};
    use crate::imap::wire::Part;

    fn read(text: &str) -> Option<Vec<Value>> {
        values(vec![Part::Text(text.as_bytes().to_vec())])
    }

    fn atom(word: &str) -> Value {
        Value::Atom(word.to_owned())
    }

    #[test]
    fn atoms_strings_lists_and_sections_are_told_apart() {
        let read = read(r#"(UID 7 FLAGS (\Seen $Label1) BODY[HEADER.FIELDS (MESSAGE-ID)] "a \"b\"" NIL)"#);
        let expected = Value::List(vec![
            atom("UID"),
            atom("7"),
            atom("FLAGS"),
            Value::List(vec![atom("\\Seen"), atom("$Label1")]),
            atom("BODY[HEADER.FIELDS (MESSAGE-ID)]"),
            Value::Text(b"a \"b\"".to_vec()),
            atom("NIL"),
        ]);
        assert_eq!(read, Some(vec![expected]));
    }

    #[test]
    fn a_literal_stands_where_its_octets_came() {
        let parts = vec![
            Part::Text(b"(BODY[] ".to_vec()),
            Part::Literal(b"x) (\r\n".to_vec()),
            Part::Text(b" UID 4)".to_vec()),
        ];
        let inside = vec![atom("BODY[]"), Value::Text(b"x) (\r\n".to_vec()), atom("UID"), atom("4")];
        assert_eq!(values(parts), Some(vec![Value::List(inside)]));
    }

    #[test]
    fn what_ends_too_early_or_nests_too_deep_is_refused() {
        for text in ["(UID 7", "UID 7)", "\"open", "BODY[HEADER", &"(".repeat(100)] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
