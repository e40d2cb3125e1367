//! Tables of a PDF page, found by where their words stand.
//!
//! A PDF knows no tables, and the parser's text puts the cells of a row side by side as if they were words of a
//! sentence. This looks at the places of the words: lines whose parts stand under each other in columns are rows, a
//! line that has nothing in the first column and follows closely belongs to the row above. The rows are then put in
//! the place of their lines, cells apart, wherever the parser's text has put these, even column by column. Where that text
//! has torn a table so far apart that its words do not follow each other, and the page is not set in columns, the page is read
//! anew from top to bottom.

use pdf_oxide::layout::TextSpan;

use crate::extract::html::CELL_GAP;
use crate::extract::{lines, normalise};

/// A gap wider than this many times the size of the type parts cells.
const CELL_GAP_EMS: f32 = 0.8;
/// Lines further apart than this many times the size of the type are not of one table.
const ROW_GAP_EMS: f32 = 3.0;
/// Lines closer than this are of one row, when the first column is empty.
const LINE_GAP_EMS: f32 = 1.5;
/// Two columns side by side may be anything; only so many rows of them are a table.
const ROWS_OF_TWO: usize = 3;
const ROWS_OF_MORE: usize = 2;
/// Rows looked at in one table.
const MOST_ROWS: usize = 400;

/// A part of a line.
#[derive(Clone, Debug)]
struct Cell {
    left: f32,
    right: f32,
    text: String,
}

/// A line of a page, its parts from left to right.
#[derive(Clone, Debug)]
struct Line {
    y: f32,
    size: f32,
    cells: Vec<Cell>,
}

impl Line {
    fn text(&self) -> String {
        self.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A table: the parts of its lines as they stand in the text, without blanks, and the rows that take their place.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    lines: Vec<Vec<String>>,
    rows: Vec<String>,
}

/// The page's text with its tables as rows.
pub(super) fn set_rows(text: String, spans: &[TextSpan]) -> String {
    let spans: Vec<&TextSpan> = spans.iter().filter(|span| !span.text.trim().is_empty()).collect();
    let lines = lines_of(&spans);
    let mut tables = find(&lines);
    let in_tables: usize = tables.iter().map(|table| table.lines.len()).sum();
    let mostly_table = in_tables * 2 >= lines.len();
    if let Some((left, right)) = sides(&spans).filter(|_| !mostly_table) {
        tables.extend(find(&lines_of(&left)));
        tables.extend(find(&lines_of(&right)));
        return tables.into_iter().fold(text, |text, table| replace(&text, &table).unwrap_or(text));
    }
    let mut replaced = text;
    for table in &tables {
        match replace(&replaced, table) {
            Some(text) => replaced = text,
            None => return compose(&lines),
        }
    }
    replaced
}

/// The lines of a page from top to bottom, tables as rows.
fn compose(lines: &[Line]) -> String {
    const PARAGRAPH_EMS: f32 = 1.7;
    let mut text = String::new();
    let mut above: Option<&Line> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if let Some(above) = above {
            let apart = above.y - line.y > above.size.max(line.size) * PARAGRAPH_EMS;
            text.push_str(if apart { "\n\n" } else { "\n" });
        }
        let length = if let Some((table, length)) = table_at(&lines[at..]) {
            text.push_str(&table.rows.join("\n"));
            length
        } else {
            text.push_str(&line.text());
            1
        };
        at += length;
        above = lines.get(at - 1);
    }
    text
}

/// The two sides of a page that is set in two columns: a table stands in one of them.
fn sides<'s>(spans: &[&'s TextSpan]) -> Option<(Vec<&'s TextSpan>, Vec<&'s TextSpan>)> {
    /// Parts on each side, from which a side is a column.
    const LEAST: usize = 8;
    /// What may stand across the middle: titles, running lines.
    const ACROSS_PER_CENT: usize = 15;
    let left_edge = spans.iter().map(|span| span.bbox.x).fold(f32::INFINITY, f32::min);
    let right_edge = spans.iter().map(|span| span.bbox.x + span.bbox.width).fold(0.0, f32::max);
    let middle = f32::midpoint(left_edge, right_edge);
    let left: Vec<&TextSpan> =
        spans.iter().copied().filter(|span| span.bbox.x + span.bbox.width <= middle).collect();
    let right: Vec<&TextSpan> = spans.iter().copied().filter(|span| span.bbox.x >= middle).collect();
    let across = spans.len() - left.len() - right.len();
    let is_split =
        left.len() >= LEAST && right.len() >= LEAST && across * 100 <= spans.len() * ACROSS_PER_CENT;
    is_split.then_some((left, right))
}

/// The lines of a page from top to bottom.
fn lines_of(spans: &[&TextSpan]) -> Vec<Line> {
    let mut spans = spans.to_vec();
    spans.sort_by(|a, b| b.bbox.y.total_cmp(&a.bbox.y).then(a.bbox.x.total_cmp(&b.bbox.x)));
    let mut lines: Vec<Line> = Vec::new();
    for span in spans {
        let cell = Cell {
            left: span.bbox.x,
            right: span.bbox.x + span.bbox.width,
            text: normalise::inline(&normalise::lines(&span.text)),
        };
        match lines.last_mut() {
            Some(line) if (line.y - span.bbox.y).abs() < span.font_size * 0.3 => line.cells.push(cell),
            _ => lines.push(Line { y: span.bbox.y, size: span.font_size.max(1.0), cells: vec![cell] }),
        }
    }
    for line in &mut lines {
        line.cells.sort_by(|a, b| a.left.total_cmp(&b.left));
        line.cells = joined(std::mem::take(&mut line.cells), line.size);
    }
    banded(lines)
}

/// Lines that are less than a line apart and stand beside each other are one: cells of one row that are not aligned at
/// their first lines.
fn banded(lines: Vec<Line>) -> Vec<Line> {
    const BAND_EMS: f32 = 0.85;
    let mut bands: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match bands.last_mut() {
            Some(band)
                if band.y - line.y < band.size.min(line.size) * BAND_EMS
                    && (band.cells.len() > 1 || line.cells.len() > 1)
                    && are_apart(&band.cells, &line.cells) =>
            {
                band.cells.extend(line.cells);
                band.cells.sort_by(|a, b| a.left.total_cmp(&b.left));
            }
            _ => bands.push(line),
        }
    }
    bands
}

/// Whether no cell of one line stands above or below one of the other.
fn are_apart(some: &[Cell], others: &[Cell]) -> bool {
    some.iter().all(|a| others.iter().all(|b| a.right < b.left || b.right < a.left))
}

/// Parts that are only a word's space apart become one cell.
fn joined(parts: Vec<Cell>, size: f32) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for part in parts {
        match cells.last_mut() {
            Some(cell) if part.left - cell.right < size * CELL_GAP_EMS => {
                let gap = if part.left - cell.right > size * 0.15 { " " } else { "" };
                cell.text.push_str(gap);
                cell.text.push_str(&part.text);
                cell.right = cell.right.max(part.right);
            }
            _ => cells.push(part),
        }
    }
    cells
}

fn find(lines: &[Line]) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match table_at(&lines[at..]) {
            Some((table, length)) => {
                tables.push(table);
                at += length;
            }
            None => at += 1,
        }
    }
    tables
}

/// The table that starts with the first of these lines, and how many lines it has.
fn table_at(lines: &[Line]) -> Option<(Table, usize)> {
    if !is_row_like(&lines[0]) {
        return None;
    }
    let run = run_length(lines);
    let columns = columns(&lines[..run])?;
    let fitting = lines[..run].iter().take_while(|line| places(line, &columns).is_some()).count();
    let rows = rows(&lines[..fitting], &columns);
    if is_prose(&rows, &lines[..fitting]) {
        return None;
    }
    let least = if columns.len() == 2 { ROWS_OF_TWO } else { ROWS_OF_MORE };
    let full = rows.iter().filter(|row| row.iter().all(|cell| !cell.is_empty())).count();
    if rows.len() < least || full < least {
        return None;
    }
    let table = Table {
        lines: lines[..fitting]
            .iter()
            .map(|line| line.cells.iter().map(|cell| solid(&cell.text)).collect())
            .collect(),
        rows: rows.iter().map(|row| row.join(CELL_GAP).trim().to_owned()).collect(),
    };
    Some((table, fitting))
}

/// Whether these are columns of running text side by side: lines close together, every column full of words.
fn is_prose(rows: &[Vec<String>], lines: &[Line]) -> bool {
    const FULL: usize = 22;
    const CLOSE_EMS: f32 = 1.7;
    let tight = lines.windows(2).filter(|pair| pair[0].y - pair[1].y <= pair[0].size * CLOSE_EMS).count();
    let columns = rows.first().map_or(0, Vec::len);
    let full = (0..columns).all(|column| {
        let (count, letters) = rows
            .iter()
            .map(|row| row[column].chars().count())
            .filter(|length| *length > 0)
            .fold((0, 0), |(count, sum), length| (count + 1, sum + length));
        count > 0 && letters / count >= FULL
    });
    full && tight * 2 > lines.len()
}

/// More than one cell, and no list item.
fn is_row_like(line: &Line) -> bool {
    line.cells.len() > 1 && !lines::is_item(&line.text())
}

/// How many lines follow closely enough and could be rows or the rest of one.
fn run_length(lines: &[Line]) -> usize {
    let mut length = 1;
    while length < lines.len().min(MOST_ROWS) {
        let (above, line) = (&lines[length - 1], &lines[length]);
        let close = above.y - line.y <= above.size.max(line.size) * ROW_GAP_EMS;
        let alike = (above.size - line.size).abs() <= above.size * 0.2;
        if !close || !alike || lines::is_item(&line.text()) {
            break;
        }
        length += 1;
    }
    length
}

/// Where the columns stand: the places of the fullest lines' cells, which must not overlap.
fn columns(run: &[Line]) -> Option<Vec<(f32, f32)>> {
    let count = run[0].cells.len();
    let mut columns: Vec<(f32, f32)> = run[0].cells.iter().map(|cell| (cell.left, cell.right)).collect();
    for line in run.iter().filter(|line| line.cells.len() == count) {
        let mut wider = columns.clone();
        for (column, cell) in wider.iter_mut().zip(&line.cells) {
            *column = (column.0.min(cell.left), column.1.max(cell.right));
        }
        let apart = wider.windows(2).all(|pair| pair[0].1 < pair[1].0);
        let under_each_other = columns
            .iter()
            .zip(&line.cells)
            .all(|(column, cell)| cell.left < column.1 && cell.right > column.0);
        if apart && under_each_other {
            columns = wider;
        }
    }
    (count > 1).then_some(columns)
}

/// Which column each cell of a line stands in; nothing when one stands in none, in two, or where another does.
fn places(line: &Line, columns: &[(f32, f32)]) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(line.cells.len());
    for cell in &line.cells {
        let mut touched = (0..columns.len()).filter(|at| {
            let next = columns.get(at + 1).map_or(f32::INFINITY, |next| next.0);
            cell.left < columns[*at].1.max(next - 1.0) && cell.right > columns[*at].0
        });
        let place = touched.next()?;
        if touched.next().is_some() || places.contains(&place) {
            return None;
        }
        places.push(place);
    }
    Some(places)
}

/// The rows, lines that only go on with the row above put into it.
fn rows(lines: &[Line], columns: &[(f32, f32)]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut above: Option<&Line> = None;
    for line in lines {
        let Some(places) = places(line, columns) else { break };
        let close = above.is_some_and(|above| above.y - line.y <= line.size * LINE_GAP_EMS);
        let goes_on = close && !places.contains(&0) && places.len() < columns.len();
        if !goes_on || rows.is_empty() {
            rows.push(vec![String::new(); columns.len()]);
        }
        if let Some(row) = rows.last_mut() {
            for (place, cell) in places.into_iter().zip(&line.cells) {
                if !row[place].is_empty() {
                    row[place].push(' ');
                }
                row[place].push_str(&cell.text);
            }
        }
        above = Some(line);
    }
    rows
}

/// The text with a table's lines replaced by its rows, when all its words stand in it one after the other.
fn replace(text: &str, table: &Table) -> Option<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let said: Vec<(usize, String)> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| (at, solid(line)))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let (start, length) =
        (0..said.len()).find_map(|start| covered(&said[start..], table).map(|length| (start, length)))?;
    let (first, last) = (said[start].0, said[start + length - 1].0);
    let rows = table.rows.iter().map(String::as_str);
    let replaced: Vec<&str> =
        lines[..first].iter().copied().chain(rows).chain(lines[last + 1..].iter().copied()).collect();
    Some(replaced.join("\n"))
}

/// How many lines of the text, from its start, hold exactly the words of the table.
fn covered(said: &[(usize, String)], table: &Table) -> Option<usize> {
    let mut left: Vec<Vec<Option<&str>>> =
        table.lines.iter().map(|line| line.iter().map(|cell| Some(cell.as_str())).collect()).collect();
    for (count, (_, line)) in said.iter().enumerate() {
        if !left.iter_mut().any(|cells| take(cells, line)) {
            return None;
        }
        if left.iter().flatten().all(Option::is_none) {
            return Some(count + 1);
        }
    }
    None
}

/// Takes the neighbouring cells that together are this line out of a row.
fn take(cells: &mut [Option<&str>], line: &str) -> bool {
    for start in 0..cells.len() {
        let mut rest = line;
        let mut end = start;
        while let Some(cell) = cells.get(end).copied().flatten() {
            let Some(after) = rest.strip_prefix(cell) else { break };
            rest = after;
            end += 1;
            if rest.is_empty() {
                cells[start..end].fill(None);
                return true;
            }
        }
    }
    false
}

/// A text without its blanks, which parsers set each in their own way.
fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cell, Line, find, replace};

    fn line(y: f32, cells: &[(f32, f32, &str)]) -> Line {
        let cells = cells
            .iter()
            .map(|(left, width, text)| Cell { left: *left, right: left + width, text: (*text).to_owned() })
            .collect();
        Line { y, size: 9.0, cells }
    }

    #[test]
    fn a_cell_of_two_lines_stays_in_its_row() {
        let lines = [
            line(700.0, &[(60.0, 300.0, "Words above the table.")]),
            line(680.0, &[(60.0, 30.0, "Drug"), (120.0, 30.0, "Dose"), (260.0, 60.0, "Condition")]),
            line(660.0, &[(60.0, 40.0, "Alpha"), (120.0, 50.0, "5 mg"), (260.0, 90.0, "Weight under")]),
            line(649.0, &[(260.0, 30.0, "60 kg")]),
            line(630.0, &[(60.0, 40.0, "Beta"), (125.0, 50.0, "10 mg"), (260.0, 40.0, "None")]),
            line(600.0, &[(60.0, 300.0, "Words below the table.")]),
        ];
        let tables = find(&lines);
        assert_eq!(tables.len(), 1);
        assert_eq!(
            tables[0].rows,
            ["Drug | Dose | Condition", "Alpha | 5 mg | Weight under 60 kg", "Beta | 10 mg | None"]
        );
        let text = "Words above the table.\nDrug Dose Condition\n\nAlpha 5 mg Weight under\n60 kg\n\nBeta 10 mg None\nx";
        let expected = "Words above the table.\nDrug | Dose | Condition\nAlpha | 5 mg | Weight under 60 kg\n\
                        Beta | 10 mg | None\nx";
        assert_eq!(replace(text, &tables[0]).as_deref(), Some(expected));
        let by_columns = "Words above the table.\nDrug Dose\nAlpha 5 mg\nBeta 10 mg\nCondition\nWeight under\n60 kg\nNone\nx";
        assert_eq!(replace(by_columns, &tables[0]).as_deref(), Some(expected));
        assert_eq!(replace("Drug Dose Condition\nand more", &tables[0]), None);
    }

    #[test]
    fn items_and_pairs_of_words_are_no_tables() {
        let items: Vec<Line> = (0..4_u8)
            .map(|n| line(700.0 - 12.0 * f32::from(n), &[(58.0, 4.0, "•"), (74.0, 300.0, "item")]))
            .collect();
        assert!(find(&items).is_empty());
        let prose: Vec<Line> = (0..6_u8)
            .map(|n| {
                let left = "words of the left column and on";
                line(
                    700.0 - 12.0 * f32::from(n),
                    &[(58.0, 200.0, left), (300.0, 200.0, "words of the right one and on")],
                )
            })
            .collect();
        assert!(find(&prose).is_empty());
        let pair = [line(800.0, &[(56.0, 100.0, "Clinic"), (400.0, 40.0, "Page 1")])];
        assert!(find(&pair).is_empty());
    }
}
