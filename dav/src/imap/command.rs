//! Commands as they are sent.
//!
//! What comes from outside goes into a command as an argument, quoted or as a literal, so no name and no secret can
//! end the line it stands in and begin another command. The octets of a command are wiped when they were sent.

use zeroize::Zeroizing;

/// A command without its tag: pieces between which the server is waited for.
pub(crate) struct Command {
    /// What the command is, for errors.
    pub(crate) operation: &'static str,
    pieces: Vec<Zeroizing<Vec<u8>>>,
    literal_plus: bool,
}

impl Command {
    /// A command that begins with these words of our own.
    pub(crate) fn new(operation: &'static str, words: &str) -> Self {
        debug_assert!(words.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "our own words are plain");
        Self { operation, pieces: vec![Zeroizing::new(words.as_bytes().to_vec())], literal_plus: false }
    }

    /// Literals need not be waited for.
    pub(crate) fn literal_plus(mut self, known: bool) -> Self {
        self.literal_plus = known;
        self
    }

    /// More words of our own.
    pub(crate) fn words(mut self, words: &str) -> Self {
        self.last().extend_from_slice(words.as_bytes());
        self
    }

    /// A string from outside.
    pub(crate) fn string(mut self, text: &str) -> Self {
        let quotable = text.len() <= 1_000 && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if quotable {
            let last = self.last();
            last.extend_from_slice(b" \"");
            for byte in text.bytes() {
                if matches!(byte, b'"' | b'\\') {
                    last.push(b'\\');
                }
                last.push(byte);
            }
            last.push(b'"');
            return self;
        }
        let plus = if self.literal_plus { "+" } else { "" };
        let announcement = format!(" {{{}{plus}}}\r\n", text.len());
        self.last().extend_from_slice(announcement.as_bytes());
        if self.literal_plus {
            self.last().extend_from_slice(text.as_bytes());
        } else {
            self.pieces.push(Zeroizing::new(text.as_bytes().to_vec()));
        }
        self
    }

    /// The octets to send, tag first; after each but the last the server is waited for.
    pub(crate) fn render(mut self, tag: &str) -> Vec<Zeroizing<Vec<u8>>> {
        self.last().extend_from_slice(b"\r\n");
        let mut first = Zeroizing::new(format!("{tag} ").into_bytes());
        first.extend_from_slice(&self.pieces[0]);
        self.pieces[0] = first;
        self.pieces
    }

    fn last(&mut self) -> &mut Vec<u8> {
        let last = self.pieces.len() - 1;
        &mut self.pieces[last]
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    fn rendered(command: Command) -> Vec<String> {
        command.render("a1").iter().map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
    }

    #[test]
    fn a_string_from_outside_cannot_end_the_line() {
        let login = |text: &str| rendered(Command::new("signing in", "LOGIN").string(text).string("x"));
        assert_eq!(login(r#"a"b\c"#), [r#"a1 LOGIN "a\"b\\c" "x""#.to_owned() + "\r\n"]);
        assert_eq!(login("a\r\nb LOGOUT"), ["a1 LOGIN {11}\r\n", "a\r\nb LOGOUT \"x\"\r\n"]);
        assert_eq!(login("grün"), ["a1 LOGIN {5}\r\n", "grün \"x\"\r\n"]);
    }

    #[test]
    fn literals_are_not_waited_for_where_the_server_knows_how() {
        let command = Command::new("signing in", "LOGIN").literal_plus(true).string("grün").words(" NOW");
        assert_eq!(rendered(command), ["a1 LOGIN {5+}\r\ngrün NOW\r\n"]);
    }
}
