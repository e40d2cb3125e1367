//! One logical line: name, parameters, value.
//!
//! A line that does not have the form of one is returned without a name, so that nobody interprets it and nobody loses
//! its bytes. Nothing is unescaped here: that depends on the property.

use std::ops::Range;

use super::{Line, Parameter};

/// Reads a line whose folds are undone; `raw` is where its bytes lie.
pub(super) fn parse(raw: Range<usize>, logical: &str) -> Line {
    let unread = || Line {
        raw: raw.clone(),
        group: None,
        name: String::new(),
        parameters: Vec::new(),
        value: String::new(),
    };
    let Some((head, value)) = split_head(logical) else { return unread() };
    let mut pieces = split_quoted(head, ';').into_iter();
    let Some(name) = pieces.next() else { return unread() };
    let (group, name) = match name.rsplit_once('.') {
        Some((group, name)) => (Some(group.to_owned()), name),
        None => (None, name),
    };
    let name = name.trim();
    if name.is_empty()
        || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    {
        return unread();
    }
    Line {
        raw,
        group,
        name: name.to_ascii_uppercase(),
        parameters: pieces.map(parameter).collect(),
        value: value.to_owned(),
    }
}

/// Splits at the colon that ends the parameters. One in quotes does not; where the quotes never close, the first one does.
fn split_head(logical: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, letter) in logical.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ':' if !quoted => return Some((logical.get(..at)?, logical.get(at + 1..)?)),
            _ => {}
        }
    }
    logical.split_once(':')
}

fn split_quoted(text: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut quoted, mut start) = (Vec::new(), false, 0);
    for (at, letter) in text.char_indices() {
        if letter == '"' {
            quoted = !quoted;
        } else if letter == separator && !quoted {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at + letter.len_utf8();
        }
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

/// `NAME=value,"value"`; a bare word is a type, as vCard 2.1 writes it.
fn parameter(text: &str) -> Parameter {
    let (name, values) = text.split_once('=').unwrap_or(("TYPE", text));
    let values = split_quoted(values, ',').into_iter().map(|value| {
        let value = value.trim();
        let value = value.strip_prefix('"').unwrap_or(value);
        caret_decoded(value.strip_suffix('"').unwrap_or(value))
    });
    Parameter { name: name.trim().to_ascii_uppercase(), values: values.collect() }
}

/// RFC 6868.
pub(super) fn caret_decoded(text: &str) -> String {
    if !text.contains('^') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let replaced = match (letter, letters.peek()) {
            ('^', Some('n')) => Some('\n'),
            ('^', Some('^')) => Some('^'),
            ('^', Some('\'')) => Some('"'),
            _ => None,
        };
        decoded.push(replaced.unwrap_or(letter));
        if replaced.is_some() {
            letters.next();
        }
    }
    decoded
}
