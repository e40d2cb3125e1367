//! Tables: a line of heads, then lines with as many cells, parted by commas, semicolons, tabs or bars.

use std::ops::Range;

use crate::detect::Candidate;
use crate::detect::records::{add, titles};
use crate::span::Kind;

/// The separators of tables, most telling first.
const SEPARATORS: [u8; 4] = [b'\t', b'|', b';', b','];
/// A line with fewer separators heads no table.
const LEAST_SEPARATORS: usize = 2;
/// Lines longer than this head no table, in bytes.
const LONGEST_HEAD: usize = 2_000;
/// A row with more cells than this for each column is none of the table.
const MOST_CELLS_FOR_ONE: usize = 3;

pub(super) fn find(text: &str, found: &mut Vec<Candidate>) {
    let mut head: Option<(u8, Vec<Option<Kind>>)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        if let Some((separator, kinds)) = &head {
            let row = joined(text, cells(text, range.clone(), *separator), kinds.len());
            if !range.is_empty() && row.len() == kinds.len() {
                mark(text, &row, kinds, found);
                continue;
            }
        }
        head = head_of(text, range);
    }
}

fn count(line: &str, separator: u8) -> usize {
    line.bytes().filter(|byte| *byte == separator).count()
}

/// The kinds of a table's columns, when a line names at least two.
fn head_of(text: &str, range: Range<usize>) -> Option<(u8, Vec<Option<Kind>>)> {
    let line = &text[range.clone()];
    if line.len() > LONGEST_HEAD || line.len() < 5 {
        return None;
    }
    let separator = *SEPARATORS.iter().find(|separator| count(line, **separator) >= LEAST_SEPARATORS)?;
    let cells = cells(text, range, separator);
    // Sentences have longer parts than heads.
    if cells
        .iter()
        .any(|cell| cell.len() > 32 || text[cell.clone()].bytes().filter(u8::is_ascii_digit).count() > 2)
    {
        return None;
    }
    let kinds: Vec<Option<Kind>> = cells.iter().map(|cell| titles::kind_under(&text[cell.clone()])).collect();
    let known = kinds.iter().flatten().count();
    let others = cells.iter().filter(|cell| titles::is_other(&text[(*cell).clone()])).count();
    (known >= 2 || known == 1 && others >= 1).then_some((separator, kinds))
}

/// The cells of a line; a separator within quotation marks parts nothing.
fn cells(text: &str, range: Range<usize>, separator: u8) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut from = range.start;
    let mut quoted = false;
    for (at, byte) in text.as_bytes()[range.clone()].iter().enumerate() {
        if *byte == b'"' {
            quoted = !quoted;
        } else if *byte == separator && (!quoted || separator == b'|') {
            cells.push(from..range.start + at);
            from = range.start + at + 1;
        }
    }
    cells.push(from..range.end);
    cells
}

/// The cells of a row with those joined that begin with a blank, while there are too many: "Orrin, Tessa" and "May 3, 2020"
/// in a table whose writer forgot the quotation marks.
fn joined(text: &str, mut cells: Vec<Range<usize>>, wanted: usize) -> Vec<Range<usize>> {
    if cells.len() > wanted * MOST_CELLS_FOR_ONE {
        return cells;
    }
    let mut at = 1;
    while cells.len() > wanted && at < cells.len() {
        if text[cells[at].clone()].starts_with(' ') {
            cells[at - 1].end = cells[at].end;
            cells.remove(at);
        } else {
            at += 1;
        }
    }
    cells
}

fn mark(text: &str, cells: &[Range<usize>], kinds: &[Option<Kind>], found: &mut Vec<Candidate>) {
    for (cell, kind) in cells.iter().zip(kinds) {
        if let Some(kind) = kind {
            add(text, cell.clone(), *kind, "record.column", found);
        }
    }
}
