//! Text as it was meant, without what typesetting did to it.
//!
//! Ligatures become letters, soft hyphens and invisible characters go, composed characters take their one canonical
//! form (NFC), line ends become `\n`. Words cut at a line's end are put together only where the document itself shows
//! how the word is written, or where nothing in it speaks for the hyphen. Nothing here changes a number, a unit or
//! the order of words.

use std::collections::HashSet;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Cleans text line by line: characters, trailing blanks, no more than one blank line in a row. Indentation stays.
pub(crate) fn lines(text: &str) -> String {
    let text = characters(text);
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
            if blank > 0 {
                out.push('\n');
            }
        }
        blank = 0;
        out.push_str(line);
    }
    out
}

/// Cleans one block: as [`lines`], with blanks collapsed and no blank lines.
pub(crate) fn block(text: &str) -> String {
    let text = characters(text);
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        push_joined(&mut out, words);
    }
    out
}

/// All white space collapsed to single blanks.
pub(crate) fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_joined(&mut out, text.split_whitespace());
    out
}

fn push_joined<'a>(out: &mut String, words: impl Iterator<Item = &'a str>) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Characters only: line ends, ligatures, invisible and control characters, NFC.
fn characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = '\0';
    for c in text.chars() {
        match c {
            '\n' if previous == '\r' => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            '\u{a0}' | '\u{2007}' | '\u{202f}' => out.push(' '),
            '\u{fb00}' => out.push_str("ff"),
            '\u{fb01}' => out.push_str("fi"),
            '\u{fb02}' => out.push_str("fl"),
            '\u{fb03}' => out.push_str("ffi"),
            '\u{fb04}' => out.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => out.push_str("st"),
            // Bullets of the Symbol and Wingdings fonts, which have no Unicode of their own.
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' => out.push('•'),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
        previous = c;
    }
    if is_nfc_quick(out.chars()) == IsNormalized::Yes { out } else { out.nfc().collect() }
}

/// Puts words together that were cut at line ends.
///
/// `high-\nrisk` keeps its hyphen when the document writes `high-risk` elsewhere, or has both halves as words and
/// never the whole; `anticoagu-\nlation` loses it.
pub(crate) fn rejoin_words(pages: &mut [String]) {
    if !pages.iter().any(|page| page.contains("-\n")) {
        return;
    }
    let known = Vocabulary::of(pages);
    for page in pages.iter_mut() {
        if page.contains("-\n") {
            *page = rejoin(page, &known);
        }
    }
}

/// The words of a document in lower case, hyphenated ones whole and in parts.
struct Vocabulary(HashSet<String>);

impl Vocabulary {
    fn of(pages: &[String]) -> Self {
        let mut words = HashSet::new();
        for token in pages.iter().flat_map(|page| page.split_whitespace()) {
            let word = token.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            // The half before a cut is no evidence for itself.
            if word.is_empty() || token.ends_with('-') {
                continue;
            }
            words.insert(word);
        }
        Self(words)
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(&word.to_lowercase())
    }
}

fn rejoin(page: &str, known: &Vocabulary) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find("-\n") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        out.push_str(before);
        let head = trailing_word(before);
        let tail = leading_word(after);
        let cut = !head.is_empty()
            && head.chars().all(char::is_alphabetic)
            && tail.chars().next().is_some_and(char::is_lowercase);
        if cut {
            if keeps_hyphen(head, tail, known) {
                out.push('-');
            }
            let end = tail_end(after);
            out.push_str(&after[..end]);
            rest = after[end..].trim_start_matches(' ');
            // The line break moves behind the word, so lines keep their number.
            if !rest.is_empty() && !rest.starts_with('\n') {
                out.push('\n');
            }
        } else {
            out.push_str("-\n");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn keeps_hyphen(head: &str, tail: &str, known: &Vocabulary) -> bool {
    if known.has(&format!("{head}{tail}")) {
        return false;
    }
    known.has(&format!("{head}-{tail}")) || (known.has(head) && known.has(tail))
}

fn trailing_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric())
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}

fn leading_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

/// The end of the first word with its punctuation.
fn tail_end(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// Characters that shape or direct text and show nothing of their own.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{block, lines, rejoin_words};

    fn rejoined(text: &str) -> String {
        let mut pages = vec![text.to_owned()];
        rejoin_words(&mut pages);
        pages.swap_remove(0)
    }

    #[test]
    fn ligatures_and_invisible_characters_become_plain_text() {
        assert_eq!(
            block("e\u{fb03}cient \u{ad}soft\u{ad}ly\u{200b} \u{f0b7} caf\u{65}\u{301}"),
            "efficient softly • café"
        );
    }

    #[test]
    fn lines_keep_their_indentation_and_lose_runs_of_blank_lines() {
        assert_eq!(lines("a  \r\n\r\n\r\n  b\rc"), "a\n\n  b\nc");
    }

    #[test]
    fn a_word_cut_at_a_line_end_is_put_together() {
        assert_eq!(rejoined("oral anticoagu-\nlation, then stop"), "oral anticoagulation,\nthen stop");
    }

    #[test]
    fn a_hyphen_the_document_uses_elsewhere_stays() {
        assert_eq!(
            rejoined("A high-risk group. In high-\nrisk patients"),
            "A high-risk group. In high-risk\npatients"
        );
    }

    #[test]
    fn ranges_and_names_are_not_joined() {
        assert_eq!(rejoined("5-\n10 mg"), "5-\n10 mg");
        assert_eq!(rejoined("Child-\nPugh"), "Child-\nPugh");
    }
}
