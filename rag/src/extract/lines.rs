//! What a line is by its looks: an item, a row, a heading that marks itself.
//!
//! Shared by the readers, which find structure with it, and by sentence splitting, which sees text only. Every test
//! looks at one line and nothing around it.

/// Whether a line starts with a bullet or a number.
pub(crate) fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    if matches!(first, '-' | '*' | '•' | '‣' | '◦' | '▪' | '●' | '○' | '–' | '·' | '+' | '☐' | '☒')
    {
        return chars.next().is_some_and(char::is_whitespace);
    }
    let marker = line.strip_prefix('(').unwrap_or(line);
    let Some(end) = marker.find([')', '.']) else { return false };
    let (label, rest) = (&marker[..end], &marker[end + 1..]);
    is_label(label) && rest.starts_with(char::is_whitespace)
}

/// Up to two digits, one letter, or a small Roman number.
fn is_label(label: &str) -> bool {
    let all = |test: fn(u8) -> bool| label.bytes().all(test);
    match label.len() {
        0 => false,
        1 => all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()),
        2 if all(|b| b.is_ascii_digit()) => true,
        length => length <= 4 && all(|b| matches!(b, b'i' | b'v' | b'x')),
    }
}

/// The line without its bullet or number.
pub(crate) fn without_marker(line: &str) -> &str {
    if !is_item(line) {
        return line;
    }
    let line = line.trim_start();
    line.find(char::is_whitespace).map_or(line, |end| line[end..].trim_start())
}

/// Whether a line is a row of cells.
pub(crate) fn is_row(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('|') && line.ends_with('|') && line.len() > 2 {
        return true;
    }
    line.contains(" | ") || line.split('\t').filter(|cell| !cell.trim().is_empty()).count() > 1
}

/// The level of a heading that marks itself with `#`.
pub(crate) fn hash_level(line: &str) -> Option<u8> {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &line[hashes..];
    ((1..=6).contains(&hashes) && rest.starts_with([' ', '\t']) && !rest.trim().is_empty())
        .then(|| u8::try_from(hashes).unwrap_or(6))
}

/// Whether a line marks itself as a heading.
pub(crate) fn is_marked_heading(line: &str) -> bool {
    hash_level(line.trim_start()).is_some()
}

/// An underline, a horizontal rule, or the line under the head of a Markdown table: shape, not text.
pub(crate) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ' ' | '|' | ':'))
        && line.chars().filter(|c| matches!(c, '-' | '=' | '*' | '_')).count() >= 2
}

/// Whether a line starts with a label, as forms and telephone lists do: `Ward 3: 4711`.
pub(crate) fn is_labelled(line: &str) -> bool {
    const LONGEST_LABEL: usize = 40;
    const LABEL_WORDS: usize = 3;
    let Some((label, rest)) = line.trim_start().split_once(':') else { return false };
    label.chars().count() <= LONGEST_LABEL
        && label.split_whitespace().count() <= LABEL_WORDS
        && label.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && !label.contains(['.', ',', ';', '?', '!'])
        && rest.starts_with(' ')
}

/// Whether a line begins something of its own.
pub(crate) fn is_marked(line: &str) -> bool {
    is_item(line) || is_row(line) || is_marked_heading(line) || is_rule(line)
}
