//! The column names of tables.
//!
//! Rows that follow each other are a table; its first row names the columns, unless it holds more figures than words. A
//! table that goes on over a page goes on here. Names that would be longer than a heading are cut, because they are
//! repeated with every chunk.

use crate::chunk::sections::Whole;
use crate::extract::{BlockKind, normalise};

/// The longest row of names that is repeated, in characters.
const LONGEST: usize = 200;

/// A table: where its first row and its last end, and the names of its columns.
#[derive(Debug)]
pub(super) struct Table {
    /// The end of the row of names.
    names_end: usize,
    end: usize,
    names: String,
}

/// The tables of a document that have names, in order.
pub(super) fn of(whole: &Whole) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut open: Option<Table> = None;
    for (kind, start, end) in whole.blocks() {
        if *kind != BlockKind::TableRow {
            tables.extend(open.take());
        } else if let Some(table) = &mut open {
            table.end = *end;
        } else {
            let names = names(&whole.slice(*start, *end));
            open = Some(Table { names_end: *end, end: *end, names });
        }
    }
    tables.extend(open);
    tables.retain(|table| !table.names.is_empty());
    tables
}

/// The names of the columns of the table inside of which a chunk starts, below its first row.
pub(super) fn names_above(tables: &[Table], start: usize) -> Option<&str> {
    let table = &tables[tables.partition_point(|table| table.end <= start)..].first()?;
    (start >= table.names_end).then_some(table.names.as_str())
}

/// The cells of a row that are words, or nothing when most are figures.
fn names(row: &str) -> String {
    let cells: Vec<String> =
        row.split(['|', '\t']).map(normalise::inline).filter(|cell| !cell.is_empty()).collect();
    let figures = cells.iter().filter(|cell| !cell.starts_with(|c: char| c.is_alphabetic())).count();
    if cells.len() < 2 || figures * 2 > cells.len() {
        return String::new();
    }
    let names = cells.join(" | ");
    match names.char_indices().nth(LONGEST) {
        Some((at, _)) => names[..at].trim_end().to_owned(),
        None => names,
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn figures_name_no_columns() {
        assert_eq!(names("| Drug | Dose |"), "Drug | Dose");
        assert_eq!(names("Kalium | 4,1 | 3,5"), "");
        assert_eq!(names("one cell"), "");
        assert_eq!(names(&"name | ".repeat(100)).chars().count(), 200);
    }
}
