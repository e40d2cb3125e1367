//! Cuts rich text (RTF 1.9) into its pieces: control words, groups and bytes. What they mean is judged elsewhere.

/// The longest control word and number that are one.
const LONGEST_WORD: usize = 32;
const LONGEST_NUMBER: usize = 10;

/// One piece of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\*`: the group may be passed over by whoever does not know its word.
    Star,
    /// A control word and its number.
    Word(&'t str, Option<i32>),
    /// One byte of text.
    Byte(u8),
}

/// The pieces of a file.
pub(super) struct Tokens<'t> {
    rest: &'t [u8],
}

impl<'t> Tokens<'t> {
    pub(super) fn of(bytes: &'t [u8]) -> Self {
        Self { rest: bytes }
    }

    fn after_backslash(&mut self) -> Option<Token<'t>> {
        let (first, rest) = self.rest.split_first()?;
        if first.is_ascii_alphabetic() {
            return Some(self.control_word());
        }
        self.rest = rest;
        Some(match first {
            b'\'' => {
                let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                self.rest = rest.get(2..).unwrap_or_default();
                Token::Byte(byte.unwrap_or(b'?'))
            }
            b'*' => Token::Star,
            b'~' => Token::Word("~", None),
            b'_' => Token::Byte(b'-'),
            b'-' => Token::Word("-", None),
            b'\n' | b'\r' => Token::Word("par", None),
            b'\t' => Token::Word("tab", None),
            byte => Token::Byte(*byte),
        })
    }

    fn control_word(&mut self) -> Token<'t> {
        let length =
            self.rest.iter().take(LONGEST_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = self.rest.split_at(length);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits =
            rest[sign..].iter().take(LONGEST_NUMBER).take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..if digits > 0 { sign + digits } else { 0 }]).ok();
        let number = number.and_then(|number| number.parse().ok());
        let mut rest = &rest[if digits > 0 { sign + digits } else { 0 }..];
        if rest.first() == Some(&b' ') {
            rest = &rest[1..];
        }
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            // So many bytes of anything follow.
            let length = number.and_then(|length: i32| usize::try_from(length).ok()).unwrap_or(0);
            rest = rest.get(length..).unwrap_or_default();
        }
        self.rest = rest;
        Token::Word(word, number)
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            return match first {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.after_backslash(),
                b'\n' | b'\r' | 0 => continue,
                byte => Some(Token::Byte(*byte)),
            };
        }
    }
}

/// The character that a control word stands for.
pub(super) fn character(word: &str) -> Option<char> {
    Some(match word {
        "tab" => '\t',
        "line" | "lbr" | "softline" => '\n',
        "emdash" => '—',
        "endash" => '–',
        "bullet" => '•',
        "lquote" => '‘',
        "rquote" => '’',
        "ldblquote" => '“',
        "rdblquote" => '”',
        "emspace" | "enspace" | "qmspace" | "~" => ' ',
        _ => return None,
    })
}
