//! Plain text and Markdown, and the encodings that old files come in.
//!
//! Text is wrapped and underlined as people do by hand; tables are aligned with blanks. A character that Latin-1 does
//! not know becomes a question mark; the sources avoid them, and a test says so.

use std::fmt::Write as _;

use super::render::{Edition, imprint};
use super::source::{Block, Source};

const WIDTH: usize = 78;

/// The blocks as a person reads them, one line each, without imprint; facts are looked up in this.
pub(super) fn plain(source: &Source) -> String {
    let mut lines = Vec::new();
    for block in &source.blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => lines.push(text.clone()),
            Block::List { items, .. } => lines.extend(items.iter().cloned()),
            Block::Table(rows) => lines.extend(rows.iter().map(|row| row.join(" "))),
            Block::NewPage => {}
        }
    }
    lines.join("\n")
}

/// Markdown with pipe tables.
pub(super) fn markdown(source: &Source, edition: &Edition) -> String {
    let mut out = String::new();
    for (position, block) in source.blocks.iter().enumerate() {
        match block {
            Block::Heading { level, text } => {
                let _ = writeln!(out, "{} {text}\n", "#".repeat(*level));
            }
            Block::Paragraph(text) => {
                let _ = writeln!(out, "{text}\n");
            }
            Block::List { numbered, items } => {
                for (number, item) in (1..).zip(items) {
                    let _ =
                        if *numbered { writeln!(out, "{number}. {item}") } else { writeln!(out, "- {item}") };
                }
                out.push('\n');
            }
            Block::Table(rows) => {
                for (number, row) in rows.iter().enumerate() {
                    let _ = writeln!(out, "| {} |", row.join(" | "));
                    if number == 0 {
                        let _ = writeln!(out, "|{}", " --- |".repeat(row.len()));
                    }
                }
                out.push('\n');
            }
            Block::NewPage => {}
        }
        if position == 0 {
            let _ = writeln!(out, "*{}*\n", imprint(source, edition));
        }
    }
    out
}

/// Plain text in lines of a readable length.
pub(super) fn wrapped(source: &Source, edition: &Edition) -> String {
    let mut out = String::new();
    for (position, block) in source.blocks.iter().enumerate() {
        match block {
            Block::Heading { level, text } => {
                let rule = if *level == 1 { "=" } else { "-" };
                let _ = writeln!(out, "{text}\n{}\n", rule.repeat(text.chars().count()));
            }
            Block::Paragraph(text) => {
                push_wrapped(&mut out, text, "", "");
                out.push('\n');
            }
            Block::List { numbered, items } => {
                for (number, item) in (1..).zip(items) {
                    let mark = if *numbered { format!("{number}. ") } else { "- ".to_owned() };
                    push_wrapped(&mut out, item, &mark, &" ".repeat(mark.len()));
                }
                out.push('\n');
            }
            Block::Table(rows) => {
                for row in aligned(rows) {
                    let _ = writeln!(out, "{row}");
                }
                out.push('\n');
            }
            Block::NewPage => {}
        }
        if position == 0 {
            push_wrapped(&mut out, &imprint(source, edition), "", "");
            out.push('\n');
        }
    }
    out
}

/// Rows with cells filled up by blanks to the width of their column.
pub(super) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(line, "{cell:<width$}   ");
            }
            line.trim_end().to_owned()
        })
        .collect()
}

/// Breaks a text into lines of at most `width` characters where words allow.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn push_wrapped(out: &mut String, text: &str, first: &str, next: &str) {
    for (number, line) in wrap(text, WIDTH - first.len()).into_iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if number == 0 { first } else { next });
    }
}

/// ISO 8859-1, as old programs on Western European systems wrote.
pub(super) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// UTF-16, little-endian, with a byte order mark and CRLF, as Windows' editor writes "Unicode".
pub(super) fn utf16(text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
