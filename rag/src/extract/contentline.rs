//! Content lines, the common ground of calendars (RFC 5545) and address cards (RFC 6350, and 2.1 before it).
//!
//! Folded lines are put together, names lose their group, parameters are kept, values are unescaped. Quoted-printable
//! values of old cards are decoded in the charset they name. Nothing is checked: a line that is no content line is left
//! out, because these files come from every telephone and calendar there is.

use encoding_rs::Encoding;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

/// Lines of one file.
const MOST_LINES: usize = 500_000;

/// One property.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContentLine {
    /// Its name in capitals.
    pub(crate) name: String,
    /// Its parameters, names in capitals; a bare one, as old cards have, is a `TYPE`.
    parameters: Vec<(String, String)>,
    /// Its value, still escaped.
    raw: String,
}

impl ContentLine {
    /// The values of a parameter.
    pub(crate) fn parameter<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l str> {
        self.parameters.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value as text.
    pub(crate) fn text(&self) -> String {
        unescape(&self.raw)
    }

    /// The parts of a structured value that are filled.
    pub(crate) fn parts(&self) -> Vec<String> {
        split(&self.raw, ';').map(|part| unescape(part.trim())).filter(|part| !part.is_empty()).collect()
    }
}

/// The properties of a file in order.
pub(crate) fn read(text: &str) -> Vec<ContentLine> {
    unfold(text).iter().filter_map(|line| parse(line)).collect()
}

/// Lines that begin with a blank belong to the one before; so do those after a soft line end of quoted-printable.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut soft = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let full = lines.len() >= MOST_LINES;
        match lines.last_mut() {
            Some(last) if soft => {
                last.pop();
                last.push_str(line);
            }
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(&line[1..]),
            _ if full => break,
            _ => lines.push(line.to_owned()),
        }
        soft = lines.last().is_some_and(|last| {
            last.ends_with('=') && last.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
        });
    }
    lines
}

fn parse(line: &str) -> Option<ContentLine> {
    let colon = unquoted(line, ':')?;
    let (head, raw) = (&line[..colon], &line[colon + 1..]);
    let mut parts = split(head, ';');
    let name = parts.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return None;
    }
    let parameters: Vec<(String, String)> = parts
        .flat_map(|part| {
            let (name, value) = part.split_once('=').unwrap_or(("TYPE", part));
            let name = name.trim().to_ascii_uppercase();
            value
                .split(',')
                .map(|value| (name.clone(), value.trim_matches('"').to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut line = ContentLine { name, parameters, raw: raw.to_owned() };
    let quoted = line.parameter("ENCODING").chain(line.parameter("TYPE"));
    if quoted.into_iter().any(|encoding| encoding.eq_ignore_ascii_case("quoted-printable"))
        && let Some(bytes) = quoted_printable_decode(line.raw.as_bytes())
    {
        let charset = line.parameter("CHARSET").next().unwrap_or("utf-8");
        let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
        line.raw = encoding.decode_without_bom_handling(&bytes).0.replace('\r', "");
    }
    Some(line)
}

/// The first such character outside of double quotes.
fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices()
        .find(|(_, c)| {
            quoted ^= *c == '"';
            !quoted && *c == wanted
        })
        .map(|(at, _)| at)
}

/// The parts between such characters, where they are neither quoted nor escaped.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let end = text.char_indices().find(|(_, c)| {
            let free = !quoted && !escaped;
            quoted ^= *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            free && *c == separator
        });
        let Some((at, c)) = end else {
            rest = None;
            return Some(text);
        };
        rest = Some(&text[at + c.len_utf8()..]);
        Some(&text[..at])
    })
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match if c == '\\' { chars.next() } else { Some(c) } {
            Some('n' | 'N') if c == '\\' => out.push('\n'),
            meant => out.push(meant.unwrap_or(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn folded_escaped_and_grouped_lines_are_read() {
        let text = "SUMMARY:Ward\\, round\\n on\r\n  two floors\r\nitem1.TEL;TYPE=work,voice;X=\"a:b\":+49 30 1\nnonsense\n";
        let lines = read(text);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].text(), "Ward, round\n on two floors");
        assert_eq!(lines[1].name, "TEL");
        assert_eq!(lines[1].parameter("TYPE").collect::<Vec<_>>(), ["work", "voice"]);
        assert_eq!(lines[1].parameter("X").next(), Some("a:b"));
    }

    #[test]
    fn old_cards_say_their_letters_in_their_own_way() {
        let text = "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FC=DF=\ne an alle\nADR;WORK:;;Am Markt 1;Ort;;1;\n";
        let lines = read(text);
        assert_eq!(lines[0].text(), "Grüße an alle");
        assert_eq!(lines[1].parts(), ["Am Markt 1", "Ort", "1"]);
    }
}
