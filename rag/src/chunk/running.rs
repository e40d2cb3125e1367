//! Lines that a page has because every page has them.
//!
//! The first and last lines of the pages are compared with digits masked, so that "Page 3 of 12" is the same line on
//! every page. What stands there on at least half of them is running matter. Its first occurrence is kept, since the name and date of a
//! protocol often stand nowhere else; bare page numbers never are.

use std::collections::HashMap;

/// How many lines at the top and at the bottom of a page are compared.
const EDGE: usize = 3;

/// The code points of one line in a document's whole text, end exclusive.
pub(super) type LineSpan = (usize, usize);

/// The lines to blank out. `pages` holds, for each page, its lines with text and where they stand.
pub(super) fn repeated(pages: &[Vec<(String, LineSpan)>]) -> Vec<LineSpan> {
    if pages.len() < 2 {
        return Vec::new();
    }
    let mut places: HashMap<(bool, String), Vec<(usize, LineSpan)>> = HashMap::new();
    for (number, lines) in pages.iter().enumerate() {
        for (at_top, text, span) in edges(lines) {
            let found = places.entry((at_top, masked(text))).or_default();
            // A line that repeats within one page is a row of something, not running matter.
            if found.last().is_none_or(|(page, _)| *page != number) {
                found.push((number, span));
            }
        }
    }
    let enough = pages.len().div_ceil(2).max(2);
    let mut spans: Vec<LineSpan> = places
        .into_iter()
        .filter(|((_, key), found)| !key.is_empty() && found.len() >= enough)
        .flat_map(|((_, key), found)| {
            let kept = usize::from(!is_page_number(&key));
            found.into_iter().skip(kept).map(|(_, span)| span)
        })
        .collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn edges(lines: &[(String, LineSpan)]) -> impl Iterator<Item = (bool, &str, LineSpan)> {
    // A page of few lines is all edge; its middle must not be compared twice.
    let edge = EDGE.min(lines.len().div_ceil(3));
    let top = lines.iter().take(edge).map(|(text, span)| (true, text.as_str(), *span));
    let bottom = lines.iter().rev().take(edge).map(|(text, span)| (false, text.as_str(), *span));
    top.chain(bottom)
}

/// Lower case, digits masked, blanks collapsed.
fn masked(line: &str) -> String {
    let mut key = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        let mut in_number = false;
        for c in word.chars() {
            if c.is_numeric() {
                if !in_number {
                    key.push('#');
                }
                in_number = true;
            } else {
                in_number = false;
                key.extend(c.to_lowercase());
            }
        }
    }
    key
}

/// A line that says where one is and nothing else.
fn is_page_number(key: &str) -> bool {
    const WORDS: [&str; 8] = ["page", "seite", "p", "pg", "of", "von", "sheet", "blatt"];
    key.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::repeated;

    fn pages(texts: &[&str]) -> Vec<Vec<(String, (usize, usize))>> {
        let mut at = 0;
        texts
            .iter()
            .map(|text| {
                text.lines()
                    .map(|line| {
                        let span = (at, at + line.chars().count());
                        at = span.1 + 1;
                        (line.to_owned(), span)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn page_numbers_go_and_a_title_stays_once() {
        let pages = pages(&["Protocol\na\nb\nc\nd\nPage 1 of 2", "Protocol\ne\nf\ng\nh\nPage 2 of 2"]);
        let gone = repeated(&pages);
        assert_eq!(gone, [pages[0][5].1, pages[1][0].1, pages[1][5].1]);
    }

    #[test]
    fn text_in_the_middle_may_repeat() {
        let page = "one\nx\ny\nsame\nz\nw\nlast";
        let other = "two\nq\nr\nsame\ns\nt\nend";
        assert!(repeated(&pages(&[page, other])).is_empty());
    }
}
