//! Comma-separated values as the rows they are.
//!
//! The sign between values is the one that parts the first lines most evenly: comma, semicolon, tab or bar. Quoted values
//! may hold it, quotes and line ends. A `sep=` line, as spreadsheets write it, is believed and left out. One table is
//! one page; its first row is its header, which the chunker repeats.

use crate::extract::html::CELL_GAP;
use crate::extract::pages::Pages;
use crate::extract::{BlockKind, normalise};

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];
/// Lines by which the separator is chosen.
const SAMPLE_LINES: usize = 50;
/// Cells of one row that are read.
const MOST_CELLS: usize = 4_096;

/// Adds the rows as one page.
pub(crate) fn read(text: &str, pages: &mut Pages) {
    let text = text.trim_start_matches('\u{feff}');
    let (separator, text) = separator(text);
    let mut rows = Rows { chars: text.chars().peekable(), separator };
    while let Some(cells) = rows.next_row() {
        if pages.is_full() {
            return;
        }
        let mut cells: Vec<String> = cells.iter().map(|cell| normalise::inline(cell)).collect();
        if cells.len() > MOST_CELLS {
            cells.truncate(MOST_CELLS);
            pages.mark_truncated();
        }
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if filled > 0 {
            pages.block(BlockKind::TableRow, cells[..filled].join(CELL_GAP).trim());
        }
    }
}

/// The sign between values, and the text after a line that only names it.
fn separator(text: &str) -> (char, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(named) = first.trim_end().strip_prefix("sep=")
        && let Some(separator) = named.chars().next()
    {
        return (separator, rest);
    }
    let best = SEPARATORS.into_iter().max_by_key(|separator| {
        let counts: Vec<usize> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(SAMPLE_LINES)
            .map(|line| outside_quotes(line, *separator))
            .collect();
        let Some(first) = counts.first().copied().filter(|count| *count > 0) else { return (0, 0) };
        (counts.iter().filter(|count| **count == first).count(), first)
    });
    (best.unwrap_or(','), text)
}

fn outside_quotes(line: &str, separator: char) -> usize {
    let mut quoted = false;
    line.chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted && *c == separator
        })
        .count()
}

struct Rows<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
    separator: char,
}

impl Rows<'_> {
    /// The cells of the next row (RFC 4180, a quote that is never closed ends with the text).
    fn next_row(&mut self) -> Option<Vec<String>> {
        self.chars.peek()?;
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        while let Some(c) = self.chars.next() {
            match c {
                '"' if quoted && self.chars.peek() == Some(&'"') => {
                    cell.push('"');
                    self.chars.next();
                }
                '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
                '\n' if !quoted => break,
                c if c == self.separator && !quoted => cells.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        cells.push(cell);
        Some(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::extract::ExtractLimits;
    use crate::extract::pages::Pages;

    fn text(csv: &str) -> String {
        let mut pages = Pages::new(&ExtractLimits::default());
        read(csv, &mut pages);
        pages.finish().0.swap_remove(0).text
    }

    #[test]
    fn every_usual_separator_is_found_out() {
        for csv in [
            "Drug,Dose\nA,\"5,0 mg\"\n",
            "Drug;Dose\r\nA;5,0 mg\r\n",
            "Drug\tDose\nA\t5,0 mg",
            "sep=;\nDrug;Dose\nA;\"5,0 mg\"",
            "\u{feff}Drug|Dose\nA|5,0 mg",
        ] {
            assert_eq!(text(csv), "Drug | Dose\nA | 5,0 mg", "{csv:?}");
        }
    }

    #[test]
    fn quoted_values_may_hold_anything() {
        assert_eq!(text("a,b\n\"one\ntwo\",\"say \"\"x\"\", y\"\n"), "a | b\none two | say \"x\", y");
        assert_eq!(text("a,b,c\n1,,3\n,,\n"), "a | b | c\n1 | | 3");
    }
}
