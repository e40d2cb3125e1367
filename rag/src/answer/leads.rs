//! What leads a sentence in: the line above a list, the head of a table.
//!
//! An item says little without its lead-in and a row nothing without its head. Whether the first row of a table is
//! its head is not written anywhere in text, so it is judged: a head has words in every cell and no figures, and what
//! stands under it has figures or more than two columns.

use crate::answer::display;
use crate::extract::{lines, normalise};

/// What leads a sentence in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing.
    None,
    /// The line above the list it is an item of.
    Line(String),
    /// The head of the table it is a row of.
    Head(String),
    /// It is the head of a table itself.
    IsHead,
}

impl Lead {
    /// Its words.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Line(text) | Self::Head(text) => Some(text),
            Self::None | Self::IsHead => None,
        }
    }
}

/// What leads each of these sentences in.
pub(super) fn of(sentences: &[String]) -> Vec<Lead> {
    let mut leads = Vec::with_capacity(sentences.len());
    let mut line: Option<String> = None;
    let mut at = 0;
    while at < sentences.len() {
        let rows = sentences[at..].iter().take_while(|sentence| lines::is_row(sentence)).count();
        if rows > 0 {
            rows_of(&sentences[at..at + rows], &mut leads);
            at += rows;
            line = None;
            continue;
        }
        let sentence = &sentences[at];
        if lines::is_item(sentence) {
            leads.push(line.clone().map_or(Lead::None, Lead::Line));
        } else {
            line = sentence.trim_end().ends_with(':').then(|| display::plain(sentence));
            leads.push(Lead::None);
        }
        at += 1;
    }
    leads
}

fn rows_of(rows: &[String], leads: &mut Vec<Lead>) {
    let body = &rows[1..];
    let has_figures = |row: &String| row.chars().any(|c| c.is_ascii_digit());
    let is_head = !body.is_empty()
        && !has_figures(&rows[0])
        && cells(&rows[0]).iter().all(|cell| !cell.is_empty())
        && (cells(&rows[0]).len() > 2
            || body.iter().any(has_figures)
            || body.iter().any(|row| lines::is_rule(row)));
    if is_head {
        leads.push(Lead::IsHead);
        leads.extend(body.iter().map(|_| Lead::Head(normalise::inline(&rows[0]))));
    } else {
        leads.extend(rows.iter().map(|_| Lead::None));
    }
}

/// The cells of a row.
pub(super) fn cells(row: &str) -> Vec<String> {
    row.trim().trim_matches('|').split(['|', '\t']).map(display::plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{Lead, of};

    fn leads(sentences: &[&str]) -> Vec<Lead> {
        of(&sentences.iter().map(|sentence| (*sentence).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_head_leads_its_rows_and_a_colon_its_items() {
        let found =
            leads(&["Call when:", "- pulse", "- faint", "Text.", "- alone", "Drug | Dose", "A | 5 mg"]);
        let line = Lead::Line("Call when:".to_owned());
        let head = Lead::Head("Drug | Dose".to_owned());
        assert_eq!(found, [Lead::None, line.clone(), line, Lead::None, Lead::None, Lead::IsHead, head]);
    }

    #[test]
    fn rows_without_a_head_have_none() {
        assert_eq!(leads(&["Kidney clinic | 2240", "Ward 3 | 2718"]), [Lead::None, Lead::None]);
        assert_eq!(leads(&["Porter | Milo", "Guard | Orla"]), [Lead::None, Lead::None]);
    }
}
